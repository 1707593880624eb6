//! Formats are contracts: one fixed set of awkward findings goes through every one of them.

use std::collections::BTreeMap;
use std::path::Path;

use gonogo::engine::{self, Fault, Outcomes, Report, Verdict};
use gonogo::policy::Policy;
use gonogo::report::{Format, Options, render};
use gonogo::rules::{Check, Confidence, Edit, Effect, Finding, Fix, Rule, Safety, Severity, Sink, State};
use gonogo::source::{Span, Workspace};
use regex::Regex;
use serde_json::Value;
use time::macros::datetime;

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

/// A rule with documentation that needs escaping in every format.
static AWKWARD: Rule = Rule {
    id: "test/awk-ward",
    severity: Severity::High,
    effect: Effect::Exposes,
    refs: &["https://cwe.mitre.org/data/definitions/79.html"],
    doc: " Awkward text, 100% of it.\n\n ## Why\n Because `a|b` and <b> exist.\n\n ## Examples\n ```env bad\n A=1\n ```\n",
    check: Check::Policy,
    ..Rule::BASE
};

const ODD_PATH: &str = "conf.d/100%, a:b ü.conf";

fn workspace() -> Workspace {
    let files = [
        (".env.prod", "\u{feff}NAME=\"ä😀\" # öl\r\nDEBUG=true\r\n"),
        ("compose.yaml", "services:\n  web:\n    image: nginx\n    command: [\"a\", \"b\"]\n"),
        (ODD_PATH, "server {\n\tlisten 80; # <b>|</b>\n}\n"),
    ];
    Workspace::in_memory(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())))
}

fn at(report: &Report, path: &str, needle: &str) -> Span {
    let source = &report.project.at(path).unwrap().source;
    let start = source.shown().find(needle).unwrap();
    Span::new(source.id, start, start + needle.len())
}

fn finding(span: Span, severity: Severity, message: &str) -> Finding {
    let mut finding = Sink::new(&AWKWARD).report(span, message).clone();
    finding.severity = severity;
    finding.fingerprint = "0123456789abcdef".into();
    finding
}

fn empty_report(workspace: Workspace) -> Report {
    let policy = Policy::only("test/none");
    let (project, faults) = engine::load(workspace, &policy, AT);
    engine::judge(project, faults, &policy, AT, Severity::Medium)
}

/// Multi-line, multi-file, non-ASCII before the span, CRLF, quotes, percent, comma, newline in a message, empty span,
/// end of file.
fn awkward() -> Report {
    let mut report = empty_report(workspace());
    // The findings are made up; what real rules count does not belong here.
    report.outcomes = gonogo::engine::Outcomes::default();
    let file_end = |path: &str| {
        let source = &report.project.at(path).unwrap().source;
        Span::new(source.id, source.shown().len(), source.shown().len())
    };
    let mut found = vec![
        finding(at(&report, ".env.prod", "# öl"), Severity::Medium, "after `ä😀`, 100% \"quoted\", a|b <i>"),
        finding(at(&report, ".env.prod", "true"), Severity::High, "first line\nsecond, line: 50%"),
        finding(file_end(".env.prod"), Severity::Low, "an empty span at the end of the file"),
        finding(at(&report, "compose.yaml", "web:\n    image: nginx"), Severity::Critical, "several lines"),
        finding(at(&report, ODD_PATH, "listen 80"), Severity::Info, "a tab before, ::error:: inside"),
        finding(at(&report, "compose.yaml", "nginx"), Severity::High, "accepted"),
    ];
    found[0].help("write `A='1'`, or\r\nnothing");
    found[3].related(at(&report, ODD_PATH, "80"), "the [port](1) is, here");
    found[3].related(at(&report, "compose.yaml", "\"b\""), "");
    let edit = Edit { span: at(&report, "compose.yaml", "nginx"), text: "nginx:1.29\n".into() };
    found[3].fix(Fix { title: "pin it".into(), safety: Safety::Unsafe, edits: vec![edit] });
    found[5].state = State::Waived { reason: "known, accepted".into(), at: None };
    report.findings = found;
    report.faults.push(Fault { path: "sealed.pem".into(), message: "cannot be read: permission denied".into() });
    report.outcomes = Outcomes { pass: 124, fail: 4, unknown: 3, not_applicable: 7, waived: 1 };
    report.verdict = Verdict::NoGo;
    report
}

