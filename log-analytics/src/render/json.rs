//! An array of objects.

use arrow_schema::ArrowError;
use datafusion::arrow::json::ArrayWriter;
use datafusion::arrow::json::writer::{JsonArray, WriterBuilder};

use crate::local::Answer;

/// Every column is in every object, NULL as `null`.
pub(super) fn write(answer: &Answer) -> Result<String, ArrowError> {
    let builder = WriterBuilder::new().with_explicit_nulls(true);
    let mut writer: ArrayWriter<Vec<u8>> = builder.build::<_, JsonArray>(Vec::new());
    writer.write_batches(&answer.batches.iter().collect::<Vec<_>>())?;
    writer.finish()?;
    let mut out = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    out.push('\n');
    Ok(out)
}
