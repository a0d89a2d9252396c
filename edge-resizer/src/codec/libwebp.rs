//! A safe surface over the parts of libwebp that are used.
#![expect(unsafe_code, reason = "libwebp is a C library; every call into it is in this file")]

use std::marker::PhantomData;
use std::ptr::{NonNull, null, null_mut};

use libwebp_sys as sys;

use crate::geometry::Size;
use crate::pixels::{Channels, Frame, Raster};
use crate::planes::Plane;

/// How a picture is encoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// 0 to 100; of lossless pictures the effort.
    pub(super) quality: f32,
    pub(super) lossless: bool,
    /// 0 is fast, 6 is small.
    pub(super) method: i32,
}

/// Decodes a still into `raster`, which is `Rgb` or `Rgba` and of the picture's size. Returns how
/// many rows, from the top, there are.
pub(super) fn decode_rows(file: &[u8], raster: &mut Raster) -> usize {
    let mode = match raster.channels {
        Channels::Rgb => sys::WEBP_CSP_MODE::MODE_RGB,
        Channels::Rgba => sys::WEBP_CSP_MODE::MODE_RGBA,
        _ => return 0,
    };
    let row_bytes = raster.size.width as usize * raster.channels.count();
    let Ok(stride) = i32::try_from(row_bytes) else { return 0 };
    let (start, length) = (raster.data.as_mut_ptr(), raster.data.len());
    // SAFETY: the buffer of `length` bytes is borrowed mutably until the decoder is dropped, at the
    // end of this function; the library checks that the picture fits into it.
    let decoder = unsafe { sys::WebPINewRGB(mode, start, length, stride) };
    let Some(decoder) = NonNull::new(decoder) else { return 0 };
    let decoder = StillDecoder(decoder);
    // SAFETY: the decoder is alive, and `file` outlives it.
    let status = unsafe { sys::WebPIUpdate(decoder.0.as_ptr(), file.as_ptr(), file.len()) };
    if status == sys::VP8StatusCode::VP8_STATUS_OK {
        return raster.size.height as usize;
    }
    let mut rows = 0;
    // SAFETY: the decoder is alive; null is allowed for what is not wanted.
    let output = unsafe {
        sys::WebPIDecGetRGB(decoder.0.as_ptr(), &raw mut rows, null_mut(), null_mut(), null_mut())
    };
    if output.is_null() { 0 } else { usize::try_from(rows).unwrap_or(0) }
}

struct StillDecoder(NonNull<sys::WebPIDecoder>);

impl Drop for StillDecoder {
    fn drop(&mut self) {
        // SAFETY: it came from `WebPINewRGB` and is deleted once.
        unsafe { sys::WebPIDelete(self.0.as_ptr()) }
    }
}

/// Decodes an animation frame by frame.
pub(super) struct AnimationDecoder<'file> {
    decoder: NonNull<sys::WebPAnimDecoder>,
    /// The canvas.
    pub(super) size: Size,
    /// How often it runs; 0 is without end.
    pub(super) loops: u32,
    file: PhantomData<&'file [u8]>,
}

impl<'file> AnimationDecoder<'file> {
    /// `None` where the file is no complete WebP file.
    pub(super) fn new(file: &'file [u8]) -> Option<Self> {
        let options = sys::WebPAnimDecoderOptions {
            color_mode: sys::WEBP_CSP_MODE::MODE_RGBA,
            use_threads: 0,
            padding: [0; 7],
        };
        let data = sys::WebPData { bytes: file.as_ptr(), size: file.len() };
        // SAFETY: both structs live through the call; the file that the decoder goes on to read
        // is borrowed for as long as it lives.
        let decoder =
            NonNull::new(unsafe { sys::WebPAnimDecoderNew(&raw const data, &raw const options) })?;
        let mut this = Self { decoder, size: Size::new(0, 0), loops: 0, file: PhantomData };
        let mut info = sys::WebPAnimInfo::default();
        // SAFETY: decoder and struct are alive.
        let known = unsafe { sys::WebPAnimDecoderGetInfo(this.decoder.as_ptr(), &raw mut info) };
        this.size = Size::new(info.canvas_width, info.canvas_height);
        this.loops = info.loop_count;
        (known != 0).then_some(this)
    }

    /// The next frame, as RGBA of the whole canvas, and the time in milliseconds at which it ends.
    /// `None` after the last one and where the data is broken.
    pub(super) fn next(&mut self) -> Option<(Vec<u8>, u32)> {
        let mut pixels = null_mut();
        let mut end_ms = 0;
        // SAFETY: the decoder is alive, as are both places.
        let more = unsafe {
            sys::WebPAnimDecoderGetNext(self.decoder.as_ptr(), &raw mut pixels, &raw mut end_ms)
        };
        if more == 0 || pixels.is_null() {
            return None;
        }
        let length = usize::try_from(self.size.pixels().checked_mul(4)?).ok()?;
        // SAFETY: the library gives its canvas, four bytes a pixel, and leaves it until the next
        // call; it is copied at once.
        let pixels = unsafe { std::slice::from_raw_parts(pixels, length) }.to_vec();
        Some((pixels, u32::try_from(end_ms).unwrap_or(0)))
    }
}

