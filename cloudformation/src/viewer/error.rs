//! What the `KeyValueStore` takes, and why a site cannot be put into it.

/// Bytes that a key may have:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.
pub const KEY_LIMIT: usize = 512;
/// Bytes that a value may have: 1 KB.
pub const VALUE_LIMIT: usize = 1_024;

/// Why a site cannot be put into the store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PairsError {
    /// A key is too long.
    #[error("the key `{key}` has {bytes} bytes, the limit is {KEY_LIMIT}: shorten the name")]
    KeyTooLong {
        /// The key.
        key: String,
        /// Its length.
        bytes: usize,
    },
    /// A redirect that would not work.
    #[error("the redirect from `{from}` to `{to}`: {reason}")]
    Redirect {
        /// Where it leads from.
        from: String,
        /// Where it leads to.
        to: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A redirect rule or a rewrite is too long.
    #[error(
        "the rule that leads to `{to}` has {bytes} bytes, the limit is {VALUE_LIMIT}: shorten `when`"
    )]
    RuleTooLong {
        /// Where it leads to.
        to: String,
        /// Its length.
        bytes: usize,
    },
    /// The rules of a site are too long.
    #[error(
        "the rules of `{site}` for the viewer function have {bytes} bytes, the limit is \
         {VALUE_LIMIT}: shorten {largest} ({largest_bytes} bytes)"
    )]
    RulesTooLong {
        /// The site's name.
        site: String,
        /// Their length.
        bytes: usize,
        /// What takes the most of them, as `fleet.toml` calls it.
        largest: &'static str,
        /// How much it takes.
        largest_bytes: usize,
    },
}