fn print(format: Format, report: &Report) -> String {
    render(format, report, &Options::default())
}

fn schema(name: &str) -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/schemas").join(name);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn validated(format: Format, report: &Report, schema_name: &str) -> Value {
    let value: Value = serde_json::from_str(&print(format, report)).unwrap();
    let errors: Vec<String> =
        schema(schema_name).iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    value
}

#[test]
fn names_are_read_back() {
    for &format in Format::ALL {
        assert_eq!(Format::parse(format.name()), Some(format));
    }
    assert_eq!(Format::parse("xml"), None);
}

#[test]
fn every_format_ends_with_a_newline_and_repeats_itself() {
    for &format in Format::ALL {
        let (once, again) = (print(format, &awkward()), print(format, &awkward()));
        assert_eq!(once, again, "{}", format.name());
        assert!(once.ends_with('\n') && !once.ends_with("\n\n\n"), "{}", format.name());
    }
}

#[test]
fn concise_has_one_line_per_finding() {
    let lines: Vec<String> = print(Format::Concise, &awkward()).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 7, "five live findings, a fault and the verdict:\n{}", lines.join("\n"));
    assert_eq!(lines[0], "compose.yaml:2:3: critical test/awk-ward: several lines");
    assert_eq!(lines[1], ".env.prod:2:7: high test/awk-ward: first line second, line: 50%");
    assert_eq!(
        lines[2],
        ".env.prod:1:11: medium test/awk-ward: after `ä😀`, 100% \"quoted\", a|b <i> (write `A='1'`, or nothing)"
    );
    assert_eq!(lines[5], "sealed.pem: fault: cannot be read: permission denied");
    assert!(lines[6].starts_with("NO-GO: "), "{}", lines[6]);
}

/// In every file one finding of the same severity, and what happens differs.
#[test]
fn the_worst_comes_first_whichever_file_it_is_in() {
    let mut report = empty_report(workspace());
    let mut found = [
        (".env.prod", "DEBUG", Severity::High, Effect::Weakens),
        (".env.prod", "true", Severity::Low, Effect::WillNotStart),
        ("compose.yaml", "web", Severity::High, Effect::BreaksAtRuntime),
        ("compose.yaml", "nginx", Severity::High, Effect::Exposes),
        (ODD_PATH, "listen", Severity::High, Effect::Exposes),
        (ODD_PATH, "80", Severity::Critical, Effect::Hygiene),
        (ODD_PATH, "server", Severity::High, Effect::LeaksSecret),
    ]
    .map(|(path, text, severity, effect)| {
        let mut finding = finding(at(&report, path, text), severity, &format!("<{text}>"));
        finding.effect(effect);
        finding
    });
    found[3].confidence(Confidence::Likely);
    report.findings = found.into();
    let expected = ["<80>", "<server>", "<listen>", "<nginx>", "<web>", "<DEBUG>", "<true>"];
    let formats = [Format::Terminal, Format::Concise, Format::Github, Format::Summary];
    for format in formats.into_iter().chain([Format::Json, Format::Sarif]) {
        let text = print(format, &report).replace("&lt;", "<").replace("&gt;", ">").replace("&#60;", "<");
        let places: Vec<_> = expected.iter().map(|message| text.find(message)).collect();
        assert!(places.is_sorted() && places[0].is_some(), "{}: {places:?}\n{text}", format.name());
    }
    assert!(print(Format::Terminal, &report).contains(&format!("Start with {ODD_PATH}:2:9")));
    // By suite: the file with the worst finding first, and the worst first in each.
    let suites = print(Format::Junit, &report).replace("&lt;", "<").replace("&gt;", ">");
    let expected = ["<80>", "<server>", "<listen>", "<nginx>", "<web>", "<DEBUG>"];
    let places: Vec<_> = expected.iter().map(|message| suites.find(&format!("message=\"{message}"))).collect();
    assert!(places.is_sorted() && places[0].is_some(), "{places:?}\n{suites}");
}

