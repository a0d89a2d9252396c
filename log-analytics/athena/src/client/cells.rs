//! Rows of text as typed columns, by the types that Athena tells.

use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int32Builder,
    Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use aws_sdk_athena::types::ColumnInfo;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::csv::Row;
use super::error::ClientError;

/// Rows of a batch.
const BATCH: usize = 4096;
/// The digits that a decimal of Athena's has at most.
const DIGITS: u8 = 38;

/// Batches that are being made of rows.
pub(super) struct Batches {
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: usize,
    done: Vec<RecordBatch>,
}

enum Column {
    Boolean(BooleanBuilder),
    Int(Int32Builder),
    BigInt(Int64Builder),
    Double(Float64Builder),
    Decimal(Decimal128Builder, i8),
    Date(Date32Builder),
    Timestamp(TimestampMillisecondBuilder),
    Text(StringBuilder),
}

impl Batches {
    pub(super) fn of(columns: &[ColumnInfo]) -> Self {
        let field = |it: &ColumnInfo| Field::new(it.name(), data_type(it), true);
        let fields: Vec<Field> = columns.iter().map(field).collect();
        Self {
            columns: fields.iter().map(|field| Column::of(field.data_type())).collect(),
            schema: Arc::new(Schema::new(fields)),
            rows: 0,
            done: Vec::new(),
        }
    }

    /// Takes a row.
    pub(super) fn take(&mut self, row: Row) -> Result<(), ClientError> {
        if row.len() != self.columns.len() {
            let (wanted, found) = (self.columns.len(), row.len());
            return Err(ClientError::result(format!(
                "a row has {found} values where there are {wanted} columns"
            )));
        }
        for (nth, (column, cell)) in self.columns.iter_mut().zip(row).enumerate() {
            if column.push(cell.as_deref()).is_none() {
                let field = self.schema.field(nth);
                let value = cell.unwrap_or_default();
                return Err(ClientError::result(format!(
                    "`{value}` in the column `{}` is no {}",
                    field.name(),
                    field.data_type()
                )));
            }
        }
        self.rows += 1;
        if self.rows == BATCH { self.close() } else { Ok(()) }
    }

    /// The batches; there is one where there is no row.
    pub(super) fn end(mut self) -> Result<(SchemaRef, Vec<RecordBatch>), ClientError> {
        if self.rows > 0 || self.done.is_empty() {
            self.close()?;
        }
        Ok((self.schema, self.done))
    }

    fn close(&mut self) -> Result<(), ClientError> {
        let arrays: Vec<ArrayRef> = self.columns.iter_mut().map(Column::finish).collect();
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(self.rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options);
        self.done.push(batch.map_err(|error| ClientError::result(error.to_string()))?);
        self.rows = 0;
        Ok(())
    }
}

/// What a column of Athena's is here; what has no type of its own is text.
fn data_type(column: &ColumnInfo) -> DataType {
    match column.r#type() {
        "boolean" => DataType::Boolean,
        "tinyint" | "smallint" | "int" | "integer" => DataType::Int32,
        "bigint" => DataType::Int64,
        "float" | "real" | "double" => DataType::Float64,
        "decimal" => {
            let digits = u8::try_from(column.precision()).unwrap_or(DIGITS).clamp(1, DIGITS);
            let scale = i8::try_from(column.scale()).unwrap_or(0).clamp(0, digits.cast_signed());
            DataType::Decimal128(digits, scale)
        }
        "date" => DataType::Date32,
        "timestamp" => DataType::Timestamp(TimeUnit::Millisecond, None),
        _ => DataType::Utf8,
    }
}

