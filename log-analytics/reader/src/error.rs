//! Why a file cannot be read any further. A line that cannot be understood is no such error.

/// What ends the reading of a file.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Columns that do not go together.
    #[error(transparent)]
    Arrow(#[from] arrow_schema::ArrowError),
    /// The file cannot be read, or what it was packed with says that it is damaged.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// No line end for so long.
    #[error("a line is longer than {limit} bytes: this is no access log")]
    LongLine {
        /// The longest that is read.
        limit: usize,
    },
    /// What has requests, where pictures that functions made are asked for.
    #[error("Parquet is no log of a function: `images_made` is read from lines")]
    NoFunctionLog,
    /// Neither a header nor a record of a known shape.
    #[error("this is no access log of CloudFront: {looks}")]
    Unknown {
        /// How it looks instead.
        looks: String,
    },
}
