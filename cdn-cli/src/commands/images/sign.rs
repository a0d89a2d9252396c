//! `cdn-cli images sign`: a URL with proof that its maker knows a key.

use std::env;
use std::fs;

use anyhow::Context as _;
use edge_resizer::policy::SigningKey;
use jiff::Timestamp;

use super::url::{Target, now};
use super::{issues, rules};
use crate::cli::SignArgs;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// Bytes below which a key is worth a warning: RFC 2104 section 3 discourages keys shorter than
/// the digest, and half of SHA-256's is what no one guesses.
const SHORT_KEY: usize = 16;

/// Prints the signed URL; never the key.
pub(crate) fn run(args: &SignArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let target = Target::parse(&args.url)?;
    let key = key(args, target.host.as_deref(), io)?;
    let expires = args.expires.as_deref().map(|text| last_second(text, now())).transpose()?;
    let signed = edge_resizer::sign::sign(&target.path_and_query, expires, &key);
    io.stdout.line(format_args!("{}{signed}", target.scheme_and_authority))?;
    Ok(ExitStatus::Done)
}

fn key(args: &SignArgs, host: Option<&str>, io: &mut Io<'_>) -> anyhow::Result<SigningKey> {
    let secret = match (&args.key_file, &args.key_env) {
        (Some(file), _) => fs::read_to_string(file)
            .with_context(|| format!("reading the key in {}", file.display()))?,
        (None, Some(name)) => env::var(name)
            .with_context(|| format!("reading the key in the environment variable {name}"))?,
        (None, None) => {
            let signing = rules::policy(&args.rules, host)?.signing;
            return signing.and_then(|signing| signing.keys.into_iter().next()).ok_or_else(|| {
                Hinted::error(
                    "no key is known",
                    "say --key-file FILE or --key-env NAME, or name a fleet and a site with \
                     `signing.keys`",
                )
            });
        }
    };
    // Editors and `echo` end a file with a newline that nobody means.
    let secret = secret.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        anyhow::bail!("the key is empty");
    }
    if secret.len() < SHORT_KEY {
        let message = format!("the key has {} bytes; 32 random ones are good", secret.len());
        issues::warn(&message, &mut io.stderr)?;
    }
    Ok(SigningKey::new(secret))
}

/// The last second in which the URL is good: so many seconds from now, or a point in time.
fn last_second(text: &str, now: u64) -> anyhow::Result<u64> {
    let last = match text.parse::<u64>() {
        Ok(seconds) => now.saturating_add(seconds),
        Err(_) => point_in_time(text)?,
    };
    if last <= now {
        anyhow::bail!("`{text}` is not in the future");
    }
    Ok(last)
}

fn point_in_time(text: &str) -> anyhow::Result<u64> {
    let seconds = text.parse::<Timestamp>().map(Timestamp::as_second).ok();
    seconds.and_then(|seconds| u64::try_from(seconds).ok()).ok_or_else(|| {
        Hinted::error(
            format!("`{text}` is no time"),
            "say seconds from now, 3600, or a time, 2030-01-31T12:00:00Z",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiries_are_seconds_or_times() {
        for (text, want) in [
            ("3600", Some(4600)),
            ("18446744073709551615", Some(u64::MAX)),
            ("1970-01-01T01:00:00Z", Some(3600)),
            ("1970-01-01T02:00:00+01:00", Some(3600)),
            ("0", None),
            ("1970-01-01T00:00:00Z", None),
            ("1969-01-01T00:00:00Z", None),
            ("-5", None),
            ("1h", None),
            ("", None),
        ] {
            assert_eq!(last_second(text, 1000).ok(), want, "{text}");
        }
    }
}