impl Column {
    fn of(kind: &DataType) -> Self {
        match kind {
            DataType::Boolean => Self::Boolean(BooleanBuilder::new()),
            DataType::Int32 => Self::Int(Int32Builder::new()),
            DataType::Int64 => Self::BigInt(Int64Builder::new()),
            DataType::Float64 => Self::Double(Float64Builder::new()),
            DataType::Decimal128(_, scale) => {
                Self::Decimal(Decimal128Builder::new().with_data_type(kind.clone()), *scale)
            }
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Timestamp(..) => Self::Timestamp(TimestampMillisecondBuilder::new()),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    /// Takes a cell; `None` where the text is no value of the type.
    fn push(&mut self, cell: Option<&str>) -> Option<()> {
        let Some(text) = cell else {
            self.push_null();
            return Some(());
        };
        match self {
            Self::Boolean(it) => it.append_value(text.parse().ok()?),
            Self::Int(it) => it.append_value(text.parse().ok()?),
            Self::BigInt(it) => it.append_value(text.parse().ok()?),
            Self::Double(it) => it.append_value(text.parse().ok()?),
            Self::Decimal(it, scale) => it.append_value(decimal(text, *scale)?),
            Self::Date(it) => it.append_value(days(text)?),
            Self::Timestamp(it) => it.append_value(millis(text)?),
            Self::Text(it) => it.append_value(text),
        }
        Some(())
    }

    fn push_null(&mut self) {
        match self {
            Self::Boolean(it) => it.append_null(),
            Self::Int(it) => it.append_null(),
            Self::BigInt(it) => it.append_null(),
            Self::Double(it) => it.append_null(),
            Self::Decimal(it, _) => it.append_null(),
            Self::Date(it) => it.append_null(),
            Self::Timestamp(it) => it.append_null(),
            Self::Text(it) => it.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Boolean(it) => ArrayBuilder::finish(it),
            Self::Int(it) => ArrayBuilder::finish(it),
            Self::BigInt(it) => ArrayBuilder::finish(it),
            Self::Double(it) => ArrayBuilder::finish(it),
            Self::Decimal(it, _) => ArrayBuilder::finish(it),
            Self::Date(it) => ArrayBuilder::finish(it),
            Self::Timestamp(it) => ArrayBuilder::finish(it),
            Self::Text(it) => ArrayBuilder::finish(it),
        }
    }
}

/// `-12.50` of scale 2 is -1250.
fn decimal(text: &str, scale: i8) -> Option<i128> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let scale = usize::try_from(scale).ok()?;
    let is_digits = part.bytes().all(|b| b.is_ascii_digit());
    let has_digits = whole.ends_with(|c: char| c.is_ascii_digit());
    (has_digits && is_digits && part.len() <= scale).then_some(())?;
    format!("{whole}{part:0<scale$}").parse().ok()
}

/// Days since 1970.
fn days(text: &str) -> Option<i32> {
    let date: Date = text.parse().ok()?;
    Some(jiff::civil::date(1970, 1, 1).until(date).ok()?.get_days())
}

/// Milliseconds since 1970 of `2026-11-27 10:00:00.000`, UTC.
fn millis(text: &str) -> Option<i64> {
    let at: DateTime = text.parse().ok()?;
    Some(TimeZone::UTC.to_timestamp(at).ok()?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_dates_and_moments_are_read() {
        for (text, scale, want) in [
            ("12.50", 2, Some(1250)),
            ("-12.5", 2, Some(-1250)),
            ("-0.05", 2, Some(-5)),
            ("12", 0, Some(12)),
            ("12", 3, Some(12_000)),
            ("1.234", 2, None),
            ("1.-2", 2, None),
            ("", 2, None),
            ("x", 2, None),
        ] {
            assert_eq!(decimal(text, scale), want, "{text} {scale}");
        }
        for (text, want) in [
            ("1970-01-02", Some(1)),
            ("1969-12-31", Some(-1)),
            ("2026-11-23", Some(20_780)),
            ("x", None),
        ] {
            assert_eq!(days(text), want, "{text}");
        }
        for (text, want) in [
            ("1970-01-01 00:00:01.500", Some(1_500)),
            ("2026-11-23 07:06:53", Some(1_795_417_613_000)),
            ("2026-11-23 07:06:53.000 UTC", None),
            ("-", None),
        ] {
            assert_eq!(millis(text), want, "{text}");
        }
    }
}
