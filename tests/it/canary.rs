//! No secret byte reaches any output, in any format, on any path.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use gonogo::report::Format;
use gonogo::rules;

use crate::projects::{deployed, projects};
use crate::sandbox::{BIN, Sandbox};

fn formats() -> impl Iterator<Item = &'static str> {
    Format::ALL.iter().map(|format| format.name())
}

/// A leak of this many bytes in a row is a leak.
const PIECE: usize = 10;

/// A piece in a text starts a run of this many bytes at one of as many places in a row as [`STEP`] says.
const GRAM: usize = 5;
const STEP: usize = PIECE - GRAM + 1;

/// Secrets that nothing may print.
struct Canaries {
    list: Vec<String>,
    /// Whether a run that falls on this number is in one of them. A report is a megabyte of help, so most of it is passed by
    /// with this alone.
    grams: Vec<bool>,
}

impl Canaries {
    fn new(list: Vec<String>) -> Self {
        let mut grams = vec![false; 1 << 20];
        for gram in list.iter().flat_map(|canary| canary.as_bytes().windows(GRAM)) {
            grams[number(gram)] = true;
        }
        Canaries { list, grams }
    }

    /// The secret that a piece of a text is a piece of.
    fn leaked(&self, text: &[u8]) -> Option<usize> {
        let near = |at: usize| text.get(at.saturating_sub(STEP - 1)..text.len().min(at + PIECE)).unwrap_or_default();
        let may_be = (0..text.len().saturating_sub(GRAM - 1)).step_by(STEP);
        let found = may_be.filter(|&at| self.grams[number(&text[at..at + GRAM])]);
        found.flat_map(|at| near(at).windows(PIECE)).find_map(|piece| self.of(piece))
    }

    /// Whether a project has one. Where there is none, none gets out, whatever is done to its files.
    fn are_in(&self, project: &Path) -> bool {
        files(project).iter().any(|file| self.leaked(&fs::read(file).unwrap()).is_some())
    }

    fn of(&self, piece: &[u8]) -> Option<usize> {
        self.list.iter().position(|canary| canary.as_bytes().windows(PIECE).any(|own| own == piece))
    }
}

/// A number below 2^20 for the first bytes of a text.
fn number(gram: &[u8]) -> usize {
    let [a, b, c, d, ..] = *gram else { return 0 };
    (u32::from_le_bytes([a, b, c, d]).wrapping_mul(0x9e37_79b1) >> 12) as usize
}

/// The secrets of the projects: those on the list, and every line of a private key.
fn canaries() -> Canaries {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/projects");
    let listed = fs::read_to_string(root.join("CANARIES.txt")).unwrap();
    let mut canaries: Vec<String> = listed.lines().map(str::to_owned).collect();
    for project in projects("no-go").iter().chain(&projects("go")) {
        for file in files(project) {
            let text = fs::read(&file).unwrap();
            let text = String::from_utf8_lossy(&text);
            let mut inside = false;
            for line in text.lines() {
                inside =
                    (inside || line.contains("BEGIN") && line.contains("PRIVATE KEY")) && !line.contains("-----END");
                // The first line of a PKCS#8 key says what kind of key it is, the same for everybody.
                if inside && line.len() > 40 && !line.contains("-----") && !line.starts_with("MI") {
                    canaries.push(line.to_owned());
                }
            }
        }
    }
    assert!(canaries.len() > 40, "only {} secrets found", canaries.len());
    Canaries::new(canaries)
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut list = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { list.extend(files(&path)) } else { list.push(path) }
    }
    list.sort();
    list
}

/// Fails when a piece of a secret is in the text. The message does not repeat it either.
fn silent(what: &str, text: &[u8], canaries: &Canaries) {
    if let Some(number) = canaries.leaked(text) {
        panic!("{what}: secret number {number} is in the output");
    }
}

