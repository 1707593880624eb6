//! `project/probe-tool-missing`

use crate::model::compose::Healthcheck;
use crate::model::image::{Image, Os, Tool};
use crate::project::Project;
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// A health check or command runs a program that is not in the image.
    ///
    /// ## Why
    /// Slim images hold neither curl nor wget. A health check that runs a missing program fails every time: the
    /// container is reported unhealthy for ever, services that wait for `service_healthy` never start, and an
    /// orchestrator restarts it in a loop. A missing `crond` or `supervisord` ends the container at once.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     build: .
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-f", "http://localhost:8000/health"]
    /// #                    ^^^^ project/probe-tool-missing
    /// ```
    /// ```dockerfile both file=Dockerfile
    /// FROM python:3.12-slim
    /// RUN apt-get update && apt-get install -y --no-install-recommends gcc
    /// COPY . /app
    /// CMD ["python", "/app/main.py"]
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     build: .
    ///     healthcheck:
    ///       test: ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8000/health')"]
    /// ```
    ///
    /// ### In a Dockerfile
    /// ```dockerfile bad file=Dockerfile
    /// FROM node:20-slim
    /// HEALTHCHECK CMD wget -q --spider http://localhost:3000/ || exit 1
    /// #               ^^^^ project/probe-tool-missing
    /// ```
    /// ```dockerfile good file=Dockerfile
    /// FROM node:20-alpine
    /// HEALTHCHECK CMD wget -q --spider http://localhost:3000/ || exit 1
    /// ```
    ///
    /// ### A program that is not there
    /// ```compose bad file=compose.yaml
    /// services:
    ///   scheduler:
    ///     image: python:3.12-slim
    ///     command: sh -c "crontab /app/jobs && crond -f"
    /// #                                        ^^^^^ project/probe-tool-missing
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   scheduler:
    ///     image: python:3.12-alpine
    ///     command: sh -c "crontab /app/jobs && crond -f"
    /// ```
    ///
    /// ## What it does not report
    /// Images gonogo does not know, packages that come from a variable, stages that run a script which may install
    /// the program: all of these are unknown. So is a check that looks for the program first (`command -v curl`).
    "project/probe-tool-missing" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.docker.com/reference/dockerfile/#healthcheck",
            "https://github.com/docker-library/python/blob/master/Dockerfile-linux.template",
        ],
        check: Check::Project(check),
    }
}

/// A program that is run, and the place it is written at.
struct Program {
    name: String,
    span: Span,
    /// The whole check, for the address in it.
    whole: Span,
}

fn check(project: &Project, ctx: &Context, sink: &mut Sink) {
    let mut judged = false;
    for service in project.compose.iter().flat_map(|file| &file.services) {
        let image = project.image_of(service);
        let owner = format!("service `{}`", service.name.value);
        for program in probes(project, &service.healthcheck, &image) {
            judged = true;
            missing_probe(&image, &owner, &program, ctx, sink, "test: ");
        }
        if service.entrypoint.is_absent()
            && let Some(words) = service.command.set()
        {
            for program in daemons(project, &words.value, words.span) {
                judged = true;
                missing_daemon(&image, &owner, &program, sink);
            }
        }
    }
    for file in &project.dockerfiles {
        let Some(stage) = file.target(None) else { continue };
        let image = Image::Built(file, stage);
        for program in probes(project, &image.healthcheck(), &image) {
            judged = true;
            missing_probe(&image, "this image", &program, ctx, sink, "HEALTHCHECK CMD ");
        }
        if let (Some(command), None) = (image.command(), image.entrypoint()) {
            for program in daemons(project, &command.words(), command.span()) {
                judged = true;
                missing_daemon(&image, "this image", &program, sink);
            }
        }
    }
    if !judged {
        sink.not_applicable();
    }
}

