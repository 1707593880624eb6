//! What a block of code is, by what is in it.

use crate::model::compose::is_key_of_service;
use crate::model::{Class, Kind};
use crate::source::{Cut, FileId, Source};
use crate::syntax::yaml;

/// What a text looks like.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Form {
    Compose,
    Env,
    Nginx,
    Dockerfile,
    /// With the ending of its file.
    Unit(&'static str),
    Script,
    Gunicorn,
}

impl Form {
    /// The format of its files.
    pub fn kind(self) -> Kind {
        match self {
            Form::Compose => Kind::Compose,
            Form::Env => Kind::Env,
            Form::Nginx => Kind::Nginx,
            Form::Dockerfile => Kind::Dockerfile,
            Form::Unit(_) => Kind::Unit,
            Form::Script => Kind::Script,
            Form::Gunicorn => Kind::Gunicorn,
        }
    }

    /// What a file is by its name, where a part of it looks like nothing.
    pub fn of_name(name: &str, text: &str) -> Option<Form> {
        let kind = Class::of(name, text.as_bytes())?.kind;
        [Form::Compose, Form::Nginx, Form::Dockerfile, Form::Unit("service")]
            .into_iter()
            .find(|form| form.kind() == kind)
    }

    /// What its file is called when nobody says so.
    pub fn usual_name(self, text: &str) -> String {
        match self {
            Form::Compose => "docker-compose.yml".into(),
            Form::Env => ".env".into(),
            Form::Nginx if tops(text).any(|word| matches!(word, "http" | "events")) => "nginx.conf".into(),
            Form::Nginx => "etc/nginx/conf.d/site.conf".into(),
            Form::Dockerfile => "Dockerfile".into(),
            Form::Unit(ending) => format!("etc/systemd/system/app.{ending}"),
            Form::Script => "script.sh".into(),
            Form::Gunicorn => "gunicorn.conf.py".into(),
        }
    }

    /// Whether a text that is called a script is this all the same, and nothing for a shell is in it.
    pub fn is_sure(self, text: &str) -> bool {
        match self {
            // What a shell puts in is put in by a shell.
            Form::Env => assignments(text) > 1 && !text.contains("=$") && !text.contains("=\"$"),
            Form::Nginx | Form::Compose => !lines(text).any(is_command),
            Form::Dockerfile => first_is(text, "FROM ") || first_is(text, "ARG "),
            Form::Unit(_) | Form::Script | Form::Gunicorn => true,
        }
    }
}

/// Whether a line is a command that guides have in front of and behind files.
fn is_command(line: &str) -> bool {
    const PROGRAMS: [&str; 12] =
        ["sudo", "apt", "apt-get", "docker", "docker-compose", "nano", "vim", "vi", "systemctl", "cd", "mkdir", "curl"];
    let word = line.trim_start_matches(['$', ' ']).split(' ').next().unwrap_or_default();
    PROGRAMS.contains(&word) && !line.ends_with([';', '{', ':'])
}

/// Whether a command of this name is one that is given behind a file of nginx: it switches the site on, or starts what is behind it.
pub fn is_typed_behind(program: &str) -> bool {
    const PROGRAMS: [&str; 21] = [
        "sudo",
        "ln",
        "nginx",
        "systemctl",
        "service",
        "certbot",
        "$",
        "pm2",
        "npm",
        "npx",
        "yarn",
        "pnpm",
        "node",
        "python",
        "python3",
        "php",
        "docker",
        "docker-compose",
        "cd",
        "curl",
        "apt",
    ];
    PROGRAMS.contains(&program)
}

fn first_is(text: &str, start: &str) -> bool {
    lines(text).next().is_some_and(|line| line.starts_with(start))
}

/// The first words of the lines that are not indented.
fn tops(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| !line.starts_with([' ', '\t', '#', '}']));
    lines.filter_map(|line| line.split([' ', '\t', '{', ';', ':']).next().filter(|word| !word.is_empty()))
}

/// The lines that are neither empty nor comments, trimmed.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
}

