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
    rows.push(("access logs", options.data.join("logs").display().to_string()));

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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_newcomer_is_told_where_to_look() {
        let temp = tempfile::tempdir().unwrap();
        std::fs::create_dir(temp.path().join("photos")).unwrap();
        std::fs::write(temp.path().join("photos/vase.jpg"), "").unwrap();
        let site = |name: &str, folder: PathBuf| Site {
            name: name.to_owned(),
            domains: Vec::new(),
            origin: fleet::Origin::Folder(folder),
            images: edge_resizer::Policy::default(),
            delivery: fleet::Delivery::default(),
        };
        let sites = [site("atelier", temp.path().to_owned()), site("harbor", PathBuf::new())];
        let options = DevOptions {
            fleet: "examples/fleet.toml".into(),
            listen: ([127, 0, 0, 1], 0).into(),
            data: "dev-data".into(),
        };
        let got = text(&options, ([127, 0, 0, 1], 8080).into(), sites.iter());
        let want = "\
Serving 2 sites of examples/fleet.toml

  playground   http://localhost:8080/
  atelier      http://atelier.localhost:8080/
  harbor       http://harbor.localhost:8080/
  access logs  dev-data/logs

Try it twice and look at X-Cache:

  curl -sD - -o /dev/null -H 'Accept: image/avif,image/webp' \\
    'http://localhost:8080/cdn-cgi/image/width=400,format=auto/photos/vase.jpg'

Ctrl-C ends it.";
        assert_eq!(got, want);
    }
}
