//! What is not known: said where it could be what breaks, and answered for good.

use serde_json::Value;

use crate::sandbox::{Sandbox, said};

/// A server that may or may not have a certificate: what includes this file is not in the project.
const SITE: &str = "server {\n  listen 443 ssl;\n  server_name shop.example;\n  location / { return 204; }\n}\n";
const FORMATS: [&str; 4] = ["terminal", "concise", "github", "summary"];

fn project(files: &[(&str, &str)]) -> Sandbox {
    let project = Sandbox::new("open");
    files.iter().for_each(|(path, text)| _ = project.write(path, text));
    project
}

/// The exit code and what is said.
fn check(project: &Sandbox, more: &[&str]) -> (Option<i32>, String) {
    let mut arguments = vec!["check", "--at", "2026-11-20T12:00:00Z"];
    arguments.extend(more);
    let output = project.run(&arguments);
    (output.status.code(), said(&output))
}

#[test]
fn a_question_that_could_stop_it_is_a_condition_of_the_go() {
    let site = project(&[("sites/shop.conf", SITE)]);
    for format in FORMATS {
        let (code, said) = check(&site, &["--format", format]);
        assert_eq!(code, Some(0), "{said}");
        let plain = said.replace("&#95;", "_").replace("&#39;", "'");
        assert!(
            plain.contains("a server is to speak TLS and has no certificate? the certificate may be set"),
            "{plain}"
        );
        assert!(format == "concise" || said.contains("GO, if all is well with nginx/missing-certificate"), "{said}");
    }
    let json: Value = serde_json::from_str(&check(&site, &["--format", "json"]).1).unwrap();
    assert_eq!(json["conditions"], serde_json::json!(["nginx/missing-certificate"]));
    // Its bad answer stops nothing where the rule stops nothing.
    let (_, said) = check(&site, &["--rule", "nginx/missing-certificate=low"]);
    assert!(!said.contains("not known"), "{said}");
}

#[test]
fn what_must_be_known_is_undecided_as_long_as_it_is_not() {
    let site = project(&[("sites/shop.conf", SITE)]);
    for format in FORMATS {
        let (code, said) = check(&site, &["--format", format, "--fail-on-unknown", "leaks-secret,will-not-start"]);
        assert_eq!(code, Some(2), "{said}");
    }
    let (_, junit) = check(&site, &["--format", "junit", "--fail-on-unknown", "will-not-start"]);
    assert!(junit.contains("errors=\"1\"") && junit.contains("the certificate may be set elsewhere"), "{junit}");
    assert_eq!(check(&site, &["--fail-on-unknown", "leaks-secret"]).0, Some(0));
    site.write("gonogo.yaml", "fail_on_unknown: [will-not-start, exposes]\n");
    assert_eq!(check(&site, &[]).0, Some(2));
    site.write("gonogo.yaml", "fail_on_unknown: [will-not-strat]\n");
    let (code, said) = check(&site, &[]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("gonogo.yaml:1:19: there is no effect `will-not-strat`; did you mean `will-not-start`?"),
        "{said}"
    );
}

#[test]
fn a_waiver_accepts_whatever_the_answer_is() {
    let site =
        SITE.replace("server {", "# gonogo: allow[nginx/missing-certificate] the image's main file sets it\nserver {");
    let (code, said) = check(&project(&[("sites/shop.conf", &site)]), &["--fail-on-unknown", "will-not-start"]);
    assert_eq!(code, Some(0));
    assert!(!said.contains("not known") && !said.contains("GO, if"), "{said}");
}

#[test]
fn three_are_listed_and_the_others_counted() {
    let stack = "services:\n  web:\n    image: nginx:1.29\n    networks: [back]\n    env_file: '${FILE}'\n  job:\n    restart: always\n";
    let files = [
        ("sites/a.conf", SITE),
        ("sites/b.conf", SITE),
        ("docker-compose.prod.yml", stack),
        ("docker-compose.yml", "services: { web: { image: 'nginx:1.29' } }\n"),
    ];
    let four = project(&files);
    for format in ["terminal", "summary"] {
        let (_, few) = check(&four, &["--format", format]);
        let (_, all) = check(&four, &["--format", format, "--verbose"]);
        let count = |said: &str| said.matches("? ").count();
        assert_eq!((count(&few), count(&all)), (3, 4), "{few}\n{all}");
        assert!(few.contains("and 1 more thing not known") && !all.contains("more thing"), "{few}\n{all}");
        assert!(all.contains("(2 places)"), "{all}");
    }
}
