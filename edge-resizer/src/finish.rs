//! The second half of the spine: from a source to an answer, every step in order.

use std::ops::ControlFlow;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::accept::{Job, Variant};
use crate::codec::{self, DecodeOptions, Decoded, EncodeOptions, Search, SourceMetadata};
use crate::deliver::{self, Delivery, Lifetime, SVG_MEDIA_TYPE};
use crate::describe;
use crate::error::{Error, SourceFailure};
use crate::picture::{Form, Picture};
use crate::pixels::{Frame, Loops, Op};
use crate::plan::{self, Plan};
use crate::policy::Svg;
use crate::recipe::FormatRequest;
use crate::respond::{ETag, Response};
use crate::source::{self, SourceFormat, SourceInfo};

/// What the host found.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// The source at this place of [`Job::sources`].
    Found {
        /// Index into [`Job::sources`].
        index: usize,
        /// What was there.
        source: Source,
    },
    /// None of them.
    Failed(SourceFailure),
}

/// An original as the host got it.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The whole file.
    pub bytes: Bytes,
    /// The origin's `ETag` or `Last-Modified`, whatever tells its versions apart. `None`: the
    /// bytes themselves do.
    pub version: Option<String>,
    /// The origin's `Cache-Control`.
    pub cache_control: Option<String>,
}

/// Told at the end of each stage of [`Job::finish`] (`sniff`, `plan`, `decode`, the pixel steps by
/// name, `encode`); what a decoder does of the steps on the way is part of `decode`. `Break` stops
/// the work. A host takes times for `Server-Timing` here and stops
/// for clients that have left.
pub type Watch<'a> = dyn FnMut(&'static str) -> ControlFlow<()> + 'a;

/// What is delivered, before it has headers.
struct Outcome {
    body: Bytes,
    media_type: &'static str,
    extension: &'static str,
    /// Why it is not what was asked for.
    fallback: Option<String>,
    /// What was ignored, changed or found on the way.
    warnings: Vec<String>,
    lifetime: Lifetime,
}

impl Job {
    /// Makes the answer: 200 with the picture, 304, or an error of the source.
    pub fn finish(&self, fetched: Fetched, watch: &mut Watch<'_>) -> Response {
        let (index, source) = match fetched {
            Fetched::Found { index, source } => (index, source),
            Fetched::Failed(failure) => return self.refuse(0, &Error::Source(failure)),
        };
        let Some(variant) = self.variant(index) else {
            return self.refuse(index, &Error::Source(SourceFailure::NotFound));
        };
        let etag = self.etag(variant, &source, None);
        if self.if_none_match.as_deref().is_some_and(|condition| etag.is_named_by(condition)) {
            return self.delivery(variant, &source, etag, &Outcome::empty(), &[]).not_modified();
        }
        match self.make(variant, &source, watch) {
            Ok(outcome) => self.deliver(variant, &source, etag, &self.standing_in(outcome)),
            Err(error) => self.refuse(index, &error),
        }
    }

