use http::HeaderValue;
use proptest::prelude::*;

use super::*;

fn headers(lines: &str) -> HeaderMap {
    let pairs = lines.split("; ").filter_map(|line| line.split_once(": "));
    pairs
        .map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        })
        .collect()
}

fn judged(pass: Pass, status: u16, lines: &str) -> String {
    let location: LocationId = "FRA60-P1".parse().unwrap();
    let meant = Meant { location: Some(&location), wish: Wish::Webp, pass };
    let headers = headers(&format!("x-amz-cf-pop: FRA60-P1; content-type: image/webp; {lines}"));
    let verdict = judge(Ok((StatusCode::from_u16(status).unwrap(), &headers)), meant);
    match verdict.cause {
        Some(cause) => format!("{} {cause:?} {}", verdict.outcome.label(), verdict.detail),
        None => verdict.outcome.label().to_owned(),
    }
}

#[test]
fn the_first_pass_tells_what_was_there_from_what_is_there_now() {
    for (status, lines, want) in [
        (200, "x-cache: Hit from cloudfront", "hit"),
        (200, "x-cache: Miss from cloudfront", "warmed"),
        (200, "x-cache: RefreshHit from cloudfront", "warmed"),
        (200, "cf-cache-status: HIT", "hit"),
        (200, "age: 9", "hit"),
        (200, "age: 0", "warmed"),
        (200, "", "warmed"),
        (
            200,
            "x-cache: Hit from cloudfront; age: 61; cache-control: public, max-age=60",
            "stale Header Age: 61 with Cache-Control: public, max-age=60",
        ),
        (
            200,
            "x-cache: Hit from cloudfront; age: 61; cache-control: max-age=60, s-maxage=99",
            "hit",
        ),
        (
            200,
            "x-cache: Miss; cache-control: no-store",
            "uncacheable Header Cache-Control: no-store",
        ),
        (
            200,
            "x-cache: Miss; cache-control: Private, max-age=9",
            "uncacheable Header Cache-Control: Private, max-age=9",
        ),
        (
            200,
            "x-cache: Miss; cache-control: max-age=0",
            "uncacheable Header Cache-Control: max-age=0",
        ),
        (200, "x-cache: Miss; cache-control: max-age=0, s-maxage=60", "warmed"),
        (200, "x-cache: Hit; cache-control: no-cache", "hit"),
        (200, "x-cache: Hit; set-cookie: a=b", "uncacheable Header Set-Cookie"),
        (200, "x-cache: Miss; vary: Accept, Cookie", "uncacheable Header Vary: Accept, Cookie"),
        (200, "x-cache: Miss; vary: Accept", "warmed"),
        (
            403,
            "x-cache: Error from cloudfront; server: CloudFront",
            "blocked Status 403 by CloudFront",
        ),
        (404, "x-cache: Error from cloudfront", "missing Status 404"),
        (410, "", "missing Status 410"),
        (503, "retry-after: 5", "failed Status 503"),
        (301, "location: /b.jpg", "failed Redirect 301 to /b.jpg"),
    ] {
        assert_eq!(judged(Pass::Fill, status, lines), want, "{status} {lines}");
    }
}

#[test]
fn the_second_pass_is_content_with_hits_alone() {
    for (lines, want) in [
        ("x-cache: Hit from cloudfront", "hit"),
        ("x-cache: Miss from cloudfront", "warmed MissedAgain a miss again"),
        ("x-cache: RefreshHit from cloudfront", "stale Header it had to be asked for again"),
        ("x-cache: STALE", "stale Header it had to be asked for again"),
        ("", "warmed NoCache neither X-Cache nor Age"),
    ] {
        assert_eq!(judged(Pass::Verify, 200, lines), want, "{lines}");
    }
}

#[test]
fn another_location_or_type_is_told_before_the_cache_is() {
    let location: LocationId = "FRA60-P1".parse().unwrap();
    let judged = |location, wish, lines: &str| {
        let meant = Meant { location, wish, pass: Pass::Fill };
        judge(Ok((StatusCode::OK, &headers(lines))), meant).detail
    };
    let elsewhere = "x-amz-cf-pop: IAD89-P1; content-type: image/webp; x-cache: Hit";
    let told = judged(Some(&location), Wish::Webp, elsewhere);
    assert_eq!(told, "IAD89-P1 answered in the place of FRA60-P1");
    assert_eq!(judged(None, Wish::Webp, elsewhere), "");
    assert_eq!(judged(None, Wish::Basic, elsewhere), "image/webp where basic was asked for");
    assert_eq!(judged(None, Wish::Avif, "x-cache: Hit"), "nothing where avif was asked for");
}

#[test]
fn what_may_help_is_asked_again() {
    let broken = FetchError::Reset("closed".to_owned());
    let untrusted = FetchError::Tls("unknown issuer".to_owned());
    for (answer, want) in [
        (Ok(StatusCode::OK), false),
        (Ok(StatusCode::FORBIDDEN), false),
        (Ok(StatusCode::SERVICE_UNAVAILABLE), true),
        (Ok(StatusCode::TOO_MANY_REQUESTS), true),
        (Err(&broken), true),
        (Err(&untrusted), false),
    ] {
        assert_eq!(is_transient(answer), want, "{answer:?}");
    }
}

#[test]
fn every_outcome_has_its_place() {
    for (place, outcome) in Outcome::ALL.into_iter().enumerate() {
        assert_eq!(outcome.index(), place);
    }
}

proptest! {
    #[test]
    fn no_headers_panic(
        status in 100_u16..600,
        control in "[ -~]{0,30}",
        age in "[ -~]{0,8}",
        cache in "[ -~]{0,12}",
    ) {
        judged(Pass::Verify, status, &format!("x-cache: {cache}; age: {age}; cache-control: {control}"));
    }
}
