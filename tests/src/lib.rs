//! What the suites share: pictures, a second implementation to compare with, requests to the core.
//!
//! | suite | shows |
//! |---|---|
//! | `conformance` | `cases/*.toml`: a request and a source in, status, headers, size and colors out |
//! | `oracle` | every photo in every format and size, compared with libvips |
//! | `hostile` | broken and malicious sources: a clear answer in bounded memory |
//! | `fuzz_corpora` | every input that fuzzing found worth keeping, again |
//! | `packshots` | the product-shot normaliser: the same fill on the same white |
//! | `dev_server` | `cdn-cli dev` over HTTP, and its access log |
//! | `s3_origin` | originals in a bucket, read from an emulator of S3 |
//! | `agreement` | every case of `cases/*.toml` on every host: the same status, headers and bytes |
//! | `lambda_edge` | the Lambda@Edge host in Node, fed with CloudFront's events |
//! | `through_cloudfront` | the whole way of a picture: viewer function, cache, buckets, and each of the two hosts on AWS |
//! | `playground` | its playground in Chromium, driven by `browser/playground.mjs` |
//!
//! The suites with servers and browsers find what they need through variables that
//! `cargo xtask test` sets, or at the usual places where it does not:
//!
//! | variable | is | without it |
//! |---|---|---|
//! | `CHROMIUM` | the browser | `chromium` on the `PATH` |
//! | `NODE_MODULES` | a folder with `playwright-core` in it | `node/node_modules` in the target folder |
//! | `EDGE_HOST` | the folder that `cargo xtask wasm` made | `edge` in the target folder |
//! | `EDGE_PACKAGES` | a folder with the AWS SDK and other versions of Node | `edge-packages/node_modules` in the target folder |
//! | `CDN_TEST_TOOLS` | a folder with `fakecloud`, the emulator of AWS's APIs | `tools` in the target folder, then the `PATH` |

#![expect(clippy::expect_used, reason = "a suite ends where its own set-up fails")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels are computed within the range that they are cast to"
)]

pub mod case;
pub mod compare;
pub mod dev;
pub mod edge;
pub mod emulator;
pub mod exchange;
pub mod fixture;
pub mod fuzzed;
pub mod lambda;
pub mod origin;
pub mod parallel;
pub mod photo;
pub mod picture;
pub mod tool;
pub mod vips;
