//! The logs that were named, and whose hosts are in them.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use fleet::Fleet;
use jiff::tz::TimeZone;
use log_analytics::{Input, KeptSalts, Local, ParameterKind, S3Url, Value, find_beside};
use log_reader::{Knowledge, Privacy, Salts, Site, Sites};
use sha2::{Digest as _, Sha256};
use tokio::runtime::Runtime;

use super::buckets;
use crate::cli::InputArgs;
use crate::hints::Hinted;

/// Finds the files, and starts what the engine runs on. Of buckets only those are listed whose names do
/// not tell that they are of another time than is asked for.
pub(crate) fn open(args: &InputArgs, times: Times<'_>) -> anyhow::Result<(Local, Runtime)> {
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = args.threads.unwrap_or(processors).max(1);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    let objects = runtime.block_on(buckets::find(&args.logs, times.between(), &args.aws))?;
    let here: Vec<String> =
        args.logs.iter().filter(|one| S3Url::parse(one).is_none()).cloned().collect();
    let inputs = find_beside(objects, &here)?;
    Ok((local(inputs, threads, args)?, runtime))
}

/// From when on and up to when rows are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times<'a> {
    pub(crate) from: Option<&'a str>,
    pub(crate) to: Option<&'a str>,
}

impl Times<'_> {
    /// Milliseconds since 1970; without a bound where it cannot be read, for the report to tell.
    fn between(self) -> (i64, i64) {
        let millis = |text: Option<&str>| {
            let Some(Value::Timestamp(moment)) = ParameterKind::Timestamp.value(text?) else {
                return None;
            };
            Some(TimeZone::UTC.to_timestamp(moment).ok()?.as_millisecond())
        };
        (millis(self.from).unwrap_or(i64::MIN), millis(self.to).unwrap_or(i64::MAX))
    }
}

fn local(inputs: Vec<Input>, threads: usize, args: &InputArgs) -> anyhow::Result<Local> {
    let salts = kept_salts(&inputs, salts_of_a_run()?)?;
    if let Some(delimiter) = args.delimiter.as_ref().filter(|it| !(1..=5).contains(&it.len())) {
        return Err(Hinted::error(
            format!("`{delimiter}` cannot stand between columns"),
            "CloudFront takes 1 to 5 characters",
        ));
    }
    Ok(Local {
        inputs,
        knowledge: Arc::new(knowledge(args, salts)?),
        delimiter: args.delimiter.as_ref().map(|it| it.clone().into_bytes()),
        names: args.fields.clone(),
        strict: args.strict,
        threads,
    })
}

fn knowledge(args: &InputArgs, salts: Salts) -> anyhow::Result<Knowledge> {
    let sites = args.fleet.as_deref().map(sites).transpose()?.unwrap_or_default();
    let privacy =
        Privacy { full_ip: args.full_ip.is_some(), salts: Some(salts), ..Privacy::default() };
    Ok(Knowledge { sites, privacy, ..Knowledge::default() })
}

/// The sites of a fleet file by their domains.
fn sites(file: &Path) -> anyhow::Result<Sites> {
    let mut sites = Sites::default();
    for site in &Fleet::read(file)?.sites {
        let told = Site {
            name: site.name.clone(),
            brand: Some(site.images.brand.clone()).filter(|brand| !brand.is_empty()),
            group: site.delivery.groups.first().cloned(),
            owner: site.delivery.tags.get("owner").cloned(),
        };
        for domain in &site.domains {
            sites.insert(domain, told.clone());
        }
    }
    Ok(sites)
}

/// The salts that are kept beside compacted days, for days that have one: rows that are not compacted
/// yet get the visitors of those that are.
fn kept_salts(inputs: &[Input], fresh: Salts) -> anyhow::Result<Salts> {
    let folders = inputs.iter().filter_map(|input| Some(input.days.as_ref()?.root()));
    let folders: BTreeSet<&Path> = folders.collect();
    folders.into_iter().try_fold(fresh, |fresh, root| Ok(KeptSalts::beside(root)?.or(fresh)))
}

/// Salts that nobody has once this process has ended.
fn salts_of_a_run() -> anyhow::Result<Salts> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)?;
    Ok(Arc::new(move |day: &str| {
        Sha256::new().chain_update(secret).chain_update(day.as_bytes()).finalize().into()
    }))
}