    /// Sniff, plan, decode, transform, encode.
    fn make(
        &self,
        variant: &Variant,
        source: &Source,
        watch: &mut Watch<'_>,
    ) -> Result<Outcome, Error> {
        let info = source::sniff(&source.bytes, &self.policy.limits)?;
        let stopped = watch("sniff").is_break();
        // An SVG is never delivered as it came, stopped or not.
        if info.format == SourceFormat::Svg {
            return self.make_svg(source);
        }
        if stopped {
            return Ok(Outcome::original(source, &info, "stopped before decoding", Vec::new()));
        }
        let plan = plan::plan(&variant.resolved, &info, &self.policy)?;
        let original = |reason: &str, warnings| Outcome::original(source, &info, reason, warnings);
        if let Some(reason) = plan.pass_through {
            return Ok(original(reason, plan.notes));
        }
        let Some(decoded) = decode(&source.bytes, &info, &plan, &self.policy.limits, watch)? else {
            return Ok(original("stopped before decoding was done", plan.notes));
        };
        let (truncated, loops, metadata) = (decoded.truncated, decoded.loops, decoded.metadata);
        let plan = plan.without_first(decoded.steps_done);
        let Some((plan, picture)) = self.transform(variant, plan, decoded.picture, watch)? else {
            return Ok(original("stopped before the picture was done", Vec::new()));
        };
        let mut outcome = match encode(&picture, loops, &metadata, &plan, watch) {
            Ok(encoded) => encoded.into_outcome(&plan),
            Err(reason) => return Ok(original(&reason, plan.notes)),
        };
        if variant.resolved.recipe.format == Some(FormatRequest::Json) {
            outcome.describe(source, &info, &picture.to_frames());
        } else if plan.never_bigger && outcome.body.len() > source.bytes.len() {
            outcome.replace_by(source, &info);
        }
        if truncated {
            outcome.warnings.push("the source ends early, what is missing is filled up".to_owned());
            outcome.lifetime = Lifetime::Short;
        }
        Ok(outcome)
    }

    /// An outcome that stands in for a better one says so, unless it has something worse to say.
    fn standing_in(&self, outcome: Outcome) -> Outcome {
        match (self.stands_in, outcome.lifetime) {
            (true, Lifetime::Full) => Outcome {
                fallback: Some("AVIF is being made".to_owned()),
                lifetime: Lifetime::UntilReplaced,
                ..outcome
            },
            _ => outcome,
        }
    }

    fn make_svg(&self, source: &Source) -> Result<Outcome, Error> {
        match self.policy.svg {
            Svg::Refuse => Err(Error::UnsupportedFormat { format: "SVG" }),
            Svg::Sanitize => Ok(Outcome {
                body: codec::sanitize_svg(&source.bytes)?.into(),
                media_type: SVG_MEDIA_TYPE,
                extension: "svg",
                ..Outcome::empty()
            }),
        }
    }

    /// Every pixel step, for every frame, and the form that the encoder wants. `None` where the host
    /// stopped it.
    fn transform(
        &self,
        variant: &Variant,
        plan: Plan,
        picture: Picture,
        watch: &mut Watch<'_>,
    ) -> Result<Option<(Plan, Picture)>, Error> {
        let Some(mut picture) = apply(&plan.upright, picture, None, watch) else {
            return Ok(None);
        };
        let mut plan = plan;
        if let Some(survey) = plan.survey {
            picture = picture.rendered(Form::Pixels);
            if let Some(found) = picture.surveyed(survey) {
                let Some(trimmed) = apply(&[Op::Crop(found.inside)], picture, None, watch) else {
                    return Ok(None);
                };
                picture = trimmed;
                plan = plan.after_survey(&variant.resolved, &found, &self.policy)?;
            }
        }
        let form = form(variant, &plan);
        Ok(apply(&plan.steps, picture, Some(form), watch).map(|picture| (plan, picture)))
    }

    fn deliver(
        &self,
        variant: &Variant,
        source: &Source,
        etag: ETag,
        outcome: &Outcome,
    ) -> Response {
        let mut warnings: Vec<String> = self
            .warnings
            .iter()
            .chain(&variant.resolved.notes)
            .chain(&outcome.warnings)
            .cloned()
            .collect();
        let most = plan::most_bytes(&variant.resolved.recipe, &self.policy);
        if let Some(most) = most.filter(|most| outcome.body.len() as u64 > u64::from(most.get())) {
            warnings.push(format!("{} bytes, more than {most}", outcome.body.len()));
        }
        // A fallback is another representation than the one that was asked for.
        let etag = match &outcome.fallback {
            Some(reason) => self.etag(variant, source, Some(reason)),
            None => etag,
        };
        self.delivery(variant, source, etag, outcome, &warnings).respond(self.head)
    }

