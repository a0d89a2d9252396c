//! The command line of `edge-server`.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::config::{DiskCacheConfig, HostConfig};

/// Serves the sites of a fleet.toml: product photos in any size and format, on request.
///
/// Sites are told apart by the `Host` header; a single site answers under every name. Beside them
/// there are /healthz and /metrics (Prometheus). Logs go to standard error, `RUST_LOG` chooses them.
#[derive(Clone, Debug, Parser)]
#[command(name = "edge-server", version, max_term_width = 80)]
pub struct ServerArgs {
    /// The sites
    #[arg(long, value_name = "FILE", default_value = "fleet.toml")]
    pub fleet: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    pub listen: SocketAddr,
    /// Pictures worked on at the same time [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub workers: Option<NonZeroUsize>,
    /// Pictures that may wait; one more is answered with 503 [default: 128]
    #[arg(long, value_name = "N")]
    pub queue: Option<usize>,
    /// Bytes of answers kept in memory [default: 268435456]
    #[arg(long, value_name = "BYTES")]
    pub memory_cache: Option<u64>,
    /// Folder in which answers are kept too
    #[arg(long, value_name = "DIR")]
    pub disk_cache: Option<PathBuf>,
    /// Bytes of answers kept in it
    #[arg(long, value_name = "BYTES", default_value_t = 10_000_000_000, requires = "disk_cache")]
    pub disk_cache_bytes: u64,
    /// Seconds within which an original has to be there [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub fetch_timeout: Option<u64>,
    /// Seconds of work on one picture [default: 30]
    #[arg(long, value_name = "SECONDS")]
    pub work_timeout: Option<u64>,
    /// Seconds from a signal to the end of listening, in which /healthz says 503
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub drain: u64,
    /// Seconds that running requests have to end
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub grace: u64,
}

impl ServerArgs {
    /// What they say of the host; the rest is [`HostConfig::default`].
    pub fn host_config(&self) -> HostConfig {
        let default = HostConfig::default();
        let bytes = self.disk_cache_bytes;
        HostConfig {
            workers: self.workers.unwrap_or(default.workers),
            queue: self.queue.unwrap_or(default.queue),
            memory_cache_bytes: self.memory_cache.unwrap_or(default.memory_cache_bytes),
            disk_cache: self.disk_cache.clone().map(|dir| DiskCacheConfig { dir, bytes }),
            fetch_timeout: self.fetch_timeout.map_or(default.fetch_timeout, Duration::from_secs),
            work_timeout: self.work_timeout.map_or(default.work_timeout, Duration::from_secs),
            ..default
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        ServerArgs::command().debug_assert();
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let args = ServerArgs::parse_from(["edge-server"]);
        assert_eq!(args.host_config(), HostConfig::default());
    }

    #[test]
    fn what_is_said_is_heeded() {
        let line = "edge-server --workers 3 --queue 4 --memory-cache 5 --disk-cache cache \
                    --disk-cache-bytes 6 --fetch-timeout 7 --work-timeout 8";
        let args = ServerArgs::parse_from(line.split_whitespace());
        let want = HostConfig {
            workers: NonZeroUsize::new(3).unwrap(),
            queue: 4,
            memory_cache_bytes: 5,
            disk_cache: Some(DiskCacheConfig { dir: "cache".into(), bytes: 6 }),
            fetch_timeout: Duration::from_secs(7),
            work_timeout: Duration::from_secs(8),
            s3_keys: None,
        };
        assert_eq!(args.host_config(), want);
    }
}
