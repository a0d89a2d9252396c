//! `robots.txt`: where a site says that its sitemaps are (<https://www.sitemaps.org/protocol.html>).

/// The sitemaps that a `robots.txt` names, in its order.
///
/// # Example
/// ```
/// let text = "User-agent: *\nDisallow:\nSitemap: https://shop.example/sitemap.xml # all\n";
/// let found: Vec<_> = cache_warmer::source::sitemaps_in_robots(text).collect();
/// assert_eq!(found, ["https://shop.example/sitemap.xml"]);
/// ```
pub fn sitemaps_in_robots(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        let value = value.split(" #").next().unwrap_or_default().trim();
        let is_sitemap = name.trim().eq_ignore_ascii_case("sitemap");
        (is_sitemap && !value.is_empty()).then_some(value)
    })
}
