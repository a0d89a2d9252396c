//! What the front answers: questions by their text, and what becomes of each.

use serde_json::{Value, json};

/// What becomes of a question.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// The states that it is in when it is looked at, and the bytes that it has read by then; the
    /// last stays.
    pub(crate) looks: Vec<(&'static str, u64)>,
    /// Why it is so.
    pub(crate) reason: Option<&'static str>,
    /// What Athena calls an error.
    pub(crate) error: Option<Value>,
    /// `DML`, `UTILITY`, `DDL`.
    pub(crate) kind: &'static str,
    /// Names and types of columns, precision and scale.
    pub(crate) columns: Vec<(&'static str, &'static str, i32, i32)>,
    /// Rows; `None` is NULL.
    pub(crate) rows: Vec<Vec<Option<String>>>,
    /// Whether an answer was there already.
    pub(crate) is_reused: bool,
}

impl Script {
    /// A question that is answered at once.
    pub(crate) fn answered(
        columns: &[(&'static str, &'static str)],
        rows: &[&[Option<&str>]],
    ) -> Self {
        let row = |row: &&[Option<&str>]| row.iter().map(|it| it.map(str::to_owned)).collect();
        Self {
            looks: vec![("SUCCEEDED", 20 << 20)],
            reason: None,
            error: None,
            kind: "DML",
            columns: columns.iter().map(|(name, kind)| (*name, *kind, 0, 0)).collect(),
            rows: rows.iter().map(row).collect(),
            is_reused: false,
        }
    }

    /// A question of one row of one column.
    pub(crate) fn one() -> Self {
        Self::answered(&[("n", "bigint")], &[&[Some("1")]])
    }

    /// The same, seen in these states.
    pub(crate) fn seen(self, looks: &[(&'static str, u64)]) -> Self {
        Self { looks: looks.to_vec(), ..self }
    }

    /// The same, ended for a reason.
    pub(crate) fn because(self, reason: &'static str, is_retryable: bool) -> Self {
        let error = json!({
            "ErrorCategory": 2, "ErrorType": 1000, "Retryable": is_retryable, "ErrorMessage": reason,
        });
        Self { reason: Some(reason), error: Some(error), ..self }
    }

    /// The object that Athena writes: every value in quotes, NULL nothing at all.
    pub(crate) fn object(&self) -> String {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let names: Vec<String> = self.columns.iter().map(|it| quoted(it.0)).collect();
        let mut lines = vec![names.join(",")];
        for row in &self.rows {
            let cell = |it: &Option<String>| it.as_deref().map(quoted).unwrap_or_default();
            lines.push(row.iter().map(cell).collect::<Vec<_>>().join(","));
        }
        lines.join("\n") + "\n"
    }

    /// What `GetQueryExecution` answers at the nth look.
    pub(crate) fn execution(&self, id: &str, look: usize, output: Option<&str>) -> Value {
        let (state, bytes) = self.looks[look.min(self.looks.len() - 1)];
        let is_over = matches!(state, "SUCCEEDED" | "FAILED" | "CANCELLED");
        let mut status = json!({ "State": state, "SubmissionDateTime": 1_795_417_613.5 });
        if is_over && let Some(reason) = self.reason {
            status["StateChangeReason"] = reason.into();
            status["AthenaError"] = self.error.clone().unwrap_or_default();
        }
        let mut execution = json!({
            "QueryExecutionId": id,
            "StatementType": self.kind,
            "Status": status,
            "Statistics": {
                "DataScannedInBytes": bytes,
                "EngineExecutionTimeInMillis": 1_250,
                "QueryQueueTimeInMillis": 340,
                "ResultReuseInformation": { "ReusedPreviousResult": self.is_reused },
            },
        });
        if let Some(output) = output {
            execution["ResultConfiguration"] = json!({ "OutputLocation": output });
        }
        json!({ "QueryExecution": execution })
    }

    /// What `GetQueryResults` answers of rows from `from` on, the header among them.
    pub(crate) fn page(&self, from: usize, most: usize) -> Value {
        let names = self.columns.iter().map(|it| Some(it.0.to_owned())).collect();
        let header = (self.kind == "DML").then_some(names);
        let all: Vec<Vec<Option<String>>> =
            header.into_iter().chain(self.rows.iter().cloned()).collect();
        let datum = |it: &Option<String>| {
            it.as_ref().map_or_else(|| json!({}), |text| json!({ "VarCharValue": text }))
        };
        let rows: Vec<Value> = all
            .iter()
            .skip(from)
            .take(most)
            .map(|row| json!({ "Data": row.iter().map(datum).collect::<Vec<_>>() }))
            .collect();
        let info: Vec<Value> = self.columns.iter().map(|(name, kind, precision, scale)| {
            json!({ "Name": name, "Type": kind, "Precision": precision, "Scale": scale })
        }).collect();
        let mut page = json!({
            "ResultSet": { "Rows": rows, "ResultSetMetadata": { "ColumnInfo": info } },
        });
        if from + most < all.len() {
            page["NextToken"] = (from + most).to_string().into();
        }
        page
    }
}
