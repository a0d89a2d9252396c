//! Pictures that were dropped onto the playground: kept for as long as the server runs, served like
//! originals below `/_uploads/`, so that URLs of every dialect work on them.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use edge_resizer::policy::SourceRules;
use edge_resizer::{Request, SourceFormat, sniff};
use edge_resizer_native::{Shared, SiteService};
use fleet::{Origin, Site};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::hex::hex;

/// The folder of the uploads in URLs.
const UPLOADS: &str = "_uploads";

/// Bytes of one upload.
pub(crate) const UPLOAD_BYTES: usize = 32 * 1024 * 1024;

/// How many are kept; the oldest makes room.
const UPLOAD_COUNT: usize = 16;

/// The uploads, in a temporary folder that goes away with the server.
pub(crate) struct Uploads {
    folder: TempDir,
    service: SiteService,
    /// File names, oldest first.
    names: Mutex<VecDeque<String>>,
}

/// Why a picture was not taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    /// It is none, or not one that can be used.
    #[error("{}", .0.public_message())]
    NotUsable(#[from] edge_resizer::Error),
    /// It cannot be kept.
    #[error("the picture cannot be kept: {0}")]
    Storage(#[from] io::Error),
    /// SVG is delivered as it is, there is nothing to play with.
    #[error("an SVG is never resized; drop a photo")]
    Svg,
}

impl Uploads {
    /// An empty folder; pictures in it are handled by the rules of the first site, but need no
    /// signature and may be anywhere.
    pub(crate) fn new(sites: &[Site], shared: Arc<Shared>) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("cdn-cli-dev-").tempdir();
        let folder = folder.context("making a temporary folder for the playground")?;
        std::fs::create_dir(folder.path().join(UPLOADS)).context("making a temporary folder")?;
        let mut policy = sites.first().map(|site| site.images.clone()).unwrap_or_default();
        policy.signing = None;
        policy.sources = SourceRules::default();
        let site = Site {
            name: UPLOADS.to_owned(),
            domains: Vec::new(),
            origin: Origin::Folder(folder.path().to_owned()),
            images: policy,
            delivery: fleet::Delivery::default(),
        };
        let service = SiteService::new(&site, shared)?;
        Ok(Self { folder, service, names: Mutex::default() })
    }

    /// Whether a request to the machine itself is about an upload.
    pub(crate) fn owns(request: &Request) -> bool {
        request.path.split('/').any(|segment| segment == UPLOADS)
    }

    /// Answers requests about uploads.
    pub(crate) fn service(&self) -> &SiteService {
        &self.service
    }

    /// Takes a picture in, under a path made of its content. Blocks on the disk.
    pub(crate) fn add(&self, bytes: &[u8]) -> Result<String, UploadError> {
        let info = sniff(bytes, &self.service.site().images.limits)?;
        if info.format == SourceFormat::Svg {
            return Err(UploadError::Svg);
        }
        let name = format!("{}.{}", digest(bytes), info.format.extension());
        let path = format!("/{UPLOADS}/{name}");
        // Held over the writing, so that no picture is dropped while it is being added.
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if !names.contains(&name) {
            std::fs::write(self.file(&name), bytes)?;
            names.push_back(name);
        }
        while names.len() > UPLOAD_COUNT {
            let Some(oldest) = names.pop_front() else { break };
            std::fs::remove_file(self.file(&oldest))?;
        }
        Ok(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(UPLOADS).join(name)
    }
}

/// The first 16 bytes of the SHA-256 in hex: enough to tell a handful of pictures apart.
fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..16])
}
