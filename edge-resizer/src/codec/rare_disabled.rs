//! A build that does not read the rarer kinds of originals.

pub(super) mod bmp {
    use crate::codec::{Decoded, Failure};
    use crate::source::SourceInfo;

    pub(in crate::codec) fn decode(_bytes: &[u8], _info: &SourceInfo) -> Result<Decoded, Failure> {
        Err(Failure::Unsupported)
    }
}

pub(super) mod svg {
    use crate::codec::Failure;

    pub(in crate::codec) fn sanitize(_bytes: &[u8]) -> Result<Vec<u8>, Failure> {
        Err(Failure::Unsupported)
    }
}

pub(super) mod tiff {
    use crate::codec::{DecodeOptions, Decoded, Failure};
    use crate::source::SourceInfo;

    pub(in crate::codec) fn decode(
        _bytes: &[u8],
        _info: &SourceInfo,
        _options: &DecodeOptions,
    ) -> Result<Decoded, Failure> {
        Err(Failure::Unsupported)
    }
}