/// The programs a check cannot do without.
fn probes(project: &Project, check: &Healthcheck, image: &Image) -> Vec<Program> {
    match check {
        Healthcheck::Exec(words) => match (words.first(), words.last()) {
            (Some(first), Some(last)) => {
                let name = base_name(&first.value).to_owned();
                let whole = first.span.to(last.span);
                match script(&words.iter().map(|word| word.value.as_str()).collect::<Vec<_>>()) {
                    Some(_) => in_script(project, &last.value, last.span, image),
                    None => vec![Program { name, span: first.span, whole }],
                }
            }
            _ => Vec::new(),
        },
        Healthcheck::Shell(text) => {
            if matches!(image.tool("sh"), Tool::No { .. }) {
                return vec![Program { name: "sh".into(), span: text.span, whole: text.span }];
            }
            in_script(project, &text.value, text.span, image)
        }
        _ => Vec::new(),
    }
}

/// The script of `sh -c script`.
fn script<'a>(words: &[&'a str]) -> Option<&'a str> {
    let shell = matches!(words.first().map(|word| base_name(word)), Some("sh" | "bash" | "ash"));
    let flag = words.get(1).is_some_and(|flag| flag.starts_with('-') && flag.ends_with('c'));
    (shell && flag).then(|| words.get(2).copied()).flatten()
}

fn in_script(project: &Project, text: &str, span: Span, image: &Image) -> Vec<Program> {
    const LOOKS: [&str; 4] = ["command", "which", "type", "hash"];
    let commands = shell::commands(text);
    if commands.iter().any(|command| LOOKS.contains(&command.program())) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, command) in commands.iter().enumerate() {
        let name = command.program();
        // `a || b`: one of them is enough. `a || true` cannot fail, which is another matter.
        let other = commands.get(index + 1).filter(|next| next.before == "||");
        let settled = other.is_some_and(|next| match next.program() {
            "exit" => next.words.get(1).is_none_or(|code| code.text == "0"),
            "false" | "echo" | "kill" | "printf" => false,
            other => !matches!(image.tool(other), Tool::No { .. }),
        });
        let second = command.before == "||" && found.iter().any(|program: &Program| program.name != name);
        if !settled && !second && !name.contains('$') {
            found.push(Program { name: name.to_owned(), span: place(project, span, name), whole: span });
        }
    }
    found
}

/// Schedulers and process managers a command starts.
fn daemons(project: &Project, words: &[String], span: Span) -> Vec<Program> {
    const DAEMONS: [&str; 4] = ["crond", "cron", "crontab", "supervisord"];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let names: Vec<String> = match script(&words) {
        Some(script) => shell::commands(script).iter().map(|command| command.program().to_owned()).collect(),
        None => words.first().map(|word| base_name(word).to_owned()).into_iter().collect(),
    };
    // Without the daemon its helper is missing too: that is one cause.
    let daemon = names.iter().any(|name| matches!(name.as_str(), "crond" | "cron"));
    let known = names.into_iter().filter(|name| DAEMONS.contains(&name.as_str()) && !(daemon && name == "crontab"));
    known.map(|name| Program { span: place(project, span, &name), name, whole: span }).collect()
}

fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Where a word stands in a place.
fn place(project: &Project, span: Span, word: &str) -> Span {
    let text = project.source(span.file).text().get(span.range()).unwrap_or("");
    let whole = |at: usize| {
        let around = |byte: Option<&u8>| byte.is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-' && *b != b'_');
        around(text.as_bytes().get(at.wrapping_sub(1))) && around(text.as_bytes().get(at + word.len()))
    };
    let found = text.match_indices(word).map(|(at, _)| at).find(|&at| whole(at));
    found.map_or(span, |at| span.slice(at, at + word.len()))
}

fn missing_probe(image: &Image, owner: &str, program: &Program, ctx: &Context, sink: &mut Sink, key: &str) {
    let name = &program.name;
    let (base, certain) = match image.tool(name) {
        Tool::Yes(_) => return,
        Tool::Unknown(why) => {
            if matches!(name.as_str(), "curl" | "wget" | "nc") {
                sink.unknown(program.span, why);
            }
            return;
        }
        Tool::No { base, certain } => (base, certain),
    };
    let message = if name == "sh" {
        format!("the health check of {owner} needs a shell, but the image has none, so it fails every time")
    } else {
        format!("the health check of {owner} runs `{name}`, which is not in the image, so it fails every time")
    };
    let help = instead(image, program, ctx, key);
    let finding = sink.report(program.span, message).help(help);
    finding.label(format!("`{name}` is not in the image this runs in"));
    finding.related(base, said(image, name));
    if !certain {
        finding.confidence(Likely);
    }
}

