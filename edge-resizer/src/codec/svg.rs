//! SVG: never drawn, only cleaned.

use svg_hush::Filter;
use svg_hush::data_url_filter::allow_standard_images;

use super::Failure;

/// Leaves the elements and attributes that are known to be harmless, and of what is referred to
/// only places in the file itself and embedded JPEG, PNG and GIF pictures.
pub(super) fn sanitize(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut filter = Filter::new();
    filter.set_data_url_filter(allow_standard_images);
    let mut clean = Vec::with_capacity(bytes.len());
    filter.filter(bytes, &mut clean).map_err(Failure::broken)?;
    Ok(clean)
}