    fn delivery<'a>(
        &'a self,
        variant: &'a Variant,
        source: &'a Source,
        etag: ETag,
        outcome: &Outcome,
        warnings: &'a [String],
    ) -> Delivery<'a> {
        Delivery {
            body: outcome.body.clone(),
            media_type: outcome.media_type,
            extension: outcome.extension,
            etag,
            lifetime: outcome.lifetime,
            fallback: outcome.fallback.clone(),
            warnings,
            recipe: variant.resolved.recipe.to_string(),
            vary: &variant.resolved.vary,
            source: &variant.source,
            origin_cache_control: source.cache_control.as_deref(),
            brand: &self.policy.brand,
            caching: &self.policy.caching,
        }
    }

    /// The error, or the way to the original where the URL asked for that.
    fn refuse(&self, index: usize, error: &Error) -> Response {
        match self.variant(index) {
            Some(Variant { source: source @ crate::SourceRef::Path(_), resolved, .. })
                if resolved.recipe.redirect_on_error =>
            {
                deliver::redirect(source, &self.policy.caching)
            }
            _ => Response::refusal(error, self.head, &self.policy.caching),
        }
    }

    /// The tag over everything that decides about the bytes: the source's version, the recipe, the
    /// brand's rules for pixels, and the encoders.
    fn etag(&self, variant: &Variant, source: &Source, fallback: Option<&str>) -> ETag {
        let version = match &source.version {
            Some(version) => version.clone().into_bytes(),
            None => Sha256::digest(&source.bytes).to_vec(),
        };
        let rules = (
            &self.policy.limits,
            &self.policy.quality,
            &self.policy.formats,
            self.policy.avif_max_pixels,
            self.policy.svg,
            self.policy.background,
            self.policy.max_bytes,
        );
        let mut hash = Sha256::new();
        for part in [
            &version,
            variant.key.as_bytes(),
            format!("{rules:?}").as_bytes(),
            codec::ENCODERS.as_bytes(),
            fallback.unwrap_or_default().as_bytes(),
        ] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        ETag::from_digest(&hash.finalize()[..16])
    }
}

/// Decodes what the plan needs. `None` where the host stopped it.
fn decode(
    bytes: &[u8],
    info: &SourceInfo,
    plan: &Plan,
    limits: &crate::policy::Limits,
    watch: &mut Watch<'_>,
) -> Result<Option<Decoded>, Error> {
    if watch("plan").is_break() {
        return Ok(None);
    }
    let options = DecodeOptions {
        at_least: plan.decode_at_least,
        excerpt: plan.excerpt(),
        fast: plan.encodings.first().is_some_and(|encoding| encoding.fast),
        first_frame: plan.first_frame,
        limits: *limits,
    };
    let decoded = codec::decode(bytes, info, &options)?;
    Ok(watch("decode").is_continue().then_some(decoded))
}

/// The form in which the first encoder to be tried wants the picture; to be described, it has to be
/// pixels.
fn form(variant: &Variant, plan: &Plan) -> Form {
    match plan.encodings.first() {
        Some(encoding) if variant.resolved.recipe.format != Some(FormatRequest::Json) => {
            codec::form(*encoding)
        }
        _ => Form::Pixels,
    }
}

/// Applies steps, and gives the picture its form in the end where one is named. `None` where the
/// host stopped it.
fn apply(
    ops: &[Op],
    mut picture: Picture,
    form: Option<Form>,
    watch: &mut Watch<'_>,
) -> Option<Picture> {
    for (n, op) in ops.iter().enumerate() {
        picture = picture.apply(*op);
        // Steps that were gathered are done with the last of them, so that its time is theirs.
        picture = match (ops.get(n + 1), form) {
            (Some(next), _) if next.is_geometric() => picture,
            (Some(_), _) => picture.rendered(Form::Pixels),
            (None, Some(form)) => picture.rendered(form),
            (None, None) => picture,
        };
        if watch(op.name()).is_break() {
            return None;
        }
    }
    Some(picture)
}

