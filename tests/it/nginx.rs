//! What gonogo says about a configuration against what nginx says about it.

use std::process::Command;

use gonogo::engine;
use gonogo::policy::Policy;
use gonogo::rules::{Effect, Severity};
use gonogo::source::Workspace;
use time::macros::datetime;

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

/// The rules that claim nginx would not start with this `nginx.conf`.
fn refusals(config: &str) -> Vec<String> {
    let workspace = Workspace::in_memory([("nginx.conf".to_owned(), config.as_bytes().to_vec())]);
    let policy = Policy::default();
    let (project, faults) = engine::load(workspace, &policy, AT);
    assert!(faults.is_empty(), "{faults:?}");
    let report = engine::judge(project, faults, &policy, AT, Severity::Medium);
    let will_not_start = report.findings.iter().filter(|finding| finding.effect == Effect::WillNotStart);
    will_not_start
        .map(|finding| {
            let at = report.project.source(finding.primary.span.file).position(finding.primary.span.start);
            format!("{} at {}:{}: {}", finding.rule.id, at.line, at.column, finding.message)
        })
        .collect()
}

/// Name, configuration, and whether nginx 1.28.3 accepted it.
fn cases() -> Vec<(String, String, bool)> {
    recorded(include_str!("../../testdata/nginx/nginx-t-cases.tsv"))
}

/// The same of nginx 1.22.1: what a table, a socket or a list makes of several lines.
fn joined_cases() -> Vec<(String, String, bool)> {
    recorded(include_str!("../../testdata/nginx/nginx-t-1.22.1.tsv"))
}

/// The verdict is the last column.
fn recorded(cases: &str) -> Vec<(String, String, bool)> {
    let case = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let config = serde_json::from_str(columns[1]).unwrap();
        (columns[0].to_owned(), config, columns[columns.len() - 1].starts_with("ok"))
    };
    cases.lines().skip(1).map(case).collect()
}

