//! Pictures.

use super::Look;
use crate::delivery::ImageShape;

fn are_made(look: &Look<'_, '_>) -> bool {
    look.site.delivery.image_shape != ImageShape::Off
}

pub(super) fn tag_headers(look: &mut Look<'_, '_>) {
    let site = look.site;
    let (images, all) = (&site.images.caching.tag_header, &site.delivery.cache_tag_header);
    if are_made(look) && !images.eq_ignore_ascii_case(all) {
        let message = format!("pictures carry `{images}`, CloudFront reads `{all}`");
        look.at(&["images", "caching", "tag_header"], message);
    }
}

pub(super) fn open_widths(look: &mut Look<'_, '_>) {
    let images = &look.site.images;
    if are_made(look) && images.widths.is_empty() && images.signing.is_none() {
        look.at(&["images"], "pictures are made in any width for anybody");
    }
}

pub(super) fn unknown_paths(look: &mut Look<'_, '_>) {
    let images = &look.site.images;
    if are_made(look) && images.dialects.shopify && images.sources.paths.is_empty() {
        look.at(&["images", "sources"], "no path says where originals are");
    }
}
