//! The playground: one page on which a newcomer turns every knob.

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::response::IntoResponse;
use fleet::{Origin, Site};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::route::PLAYGROUND;
use super::server::Edge;
use super::uploads::{UPLOAD_BYTES, UploadError};

/// The files of the page: path below [`PLAYGROUND`], media type, content.
const FILES: [(&str, &str, &str); 4] = [
    ("", "text/html; charset=utf-8", include_str!("playground/index.html")),
    ("style.css", "text/css; charset=utf-8", include_str!("playground/style.css")),
    ("app.js", "text/javascript; charset=utf-8", include_str!("playground/app.js")),
    ("urls.js", "text/javascript; charset=utf-8", include_str!("playground/urls.js")),
];

/// Nothing from elsewhere, nothing inline; pictures also from memory, as results are shown.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// What a photo's file name ends with.
const PHOTO_EXTENSIONS: [&str; 9] =
    ["avif", "bmp", "gif", "jpeg", "jpg", "png", "tif", "tiff", "webp"];

/// Photos that the page offers at most.
const MAX_PHOTOS: usize = 200;

/// Folders and files that are looked at for them at most.
const MAX_VISITED: usize = 20_000;

/// What is percent-encoded in a path.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What the page is told when it starts.
#[derive(Serialize)]
struct Facts {
    sites: Vec<SiteFacts>,
    photos: Vec<Photo>,
    upload_bytes: usize,
    output_side: u32,
}

#[derive(Serialize)]
struct SiteFacts {
    name: String,
    url: String,
}

/// A photo that can be picked.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Photo {
    path: String,
    bytes: u64,
}

#[derive(Serialize)]
struct Uploaded {
    path: String,
    bytes: usize,
}

#[derive(Serialize)]
struct Refused {
    error: String,
}

