//! Logs that CloudFront wrote as Parquet. Their columns are all text, escaped as in the other formats:
//! as lines of cells they are what the reader reads anyway.

use std::fs::File;
use std::io::{self, Read, Seek as _};

use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchReader as _};
use datafusion::arrow::array::AsArray as _;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{
    ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use datafusion::parquet::file::reader::ChunkReader;
use log_reader::{BATCH_ROWS, ReadError, Reading};

/// What a file of Parquet begins with.
const MAGIC: &[u8] = b"PAR1";

/// Whether a file is Parquet by its first bytes.
pub(super) fn is_parquet(mut file: &File) -> io::Result<bool> {
    let mut magic = Vec::new();
    file.take(MAGIC.len() as u64).read_to_end(&mut magic)?;
    file.rewind()?;
    Ok(magic == MAGIC)
}

/// Whether a file in memory is Parquet by its first bytes.
pub(super) fn are_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The text of a file of Parquet, as it is read.
pub(super) struct ParquetText {
    batches: ParquetRecordBatchReader,
    text: Vec<u8>,
    /// What of the text was handed out.
    read: usize,
}

impl ParquetText {
    /// Begins with a file, of which only the columns are read that are of use.
    pub(super) fn of(
        file: impl ChunkReader + 'static,
        reading: &Reading,
    ) -> Result<Self, ReadError> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(io::Error::other)?;
        let names = builder.schema().fields().iter().map(|field| field.name().clone());
        let wanted = reading.wanted(&names.collect::<Vec<_>>());
        let only = ProjectionMask::roots(builder.parquet_schema(), wanted);
        let batches = builder.with_projection(only).with_batch_size(BATCH_ROWS).build();
        let batches = batches.map_err(io::Error::other)?;
        let schema = batches.schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let text = format!("#Fields: {}\n", names.join(" ")).into_bytes();
        Ok(Self { batches, text, read: 0 })
    }
}

impl Read for ParquetText {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.text.len() {
            let Some(batch) = self.batches.next() else { return Ok(0) };
            self.text.clear();
            self.read = 0;
            write_lines(&batch.map_err(io::Error::other)?, &mut self.text)?;
        }
        let read = self.text.get(self.read..).unwrap_or_default().read(buffer)?;
        self.read += read;
        Ok(read)
    }
}

fn write_lines(batch: &RecordBatch, text: &mut Vec<u8>) -> io::Result<()> {
    let columns = batch.columns().iter().map(|column| cast(column, &DataType::Utf8View));
    let columns: Vec<ArrayRef> = columns.collect::<Result<_, _>>().map_err(io::Error::other)?;
    for row in 0..batch.num_rows() {
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                text.push(b'\t');
            }
            let column = column.as_string_view();
            let cell = if column.is_null(row) { "-" } else { column.value(row) };
            // CloudFront escapes what would end a cell; what somebody else wrote may not.
            text.extend(
                cell.bytes().map(|b| if matches!(b, b'\t' | b'\n' | b'\r') { b' ' } else { b }),
            );
        }
        text.push(b'\n');
    }
    Ok(())
}
