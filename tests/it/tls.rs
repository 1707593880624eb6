//! Certificates, keys and nginx together: generated deployments with the rule ids that must be found in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use gonogo::engine::{self, Report};
use gonogo::model::candidate;
use gonogo::policy::Policy;
use gonogo::rules::{self, Severity};
use gonogo::source::discover;
use time::OffsetDateTime;
use time::macros::datetime;

/// The moment the certificates were made for.
const AT: OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/certs")
}

/// Judges one case. Permission bits and git are left out: a checkout does not keep the one and has the other.
fn judge(dir: &Path) -> Report {
    let mut workspace = discover(dir, candidate);
    workspace.git = gonogo::source::Git::default();
    for input in &mut workspace.inputs {
        if let gonogo::source::Content::Disk(path) = &input.content {
            let bytes = fs::read(path).unwrap();
            let mode = match (dir.file_name().unwrap().to_str().unwrap(), input.path.as_str()) {
                ("key-world-readable", "certs/privkey.pem") => 0o644,
                ("key-group-readable", "certs/privkey.pem") => 0o640,
                _ => 0o600,
            };
            input.content = gonogo::source::Content::WithMode(bytes, mode);
        }
    }
    let policy = Policy::default();
    let (project, faults) = engine::load(workspace, &policy, AT);
    engine::judge(project, faults, &policy, AT, Severity::Medium)
}

fn about_tls(id: &str) -> bool {
    ["cert/", "chain/", "key/", "pem/"].iter().any(|family| id.starts_with(family))
}

fn manifest() -> Vec<(String, Vec<String>)> {
    let text = fs::read_to_string(cases().join("MANIFEST.tsv")).unwrap();
    let lines = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    lines
        .map(|fields| {
            let expected = fields[2].split(';').filter(|id| *id != "-").map(|id| id.replacen('-', "/", 1));
            (fields[0].to_owned(), expected.collect())
        })
        .collect()
}

#[test]
fn generated_cases_give_what_they_were_made_for() {
    let mut problems = Vec::new();
    let cases_with_findings = manifest();
    assert!(cases_with_findings.len() > 60, "the cases are gone");
    for (case, expected) in &cases_with_findings {
        let report = judge(&cases().join(case));
        let live = report.findings.iter().filter(|f| f.live() && about_tls(f.rule.id));
        let found: BTreeSet<&str> = live.clone().map(|f| f.rule.id).collect();
        for id in expected {
            let rule = rules::find(id).unwrap_or_else(|| panic!("{case}: no rule {id}"));
            if !found.contains(rule.id) {
                problems.push(format!("{case}: {id} is missing, found {found:?}"));
            }
        }
        // A case made for one thing may show another; a case made to be good shows nothing that stops a deployment.
        if expected.is_empty() {
            for finding in live.filter(|f| f.severity >= Severity::Medium) {
                problems.push(format!("{case}: {} {}", finding.rule.id, finding.message));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn nothing_of_a_private_key_is_shown() {
    for (case, _) in manifest() {
        let report = judge(&cases().join(&case));
        for pem in &report.project.pem {
            let source = report.project.source(pem.file);
            let shown = source.shown();
            for key in &pem.keys {
                let (text, masked) = (&source.text()[key.span.range()], &shown[key.span.range()]);
                let body = |text: &str| -> Vec<String> {
                    text.lines().filter(|line| !line.contains("-----")).map(str::to_owned).collect()
                };
                for (line, hidden) in body(text).iter().zip(body(masked)) {
                    assert!(line.is_empty() || hidden.chars().all(|c| c == '*' || c == '\r'), "{case}: {}", pem.path);
                }
            }
        }
    }
}

/// The certificate names `www.example.test` only.
fn served(nginx: &str, path: &str, written: &str, compose: &str) -> Vec<String> {
    let certificate = fs::read(cases().join("ok-rsa2048/certs/fullchain.pem")).unwrap();
    let server = format!(
        "server {{\n listen 443 ssl;\n server_name shop.example.test;\n ssl_certificate {written};\n \
         ssl_certificate_key /etc/letsencrypt/live/shop/privkey.pem;\n}}\n"
    );
    let text = if nginx.ends_with("nginx.conf") { format!("events {{}}\nhttp {{\n{server}}}\n") } else { server };
    let mut files = vec![(nginx.to_owned(), text.into_bytes()), (path.to_owned(), certificate)];
    if !compose.is_empty() {
        files.push(("compose.yaml".into(), compose.as_bytes().to_vec()));
    }
    let policy = Policy::default();
    let (project, faults) = engine::load(gonogo::source::Workspace::in_memory(files), &policy, AT);
    let report = engine::judge(project, faults, &policy, AT, Severity::Medium);
    report.findings.iter().filter(|f| f.rule.family() == "cert").map(|f| f.rule.id.to_owned()).collect()
}

#[test]
fn paths_in_containers_lead_to_files_of_the_project() {
    let mismatch = ["cert/name-mismatch"];
    let compose = "services:\n  proxy:\n    image: nginx:1.28\n    volumes:\n      - ./tls:/run/tls:ro\n";
    for (nginx, path, written, compose) in [
        ("nginx/nginx.conf", "nginx/certs/site.pem", "certs/site.pem", ""),
        ("nginx/nginx.conf", "nginx/certs/site.pem", "/etc/nginx/certs/site.pem", ""),
        ("nginx/conf.d/shop.conf", "nginx/certs/site.pem", "/etc/nginx/certs/site.pem", ""),
        ("nginx/nginx.conf", "tls/site.pem", "/run/tls/site.pem", compose),
    ] {
        assert_eq!(served(nginx, path, written, compose), mismatch, "{written} in {nginx}");
    }
    // What only the host knows is not guessed at.
    for written in ["/etc/letsencrypt/live/shop/site.pem", "/run/tls/site.pem", "$ssl_server_name.pem"] {
        assert_eq!(served("nginx/nginx.conf", "nginx/certs/site.pem", written, ""), [""; 0], "{written}");
    }
}
