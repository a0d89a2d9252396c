//! The run: every visit is asked of both sides.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::thread;

use cloudflare_rules::Request;
use cloudflare_zone::{Export, Import};
use cloudformation::viewer::{CodeError, ViewerFunction};
use fleet::Fleet;

use crate::differ::differences;
use crate::error::CheckError;
use crate::explain::Verdicts;
use crate::original::{Heard, Original};
use crate::report::{Explained, Report, Tally};
use crate::translated::{Engines, Translated};
use crate::visit::Visit;

/// Paths that Cloudflare answers itself, but for pictures: nobody's shop has them.
const OWN: &str = "/cdn-cgi/";
const PICTURES: &str = "/cdn-cgi/image/";

/// Zones, and the sites that they became.
pub struct Check<'c> {
    original: Original<'c>,
    translated: Translated<'c>,
    verdicts: Verdicts<'c>,
    zones: Vec<&'c str>,
    code: BTreeMap<ViewerFunction, String>,
}

/// What one thread has.
struct Worker<'w, 'c> {
    check: &'w Check<'c>,
    engines: Engines,
    /// The lists of the account are in it; the rest is filled in for every visit.
    scratch: Request,
    /// Headers of answers that either side names, by host.
    named: HashMap<String, BTreeSet<String>>,
    tally: Tally,
}

impl<'c> Check<'c> {
    /// Gets both sides ready. `import` is what came of the zones of `export`; `fleet` are its sites,
    /// perhaps changed by people.
    ///
    /// # Errors
    /// [`CheckError`] where the fleet's sites are none that could be deployed.
    pub fn new(
        export: &'c Export,
        import: &'c Import,
        fleet: &'c Fleet,
    ) -> Result<Self, CheckError> {
        let code: Result<_, _> =
            ViewerFunction::ALL.into_iter().map(|it| Ok((it, it.code()?))).collect();
        Ok(Self {
            original: Original::new(export),
            translated: Translated::new(fleet, import)?,
            verdicts: Verdicts::new(import),
            zones: export.zones.iter().map(|zone| zone.name.as_str()).collect(),
            code: code.map_err(|error: CodeError| CheckError::Function(error.to_string()))?,
        })
    }

    /// Asks both sides for every visit, on all processors; `step` is called after each.
    ///
    /// # Errors
    /// [`CheckError::Function`] where the viewer function fails, as CloudFront would answer 503.
    pub fn run(&self, visits: &[Visit], step: &(dyn Fn() + Sync)) -> Result<Report, CheckError> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let size = visits.len().div_ceil(threads).max(1);
        let tallies: Vec<Result<Tally, CheckError>> = thread::scope(|scope| {
            let parts = visits.chunks(size).enumerate();
            let running: Vec<_> = parts
                .map(|(part, visits)| scope.spawn(move || self.part(visits, part * size, step)))
                .collect();
            let ended = running.into_iter().map(|thread| {
                let died = |_| Err(CheckError::Function("a thread died".to_owned()));
                thread.join().unwrap_or_else(died)
            });
            ended.collect()
        });
        let mut all = Tally::default();
        for tally in tallies {
            all.join(tally?);
        }
        Ok(all.report())
    }

    fn part(
        &self,
        visits: &[Visit],
        first: usize,
        step: &(dyn Fn() + Sync),
    ) -> Result<Tally, CheckError> {
        let lists = self.original.lists().clone();
        let mut worker = Worker {
            check: self,
            engines: Engines::new(&self.code, self.translated.pairs())?,
            scratch: Request { lists, ..Request::default() },
            named: HashMap::new(),
            tally: Tally::default(),
        };
        for (index, visit) in visits.iter().enumerate() {
            worker.visit(visit, first + index)?;
            step();
        }
        Ok(worker.tally)
    }
}

impl Worker<'_, '_> {
    fn visit(&mut self, visit: &Visit, number: usize) -> Result<(), CheckError> {
        let request = &visit.request;
        let is_own = request.path.starts_with(OWN) && !request.path.starts_with(PICTURES);
        let zone = self.check.original.zone_of(&request.host).filter(|_| !is_own);
        let Some(zone) = zone else {
            self.tally.left_out += visit.count;
            return Ok(());
        };
        self.fill(request);
        let check = self.check;
        let named = self.named.entry(request.host.clone()).or_insert_with(|| {
            let mut named = check.translated.named(&request.host);
            named.extend(check.original.named(zone).map(str::to_owned));
            named
        });
        let policy = check.translated.policy(&request.host);
        let mut heard = Vec::new();
        let original = check.original.answer(zone, &mut self.scratch, policy, named, &mut heard);
        let Some(original) = original else {
            self.tally.left_out += visit.count;
            return Ok(());
        };
        let translated = check.translated.answer(request, named, &self.engines)?;
        self.tally.requests += visit.count;
        let differences = differences(&original, &translated);
        if differences.is_empty() {
            self.tally.agreed += visit.count;
            return Ok(());
        }
        self.fill(request);
        heard.extend(check.original.nearly_heard(zone, &self.scratch));
        self.tell(visit, number, zone, &differences, &heard);
        Ok(())
    }

    /// Explains what can be explained, and counts all of it.
    fn tell(
        &mut self,
        visit: &Visit,
        number: usize,
        zone: usize,
        differences: &[crate::differ::Difference],
        heard: &[Heard<'_>],
    ) {
        let name = self.check.zones.get(zone).copied().unwrap_or_default();
        let mut is_explained = true;
        for difference in differences {
            let verdicts = &self.check.verdicts;
            let found = verdicts.explanation(&difference.of, name, &visit.request, heard);
            let explained = found.map(|(finding, remark)| Explained {
                verdict: finding.verdict.word().to_owned(),
                feature: finding.feature.name.to_owned(),
                label: finding.label.clone(),
                remark: remark.to_owned(),
            });
            is_explained &= explained.is_some();
            let alike = (difference.of.aspect(), difference.what.clone(), explained);
            self.tally.add(alike, visit.count, number, || {
                [visit.line(), difference.original.clone(), difference.translated.clone()]
            });
        }
        if is_explained {
            self.tally.explained += visit.count;
        }
    }

    fn fill(&mut self, request: &Request) {
        let lists = std::mem::take(&mut self.scratch.lists);
        self.scratch = Request { lists, ..request.clone() };
    }
}