/// What a text is. `label` is what its fence says, which is believed only where the text may be anything.
/// `named`: something says that it is a file.
pub fn form_of(label: &str, text: &str, named: bool) -> Option<Form> {
    const OTHERS: [&str; 22] = [
        "json",
        "js",
        "javascript",
        "ts",
        "typescript",
        "sql",
        "diff",
        "html",
        "xml",
        "hcl",
        "terraform",
        "tf",
        "go",
        "java",
        "php",
        "ruby",
        "rust",
        "toml",
        "caddyfile",
        "caddy",
        "mermaid",
        "apache",
    ];
    if OTHERS.contains(&label) {
        return None;
    }
    if text.starts_with("#!") {
        return text.lines().next().is_some_and(|line| line.trim_end().ends_with("sh")).then_some(Form::Script);
    }
    let first = lines(text).next()?;
    let looks = |name: &str, kind: Kind| Class::of(name, text.as_bytes()).is_some_and(|class| class.kind == kind);
    if label == "python" || label == "py" {
        return is_gunicorn(text).then_some(Form::Gunicorn);
    }
    if let Some(unit) = unit(text, first) {
        return Some(Form::Unit(unit));
    }
    if is_dockerfile(label, text) {
        return Some(Form::Dockerfile);
    }
    if looks("guide.yml", Kind::Compose) {
        return Some(Form::Compose);
    }
    let count = lines(text).count();
    if count > 0 && assignments(text) == count && (named || count > 1 || !matches!(label, "" | "text")) {
        return Some(Form::Env);
    }
    let braces = text.contains('{') || text.contains(';');
    (braces && !matches!(label, "yaml" | "yml") && !first.contains(": ") && looks("guide.txt", Kind::Nginx))
        .then_some(Form::Nginx)
}

/// The unit that a text is, by its section.
fn unit(text: &str, first: &str) -> Option<&'static str> {
    if !matches!(first, "[Unit]" | "[Service]" | "[Timer]" | "[Socket]" | "[Path]") {
        return None;
    }
    let has = |section: &str| text.lines().any(|line| line.trim() == section);
    [("[Timer]", "timer"), ("[Socket]", "socket"), ("[Path]", "path")]
        .into_iter()
        .find_map(|(section, ending)| has(section).then_some(ending))
        .or_else(|| has("[Service]").then_some("service"))
}

fn is_dockerfile(label: &str, text: &str) -> bool {
    let upper = |line: &&str| line.split(' ').next().is_some_and(|word| word.bytes().all(|b| b.is_ascii_uppercase()));
    let mut instructions = lines(text).filter(upper).skip_while(|line| line.starts_with("ARG "));
    let from = instructions.next().is_some_and(|line| line.starts_with("FROM "));
    from && label != "sql" && (label.starts_with("docker") || instructions.next().is_some())
}

/// How many lines are assignments to names in capitals, and nothing else.
fn assignments(text: &str) -> usize {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    lines(text).filter(|line| line.split_once('=').is_some_and(|(name, value)| is_name(name) && !runs(value))).count()
}

/// Whether a command stands behind the value: `A=1 make all`, `PGPASSWORD=x psql -h localhost`.
fn runs(value: &str) -> bool {
    const PROGRAMS: [&str; 25] = [
        "psql",
        "pg_dump",
        "pg_restore",
        "createdb",
        "mysql",
        "mysqldump",
        "redis-cli",
        "npm",
        "npx",
        "yarn",
        "pnpm",
        "node",
        "pm2",
        "python",
        "python3",
        "php",
        "bundle",
        "rails",
        "rake",
        "gunicorn",
        "uvicorn",
        "ssh",
        "scp",
        "sshpass",
        "make",
    ];
    let program = |rest: &str| rest.split(' ').next().is_some_and(|word| PROGRAMS.contains(&word));
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = quote {
        let behind = value.cut(1..).split_once(quote).map_or("", |(_, behind)| behind).trim();
        return !behind.is_empty() && !behind.starts_with('#');
    }
    value
        .split_once(' ')
        .is_some_and(|(_, rest)| is_command(rest.trim_start()) || program(rest.trim_start()) || rest.contains(" | "))
}

fn is_gunicorn(text: &str) -> bool {
    const SETTINGS: [&str; 9] = [
        "bind",
        "workers",
        "worker_class",
        "timeout",
        "keepalive",
        "accesslog",
        "errorlog",
        "max_requests",
        "loglevel",
    ];
    let set = |line: &&str| line.split_once('=').is_some_and(|(name, _)| SETTINGS.contains(&name.trim_end()));
    lines(text).filter(set).count() > 1
}

