//! Text.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringViewBuilder};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field};
use datafusion::common::{Result, ScalarValue, exec_err, plan_datafusion_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use regex::Regex;

use super::texts;
use super::typed::function;

pub(super) fn all() -> Vec<ScalarUDF> {
    vec![regexp_extract(), split()]
}

/// `regexp_extract(text, pattern)`, the whole that matches, and `regexp_extract(text, pattern, group)`.
fn regexp_extract() -> ScalarUDF {
    ScalarUDF::new_from_impl(RegexpExtract {
        signature: Signature::one_of(
            vec![
                TypeSignature::Exact(vec![DataType::Utf8View; 2]),
                TypeSignature::Exact(vec![DataType::Utf8View, DataType::Utf8View, DataType::Int64]),
            ],
            Volatility::Immutable,
        ),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct RegexpExtract {
    signature: Signature,
}

impl ScalarUDFImpl for RegexpExtract {
    fn name(&self) -> &'static str {
        "regexp_extract"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = texts(&args.args[..2])?;
        let group = match args.args.get(2) {
            None => 0,
            Some(ColumnarValue::Scalar(ScalarValue::Int64(Some(group)))) => {
                usize::try_from(*group).unwrap_or(usize::MAX)
            }
            Some(_) => return exec_err!("the group of regexp_extract has to be a constant"),
        };
        let mut last: Option<(String, Regex)> = None;
        let mut made = StringViewBuilder::with_capacity(columns[0].len());
        for (text, pattern) in columns[0].iter().zip(columns[1].iter()) {
            let (Some(text), Some(pattern)) = (text, pattern) else {
                made.append_null();
                continue;
            };
            if last.as_ref().is_none_or(|(its, _)| its != pattern) {
                let regex = Regex::new(pattern).map_err(|error| plan_datafusion_err!("{error}"))?;
                last = Some((pattern.to_owned(), regex));
            }
            let found = last.as_ref().and_then(|(_, regex)| regex.captures(text));
            made.append_option(found.and_then(|found| Some(found.get(group)?.as_str())));
        }
        Ok(ColumnarValue::Array(Arc::new(made.finish()) as ArrayRef))
    }
}

/// `split(text, delimiter)`, an array.
fn split() -> ScalarUDF {
    let item = Arc::new(Field::new("item", DataType::Utf8View, true));
    let run = |arguments: &[ColumnarValue]| {
        let columns = texts(arguments)?;
        let (text, delimiter) = (&columns[0], &columns[1]);
        let mut out = ListBuilder::new(StringViewBuilder::new());
        for row in 0..text.len() {
            let is_there = text.is_valid(row) && delimiter.is_valid(row);
            if is_there {
                for part in text.value(row).split(delimiter.value(row)) {
                    out.values().append_value(part);
                }
            }
            out.append(is_there);
        }
        Ok(ColumnarValue::Array(Arc::new(out.finish()) as ArrayRef))
    };
    let types = vec![DataType::Utf8View; 2];
    function("split", types, DataType::List(item), run)
}