#[test]
fn json_keeps_its_schema() {
    validated(Format::Json, &empty_report(workspace()), "gonogo-report-1.json");
    validated(Format::Json, &empty_report(Workspace::default()), "gonogo-report-1.json");
    let json = validated(Format::Json, &awkward(), "gonogo-report-1.json");
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 6, "waived ones too");
    let said =
        |message: &str| findings.iter().find(|finding| finding["message"].as_str().unwrap().contains(message)).unwrap();
    let start = &said("after `ä😀`")["primary"]["start"];
    assert_eq!((&start["line"], &start["column"]), (&1.into(), &11.into()), "code points, no mark");
    assert_eq!(start["offset"], "\u{feff}NAME=\"ä😀\" ".len());
    let several = said("several lines");
    let end = &several["primary"]["end"];
    assert_eq!((&end["line"], &end["column"]), (&3.into(), &17.into()));
    assert_eq!(several["related"][0]["path"], ODD_PATH);
    assert_eq!(several["fixes"][0]["edits"][0]["text"], "nginx:1.29\n");
    assert_eq!(findings[5]["state"], "waived");
    assert_eq!(findings[5]["waiver"]["reason"], "known, accepted");
    assert_eq!(json["faults"][0]["path"], "sealed.pem");
    assert_eq!(json["verdict"], "no-go");
}

fn regions<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if matches!(key.as_str(), "region" | "deletedRegion") {
                    found.push(value);
                }
                regions(value, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| regions(value, found)),
        _ => {}
    }
}

#[test]
fn sarif_is_valid_and_has_what_github_needs() {
    let log = validated(Format::Sarif, &awkward(), "sarif-schema-2.1.0.json");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.len() > gonogo::rules::all().count(), "all rules, not only those that fired");
    for rule in rules {
        for text in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"] {
            let text = rule.pointer(text).and_then(Value::as_str).unwrap_or("");
            assert!(!text.trim().is_empty(), "{rule}");
        }
        assert!(rule["fullDescription"]["text"].as_str().unwrap().chars().count() <= 1024);
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
        assert!(["very-high", "high", "medium", "low"].contains(&rule["properties"]["precision"].as_str().unwrap()));
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4, "live findings only, and none that is only worth knowing");
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        for related in result["relatedLocations"].as_array().into_iter().flatten() {
            assert!(!related["message"]["text"].as_str().unwrap().is_empty());
        }
    }
    let mut found = Vec::new();
    regions(&log, &mut found);
    assert_eq!(found.len(), 4 + 2 + 1);
    for region in found {
        let number = |key: &str| region[key].as_u64().unwrap_or(0);
        assert!(number("startLine") >= 1 && number("startColumn") >= 1 && number("endColumn") >= 1, "{region}");
        let (start, end) = ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
        assert!(start <= end, "{region}");
    }
    assert_eq!(results[0]["level"], "error");
    let text = results[0]["message"]["text"].as_str().unwrap();
    assert!(text.contains("](1): the [port] (1) is, here"), "one link per related location: {text}");
    let uri = results[0]["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert_eq!(uri, "conf.d/100%25%2C%20a%3Ab%20%C3%BC.conf");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false, "something could not be read");
}

#[test]
fn sarif_has_no_more_results_than_github_takes() {
    let mut report = awkward();
    let one = report.findings[1].clone();
    report.findings.extend(std::iter::repeat_n(one, 25_000));
    let log: Value = serde_json::from_str(&print(Format::Sarif, &report)).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 25_000);
    assert_eq!(run["results"][0]["level"], "error", "the worst are kept");
    let notes = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert!(notes.last().unwrap()["message"]["text"].as_str().unwrap().starts_with("4 findings are left out"));
}

#[test]
fn sarif_of_a_clean_run_has_an_empty_list() {
    let log = validated(Format::Sarif, &empty_report(workspace()), "sarif-schema-2.1.0.json");
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn paths_of_repository_formats_start_at_the_repository() {
    let options = Options { prefix: "deploy/".into(), ..Options::default() };
    for (format, expected) in [
        (Format::Sarif, "\"uri\": \"deploy/.env.prod\""),
        (Format::Github, "file=deploy/.env.prod,"),
        (Format::Summary, "<code>deploy/.env.prod:2:7</code>"),
        (Format::Junit, "file=\"deploy/.env.prod\""),
    ] {
        let out = render(format, &awkward(), &options);
        assert!(out.contains(expected), "{}: {out}", format.name());
    }
}

/// Level, properties, message.
type Command = (String, Vec<(String, String)>, String);

/// What GitHub's runner makes of a command: properties and message.
fn command(line: &str) -> Option<Command> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ')?;
    let data = |text: &str| text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
    let pairs = properties.split(',').map(|pair| {
        let (key, value) = pair.split_once('=').unwrap();
        (key.to_owned(), data(&value.replace("%3A", ":").replace("%2C", ",")))
    });
    Some((name.to_owned(), pairs.collect(), data(message)))
}

