//! Functions that Trino has and DataFusion has not, under Trino's names:
//! <https://trino.io/docs/current/functions.html>.
//!
//! Where Trino ends the query with an error (`url_decode('%zz')`), these give NULL, so that `try(…)`
//! around them changes nothing.

mod conditional;
mod text;
mod time;
mod typed;
mod url;

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringViewArray};
use arrow_schema::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF};
use datafusion::prelude::SessionContext;

use super::percentile::approx_percentile;
use typed::function;

/// Makes all of them known.
pub(super) fn register(context: &SessionContext) {
    context.register_udaf(approx_percentile());
    for function in conditional::aggregates() {
        context.register_udaf(function);
    }
    let scalars = conditional::scalars().into_iter().chain(text::all()).chain(time::all());
    for function in scalars.chain(url::all()) {
        context.register_udf(function);
    }
}

/// A function of texts, row by row; NULL where one of them is.
fn of_texts<const N: usize>(
    name: &'static str,
    make: impl Fn([&str; N]) -> Option<String> + Send + Sync + 'static,
) -> ScalarUDF {
    let run = move |arguments: &[ColumnarValue]| {
        let columns = texts(arguments)?;
        let rows = columns.first().map_or(0, Array::len);
        let made: StringViewArray = (0..rows)
            .map(|row| {
                let mut cells = [""; N];
                for (cell, column) in cells.iter_mut().zip(&columns) {
                    *cell = column.is_valid(row).then(|| column.value(row))?;
                }
                make(cells)
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(made) as ArrayRef))
    };
    let types = vec![DataType::Utf8View; N];
    function(name, types, DataType::Utf8View, run)
}

/// The arguments as columns of text of one length.
fn texts(arguments: &[ColumnarValue]) -> Result<Vec<StringViewArray>> {
    let columns = ColumnarValue::values_to_arrays(arguments)?;
    Ok(columns.iter().map(|column| column.as_string_view().clone()).collect())
}