/// Whether a text is only a part of its file: what it lacks may be in the rest.
pub fn is_part(form: Option<Form>, text: &str) -> bool {
    let bare = |line: &str| line.trim().trim_start_matches(['#', '/', ';', '-', ' ']).trim().to_ascii_lowercase();
    let left_out = |line: &str| {
        let signs = line.trim_start().starts_with(['#', '/', ';', '.', '…']);
        signs && (line.contains("...") || line.contains('…') || bare(line).contains("existing"))
    };
    if text.lines().any(left_out) {
        return true;
    }
    match form {
        Some(Form::Compose) => !is_whole_compose(text),
        // Directives of several levels, one after the other, are no file.
        Some(Form::Nginx) => {
            let has = |block: &str| tops(text).any(|word| word == block);
            // `location` stands in a server.
            !text.contains('{') || has("http") != has("events") || tops(text).all(|word| word == "location")
        }
        Some(Form::Unit("service")) => !text.contains("ExecStart"),
        Some(Form::Dockerfile) => !Form::Dockerfile.is_sure(text) || !text.trim().contains('\n') || is_last_stage(text),
        _ => false,
    }
}

/// Whether a Dockerfile is the last stage of a longer one: it has no other, and takes something out of what only a stage is called.
fn is_last_stage(text: &str) -> bool {
    const STAGES: [&str; 9] =
        ["build", "builder", "deps", "dependencies", "base", "frontend", "assets", "dist", "publish"];
    let mut taken = lines(text).filter(|line| line.starts_with("COPY ")).filter_map(|line| {
        let from = line.split_whitespace().find_map(|word| word.strip_prefix("--from="))?;
        Some(STAGES.contains(&from))
    });
    lines(text).filter(|line| line.starts_with("FROM ")).count() == 1 && taken.any(|stage| stage)
}

/// Whether the comment a text begins with calls it an example.
pub fn is_example(text: &str) -> bool {
    const WORDS: [&str; 7] = ["example", "exemple", "ejemplo", "exemplo", "beispiel", "пример", "contoh"];
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim_start();
    let comment =
        ["#", "//", ";"].iter().find_map(|sign| first.strip_prefix(sign)).filter(|text| !text.starts_with('!'));
    let first_word = |text: &str| text.split_whitespace().next().map(|word| word.trim_end_matches(':').to_lowercase());
    comment.and_then(first_word).is_some_and(|word| WORDS.contains(&word.as_str()))
}

/// Whether a Dockerfile takes nothing and starts nothing: it shows what some lines do.
pub fn is_sample(form: Option<Form>, text: &str) -> bool {
    let does = |words: &[&str]| lines(text).any(|line| line.split(' ').next().is_some_and(|own| words.contains(&own)));
    let shows = || does(&["USER", "HEALTHCHECK", "EXPOSE"]) || !does(&["RUN"]);
    form == Some(Form::Dockerfile) && !does(&["CMD", "ENTRYPOINT", "COPY", "ADD"]) && shows()
}

/// Whether a text has services, and says more of them that Compose does not know than what it knows: other programs have
/// files with `services:`, too. Without an image only: whoever writes one means containers.
pub fn is_of_another_program(text: &str) -> bool {
    let file = yaml::parse(&Source::new(FileId(0), "guide.yml", text.as_bytes().to_vec()));
    let Some(services) = file.root().and_then(|root| root.get("services")) else { return false };
    let (mut known, mut strange) = (0, 0);
    for service in services.entries() {
        for key in service.value.entries().filter_map(|entry| entry.name()) {
            match is_key_of_service(key) || key.starts_with("x-") || key == "<<" {
                true if key == "image" => return false,
                true => known += 1,
                false => strange += 1,
            }
        }
    }
    strange > 1 && strange > known
}

/// Whether every service can be started with what is here, and more is said of them than their images.
fn is_whole_compose(text: &str) -> bool {
    let file = yaml::parse(&Source::new(FileId(0), "guide.yml", text.as_bytes().to_vec()));
    // What is written twice is a mistake of the whole file, and no sign of a part.
    let whole = file.faults.iter().all(|fault| fault.message.ends_with("is defined twice in this map"));
    let services = file.root().and_then(|root| root.get("services")).filter(|_| whole);
    let Some(services) = services else { return false };
    let starts = |service: yaml::Node| ["image", "build", "extends", "<<"].iter().any(|key| service.get(key).is_some());
    let waits_for = |service: yaml::Node| -> Vec<String> {
        let Some(needed) = service.get("depends_on") else { return Vec::new() };
        let keys = needed.entries().filter_map(|entry| entry.name());
        keys.chain(needed.items().filter_map(|item| item.as_str())).map(str::to_owned).collect()
    };
    let here = |name: &String| services.get(name).is_some();
    services.entries().all(|entry| starts(entry.value) && waits_for(entry.value).iter().all(here))
        && services.entries().any(|entry| entry.value.entries().count() > 1)
}
