//! Pages: what a browser fetches to show them.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, StartTag, Token, Tokenizer};
use url::Url;

use super::srcset::candidates;

/// What a page of this address has a browser fetch: pictures (`img`, `source`, `video`'s poster,
/// preloads, icons, and `url(…)` in its styles), style sheets and scripts. In the page's order; one that
/// is named twice is there twice. What is no address is left out.
///
/// # Example
/// ```
/// let base = url::Url::parse("https://shop.example/sale/").unwrap();
/// let html = br#"<img src="a.jpg" srcset="/b.jpg 1x, c.jpg 2x"><p style="background:url(d.png)">"#;
/// let found = cache_warmer::source::resources_of_page(html, &base);
/// let paths: Vec<_> = found.iter().map(|url| url.path()).collect();
/// assert_eq!(paths, ["/sale/a.jpg", "/b.jpg", "/sale/c.jpg", "/sale/d.png"]);
/// ```
pub fn resources_of_page(html: &[u8], base: &Url) -> Vec<Url> {
    let mut page = Page { base: base.clone(), found: Vec::new(), is_in_style: false };
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => page.open(&tag),
            Token::EndTag(_) => page.is_in_style = false,
            Token::String(text) if page.is_in_style => page.take_style(&text_of(&text)),
            _ => {}
        }
    }
    page.found
}

/// A page, as far as it was read.
struct Page {
    base: Url,
    found: Vec<Url>,
    is_in_style: bool,
}

impl Page {
    fn open(&mut self, tag: &StartTag<()>) {
        let value = |name: &[u8]| tag.attributes.get(name).map(|value| text_of(&value.value));
        let mut take = |name: &[u8]| value(name).into_iter().for_each(|url| self.take(&url));
        match tag.name.as_slice() {
            b"img" | b"source" | b"script" => take(b"src"),
            b"video" => take(b"poster"),
            b"link" if value(b"rel").is_some_and(|rel| is_fetched(&rel)) => take(b"href"),
            b"base" => self.rebase(value(b"href")),
            b"style" => self.is_in_style = true,
            _ => {}
        }
        for name in [&b"srcset"[..], b"imagesrcset"] {
            let srcset = value(name).unwrap_or_default();
            for url in candidates(&srcset) {
                self.take(url);
            }
        }
        if let Some(style) = value(b"style") {
            self.take_style(&style);
        }
    }

    fn rebase(&mut self, href: Option<String>) {
        if let Some(base) = href.and_then(|href| self.base.join(href.trim()).ok()) {
            self.base = base;
        }
    }

    fn take(&mut self, address: &str) {
        let address = address.trim();
        if address.is_empty() {
            return;
        }
        let url = self.base.join(address).ok();
        self.found.extend(url.filter(|url| matches!(url.scheme(), "http" | "https")));
    }

    fn take_style(&mut self, style: &str) {
        for part in style.split("url(").skip(1) {
            let Some((address, _)) = part.split_once(')') else { continue };
            self.take(address.trim().trim_matches(['"', '\'']));
        }
    }
}

/// Whether a link of these relations is fetched with the page.
fn is_fetched(relations: &str) -> bool {
    relations.split_ascii_whitespace().any(|relation| {
        ["stylesheet", "preload", "icon", "modulepreload"]
            .iter()
            .any(|fetched| relation.eq_ignore_ascii_case(fetched))
    })
}

fn text_of(text: &HtmlString) -> String {
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(html: &str) -> Vec<String> {
        let base = Url::parse("https://shop.example/a/b").unwrap();
        resources_of_page(html.as_bytes(), &base).into_iter().map(String::from).collect()
    }

    #[test]
    fn everything_is_found_that_a_browser_fetches() {
        let html = r#"<base href="/x/">
            <link rel="preload" as="image" href="hero.jpg" imagesrcset="h1.jpg 1x, h2.jpg 2x">
            <link rel="Stylesheet" href="/s.css"><link rel="canonical" href="/never">
            <style>p { background: url("bg.png") } </style>
            <picture><source srcset="w.webp"><img src="j.jpg?a=1&amp;b=2"></picture>
            <video poster="still.jpg" src="film.mp4"></video>
            <script>let not = '<img src="not.jpg">';</script><script src="/s.js"></script>
            <a href="/page">no</a><img src="data:image/png;base64,AA">"#;
        let x = |path: &str| format!("https://shop.example/x/{path}");
        assert_eq!(
            found(html),
            [
                x("hero.jpg"),
                x("h1.jpg"),
                x("h2.jpg"),
                "https://shop.example/s.css".to_owned(),
                x("bg.png"),
                x("w.webp"),
                x("j.jpg?a=1&b=2"),
                x("still.jpg"),
                "https://shop.example/s.js".to_owned(),
            ]
        );
    }

    proptest! {
        #[test]
        fn no_page_panics(html in "(<(img|link|style|base|p) (src|srcset|href|style|rel)=\"?[ -~]{0,20}\"?>|.){0,12}") {
            found(&html);
        }
    }
}
