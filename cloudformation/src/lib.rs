//! What is deployed to AWS. So far: the function that CloudFront runs for every request before it
//! looks into its cache, and the data that this function reads.
//!
//! ```text
//! functions/viewer-request.js --viewer::request_code-->  the code of the CloudFront function
//! a site of fleet.toml        --viewer::pairs-->         pairs of its KeyValueStore
//! ```

pub mod viewer;
