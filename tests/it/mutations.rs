//! Real files with a character in them that nobody expects there: nothing panics, in no parser, rule or format. What goes
//! where is drawn from a fixed seed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use gonogo::engine::{self, Report};
use gonogo::policy::{Policy, Request};
use gonogo::report::{Format, Options, diff, render};
use gonogo::rules::Severity;
use gonogo::source::{FileId, Source, Workspace};
use gonogo::syntax::dotenv::{Dialect, Environment};
use gonogo::syntax::{commands, dockerfile, dotenv, lines, nginx, pem, shell, yaml};
use time::macros::datetime;

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let packs = gonogo::policy::PACKS.iter().map(|pack| pack.id.to_owned()).collect();
    Policy::load(Request { config: None, packs }, &|_| Err(String::new())).unwrap()
});

/// Numbers that are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Blanks and letters of several bytes, letters that change their length with their case, characters that are not seen,
/// every control character, and bytes that are no character.
fn intruders() -> Vec<Vec<u8>> {
    let wide =
        ["\u{a0}", "\u{85}", "\u{2028}", "\u{3000}", "\u{feff}", "\u{202e}", "\u{301}", "é", "ß", "İ", "ſ", "😀"];
    let mut all: Vec<Vec<u8>> = wide.iter().map(|text| text.as_bytes().to_vec()).collect();
    all.extend((0..0x20).chain([0x7f]).map(|byte| vec![byte]));
    all.extend(
        [&b"\x80"[..], b"\xbf", b"\xc2", b"\xe2\x80", b"\xf0\x9f\x98", b"\xff", b"\r\n", b"\n\r"].map(<[u8]>::to_vec),
    );
    all
}

/// Offsets where a word, a number or a run of signs begins or ends.
fn boundaries(text: &[u8]) -> Vec<usize> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
    let inner = (1..text.len()).filter(|&at| !(word(text[at - 1]) && word(text[at])));
    std::iter::once(0).chain(inner).chain([text.len()]).collect()
}

/// Puts intruders in, or in place of the byte behind them; takes halves of line ends away.
fn mutate(text: &[u8], intruders: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut text = text.to_vec();
    if random.below(4) == 0 {
        text = String::from_utf8_lossy(&text).replace('\n', "\r\n").into_bytes();
    }
    for _ in 0..=random.below(4) {
        let at = *random.one_of(&boundaries(&text));
        match random.below(4) {
            0 if at < text.len() => drop(text.remove(at)),
            1 if at < text.len() => drop(text.splice(at..=at, random.one_of(intruders).clone())),
            2 => text.truncate(at),
            _ => drop(text.splice(at..at, random.one_of(intruders).clone())),
        }
    }
    text
}

type Files = BTreeMap<String, Vec<u8>>;

fn read(folder: &Path, root: &Path, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, root, files);
        } else if path.metadata().unwrap().len() < 8 << 10 {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

/// The example projects, each with its files.
fn projects() -> Vec<Files> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/projects");
    let mut all = Vec::new();
    for verdict in ["go", "no-go"] {
        let mut roots: Vec<_> = std::fs::read_dir(testdata.join(verdict)).unwrap().map(|e| e.unwrap().path()).collect();
        roots.sort();
        for root in roots {
            let mut files = Files::new();
            read(&root, &root, &mut files);
            all.push(files);
        }
    }
    all
}

fn judged(files: &Files) -> Report {
    let workspace = Workspace::in_memory(files.iter().map(|(path, bytes)| (path.clone(), bytes.clone())));
    let (project, faults) = engine::load(workspace, &POLICY, AT);
    engine::judge(project, faults, &POLICY, AT, Severity::Info)
}

/// Judges and prints in every format: whatever was caught on the way is a fault.
fn whole(files: &Files) {
    let report = judged(files);
    for fault in &report.faults {
        let text = files.get(&fault.path).map(|bytes| String::from_utf8_lossy(bytes));
        assert!(!fault.message.contains("internal error"), "{}: {text:?}", fault.path);
    }
    for &format in Format::ALL {
        render(format, &report, &Options { color: true, ..Options::default() });
    }
    let fixed = gonogo::fix::fix(&report, &|_| true, &|changes| {
        let mut files = files.clone();
        for change in changes {
            files.insert(change.path.clone(), change.text.as_str().as_bytes().to_vec());
        }
        judged(&files)
    });
    diff(&report, &fixed, true);
}

