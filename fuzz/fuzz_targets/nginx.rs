#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    gonogo::syntax::nginx::parse(&common::source("nginx.conf", data));
    common::check_one("nginx.conf", data);
});
