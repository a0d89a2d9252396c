//! Files of at most so many bytes: encoded again at a lower quality until they fit.
//!
//! What is tried next follows from the bytes of what was tried before and from nothing else, so that
//! every host delivers the same file.

use super::{EncodeOptions, levels, quality};
use crate::recipe::{Format, QualityNumber};

/// What an encoded file may come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ByteLimit {
    /// Its bytes, 1 at least.
    pub(crate) bytes: u32,
    /// How often the picture may be encoded, the first time with the others; 1 at least.
    pub(crate) encodes: u32,
}

/// How often a picture is encoded at most to keep a limit, where the plan's work has room for it.
pub(crate) const fn most_encodes(format: Format) -> u32 {
    match format {
        // Enough for all but a few to come within 5 % of the best that fits.
        Format::Jpeg | Format::Webp | Format::Avif => 5,
        // All that can be changed is whether there is a palette.
        Format::Png => 2,
        Format::Gif => 1,
    }
}

/// Looks for the best quality whose file keeps a limit.
///
/// The next quality is read from the straight line between a file that fits and one that does not; before
/// one fits, from the line to nothing at all. Where the same end of it stays, lest it holds the search
/// back, what that has too much, or too little, is halved each time (the Illinois method). Over ten photos
/// at three widths and limits from a fifth of their bytes up, that comes within 1 % of the best that fits
/// in the mean, in 3.3 encodes (`cargo xtask peers quality --json` has the bytes of each quality).
#[derive(Debug)]
pub(crate) struct Search {
    limit: ByteLimit,
    floor: QualityNumber,
    tries: u32,
    /// The best file that fits.
    within: Option<Try>,
    /// The worst file that does not.
    above: Option<Try>,
    /// How many files in a row have fit, or have not.
    fitted: u32,
    missed: u32,
}

#[derive(Clone, Copy, Debug)]
struct Try {
    quality: u32,
    bytes: u64,
}

/// As much of the limit in percent is used well enough.
const ENOUGH: u64 = 95;

impl Search {
    /// `None` where there is no limit.
    pub(crate) fn new(options: &EncodeOptions) -> Option<Self> {
        let floor = levels::floor(options.format).min(options.quality);
        let limit = options.limit?;
        Some(Self { limit, floor, tries: 0, within: None, above: None, fitted: 0, missed: 0 })
    }

    /// Whether a file of this length fits.
    pub(crate) const fn fits(&self, bytes: usize) -> bool {
        bytes as u64 <= self.limit.bytes as u64
    }

    /// What to try after these options gave a file of this length; `None`: nothing more.
    pub(crate) fn next(&mut self, options: &EncodeOptions, bytes: usize) -> Option<EncodeOptions> {
        let made = Try { quality: u32::from(options.quality.get()), bytes: bytes as u64 };
        if self.fits(bytes) {
            self.within = Some(made);
            (self.fitted, self.missed) = (self.fitted + 1, 0);
        } else {
            self.above = Some(made);
            (self.fitted, self.missed) = (0, self.missed + 1);
        }
        self.tries += 1;
        let above = self.above.filter(|_| self.tries < self.limit.encodes)?;
        match options.format {
            Format::Gif => None,
            Format::Png => (!options.may_have_palette()).then(|| options.with_palette()),
            Format::Jpeg | Format::Webp | Format::Avif => {
                let quality = self.next_quality(above)?;
                Some(EncodeOptions { quality, ..*options })
            }
        }
    }

