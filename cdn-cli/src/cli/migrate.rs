//! The arguments of what prepares a move.

use clap::{Args, Subcommand};

/// `cdn-cli migrate`.
#[derive(Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    /// List the pictures' URLs of a theme or a site, and which of them stay as they are
    Scan(ScanArgs),
}

/// `cdn-cli migrate scan`.
#[derive(Clone, Debug, Args)]
#[command(after_help = SCAN_EXAMPLES)]
pub(crate) struct ScanArgs {
    /// Folders, and URLs of pages; of each host all pages that are linked are read
    #[arg(value_name = "DIR|URL", required = true)]
    pub(crate) places: Vec<String>,
    /// Most pages, style sheets, scripts and sitemaps to ask for
    #[arg(long, value_name = "COUNT", default_value_t = 200)]
    pub(crate) pages: usize,
    /// Most links from the page given, or from a sitemap
    #[arg(long, value_name = "LINKS", default_value_t = 3)]
    pub(crate) depth: usize,
    /// Most megabytes of all answers
    #[arg(long, value_name = "MB", default_value_t = 64)]
    pub(crate) megabytes: u64,
    /// Milliseconds between two requests
    #[arg(long, value_name = "MS", default_value_t = 250)]
    pub(crate) pause: u64,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// End with 1 where a URL would not be answered as it was
    #[arg(long)]
    pub(crate) exit_code: bool,
}

const SCAN_EXAMPLES: &str = "\
Examples:
  cdn-cli migrate scan themes/aurora
  cdn-cli migrate scan https://aurora.example/ --pages 50
  cdn-cli migrate scan themes/aurora --json | jq '.differences[]'

robots.txt is heeded. The last lines are for the site's part of fleet.toml.";
