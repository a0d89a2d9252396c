//! Parquet, typed as the answer is.

use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::errors::ParquetError;

use crate::local::Answer;

/// Writes an answer as a Parquet file, uncompressed: answers are small, and every reader reads it.
///
/// # Errors
/// Where a column is of a type that Parquet does not know.
pub fn parquet(answer: &Answer) -> Result<Vec<u8>, ParquetError> {
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, answer.schema.clone(), None)?;
    for batch in &answer.batches {
        writer.write(batch)?;
    }
    writer.close()?;
    Ok(file)
}
