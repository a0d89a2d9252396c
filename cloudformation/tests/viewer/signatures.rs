//! Signed URLs: the vectors of the core, and what is refused.

use edge_resizer::policy::{Signing, SigningKey};
use edge_resizer::{Policy, Request};
use serde::Deserialize;

use crate::agreement::{Agreement, HOST, compare, store};
use crate::engine::Engine;
use crate::event::Answer;

#[derive(Deserialize)]
struct Vector {
    expires: Option<u64>,
    key: String,
    signed: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../../../tests/vectors/signatures.json")).unwrap()
}

fn policy(keys: &[&str]) -> Policy {
    let keys = keys.iter().copied().map(SigningKey::new).collect();
    let mut policy = Policy { signing: Some(Signing { keys }), ..Policy::default() };
    policy.sources.hosts = vec!["cdn.example".to_owned()];
    policy
}

fn status(answer: &Answer) -> u16 {
    match answer {
        Answer::Response { status, .. } => *status,
        _ => 200,
    }
}

#[test]
fn the_vectors_of_the_core_verify() {
    for Vector { expires, key, signed } in vectors() {
        let policy = policy(&["another", &key]);
        let engine = Engine::new(&store(&policy));
        let last = expires.unwrap_or(9);
        for (now, want) in [(0, 200), (last, 200), (last.saturating_add(1), 403)] {
            // JavaScript's clock ends long before 64 bits do.
            if now > 1 << 40 {
                continue;
            }
            let request = Request { now, ..Request::get(&signed) };
            let answer = engine.answer(HOST, &request);
            let agreed = compare(&request, &policy, &answer);
            assert!(agreed.is_ok(), "{signed}: {agreed:?}");
            let want = if expires.is_none() { 200 } else { want };
            assert_eq!(status(&answer), want, "{signed} at {now}");
        }
        // Every character counts.
        for (at, char) in signed.char_indices().filter(|(_, char)| char.is_ascii_alphanumeric()) {
            let other = if char == 'a' { "b" } else { "a" };
            let mut forged = signed.clone();
            forged.replace_range(at..=at, other);
            let request = Request::get(&forged);
            let answer = engine.answer(HOST, &request);
            let agreed = compare(&request, &policy, &answer);
            let is_refused = matches!(agreed, Ok(Agreement::Refused | Agreement::Passed));
            assert!(is_refused, "{forged}: {agreed:?} {answer:?}");
        }
    }
}

#[test]
fn what_is_not_signed_is_refused_as_the_core_does() {
    let policy = policy(&["k"]);
    let engine = Engine::new(&store(&policy));
    let url = edge_resizer::sign::sign("/a.jpg?width=4", Some(100), &SigningKey::new("k"));
    let (rest, tag) = url.rsplit_once("sig=").unwrap();
    for (url, want) in [
        (url.clone(), "/_variants/atelier/a.jpg/width=4,format=auto-none"),
        ("/a.jpg?width=4".to_owned(), "403"),
        ("/a.jpg".to_owned(), "/_requests/atelier/a.jpg"),
        (format!("/a.jpg?width=4&sig={tag}"), "403"),
        (url.replace("width=4", "width=5"), "403"),
        (url.replace("exp=100", "exp=101"), "403"),
        (url.replace("&exp=100", ""), "403"),
        (url.replace("/a.jpg", "/%61.jpg"), "403"),
        (format!("{url}&x=1"), "403"),
        (format!("{rest}sig="), "403"),
        (format!("{rest}sig"), "403"),
        (format!("{url}="), "403"),
        (format!("{url}&sig={tag}"), "403"),
        (format!("{url}&exp=100"), "403"),
        ("/page?sig=1".to_owned(), "/page?sig=1"),
    ] {
        for method in ["GET", "HEAD"] {
            let mut request = Request::get(&url);
            request.method = method.parse().unwrap();
            let answer = engine.answer(HOST, &request);
            assert_eq!(answer.line(), want, "{url}");
            let agreed = compare(&request, &policy, &answer);
            assert!(agreed.is_ok(), "{url}: {agreed:?}");
        }
    }
}

#[test]
fn no_keys_refuse_everything() {
    for keys in [&[][..], &[""]] {
        let policy = policy(keys);
        let engine = Engine::new(&store(&policy));
        let url = edge_resizer::sign::sign("/a.jpg?width=4", None, &SigningKey::new(""));
        let request = Request::get(&url);
        assert_eq!(engine.answer(HOST, &request).line(), "403");
    }
}

/// Whoever holds the key may still write an end that is no number.
#[test]
fn ends_are_read_as_the_core_does() {
    let policy = policy(&["k"]);
    let engine = Engine::new(&store(&policy));
    for end in [
        "soon",
        "",
        "+5",
        "-1",
        "1.5",
        "1e9",
        "0x10",
        "007",
        "18446744073709551615",
        "99999999999999999999",
        "0000000000000000000000001",
    ] {
        let text = format!("/a.jpg?width=4&exp={end}");
        let url =
            format!("{text}&sig={}", crate::engine::hmac_sha256("k".to_owned(), text.clone()));
        let request = Request::get(&url);
        let agreed = compare(&request, &policy, &engine.answer(HOST, &request));
        assert!(agreed.is_ok(), "{url}: {agreed:?}");
    }
}

/// What is handed over is cached too, under a path that has the signature in it: past its end it must
/// not be had from there.
#[test]
fn what_is_handed_over_is_verified_first() {
    let policy = policy(&["k"]);
    let engine = Engine::new(&store(&policy));
    let key = SigningKey::new("k");
    for url in
        ["/cdn-cgi/image/w=4,background=red/a.jpg", "/a_crop_top.jpg", "/cdn-cgi/image/w/a.jpg"]
    {
        let signed = edge_resizer::sign::sign(url, Some(100), &key);
        let line =
            |url: &str, now| engine.answer(HOST, &Request { now, ..Request::get(url) }).line();
        assert!(line(&signed, 100).starts_with("/_requests/atelier/"), "{signed}");
        assert_eq!(line(&signed, 101), "403");
        assert_eq!(line(url, 0), "403");
    }
}