#[test]
fn what_several_lines_are_together_is_judged_as_nginx_does() {
    let wrong = joined_cases().into_iter().filter_map(|(name, config, accepted)| {
        let claims = refusals(&config);
        (claims.is_empty() != accepted).then(|| format!("{name}: {}", claims.join("; ")))
    });
    assert_eq!(wrong.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn will_not_start_is_true() {
    let (mut refused, mut found) = (0, 0);
    let (mut wrong, mut missed) = (Vec::new(), Vec::new());
    for (name, config, accepted) in cases() {
        let claims = refusals(&config);
        if accepted && !claims.is_empty() {
            wrong.push(format!("{name}: {}", claims.join("; ")));
        }
        if !accepted {
            refused += 1;
            found += usize::from(!claims.is_empty());
            if claims.is_empty() {
                missed.push(name);
            }
        }
    }
    println!("of {refused} configurations nginx refuses, {found} are found; not found: {}", missed.join(" "));
    assert!(wrong.is_empty(), "nginx accepts these:\n{}", wrong.join("\n"));
    assert!(found >= FOUND, "{found} found, at least {FOUND} expected; not found: {}", missed.join(" "));
}

/// How many of the refused configurations are found at least.
const FOUND: usize = 54;

/// The real program, where it is installed, on the same configurations.
#[test]
fn nginx_itself_agrees_with_the_recorded_verdicts() {
    let Ok(version) = Command::new("nginx").arg("-v").output() else {
        println!("skipped: nginx is not installed");
        return;
    };
    let dir = std::env::temp_dir().join(format!("gonogo-nginx-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let mut wrong = Vec::new();
    let (mut judged, mut agreed) = (0, 0);
    for (name, config, recorded) in cases().into_iter().chain(joined_cases()) {
        let file = dir.join("nginx.conf");
        std::fs::write(&file, &config).unwrap();
        let prefix = format!("{}/", dir.display());
        let output = Command::new("nginx")
            .args(["-t", "-q", "-p", &prefix, "-c", "nginx.conf", "-g", "error_log stderr;"])
            .output();
        let accepted = output.unwrap().status.success();
        // What newer versions refuse or accept differently is not this version's to judge.
        let newer = ["ssl-on", "http2-directive", "listen-quic", "http2_push"].contains(&name.as_str());
        let claims = refusals(&config);
        judged += 1;
        agreed += usize::from(accepted == recorded);
        if accepted && !claims.is_empty() && !newer {
            wrong.push(format!("{name}: {}", claims.join("; ")));
        }
    }
    std::fs::remove_dir_all(&dir).unwrap();
    let version = String::from_utf8_lossy(&version.stderr).trim().to_owned();
    println!("{version}: {agreed} of {judged} verdicts as recorded");
    assert!(wrong.is_empty(), "{version} accepts these:\n{}", wrong.join("\n"));
}

/// Pieces of configurations, whole and broken.
fn soup() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    #[rustfmt::skip]
    let piece = prop_oneof![
        Just("server"), Just("location"), Just("http"), Just("upstream"), Just("if"), Just("map"), Just("listen"),
        Just("include"), Just("add_header"), Just("return"), Just("proxy_pass"), Just("content_by_lua_block"),
        Just("{"), Just("}"), Just(";"), Just("\n"), Just("\r\n"), Just(" "), Just("\t"), Just("\""), Just("'"),
        Just("\\"), Just("#"), Just("$"), Just("${"), Just("{{"), Just("}}"), Just("{%"), Just("%}"), Just("é"),
        Just("\u{feff}"), Just("~ ^/[0-9]{3}$"), Just("80"), Just("443 ssl"), Just("nginx.conf"), Just("*.conf"),
        Just("[[ ]]"), Just("--"), Just("max-age=1"), Just("Strict-Transport-Security"), Just("rate=1r/h"),
        Just("/a/"), Just("\u{1F600}"), Just(")"), Just("= "), Just("\0"),
    ];
    proptest::collection::vec((piece, prop_oneof![Just(""), Just(" "), Just(";\n")]), 0..60)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, after)| format!("{piece}{after}")).collect())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 48, ..Default::default() })]

    /// Whatever stands in the file, all rules come to an end, and every place they name is in the file.
    #[test]
    fn any_text_is_read_and_judged(main in soup(), site in soup()) {
        let files = [("nginx.conf", &main), ("conf.d/site.conf", &site), ("conf.d/a.conf.template", &main)];
        let workspace = Workspace::in_memory(files.map(|(path, text)| (path.to_owned(), text.clone().into_bytes())));
        let policy = Policy::default();
        let (project, faults) = engine::load(workspace, &policy, AT);
        proptest::prop_assert!(faults.is_empty(), "{:?}", faults);
        for document in project.documents() {
            let text = document.source.text();
            for span in document.nodes().into_iter().chain(document.comments().iter().copied()) {
                proptest::prop_assert!(text.get(span.range()).is_some());
            }
            if let gonogo::model::Tree::Nginx(file) = &document.tree {
                let count = file.directives.len() as u32;
                for (index, directive) in (0u32..).zip(&file.directives) {
                    proptest::prop_assert!(directive.end > index && directive.end <= count);
                    proptest::prop_assert!(directive.parent.is_none_or(|parent| parent < index));
                    let words = std::iter::once(&directive.name).chain(&directive.args);
                    for word in words {
                        proptest::prop_assert!(text.get(word.span.range()).is_some());
                    }
                }
            }
        }
        let report =
            engine::judge(project, faults, &policy, AT, Severity::Medium);
        proptest::prop_assert!(report.faults.is_empty(), "{:?}", report.faults);
        for finding in &report.findings {
            let source = report.project.source(finding.primary.span.file);
            proptest::prop_assert!(source.text().get(finding.primary.span.range()).is_some());
            for fix in &finding.fixes {
                for edit in &fix.edits {
                    proptest::prop_assert!(source.text().get(edit.span.range()).is_some());
                }
            }
        }
    }
}

#[test]
fn what_nginx_prints_is_read_as_the_files_it_prints() {
    let print = "nginx: configuration file /etc/nginx/nginx.conf test is successful\n\
                 # configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n  include mime.types;\n  include /etc/nginx/conf.d/*.conf;\n\
                 \x20 include /etc/letsencrypt/options.conf;\n  include modules/*.conf;\n}\n\n\
                 # configuration file /etc/nginx/mime.types:\ntypes { text/html html; }\n\n\
                 # configuration file /etc/letsencrypt/options.conf:\nserver_tokens off;\n\n\
                 # configuration file /etc/nginx/conf.d/a.conf:\nserver {\n  listen 80;\n  location /s/ { alias /srv/s; }\n}\n";
    let workspace = Workspace::in_memory([("ops/nginx-T.txt".to_owned(), print.as_bytes().to_vec())]);
    let policy = Policy::default();
    let (project, faults) = engine::load(workspace, &policy, AT);
    assert!(faults.is_empty(), "{faults:?}");
    let report = engine::judge(project, faults, &policy, AT, Severity::Medium);
    let found: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info)
        .map(|finding| {
            let source = report.project.source(finding.primary.span.file);
            format!("{}:{} {}", source.path, source.position(finding.primary.span.start).line, finding.rule.id)
        })
        .collect();
    assert_eq!(found, ["ops/nginx-T.txt/etc/nginx/conf.d/a.conf:3 nginx/alias-mismatch"]);
}