/// A picture in the first format that worked.
struct Encoded {
    bytes: Vec<u8>,
    encoding: EncodeOptions,
    /// Why it is not the best format.
    fallback: Option<String>,
}

/// Tries the plan's formats in order.
///
/// # Errors
/// Why the last one failed.
fn encode(
    picture: &Picture,
    loops: Loops,
    metadata: &SourceMetadata,
    plan: &Plan,
    watch: &mut Watch<'_>,
) -> Result<Encoded, String> {
    let mut fallback = plan.over_budget.clone();
    for encoding in &plan.encodings {
        let mut encode = |options: &EncodeOptions| {
            let result = codec::encode(picture, loops, metadata, options);
            Attempt { result, stopped: watch("encode").is_break() }
        };
        let encoding = codec::for_photo(picture, encoding);
        match encode_within(&encoding, &mut encode) {
            Attempt { result: Ok(bytes), stopped: false } => {
                return Ok(Encoded { bytes, encoding, fallback });
            }
            Attempt { stopped: true, .. } => {
                return Err("stopped before encoding was done".to_owned());
            }
            Attempt { result: Err(error), .. } => fallback = Some(error.public_message()),
        }
    }
    Err(fallback.unwrap_or_else(|| "no format is left to try".to_owned()))
}

/// What came of encoding a picture.
struct Attempt {
    result: Result<Vec<u8>, Error>,
    /// Whether the host wants no more of it.
    stopped: bool,
}

/// One format, again at lower qualities where the file has to be shorter: the best that fits, or the
/// shortest. It was stopped where the host wants no more and something is left to do.
fn encode_within(
    first: &EncodeOptions,
    encode: &mut dyn FnMut(&EncodeOptions) -> Attempt,
) -> Attempt {
    let mut search = Search::new(first);
    let mut options = *first;
    let mut best: Option<Vec<u8>> = None;
    loop {
        let (bytes, stopped) = match encode(&options) {
            Attempt { result: Ok(bytes), stopped } => (bytes, stopped),
            failed => return failed,
        };
        let next = search.as_mut().and_then(|search| search.next(&options, bytes.len()));
        // Those that fit come in the order of their quality, whatever else is tried between them.
        let fits = search.as_ref().is_none_or(|search| search.fits(bytes.len()));
        let kept = match best.take() {
            Some(best) if !fits && best.len() <= bytes.len() => best,
            _ => bytes,
        };
        match next {
            None => return Attempt { result: Ok(kept), stopped: false },
            Some(_) if stopped => return Attempt { result: Ok(kept), stopped },
            Some(next) => options = next,
        }
        best = Some(kept);
    }
}

impl Encoded {
    fn into_outcome(self, plan: &Plan) -> Outcome {
        Outcome {
            body: self.bytes.into(),
            media_type: self.encoding.format.media_type(),
            extension: self.encoding.format.extension(),
            lifetime: if self.fallback.is_some() { Lifetime::Short } else { Lifetime::Full },
            fallback: self.fallback,
            warnings: plan.notes.clone(),
        }
    }
}

impl Outcome {
    fn empty() -> Self {
        Self {
            body: Bytes::new(),
            media_type: "application/octet-stream",
            extension: "",
            fallback: None,
            warnings: Vec::new(),
            lifetime: Lifetime::Full,
        }
    }

    /// The source itself, because what was asked for cannot be had.
    fn original(source: &Source, info: &SourceInfo, reason: &str, warnings: Vec<String>) -> Self {
        Self {
            body: source.bytes.clone(),
            media_type: info.format.media_type(),
            extension: info.format.extension(),
            fallback: Some(reason.to_owned()),
            warnings,
            lifetime: Lifetime::Short,
        }
    }

