//! The part of a path that is a date: `{yyyy}/{MM}/{dd}/{HH}`, as CloudFront is told it.

use jiff::civil::DateTime;

/// What CloudFront is told, what Java's `DateTimeFormatter` calls it, and what `strftime` does,
/// from the coarsest on.
const PARTS: [(&str, &str, &str); 4] =
    [("{yyyy}", "yyyy", "%Y"), ("{MM}", "MM", "%m"), ("{dd}", "dd", "%d"), ("{HH}", "HH", "%H")];

/// How the folders of a day or an hour are named: year, month and day in this order, then the hour
/// or not, so that later folders have greater names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatePath {
    /// `yyyy/MM/dd/HH`: for projection.
    format: String,
    /// `%Y/%m/%d/%H`.
    strftime: String,
    is_hourly: bool,
}

/// Why a path is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is no path of days or hours: {problem}")]
pub struct DatePathError {
    path: String,
    problem: &'static str,
}

impl DatePath {
    /// Reads a path as CloudFront takes it.
    ///
    /// # Errors
    /// Where it is not year, month, day, and perhaps hour, in this order, with nothing but
    /// punctuation between.
    pub fn parse(path: &str) -> Result<Self, DatePathError> {
        let error = |problem| DatePathError { path: path.to_owned(), problem };
        let (mut format, mut strftime) = (String::new(), String::new());
        let mut rest = path.trim_matches('/');
        let mut parts = 0;
        while !rest.is_empty() {
            if let Some((its, java, percent)) = PARTS.get(parts).filter(|it| rest.starts_with(it.0))
            {
                format.push_str(java);
                strftime.push_str(percent);
                rest = &rest[its.len()..];
                parts += 1;
                continue;
            }
            let Some(between) = rest.chars().next().filter(|c| matches!(c, '/' | '-' | '_' | '.'))
            else {
                return Err(error("{yyyy}, {MM}, {dd} and perhaps {HH}, with / - _ or . between"));
            };
            format.push(between);
            strftime.push(between);
            rest = &rest[1..];
        }
        if parts < 3 {
            return Err(error("it lacks {yyyy}, {MM} or {dd}"));
        }
        Ok(Self { format, strftime, is_hourly: parts == PARTS.len() })
    }

    /// A path by its format for projection, `yyyy/MM/dd/HH`.
    pub fn of_format(format: &str) -> Option<Self> {
        let braced = PARTS
            .iter()
            .fold(format.to_owned(), |text, (part, java, _)| text.replacen(java, part, 1));
        Self::parse(&braced).ok()
    }

    /// Days, as compaction divides by them: `2026-11-23`.
    pub fn days() -> Self {
        Self { format: "yyyy-MM-dd".to_owned(), strftime: "%Y-%m-%d".to_owned(), is_hourly: false }
    }

    /// In the words of Java's `DateTimeFormatter`, which projection takes.
    pub fn format(&self) -> &str {
        &self.format
    }

    /// Whether there is a folder for each hour rather than each day.
    pub fn is_hourly(&self) -> bool {
        self.is_hourly
    }

    /// The folder of a moment.
    pub fn folder(&self, at: DateTime) -> String {
        at.strftime(&self.strftime).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let at = jiff::civil::date(2026, 11, 23).at(7, 6, 53, 0);
        for (path, format, folder) in [
            ("{yyyy}/{MM}/{dd}/{HH}", "yyyy/MM/dd/HH", "2026/11/23/07"),
            ("/{yyyy}-{MM}-{dd}/", "yyyy-MM-dd", "2026-11-23"),
            ("{yyyy}{MM}{dd}.{HH}", "yyyyMMdd.HH", "20261123.07"),
        ] {
            let read = DatePath::parse(path).unwrap();
            assert_eq!((read.format(), read.folder(at).as_str()), (format, folder), "{path}");
            assert_eq!(DatePath::of_format(format), Some(read), "{path}");
        }
    }

    #[test]
    fn what_would_not_sort_is_refused() {
        for path in
            ["", "{yyyy}/{MM}", "{MM}/{yyyy}/{dd}", "year={yyyy}/{MM}/{dd}", "{yyyy}/{MM}/{dd}/é"]
        {
            assert!(DatePath::parse(path).is_err(), "{path}");
        }
    }
}
