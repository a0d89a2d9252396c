//! Where URLs come from: each reader takes a text and gives what it found, and fetches nothing.

mod list;
mod page;
mod robots;
mod sitemap;
mod srcset;

pub use list::{ListError, Listed, read_list, read_warm_list};
pub use page::resources_of_page;
pub use robots::sitemaps_in_robots;
pub use sitemap::{SitemapEntry, SitemapError, read_sitemap};
