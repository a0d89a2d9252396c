//! What is asked, and what Athena takes.

use super::error::ClientError;
use crate::scope::marks_are_in_where;
use crate::sql;

/// Bytes of a statement that Athena takes:
/// <https://docs.aws.amazon.com/athena/latest/ug/service-limits.html>.
const LONGEST_STATEMENT: usize = 262_144;
/// Characters of a parameter that Athena takes.
const LONGEST_PARAMETER: usize = 1_024;
/// The words that questions begin with.
const QUESTIONS: [&str; 8] =
    ["SELECT", "WITH", "VALUES", "TABLE", "(", "SHOW", "DESCRIBE", "EXPLAIN"];

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// SQL of Athena's.
    pub sql: String,
    /// The values of its `?`, as literals.
    pub parameters: Vec<String>,
    /// Whether an answer of the last days may be taken again, for nothing: where no row that it asks
    /// for can have come meanwhile. Default: `false`.
    pub may_reuse: bool,
    /// Chance: it makes the name by which a question that is sent twice is asked once, and the waits.
    pub seed: [u8; 16],
}

/// The statement, where it is a question that Athena takes: one, without `;`.
pub(super) fn checked(question: &Question) -> Result<&str, ClientError> {
    let sql = question.sql.trim_end().trim_end_matches(';').trim_end();
    let word = sql::first_word(sql::after_comments(sql));
    if !QUESTIONS.iter().any(|it| word.eq_ignore_ascii_case(it)) {
        return Err(ClientError::Statement(word.to_owned()));
    }
    let limit = LONGEST_STATEMENT;
    match sql.len() {
        bytes if bytes > limit => Err(ClientError::TooLong { bytes, limit }),
        _ => Ok(sql),
    }
}

/// Whether Athena takes these as parameters of the statement; else they have to stand in its text.
pub fn takes_parameters(statement: &str, parameters: &[String]) -> bool {
    let is_short = |it: &String| it.chars().count() <= LONGEST_PARAMETER;
    !parameters.is_empty() && parameters.iter().all(is_short) && marks_are_in_where(statement)
}

/// 32 characters, as Athena asks for.
pub(super) fn token(seed: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(seed))
}

/// What waits are drawn by.
pub(super) fn seed_of_waits(seed: [u8; 16]) -> u64 {
    seed.iter().fold(0_u64, |sum, byte| sum.rotate_left(8) ^ u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_alone_are_asked() {
        let asked = |sql: &str| {
            let question = Question { sql: sql.to_owned(), ..Question::default() };
            checked(&question).map(str::to_owned).map_err(|error| error.to_string())
        };
        for (sql, want) in [
            ("-- a\nselect 1; ", Ok("-- a\nselect 1")),
            ("(SELECT 1)", Ok("(SELECT 1)")),
            ("SHOW TABLES", Ok("SHOW TABLES")),
            (
                "DROP TABLE t",
                Err("`DROP` is no question: SELECT, WITH, VALUES, SHOW, DESCRIBE and EXPLAIN are"),
            ),
            ("", Err("`` is no question: SELECT, WITH, VALUES, SHOW, DESCRIBE and EXPLAIN are")),
        ] {
            assert_eq!(asked(sql), want.map(str::to_owned).map_err(str::to_owned), "{sql}");
        }
        let long = format!("SELECT '{}'", "a".repeat(LONGEST_STATEMENT));
        assert_eq!(
            asked(&long).unwrap_err(),
            "the statement has 262153 bytes, and Athena takes 262144"
        );
    }

    #[test]
    fn a_token_is_as_long_as_athena_asks_for() {
        assert_eq!(token([0; 16]).len(), 32);
        assert_ne!(token([1; 16]), token([2; 16]));
    }
}