/// Every place a piece may stand at, in whatever stands around it.
#[test]
fn a_piece_is_seen_wherever_it_stands() {
    let secret = "Vq7xT7mWd4LkR3pZs9";
    let canaries = Canaries::new(vec!["another-one".into(), secret.into()]);
    for before in 0..20 {
        for from in 0..=secret.len() - PIECE {
            let text = format!("{}{}:", "-".repeat(before), &secret[from..from + PIECE]);
            assert_eq!(canaries.leaked(text.as_bytes()), Some(1), "{text}");
            assert_eq!(canaries.leaked(&text.as_bytes()[..text.len() - 2]), None, "{text}");
        }
    }
}

fn silent_output(what: &str, output: &Output, canaries: &Canaries) {
    silent(what, &output.stdout, canaries);
    silent(what, &output.stderr, canaries);
    assert!(matches!(output.status.code(), Some(0..=2)), "{what}: {:?}", output.status);
}

/// Judges a directory of a project that has no secret: whatever is done to it, the program comes to its end. JSON has the
/// model in it, too.
fn comes_to_its_end(what: &str, sandbox: &Sandbox, canaries: &Canaries) {
    silent_output(what, &sandbox.run(&["check", "--at=2026-11-20T12:00:00Z", "--format=json"]), canaries);
}

