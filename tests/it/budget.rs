//! How much is too much: whatever the input asks for, the work stays in proportion to it, and what is too large is said
//! with its place. Counts, not clocks.

use std::fmt::Write;

use gonogo::engine::{self, Report, Verdict};
use gonogo::policy::{Policy, Request};
use gonogo::rules::Severity;
use gonogo::source::{Workspace, budget};
use time::macros::datetime;

use crate::sandbox::{Sandbox, said};

const AT: time::OffsetDateTime = datetime!(2026-11-20 0:00 UTC);

type Files = Vec<(String, String)>;

/// What it is, and what it makes of a number.
type Case = (&'static str, fn(usize) -> Files);

/// Input that only looks as if everything had to be compared with everything.
const LINEAR: [Case; 19] = [
    ("env: lines", |n| one(".env.prod", &lines(n, |i| format!("K{i}=v")))),
    ("env: one name", |n| one(".env.prod", &"A=1\n".repeat(n))),
    ("env: lines that are none", |n| one(".env.prod", &"not a line\n".repeat(n))),
    ("env: quotes", |n| one(".env.prod", &"X=\"\n".repeat(n))),
    ("env: waivers", |n| one(".env.prod", &"# gonogo: allow[env/debug-on] a reason\nDEBUG=1\n".repeat(n))),
    ("env: words to gonogo", |n| one(".env.prod", &"# gonogo: x\n".repeat(n))),
    ("env: files", |n| (0..n / 4).map(|i| (format!("a{i}/.env.prod"), "SECRET_KEY=zzzz\nX=${Y}\n".into())).collect()),
    ("env: a secret in many files", |n| {
        (0..n / 4).map(|i| (format!("a{i}/.env.prod"), "SECRET_KEY=hT7vq2Lx9mRwhT7vq2Lx9mRw\n".into())).collect()
    }),
    ("compose: services", |n| one("compose.yml", &services(n, |_| "image: nginx:1.27".into()))),
    ("compose: items", |n| {
        one("compose.yml", &format!("services:\n  a:\n    image: x\n    x:\n{}", "    - a\n".repeat(n)))
    }),
    ("compose: one service extended", |n| one("compose.yml", &services(n, |_| "extends: s0".into()))),
    ("compose: everybody waits for everybody", |n| {
        let all: Vec<String> = (0..n / 16).map(|i| format!("s{i}")).collect();
        one("compose.yml", &services(n / 16, |_| format!("image: x:1\n    depends_on: [{}]", all.join(", "))))
    }),
    ("docker: lines", |n| one("Dockerfile", &format!("FROM x:1\n{}", "RUN a b c d\n".repeat(n)))),
    ("docker: commands", |n| one("Dockerfile", &format!("FROM x:1\nRUN {}b\n", "a && ".repeat(n)))),
    ("nginx: directives", |n| one("nginx.conf", &main("", &"add_header a b;\n".repeat(n)))),
    ("nginx: upstreams", |n| {
        let upstreams = lines(n, |i| format!("upstream u{i} {{ server 127.0.0.1:{}; }}", 1 + i % 60_000));
        one(
            "nginx.conf",
            &main(&upstreams, &server(&lines(n, |i| format!("location /{i}/ {{ proxy_pass http://u{i}; }}")))),
        )
    }),
    ("nginx: targets times services", |n| {
        let conf = main("", &server(&lines(n, |i| format!("location /{i} {{ proxy_pass http://svc{i}:80; }}"))));
        let mounts = "  px:\n    image: nginx:1.27\n    volumes: [\"./nginx.conf:/etc/nginx/nginx.conf\"]\n";
        let compose = services(n, |_| "image: nginx:1.27".into()) + mounts;
        vec![("nginx.conf".into(), conf), ("compose.yml".into(), compose)]
    }),
    ("pem: begins", |n| one("a.pem", &"-----BEGIN CERTIFICATE-----\n".repeat(n))),
    ("pem: empty blocks", |n| one("a.pem", &"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".repeat(n))),
];

/// Input that stands for more than it weighs. It is followed up to a limit.
const MULTIPLYING: [Case; 12] = [
    ("env: doubling", |n| {
        one(".env.prod", &format!("A0=xxxxxxxx\n{}", lines(n, |i| format!("A{}=$A{i}$A{i}", i + 1))))
    }),
    ("env: growing", |n| one(".env.prod", &format!("A0=x\n{}", lines(n, |i| format!("A{}=$A{i}:/x", i + 1))))),
    ("env: one value many times", |n| one(".env.prod", &format!("A={}\nB={}\n", "x".repeat(n), "$A".repeat(n)))),
    ("compose: aliases of aliases", |n| {
        let more = lines(n.min(40), |i| format!("x{}: &x{} [*x{i}, *x{i}]", i + 1, i + 1));
        one(
            "compose.yml",
            &format!("x0: &x0 [a]\n{more}services:\n  a:\n    image: x:1\n    command: *x{}\n", n.min(40)),
        )
    }),
    ("compose: one map in many services", |n| {
        let map = lines(n / 4, |i| format!("  K{i}: v"));
        one("compose.yml", &format!("x: &e\n{map}{}", services(n / 4, |_| "environment: *e".into())))
    }),
    ("compose: a large value in many places", |n| {
        let text = services(1, |_| format!("image: x:1\n    command:\n{}", "    - $X\n".repeat(n)));
        vec![("compose.yml".into(), text), (".env".into(), format!("X={}\n", "y".repeat(10 * n)))]
    }),
    ("compose: services of one Dockerfile", |n| {
        let dockerfile = format!("FROM python:3.12-slim\n{}", "RUN apt-get install -y a\n".repeat(n / 4));
        let text = services(n / 4, |_| "build: .\n    healthcheck: {test: [CMD, curl, x]}".into());
        vec![("compose.yml".into(), text), ("Dockerfile".into(), dockerfile)]
    }),
    ("docker: doubling", |n| {
        one("Dockerfile", &format!("FROM x:1\nENV A0=xxxxxxxx\n{}", lines(n, |i| format!("ENV A{}=$A{i}$A{i}", i + 1))))
    }),
    ("docker: growing", |n| one("Dockerfile", &format!("FROM x:1\nENV P=/a\n{}", "ENV P=$P:/usr/local/x\n".repeat(n)))),
    ("nginx: includes that fan out", |n| {
        let depth = n.min(60);
        let mut files: Files = (0..depth)
            .map(|i| {
                (format!("i/{i}.conf"), format!("include i/{0}.conf;\ninclude ./i/{0}.conf;\nadd_header A b;\n", i + 1))
            })
            .collect();
        files.push((format!("i/{depth}.conf"), "server { listen 80; }\n".into()));
        files.push(("nginx.conf".into(), main("include i/0.conf;", "")));
        files
    }),
    ("nginx: files times includes", |n| {
        let mut files: Files = (0..n / 16).map(|i| (format!("c/{i}.conf"), "server { listen 80; }\n".into())).collect();
        files.push(("nginx.conf".into(), main(&"include c/*.conf;\n".repeat(n / 16), "")));
        files
    }),
    ("nginx: headers times servers", |n| {
        one("nginx.conf", &main(&lines(100, |i| format!("add_header X-{i} b;")), &"server { listen 80; }\n".repeat(n)))
    }),
];

fn kinds() -> impl Iterator<Item = Case> {
    LINEAR.into_iter().chain(MULTIPLYING)
}

fn kind(name: &str, n: usize) -> String {
    let (_, make) = kinds().find(|(kind, _)| *kind == name).unwrap();
    make(n).remove(0).1
}

fn one(path: &str, text: &str) -> Files {
    vec![(path.to_owned(), text.to_owned())]
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, i| {
        let _ = writeln!(all, "{}", line(i));
        all
    })
}

