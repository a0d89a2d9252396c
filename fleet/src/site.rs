//! A site with everything decided.

use std::path::PathBuf;

use edge_resizer::Policy;
use serde::{Deserialize, Serialize};

/// One brand shop.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its short name: lower-case letters, digits and `-`, usable as a host-name label.
    pub name: String,
    /// Host names under which it answers, beside `<name>.localhost` in `cdn-cli dev`.
    pub domains: Vec<String>,
    /// Where its files are.
    pub origin: Origin,
    /// Its rules for pictures; `brand` is the site's name where the file says nothing else.
    pub images: Policy,
}

/// Where a site's files are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Origin {
    /// A folder; relative paths are resolved against the folder of the `fleet.toml`.
    Folder(PathBuf),
    /// A bucket of S3 or of any S3-compatible service.
    S3 {
        /// Its name.
        bucket: String,
        /// Put in front of every key. Default: none.
        #[serde(default)]
        prefix: String,
        /// Default: the region of the environment.
        #[serde(default)]
        region: Option<String>,
        /// Another service than AWS. Default: none.
        #[serde(default)]
        endpoint: Option<String>,
    },
    /// Another web server.
    Http {
        /// `https://shop.example/base`.
        url: String,
        /// Whether loopback, link-local and private addresses may be asked. Default: `false`.
        #[serde(default)]
        allow_private: bool,
    },
}