#[test]
fn github_commands_survive_their_runner() {
    let mut report = awkward();
    report.fail_on = Severity::Info;
    let out = print(Format::Github, &report);
    let commands: Vec<_> = out.lines().filter_map(command).collect();
    assert_eq!(commands.len(), 6, "{out}");
    let get = |index: usize, key: &str| {
        let (_, properties, _): &Command = &commands[index];
        properties.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone())
    };
    assert_eq!(commands[1].0, "error", "the worst first, after the faults");
    assert_eq!(get(1, "file").unwrap(), "compose.yaml");
    assert_eq!((get(1, "line").unwrap(), get(1, "endLine").unwrap()), ("2".into(), "3".into()));
    assert_eq!(get(1, "col"), None, "no columns over several lines");
    assert!(commands[2].2.starts_with("first line\nsecond, line: 50%"), "{:?}", commands[2]);
    assert_eq!((get(3, "col").unwrap(), get(3, "endColumn").unwrap()), ("11".into(), "15".into()));
    assert_eq!(get(5, "file").unwrap(), ODD_PATH);
    assert_eq!(get(5, "title").unwrap(), "info: open to attackers (test/awk-ward)");
    let last = out.lines().last().unwrap();
    assert!(last.starts_with("gonogo: NO-GO: 1 critical, 1 high, 1 medium, 1 low, 1 info; 3 files, "), "{last}");
}

#[test]
fn github_gets_no_more_than_it_shows() {
    let mut report = awkward();
    report.faults.clear();
    let one = report.findings[1].clone();
    for severity in [Severity::Critical, Severity::High, Severity::Medium, Severity::Low] {
        let mut finding = one.clone();
        finding.severity = severity;
        report.findings.extend(std::iter::repeat_n(finding, 30));
    }
    let out = print(Format::Github, &report);
    let count = |level: &str| out.lines().filter(|line| line.starts_with(level)).count();
    assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 10, 10));
    assert!(out.contains("::notice title=gonogo::95 more"), "124 told, 29 shown:\n{out}");
    assert!(out.lines().take(10).all(|line| line.contains("title=critical")), "the worst are kept:\n{out}");
}

#[test]
fn summary_rows_have_four_cells_and_no_live_html() {
    let out = print(Format::Summary, &awkward());
    let rows: Vec<&str> = out.lines().filter(|line| line.starts_with('|') && !line.starts_with("| -")).collect();
    assert_eq!(rows.len(), 2 + 4, "{out}");
    for row in rows {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 5, "{row}");
        assert!(!row.contains("<i>") && !row.contains("<b>"), "{row}");
    }
    assert!(out.find("several lines").unwrap() < out.find("after <code>").unwrap(), "worst first:\n{out}");
    assert!(out.contains("sealed"), "{out}");
}

#[test]
fn summary_stays_below_githubs_limit() {
    let mut report = awkward();
    let one = report.findings[1].clone();
    report.findings.extend(std::iter::repeat_n(one, 20_000));
    let out = print(Format::Summary, &report);
    assert!(out.len() < 1024 * 1024, "{}", out.len());
    let rows =
        out.lines().filter(|line| line.contains("awk&#")).count() + out.matches("test/awk-ward</code> |").count();
    assert!(rows > 0);
    assert!(out.contains(&format!("{} more findings do not fit", 20_004 - rows)), "{}", &out[out.len() - 300..]);
}

