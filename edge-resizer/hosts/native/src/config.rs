//! What an operator decides about the server itself; what a brand decides is its `Policy`.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;

/// How much of the machine the host may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostConfig {
    /// Pictures that are worked on at the same time. Default: one for each processor.
    pub workers: NonZeroUsize,
    /// Requests that may fetch their original or wait for a worker, over those being worked on;
    /// one more is answered with 503. Each may hold an original in memory. Default: 128.
    pub queue: usize,
    /// Bytes of answers kept in memory; 0 keeps none. Default: 268,435,456 (256 MiB).
    pub memory_cache_bytes: u64,
    /// Answers kept on disk too. Default: `None`.
    pub disk_cache: Option<DiskCacheConfig>,
    /// An original has to be there, redirects and all, after this time. Default: 10 s.
    pub fetch_timeout: Duration,
    /// Work on one picture is stopped at the end of the first stage after this time. Default: 30 s.
    pub work_timeout: Duration,
    /// What S3 origins are read with. Default: `None`, the environment's: variables, profile, role.
    pub s3_keys: Option<S3Keys>,
}

/// A folder for answers, used by one process at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskCacheConfig {
    /// Made where it does not exist; nothing else may be kept in it.
    pub dir: PathBuf,
    /// Bytes of the files in it, together.
    pub bytes: u64,
}

/// A key pair for S3; its `Debug` text does not show the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Keys {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
}

impl S3Keys {
    /// The pair.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        Self { access_key_id: access_key_id.into(), secret_access_key: secret_access_key.into() }
    }
}

impl fmt::Debug for S3Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Keys").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

impl Default for HostConfig {
    fn default() -> Self {
        Self {
            workers: available_parallelism().unwrap_or(NonZeroUsize::MIN),
            queue: 128,
            memory_cache_bytes: 256 * 1024 * 1024,
            disk_cache: None,
            fetch_timeout: Duration::from_secs(10),
            work_timeout: Duration::from_secs(30),
            s3_keys: None,
        }
    }
}