fn missing_daemon(image: &Image, owner: &str, program: &Program, sink: &mut Sink) {
    let name = &program.name;
    let Tool::No { base, certain } = image.tool(name) else { return };
    let help = match (name.as_str(), image.os()) {
        ("crond" | "crontab" | "cron", Some(Os::Debian | Os::Buildpack)) => {
            "install the package `cron` (its daemon is `cron -f`), or run the jobs from the host's scheduler with \
             `docker compose run`"
                .to_owned()
        }
        ("supervisord", Some(Os::Alpine)) => "add `RUN apk add --no-cache supervisor` to the Dockerfile".to_owned(),
        ("supervisord", _) => "add `supervisor` to the packages the Dockerfile installs".to_owned(),
        _ => format!("install `{name}` in the stage that ships"),
    };
    let message = format!("{owner} starts `{name}`, which is not in the image, so the container stops at once");
    let finding = sink.report(program.span, message).help(help);
    finding.related(base, said(image, name));
    if !certain {
        finding.confidence(Likely);
    }
}

fn said(image: &Image, name: &str) -> String {
    match image {
        Image::Named(_) => format!("this image has no `{name}`"),
        _ => format!("this base has no `{name}`, and no later step installs it"),
    }
}

/// What to write instead, with the tools the image has.
fn instead(image: &Image, program: &Program, ctx: &Context, key: &str) -> String {
    let has = |tool: &str| matches!(image.tool(tool), Tool::Yes(_));
    let exec = |words: &[&str]| {
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let cmd = if key.starts_with("test") { "\"CMD\", " } else { "" };
        format!("write `{key}[{cmd}{}]`", quoted.join(", "))
    };
    let http = matches!(program.name.as_str(), "curl" | "wget" | "http" | "sh");
    if let Some(url) = address(ctx.quote(program.whole)).filter(|_| http) {
        for python in ["python", "python3"] {
            if has(python) {
                return exec(&[python, "-c", &format!("import urllib.request as u; u.urlopen('{url}', timeout=5)")]);
            }
        }
        for node in ["node", "bun"] {
            if has(node) {
                let script = format!("fetch('{url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))");
                return exec(&[node, "-e", &script]);
            }
        }
        let distroless = image.base().is_some_and(|(image, _)| image.name.contains("distroless/nodejs"));
        if distroless {
            let script = format!("fetch('{url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))");
            return exec(&["/nodejs/bin/node", "-e", &script]);
        }
        if has("wget") {
            return exec(&["wget", "-q", "--spider", &url]);
        }
        if has("curl") {
            return exec(&["curl", "-fsS", "-o", "/dev/null", &url]);
        }
    }
    if program.name == "curl" && has("wget") {
        return "use `wget -q --spider`, which is in the image, with the same address".to_owned();
    }
    if has("pg_isready") {
        return exec(&["pg_isready", "-U", "postgres"]);
    }
    if has("redis-cli") {
        return exec(&["redis-cli", "ping"]);
    }
    if has("mongosh") {
        return exec(&["mongosh", "--quiet", "--eval", "db.adminCommand('ping')"]);
    }
    let name = &program.name;
    match image.os() {
        Some(Os::Debian | Os::Buildpack) => format!(
            "install it in the stage that ships: `RUN apt-get update && apt-get install -y --no-install-recommends {}`",
            if name == "nc" { "netcat-openbsd" } else { name }
        ),
        Some(Os::Alpine) => format!("install it in the stage that ships: `RUN apk add --no-cache {name}`"),
        Some(Os::Distroless | Os::Scratch) => {
            "build a small probe program into the image and run that, or drop the check".to_owned()
        }
        _ => format!("use a program that is in the image, or install `{name}`"),
    }
}

/// The address in a check, if it holds nothing that could be secret and no variables.
fn address(text: &str) -> Option<String> {
    let at = text.find("http://").or_else(|| text.find("https://"))?;
    let end = text[at..].find(|c: char| c.is_whitespace() || "\"'`;|&)\\,]<>".contains(c));
    let url = &text[at..end.map_or(text.len(), |end| at + end)];
    (url.len() < 120 && !url.contains(['@', '?', '$', '*', '{'])).then(|| url.to_owned())
}
