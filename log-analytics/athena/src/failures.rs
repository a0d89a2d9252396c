//! What Athena says when a question fails, and what to do about it.
//!
//! <https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html>

/// A failure that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What stands in the reason, in small letters.
    pub pattern: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What to do.
    pub advice: &'static str,
}

/// The failures that are known; one that is told by more of the text stands before a shorter one.
pub const FAILURES: &[Failure] = &[
    Failure {
        pattern: "bytes scanned limit was exceeded",
        means: "the question read more than the workgroup lets one read; what it had read is charged",
        advice: "ask for fewer days, ask compacted logs, or raise the workgroup's limit",
    },
    Failure {
        pattern: "slow down",
        means: "S3 refused some of the requests: too many small files below one prefix",
        advice: "ask again, for fewer hours, or ask compacted logs",
    },
    Failure {
        pattern: "hive_cursor_error",
        means: "a file is cut off or no file of its format",
        advice: "the message names the file: look at it with `cdn-cli logs report completeness FILE`, \
                 then move it away",
    },
    Failure {
        pattern: "type_mismatch",
        means: "a column has another type in the table than in its Parquet files",
        advice: "`cdn-cli logs lint` names the column; in CloudFront's own Parquet all are text",
    },
    Failure {
        pattern: "hive_bad_data",
        means: "a file has something else in a column than the table says",
        advice: "`cdn-cli logs lint` names the column; the tables of `cdn-cli logs setup` read all as text",
    },
    Failure {
        pattern: "hive_metastore_error",
        means: "the table's entry in the catalog is not whole, its projection above all",
        advice: "`cdn-cli logs lint` names the property that is missing",
    },
    Failure {
        pattern: "hive_too_many_open_partitions",
        means: "a statement writes more than a hundred folders at once",
        advice: "write fewer days in one statement",
    },
    Failure {
        pattern: "hive_path_already_exists",
        means: "the folder that a statement would write is not empty",
        advice: "name another folder, or empty it",
    },
    Failure {
        pattern: "for the injected projected partition column",
        means: "the table asks every question for the value of a column of its folders",
        advice: "name it by = or IN in WHERE, or list the values in the projection",
    },
    Failure {
        pattern: "invalid_cast_argument",
        means: "a text that is no number or date was taken for one",
        advice: "write try_cast(nullif(column, '-') AS type)",
    },
    Failure {
        pattern: "invalid_function_argument",
        means: "a function was given what it cannot take, such as a broken %-sequence",
        advice: "write try(function(…)), which gives NULL instead",
    },
    Failure {
        pattern: "query exhausted resources",
        means: "the question takes more memory than Athena gives one",
        advice: "ask for fewer days, group by fewer columns, leave out ORDER BY, or take approx_distinct",
    },
    Failure {
        pattern: "query timeout",
        means: "the question ran longer than the account lets one run",
        advice: "ask for fewer days, or ask compacted logs",
    },
    Failure {
        pattern: "no output location provided",
        means: "nobody said where the answer is to be written",
        advice: "name a workgroup that has a place for answers: --workgroup; `cdn-cli logs setup` makes one",
    },
    Failure {
        pattern: "table_not_found",
        means: "there is no such table or view in the database",
        advice: "`cdn-cli logs setup` makes them; --database and --view name others",
    },
    Failure {
        pattern: "schema_not_found",
        means: "there is no such database",
        advice: "`cdn-cli logs setup` makes it; --database names another",
    },
    Failure {
        pattern: "column_not_found",
        means: "the view has no such column",
        advice: "docs/logs.md lists the columns; a view that is older than this version lacks some: \
                 `cdn-cli logs setup` makes it anew",
    },
    Failure {
        pattern: "access denied",
        means: "the role may not read the files, the key that they are encrypted with, or the catalog",
        advice: "it needs s3:GetObject and s3:ListBucket on the logs, kms:Decrypt on their key, and \
                 glue:GetTable and glue:GetPartitions",
    },
    Failure {
        pattern: "insufficient permissions",
        means: "the role may not use the database or table",
        advice: "where Lake Formation guards the catalog, grant SELECT and DESCRIBE there",
    },
    Failure {
        pattern: "syntax_error",
        means: "the text is no SQL of Athena's",
        advice: "the message has the line and the column; names that are words of SQL take double quotes",
    },
    Failure {
        pattern: "hive_cannot_open_split",
        means: "a file could not be opened: it is gone, encrypted with a key that is not, or S3 was busy",
        advice: "ask again; a file that expired meanwhile is not looked for then",
    },
];

/// What is known of a reason; `None` of one that nobody has met.
pub fn explained(reason: &str) -> Option<&'static Failure> {
    let reason = reason.to_lowercase();
    FAILURES.iter().find(|it| reason.contains(it.pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_known_by_what_stands_in_them() {
        for (reason, want) in [
            ("Bytes scanned limit was exceeded", Some("bytes scanned limit was exceeded")),
            (
                "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://a/b (offset=0, length=1): Please \
                 reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown; \
                 Slow Down)",
                Some("slow down"),
            ),
            ("HIVE_CANNOT_OPEN_SPLIT: Unsupported Hive column", Some("hive_cannot_open_split")),
            (
                "CONSTRAINT_VIOLATION: For the injected projected partition column folder, the WHERE \
                 clause must contain only static equality conditions",
                Some("for the injected projected partition column"),
            ),
            (
                "COLUMN_NOT_FOUND: line 1:8: Column 'sight' cannot be resolved",
                Some("column_not_found"),
            ),
            ("An odd thing", None),
        ] {
            assert_eq!(explained(reason).map(|it| it.pattern), want, "{reason}");
        }
    }

    #[test]
    fn no_failure_hides_another() {
        for (nth, failure) in FAILURES.iter().enumerate() {
            assert_eq!(explained(failure.pattern), Some(&FAILURES[nth]), "{}", failure.pattern);
        }
    }
}
