//! What a comparison came to.

use std::fmt::{self, Write as _};

use crate::cells::Cell;
use crate::engines::Told;
use crate::sketches::{is_near, rank_error};

/// Differences that are told one by one.
const TOLD: usize = 5;

/// Two answers to one question.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    rows: usize,
    is_of_estimates: bool,
    cells: usize,
    same: usize,
    sketched: usize,
    /// The farthest from its rank, of the embedded engine and of the other.
    farthest: (f64, f64),
    /// What differs and may not.
    pub(crate) wrong: Vec<String>,
}

/// Two answers whose cells come of estimates: both engines run the question, and give the same
/// columns.
pub(crate) fn of_estimates(ours: &Told, theirs: &Told) -> Verdict {
    let mut verdict =
        Verdict { rows: ours.rows.len(), is_of_estimates: true, ..Verdict::default() };
    if ours.names != theirs.names {
        verdict.wrong.push(format!(
            "{}, and there {}",
            ours.names.join(", "),
            theirs.names.join(", ")
        ));
    }
    verdict
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_of_estimates {
            return write!(f, "{} | | | | runs on both; all of it comes of estimates", self.rows);
        }
        let Self { rows, cells, same, sketched, farthest: (here, there), .. } = self;
        write!(f, "{rows} | {cells} | {same} | {sketched} | ")?;
        match sketched {
            0 => Ok(()),
            _ => write!(f, "{:.2} %, {:.2} %", 100.0 * here, 100.0 * there),
        }
    }
}

/// Compares cell by cell; estimates with the values that they are of.
pub(crate) fn of(
    ours: &Told,
    theirs: &Told,
    exact: Option<&(Told, Vec<(String, f64)>)>,
) -> Verdict {
    let mut verdict = Verdict { rows: ours.rows.len(), ..Verdict::default() };
    if (&ours.names, ours.rows.len()) != (&theirs.names, theirs.rows.len()) {
        let shape = |told: &Told| format!("{} rows of {}", told.rows.len(), told.names.join(", "));
        verdict.wrong.push(format!("{}, and there {}", shape(ours), shape(theirs)));
        return verdict;
    }
    for (nth, (our, their)) in ours.rows.iter().zip(&theirs.rows).enumerate() {
        for (column, name) in ours.names.iter().enumerate() {
            verdict.cells += 1;
            let (a, b) = (&our[column], &their[column]);
            let sketch = exact.and_then(|(told, marks)| {
                let (_, share) = marks.iter().find(|(its, _)| its == name)?;
                Some((&told.rows[nth][column], *share))
            });
            match sketch {
                Some((values, share)) => verdict.estimate(name, values, share, a, b),
                None if a.is(b) => verdict.same += 1,
                None => verdict.wrong.push(format!("row {nth}, {name}: {a}, and there {b}")),
            }
        }
    }
    verdict.wrong.truncate(TOLD);
    verdict
}

impl Verdict {
    fn estimate(&mut self, name: &str, values: &Cell, share: f64, a: &Cell, b: &Cell) {
        self.sketched += 1;
        let Cell::Many(values) = values else {
            // Nothing was there to estimate.
            if (a, b) != (&Cell::Null, &Cell::Null) {
                self.wrong.push(format!("{name}: {a} and {b} of no values"));
            }
            return;
        };
        let error = |cell: &Cell| match cell.number() {
            Some(number) => rank_error(values, share, number),
            // Only NULLs were there.
            None if values.is_empty() => 0.0,
            None => 1.0,
        };
        let (here, there) = (error(a), error(b));
        self.farthest = (self.farthest.0.max(here), self.farthest.1.max(there));
        if !is_near(here) {
            let many = values.len();
            self.wrong.push(format!("{name}: {a} is {here:.3} off {share}, of {many} values"));
        }
    }
}

/// Compares the columns of two answers whose rows have no order: a line of a table for each, and what
/// differs.
pub(crate) fn of_columns(names: &[&str], ours: &Told, theirs: &Told) -> (String, Vec<String>) {
    let mut table = String::from("| column | rows | same |\n|---|---:|---:|\n");
    let mut wrong = Vec::new();
    let id = names.iter().position(|name| *name == "request_id").expect("a column to match by");
    for (column, name) in names.iter().enumerate() {
        let sorted = |told: &Told| {
            let pairs = told.rows.iter().map(|row| (row[id].clone(), row[column].clone()));
            let mut pairs: Vec<(Cell, Cell)> = pairs.collect();
            pairs.sort_by(|a, b| a.partial_cmp(b).expect("no value that is no number"));
            pairs
        };
        let (ours, theirs) = (sorted(ours), sorted(theirs));
        let pairs = ours.iter().zip(&theirs);
        let same = pairs.clone().filter(|((_, a), (_, b))| a.is(b)).count();
        writeln!(table, "| {name} | {} | {same} |", ours.len()).expect("a text");
        if ours.len() != theirs.len() {
            wrong.push(format!("{name}: {} rows, and there {}", ours.len(), theirs.len()));
        }
        let different = pairs.filter(|((_, a), (_, b))| !a.is(b));
        wrong.extend(
            different
                .take(TOLD)
                .map(|((id, a), (_, b))| format!("{name} of {id}: {a}, and there {b}")),
        );
    }
    (table, wrong)
}
