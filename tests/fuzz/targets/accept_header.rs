#![no_main]

#[path = "../../src/fuzzed.rs"]
#[allow(dead_code, reason = "each target is one of them")]
mod fuzzed;

libfuzzer_sys::fuzz_target!(
    init: fuzzed::keep_caught_panics_quiet(),
    |bytes: &[u8]| fuzzed::accept_header(bytes)
);
