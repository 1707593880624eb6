//! `cargo bench --bench budget`: input that asks for more than it weighs, in two sizes. Four times the input may take four
//! times as long; nothing may take seconds.
#![allow(missing_docs, reason = "a benchmark says so by failing")]

use divan::Bencher;
use divan::counter::BytesCount;
use gonogo::engine;
use gonogo::policy::{Policy, Request};
use gonogo::rules::Severity;
use gonogo::source::Workspace;
use time::macros::datetime;

const AT: time::OffsetDateTime = datetime!(2026-11-20 0:00 UTC);

fn main() {
    divan::main();
}

type Files = Vec<(String, String)>;

const SIZES: [usize; 2] = [10_000, 40_000];

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|i| line(i) + "\n").collect()
}

fn one(path: &str, text: String) -> Files {
    vec![(path.to_owned(), text)]
}

fn judge(bencher: Bencher, files: Files) {
    let nothing = |_: &str| Err(String::new());
    let Ok(policy) = Policy::load(Request { config: None, packs: Vec::new() }, &nothing) else { return };
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let workspace = || Workspace::in_memory(files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())));
    bencher.counter(BytesCount::new(bytes)).with_inputs(workspace).bench_values(|workspace| {
        let (project, faults) = engine::load(workspace, &policy, AT);
        engine::judge(project, faults, &policy, AT, Severity::Medium)
    });
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn env_lines(bencher: Bencher, n: usize) {
    judge(bencher, one(".env.prod", lines(n, |i| format!("KEY_{i}=value of {i}"))));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn env_doubling(bencher: Bencher, n: usize) {
    judge(bencher, one(".env.prod", format!("A0=xxxxxxxx\n{}", lines(n, |i| format!("A{}=$A{i}$A{i}", i + 1)))));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn waivers(bencher: Bencher, n: usize) {
    judge(bencher, one(".env.prod", "# gonogo: allow[env/debug-on] a good reason\nDEBUG=1\n".repeat(n)));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn sites_of_one_configuration(bencher: Bencher, n: usize) {
    let main = ("nginx.conf".to_owned(), "events {}\nhttp { include sites/*.conf; }\n".to_owned());
    let site = |i| {
        let text = format!(
            "upstream u{i} {{ server a{i}:80; keepalive 9; }}\nserver {{\n  server_name s{i}.example.com;\n  location / {{\n    \
             proxy_pass http://u{i};\n  }}\n}}\n"
        );
        (format!("sites/s{i}.conf"), text)
    };
    judge(bencher, std::iter::once(main).chain((0..n / 10).map(site)).collect());
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn image_variables_growing(bencher: Bencher, n: usize) {
    judge(bencher, one("Dockerfile", format!("FROM x:1\nENV P=/a\n{}", "ENV P=$P:/usr/local/x\n".repeat(n))));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn pem_markers(bencher: Bencher, n: usize) {
    judge(bencher, one("a.pem", "-----BEGIN CERTIFICATE-----\n".repeat(n)));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn proxy_targets_and_services(bencher: Bencher, n: usize) {
    let targets = lines(n / 4, |i| format!("location /{i} {{ proxy_pass http://svc{i}:80; }}"));
    let services = lines(n / 4, |i| format!("  s{i}:\n    image: nginx:1.27"));
    let proxy = "  px:\n    image: nginx:1.27\n    volumes: [\"./nginx.conf:/etc/nginx/nginx.conf\"]\n";
    let files = vec![
        ("nginx.conf".to_owned(), format!("events {{}}\nhttp {{ server {{ listen 80;\n{targets}}} }}\n")),
        ("compose.yml".to_owned(), format!("services:\n{services}{proxy}")),
    ];
    judge(bencher, files);
}

#[divan::bench(args = [18, 60], sample_count = 5)]
fn includes_that_fan_out(bencher: Bencher, n: usize) {
    let inner = |i: usize| format!("include i/{0}.conf;\ninclude ./i/{0}.conf;\nadd_header A b;\n", i + 1);
    let mut files: Files = (0..n).map(|i| (format!("i/{i}.conf"), inner(i))).collect();
    files.push((format!("i/{n}.conf"), "server { listen 80; }\n".to_owned()));
    files.push(("nginx.conf".to_owned(), "events {}\nhttp { include i/0.conf; }\n".to_owned()));
    judge(bencher, files);
}
