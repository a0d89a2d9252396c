//! What is said when the server is up.

use std::fmt::Write as _;
use std::net::SocketAddr;

use fleet::Site;

use super::DevOptions;
use super::playground::first_photo;

/// Shown in the example where the first site has no photo in a folder.
const SOME_PHOTO: &str = "/photos/<name>.jpg";

/// Where to look, where the logs go, and a command to try.
pub(crate) fn text<'a>(
    options: &DevOptions,
    address: SocketAddr,
    sites: impl Iterator<Item = &'a Site>,
) -> String {
    let port = address.port();
    let sites: Vec<_> = sites.collect();
    let mut rows = vec![("playground", format!("http://localhost:{port}/"))];
    for site in &sites {
        rows.push((site.name.as_str(), format!("http://{}.localhost:{port}/", site.name)));
    }
    rows.push(("access logs", format!("{}", options.data.join("logs").display())));

    let count = match sites.len() {
        1 => "1 site".to_owned(),
        many => format!("{many} sites"),
    };
    let width = rows.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
    let mut text = format!("Serving {count} of {}\n\n", options.fleet.display());
    for (label, place) in rows {
        // Writing to a `String` cannot fail.
        _ = writeln!(text, "  {label:width$}  {place}");
    }
    let photo = sites.first().and_then(|site| first_photo(site));
    let photo = photo.unwrap_or_else(|| SOME_PHOTO.to_owned());
    _ = write!(
        text,
        "\nTry it twice and look at X-Cache:\n\n  \
         curl -sD - -o /dev/null -H 'Accept: image/avif,image/webp' \\\n    \
         'http://localhost:{port}/cdn-cgi/image/width=400,format=auto{photo}'\n\nCtrl-C ends it."
    );
    text
}
