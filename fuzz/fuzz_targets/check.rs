#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 16] = [
    ".env",
    ".env.prod",
    ".env.example",
    "compose.yml",
    "compose.prod.yml",
    "Dockerfile",
    ".dockerignore",
    "nginx.conf",
    "conf.d/site.conf",
    "server.crt",
    "server.key",
    "deploy.sh",
    "app.service",
    "Makefile",
    "README.md",
    "package.json",
];

fuzz_target!(|data: &[u8]| {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for part in data.split(|&byte| byte == 0) {
        let Some((&first, text)) = part.split_first() else { continue };
        let name = NAMES[usize::from(first) % NAMES.len()];
        if files.iter().all(|(other, _)| other != name) {
            files.push((name.to_owned(), text.to_vec()));
        }
    }
    common::check(files);
});
