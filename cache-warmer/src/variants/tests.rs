use super::*;

fn variants(policy: Policy, wanted: Wanted) -> Variants {
    let hosts = vec!["shop.example".to_owned()];
    let shop = Shop { name: "shop".to_owned(), hosts, policy };
    Variants::new(vec![shop], &["cdn.example".to_owned()], wanted)
}

fn listed(variants: &Variants, url: &str) -> Vec<String> {
    let targets = variants.of(&Url::parse(url).unwrap()).unwrap();
    targets.iter().map(|(it, _)| format!("{} {}", it.wish.label(), it.url)).collect()
}

#[test]
fn a_negotiated_picture_is_asked_for_by_every_kind_of_browser() {
    let variants = variants(Policy::default(), Wanted::default());
    let url = "https://shop.example/cdn-cgi/image/width=4,format=auto/a.jpg";
    assert_eq!(
        listed(&variants, &format!("{url}#x")),
        [format!("avif {url}"), format!("webp {url}"), format!("basic {url}"),]
    );
    let fixed = "https://shop.example/cdn-cgi/image/width=4,format=webp/a.jpg";
    assert_eq!(listed(&variants, fixed), [format!("plain {fixed}")]);
}

#[test]
fn formats_that_a_shop_has_not_are_one_variant() {
    let formats = vec![edge_resizer::recipe::Format::Jpeg];
    let variants = variants(Policy { formats, ..Policy::default() }, Wanted::default());
    let url = "https://shop.example/cdn-cgi/image/width=4,format=auto/a.jpg";
    assert_eq!(listed(&variants, url).len(), 1);
}

#[test]
fn spellings_of_one_wish_have_one_key() {
    let variants = variants(Policy::default(), Wanted::default());
    let key = |url: &str| {
        let targets = variants.of(&Url::parse(url).unwrap()).unwrap();
        targets.into_iter().map(|(_, key)| key).collect::<Vec<_>>()
    };
    let base = "https://shop.example/cdn-cgi/image/";
    let one = key(&format!("{base}width=4,quality=80,format=auto/a.jpg"));
    assert_eq!(one, key(&format!("{base}f=auto,q=80,w=4/a.jpg")));
    assert_ne!(one, key(&format!("{base}width=5,quality=80,format=auto/a.jpg")));
}

#[test]
fn an_original_comes_in_the_widths_and_presets_of_its_shop() {
    let presets = [("card".to_owned(), "width=9,format=auto".to_owned())].into();
    let policy = Policy { widths: vec![4, 9], presets, ..Policy::default() };
    let wanted = Wanted { pictures: vec![Wish::Avif], ..Wanted::default() };
    let base = "https://shop.example";
    assert_eq!(
        listed(&variants(policy.clone(), wanted), &format!("{base}/a.jpg")),
        [
            format!("plain {base}/a.jpg"),
            format!("avif {base}/cdn-cgi/image/preset=card/a.jpg"),
            format!("avif {base}/cdn-cgi/image/width=4,format=auto/a.jpg"),
            format!("avif {base}/cdn-cgi/image/width=9,format=auto/a.jpg"),
        ]
    );
    let as_is = Wanted { originals_as_variants: false, ..Wanted::default() };
    assert_eq!(listed(&variants(policy, as_is), &format!("{base}/a.jpg")).len(), 1);
}

#[test]
fn only_what_was_purged_is_a_target() {
    let policy = Policy { widths: vec![4], ..Policy::default() };
    let wanted = Wanted { pictures: vec![Wish::Avif], ..Wanted::default() };
    let all = variants(policy, wanted);
    let base = "https://shop.example";
    let width = format!("avif {base}/cdn-cgi/image/width=4,format=auto/a.jpg");
    let image = Purged { images: vec!["/a.jpg".to_owned()], ..Purged::default() };
    let only = all.clone().only(image);
    assert_eq!(
        listed(&only, &format!("{base}/a.jpg")),
        [format!("plain {base}/a.jpg"), width.clone()]
    );
    let other = format!("{base}/cdn-cgi/image/width=9,format=auto/a.jpg");
    assert_eq!(listed(&only, &other), [format!("avif {other}")]);
    assert_eq!(listed(&only, &format!("{base}/b.jpg")), [""; 0]);
    assert_eq!(listed(&only, "https://cdn.example/a.jpg"), [""; 0]);
    // By a path only what is below it goes, not the original.
    let paths = Purged { paths: vec!["/cdn-cgi/*".to_owned()], ..Purged::default() };
    assert_eq!(listed(&all.only(paths), &format!("{base}/a.jpg")), [width]);
}

#[test]
fn texts_have_encodings_and_strangers_are_refused() {
    let variants = variants(Policy::default(), Wanted::default());
    let page = "https://shop.example/";
    assert_eq!(listed(&variants, page), [format!("br {page}"), format!("gzip {page}")]);
    let font = "https://cdn.example/a.woff2";
    assert_eq!(listed(&variants, font), [format!("plain {font}")]);
    let refused = variants.of(&Url::parse("https://other.example/").unwrap());
    assert_eq!(refused, Err(ForeignHost { host: "other.example".to_owned() }));
}