impl Drop for AnimationDecoder<'_> {
    fn drop(&mut self) {
        // SAFETY: it came from `WebPAnimDecoderNew` and is deleted once.
        unsafe { sys::WebPAnimDecoderDelete(self.decoder.as_ptr()) }
    }
}

/// Encodes a still, `Rgb` or `Rgba`.
pub(super) fn encode(raster: &Raster, settings: Settings) -> Result<Vec<u8>, String> {
    write(Picture::new(raster, settings.lossless)?, settings)
}

fn write(mut picture: Picture, settings: Settings) -> Result<Vec<u8>, String> {
    let config = settings.config()?;
    let mut output = Output::new();
    picture.0.writer = Some(sys::WebPMemoryWrite);
    picture.0.custom_ptr = (&raw mut output.0).cast();
    // SAFETY: config and picture are initialised, and the writer's memory outlives the call.
    if unsafe { sys::WebPEncode(&raw const config, &raw mut picture.0) } == 0 {
        return Err(format!("libwebp: {:?}", picture.0.error_code));
    }
    Ok(output.to_vec())
}

/// Encodes a photo from its planes: BT.601 in limited range, colour at half the resolution.
pub(super) fn encode_planes(planes: &[Plane; 3], settings: Settings) -> Result<Vec<u8>, String> {
    write(Picture::from_planes(planes)?, settings)
}

/// Encodes an animation; `loops` of 0 is without end.
pub(super) fn encode_animation(
    frames: &[Frame],
    loops: u16,
    settings: Settings,
) -> Result<Vec<u8>, String> {
    let config = settings.config()?;
    let size = frames.first().ok_or("there is no frame")?.raster.size;
    let mut encoder = AnimationEncoder::new(size, loops)?;
    let mut now_ms = 0_i32;
    for Frame { raster, delay_ms } in frames {
        let mut picture = Picture::new(raster, true)?;
        encoder.add(Some((&mut picture, &config)), now_ms)?;
        now_ms = now_ms.saturating_add(i32::try_from(*delay_ms).unwrap_or(i32::MAX));
    }
    encoder.add(None, now_ms)?;
    encoder.assemble()
}

impl Settings {
    fn config(self) -> Result<sys::WebPConfig, String> {
        let mut config = sys::WebPConfig::new().map_err(|()| "libwebp has another version")?;
        config.quality = self.quality;
        config.lossless = i32::from(self.lossless);
        config.method = self.method;
        // SAFETY: the struct is initialised.
        let valid = unsafe { sys::WebPValidateConfig(&raw const config) };
        if valid == 0 { Err("the settings are not valid".to_owned()) } else { Ok(config) }
    }
}

/// Pixels in libwebp's own memory.
struct Picture(sys::WebPPicture);

impl Picture {
    /// `argb`: kept as they are, else turned into YUV at once.
    fn new(raster: &Raster, argb: bool) -> Result<Self, String> {
        let picture = sys::WebPPicture::new().map_err(|()| "libwebp has another version")?;
        let mut picture = Self(picture);
        let too_large = |_| "a side is too large".to_owned();
        picture.0.width = i32::try_from(raster.size.width).map_err(too_large)?;
        picture.0.height = i32::try_from(raster.size.height).map_err(too_large)?;
        picture.0.use_argb = i32::from(argb);
        let row_bytes = raster.size.width as usize * raster.channels.count();
        let stride = i32::try_from(row_bytes).map_err(too_large)?;
        if raster.data.len() < row_bytes * raster.size.height as usize {
            return Err("there are too few pixels".to_owned());
        }
        let import = match raster.channels {
            Channels::Rgb => sys::WebPPictureImportRGB,
            Channels::Rgba => sys::WebPPictureImportRGBA,
            _ => return Err("the pixels are not RGB".to_owned()),
        };
        // SAFETY: the picture is initialised, and the raster has `height` rows of `stride` bytes:
        // checked above.
        let imported = unsafe { import(&raw mut picture.0, raster.data.as_ptr(), stride) };
        if imported == 0 {
            Err(format!("libwebp: {:?}", picture.0.error_code))
        } else {
            Ok(picture)
        }
    }
}

