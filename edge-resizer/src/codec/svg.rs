//! SVG: never drawn, only cleaned.

use svg_hush::Filter;
use svg_hush::data_url_filter::allow_standard_images;

use super::Failure;

/// Elements inside of elements. The filter takes time and memory for each level at every element;
/// drawings have a few dozen.
const DEEPEST: u32 = 256;

/// Declarations of namespaces in the whole file, of which the same holds.
const MOST_NAMESPACES: usize = 100;

/// Leaves the elements and attributes that are known to be harmless, and of what is referred to
/// only places in the file itself and embedded JPEG, PNG and GIF pictures.
pub(super) fn sanitize(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let text = std::str::from_utf8(bytes).map_err(Failure::broken)?;
    refuse_what_explodes(text)?;
    let mut filter = Filter::new();
    filter.set_data_url_filter(allow_standard_images);
    // Read as what was looked into above, whatever the file says of itself.
    filter.set_content_type_header("image/svg+xml; charset=utf-8");
    let mut clean = Vec::with_capacity(bytes.len());
    filter.filter(bytes, &mut clean).map_err(Failure::broken)?;
    Ok(clean)
}

/// Walks over the markup once, before anything is kept of it. Where the text is not well-formed it
/// may lose its way; so does the filter then, and refuses it.
fn refuse_what_explodes(text: &str) -> Result<(), Failure> {
    let mut depth = 0_u32;
    let mut namespaces = 0;
    let mut rest = text;
    while let Some((_, markup)) = rest.split_once('<') {
        rest = if let Some(comment) = markup.strip_prefix("!--") {
            after(comment, "-->")?
        } else if let Some(data) = markup.strip_prefix("![CDATA[") {
            after(data, "]]>")?
        } else if let Some(instruction) = markup.strip_prefix('?') {
            after(instruction, "?>")?
        } else if markup.starts_with('!') {
            let (document_type, rest) = split_tag(markup)?;
            refuse_markup_in_entities(document_type)?;
            rest
        } else {
            let (tag, rest) = split_tag(markup)?;
            namespaces += tag.matches("xmlns").count();
            if tag.starts_with('/') {
                depth = depth.saturating_sub(1);
            } else if !tag.ends_with('/') {
                depth += 1;
            }
            rest
        };
        if depth > DEEPEST || namespaces > MOST_NAMESPACES {
            return Err(Failure::broken("its elements are nested too deep"));
        }
    }
    Ok(())
}

fn after<'a>(text: &'a str, end: &str) -> Result<&'a str, Failure> {
    text.split_once(end).map(|(_, rest)| rest).ok_or_else(breaks_off)
}

fn breaks_off() -> Failure {
    Failure::broken("it breaks off")
}

/// Up to the `>` that is neither in quotes nor in the brackets of a document type, and what follows.
fn split_tag(markup: &str) -> Result<(&str, &str), Failure> {
    let mut quote = None;
    let mut brackets = 0_u32;
    for (at, c) in markup.char_indices() {
        match (quote, c) {
            (Some(open), _) if open != c => {}
            (Some(_), _) => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => brackets += 1,
            (None, ']') => brackets = brackets.saturating_sub(1),
            (None, '>') if brackets == 0 => return Ok((&markup[..at], &markup[at + 1..])),
            (None, _) => {}
        }
    }
    Err(breaks_off())
}

/// Entities that stand for plain text are common (namespaces of Illustrator); such that stand for
/// markup or for each other could hide any depth.
fn refuse_markup_in_entities(document_type: &str) -> Result<(), Failure> {
    let mut quoted = document_type.split(['"', '\'']).skip(1).step_by(2);
    if quoted.any(|value| value.contains(['<', '&', '%'])) {
        return Err(Failure::broken("its entities are more than text"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\">";

    #[test]
    fn drawings_of_real_programs_are_cleaned() {
        let layers = format!("{OPEN}{}{}</svg>", "<g>".repeat(200), "</g>".repeat(200));
        let illustrator = "<?xml version=\"1.0\"?><!-- <g> > --><!DOCTYPE svg PUBLIC \"-//W3C//DTD \
            SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\" [\n<!ENTITY ns_svg \
            \"http://www.w3.org/2000/svg\">\n]><svg xmlns=\"&ns_svg;\"><style><![CDATA[ a > b {} \
            ]]></style><rect width='4' height='5'/></svg>";
        for text in [layers.as_str(), illustrator] {
            assert!(sanitize(text.as_bytes()).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_explodes_is_refused() {
        let entity = |value: &str| {
            format!("<!DOCTYPE svg [<!ENTITY a \"{value}\">]>{OPEN}<text>&a;</text></svg>")
        };
        for text in [
            format!("{OPEN}{}", "<g>".repeat(300)),
            format!("{OPEN}{}", "<g><!--</g>--><![CDATA[</g>]]>".repeat(300)),
            format!("{OPEN}{}", "<g a=\"/>\" b='</g>'>".repeat(300)),
            format!("{OPEN}{}</svg>", "<g xmlns:a=\"b\"/>".repeat(200)),
            entity(&"<g>".repeat(300)),
            entity("&#60;g>"),
            entity("&b;&b;&b;&b;"),
            OPEN[..20].to_owned(),
            format!("{OPEN}<!-- "),
        ] {
            assert!(sanitize(text.as_bytes()).is_err(), "{text}");
        }
        let utf_16: Vec<u8> = OPEN.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(sanitize(&[&[0xff, 0xfe], utf_16.as_slice()].concat()).is_err());
    }
}
