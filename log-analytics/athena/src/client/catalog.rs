//! What is there: workgroup, tables, and which of them a statement reads. None of it costs anything.

use std::collections::BTreeMap;

use aws_sdk_athena::types::{
    Column, ManagedQueryResultsConfiguration, TableMetadata, WorkGroupConfiguration, WorkGroupState,
};
use futures_util::future::pending;

use super::error::{ClientError, Problem};
use super::{Athena, Question};
use crate::inputs::{Input, explain_inputs, inputs};
use crate::table::{SerDe, Storage, Table, TableColumn};

/// A workgroup, as far as it matters to who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workgroup {
    /// Its name.
    pub name: String,
    /// Bytes that a question may read.
    pub cutoff: Option<u64>,
    /// Whether Athena keeps answers itself, where they cannot be taken a second time.
    pub keeps_answers: bool,
}

/// Properties by which Athena tells what Glue has fields for.
const LOCATION: &str = "location";
const INPUT: &str = "inputformat";
const OUTPUT: &str = "outputformat";
const SERDE: &str = "serde.serialization.lib";
const SERDE_PARAMETER: &str = "serde.param.";

impl Athena {
    /// The workgroup.
    ///
    /// # Errors
    /// Where it is switched off, has no place for answers, or cannot be read.
    pub async fn workgroup(&self) -> Result<Workgroup, ClientError> {
        let name = &self.settings.workgroup;
        let got = self.calls.get_work_group().work_group(name).send().await;
        let got = got.map_err(|error| {
            Problem::of(error).while_doing(format!("reading the workgroup {name}"))
        })?;
        let error = |problem| ClientError::Workgroup { name: name.clone(), problem };
        let group = got.work_group().ok_or_else(|| error("is not there"))?;
        if group.state() == Some(&WorkGroupState::Disabled) {
            return Err(error("is switched off"));
        }
        let configuration = group.configuration();
        let place = configuration
            .and_then(|it| it.result_configuration())
            .and_then(|it| it.output_location());
        let keeps_answers = configuration
            .and_then(|it| it.managed_query_results_configuration())
            .is_some_and(ManagedQueryResultsConfiguration::enabled);
        if !keeps_answers && place.is_none_or(str::is_empty) && self.settings.output.is_none() {
            return Err(error("has no place for answers"));
        }
        let cutoff = configuration.and_then(WorkGroupConfiguration::bytes_scanned_cutoff_per_query);
        let cutoff = cutoff.and_then(|it| u64::try_from(it).ok());
        Ok(Workgroup { name: name.clone(), cutoff, keeps_answers })
    }

    /// A table or view of the catalog; `None` where there is none.
    ///
    /// # Errors
    /// Where AWS refuses to tell.
    pub async fn table(&self, input: &Input) -> Result<Option<Table>, ClientError> {
        let call = self.calls.get_table_metadata().catalog_name(&self.settings.catalog);
        let call = call.database_name(&input.database).table_name(&input.table);
        let got = match call.send().await {
            Ok(got) => got,
            Err(error) => {
                let problem = Problem::of(error);
                let is_missing = problem.message.contains("EntityNotFound")
                    || problem.message.contains("not found");
                let doing = format!("reading the table {}.{}", input.database, input.table);
                return if is_missing { Ok(None) } else { Err(problem.while_doing(doing)) };
            }
        };
        Ok(got.table_metadata().map(table))
    }

    /// All tables and views of the database.
    ///
    /// # Errors
    /// Where AWS refuses to tell.
    pub async fn tables(&self) -> Result<Vec<Table>, ClientError> {
        let database = &self.settings.database;
        let mut found = Vec::new();
        let mut token = None;
        loop {
            let call = self.calls.list_table_metadata().catalog_name(&self.settings.catalog);
            let got = call.database_name(database).set_next_token(token).send().await;
            let got = got.map_err(|error| {
                Problem::of(error).while_doing(format!("listing the tables of {database}"))
            })?;
            found.extend(got.table_metadata_list().iter().map(table));
            token = got.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    /// The tables that a statement reads, views looked through; `None` where the engine's answer is
    /// not understood.
    ///
    /// # Errors
    /// Where the statement is wrong, or as [`Athena::ask`].
    pub async fn inputs(
        &self,
        statement: &str,
        seed: [u8; 16],
    ) -> Result<Option<Vec<Input>>, ClientError> {
        let question = Question { sql: explain_inputs(statement), seed, ..Question::default() };
        let answer = self.ask(&question, &|_| {}, pending()).await?;
        let mut lines = Vec::new();
        for batch in &answer.batches {
            let column = batch.columns().first();
            let texts = column.and_then(|it| {
                it.as_any().downcast_ref::<arrow_array::StringArray>().map(|it| it.iter())
            });
            lines.extend(texts.into_iter().flatten().flatten().map(str::to_owned));
        }
        Ok(inputs(&lines.join("\n")))
    }
}

/// What Athena tells of a table, in the words of Glue.
fn table(told: &TableMetadata) -> Table {
    let mut parameters: BTreeMap<String, String> =
        told.parameters().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect();
    let location = parameters.remove(LOCATION).filter(|it| !it.is_empty());
    let input_format = parameters.remove(INPUT);
    let output_format = parameters.remove(OUTPUT);
    let serialization_library = parameters.remove(SERDE);
    let of_serde = |key: &String| key.strip_prefix(SERDE_PARAMETER).map(str::to_owned);
    let serde = parameters.iter().filter_map(|(key, value)| Some((of_serde(key)?, value.clone())));
    let serde = SerDe { serialization_library, parameters: serde.collect() };
    parameters.retain(|key, _| !key.starts_with(SERDE_PARAMETER));
    let columns = |columns: &[Column]| {
        columns
            .iter()
            .map(|it| TableColumn::new(it.name(), it.r#type().unwrap_or("string")))
            .collect()
    };
    Table {
        name: told.name().to_owned(),
        table_type: told.table_type().unwrap_or("EXTERNAL_TABLE").to_owned(),
        parameters,
        partition_keys: columns(told.partition_keys()),
        storage_descriptor: Storage {
            columns: columns(told.columns()),
            location,
            input_format,
            output_format,
            serde,
        },
        ..Table::default()
    }
}
