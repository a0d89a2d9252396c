//! For a meeting: one page, without scripts.

use minijinja::{AutoEscape, Environment, Value, context};

use super::{summary, title};
use crate::compare::{Compared, Report};
use crate::differ::Difference;

/// Why the page cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the page cannot be written: {0}")]
pub struct HtmlError(#[from] minijinja::Error);

/// One page of HTML.
///
/// # Errors
/// [`HtmlError`], where the template and the report do not fit: a mistake in the program.
pub fn html(report: &Report) -> Result<String, HtmlError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("report", include_str!("report.html"))?;
    let rows: Vec<Value> = report.compared.iter().flat_map(rows).collect();
    let page = context! {
        old => report.old.clone(),
        new => report.new.clone(),
        summary => summary(report),
        rows,
    };
    Ok(environment.get_template("report")?.render(page)?)
}

/// A row for each difference, the allowed ones last.
fn rows(compared: &Compared) -> Vec<Value> {
    let row = |it: &Difference, reason: &str| {
        let (title, name) = (title(compared), it.name().to_owned());
        context! { title, name, old => it.old.clone(), new => it.new.clone(), reason }
    };
    let differences = compared.differences.iter().map(|it| row(it, ""));
    differences.chain(compared.allowed.iter().map(|it| row(&it.difference, &it.reason))).collect()
}
