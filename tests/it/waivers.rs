//! Waivers, in comments and in the configuration, as a user meets them.

use crate::cli::{Project, check};

const AT: [&str; 2] = ["--at", "2026-11-20"];

fn found(name: &str, files: &[(&str, &str)], more: &[&str]) -> Vec<String> {
    let project = Project::new(&format!("waiver-{name}"), files);
    let run = check(&project, &[&AT[..], &["--fail-on", "info"], more].concat());
    let findings = run.findings();
    assert_eq!(run.code, i32::from(!findings.is_empty()), "{name}: {findings:?} {}", run.err);
    findings
}

#[test]
fn a_comment_waives_its_line_or_the_node_below() {
    let nothing = [""; 0];
    let line = "DEBUG=true # gonogo: allow[env/debug-on] shows traces on purpose\n";
    assert_eq!(found("line", &[(".env", line)], &[]), nothing);
    let above = "# gonogo: allow[env/debug-on] shows traces on purpose\n# more about it\n\nDEBUG=true\n";
    assert_eq!(found("above", &[(".env", above)], &[]), nothing);
    let elsewhere = "# gonogo: allow[env/debug-on] shows traces on purpose\nA=1\nDEBUG=true\n";
    assert_eq!(
        found("elsewhere", &[(".env", elsewhere)], &[]),
        [".env:3:7 high env/debug-on", ".env:1:17 low waiver/unused"]
    );
    let two = "DEBUG=true # gonogo: allow[env/debug-on, env/debug-no] shows traces on purpose\n";
    assert_eq!(found("two", &[(".env", two)], &[]), [".env:1:42 low waiver/unknown-rule"]);
}

#[test]
fn a_waiver_holds_through_its_last_day() {
    let text = "DEBUG=true # gonogo: allow[env/debug-on] demo until=2026-11-20\n";
    assert_eq!(found("last-day", &[(".env", text)], &[]), [""; 0]);
    let project = Project::new("waiver-next-day", &[(".env", text)]);
    let findings = |at: &str| check(&project, &["--at", at]).findings();
    assert_eq!(findings("2026-11-20T23:59:59Z"), [""; 0]);
    assert_eq!(findings("2026-11-21"), [".env:1:7 high env/debug-on", ".env:1:47 low waiver/expired"]);
    // The same moment seen from another place is the same day.
    assert_eq!(findings("2026-11-21T01:00:00+02:00"), [""; 0]);
}

#[test]
fn a_waiver_without_reason_or_of_an_unknown_rule_has_no_effect() {
    let live = ".env:1:7 high env/debug-on";
    for (name, comment, expected) in [
        ("reason", "allow[env/debug-on]", ".env:1:22 low waiver/without-reason"),
        ("typo", "allow[env/debug-no] demo", ".env:1:28 low waiver/unknown-rule"),
        ("word", "disable=env/debug-on demo", ".env:1:22 low waiver/unknown-rule"),
        ("date", "allow[env/debug-on] demo until=tomorrow", ".env:1:47 low waiver/expired"),
    ] {
        let text = format!("DEBUG=true # gonogo: {comment}\n");
        assert_eq!(found(name, &[(".env", &text)], &[]), [live, expected], "{comment}");
    }
}

#[test]
fn the_nearest_rule_is_offered() {
    let project = Project::new("waiver-help", &[(".env", "DEBUG=true # gonogo: ignore[env/debug-no] x\n")]);
    let out = check(&project, &[]).out;
    assert!(out.contains("`ignore` is not a word gonogo knows"), "{out}");
    assert!(out.contains("write `# gonogo: allow[env/debug-on] reason`"), "{out}");
}

#[test]
fn no_waivers_shows_everything_and_nothing_about_waivers() {
    let text = "DEBUG=true # gonogo: allow[env/debug-on] demo\nA=1 # gonogo: allow[env/debug-on] old\n";
    let config = "waivers: [{rule: env/debug-on, path: nowhere, reason: x}]\n";
    let files = [(".env", text), ("gonogo.yaml", config)];
    assert_eq!(found("shown", &files, &["--no-waivers"]), [".env:1:7 high env/debug-on"]);
    let hidden = [".env:2:21 low waiver/unused", "gonogo.yaml:1:18 low waiver/unused"];
    assert_eq!(found("hidden", &files, &[]), hidden);
}

#[test]
fn waived_findings_are_kept_and_counted() {
    let config = "waivers: [{rule: env/debug-on, path: '*.env', reason: the demo, owner: ops}]\n";
    let project = Project::new("waiver-json", &[("a.env", "DEBUG=true\n"), ("gonogo.yaml", config)]);
    let run = project.run(&["check", "--format", "json", "--at", "2026-11-20"]);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.code, json["verdict"].as_str()), (0, Some("go")));
    assert_eq!(json["outcomes"]["waived"], 1);
    let finding = json["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "env/debug-on").unwrap();
    assert_eq!((&finding["state"], &finding["waiver"]["reason"]), (&"waived".into(), &"the demo (ops)".into()));
}

