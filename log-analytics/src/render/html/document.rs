//! What every page has around it: head, colors, the way back, a choice of light or dark.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

const STYLE: &str = include_str!("style.css");
/// What every page says of who made it, by which a folder of them is known again.
pub const GENERATOR: &str = r#"<meta name="generator" content="cdn-cli logs">"#;
const SCRIPT: &str = include_str!("script.js");

/// Nothing is loaded, sent or framed; the one style and the one script of the page are known by their
/// hashes.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'",
        hash(STYLE),
        hash(SCRIPT)
    )
});

/// A page.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) title: &'a str,
    /// Where it belongs: the address of the page above, and its name.
    pub(crate) trail: Option<(&'a str, &'a str)>,
    pub(crate) body: Markup,
}

impl Document<'_> {
    pub(crate) fn write(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(*POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    (PreEscaped(GENERATOR))
                    meta name="color-scheme" content="light dark";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header {
                        div {
                            @if let Some((href, name)) = self.trail {
                                nav aria-label="Breadcrumb" { a href=(href) { (name) } }
                            }
                            h1 { (self.title) }
                        }
                        (colors())
                    }
                    main id="main" tabindex="-1" { (self.body) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        let mut page = page.into_string();
        page.push('\n');
        page
    }
}

/// The choice of colors works without a script, by the style alone; a script remembers it.
fn colors() -> Markup {
    html! {
        fieldset.colors {
            legend { "Colors" }
            @for (value, name) in [("auto", "Auto"), ("light", "Light"), ("dark", "Dark")] {
                label { input type="radio" name="colors" id=(format!("colors-{value}")) value=(value) checked[value == "auto"]; (name) }
            }
        }
    }
}

/// How a figure is marked that has a bound: by a word and a color.
pub(crate) fn tone_of(is_good: bool) -> &'static str {
    if is_good { "good" } else { "bad" }
}