/// The elements of an XML text without comments and CDATA: name, attributes, in order. Fails when tags do not match.
fn elements(xml: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let tag = Regex::new(r#"<(/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)(/?)>|<\?[^?]*\?>"#).unwrap();
    let attribute = Regex::new(r#" ([a-z]+)="([^"]*)""#).unwrap();
    let (mut open, mut found, mut end) = (Vec::new(), Vec::new(), 0);
    for tag in tag.captures_iter(xml) {
        let between = &xml[end..tag.get(0).unwrap().start()];
        assert!(!between.contains(['<', '>']), "not escaped: {between}");
        end = tag.get(0).unwrap().end();
        let Some(name) = tag.get(2) else { continue };
        if !tag[1].is_empty() {
            assert_eq!(open.pop(), Some(name.as_str()));
            continue;
        }
        let plain = |text: &str| text.replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&");
        let attributes = attribute.captures_iter(&tag[3]).map(|a| (a[1].to_owned(), plain(&a[2])));
        found.push((name.as_str().to_owned(), attributes.collect()));
        if tag[4].is_empty() {
            open.push(name.as_str());
        }
    }
    assert!(open.is_empty() && xml[end..].trim().is_empty());
    found
}

#[test]
fn junit_is_green_exactly_when_the_verdict_is_go() {
    let out = print(Format::Junit, &awkward());
    let found = elements(&out);
    let of = |name: &str| found.iter().filter(|(n, _)| n == name).map(|(_, a)| a).collect::<Vec<_>>();
    let all = of("testsuites")[0];
    assert_eq!((all["tests"].as_str(), all["failures"].as_str(), all["errors"].as_str()), ("5", "3", "1"), "{out}");
    assert_eq!((of("testcase").len(), of("failure").len(), of("error").len()), (5, 3, 1), "{out}");
    assert_eq!(of("testsuite").len(), 4, "three files and one that cannot be read");
    assert!(of("testsuite").iter().any(|suite| suite["name"] == ODD_PATH));
    let said: Vec<&str> = of("failure").iter().map(|failure| failure["message"].as_str()).collect();
    let after = "after `ä😀`, 100% \"quoted\", a|b <i>".replace('>', "&gt;");
    assert_eq!(
        said,
        ["several lines", "first line second, line: 50%", &after],
        "the worst file first, the worst in it"
    );
    let clean = print(Format::Junit, &empty_report(workspace()));
    assert!(!clean.contains("<failure") && !clean.contains("<error"), "{clean}");
    assert!(print(Format::Junit, &empty_report(Workspace::default())).contains("<error"));
}

/// Every secret of this project is a string that occurs nowhere else.
const CANARIES: [(&str, &str); 6] = [
    ("canaryEnvValue7hq2", ".env.prod"),
    ("canaryComment9xk3", ".env.prod"),
    ("canaryUrlPass4mz8", ".env.prod"),
    ("canaryCompose5tb1", "compose.yaml"),
    ("Y2FuYXJ5S2V5TWF0ZXJpYWwx", "tls/shop.key"),
    ("canaryBearer2wd6", "nginx/nginx.conf"),
];

fn secretive() -> Report {
    let files = [
        (
            ".env.prod",
            "SECRET_KEY=canaryEnvValue7hq2\n# OLD_API_TOKEN=canaryComment9xk3\n\
             DATABASE_URL=postgres://app:canaryUrlPass4mz8@db/app\n",
        ),
        (
            "compose.yaml",
            "services:\n  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: canaryCompose5tb1\n",
        ),
        ("tls/shop.key", "-----BEGIN PRIVATE KEY-----\nY2FuYXJ5S2V5TWF0ZXJpYWwx\n-----END PRIVATE KEY-----\n"),
        (
            "nginx/nginx.conf",
            "events {}\nhttp {\n  server {\n    proxy_set_header Authorization \"Bearer canaryBearer2wd6\";\n  }\n}\n",
        ),
    ];
    let workspace = Workspace::in_memory(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())));
    let (project, faults) = engine::load(workspace, &Policy::default(), AT);
    engine::judge(project, faults, &Policy::default(), AT, Severity::Info)
}

