//! Questions to CDN logs.
