//! URLs as a log may hold them.

/// A URL without the values of its query: signatures are among them.
///
/// A path can hold a query too: that of an original on another server, in the key of a variant. It
/// is left out.
pub(crate) fn without_secrets(path: &str, query: Option<&str>) -> String {
    let path = without_inner_query(path);
    let query = query.unwrap_or_default();
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    let names = names.collect::<Vec<_>>().join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{path}{mark}{names}")
}

/// What is between an encoded `?` and the last segment, which is the recipe, is left out.
fn without_inner_query(path: &str) -> String {
    let Some((before, after)) = path.split_once("%3F").or_else(|| path.split_once("%3f")) else {
        return path.to_owned();
    };
    let recipe = after.rsplit_once('/').map_or("", |(_, recipe)| recipe);
    format!("{before}%3F…/{recipe}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_queries_are_left_out() {
        for (path, query, want) in [
            ("/a.jpg", None, "/a.jpg"),
            ("/a.jpg", Some(""), "/a.jpg"),
            ("/a.jpg", Some("width=9&sig=abc"), "/a.jpg?width&sig"),
            (
                "/_variants/shop/https://cdn.example/a.jpg%3Ftoken=a/b/width=9",
                Some("or=a.jpg%3Ftoken%3Da/width%3D9"),
                "/_variants/shop/https://cdn.example/a.jpg%3F…/width=9?or",
            ),
            ("/a.jpg%3ftoken=a", None, "/a.jpg%3F…/"),
        ] {
            assert_eq!(without_secrets(path, query), want);
        }
    }
}
