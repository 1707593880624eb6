//! How much a finding counts is decided by what happens here: who reaches it, what the program is for.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// `path:line severity effect rule` of the findings of a rule.
fn found(files: &[(&str, &str)], rule: &str, more: &[&str]) -> Vec<String> {
    let project = Sandbox::new("weight");
    files.iter().for_each(|(path, text)| _ = project.write(path, text));
    let mut arguments = vec!["check", "--at", "2026-11-20", "--format", "json"];
    arguments.extend(more);
    let report: Value = serde_json::from_slice(&project.run(&arguments).stdout).unwrap();
    let own = report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule);
    own.map(|finding| {
        let (primary, word) = (&finding["primary"], |name: &str| finding[name].as_str().unwrap());
        let place = format!("{}:{}", primary["path"].as_str().unwrap(), primary["start"]["line"]);
        format!("{place} {} {} +{}", word("severity"), word("effect"), finding["related"].as_array().unwrap().len())
    })
    .collect()
}

fn compose(service: &str) -> Vec<(&'static str, &str)> {
    vec![("compose.yml", service)]
}

#[test]
fn the_socket_is_worth_stopping_for_where_nobody_expects_it() {
    let rule = "compose/docker-socket";
    let socket = "/var/run/docker.sock:/var/run/docker.sock";
    let of = |image: &str| format!("services:\n  one: {{ {image}, volumes: ['{socket}'] }}\n");
    let (tool, unknown, own) = (of("image: 'traefik:v3'"), of("image: 'shop/web:1'"), of("build: ."));
    let open = of("ports: ['80:80'], build: .");
    assert_eq!(found(&compose(&tool), rule, &[]), ["compose.yml:2 low weakens +0"]);
    assert_eq!(found(&compose(&unknown), rule, &[]), ["compose.yml:2 low weakens +0"]);
    assert_eq!(found(&compose(&own), rule, &[]), ["compose.yml:2 low weakens +0"]);
    let behind = "  web: { image: 'nginx:1.28', ports: ['80:80'], volumes: ['./site.conf:/etc/nginx/conf.d/default.conf:ro'] }\n";
    let (proxied, site) = (own.clone() + behind, "server { listen 80; location / { proxy_pass http://one:8000; } }\n");
    let files = [("compose.yml", proxied.as_str()), ("site.conf", site)];
    assert_eq!(found(&files, rule, &[]), ["compose.yml:2 high exposes +0"]);
    assert_eq!(found(&compose(&open), rule, &[]), ["compose.yml:2 high exposes +0"]);
    assert_eq!(found(&compose(&tool), rule, &["--pack", "hardening"]), ["compose.yml:2 high weakens +0"]);
    assert_eq!(
        found(&compose(&own), rule, &["--rule", "compose/docker-socket=info"]),
        ["compose.yml:2 info weakens +0"]
    );
}

#[test]
fn a_password_counts_less_where_nobody_outside_can_try_it() {
    let rule = "compose/default-password";
    let of = |ports: &str| {
        format!(
            "services:\n  db:\n    image: postgres:17.2\n    {ports}\n    environment:\n      POSTGRES_PASSWORD: postgres\n"
        )
    };
    let (open, local, closed) = (of("ports: ['5432:5432']"), of("ports: ['127.0.0.1:5432:5432']"), of("init: true"));
    assert_eq!(found(&compose(&open), rule, &[]), ["compose.yml:6 high exposes +0"]);
    assert_eq!(found(&compose(&local), rule, &[]), ["compose.yml:6 medium weakens +0"]);
    assert_eq!(found(&compose(&closed), rule, &[]), ["compose.yml:6 medium weakens +0"]);
}

#[test]
fn a_floating_tag_stops_a_release_where_it_costs_data() {
    let rule = "compose/image-not-pinned";
    let two = "services:\n  db: { image: postgres }\n  cache: { image: 'redis:latest' }\n";
    let expected = ["compose.yml:2 medium breaks-at-runtime +0", "compose.yml:3 low hygiene +0"];
    assert_eq!(found(&compose(two), rule, &[]), expected);
}

#[test]
fn one_cause_in_several_files_is_one_finding() {
    let file = "services:\n  db:\n    image: mysql:latest\n    environment: { MYSQL_ROOT_PASSWORD: rootpass123 }\n";
    let files = [("a/compose.yml", file), ("b/compose.yml", file), ("c/compose.staging.yml", file)];
    let expected =
        ["a/compose.yml:3 medium breaks-at-runtime +1", "c/compose.staging.yml:3 medium breaks-at-runtime +0"];
    assert_eq!(found(&files, "compose/image-not-pinned", &[]), expected);
    let limits = found(&files, "compose/no-resource-limits", &[]);
    assert_eq!(limits, ["a/compose.yml:2 low weakens +1", "c/compose.staging.yml:2 low weakens +0"]);
    // Waived in one place, it still stands in the other.
    let waived = file.replace("mysql:latest", "mysql:latest # gonogo: allow[compose/image-not-pinned] rebuilt nightly");
    let files = [("a/compose.yml", waived.as_str()), ("b/compose.yml", file)];
    let live = found(&files, "compose/image-not-pinned", &[]);
    // What is waived comes last.
    assert_eq!(live, ["b/compose.yml:3 medium breaks-at-runtime +0", "a/compose.yml:3 medium breaks-at-runtime +0"]);
}