#[test]
fn no_format_prints_a_secret() {
    let mut report = secretive();
    // A finding on every secret, so that every excerpt is printed.
    for document in report.project.documents() {
        let text = document.source.shown();
        for (start, _) in text.match_indices("****") {
            if start > 0 && text.as_bytes()[start - 1] == b'*' {
                continue;
            }
            let span = Span::new(document.source.id, start, start + 4);
            let quoted = format!("the value {} is known", document.source.quote(span));
            let mut found = finding(span, Severity::High, &quoted);
            // A fix that moves the secret: may be applied, may not be printed.
            let moved = format!("export {}", CANARIES.map(|(canary, _)| canary).join(" "));
            let edits = vec![Edit { span, text: moved }];
            found.fix(Fix { title: "move it".into(), safety: Safety::Safe, edits });
            report.findings.push(found);
        }
    }
    assert!(report.findings.len() >= CANARIES.len(), "the canaries are masked");
    for &format in Format::ALL {
        for color in [false, true] {
            let out = render(format, &report, &Options { color, ..Options::default() });
            for (canary, path) in CANARIES {
                assert!(
                    out.contains(path.rsplit('/').next().unwrap()) || format == Format::Summary,
                    "{path} is not printed by {}",
                    format.name()
                );
                for part in [canary, &canary[..10], &canary[canary.len() - 8..]] {
                    assert!(!out.contains(part), "{} prints {part} of {path}", format.name());
                }
            }
        }
    }
    let log: Value = serde_json::from_str(&print(Format::Sarif, &report)).unwrap();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        if result["ruleId"] == AWKWARD.id {
            let prints = &result["partialFingerprints"];
            assert!(prints["primaryLocationLineHash"].is_null(), "a secret went into the hash: {result}");
        }
    }
}

#[test]
fn sarif_has_githubs_hash_where_no_secret_is_near() {
    let log: Value = serde_json::from_str(&print(Format::Sarif, &awkward())).unwrap();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        assert!(hash.ends_with(":1"), "{hash}");
    }
}

const TERMINAL: &str = r#"compose.yaml:2:3  critical  open to attackers                    test/awk-ward
  several lines
   1 | services:
   2 |   web:
     |   ^^^^
   ...
   4 |     command: ["a", "b"]
     |                    ---
  conf.d/100%, a:b ü.conf:2:9
   2 |     listen 80; # <b>|</b>
     |            -- the [port](1) is, here

.env.prod:2:7  high  open to attackers                           test/awk-ward
  first line
  second, line: 50%
   2 | DEBUG=true
     |       ^^^^

.env.prod:1:11  medium  open to attackers                        test/awk-ward
  after `ä😀`, 100% "quoted", a|b <i>
   1 | NAME="ä😀" # öl
     |            ^^^^
  help: write `A='1'`, or
        nothing

Below medium, does not stop the deployment:
  .env.prod:3:1  low  an empty span at the end of the file  test/awk-ward

sealed.pem  could not be checked  cannot be read: permission denied

NO-GO   1 critical, 1 high, 1 medium, 1 low, 1 info   3 files, 132 checks: 124 passed, 4 failed, 3 unknown, 1 waived
Start with compose.yaml:2:3; `gonogo explain test/awk-ward` tells the whole story
"#;

fn terminal(report: &Report, color: bool) -> String {
    render(Format::Terminal, report, &Options { color, width: 78, ..Options::default() })
}

#[test]
fn terminal_shows_what_stops_the_deployment_and_the_verdict_last() {
    assert_eq!(terminal(&awkward(), false), TERMINAL);
}