fn services(count: usize, body: impl Fn(usize) -> String) -> String {
    format!("services:\n{}", lines(count, |i| format!("  s{i}:\n    {}", body(i))))
}

fn main(around: &str, servers: &str) -> String {
    format!("events {{}}\nhttp {{\n{around}\n{servers}}}\n")
}

fn server(inside: &str) -> String {
    format!("server {{\nlisten 80;\n{inside}}}\n")
}

fn judge_with(files: Files, threads: usize, policy: &Policy) -> Report {
    let workspace = Workspace::in_memory(files.into_iter().map(|(path, text)| (path, text.into_bytes())));
    gonogo::threads::with_threads(threads, || {
        let (project, faults) = engine::load(workspace, policy, AT);
        engine::judge(project, faults, policy, AT, Severity::Medium)
    })
}

fn judge(files: Files) -> Report {
    let policy = Policy::load(Request { config: None, packs: Vec::new() }, &|_| Err(String::new())).unwrap();
    judge_with(files, 2, &policy)
}

/// What there is to keep of a report, in bytes.
fn weight(report: &Report) -> usize {
    let of = |finding: &gonogo::rules::Finding| {
        let labels: usize = finding.related.iter().map(|label| 40 + label.text.len()).sum();
        200 + finding.message.len() + finding.help.as_ref().map_or(0, String::len) + labels
    };
    report.findings.iter().map(of).sum::<usize>() + 100 * report.unknowns.len()
}

#[test]
fn twice_the_input_is_twice_the_work_at_most() {
    for (kind, make) in LINEAR {
        let [(size, small), (double, large)] = [400, 800].map(|n| {
            let files = make(n);
            let size: usize = files.iter().map(|(path, text)| path.len() + text.len()).sum();
            (size, judge(files))
        });
        let (before, after) = (small.spent(), large.spent());
        // What is beyond a limit was cut off there: the limits are looked at below.
        let cut = !large.faults.is_empty();
        let grows = double as f64 / size as f64;
        for (what, before, after, free) in [
            ("nodes", before.nodes, after.nodes, 2_000),
            ("bytes", before.bytes, after.bytes, 20_000),
            ("steps", before.steps, after.steps, 20_000),
            ("report", weight(&small), weight(&large), 20_000),
        ] {
            let most = (before as f64 * grows * 1.3) as usize + free;
            assert!(cut || after <= most, "{kind}: {before} {what} became {after}, with {grows:.2} times the input");
        }
    }
}

