#![no_main]

mod common;

use gonogo::syntax::shell;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let source = common::source("deploy.sh", data);
    shell::tokens(source.text());
    shell::words(source.text());
    shell::commands(source.text());
    gonogo::syntax::commands::parse(&source);
    common::check_one("deploy.sh", data);
});
