//! The cells of an answer as text.

use arrow_schema::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::local::Answer;
use crate::report::Report;

/// A column of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) name: String,
    pub(crate) unit: Option<String>,
    pub(crate) is_number: bool,
}

/// An answer as text; NULL is `None`.
#[derive(Debug)]
pub(crate) struct Cells {
    pub(crate) heads: Vec<Head>,
    pub(crate) rows: Vec<Vec<Option<String>>>,
}

pub(crate) fn of(report: &Report, answer: &Answer) -> Result<Cells, ArrowError> {
    let unit = |name: &str| {
        report.units.iter().find(|(column, _)| column == name).map(|(_, unit)| unit.clone())
    };
    let heads = answer.schema.fields().iter().map(|field| Head {
        name: field.name().clone(),
        unit: unit(field.name()),
        is_number: field.data_type().is_numeric(),
    });
    let options = FormatOptions::new().with_timestamp_format(Some("%Y-%m-%d %H:%M:%S"));
    let mut rows = Vec::new();
    for batch in &answer.batches {
        let columns = batch.columns();
        let formatters = columns.iter().map(|it| ArrayFormatter::try_new(it, &options));
        let formatters = formatters.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let cell = |(column, formatter): (&arrow_array::ArrayRef, &ArrayFormatter<'_>)| {
                column.is_valid(row).then(|| formatter.value(row).to_string())
            };
            rows.push(columns.iter().zip(&formatters).map(cell).collect());
        }
    }
    Ok(Cells { heads: heads.collect(), rows })
}

/// Text that came from a log, without what could steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