#[test]
fn terminal_colours_add_nothing_but_colours() {
    let colored = terminal(&awkward(), true);
    assert!(colored.contains("\u{1b}[1;31mNO-GO\u{1b}[0m"));
    let mut plain = String::new();
    for (index, part) in colored.split('\u{1b}').enumerate() {
        plain.push_str(if index == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_eq!(plain, TERMINAL);
}

#[test]
fn what_is_only_worth_knowing_is_counted_and_not_listed() {
    let mut report = awkward();
    report.findings.retain(|finding| finding.severity == Severity::Info);
    report.faults.clear();
    report.verdict = Verdict::Go;
    assert_eq!(terminal(&report, false).lines().count(), 1, "{}", terminal(&report, false));
    for (format, listed) in
        [(Format::Concise, true), (Format::Json, true), (Format::Sarif, false), (Format::Github, false)]
    {
        assert_eq!(print(format, &report).contains("a tab before"), listed, "{}", format.name());
    }
    report.fail_on = Severity::Info;
    for &format in Format::ALL {
        assert!(print(format, &report).contains("a tab before"), "{} when it stops the deployment", format.name());
    }
}

#[test]
fn terminal_says_go_in_one_line() {
    let out = terminal(&empty_report(workspace()), false);
    assert!(out.starts_with("GO   no findings   3 files, "), "{out}");
    assert_eq!(out.lines().count(), 1, "{out}");
    let nothing = terminal(&empty_report(Workspace::default()), false);
    assert!(nothing.contains("\nUNDECIDED   no findings   0 files"), "{nothing}");
}

/// What is drawn for labels of one file, all on lines of their own or together; the first is what is wrong.
fn drawn(text: &str, labels: &[(&str, &str)], width: usize) -> String {
    let mut report = empty_report(Workspace::in_memory([("x.conf".to_owned(), text.as_bytes().to_vec())]));
    let mut found = finding(at(&report, "x.conf", labels[0].0), Severity::High, "m");
    for (needle, label) in &labels[1..] {
        found.related(at(&report, "x.conf", needle), *label);
    }
    found.primary.text = labels[0].1.to_owned();
    report.findings.push(found);
    let out = render(Format::Terminal, &report, &Options { width, ..Options::default() });
    let lines = out.lines().skip(2).take_while(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn labels_are_drawn_so_that_they_can_be_told_apart() {
    let text = "server {\n\tlocation / {\n\n\t\tone two three; # 日本語 end\n\t}\n}\n";
    for (labels, width, expected) in [
        (
            &[("two", "wrong"), ("one", "first"), ("three", "third")][..],
            78,
            "   2 |     location / {
   ...
   4 |         one two three; # 日本語 end
     |         --- ^^^ ----- third
     |         |   wrong
     |         first
",
        ),
        (
            &[("end", "behind wide characters")],
            78,
            "   2 |     location / {
   ...
   4 |         one two three; # 日本語 end
     |                                 ^^^ behind wide characters
",
        ),
        (
            &[("one two three", "outer"), ("two", "inner")],
            78,
            "   2 |     location / {
   ...
   4 |         one two three; # 日本語 end
     |         ^^^^^^^^^^^^^
     |         |   inner
     |         outer
",
        ),
        (
            &[("end", "a text that has no room behind its mark and is broken")],
            50,
            "   2 |     location / {
   ...
   4 |         one two three; # 日本語 end
     |                                 ^^^
     |                    a text that has no room
     |                    behind its mark and is
     |                    broken
",
        ),
        (&[("server", "no block around it")], 78, "   1 | server {\n     | ^^^^^^ no block around it\n"),
    ] {
        assert_eq!(drawn(text, labels, width), expected, "{labels:?}");
    }
}

#[test]
fn a_long_line_of_wide_characters_fits() {
    let text = format!("A={}needle{}\n", "日".repeat(300), "本".repeat(300));
    let mut report = empty_report(Workspace::in_memory([(".env".to_owned(), text.into_bytes())]));
    let start = "A=".len() + 300 * "日".len();
    let span = Span::new(report.project.documents()[0].source.id, start, start + "needle".len());
    let mut found = finding(span, Severity::High, "m");
    found.primary.text = "here".to_owned();
    report.findings.push(found);
    let out = render(Format::Terminal, &report, &Options { width: 60, ..Options::default() });
    let wide = |line: &&str| line.chars().map(|c| if c as u32 > 0x2fff { 2 } else { 1 }).sum::<usize>();
    let lines: Vec<&str> = out.lines().skip(2).take(2).collect();
    assert!(lines[0].contains("日needle本") && lines.iter().all(|line| wide(line) <= 60), "{out}");
    let before = lines[0].split("needle").next().unwrap();
    assert_eq!(lines[1].find('^'), Some(wide(&before)), "below the word: {out}");
    assert!(lines[1].ends_with("^^^^^^ here"), "{out}");
}

#[test]
fn terminal_shows_a_window_of_a_long_line() {
    let text = format!("A={}needle{}\n", "x".repeat(5 << 20), "y".repeat(5 << 20));
    let mut report = empty_report(Workspace::in_memory([(".env".to_owned(), text.into_bytes())]));
    let span = at(&report, ".env", "needle");
    let mut found = finding(span, Severity::High, "here");
    found.related(Span { start: 0, end: 1, ..span }, "far away");
    report.findings.push(found);
    let out = terminal(&report, false);
    assert!(out.len() < 1000, "{} bytes", out.len());
    assert!(out.contains("xneedley") && out.contains("  .env:1:1  far away\n"), "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 78 || line.starts_with("Start")), "{out}");
}

#[test]
fn files_cannot_steer_the_terminal() {
    let text = "A=\u{1b}[2Jx\u{202e}y\u{7}z\rB\n";
    let mut report = empty_report(Workspace::in_memory([(".env.\u{1b}c".to_owned(), text.as_bytes().to_vec())]));
    let source = &report.project.documents()[0].source;
    let span = Span::new(source.id, 2, 5);
    let message = format!("the value {} is odd", source.quote(source.span()));
    report.findings.push(finding(span, Severity::High, &message));
    report.findings[0].related(span, message.as_str()).help(message.as_str());
    for format in [Format::Terminal, Format::Concise, Format::Summary, Format::Github, Format::Junit] {
        let out = print(format, &report);
        let steering = out.chars().find(|&c| c != '\n' && (c.is_control() || c == '\u{202e}'));
        assert_eq!(steering, None, "{}: {out:?}", format.name());
    }
}

/// What a viewer would obey or not show, and what the log of a job would take for a command.
const HOSTILE: &str = "a\u{61c}b\u{2028}c\u{2029}d\u{200b}e\u{200d}f\u{2060}g\u{ad}h\u{e0041}i\u{9b}j\u{7f}k\n::add-mask::1\n  ::stop-commands::x\n##[error]l ##vso[m]";

#[test]
fn no_format_passes_on_what_is_obeyed_or_not_seen() {
    let path = format!(".env.{}", HOSTILE.replace('\n', ""));
    let text = format!("A=1\n# {HOSTILE}\nB=2\n");
    let mut report = empty_report(Workspace::in_memory([(path.clone(), text.into_bytes())]));
    let source = &report.project.documents()[0].source;
    let span = Span::new(source.id, 4, 30);
    let message = format!("see {HOSTILE}");
    report.findings.push(finding(span, Severity::High, &message));
    report.findings[0].related(span, message.as_str()).help(message.as_str());
    report.faults.push(Fault { path: HOSTILE.into(), message: message.clone() });
    for &format in Format::ALL {
        for color in [false, true] {
            let out = render(format, &report, &Options { color, ..Options::default() });
            let unseen = |c: &char| {
                c.is_control() && !matches!(c, '\n' | '\u{1b}')
                    || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
                    || matches!(c, '\u{ad}' | '\u{e0000}'..='\u{e007f}')
            };
            assert_eq!(out.chars().find(unseen), None, "{}: {out:?}", format.name());
            assert!(!out.contains("##[") && !out.contains("##vso["), "{}: {out}", format.name());
            if format != Format::Github {
                let obeyed = out.lines().find(|line| line.trim_start().starts_with("::"));
                assert_eq!(obeyed, None, "{}", format.name());
            }
        }
    }
    let commands: Vec<String> =
        print(Format::Github, &report).lines().filter(|line| line.starts_with("::")).map(str::to_owned).collect();
    assert!(commands.iter().all(|line| line.starts_with("::error ")) && commands.len() == 2, "{commands:?}");
    // Programs read the value itself.
    let json: Value = serde_json::from_str(&print(Format::Json, &report)).unwrap();
    assert_eq!((&json["findings"][0]["message"], &json["documents"][0]["path"]), (&message.into(), &path.into()));
}

#[test]
fn the_summary_has_no_links() {
    let mut report = awkward();
    let text = "`https://one.example` or https://two.example, www.three.example, WWW.four.example, me@five.example";
    report.findings[1].message = text.into();
    let out = print(Format::Summary, &report);
    for number in ["one", "two", "three", "four", "five"] {
        let at = out.find(number).unwrap();
        let before = out[..at].trim_end_matches('/');
        assert!(before.ends_with("<!-- -->") || before.ends_with("<!-- -->."), "{}", &out[at - 20..at]);
    }
    assert!(out.contains("<code>https:<!-- -->//one.example</code>"), "{out}");
}

#[test]
fn odd_spans_do_not_stop_any_format() {
    let text = "\u{feff}ä\r\n\n\tb😀\u{301}\r\nlast";
    let mut report = empty_report(Workspace::in_memory([(".env".to_owned(), text.as_bytes().to_vec())]));
    let file = report.project.documents()[0].source.id;
    for start in 0..=text.len() {
        for end in start..=text.len() {
            let mut found = finding(Span::new(file, start, end), Severity::High, "m");
            found.related(Span::new(file, end, text.len()), "r").label("l");
            report.findings.push(found);
        }
    }
    for &format in Format::ALL {
        assert!(!print(format, &report).is_empty());
    }
}
