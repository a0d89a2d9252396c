//! Lists of URLs: plain ones, and those that `logs report warm` writes.

use std::io::BufRead;

use serde::Deserialize;

/// A URL of a warm list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Listed {
    /// The URL.
    pub url: String,
    /// How many variants of it viewers asked for. Default: unknown, 0.
    #[serde(default)]
    pub variants: u64,
    /// Seconds that viewers waited for it. Default: 0.
    #[serde(default)]
    pub weight: f64,
}

/// Why a list cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// The columns or their values are not those of a warm list.
    #[error("not a warm list of the columns url,variants,weight")]
    Csv(#[from] csv::Error),
    /// It cannot be read.
    #[error("cannot be read")]
    Io(#[from] std::io::Error),
    /// It begins as JSON does, and is not an array of objects with a `url`.
    #[error("not a warm list: an array of objects with url, variants and weight")]
    Json(#[from] serde_json::Error),
}

/// Reads a list, a URL a line; empty lines and those after a `#` are passed over. Memory: one line.
///
/// # Errors
/// [`ListError::Io`].
pub fn read_list(input: impl BufRead, tell: &mut dyn FnMut(String)) -> Result<(), ListError> {
    for line in input.lines() {
        let line = line?;
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            tell(line.to_owned());
        }
    }
    Ok(())
}

/// Reads what `logs report warm` wrote, as CSV (memory: one row) or JSON (memory: all of it).
///
/// # Errors
/// [`ListError`].
///
/// # Example
/// ```
/// use cache_warmer::source::{Listed, read_warm_list};
///
/// let csv = "url,variants,weight\nhttps://shop.example/a.jpg,3,12.5\n";
/// let mut found = Vec::new();
/// read_warm_list(csv.as_bytes(), &mut |listed| found.push(listed))?;
/// let url = "https://shop.example/a.jpg".to_owned();
/// assert_eq!(found, [Listed { url, variants: 3, weight: 12.5 }]);
/// # Ok::<(), cache_warmer::source::ListError>(())
/// ```
pub fn read_warm_list(
    mut input: impl BufRead,
    tell: &mut dyn FnMut(Listed),
) -> Result<(), ListError> {
    let is_json = input.fill_buf()?.trim_ascii_start().starts_with(b"[");
    if is_json {
        let mut text = String::new();
        input.read_to_string(&mut text)?;
        let all: Vec<Listed> = serde_json::from_str(&text)?;
        all.into_iter().for_each(tell);
        return Ok(());
    }
    for row in csv::Reader::from_reader(input).into_deserialize() {
        tell(row?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_list_has_comments() {
        let mut found = Vec::new();
        let text = "# sale\nhttps://a.example/\n\n  https://b.example/#x  \n";
        read_list(text.as_bytes(), &mut |url| found.push(url)).unwrap();
        assert_eq!(found, ["https://a.example/", "https://b.example/#x"]);
    }

    #[test]
    fn a_warm_list_is_csv_or_json() {
        let want = [Listed { url: "https://a.example/".to_owned(), variants: 2, weight: 1.5 }];
        for text in [
            "weight,url,variants\n1.5,https://a.example/,2\n",
            " [{\"url\": \"https://a.example/\", \"variants\": 2, \"weight\": 1.5}]",
        ] {
            let mut found = Vec::new();
            read_warm_list(text.as_bytes(), &mut |listed| found.push(listed)).unwrap();
            assert_eq!(found, want, "{text}");
        }
    }

    #[test]
    fn what_is_no_list_is_told() {
        for (text, want) in [
            ("a,b\n1,2\n", "not a warm list of the columns url,variants,weight"),
            ("[1]", "not a warm list: an array of objects with url, variants and weight"),
        ] {
            let error = read_warm_list(text.as_bytes(), &mut |_| ()).unwrap_err();
            assert_eq!(error.to_string(), want);
        }
    }
}