    /// The source instead of something larger; as good an answer as was asked for.
    fn replace_by(&mut self, source: &Source, info: &SourceInfo) {
        self.body = source.bytes.clone();
        self.media_type = info.format.media_type();
        self.extension = info.format.extension();
        self.warnings.push("the original is smaller".to_owned());
    }

    /// A description of the picture instead of the picture.
    fn describe(&mut self, source: &Source, info: &SourceInfo, frames: &[Frame]) {
        let output =
            describe::Output { bytes: self.body.len(), media_type: self.media_type, frames };
        self.body = describe::json(source.bytes.len(), info, &output).into();
        self.media_type = "application/json";
        self.extension = "json";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accept::{Step, accept_variant};
    use crate::codec::ByteLimit;
    use crate::policy::Policy;
    use crate::recipe::{Format, Metadata, QualityNumber};
    use crate::request::Request;

    fn options(bytes: u32) -> EncodeOptions {
        EncodeOptions {
            format: Format::Jpeg,
            quality: QualityNumber::new(82).unwrap(),
            explicit_quality: false,
            progressive: false,
            fast: false,
            metadata: Metadata::None,
            limit: Some(ByteLimit { bytes, encodes: 5 }),
            per_photo: false,
        }
    }

    #[test]
    fn the_best_file_that_fits_is_delivered_or_the_shortest() {
        let delivered = |most| {
            let mut lengths = Vec::new();
            let mut encode = |options: &EncodeOptions| {
                let length = 100 + usize::from(options.quality.get()).pow(2);
                lengths.push(length);
                Attempt { result: Ok(vec![0; length]), stopped: false }
            };
            let Attempt { result, stopped } = encode_within(&options(most), &mut encode);
            assert!(!stopped, "there was nothing left to do");
            (result.unwrap().len(), lengths)
        };
        let (length, _) = delivered(3_000);
        assert!((2_700..=3_000).contains(&length), "{length}");
        let (length, lengths) = delivered(50);
        assert_eq!(Some(&length), lengths.iter().min());
        assert_eq!(delivered(9_000), (6_824, vec![6_824]));
    }

    #[test]
    fn an_answer_that_stands_in_is_kept_shortly_if_at_all() {
        let mut photo = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut photo, 90);
        encoder.encode(&[90; 64 * 64 * 3], 64, 64, jpeg_encoder::ColorType::Rgb).unwrap();
        let key = "cup.jpg/width=32,format=auto-avif-webp";
        let step = accept_variant(key, &Request::get("/"), &Policy::default());
        let Step::Fetch(job) = step else { panic!("{step:?}") };
        let stand_in = job.stand_in().unwrap();
        for (origin, want) in [
            (None, "public, max-age=60, stale-while-revalidate=86400"),
            (Some("max-age=7200"), "public, max-age=60, stale-while-revalidate=86400"),
            (Some("private"), "private"),
        ] {
            let source = Source {
                bytes: photo.clone().into(),
                version: None,
                cache_control: origin.map(str::to_owned),
            };
            let fetched = Fetched::Found { index: 0, source };
            let response = stand_in.finish(fetched, &mut |_| ControlFlow::Continue(()));
            let header = |name: &str| response.headers[name].to_str().unwrap();
            assert_eq!(header("content-type"), "image/webp");
            assert_eq!(header("cache-control"), want, "{origin:?}");
            assert_eq!(header("x-resizer-fallback"), "AVIF is being made");
            assert_eq!(header("vary"), "Accept");
        }
    }

    #[test]
    fn a_host_stops_the_work_between_two_encodes() {
        let mut encodes = 0;
        let mut encode = |options: &EncodeOptions| {
            encodes += 1;
            Attempt { result: Ok(vec![0; options.quality.get().into()]), stopped: true }
        };
        assert!(encode_within(&options(10), &mut encode).stopped, "there was more to do");
        assert!(!encode_within(&options(100), &mut encode).stopped, "it was done");
        assert_eq!(encodes, 2);
    }
}