    fn next_quality(&self, above: Try) -> Option<QualityNumber> {
        let limit = u64::from(self.limit.bytes);
        let floor = u32::from(self.floor.get());
        let (low, least) = match self.within {
            Some(within) if within.bytes * 100 >= limit * ENOUGH => return None,
            Some(within) => (within, within.quality + 1),
            // The last try is to fit if anything does.
            None if self.tries + 1 == self.limit.encodes => {
                return (above.quality > floor).then_some(self.floor);
            }
            None => (Try { quality: 0, bytes: 0 }, floor),
        };
        if least >= above.quality {
            return None;
        }
        let steps = u64::from(above.quality - low.quality);
        let room = (limit - low.bytes) >> self.missed.saturating_sub(1);
        let excess = (above.bytes - limit) >> self.fitted;
        let step = room * steps / (room + excess).max(1);
        let guess = low.quality + u32::try_from(step).unwrap_or(0);
        u8::try_from(guess.clamp(least, above.quality - 1)).ok().map(quality)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Metadata;

    fn options(format: Format, number: u8, bytes: u32, encodes: u32) -> EncodeOptions {
        EncodeOptions {
            format,
            quality: quality(number),
            explicit_quality: false,
            progressive: false,
            fast: false,
            metadata: Metadata::None,
            limit: Some(ByteLimit { bytes, encodes }),
            per_photo: false,
        }
    }

    /// The qualities that are tried where a quality has so many bytes.
    fn tried(first: EncodeOptions, bytes: impl Fn(u32) -> usize) -> Vec<u32> {
        let mut search = Search::new(&first).unwrap();
        let mut tried = Vec::new();
        let mut next = Some(first);
        while let Some(options) = next {
            let number = options.quality.get();
            tried.push(u32::from(number));
            assert!(tried.len() <= 9, "{tried:?}");
            next = search.next(&options, bytes(number.into()));
        }
        tried
    }

    #[test]
    fn what_fits_is_not_tried_again() {
        assert_eq!(tried(options(Format::Jpeg, 80, 1_000, 5), |_| 1_000), [80]);
        assert_eq!(tried(options(Format::Gif, 100, 1, 1), |_| 9), [100]);
        assert_eq!(tried(options(Format::Png, 100, 1, 2), |_| 9), [100, 99]);
        assert_eq!(tried(options(Format::Png, 100, 1, 1), |_| 9), [100]);
    }

    #[test]
    fn the_search_ends_close_below_the_limit() {
        // As of a photo: a head, and a curve that bends upward; or a long head, and a jump, as WebP's.
        let bent = |quality: u32| (600 + quality * 300 + quality.pow(4) / 400) as usize;
        let jumping = |quality: u32| (12_000 + quality * 400 + quality / 80 * 8_000) as usize;
        let check = |limit: u32, bytes: &dyn Fn(u32) -> usize| {
            let tried = tried(options(Format::Jpeg, 82, limit, 5), bytes);
            assert!(tried.len() <= 5, "{limit}: {tried:?}");
            let within = |quality: u32| bytes(quality) <= limit as usize;
            let best = tried.iter().copied().filter(|quality| within(*quality)).max().unwrap();
            let nearly = bytes(best) >= limit as usize * 95 / 100;
            assert!(nearly || !within(best + 5), "{limit}: {tried:?}");
        };
        (8..128).for_each(|limit| check(limit * 1_000, &bent));
        (21..52).for_each(|limit| check(limit * 1_000, &jumping));
    }

    #[test]
    fn where_nothing_fits_the_floor_is_tried_last() {
        for encodes in 1..=5 {
            let tried =
                tried(options(Format::Webp, 80, 10, encodes), |quality| 100 + quality as usize);
            assert!(tried.len() <= encodes as usize, "{tried:?}");
            let last = if encodes == 1 { 80 } else { levels::floor(Format::Webp).get().into() };
            assert_eq!(tried.last(), Some(&last), "{tried:?}");
        }
        assert_eq!(tried(options(Format::Webp, 3, 10, 5), |_| 99), [3], "below the floor already");
    }

    #[test]
    fn lengths_that_jump_end_too() {
        for seed in 0..200_usize {
            let bytes = |quality: u32| (quality as usize * 7_919 + seed * 104_729) % 1_000 + 1;
            for format in [Format::Jpeg, Format::Webp, Format::Avif] {
                let tried = tried(options(format, 100, 500, 5), bytes);
                assert!(tried.len() <= 5, "{seed}: {tried:?}");
            }
        }
    }
}
