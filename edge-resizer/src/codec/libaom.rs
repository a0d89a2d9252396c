//! A safe surface over the part of libaom that is used: one still picture in, one AV1 picture out.
#![expect(unsafe_code, reason = "libaom is a C library; every call into it is in this file")]

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr::null;

use libaom_sys as sys;

/// Planes of 8 bits, full range, without padding at the end of rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picture<'a> {
    /// At most 65,536, as AV1 allows.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) planes: Planes<'a>,
}

/// Luma alone, or with chroma of half the width and height (rounded up), or of the same.
#[derive(Clone, Copy, Debug)]
pub(super) enum Planes<'a> {
    Monochrome(&'a [u8]),
    Half([&'a [u8]; 3]),
    Full([&'a [u8]; 3]),
}

/// How a picture is encoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// 1 is best, 63 is smallest.
    pub(super) quantizer: u8,
    /// 0 is small, 9 is fast.
    pub(super) speed: u8,
}

/// AV1's greatest width and height.
const MAX_SIDE: u32 = 65_536;

/// Encodes a still, on this thread.
pub(super) fn encode(picture: Picture<'_>, settings: Settings) -> Result<Vec<u8>, String> {
    let image = picture.image()?;
    let mut encoder = Encoder::new(&picture, settings)?;
    let mut data = Vec::new();
    encoder.put(Some(&image), &mut data)?;
    // At the end of the stream comes what was held back.
    encoder.put(None, &mut data)?;
    if data.is_empty() { Err("libaom gives no picture".to_owned()) } else { Ok(data) }
}

impl Picture<'_> {
    /// libaom's description of the planes, which it only reads.
    fn image(&self) -> Result<sys::aom_image_t, String> {
        let sides = 1..=MAX_SIDE;
        if !sides.contains(&self.width) || !sides.contains(&self.height) {
            return Err("a side is too large".to_owned());
        }
        let half = (self.width.div_ceil(2), self.height.div_ceil(2));
        let (format, chroma, planes) = match self.planes {
            Planes::Monochrome(luma) => (sys::AOM_IMG_FMT_I420, None, [luma, &[], &[]]),
            Planes::Half(planes) => (sys::AOM_IMG_FMT_I420, Some(half), planes),
            Planes::Full(planes) => {
                (sys::AOM_IMG_FMT_I444, Some((self.width, self.height)), planes)
            }
        };
        // SAFETY: the struct is integers and pointers, all of which may be zero.
        let mut image: sys::aom_image_t = unsafe { MaybeUninit::zeroed().assume_init() };
        let shift = u32::from(format == sys::AOM_IMG_FMT_I420);
        image.fmt = format;
        image.monochrome = i32::from(chroma.is_none());
        image.range = sys::AOM_CR_FULL_RANGE;
        image.bit_depth = 8;
        (image.w, image.h) = (self.width, self.height);
        (image.d_w, image.d_h) = (self.width, self.height);
        (image.x_chroma_shift, image.y_chroma_shift) = (shift, shift);
        let sizes = [Some((self.width, self.height)), chroma, chroma];
        for (at, (plane, size)) in planes.iter().zip(sizes).enumerate() {
            let Some((width, height)) = size else { continue };
            if plane.len() != width as usize * height as usize {
                return Err("a plane is not of its size".to_owned());
            }
            image.planes[at] = plane.as_ptr().cast_mut();
            image.stride[at] = i32::try_from(width).unwrap_or(i32::MAX);
        }
        Ok(image)
    }
}

/// An encoder for one picture.
struct Encoder(sys::aom_codec_ctx_t);

impl Encoder {
    fn new(picture: &Picture<'_>, settings: Settings) -> Result<Self, String> {
        // SAFETY: it gives the address of a constant.
        let interface = unsafe { sys::aom_codec_av1_cx() };
        let mut config = MaybeUninit::uninit();
        // SAFETY: the interface is libaom's own, and there is room for the configuration.
        let status = unsafe {
            sys::aom_codec_enc_config_default(
                interface,
                config.as_mut_ptr(),
                // At equal score `GOOD_QUALITY` takes 9 % fewer bytes and four times the time.
                sys::AOM_USAGE_ALL_INTRA,
            )
        };
        check(status)?;
        // SAFETY: the call has filled it.
        let mut config: sys::aom_codec_enc_cfg_t = unsafe { config.assume_init() };
        (config.g_w, config.g_h) = (picture.width, picture.height);
        config.g_threads = 1;
        config.g_limit = 1;
        config.g_lag_in_frames = 0;
        config.g_bit_depth = sys::AOM_BITS_8;
        config.g_input_bit_depth = 8;
        config.g_profile = u32::from(matches!(picture.planes, Planes::Full(_)));
        config.monochrome = u32::from(matches!(picture.planes, Planes::Monochrome(_)));
        config.rc_end_usage = sys::AOM_Q;

        let mut context = MaybeUninit::zeroed();
        let version = i32::try_from(sys::AOM_ENCODER_ABI_VERSION).unwrap_or(0);
        // SAFETY: interface and configuration are valid; the context is filled where it succeeds,
        // and copies the configuration.
        let status = unsafe {
            sys::aom_codec_enc_init_ver(
                context.as_mut_ptr(),
                interface,
                &raw const config,
                0,
                version,
            )
        };
        check(status)?;
        // SAFETY: the call has filled it.
        let mut encoder = Self(unsafe { context.assume_init() });
        encoder.configure(picture, settings)?;
        Ok(encoder)
    }

    fn configure(&mut self, picture: &Picture<'_>, settings: Settings) -> Result<(), String> {
        let is_alpha = matches!(picture.planes, Planes::Monochrome(_));
        let (primaries, transfer, matrix) = if is_alpha {
            (
                sys::AOM_CICP_CP_UNSPECIFIED,
                sys::AOM_CICP_TC_UNSPECIFIED,
                sys::AOM_CICP_MC_UNSPECIFIED,
            )
        } else {
            (sys::AOM_CICP_CP_BT_709, sys::AOM_CICP_TC_SRGB, sys::AOM_CICP_MC_BT_601)
        };
        // At equal score (SSIMULACRA2) tuning for SSIM takes 5 % fewer bytes, matrices 2 % fewer and
        // finer chroma half a percent; of alpha the values count.
        let tune = if is_alpha { sys::AOM_TUNE_PSNR } else { sys::AOM_TUNE_SSIM };
        let for_eyes = u32::from(!is_alpha);
        for (control, value) in [
            (sys::AOME_SET_CPUUSED, settings.speed.into()),
            (sys::AOME_SET_CQ_LEVEL, settings.quantizer.into()),
            (sys::AOME_SET_TUNING, tune),
            (sys::AV1E_SET_ENABLE_QM, for_eyes),
            (sys::AV1E_SET_QM_MIN, 6),
            (sys::AV1E_SET_QM_MAX, 15),
            (sys::AV1E_SET_ENABLE_CHROMA_DELTAQ, for_eyes),
            (sys::AV1E_SET_COLOR_PRIMARIES, primaries),
            (sys::AV1E_SET_TRANSFER_CHARACTERISTICS, transfer),
            (sys::AV1E_SET_MATRIX_COEFFICIENTS, matrix),
            (sys::AV1E_SET_COLOR_RANGE, sys::AOM_CR_FULL_RANGE),
        ] {
            let control = i32::try_from(control).unwrap_or(0);
            let value = i32::try_from(value).unwrap_or(i32::MAX);
            // SAFETY: the encoder is alive; each of these controls takes one `int` or
            // `unsigned int`, and the values fit both.
            check(unsafe { sys::aom_codec_control(&raw mut self.0, control, value) })?;
        }
        Ok(())
    }

    /// Hands in a picture, or the end, and takes what comes out.
    fn put(&mut self, image: Option<&sys::aom_image_t>, data: &mut Vec<u8>) -> Result<(), String> {
        let image = image.map_or(null(), std::ptr::from_ref);
        // SAFETY: encoder and image are alive, the image's planes are of the size that it says, and
        // the call keeps none of its pointers.
        check(unsafe { sys::aom_codec_encode(&raw mut self.0, image, 0, 1, 0) })?;
        let mut iterator = null();
        loop {
            // SAFETY: the encoder is alive, and the iterator is of this series of calls.
            let packet = unsafe { sys::aom_codec_get_cx_data(&raw mut self.0, &raw mut iterator) };
            // SAFETY: it is null or a packet that lives until the next call.
            let Some(packet) = (unsafe { packet.as_ref() }) else { return Ok(()) };
            if packet.kind == sys::AOM_CODEC_CX_FRAME_PKT {
                // SAFETY: of a packet of this kind this member is the one that is set.
                let frame = unsafe { packet.data.frame };
                if !frame.buf.is_null() {
                    // SAFETY: libaom gives `sz` initialised bytes, which live until the next call.
                    let bytes = unsafe { std::slice::from_raw_parts(frame.buf.cast(), frame.sz) };
                    data.extend_from_slice(bytes);
                }
            }
        }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: it was initialised and is destroyed once. What it answers changes nothing.
        unsafe { sys::aom_codec_destroy(&raw mut self.0) };
    }
}

fn check(status: sys::aom_codec_err_t) -> Result<(), String> {
    if status == sys::AOM_CODEC_OK {
        return Ok(());
    }
    // SAFETY: it gives a constant text for every status.
    let text = unsafe { CStr::from_ptr(sys::aom_codec_err_to_string(status)) };
    Err(format!("libaom: {}", text.to_string_lossy()))
}
