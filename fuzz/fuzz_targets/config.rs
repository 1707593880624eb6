#![no_main]

mod common;

use gonogo::policy::{Glob, Policy, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = Policy::default().configure("gonogo.yaml", data.to_vec());
    let request = Request { config: None, packs: vec!["pack.yaml".into()] };
    let _ = Policy::load(request, &|_| Ok(data.to_vec()));
    if let Ok(text) = std::str::from_utf8(data) {
        let pattern = text.lines().next().unwrap_or_default();
        Glob::new(pattern).fits("a/b/.env.prod");
    }
    common::check(vec![
        (".dockerignore".into(), data.to_vec()),
        ("Dockerfile".into(), b"FROM a:1\nCOPY . .\n".to_vec()),
        ("compose.yml".into(), b"services:\n  a:\n    build: .\n".to_vec()),
        (".env.prod".into(), b"A=1\n".to_vec()),
    ]);
});
