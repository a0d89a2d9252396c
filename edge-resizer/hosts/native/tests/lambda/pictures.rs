//! Originals to upload.

/// A photo, as every site has it.
pub(crate) const PHOTO: &[u8] = include_bytes!("../../../../tests/fixtures/baseline.jpg");

/// A PNG of noise, which no encoder makes smaller than its pixels.
pub(crate) fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let pixels: Vec<u8> = (0..width * height * 3)
        .map(|_| {
            // Xorshift: Marsaglia, Xorshift RNGs, 2003.
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_le_bytes()[0]
        })
        .collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    file
}