/// Answers a request for the page or one of its files.
pub(crate) async fn answer(edge: &Arc<Edge>, parts: &Parts, body: Body) -> Response<Body> {
    let name = parts.uri.path().strip_prefix(PLAYGROUND).unwrap_or_default();
    let mut response = match (&parts.method, name) {
        (&Method::POST, "upload") if is_from_the_page(&parts.headers) => upload(edge, body).await,
        (&Method::GET | &Method::HEAD, "photos.json") => json(StatusCode::OK, &facts(edge).await),
        (&Method::GET | &Method::HEAD, _) => file(name),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    protect(response.headers_mut());
    response
}

/// Tells a browser that came with an unknown name where the sites are.
pub(crate) fn unknown_host(edge: &Edge) -> Response<Body> {
    let port = edge.port();
    // Names of sites are made of lower-case letters, digits and `-`.
    let link = |label: &str, url: &str| format!("<li><a href=\"{url}\">{label}</a></li>");
    let mut links = link("The playground", &format!("http://localhost:{port}/"));
    for site in edge.sites() {
        links.push_str(&link(&site.name, &format!("http://{}.localhost:{port}/", site.name)));
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>No such site</title>\
         <h1>No site has this name</h1><p>These are served here:</p><ul>{links}</ul></html>\n"
    );
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    let mut response = (StatusCode::NOT_FOUND, kind, page).into_response();
    protect(response.headers_mut());
    response
}

/// The path of a photo to begin with, percent-encoded.
pub(crate) fn first_photo(site: &Site) -> Option<String> {
    photos(site).into_iter().next().map(|photo| photo.path)
}

fn file(name: &str) -> Response<Body> {
    match FILES.iter().find(|(file, ..)| *file == name) {
        Some((_, kind, text)) => ([(header::CONTENT_TYPE, *kind)], *text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn protect(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Browsers tell where a request comes from; another site's page may not fill the disk.
fn is_from_the_page(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin")
}

fn json(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    match serde_json::to_string(value) {
        Ok(text) => (status, [(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn facts(edge: &Edge) -> Facts {
    let url = |site: &Site| format!("http://{}.localhost:{}/", site.name, edge.port());
    let sites =
        edge.sites().map(|site| SiteFacts { name: site.name.clone(), url: url(site) }).collect();
    let first = edge.sites().next().cloned();
    let output_side = first.as_ref().map_or(0, |site| site.images.limits.output_side);
    let find = move || first.as_ref().map(photos).unwrap_or_default();
    // Fails only where the walk panicked: then there is nothing to offer.
    let photos = tokio::task::spawn_blocking(find).await.unwrap_or_default();
    Facts { sites, photos, upload_bytes: UPLOAD_BYTES, output_side }
}

async fn upload(edge: &Arc<Edge>, body: Body) -> Response<Body> {
    let refuse = |status, error: String| json(status, &Refused { error });
    let Ok(bytes) = axum::body::to_bytes(body, UPLOAD_BYTES).await else {
        let limit = UPLOAD_BYTES / (1024 * 1024);
        return refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the picture is larger than {limit} MiB"),
        );
    };
    let length = bytes.len();
    let edge = Arc::clone(edge);
    match tokio::task::spawn_blocking(move || edge.uploads().add(&bytes)).await {
        Ok(Ok(path)) => json(StatusCode::CREATED, &Uploaded { path, bytes: length }),
        Ok(Err(error @ (UploadError::NotUsable(_) | UploadError::Svg))) => {
            refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, error.to_string())
        }
        Ok(Err(error @ UploadError::Storage(_))) => {
            refuse(StatusCode::INSUFFICIENT_STORAGE, error.to_string())
        }
        Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

/// The photos in a site's folder, by path; none where its originals are elsewhere.
fn photos(site: &Site) -> Vec<Photo> {
    let Origin::Folder(root) = &site.origin else {
        return Vec::new();
    };
    let mut photos = Vec::new();
    let mut folders = vec![root.clone()];
    let mut visited = 0;
    while let Some(folder) = folders.pop() {
        // A folder that cannot be read has nothing to offer.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            visited += 1;
            // The kind of the entry itself: a link that leads in circles is not followed.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => photos.extend(photo(root, &entry)),
                _ => {}
            }
            if visited >= MAX_VISITED || photos.len() >= MAX_PHOTOS {
                folders.clear();
                break;
            }
        }
    }
    photos.sort();
    photos
}

fn photo(root: &Path, entry: &std::fs::DirEntry) -> Option<Photo> {
    let path = entry.path();
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    if !PHOTO_EXTENSIONS.contains(&extension.as_str()) {
        return None;
    }
    let below: Vec<_> =
        path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect::<Option<_>>()?;
    let path = format!("/{}", utf8_percent_encode(&below.join("/"), PATH));
    Some(Photo { path, bytes: entry.metadata().ok()?.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_found_in_folders_and_their_paths_encoded() {
        let temp = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(temp.path().join("photos/deep")).unwrap();
        for name in
            ["index.html", "photos/b.JPG", "photos/a b#1.png", "photos/deep/ü.webp", "photos/x"]
        {
            std::fs::write(temp.path().join(name), "12345").unwrap();
        }
        let site = Site {
            name: "atelier".to_owned(),
            domains: Vec::new(),
            origin: Origin::Folder(temp.path().to_owned()),
            images: edge_resizer::Policy::default(),
            delivery: fleet::Delivery::default(),
        };
        let found: Vec<_> = photos(&site).into_iter().map(|p| (p.path, p.bytes)).collect();
        let want = ["/photos/a%20b%231.png", "/photos/b.JPG", "/photos/deep/%C3%BC.webp"];
        assert_eq!(found, want.map(|path| (path.to_owned(), 5)));
        assert_eq!(first_photo(&site).as_deref(), Some("/photos/a%20b%231.png"));
        let missing = Site { origin: Origin::Folder("/nowhere".into()), ..site };
        assert!(photos(&missing).is_empty());
    }

    #[test]
    fn uploads_of_other_pages_are_refused() {
        for (site, want) in [
            (None, true),
            (Some("same-origin"), true),
            (Some("cross-site"), false),
            (Some("same-site"), false),
            (Some("none"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            assert_eq!(is_from_the_page(&headers), want, "{site:?}");
        }
    }

    #[test]
    fn the_page_asks_for_nothing_from_elsewhere() {
        for (name, kind, text) in FILES {
            assert!(!kind.is_empty(), "{name}");
            for sign in ["https://", "src=\"http", "href=\"http", "@import", "url(http"] {
                assert!(!text.contains(sign), "{name} has {sign}");
            }
        }
        let (_, _, page) = FILES[0];
        for (name, ..) in &FILES[1..3] {
            assert!(page.contains(&format!("{PLAYGROUND}{name}")), "{name}");
        }
        for sign in ["<style", " style=", " onclick=", "<script>"] {
            assert!(!page.contains(sign), "the policy forbids {sign}");
        }
    }
}
