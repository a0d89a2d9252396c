//! A group of files whose rows are taken at once, or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::AsArray as _;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use jiff::Timestamp;

use super::sorted::Sorting;
use super::write::{self, WrittenDay};
use super::{CompactError, Compaction, CompactionSummary, HeldBack, Step};
use crate::days::{DayRecord, KeptSalts, SourceRecord, Workshop, day_file, io};
use crate::input::Input;
use crate::local::{Gathered, OnRead};

/// Files of one day by their names.
pub(super) struct Group {
    /// The day, or `other`.
    pub(super) name: String,
    /// Those whose rows are not there yet.
    pub(super) new: Vec<(Input, SourceRecord)>,
}

/// The rows of a group, not merged yet.
struct Taken {
    days: BTreeMap<String, WrittenDay>,
    /// Files with rows of days that take none any more: when such a day closed.
    too_late: BTreeMap<String, (String, Timestamp)>,
}

impl Compaction {
    /// Takes the rows of a group's files, but for those that must be held back: damaged ones, and those
    /// with rows of days that are closed. One bad file is no reason to wait for the others.
    pub(super) async fn take(
        &self,
        workshop: &Workshop,
        salts: &KeptSalts,
        mut group: Group,
        summary: &mut CompactionSummary,
    ) -> Result<(), CompactError> {
        while !group.new.is_empty() {
            workshop.clear()?;
            let gathered = self.local.gathered(self.on_read());
            let taken = self.taken(workshop, &group, &gathered).await;
            let read =
                std::mem::take(&mut *gathered.lock().unwrap_or_else(PoisonError::into_inner));
            let taken = taken.map_err(|error| error.of(&read))?;
            let held_back = held_back(&read, &taken);
            if held_back.is_empty() {
                self.commit(workshop, salts, &group, taken.days, summary).await?;
                summary.add(&read.summary);
                break;
            }
            group.new.retain(|(input, _)| held_back.iter().all(|it| it.file != input.name));
            summary.held_back.extend(held_back);
        }
        Ok(())
    }

    fn on_read(&self) -> OnRead {
        let on_step = Arc::clone(&self.on_step);
        OnRead(Arc::new(move |bytes| on_step(Step::Read(bytes))))
    }

    /// The days of a group's new rows, written aside.
    async fn taken(
        &self,
        workshop: &Workshop,
        group: &Group,
        gathered: &Arc<Mutex<Gathered>>,
    ) -> Result<Taken, CompactError> {
        let inputs = group.new.iter().map(|(input, _)| input.clone()).collect();
        let rows = self.sorting(workshop).sorted(self.local.streams(inputs, gathered))?;
        let days = write::days(rows, &aside(workshop), self.on_step.as_ref()).await?;
        let mut too_late = BTreeMap::new();
        for day in days.keys() {
            let record = workshop.folder.manifest(day)?.day;
            let Some(closed) = record.map(|record| record.closes(self.reopen)) else { continue };
            if closed <= self.now {
                let files = files_in(&aside(workshop).join(day_file(day)))?;
                too_late.extend(files.into_iter().map(|file| (file, (day.clone(), closed))));
            }
        }
        Ok(Taken { days, too_late })
    }

    fn sorting(&self, workshop: &Workshop) -> Sorting {
        let scratch = workshop.scratch().join("sort");
        Sorting { memory: self.memory, threads: self.local.threads, scratch }
    }

