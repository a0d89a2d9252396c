//! A case of `cases/*.toml`: a request, and what the answer must be.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use edge_resizer::{Policy, Request, Response, Source, SourceFailure, SourceRef};
use http::{HeaderName, HeaderValue, Method};
use serde::Deserialize;

use crate::exchange::{answer, header};
use crate::fixture::{color, fixture};
use crate::picture::{Picture, Rgba};
use crate::vips;

/// One case. The original is the [`fixture`](crate::fixture) that the URL's source is named after,
/// whatever folder it is in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, in a few words.
    pub name: String,
    /// Path and query.
    pub url: String,
    /// Default: `GET`.
    pub method: Option<String>,
    /// The request's `Accept`. Default: none.
    pub accept: Option<String>,
    /// Further headers of the request.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The brand's policy, as in a fleet file. Default: the default policy.
    #[serde(default)]
    pub policy: Policy,
    /// Why the origin gives no source. Default: it gives one.
    pub failure: Option<Failure>,
    /// The origin's `Cache-Control`. Default: none.
    pub origin_cache_control: Option<String>,
    /// What the answer must be.
    pub want: Want,
}

/// Why the origin gives no source.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "named as in edge-resizer, which says what they are")]
pub enum Failure {
    Denied,
    Forbidden,
    NotFound,
    Status500,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
}

/// What an answer must be; what is left out may be anything.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Want {
    /// The HTTP status; 0: no answer, the request is the origin's. Default: 200.
    #[serde(default = "ok")]
    pub status: u16,
    /// `Content-Type`.
    pub r#type: Option<String>,
    /// Width and height of the picture, as libvips decodes it.
    pub size: Option<[u32; 2]>,
    /// Names of colors near the four corners: the upper two, the lower two.
    pub corners: Option<[String; 4]>,
    /// Name of the color in the middle.
    pub middle: Option<String>,
    /// Values of a JSON answer, by their JSON pointers.
    #[serde(default)]
    pub json: BTreeMap<String, serde_json::Value>,
    /// Headers: `*` is any value, `-` is absent, `~text` has the text in it, all else is exact.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Whether the body is the source, byte for byte.
    #[serde(default)]
    pub original: bool,
    /// Whether there is no body.
    #[serde(default)]
    pub empty: bool,
    /// What the body says, as text.
    pub says: Option<String>,
    /// What the body must not say, as text.
    #[serde(default)]
    pub says_not: Vec<String>,
    /// Most bytes of the body.
    pub bytes: Option<usize>,
    /// URL whose answer to the same client has more bytes.
    pub lighter_than: Option<String>,
    /// URL whose answer to the same client is the same, byte for byte.
    pub same_as: Option<String>,
    /// Whether asking again with the answer's tag gives 304, and with another tag does not.
    #[serde(default)]
    pub revalidates: bool,
}

impl Default for Want {
    fn default() -> Self {
        toml::from_str("").expect("every field has a default")
    }
}

