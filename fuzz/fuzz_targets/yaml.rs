#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    gonogo::syntax::yaml::parse(&common::source("file.yaml", data));
});