#[test]
fn what_is_made_is_in_proportion_to_what_is_written() {
    for (kind, make) in kinds() {
        for n in [60, 3_000] {
            let files = make(n);
            let size: usize = files.iter().map(|(_, text)| text.len()).sum();
            let count = files.len();
            let report = judge(files);
            let spent = report.spent();
            // Each file may make so much, and all nginx files together once more. One step more is where it is noticed.
            let nodes = (count + 1) * 50_000 + size / 10;
            assert!(spent.nodes <= nodes + 10_000, "{kind} x {n}: {spent:?} of {size} bytes");
            assert!(spent.bytes <= (count + 1) * budget::MADE + 10 * size, "{kind} x {n}: {spent:?} of {size} bytes");
            assert!(spent.steps <= 2 * budget::RUN.steps, "{kind} x {n}: {spent:?}");
            let said = weight(&report);
            assert!(said <= 8 << 20, "{kind} x {n}: the report has {said} bytes");
            for fault in &report.faults {
                let place = fault.message.contains("line ") || fault.message.contains("the files before `");
                let says = fault.message.contains("is too large to judge");
                assert!(says && (place || fault.message.contains("refer to each other")), "{kind} x {n}: {fault:?}");
            }
            if !report.faults.is_empty() {
                assert_ne!(report.verdict, Verdict::Go, "{kind} x {n}");
            }
        }
    }
}

#[test]
fn many_threads_run_out_where_one_does() {
    // More than a run may hold: which files are left out is a matter of their names.
    let files: Files = (0..40)
        .map(|i| (format!("a{i:02}/Dockerfile"), format!("FROM x:1\nRUN {}\n", "a ".repeat(45_000 + 100 * i))))
        .collect();
    let policy = Policy::only("docker/literal-secret");
    let shown = |report: &Report| (report.faults.clone(), report.project.documents().len(), report.outcomes);
    let one = judge_with(files.clone(), 1, &policy);
    let message = &one.faults.last().unwrap().message;
    assert!(message.contains("the files before `a2") && message.contains("were not looked at"), "{message}");
    assert!(one.project.documents().len() < 40);
    assert_eq!(shown(&judge_with(files, 8, &policy)), shown(&one));
}

#[test]
fn too_large_is_said_with_the_line_and_undecided() {
    for (name, text, line) in [
        ("Dockerfile", kind("docker: doubling", 60), "line 19"),
        (".env.prod", kind("env: doubling", 60), "line 18"),
        (".env.prod", "A=b\n".repeat(70_000), "line 64001"),
    ] {
        let sandbox = Sandbox::new("budget");
        sandbox.write(name, &text);
        sandbox.write("fine/.env.prod", "A=1\n");
        for format in ["terminal", "json", "concise", "github", "junit", "sarif", "summary"] {
            let output = sandbox.run(&["check", "--format", format]);
            let said = said(&output);
            assert_eq!(output.status.code(), Some(2), "{name} {format}: {said}");
            let plain = said.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(plain.contains("too large to judge") && plain.contains(line), "{name} {format}: {said}");
        }
    }
}

#[test]
fn a_finding_that_was_cut_off_never_lets_a_project_pass() {
    let sandbox = Sandbox::new("budget");
    sandbox.write(".env.prod", "A=1\n".repeat(3_000));
    let output = sandbox.run(&["check", "--format", "concise"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("`env/duplicate-key` has more than 1,000 things to say; what comes after line 1002"),
        "{said}"
    );
    // A waiver for what was cut off is not called useless.
    sandbox.write(".env.prod", format!("{}# gonogo: allow[env/duplicate-key] known\nA=1\n", "A=1\n".repeat(3_000)));
    let said = self::said(&sandbox.run(&["check", "--format", "concise"]));
    assert!(!said.contains("waiver/unused"), "{said}");
}

#[test]
fn related_places_are_counted_beyond_the_first_fifty() {
    let files =
        (0..400).map(|i| (format!("a{i:03}/.env.prod"), "SECRET_KEY=hT7vq2Lx9mRwhT7vq2Lx9mRw\n".into())).collect();
    let report = judge(files);
    let most = report.findings.iter().map(|finding| finding.related.len()).max().unwrap();
    assert!(most <= budget::LABELS, "{most}");
}

#[test]
fn a_configuration_may_hold_only_so_many_patterns() {
    let sandbox = Sandbox::new("budget");
    sandbox.write(".env", "A=1\n");
    sandbox.write("gonogo.yaml", format!("files:\n{}", lines(2_001, |i| format!("  \"a{i}/**\": test"))));
    let output = sandbox.run(&["check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("gonogo.yaml:1:1: `files` has more than 2,000 entries"), "{}", said(&output));
}