#[test]
fn a_configuration_waives_by_path_and_is_judged_itself() {
    let files = [
        ("a/.env", "DEBUG=true\n"),
        ("b/.env", "DEBUG=true\n"),
        (
            "gonogo.yaml",
            "waivers:\n  - { rule: env/debug-on, path: a/*, reason: x, until: 2026-11-19 }\n  - { rule: env/debug-on, path: b/.env, reason: y }\n  - { rule: env/debug-on, path: c/.env, reason: z }\n",
        ),
    ];
    let expected =
        ["a/.env:1:7 high env/debug-on", "gonogo.yaml:2:13 low waiver/expired", "gonogo.yaml:4:13 low waiver/unused"];
    assert_eq!(found("config", &files, &[]), expected);
    // A configuration from elsewhere is pointed into as well.
    let project = Project::new("waiver-elsewhere", &files[..2]);
    project.write("ci/rules.yaml", files[2].1);
    let run = check(&project, &["--config", "ci/rules.yaml", "--at", "2026-11-20"]);
    assert_eq!(run.findings()[1..], ["ci/rules.yaml:2:13 low waiver/expired", "ci/rules.yaml:4:13 low waiver/unused"]);
}

#[test]
fn a_waiver_of_a_rule_that_is_off_is_not_called_unused() {
    let files = [(".env.staging", "A=1 # gonogo: allow[env/debug-on] demo\n")];
    assert_eq!(found("on", &files, &[]), [".env.staging:1:21 low waiver/unused"]);
    assert_eq!(found("off", &files, &["--off", "env/debug-on"]), [""; 0]);
    assert_eq!(found("other-environment", &[files[0], (".env", "A=1\n")], &["--env", "production"]), [""; 0]);
}

#[test]
fn a_waiver_about_waivers_works() {
    let text = "# gonogo: allow[waiver/unused] kept for the demo\nA=1 # gonogo: allow[env/debug-on] demo\n";
    assert_eq!(found("about", &[(".env", text)], &[]), [""; 0]);
}

#[test]
fn reasons_are_masked() {
    let text = "DEBUG=true # gonogo: allow[env/debug-on] password=CANARY4711canary is old\n";
    let project = Project::new("waiver-canary", &[(".env", text)]);
    for format in ["terminal", "json", "sarif", "github", "summary", "concise"] {
        let run = project.run(&["check", "--format", format]);
        assert!(!run.out.contains("CANARY"), "{format}");
    }
}

#[test]
fn a_comment_above_a_block_is_about_everything_in_it() {
    let config = |comment: &str| {
        format!(
            "events {{}}\nhttp {{\n  {comment}\n  server {{\n    listen 80;\n    location / {{ retrun 404; }}\n  }}\n}}\n"
        )
    };
    let rule = "nginx/unknown-directive";
    let findings = |name: &str, comment: &str| {
        let all = found(name, &[("nginx.conf", &config(comment))], &[]);
        all.into_iter().filter(|line| line.contains(rule) || line.contains("waiver/")).collect::<Vec<_>>()
    };
    assert_eq!(findings("block", "# gonogo: allow[nginx/unknown-directive] a module of ours"), [""; 0]);
    assert_eq!(findings("no-block", "# ours"), ["nginx.conf:6:18 critical nginx/unknown-directive"]);
    let behind = "gzip on; # gonogo: allow[nginx/unknown-directive] a module of ours";
    assert_eq!(
        findings("behind", behind),
        ["nginx.conf:6:18 critical nginx/unknown-directive", "nginx.conf:3:28 low waiver/unused"]
    );
}

/// What was one rule is several: the old id stands for all of them, and is used when one of them is.
#[test]
fn an_id_that_became_several_rules_stands_for_all_of_them() {
    let web = |comment: &str| {
        format!(
            "services:\n  web: {comment}\n    image: shop:1\n    mem_limit: 1Gi\n    cpus: half\n    restart: always\n"
        )
    };
    let compose = |text: &str, more: &[&str]| {
        let project = Project::new("waiver-several", &[("compose.yaml", text)]);
        let findings = check(&project, &[&AT[..], more].concat()).findings();
        findings.into_iter().filter(|line| !line.contains(" low ")).collect::<Vec<_>>()
    };
    let both = ["compose.yaml:4:16 critical compose/bad-size", "compose.yaml:5:11 critical compose/bad-number"];
    assert_eq!(compose(&web(""), &[]), both);
    assert_eq!(compose(&web(""), &["--off", "compose/invalid-value"]), [""; 0]);
    assert_eq!(compose(&web(""), &["--rule", "compose/invalid-value=low"]), [""; 0]);
    let waived = web("").replace("  web:", "  # gonogo: allow[compose/invalid-value] a template fills it in\n  web:");
    let project = Project::new("waiver-of-all", &[("compose.yaml", &waived)]);
    let findings = check(&project, &AT).findings();
    assert!(
        findings.iter().all(|line| line.contains("compose/no-resource-limits") || line.contains("healthcheck")),
        "{findings:?}"
    );
    let idle = "services:\n  web:\n    image: shop:1 # gonogo: allow[compose/invalid-value] nothing here\n";
    let project = Project::new("waiver-of-none", &[("compose.yaml", idle)]);
    let unused: Vec<String> = check(&project, &AT).findings().into_iter().filter(|l| l.contains("waiver/")).collect();
    assert_eq!(unused, ["compose.yaml:3:35 low waiver/unused"]);
}