const fn ok() -> u16 {
    200
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// The cases of all files in a folder, with their file's name.
///
/// # Errors
/// Where a file cannot be read, or is not of the form.
pub fn read_folder(folder: &Path) -> anyhow::Result<Vec<(String, Case)>> {
    let mut cases = Vec::new();
    let mut files: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.sort();
    for path in files.iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
        let text = fs::read_to_string(path)?;
        let file: File =
            toml::from_str(&text).with_context(|| format!("reading {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        cases.extend(file.case.into_iter().map(|case| (name.clone(), case)));
    }
    Ok(cases)
}

impl Case {
    /// Everything that is not as it must be; empty where the case holds.
    pub fn check(&self) -> Vec<String> {
        let Some(response) = self.answer(&self.url, None) else {
            return if self.want.status == 0 { Vec::new() } else { vec!["no answer".to_owned()] };
        };
        let mut wrong = Vec::new();
        self.check_head(&response, &mut wrong);
        self.check_body(&response, &mut wrong);
        if self.want.size.is_some() || self.want.corners.is_some() || self.want.middle.is_some() {
            match vips::decode(&response.body) {
                Ok(picture) => self.check_picture(&picture, &mut wrong),
                Err(error) => wrong.push(format!("the picture cannot be decoded: {error:#}")),
            }
        }
        self.check_relations(&response, &mut wrong);
        wrong
    }

    /// The request.
    ///
    /// # Panics
    /// Where the case names a method or header that is none.
    pub fn request(&self) -> Request {
        self.request_for(&self.url, None)
    }

    /// What the core answers, in this process; `None` where it is no request for a picture.
    pub fn answered(&self) -> Option<Response> {
        self.answer(&self.url, None)
    }

    /// The answer to this case's client for a URL.
    fn answer(&self, url: &str, if_none_match: Option<&str>) -> Option<Response> {
        let request = self.request_for(url, if_none_match);
        answer(&request, &self.policy, &|source| self.fetch(source))
    }

    fn request_for(&self, url: &str, if_none_match: Option<&str>) -> Request {
        let mut request = Request::get(url);
        if let Some(method) = &self.method {
            request.method = Method::from_bytes(method.as_bytes()).expect("a method is a token");
        }
        let accept = self.accept.as_deref().map(|value| ("accept", value));
        let condition = if_none_match.map(|value| ("if-none-match", value));
        let further = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in accept.into_iter().chain(condition).chain(further) {
            let name: HeaderName = name.parse().expect("a header's name is a token");
            let value = HeaderValue::from_str(value).expect("a header's value is ASCII");
            request.headers.insert(name, value);
        }
        request
    }

    fn fetch(&self, source: &SourceRef) -> Result<Source, SourceFailure> {
        if let Some(failure) = self.failure {
            return Err(failure.into());
        }
        let name = match source {
            SourceRef::Path(path) => path.file_name(),
            SourceRef::Remote(_) => source.file_name(),
        };
        let bytes = fixture(name).ok_or(SourceFailure::NotFound)?;
        Ok(Source { bytes, version: None, cache_control: self.origin_cache_control.clone() })
    }

    fn check_head(&self, response: &Response, wrong: &mut Vec<String>) {
        if response.status != self.want.status {
            let body = String::from_utf8_lossy(&response.body[..response.body.len().min(120)]);
            wrong.push(format!("status {}: {body}", response.status));
        }
        let kind = self.want.r#type.as_ref().map(|kind| ("content-type", kind.as_str()));
        let others = self.want.headers.iter().map(|(name, want)| (name.as_str(), want.as_str()));
        for (name, want) in kind.into_iter().chain(others) {
            let value = header(response, name);
            let holds = match want {
                "*" => value.is_some(),
                "-" => value.is_none(),
                _ => match want.strip_prefix('~') {
                    Some(part) => value.is_some_and(|value| value.contains(part)),
                    None => value == Some(want),
                },
            };
            if !holds {
                wrong.push(format!("{name}: {value:?} instead of {want:?}"));
            }
        }
    }

    fn check_body(&self, response: &Response, wrong: &mut Vec<String>) {
        let want = &self.want;
        if want.empty && !response.body.is_empty() {
            wrong.push(format!("a body of {} bytes", response.body.len()));
        }
        if want.original {
            let name = self.url.rsplit('/').next().unwrap_or_default();
            let name = name.split('?').next().unwrap_or_default();
            if fixture(name).is_none_or(|source| source != response.body) {
                wrong.push("the body is not the original".to_owned());
            }
        }
        let text = String::from_utf8_lossy(&response.body);
        if let Some(says) = want.says.as_ref().filter(|says| !text.contains(says.as_str())) {
            wrong.push(format!("the body does not say {says:?}: {text:.200}"));
        }
        for says in want.says_not.iter().filter(|says| text.contains(says.as_str())) {
            wrong.push(format!("the body says {says:?}"));
        }
        if !want.json.is_empty() {
            let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            for (pointer, want) in &want.json {
                let value = json.pointer(pointer);
                if value != Some(want) {
                    wrong.push(format!("{pointer} is {value:?} instead of {want}"));
                }
            }
        }
    }

    fn check_picture(&self, picture: &Picture, wrong: &mut Vec<String>) {
        let size = [picture.width, picture.height];
        if let Some(want) = self.want.size.filter(|want| *want != size) {
            wrong.push(format!("{size:?} instead of {want:?}"));
        }
        let (right, bottom) = (picture.width - 1, picture.height - 1);
        // A few pixels inside, where neither ringing nor a soft edge reaches.
        let (x, y) = (right.min(4), bottom.min(4));
        let corners = [(x, y), (right - x, y), (x, bottom - y), (right - x, bottom - y)];
        for (want, (x, y)) in self.want.corners.iter().flatten().zip(corners) {
            check_color(want, picture.pixel(x, y), &format!("at {x},{y}"), wrong);
        }
        if let Some(want) = &self.want.middle {
            let middle = picture.pixel(picture.width / 2, picture.height / 2);
            check_color(want, middle, "in the middle", wrong);
        }
    }

    fn check_relations(&self, response: &Response, wrong: &mut Vec<String>) {
        let want = &self.want;
        let other = |url: &String| self.answer(url, None).map(|other| (url.clone(), other.body));
        if let Some(most) = want.bytes.filter(|most| response.body.len() > *most) {
            wrong.push(format!("{} bytes, more than {most}", response.body.len()));
        }
        if let Some((url, body)) = want.lighter_than.as_ref().and_then(other)
            && response.body.len() >= body.len()
        {
            wrong.push(format!("{} bytes, {url} has {}", response.body.len(), body.len()));
        }
        if let Some((url, body)) = want.same_as.as_ref().and_then(other)
            && response.body != body
        {
            wrong.push(format!("the answer to {url} is another"));
        }
        if want.revalidates {
            self.check_revalidation(response, wrong);
        }
    }

    fn check_revalidation(&self, response: &Response, wrong: &mut Vec<String>) {
        let Some(tag) = header(response, "etag") else {
            wrong.push("no ETag".to_owned());
            return;
        };
        for (condition, want) in [
            (tag.to_owned(), 304),
            (format!("\"x\", W/{tag}"), 304),
            ("*".to_owned(), 304),
            ("\"another\"".to_owned(), self.want.status),
        ] {
            let again = self.answer(&self.url, Some(&condition)).expect("it was answered before");
            if again.status != want {
                wrong.push(format!("{} for If-None-Match: {condition}", again.status));
            }
            if again.status == 304
                && (header(&again, "etag") != Some(tag) || !again.body.is_empty())
            {
                wrong.push(format!("a 304 with a body or another tag: {:?}", again.headers));
            }
        }
    }
}

/// Compression and resampling move a color a little; the named ones are far from each other.
fn check_color(want: &str, color_found: Rgba, place: &str, wrong: &mut Vec<String>) {
    const TOLERANCE: u8 = 40;
    let Some(want_color) = color(want) else {
        wrong.push(format!("{want} is no color of the fixtures"));
        return;
    };
    let clear = want_color[3] == 0 && color_found[3] == 0;
    let near = want_color.iter().zip(color_found).all(|(a, b)| a.abs_diff(b) <= TOLERANCE);
    if !clear && !near {
        wrong.push(format!("{color_found:?} {place} instead of {want}"));
    }
}

impl From<Failure> for SourceFailure {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Denied => Self::Denied,
            Failure::Forbidden => Self::Forbidden,
            Failure::NotFound => Self::NotFound,
            Failure::Status500 => Self::Status(500),
            Failure::TimedOut => Self::TimedOut,
            Failure::TooLarge => Self::TooLarge { limit: 100 },
            Failure::TooManyRedirects => Self::TooManyRedirects,
            Failure::Unreachable => Self::Unreachable,
        }
    }
}
