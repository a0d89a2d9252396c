//! Who is asked, and how.

use std::path::Path;
use std::process::Command;

use crate::RunArgs;

/// The league of sites, in the SQL of ours.
pub(crate) const LEAGUE: &str = "\
SELECT site, count(*) AS requests, sum(bytes) AS bytes,
  round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hits,
  approx_percentile(ttfb, 0.95) AS p95
FROM requests GROUP BY site ORDER BY requests DESC, site";

/// The same for every port that a viewer had: up to 64,512 groups.
const PORTS: &str = "\
SELECT client_port, count(*) AS requests, sum(bytes) AS bytes,
  round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hits,
  approx_percentile(ttfb, 0.95) AS p95
FROM requests GROUP BY client_port ORDER BY requests DESC, client_port";

/// Something that is run and measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Inflating the files, and no more.
    Floor,
    /// Ours, over the files.
    Ours,
    /// Ours, over ten times the files.
    OursTenfold,
    /// Ours, over the files, with tens of thousands of groups.
    OursManyGroups,
    /// Ours, over the same rows as compaction stored them.
    OursCompacted,
    /// `DuckDB`.
    DuckDb,
    /// Polars.
    Polars,
    /// `ClickHouse` within a process.
    ChDb,
}

impl Engine {
    /// Those that take turns.
    pub(crate) const ALL: [Self; 8] = [
        Self::Floor,
        Self::Ours,
        Self::DuckDb,
        Self::OursCompacted,
        Self::Polars,
        Self::OursManyGroups,
        Self::ChDb,
        Self::OursTenfold,
    ];

    /// Its name in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Floor => "inflating alone (libdeflate, two threads)",
            Self::Ours => "ours",
            Self::OursTenfold => "ours, ten times the files",
            Self::OursManyGroups => "ours, a group for each port of viewers",
            Self::OursCompacted => "ours, compacted",
            Self::DuckDb => "DuckDB",
            Self::Polars => "Polars",
            Self::ChDb => "chDB",
        }
    }

    /// Whether it answers the league of sites over the files.
    pub(crate) const fn answers_the_league(self) -> bool {
        matches!(self, Self::Ours | Self::OursCompacted | Self::DuckDb | Self::Polars | Self::ChDb)
    }

    /// What is run.
    pub(crate) fn command(self, args: &RunArgs, this: &Path) -> Command {
        let logs = args.folder.join("logs");
        let ours = |sql: &str, logs: &str| {
            let mut command = Command::new(&args.ours);
            command.args(["logs", "sql", sql, "--format", "csv", "--threads", "2"]);
            command.arg(args.folder.join(logs));
            command
        };
        let python = |script: &str| {
            let mut command = Command::new(&args.python);
            command.arg(args.scripts.join(script)).arg(&logs);
            command
        };
        match self {
            Self::Floor => {
                let mut command = Command::new(this);
                command.arg("floor").arg(&logs);
                command
            }
            Self::Ours => ours(LEAGUE, "logs"),
            Self::OursTenfold => ours(LEAGUE, "logs-tenfold"),
            Self::OursManyGroups => ours(PORTS, "logs"),
            Self::OursCompacted => ours(LEAGUE, "compacted"),
            Self::DuckDb => python("ask_duckdb.py"),
            Self::Polars => python("ask_polars.py"),
            Self::ChDb => python("ask_chdb.py"),
        }
    }
}
