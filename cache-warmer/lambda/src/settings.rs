//! What the environment says of the function.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The function's environment, read once. `docs/warm.md` has the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `FLEET_FILE`: the sites, and the table `[warm]`. Default: `fleet.toml` beside the program.
    pub fleet: PathBuf,
    /// `REPORTS_BUCKET`: where runs are kept.
    pub bucket: String,
    /// `REPORTS_PREFIX`: what the names of their objects begin with. Default: `warm/`.
    pub prefix: String,
    /// `QUEUE_URL`: the SQS queue of slices.
    pub queue_url: String,
    /// `SLICE_TRIES`: how often SQS hands a slice out before it puts it among what failed. Default: 3.
    pub tries: u32,
    /// `REQUEST_SECONDS`: how long an answer may take. Default: 30.
    pub request_timeout: Duration,
    /// `NAME_SERVER`: who is asked for addresses. Default: those of the machine.
    pub name_server: Option<SocketAddr>,
}

/// Everything that is wrong with the environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the function's environment: {}", .0.join("; "))]
pub struct SettingsError(Vec<String>);

/// Seconds that an answer may take.
const REQUEST_SECONDS: u64 = 30;
/// Tries of a slice.
const SLICE_TRIES: u32 = 3;

impl Settings {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// [`SettingsError`], with all that is wrong.
    pub fn from_environment() -> Result<Self, SettingsError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads settings from `variable`, which gives the value of an environment variable. One that
    /// is empty counts as one that is not set.
    ///
    /// # Errors
    /// [`SettingsError`], with all that is wrong.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut problems = Vec::new();
        let mut needed = |name: &str| {
            given(name).unwrap_or_else(|| {
                problems.push(format!("{name} is missing"));
                String::new()
            })
        };
        let (bucket, queue_url) = (needed("REPORTS_BUCKET"), needed("QUEUE_URL"));
        let mut number = |name: &str, default: u64, range: std::ops::RangeInclusive<u64>| {
            let Some(text) = given(name) else { return default };
            text.parse().ok().filter(|number| range.contains(number)).unwrap_or_else(|| {
                let (least, most) = (range.start(), range.end());
                problems.push(format!("{name} is `{text}`, which is not from {least} to {most}"));
                default
            })
        };
        let request_timeout = number("REQUEST_SECONDS", REQUEST_SECONDS, 1..=120);
        let tries = number("SLICE_TRIES", SLICE_TRIES.into(), 1..=1_000);
        let name_server = given("NAME_SERVER").and_then(|text| {
            let address = text.parse().ok();
            if address.is_none() {
                problems.push(format!("NAME_SERVER is `{text}`, which is no address with a port"));
            }
            address
        });
        if !problems.is_empty() {
            return Err(SettingsError(problems));
        }
        Ok(Self {
            fleet: given("FLEET_FILE").map_or_else(|| beside_program(&given), PathBuf::from),
            bucket,
            prefix: given("REPORTS_PREFIX").unwrap_or_else(|| "warm/".to_owned()),
            queue_url,
            tries: u32::try_from(tries).unwrap_or(SLICE_TRIES),
            request_timeout: Duration::from_secs(request_timeout),
            name_server,
        })
    }
}

/// Lambda unpacks a function's archive into `LAMBDA_TASK_ROOT`.
fn beside_program(given: &impl Fn(&str) -> Option<String>) -> PathBuf {
    given("LAMBDA_TASK_ROOT").map(PathBuf::from).unwrap_or_default().join("fleet.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::read(|name| {
            let found = variables.iter().find(|(candidate, _)| *candidate == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_bucket_and_a_queue_are_enough() {
        let variables = [("REPORTS_BUCKET", "b"), ("QUEUE_URL", "https://q"), ("NAME_SERVER", "")];
        let settings = read(&variables).unwrap();
        assert_eq!((settings.prefix.as_str(), settings.name_server), ("warm/", None));
        assert_eq!(settings.request_timeout, Duration::from_secs(30));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let variables = [("REQUEST_SECONDS", "0"), ("SLICE_TRIES", "-1"), ("NAME_SERVER", "x")];
        assert_eq!(
            read(&variables).unwrap_err().to_string(),
            "the function's environment: REPORTS_BUCKET is missing; QUEUE_URL is missing; \
             REQUEST_SECONDS is `0`, which is not from 1 to 120; SLICE_TRIES is `-1`, which is \
             not from 1 to 1000; NAME_SERVER is `x`, which is no address with a port"
        );
    }
}
