use super::*;

/// `line: url` of all that a document names.
fn told(name: &str, kind: Kind, text: &str) -> Vec<String> {
    let document = Document { name: name.to_owned(), kind, text: text.to_owned() };
    let found = read(&document).found;
    found.iter().map(|it| format!("{}: {}", it.line, it.url.replace(MASK, "~"))).collect()
}

#[test]
fn pages_name_pictures() {
    let page = r#"<!doctype html>
<link rel=icon href="/favicon.svg"><link rel=stylesheet href=/a.css>
<meta property="og:image" content="https://shop.example/og.jpg?a=1&amp;b=2">
<img src=hero srcset="/cdn-cgi/image/w=1,h=2/a.jpg 1x, /b.jpg 2x"
  data-zoom="/zoom.jpg">
<div style="background:url('/c.png')"><img src="data:image/png;base64,AA"></div>
<style>
.a { background: image-set("d.webp" 1x, url(e.png) 2x) } @media x { .b { src: url(f.woff) } }
</style>
<script>
let a = "/g.jpg"; if (1 < 2) b('<img src="\/h.jpg">'); // don't
let c = `/cdn-cgi/image/width=${w}/i.jpg`;
</script>
<a href=/page>x</a><svg><image href="/j.jpg"/></svg>"#;
    insta::assert_snapshot!(told("a.html", Kind::Html, page).join("\n"), @r"
    2: /favicon.svg
    3: https://shop.example/og.jpg?a=1&b=2
    4: hero
    4: /cdn-cgi/image/w=1,h=2/a.jpg
    4: /b.jpg
    5: /zoom.jpg
    6: /c.png
    8: d.webp
    8: e.png
    11: /g.jpg
    11: /h.jpg
    12: /cdn-cgi/image/width=~/i.jpg
    14: /j.jpg
    ");
}

#[test]
fn templates_name_pictures() {
    let template = r#"{% comment %}x{% endcomment %}
<img src="{{ product.image | img_url: "400x" }}" alt="{{ a }}">
<img src="{{ settings.cdn }}/cdn-cgi/image/width=300/{{ image.src }}">
{%- liquid
  assign a = p | image_url: width: 600
  assign b = p | img_url
-%}"#;
    insta::assert_snapshot!(told("a.liquid", Kind::Liquid, template).join("\n"), @r"
    2: /cdn/shop/files/~_400x.jpg
    3: ~/cdn-cgi/image/width=300/~
    5: /cdn/shop/files/~.jpg?width=600
    6: /cdn/shop/files/~_small.jpg
    ");
    let sheet = ".a { background: url({{ 'a.png' | asset_img_url: '60x' }}) }\n.b { background: url(b.png) }";
    insta::assert_snapshot!(told("a.css.liquid", Kind::Liquid, sheet).join("\n"), @r"
    1: /cdn/shop/files/~_60x.jpg
    2: b.png
    ");
}

#[test]
fn json_and_sitemaps_name_pictures() {
    let json = "/* made by hand */\n{\"a\": \"\\/b.jpg\", \"html\": \"<p><img src=\\\"c.png\\\"><\\/p>\",\n\"d\": \"fit-in\", \"e\": \"w:400\"}";
    insta::assert_snapshot!(told("a.json", Kind::Strings, json).join("\n"), @r"
    2: /b.jpg
    2: c.png
    ");
    let sitemap = r#"<?xml version="1.0"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://shop.example/a</loc>
<image:image><image:loc>https://shop.example/a.jpg</image:loc></image:image></url></urlset>"#;
    insta::assert_snapshot!(told("s.xml", Kind::Sitemap, sitemap).join("\n"), @"4: https://shop.example/a.jpg");
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "[<>a-z\"'`{}%$|:,=/. \\n\\\\()?;-]{0,200}") {
        for kind in [Kind::Html, Kind::Css, Kind::Liquid, Kind::Strings, Kind::Sitemap] {
            let lines = text.lines().count().max(1) + 1;
            let document = Document { name: "a".to_owned(), kind, text: text.clone() };
            let found = read(&document).found;
            proptest::prop_assert!(found.iter().all(|it| (1..=lines).contains(&it.line)));
        }
    }
}
