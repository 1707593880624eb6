#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    gonogo::syntax::dockerfile::parse(&common::source("Dockerfile", data));
    common::check_one("Dockerfile", data);
});