impl Picture {
    /// Lightness, and two planes of colour that are half as large, rounded up.
    fn from_planes([y, u, v]: &[Plane; 3]) -> Result<Self, String> {
        let picture = sys::WebPPicture::new().map_err(|()| "libwebp has another version")?;
        let mut picture = Self(picture);
        let side = |side: usize| i32::try_from(side).map_err(|_| "a side is too large".to_owned());
        (picture.0.width, picture.0.height) = (side(y.width)?, side(y.height)?);
        picture.0.use_argb = 0;
        picture.0.colorspace = sys::WebPEncCSP::WEBP_YUV420;
        // SAFETY: the picture is initialised.
        if unsafe { sys::WebPPictureAlloc(&raw mut picture.0) } == 0 {
            return Err(format!("libwebp: {:?}", picture.0.error_code));
        }
        let targets = [
            (picture.0.y, picture.0.y_stride, y),
            (picture.0.u, picture.0.uv_stride, u),
            (picture.0.v, picture.0.uv_stride, v),
        ];
        for (start, stride, plane) in targets {
            let size = if std::ptr::eq(plane, y) {
                (y.width, y.height)
            } else {
                (y.width.div_ceil(2), y.height.div_ceil(2))
            };
            let stride = usize::try_from(stride).unwrap_or(0);
            if (plane.width, plane.height) != size || stride < plane.width {
                return Err("the planes do not fit each other".to_owned());
            }
            for (n, row) in plane.rows().enumerate() {
                // SAFETY: the library has allocated `height` rows of `stride` bytes for each plane,
                // of half the sides, rounded up, for colour; the row is no longer than that.
                unsafe { start.add(n * stride).copy_from_nonoverlapping(row.as_ptr(), row.len()) };
            }
        }
        Ok(picture)
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: the picture is initialised; freeing one without memory does nothing.
        unsafe { sys::WebPPictureFree(&raw mut self.0) }
    }
}

/// Where libwebp writes a file.
struct Output(sys::WebPMemoryWriter);

impl Output {
    const fn new() -> Self {
        Self(sys::WebPMemoryWriter { mem: null_mut(), size: 0, max_size: 0, pad: [0] })
    }

    fn to_vec(&self) -> Vec<u8> {
        if self.0.mem.is_null() {
            return Vec::new();
        }
        // SAFETY: the writer holds `size` initialised bytes at `mem`.
        unsafe { std::slice::from_raw_parts(self.0.mem, self.0.size) }.to_vec()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // SAFETY: the memory is the writer's own or null.
        unsafe { sys::WebPMemoryWriterClear(&raw mut self.0) }
    }
}

struct AnimationEncoder(NonNull<sys::WebPAnimEncoder>);

impl AnimationEncoder {
    fn new(size: Size, loops: u16) -> Result<Self, String> {
        let too_large = |_| "a side is too large".to_owned();
        let width = i32::try_from(size.width).map_err(too_large)?;
        let height = i32::try_from(size.height).map_err(too_large)?;
        let version = i32::try_from(sys::WEBP_MUX_ABI_VERSION).unwrap_or(0);
        let mut options = sys::WebPAnimEncoderOptions {
            anim_params: sys::WebPMuxAnimParams { bgcolor: 0, loop_count: 0 },
            minimize_size: 0,
            kmin: 0,
            kmax: 0,
            allow_mixed: 0,
            verbose: 0,
            padding: [0; 4],
        };
        // SAFETY: the struct is alive; the call fills it with defaults.
        if unsafe { sys::WebPAnimEncoderOptionsInitInternal(&raw mut options, version) } == 0 {
            return Err("libwebp has another version".to_owned());
        }
        options.anim_params = sys::WebPMuxAnimParams { bgcolor: 0, loop_count: loops.into() };
        // SAFETY: the options are initialised.
        let encoder =
            unsafe { sys::WebPAnimEncoderNewInternal(width, height, &raw const options, version) };
        NonNull::new(encoder).map(Self).ok_or_else(|| "libwebp gives no encoder".to_owned())
    }

    /// Adds a frame that is shown from `now_ms` on; `None` at the end.
    fn add(
        &mut self,
        frame: Option<(&mut Picture, &sys::WebPConfig)>,
        now_ms: i32,
    ) -> Result<(), String> {
        let (picture, config) = match frame {
            Some((picture, config)) => (&raw mut picture.0, std::ptr::from_ref(config)),
            None => (null_mut(), null()),
        };
        // SAFETY: the encoder is alive; picture and config are alive, or null, which ends it.
        if unsafe { sys::WebPAnimEncoderAdd(self.0.as_ptr(), picture, now_ms, config) } == 0 {
            return Err("libwebp cannot add a frame".to_owned());
        }
        Ok(())
    }

    fn assemble(&mut self) -> Result<Vec<u8>, String> {
        let mut data = sys::WebPData { bytes: null(), size: 0 };
        // SAFETY: encoder and struct are alive.
        let done = unsafe { sys::WebPAnimEncoderAssemble(self.0.as_ptr(), &raw mut data) };
        if done == 0 || data.bytes.is_null() {
            return Err("libwebp cannot assemble the animation".to_owned());
        }
        // SAFETY: the library gives `size` initialised bytes.
        let file = unsafe { std::slice::from_raw_parts(data.bytes, data.size) }.to_vec();
        // SAFETY: the data is the library's, was copied, and is freed once.
        unsafe { sys::WebPDataClear(&mut data) };
        Ok(file)
    }
}

impl Drop for AnimationEncoder {
    fn drop(&mut self) {
        // SAFETY: it came from `WebPAnimEncoderNewInternal` and is deleted once.
        unsafe { sys::WebPAnimEncoderDelete(self.0.as_ptr()) }
    }
}