/// Judges a directory and looks at every format.
fn silent_in_every_format(what: &str, sandbox: &Sandbox, canaries: &Canaries) {
    let reports = Sandbox::new("canary-reports");
    let mut arguments = vec!["check".to_owned(), "--color=always".to_owned(), "--at=2026-11-20T12:00:00Z".to_owned()];
    for format in formats() {
        arguments.push(format!("--output={format}={}", reports.path().join(format).display()));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    silent_output(what, &sandbox.run(&arguments), canaries);
    silent_output(&format!("{what}, diff"), &sandbox.run(&["check", "--diff"]), canaries);
    silent_output(&format!("{what}, board"), &sandbox.run(&["board", "--format=html"]), canaries);
    for format in ["text", "json", "mermaid", "svg"] {
        silent_output(&format!("{what}, shown"), &sandbox.run(&["show", "--format", format]), canaries);
    }
    for arguments in [&["nginx", "show"][..], &["nginx", "show", "--location", "/", "--format", "json"]] {
        silent_output(&format!("{what}, nginx shown"), &sandbox.run(arguments), canaries);
    }
    let every =
        files(sandbox.path()).into_iter().filter(|file| !file.components().any(|part| part.as_os_str() == ".git"));
    let every: Vec<String> = every.map(|file| file.to_string_lossy().into_owned()).collect();
    for format in ["--format=text", "--format=json"] {
        let arguments: Vec<&str> =
            ["cert", "show", format].into_iter().chain(every.iter().map(String::as_str)).collect();
        silent_output(&format!("{what}, certificates"), &sandbox.run(&arguments), canaries);
    }
    for format in formats() {
        // Nothing is written when the configuration is refused.
        if let Ok(text) = fs::read(reports.path().join(format)) {
            silent(&format!("{what}, {format}"), &text, canaries);
        }
    }
}

#[test]
fn projects_in_every_format() {
    let canaries = canaries();
    for project in projects("no-go").iter().chain(&projects("go")) {
        let what = project.display().to_string();
        let sandbox = deployed(project);
        if !canaries.are_in(project) {
            comes_to_its_end(&what, &sandbox, &canaries);
            continue;
        }
        silent_in_every_format(&what, &sandbox, &canaries);
        silent_output(&what, &sandbox.run(&["check", "--list-files"]), &canaries);
        for file in
            files(sandbox.path()).iter().filter(|file| !file.components().any(|part| part.as_os_str() == ".git"))
        {
            silent_output(&what, &sandbox.run(&["check", "--format=json", file.to_str().unwrap()]), &canaries);
        }
    }
}

#[test]
fn explanations() {
    let canaries = canaries();
    let sandbox = deployed(&projects("no-go")[0]);
    for rule in rules::all() {
        silent_output(rule.id, &sandbox.run(&["explain", rule.id]), &canaries);
    }
}

#[test]
fn damaged_files() {
    let canaries = canaries();
    for project in &projects("no-go") {
        let judge = if canaries.are_in(project) { silent_in_every_format } else { comes_to_its_end };
        for (what, damage) in DAMAGE {
            let sandbox = deployed(project);
            for file in files(sandbox.path()) {
                if let Some(text) =
                    file.components().all(|part| part.as_os_str() != ".git").then(|| fs::read(&file).unwrap())
                {
                    fs::write(&file, damage(&text)).unwrap();
                }
            }
            judge(&format!("{}, {what}", project.display()), &sandbox, &canaries);
        }
    }
}

type Damage = fn(&[u8]) -> Vec<u8>;

fn replaced(text: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(text).replace(from, to).into_bytes()
}

const DAMAGE: [(&str, Damage); 14] = [
    ("cut in half", |text| text[..text.len() / 2].to_vec()),
    ("last third cut", |text| text[..text.len() * 2 / 3].to_vec()),
    ("a quote opened on every line", |text| replaced(text, "=", "=\"")),
    ("a single quote opened on every line", |text| replaced(text, "=", "='")),
    ("spaces round the equals sign", |text| replaced(text, "=", " = ")),
    ("no equals signs", |text| replaced(text, "=", " ")),
    ("tabs", |text| replaced(text, "  ", "\t")),
    ("no line ends", |text| replaced(text, "\n", " ")),
    ("bare carriage returns", |text| replaced(text, "\n", "\r")),
    ("CRLF", |text| replaced(text, "\n", "\r\n")),
    ("colons for equals signs", |text| replaced(text, "=", ": ")),
    ("everything twice", |text| text.repeat(2)),
    ("wide", |text| [0xff, 0xfe].into_iter().chain(text.iter().flat_map(|&byte| [byte, 0])).collect()),
    ("everything a comment", |text| [b"# ", &replaced(text, "\n", "\n# ")[..]].concat()),
];

/// One file's text under the name of every format: each parser stumbles over the secrets of the others.
#[test]
fn files_under_false_names() {
    let canaries = canaries();
    let env =
        fs::read(projects("no-go").iter().find(|p| p.ends_with("fastapi-nextjs")).unwrap().join(".env.production"));
    let key =
        fs::read(projects("no-go").iter().find(|p| p.ends_with("flask-compose")).unwrap().join("ssl/tidewrack.key"));
    for (what, text) in [("env file", env.unwrap()), ("key", key.unwrap())] {
        for name in
            ["nginx.conf", "compose.yml", "Dockerfile", "server.crt", "server.key", ".env", "gonogo.yaml", "pack.yaml"]
        {
            let what = format!("{what} as {name}");
            let sandbox = Sandbox::new("canary");
            sandbox.write("app/.env.prod", "DEBUG=false\n");
            sandbox.write(name, &text);
            silent_in_every_format(&what, &sandbox, &canaries);
            silent_output(&what, &sandbox.run(&["explain", "env/debug-on"]), &canaries);
            // The same through standard input.
            let mut command = sandbox.command(BIN);
            command.args(["check", "-", "--format=json", "--stdin-filename", name]);
            let mut child =
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let _ = child.stdin.take().unwrap().write_all(&text);
            silent_output(&what, &child.wait_with_output().unwrap(), &canaries);
        }
        let sandbox = Sandbox::new("canary");
        sandbox.write("pack.yaml", &text);
        sandbox.write("gonogo.yaml", "packs: [./pack.yaml]\n");
        sandbox.write(".env", "DEBUG=false\n");
        silent_in_every_format(&format!("{what} as a pack"), &sandbox, &canaries);
    }
}

/// What programs read in every file of the bad projects, and in damaged env files.
#[test]
fn readings_of_env_files() {
    let canaries = canaries();
    for project in &projects("no-go") {
        for file in files(project) {
            let text = fs::read(&file).unwrap();
            let whole: (&str, Damage) = ("whole", |text| text.to_vec());
            if canaries.leaked(&text).is_none() {
                continue;
            }
            let env = file.file_name().is_some_and(|name| name.to_string_lossy().contains("env"));
            for (what, damage) in DAMAGE.iter().copied().filter(|_| env).chain([whole]) {
                let sandbox = Sandbox::new("canary");
                sandbox.write("a.env", damage(&text));
                sandbox.write("b.env", "A=1\n");
                let what = format!("{}, {what}", file.display());
                silent_output(&what, &sandbox.run(&["env", "diff", "a.env"]), &canaries);
                silent_output(&what, &sandbox.run(&["env", "diff", "a.env", "--format=json"]), &canaries);
                silent_output(&what, &sandbox.run(&["env", "diff", "a.env", "b.env"]), &canaries);
                for dialect in ["compose", "docker", "bash", "node-next"] {
                    let dialect = format!("--dialect={dialect}");
                    silent_output(&what, &sandbox.run(&["env", "values", "a.env", &dialect]), &canaries);
                }
            }
        }
    }
}

/// Places where secrets stand in files that are not env files.
#[test]
fn odd_places() {
    let secret = |n: usize| format!("Vq{n:02}xT7mWd{n:02}LkR3pZs9");
    let canaries = Canaries::new((0..40).map(secret).collect());
    let s = |n: usize| canaries.list[n].as_str();
    let sandbox = Sandbox::new("canary");
    sandbox.write(
        "docker-compose.yml",
        format!(
            "services:
  db:
    image: postgres
    environment:
      POSTGRES_PASSWORD: {}
      POSTGRES_PASSWORD: {}
      DATABASE_URL: postgres://app:{}@db/app
      API_TOKEN: ${{API_TOKEN:-{}}}
      BROKEN_PASSWORD: ${{BROKEN_PASSWORD:?{}
    labels:
      traefik.auth.secret: {}
    command: redis-server --requirepass {}
    healthcheck:
      test: [\"CMD-SHELL\", \"mysqladmin ping --password={}\"]
    build:
      context: .
      args:
        NPM_TOKEN: {}
    enviroment:
      DB_PASSWORD: {}
  web:
    image: app:latest
    privileged: [{{ADMIN_PASSWORD: {}}}]
    environment:
      - SECRET_KEY={}
      - ADMIN_PASSWORD: {}
    restart: {{ password: {} }}
    mem_limit: {{ token: {} }}
",
            s(0),
            s(1),
            s(2),
            s(3),
            s(4),
            s(5),
            s(6),
            s(7),
            s(8),
            s(9),
            s(10),
            s(11),
            s(12),
            s(13),
            s(14),
        ),
    );
    sandbox.write(
        "nginx.conf",
        format!(
            "http {{
  server {{
    listen 443 ssl;
    proxy_set_header Authorization \"Bearer {}\";
    proxy_pass http://user:{}@backend/;
    # old: api_key={}
    set $api_token {};
    secret_token {};
    location / {{ if ($http_x_api_key != \"{}\") {{ return 403; }} }}
",
            s(15),
            s(16),
            s(17),
            s(18),
            s(19),
            s(20),
        ),
    );
    sandbox.write(
        "Dockerfile",
        format!(
            "FROM python:3.12-slim
ARG NPM_TOKEN={}
ENV SECRET_KEY={} DB_PASSWORD=\"{}\"
RUN curl -H 'Authorization: Bearer {}' https://x.org
RUN pip install https://user:{}@pypi.example.com/simple
HEALTHCHECK CMD curl -u admin:{} http://localhost/ --password={}
",
            s(21),
            s(22),
            s(23),
            s(24),
            s(25),
            s(26),
            s(27),
        ),
    );
    sandbox.write(
        ".env",
        format!(
            "export SECRET_KEY='{}'
JWT_SECRET=\"{}
SMTP_PASSWORD={} # {}
#OLD_PASSWORD={}
DB_PASSWORD = {}
DB_PASSWORD: {}
PASSWORD-OF-DB={}
SECRET_KEY
REDIS_URL=redis://:{}@redis:6379/0
NEXT_PUBLIC_SECRET_KEY={}
NEXT_PUBLIC_SECRET_KEY={}
",
            s(28),
            s(29),
            s(30),
            s(31),
            s(32),
            s(33),
            s(34),
            s(35),
            s(36),
            s(37),
            s(38),
        ),
    );
    silent_in_every_format("odd places", &sandbox, &canaries);
}