/// Every parser reads the file, whatever it is.
fn parsed(bytes: &[u8]) {
    let source = Source::new(FileId(0), "file", bytes.to_vec());
    dotenv::parse(&source);
    yaml::parse(&source);
    nginx::parse(&source);
    dockerfile::parse(&source);
    pem::parse(&source);
    lines::parse(&source);
    commands::parse(&source);
    shell::commands(source.text());
    shell::words(source.text());
    let environment: Environment = [("HOME".to_owned(), "/srv".to_owned())].into_iter().collect();
    for dialect in Dialect::ALL {
        dialect.read(&source, &environment);
    }
    let _ = Policy::default().configure("gonogo.yaml", bytes.to_vec());
}

/// One line of each kind of thing, in one file per format.
const LINES: [(&str, &str); 7] = [
    (
        ".env.prod",
        "export A = \"b ${C:-d} $(e) `f`\" # g\nDB_PASSWORD=k9$((1 + 2))h'i j'\\l\nURL=postgres://u:p@h:5432/d?x=y#z\nNAME\nkey: value\n-----BEGIN PRIVATE KEY-----\nX=${A/b/c}${#A}$'\\x41'<<EOF\n",
    ),
    (
        "compose.yml",
        "services:\n  web: &a\n    image: nginx:1.27@sha256:0a\n    ports: [\"127.0.0.1:80:8080/tcp\", 443]\n    command: >-\n      sh -c \"curl -u a:b $${X:?y}\"\n    environment: {A: '1', B: ${C:-d}, <<: *a}\n    healthcheck: {test: [CMD, curl, -f, 'http://x/y'], interval: 1m30s}\n",
    ),
    (
        "nginx.conf",
        "events { }\nhttp {\n  map $a $b { default 1; ~^x(?<n>y) \"${n}z\"; }\n  upstream u { server web:80 weight=2; }\n  server { listen [::]:443 ssl; server_name *.a.de; location ~* ^/a/ { proxy_pass http://u/$1; add_header X \"a; b\" always; } }\n}\n",
    ),
    (
        "Dockerfile",
        "# syntax=docker/dockerfile:1\nARG V=1\nFROM python:${V:-3}-slim AS base\nENV A=b \\\n  C=\"d $A\"\nRUN --mount=type=cache,target=/x apt-get update && apt-get install -y curl <<EOF\nx\nEOF\nCOPY --from=base [\"a\", \"b c\", \"/d\"]\nHEALTHCHECK --interval=5s CMD curl -f http://a || exit 1\n",
    ),
    ("server.crt", "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUYQ==\n-----END CERTIFICATE-----\n"),
    ("deploy.sh", "set -a; . ./.env.prod && docker run --env-file \".env.prod\" -e A=b 'image:1' | tee x\n"),
    (
        "gonogo.yaml",
        "packs: [flask]\nrules:\n  env/debug-on: {severity: {production: high}}\nfiles: {\"a/**\": staging}\n",
    ),
];

/// Every intruder at every boundary, by and by.
#[test]
fn one_odd_character_at_every_boundary() {
    for intruder in intruders() {
        let mut files = Files::new();
        for (name, text) in LINES {
            let text = text.as_bytes();
            for (number, at) in boundaries(text).into_iter().enumerate() {
                let with = [&text[..at], &intruder, &text[at..]].concat();
                // Whole projects are dear: each intruder meets a part of the boundaries in one.
                if number % 23 == usize::from(intruder[0]) % 23 {
                    files.insert(format!("{number}/{name}"), with.clone());
                }
                if number % 13 == usize::from(intruder[0]) % 13 {
                    parsed(&with);
                }
            }
        }
        whole(&files);
    }
}

#[test]
fn example_projects_with_odd_characters() {
    let (intruders, mut random) = (intruders(), Random(0x9e37_79b9_7f4a_7c15));
    for files in projects() {
        for _ in 0..2 {
            let mutated = |(path, bytes): (&String, &Vec<u8>)| (path.clone(), mutate(bytes, &intruders, &mut random));
            let files: Files = files.iter().map(mutated).collect();
            whole(&files);
            files.values().filter(|bytes| bytes.len() < 2000).take(3).for_each(|bytes| parsed(bytes));
        }
    }
}
