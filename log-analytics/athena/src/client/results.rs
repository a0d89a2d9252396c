//! The answer: the object that Athena wrote into S3, read as it comes.
//!
//! `GetQueryResults` gives a thousand rows a call, many times slower; it is asked for the columns'
//! types alone, and for the whole answer where there is no object: of statements such as SHOW, and
//! where Athena keeps answers itself.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use aws_sdk_athena::operation::get_query_results::GetQueryResultsOutput;
use aws_sdk_athena::types::{ColumnInfo, ResultSet};

use super::Athena;
use super::cells::Batches;
use super::csv::Rows;
use super::error::{ClientError, Problem};
use super::execution::Told;
use super::pace::Pace;

/// Attempts to read the object; a long one may break off.
const ATTEMPTS: u32 = 4;

/// Columns and rows.
pub(super) type Table = (SchemaRef, Vec<RecordBatch>);

impl Athena {
    /// The answer of a question that has one.
    pub(super) async fn answer(&self, told: &Told, pace: &mut Pace) -> Result<Table, ClientError> {
        let Some(output) = told.output.as_deref().filter(|_| told.has_header) else {
            return self.pages(told).await;
        };
        let (bucket, key) = output
            .strip_prefix("s3://")
            .and_then(|it| it.split_once('/'))
            .ok_or_else(|| ClientError::result(format!("`{output}` is no place in S3")))?;
        let columns = columns(&self.page(&told.bill.id, Some(1), None).await?)?;
        let mut attempt = 1;
        loop {
            match self.object(bucket, key, &columns).await {
                Err(ClientError::Call { problem, .. })
                    if problem.is_transient && attempt < ATTEMPTS =>
                {
                    attempt += 1;
                    pace.hold_back();
                    self.sleep(pace.next()).await;
                }
                read => return read,
            }
        }
    }

    async fn object(
        &self,
        bucket: &str,
        key: &str,
        columns: &[ColumnInfo],
    ) -> Result<Table, ClientError> {
        let doing = || format!("reading the answer s3://{bucket}/{key}");
        let got = self.s3.get_object().bucket(bucket).key(key).send().await;
        let mut body = got.map_err(|error| Problem::of(error).while_doing(doing()))?.body;
        let (mut rows, mut batches) = (Rows::default(), Batches::of(columns));
        let mut is_header = true;
        let mut each = |row| {
            // The names of the columns, which are known.
            if std::mem::take(&mut is_header) { Ok(()) } else { batches.take(row) }
        };
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(|error| broken(&error).while_doing(doing()))?;
            rows.take(&piece, &mut each)?;
        }
        let last = rows
            .end()
            .map_err(|_| ClientError::result(format!("s3://{bucket}/{key} is cut off")))?;
        if let Some(row) = last {
            each(row)?;
        }
        batches.end()
    }

    /// All pages of an answer that is no object of CSV.
    async fn pages(&self, told: &Told) -> Result<Table, ClientError> {
        let mut page = self.page(&told.bill.id, None, None).await?;
        let mut batches = Batches::of(&columns(&page)?);
        let mut is_header = told.has_header;
        loop {
            let set = page.result_set();
            for row in set.map(ResultSet::rows).unwrap_or_default() {
                if std::mem::take(&mut is_header) {
                    continue;
                }
                let cell =
                    |it: &aws_sdk_athena::types::Datum| it.var_char_value().map(str::to_owned);
                batches.take(row.data().iter().map(cell).collect())?;
            }
            let Some(token) = page.next_token() else { return batches.end() };
            page = self.page(&told.bill.id, None, Some(token.to_owned())).await?;
        }
    }

    async fn page(
        &self,
        id: &str,
        rows: Option<i32>,
        token: Option<String>,
    ) -> Result<GetQueryResultsOutput, ClientError> {
        let call = self.calls.get_query_results().query_execution_id(id);
        let got = call.set_max_results(rows).set_next_token(token).send().await;
        got.map_err(|error| Problem::of(error).while_doing(format!("reading the answer of {id}")))
    }
}

fn columns(page: &GetQueryResultsOutput) -> Result<Vec<ColumnInfo>, ClientError> {
    let about = page.result_set().and_then(|it| it.result_set_metadata());
    let columns = about.map(|it| it.column_info().to_vec());
    columns.ok_or_else(|| ClientError::result("Athena does not tell its columns"))
}

fn broken(error: &aws_sdk_s3::primitives::ByteStreamError) -> Problem {
    Problem { code: None, message: format!("it broke off: {error}"), is_transient: true }
}
