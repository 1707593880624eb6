#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    gonogo::syntax::pem::parse(&common::source("server.pem", data));
    common::check_one("server.pem", data);
});
