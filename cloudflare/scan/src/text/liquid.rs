//! Shopify's filters that make pictures' URLs, as the URLs that they make.

use super::lines::Lines;
use super::{Collector, MASK, mask};

/// Filters with a size as their first argument: `img_url: '400x', crop: 'center'`.
const BY_NAME: [&str; 5] =
    ["img_url", "product_img_url", "collection_img_url", "article_img_url", "asset_img_url"];
/// Parameters of `image_url` that stand in the query.
const PARAMETERS: [&str; 6] = ["width", "height", "crop", "format", "pad_color", "quality"];

/// A filter and its arguments.
#[derive(Debug, Default, PartialEq, Eq)]
struct Filter<'t> {
    name: &'t str,
    positional: Option<String>,
    named: Vec<(&'t str, String)>,
}

/// Reads the tags of a template.
pub(super) fn read(text: &str, found: &mut Collector) {
    let lines = Lines::of(text, 1);
    let mut rest = text;
    while let Some((_, tag, after)) = mask::next_liquid_tag(rest) {
        let mut start = text.len() - after.len() - tag.len();
        // `{% liquid %}` has a statement on each line.
        for statement in tag.split_inclusive('\n') {
            let line = lines.at(start);
            start += statement.len();
            for url in urls(statement.trim_end_matches(['\n', '}', '%', '-'])) {
                found.picture(&url, line);
            }
        }
        rest = after;
    }
}

/// The URLs that the filters of a statement make.
fn urls(statement: &str) -> Vec<String> {
    let mut urls = Vec::new();
    for text in split(statement, '|').into_iter().skip(1) {
        let filter = Filter::parse(text);
        if BY_NAME.contains(&filter.name) {
            urls.push(filter.file_name());
        } else if filter.name == "image_url" {
            urls.push(filter.query());
        } else if filter.name == "image_tag" {
            let widths = filter.argument("widths").unwrap_or_default();
            let widths = widths.split(',').map(str::trim).filter(|width| !width.is_empty());
            urls.extend(widths.map(|width| format!("/cdn/shop/files/{MASK}.jpg?width={width}")));
        }
    }
    urls
}

impl<'t> Filter<'t> {
    fn parse(text: &'t str) -> Self {
        let (name, arguments) = text.split_once(':').unwrap_or((text, ""));
        let mut filter = Self { name: name.trim(), ..Self::default() };
        for argument in split(arguments, ',') {
            match argument.split_once(':') {
                Some((name, value)) if is_name(name.trim()) => {
                    filter.named.push((name.trim(), value_of(value)));
                }
                _ if argument.trim().is_empty() => {}
                _ => filter.positional = Some(value_of(argument)),
            }
        }
        filter
    }

    fn argument(&self, name: &str) -> Option<&str> {
        self.named.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// `img_url: '400x', crop: 'center', scale: 2, format: 'pjpg'`; without a size it is `small`.
    fn file_name(&self) -> String {
        let size = self.positional.as_deref().unwrap_or("small");
        let part = |name, before: &str, after: &str| {
            self.argument(name).map(|value| format!("{before}{value}{after}")).unwrap_or_default()
        };
        let (crop, scale) = (part("crop", "_crop_", ""), part("scale", "@", "x"));
        let ending = match self.argument("format") {
            Some("pjpg") => ".progressive.jpg",
            Some("jpg") => ".png.jpg",
            _ => ".jpg",
        };
        format!("/cdn/shop/files/{MASK}_{size}{crop}{scale}{ending}")
    }

    /// `image_url: width: 400, height: 300, crop: 'center'`.
    fn query(&self) -> String {
        let pairs =
            PARAMETERS.iter().filter_map(|name| Some(format!("{name}={}", self.argument(name)?)));
        let query: Vec<_> = pairs.collect();
        format!("/cdn/shop/files/{MASK}.jpg?{}", query.join("&"))
    }
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !text.is_empty()
}

/// A literal's value; what is computed is masked.
fn value_of(text: &str) -> String {
    let text = text.trim();
    let quoted = ['\'', '"'].iter().find_map(|it| text.strip_prefix(*it)?.strip_suffix(*it));
    match quoted {
        Some(text) => text.to_owned(),
        None if text.bytes().all(|it| it.is_ascii_digit() || it == b'.') => text.to_owned(),
        None => MASK.to_string(),
    }
}

/// The parts between separators that stand outside quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut quote = None;
    text.split(|character| match (quote, character) {
        (Some(open), _) => {
            quote = quote.filter(|_| character != open);
            false
        }
        (None, '\'' | '"') => {
            quote = Some(character);
            false
        }
        (None, _) => character == separator,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_make_urls() {
        for (statement, want) in [
            ("{{ p | img_url: '400x' }}", vec!["~_400x.jpg"]),
            ("{{ p | img_url }}", vec!["~_small.jpg"]),
            (
                "{{ p|img_url:\"1x1\",crop:'top',scale:2,format:'pjpg' }}",
                vec!["~_1x1_crop_top@2x.progressive.jpg"],
            ),
            (
                "{{ p | image_url: width: 400, height: 300, crop: 'center' }}",
                vec!["~.jpg?width=400&height=300&crop=center"],
            ),
            (
                "{{ p | image_url: width: w | image_tag: widths: '165, 360' }}",
                vec!["~.jpg?width=~", "~.jpg?width=165", "~.jpg?width=360"],
            ),
            ("{{ 'a|img_url' | append: 'b' }}", vec![]),
            ("{% assign u = p | img_url: size %}", vec!["~_~.jpg"]),
        ] {
            let urls = urls(statement.trim_end_matches(['}', '%']));
            let shown: Vec<_> = urls
                .iter()
                .map(|url| url.replace("/cdn/shop/files/", "").replace(MASK, "~"))
                .collect();
            assert_eq!(shown, want, "{statement}");
        }
    }
}
