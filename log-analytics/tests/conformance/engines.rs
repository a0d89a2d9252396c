//! The two engines, and what they answer in one form.

use std::path::Path;
use std::sync::Arc;

use log_analytics::{Answer, Format, Local, Question, Report, find, render};
use serde_json::Value;
use xtask::Client;

use crate::cells::{Cell, cell};

/// An answer of either engine.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) names: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// The embedded engine over a folder.
pub(crate) struct Embedded(Local);

impl Embedded {
    pub(crate) fn over(folder: &Path) -> Self {
        let inputs = find(&[folder.display().to_string()]).expect("logs");
        Self(Local {
            inputs,
            knowledge: Arc::default(),
            delimiter: None,
            names: None,
            strict: false,
            threads: 2,
        })
    }

    pub(crate) fn answer(&self, sql: &str) -> Answer {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let question = Question { sql: sql.to_owned() };
        runtime.block_on(self.0.ask(&question)).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    pub(crate) fn ask(&self, sql: &str) -> Told {
        let answer = self.answer(sql);
        let names: Vec<String> =
            answer.schema.fields().iter().map(|field| field.name().clone()).collect();
        let json = render(&Report::default(), &answer, Format::Json).expect("cells");
        let objects: Vec<serde_json::Map<String, Value>> =
            serde_json::from_str(&json).expect("an array of objects");
        let rows = objects.iter().map(|row| names.iter().map(|name| cell(&row[name])).collect());
        Told { rows: rows.collect(), names }
    }
}

/// The other one, with a schema of its own.
pub(crate) struct Trino(Client);

impl Trino {
    pub(crate) fn with_schema(url: &str, schema: &str) -> Self {
        // A server that goes on after the tests has those of earlier runs.
        let schema = &format!("{schema}_{}", std::process::id());
        let client = Client::new(url).within("hive", schema.as_str());
        let told = client.run(&format!("CREATE SCHEMA IF NOT EXISTS hive.{schema}"));
        told.unwrap_or_else(|error| panic!("a schema: {error}"));
        Self(client)
    }

    pub(crate) fn ask(&self, sql: &str) -> Told {
        let told = self.0.run(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let rows = told.rows.iter().map(|row| row.iter().map(cell).collect());
        let names = told.columns.iter().map(|column| column.name.clone()).collect();
        Told { rows: rows.collect(), names }
    }
}
