//! Which picture was asked for, as the resizer itself understands the URL.

use edge_resizer::recipe::Width;
use edge_resizer::{Explanation, Policy, Request, explain};

/// What a URL asks for; `None` where it asks for no transformed picture.
pub(crate) struct Asked(Explanation);

/// Reads path and query as the viewer sent them.
pub(crate) fn asked(path: &str, query: Option<&str>, policy: &Policy) -> Option<Asked> {
    // Every picture that is transformed has one of these somewhere; the most of requests have none.
    let may_be = path.starts_with("/cdn-cgi/image/")
        || path.contains('_')
        || query.is_some_and(|query| query.contains('='));
    if !may_be {
        return None;
    }
    let url = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    explain(&Request::get(&url), policy).ok().flatten().map(Asked)
}

impl Asked {
    /// The canonical recipe.
    pub(crate) fn recipe(&self) -> String {
        self.0.recipe.to_string()
    }

    /// The width in px.
    pub(crate) fn width(&self) -> Option<i32> {
        match self.0.resolved.recipe.width? {
            Width::Pixels(width) => i32::try_from(width.get()).ok(),
            Width::Auto => None,
        }
    }
}
