//! Where a file of logs is.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use datafusion::object_store::path::Path as ObjectPath;
use datafusion::object_store::{ObjectStore, ObjectStoreExt as _};

/// Where a file is.
#[derive(Clone, Debug)]
pub enum Place {
    /// The standard input.
    Pipe,
    /// A file of this machine.
    File(PathBuf),
    /// An object in a bucket.
    Object(Object),
}

/// An object in a bucket.
#[derive(Clone, Debug)]
pub struct Object {
    /// The bucket it is in.
    pub(crate) bucket: Bucket,
    /// Its key.
    pub(crate) key: ObjectPath,
    /// What changes with what it holds.
    pub(crate) etag: Option<String>,
}

/// A bucket, as whoever has its credentials opened it.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// How it is read.
    pub store: Arc<dyn ObjectStore>,
}

impl Bucket {
    /// `s3://name`, under which the engine knows it too.
    pub(crate) fn url(&self) -> String {
        format!("s3://{}", self.name)
    }
}

impl Place {
    /// Its path, where it is a file of this machine.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Pipe | Self::Object(_) => None,
        }
    }

    /// The object, where it is one.
    pub(crate) fn object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            Self::Pipe | Self::File(_) => None,
        }
    }

    /// Opens it. An object is fetched as a whole: CloudFront's files are a few megabytes.
    pub(crate) async fn open(&self) -> io::Result<Opened> {
        Ok(match self {
            Self::Pipe => Opened::Pipe,
            Self::File(path) => Opened::File(File::open(path)?),
            Self::Object(object) => Opened::Bytes(object.fetch().await?),
        })
    }
}

impl Object {
    async fn fetch(&self) -> io::Result<Bytes> {
        let answer = self.bucket.store.get(&self.key).await?;
        Ok(answer.bytes().await?)
    }
}

/// A file that can be read.
#[derive(Debug)]
pub(crate) enum Opened {
    /// The standard input.
    Pipe,
    /// A file of this machine.
    File(File),
    /// An object.
    Bytes(Bytes),
}
