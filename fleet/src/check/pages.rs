//! Redirects and error pages.

use super::Check;
use crate::delivery::RedirectTo;

/// Bytes of a key and of a value in a `KeyValueStore`, where redirects are kept.
const REDIRECT_FROM: usize = 512;
const REDIRECT_TO: usize = 1_000;
/// Statuses that lead elsewhere.
const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];
/// Errors that can have a page:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html>.
const ERRORS: [u16; 11] = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

const FROM_HINT: &str = "a path such as `/old`, without query and fragment, at most 512 bytes";
const TO_HINT: &str = "a path, `/new`, or a URL, `https://aurora.example/new`, at most 1,000 bytes";

pub(super) fn check(check: &mut Check<'_, '_>) {
    for (from, redirect) in &check.site.delivery.redirects {
        check_redirect(check, from, redirect);
    }
    check_loops(check);
    for (status, written) in written_statuses(check) {
        if !ERRORS.contains(&status) {
            let message = format!("CloudFront has no page for the status {written}");
            check.key(&["errors", &written], message, format!("one of {}", listed(&ERRORS)));
        }
    }
    for (status, page) in &check.site.delivery.errors {
        let key = status.to_string();
        if page.page.as_ref().is_some_and(|page| !page.starts_with('/') || page.len() > 4_096) {
            let hint = "a path on the default origin, `/errors/404.html`";
            check.value(&["errors", &key, "page"], "the page is not a path", hint);
        }
        let Some(answer) = page.status else { continue };
        if page.page.is_none() {
            let hint = "add `page = \"/errors/404.html\"`: without a page the status stays";
            check.value(&["errors", &key, "status"], "there is no page for that status", hint);
        }
        if answer != 200 && !ERRORS.contains(&answer) {
            let message = format!("CloudFront cannot answer with {answer}");
            let hint = format!("200, or one of {}", listed(&ERRORS));
            check.value(&["errors", &key, "status"], message, hint);
        }
    }
}

/// The statuses as they are written, those that are numbers.
fn written_statuses(check: &Check<'_, '_>) -> Vec<(u16, String)> {
    let keys = check.tree.keys(&["errors"]);
    keys.filter_map(|(key, _)| Some((key.parse().ok()?, key.to_owned()))).collect()
}

fn check_redirect(check: &mut Check<'_, '_>, from: &str, redirect: &RedirectTo) {
    if !is_path(from) || from.contains(['?', '#']) || from.len() > REDIRECT_FROM {
        let message = format!("`{from}` cannot be redirected");
        check.key(&["redirects", from], message, FROM_HINT);
    }
    let to = &redirect.to;
    let is_url = ["https://", "http://"]
        .iter()
        .any(|scheme| to.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    let is_legal = (is_path(to) || is_url) && !to.contains(|c: char| c.is_control() || c == ' ');
    if !is_legal || to.len() > REDIRECT_TO {
        let message = format!("`{to}` is nowhere to go");
        check.value(&["redirects", from], message, TO_HINT);
    }
    if !REDIRECTS.contains(&redirect.status) {
        let message = format!("the status {} does not redirect", redirect.status);
        let place = ["redirects", from, "status"];
        check.value(&place, message, format!("one of {}", listed(&REDIRECTS)));
    }
}

/// A path; `//host` is another host.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//")
}

/// Each loop once, at the first of its paths.
fn check_loops(check: &mut Check<'_, '_>) {
    let redirects = &check.site.delivery.redirects;
    for from in redirects.keys() {
        let mut path = vec![from.as_str()];
        while let Some(next) = redirects.get(path[path.len() - 1]) {
            let next = next.to.as_str();
            if next == from {
                // The loop is told where it begins in the order of the alphabet.
                if path.iter().min() == Some(&from.as_str()) {
                    path.push(next);
                    let hint = "let one of them lead to a page";
                    check.key(
                        &["redirects", from],
                        format!("redirects in a loop: {}", path.join(" -> ")),
                        hint,
                    );
                }
                break;
            }
            if path.contains(&next) {
                break;
            }
            path.push(next);
        }
    }
}

fn listed(numbers: &[u16]) -> String {
    numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}
