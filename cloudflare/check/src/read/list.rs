//! Lists of requests.
//!
//! ```text
//! # A line is a URL, or a method and a URL. Lines behind it that begin with white space are its
//! # headers, and what is known of its client.
//! https://shop.example/sale
//! POST https://shop.example/login
//!   Cookie: session=1
//!   @address 198.51.100.7
//!   @country DE
//!   @system 64496
//! ```

use super::BadVisit;
use crate::visit::Visit;

/// Reads a list: one request a line, its headers indented below it. Empty lines, and those that
/// begin with `#`, say nothing.
///
/// # Errors
/// The first line that is neither.
pub fn visits(text: &str) -> Result<Vec<Visit>, BadVisit> {
    let mut visits: Vec<Visit> = Vec::new();
    for (index, whole) in text.lines().enumerate() {
        let bad = |reason: String| BadVisit { line: index + 1, reason };
        let line = whole.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if whole.starts_with([' ', '\t']) {
            let visit = visits.last_mut().ok_or_else(|| {
                bad("a header before any request: write the URL on a line above it".to_owned())
            })?;
            detail(line, visit).map_err(bad)?;
        } else {
            visits.push(request(line).map_err(bad)?);
        }
    }
    Ok(visits)
}

fn request(line: &str) -> Result<Visit, String> {
    let (method, url) = match line.split_once(char::is_whitespace) {
        Some((method, url)) => (method, url.trim()),
        None => ("GET", line),
    };
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_method {
        return Err(format!("`{method}` is no method: write `POST https://shop.example/login`"));
    }
    let has_scheme = url.starts_with("https://") || url.starts_with("http://");
    let visit = Visit::get(url).filter(|_| has_scheme && !url.contains(char::is_whitespace));
    let mut visit =
        visit.ok_or_else(|| format!("`{url}` is no URL: write `https://shop.example/sale`"))?;
    method.clone_into(&mut visit.request.method);
    Ok(visit)
}

/// A header, or something that is known of the client.
fn detail(line: &str, visit: &mut Visit) -> Result<(), String> {
    let request = &mut visit.request;
    if let Some(fact) = line.strip_prefix('@') {
        let (name, value) = fact.split_once(char::is_whitespace).unwrap_or((fact, ""));
        let value = value.trim();
        let is_country = value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase());
        match name {
            "address" => {
                let address = value.parse().map_err(|_| format!("`{value}` is no IP address"))?;
                request.address = Some(address);
            }
            "country" if is_country => request.country = Some(value.to_owned()),
            "country" => return Err(format!("`{value}` is no country: two capital letters, `DE`")),
            "system" => {
                let number = value.parse::<u32>().map_err(|_| format!("`{value}` is no number"))?;
                request.autonomous_system = Some(i64::from(number));
            }
            _ => return Err(format!("`@{name}` is none of @address, @country and @system")),
        }
        return Ok(());
    }
    let Some((name, value)) = line.split_once(':') else {
        return Err(format!("`{line}` is no header: write `Cookie: session=1`"));
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_name) {
        return Err(format!("`{name}` is no name of a header"));
    }
    if name.eq_ignore_ascii_case("host") {
        return Err("the host stands in the URL, not in a header".to_owned());
    }
    request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn requests_have_headers_and_clients() {
        let text = "# all\n\nhttps://a.example/b?c\nPOST https://a.example/d\n  Cookie: a=b: c\n\t@country DE\n  \
                    @address 2001:db8::1\n  @system 64496\n";
        let visits = visits(text).unwrap();
        let [first, second] = visits.as_slice() else { panic!("{visits:?}") };
        assert_eq!((first.line().as_str(), first.count), ("https://a.example/b?c", 1));
        assert_eq!(second.line(), "POST https://a.example/d");
        let request = &second.request;
        assert_eq!(request.headers, [("cookie".to_owned(), "a=b: c".to_owned())]);
        assert_eq!(request.country.as_deref(), Some("DE"));
        assert_eq!(request.address, "2001:db8::1".parse().ok());
        assert_eq!(request.autonomous_system, Some(64_496));
    }

    #[test]
    fn what_is_no_request_is_told() {
        for (text, line, told) in [
            ("https://a.example\nget https://a.example", 2, "is no method"),
            ("ftp://a.example", 1, "is no URL"),
            ("/path", 1, "is no URL"),
            ("GET https://a.example/b c", 1, "is no URL"),
            ("  Cookie: a", 1, "before any request"),
            ("https://a.example\n  Cookie", 2, "is no header"),
            ("https://a.example\n  a b: c", 2, "is no name"),
            ("https://a.example\n  Host: b", 2, "stands in the URL"),
            ("https://a.example\n  @country de", 2, "two capital letters"),
            ("https://a.example\n  @ip 1", 2, "is none of"),
            ("https://a.example\n  @address 1", 2, "is no IP address"),
            ("https://a.example\n  @system -1", 2, "is no number"),
        ] {
            let error = visits(text).unwrap_err();
            assert_eq!(error.line, line, "{text}");
            assert!(error.reason.contains(told), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_list_panics(text in "(\\PC|[ \n:@/]){0,80}") {
            let _ = visits(&text);
        }
    }
}