    /// Merges new rows with what their days held before, and puts the days in place.
    async fn commit(
        &self,
        workshop: &Workshop,
        salts: &KeptSalts,
        group: &Group,
        new: BTreeMap<String, WrittenDay>,
        summary: &mut CompactionSummary,
    ) -> Result<(), CompactError> {
        let mut manifests = BTreeMap::new();
        for (day, new) in new {
            let mut manifest = workshop.folder.manifest(&day)?;
            let written = self.merged(workshop, &day, new).await?;
            let record = self.record(&day, manifest.day.as_ref(), written, summary);
            summary.days.insert(day.clone(), record.clone());
            manifest.day = Some(record);
            manifests.insert(day, manifest);
        }
        if !manifests.contains_key(&group.name) {
            manifests.insert(group.name.clone(), workshop.folder.manifest(&group.name)?);
        }
        if let Some(manifest) = manifests.get_mut(&group.name) {
            manifest.add(group.new.iter().map(|(_, source)| source.clone()));
        }
        for (group, manifest) in &manifests {
            workshop.stage(group, manifest)?;
        }
        salts.keep(|_| true)?;
        workshop.commit()?;
        (self.on_step)(Step::Committed);
        workshop.put_in_place()?;
        (self.on_step)(Step::InPlace);
        Ok(())
    }

    /// A day of new rows and of those that it held before, ready to be committed.
    async fn merged(
        &self,
        workshop: &Workshop,
        day: &str,
        new: WrittenDay,
    ) -> Result<WrittenDay, CompactError> {
        let aside = aside(workshop).join(day_file(day));
        let Some(before) = workshop.folder.days()?.remove(day) else {
            moved(&aside, &workshop.next().join(day_file(day)))?;
            return Ok(new);
        };
        let rows = Sorting::merged(&[before, aside])?;
        let mut days = write::days(rows, &workshop.next(), self.on_step.as_ref()).await?;
        let merged = days.remove(day).unwrap_or_default();
        Ok(WrittenDay { duplicates: merged.duplicates + new.duplicates, ..merged })
    }

    fn record(
        &self,
        day: &str,
        before: Option<&DayRecord>,
        written: WrittenDay,
        summary: &mut CompactionSummary,
    ) -> DayRecord {
        let added = written.rows - before.map_or(0, |before| before.rows);
        // A day that this same run began is not late.
        let is_late = before.is_some_and(|before| before.first_compacted < self.now);
        let late_rows = if is_late { added } else { 0 };
        summary.rows += added;
        summary.duplicates += written.duplicates;
        summary.late_rows += late_rows;
        DayRecord {
            day: day.to_owned(),
            first_compacted: before.map_or(self.now, |before| before.first_compacted),
            rows: written.rows,
            bytes: written.bytes,
            duplicates: written.duplicates + before.map_or(0, |before| before.duplicates),
            late_rows: late_rows + before.map_or(0, |before| before.late_rows),
            rows_without_id: written.rows_without_id,
            sites: written.sites,
            missing_hours: written.missing_hours,
        }
    }
}

/// Where the days of new rows are written.
fn aside(workshop: &Workshop) -> PathBuf {
    workshop.scratch().join("new")
}

/// The files that must be held back, and why.
fn held_back(read: &Gathered, taken: &Taken) -> Vec<HeldBack> {
    let damaged = read.summary.noteworthy.iter().filter_map(|file| {
        let error = file.error.as_ref()?;
        Some(HeldBack { file: file.file.clone(), why: format!("not read to its end: {error}") })
    });
    let too_late = taken.too_late.iter().map(|(file, (day, closed))| HeldBack {
        file: file.clone(),
        why: format!("has rows of {day}, which took none any more from {closed} on"),
    });
    damaged.chain(too_late).collect()
}

/// The files that rows of a day come from.
fn files_in(day: &Path) -> Result<BTreeSet<String>, CompactError> {
    let read = || -> datafusion::error::Result<BTreeSet<String>> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(day)?)?;
        let only = ProjectionMask::columns(builder.parquet_schema(), ["file"]);
        let mut files = BTreeSet::new();
        for batch in builder.with_projection(only).build()? {
            let batch = batch?;
            let names = batch.column(0).as_string_view().iter().flatten();
            files.extend(names.map(str::to_owned));
        }
        Ok(files)
    };
    Ok(read()?)
}

fn moved(from: &Path, to: &Path) -> Result<(), CompactError> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(io(folder))?;
    }
    Ok(fs::rename(from, to).map_err(io(to))?)
}
