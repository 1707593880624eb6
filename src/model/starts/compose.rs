//! The options of `docker compose`, `docker stack deploy` and `docker run`, and what stands in front of them.

use super::{ComposeCall, Place, RunCall, StackCall, Starts};
use crate::source::{Span, Spanned};
use crate::syntax::shell::{base_name, is_shell, program, script};

/// What a command line comes to.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Line {
    /// A script in one of its words.
    Script { at: usize, remote: bool },
    /// A script that it gets as its input.
    Input { remote: bool },
    /// docker, or one of its relatives, at this word.
    Runs(usize),
}

/// What is known of a call besides its words.
pub(super) struct Facts {
    pub(super) span: Span,
    pub(super) place: Place,
    pub(super) remote: bool,
    pub(super) sets: Vec<(String, Option<String>)>,
    pub(super) sourced: Vec<Spanned<String>>,
    /// Whether a variable that is not known may stand for several words.
    pub(super) open: bool,
}

/// Programs whose words are texts, files and packages, never commands.
const SAYS: [&str; 46] = [
    "echo", "printf", "which", "type", "hash", "command", "apt", "apt-get", "yum", "dnf", "apk", "brew", "pip", "pip3",
    "snap", "curl", "wget", "chmod", "chown", "ln", "mv", "cp", "rm", "ls", "grep", "egrep", "sed", "awk", "cat",
    "tee", "git", "man", "alias", "export", "test", "[", "[[", "for", "case", "mkdir", "touch", "export", "return",
    "exit", "pgrep", "pkill",
];

/// Options of ssh that take a word (OpenSSH 9.9).
const SSH: &str = "BbcDEeFIiJLlmOopQRSWw";

/// What a command line comes to, if that is of interest.
pub(super) fn line(words: &[&str]) -> Option<Line> {
    let at = program(words);
    let name = base_name(words.get(at)?);
    if let Some(script) = script(words) {
        return Some(Line::Script { at: script, remote: false });
    }
    if is_shell(name) {
        let file = words.get(at + 1..)?.iter().any(|word| !word.starts_with('-'));
        return (!file).then_some(Line::Input { remote: false });
    }
    match name {
        "ssh" | "sshpass" => return ssh(words, at),
        "eval" => return (words.len() == at + 2).then_some(Line::Script { at: at + 1, remote: false }),
        "su" | "sg" | "runuser" | "watch" | "exec-env" | "script" | "flock" => {
            let text = words.iter().rposition(|word| word.contains(' '))?;
            return Some(Line::Script { at: text, remote: false });
        }
        _ => {}
    }
    // certbot, dehydrated and others run what they are told afterwards.
    let hook = |word: &&str| word.starts_with("--") && word.ends_with("-hook");
    if let Some(hook) = words.iter().position(hook) {
        return words.get(hook + 1).map(|_| Line::Script { at: hook + 1, remote: false });
    }
    if is_docker(words, at) {
        return Some(Line::Runs(at));
    }
    if SAYS.contains(&name) {
        return None;
    }
    // `retry 5 docker compose pull`, `run docker compose up`: a program or function of somebody's.
    let found = (at + 1..words.len()).find(|&at| is_docker(words, at))?;
    let verb = if words.get(found) == Some(&"docker") { found + 2 } else { found + 1 };
    words.get(verb).map(|_| Line::Runs(found))
}

/// `ssh [options] host command ...`, or with a script as its input.
fn ssh(words: &[&str], at: usize) -> Option<Line> {
    let mut at = words.iter().skip(at).position(|word| base_name(word) == "ssh")? + at + 1;
    while let Some(option) = words.get(at).filter(|word| word.starts_with('-')) {
        let takes = option.len() == 2 && option.chars().last().is_some_and(|last| SSH.contains(last));
        at += 1 + usize::from(takes);
    }
    // A variable in front of the host holds more options.
    while words.get(at).is_some_and(|word| word.starts_with('$') && !word.contains('@') && words.len() > at + 2) {
        at += 1;
    }
    // `ssh host A=1 'bash -s'`
    let settings = words.get(at + 1..).unwrap_or_default();
    if let Some((last, front)) = settings.split_last()
        && front.iter().all(|word| word.contains('=') && !word.contains(' '))
        && last.split_whitespace().next().is_some_and(is_shell)
        && last.split_whitespace().skip(1).all(|word| word.starts_with('-') && word != "-c")
    {
        return Some(Line::Input { remote: true });
    }
    match words.get(at + 1) {
        None => Some(Line::Input { remote: true }),
        Some(word) if words.len() == at + 2 && word.contains(' ') => Some(Line::Script { at: at + 1, remote: true }),
        Some(word) if is_shell(word) => Some(Line::Input { remote: true }),
        Some(_) => {
            let text = words.iter().rposition(|word| word.contains("docker") && word.contains(' '))?;
            Some(Line::Script { at: text, remote: true })
        }
    }
}

/// The names that are Compose themselves.
fn standalone(word: &str) -> Option<&'static str> {
    match base_name(word) {
        "docker-compose" | "docker-compose.exe" => Some("docker-compose"),
        "podman-compose" => Some("podman-compose"),
        _ => None,
    }
}

fn is_docker(words: &[&str], at: usize) -> bool {
    let Some(word) = words.get(at) else { return false };
    if standalone(word).is_some() {
        return true;
    }
    let verb = words.get(global(words, at)).copied().unwrap_or_default();
    match base_name(word) {
        "docker" | "podman" | "nerdctl" => match verb {
            "compose" | "run" | "create" | "stack" => true,
            "container" => matches!(words.get(global(words, at) + 1), Some(&"run" | &"create")),
            _ => false,
        },
        _ => false,
    }
}

/// The index of the command of docker, behind its own options.
pub(super) fn global(words: &[&str], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(option) = words.get(at).filter(|word| word.starts_with('-')) {
        at += match *option {
            "-H" | "--host" | "-c" | "--context" | "--config" | "-l" | "--log-level" | "--tlscacert" | "--tlscert"
            | "--tlskey" => 2,
            _ => 1,
        };
    }
    at
}

/// Reads a call of docker.
pub(super) fn read(words: &[Spanned<String>], at: usize, facts: Facts, found: &mut Starts) {
    let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
    let sourced = facts.sourced.iter().map(|path| &path.value);
    let tried = found.tried;
    if !found.is_new((&texts, &facts.place, &facts.sets, facts.remote, tried, sourced.collect::<Vec<_>>())) {
        return;
    }
    let verb = global(&texts, at);
    let aside = texts.get(at..verb).unwrap_or_default().iter();
    let remote = facts.remote
        || aside.clone().any(|word| {
            matches!(*word, "-H" | "--host" | "-c" | "--context")
                || word.starts_with("--host=")
                || word.starts_with("--context=")
        });
    let facts = Facts { remote, ..facts };
    if let Some(name) = texts.get(at).and_then(|word| standalone(word)) {
        return compose(name, words.get(at + 1..).unwrap_or_default(), facts, found);
    }
    let rest = words.get(verb + 1..).unwrap_or_default();
    match texts.get(verb) {
        Some(&"compose") => {
            let name = match texts.get(at).map_or("", |word| base_name(word)) {
                "podman" => "podman compose",
                "nerdctl" => "nerdctl compose",
                _ => "docker compose",
            };
            compose(name, rest, facts, found);
        }
        Some(&"stack") => stack(rest, facts, found),
        Some(&"container") => run(rest.get(1..).unwrap_or_default(), facts, found),
        _ => run(rest, facts, found),
    }
}

/// An option with its value, if it is one of those; moves on behind it.
fn option(words: &[Spanned<String>], at: &mut usize, names: &[&str]) -> Option<Spanned<String>> {
    let word = words.get(*at)?;
    for name in names {
        if word.value == *name {
            *at += 2;
            return words.get(*at - 1).cloned();
        }
        let rest = word.value.strip_prefix(name).filter(|rest| !rest.is_empty());
        let value = match rest {
            Some(rest) if name.starts_with("--") => rest.strip_prefix('='),
            // `-ffile`
            Some(rest) => Some(rest.strip_prefix('=').unwrap_or(rest)),
            None => None,
        };
        if let Some(value) = value {
            *at += 1;
            let length = (word.span.end - word.span.start) as usize;
            let span =
                if length == word.value.len() { word.span.slice(length - value.len(), length) } else { word.span };
            return Some(Spanned::new(value.to_owned(), span));
        }
    }
    None
}

/// Options of the verbs of Compose that take a word (Compose 2.40).
pub(super) const VERB_OPTIONS: [&str; 27] = [
    "--attach",
    // No option of `up`, and what people mean by it takes a word.
    "--restart",
    "--exit-code-from",
    "--no-attach",
    "--pull",
    "--scale",
    "--timeout",
    "--wait-timeout",
    "--index",
    "--build-arg",
    "--builder",
    "-m",
    "--memory",
    "--progress",
    "--ssh",
    "--tail",
    "--since",
    "--until",
    "--rmi",
    "--format",
    "-o",
    "--output",
    "--hash",
    "--filter",
    "--status",
    "--policy",
    "--signal",
];
/// Those of some verbs only; the same letters are switches elsewhere.
pub(super) const OF_VERBS: [(&[&str], &[&str]); 4] = [
    (&["up", "down", "stop", "restart", "create"], &["-t"]),
    (&["logs"], &["-n"]),
    (&["kill"], &["-s"]),
    (
        &["run", "exec"],
        &[
            "-e",
            "--env",
            "--env-from-file",
            "--entrypoint",
            "-l",
            "--label",
            "--name",
            "-p",
            "--publish",
            "-u",
            "--user",
            "-v",
            "--volume",
            "-w",
            "--workdir",
            "--cap-add",
            "--cap-drop",
        ],
    ),
];

fn compose(program: &'static str, words: &[Spanned<String>], facts: Facts, found: &mut Starts) {
    let Facts { span, place, remote, sets, sourced, open } = facts;
    let mut call = ComposeCall {
        span,
        program,
        place,
        remote,
        told: false,
        tried: found.tried && !remote,
        project_directory: None,
        project_name: None,
        files: Vec::new(),
        env_files: Vec::new(),
        profiles: Vec::new(),
        verb: None,
        services: Vec::new(),
        sets,
        sourced,
        detached: false,
        waits: false,
        whole: !open,
        one_of: false,
    };
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.value.starts_with('-')) {
        if let Some(file) = option(words, &mut at, &["--file", "-f"]) {
            call.files.push(file);
        } else if let Some(file) = option(words, &mut at, &["--env-file"]) {
            call.env_files.push(file);
        } else if let Some(profile) = option(words, &mut at, &["--profile"]) {
            call.profiles.push(profile);
        } else if let Some(directory) = option(words, &mut at, &["--project-directory", "--workdir"]) {
            call.project_directory = Some(directory);
        } else if let Some(name) = option(words, &mut at, &["--project-name", "-p"]) {
            call.project_name = Some(name);
        } else if matches!(
            word.value.as_str(),
            "--ansi" | "--parallel" | "--progress" | "-H" | "--host" | "-c" | "--context" | "--log-level"
        ) {
            at += 2;
        } else {
            at += 1;
        }
    }
    // Something that is not known may hold options, or the verb.
    while words.get(at).is_some_and(|word| word.value.starts_with('$') && words.len() > at + 1) {
        call.whole = false;
        at += 1;
    }
    if let Some(verb) = words.get(at).filter(|word| word.value.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')) {
        call.verb = Some(verb.value.clone());
        services(words.get(at + 1..).unwrap_or_default(), &mut call);
    }
    if call.verb.is_some() || !call.files.is_empty() || words.get(at).is_some() {
        found.compose.push(call);
    }
}

fn services(words: &[Spanned<String>], call: &mut ComposeCall) {
    let one = matches!(call.verb.as_deref(), Some("run" | "exec" | "port"));
    let verb = call.verb.clone().unwrap_or_default();
    let own = |text: &str| OF_VERBS.iter().any(|(verbs, own)| verbs.contains(&verb.as_str()) && own.contains(&text));
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let text = word.value.as_str();
        if matches!(text, "-d" | "--detach" | "--wait") {
            call.detached = true;
            call.waits |= text == "--wait";
        }
        at += match text {
            _ if VERB_OPTIONS.contains(&text) || own(text) => 2,
            _ if text.starts_with('-') => 1,
            _ => {
                call.services.push(text.to_owned());
                if one {
                    return;
                }
                1
            }
        };
    }
}

fn stack(words: &[Spanned<String>], facts: Facts, found: &mut Starts) {
    if !words.first().is_some_and(|word| matches!(word.value.as_str(), "deploy" | "up")) {
        return;
    }
    let Facts { span, place, remote, sets, sourced, .. } = facts;
    let mut call = StackCall { span, place, remote, files: Vec::new(), stack: None, sets, sourced };
    let mut at = 1;
    while let Some(word) = words.get(at) {
        if let Some(file) = option(words, &mut at, &["--compose-file", "-c"]) {
            call.files.push(file);
        } else if matches!(word.value.as_str(), "--resolve-image" | "--orchestrator" | "--namespace") {
            at += 2;
        } else {
            if !word.value.starts_with('-') {
                call.stack = Some(word.clone());
            }
            at += 1;
        }
    }
    found.stacks.push(call);
}

/// Short options of `docker run` and their long names; those that take no word stand in [`SWITCHES`].
const SHORT: [(&str, &str); 16] = [
    ("-a", "--attach"),
    ("-c", "--cpu-shares"),
    ("-d", "--detach"),
    ("-e", "--env"),
    ("-h", "--hostname"),
    ("-i", "--interactive"),
    ("-l", "--label"),
    ("-m", "--memory"),
    ("-p", "--publish"),
    ("-P", "--publish-all"),
    ("-q", "--quiet"),
    ("-t", "--tty"),
    ("-u", "--user"),
    ("-v", "--volume"),
    ("-w", "--workdir"),
    ("-n", "--name"),
];
/// Options of `docker run` without a value (docker 28).
const SWITCHES: [&str; 14] = [
    "--detach",
    "--disable-content-trust",
    "--help",
    "--init",
    "--interactive",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--privileged",
    "--publish-all",
    "--quiet",
    "--read-only",
    "--rm",
    "--sig-proxy",
    "--tty",
];

fn run(words: &[Spanned<String>], facts: Facts, found: &mut Starts) {
    let Facts { span, place, remote, .. } = facts;
    let (options, image) = run_options(words);
    let command = image.and_then(|at| words.get(at + 1..)).unwrap_or_default().to_vec();
    let image = image.and_then(|at| words.get(at).cloned());
    found.runs.push(RunCall { span, place, remote, image, options, command });
}

/// An option by its long name, and its value.
type Told = (String, Option<Spanned<String>>);

/// The options of `docker run`, and where the image stands.
pub(super) fn run_options(words: &[Spanned<String>]) -> (Vec<Told>, Option<usize>) {
    let mut options = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let text = word.value.as_str();
        if !text.starts_with('-') {
            return (options, Some(at));
        }
        at += 1;
        if let Some((name, _)) = text.split_once('=').filter(|_| text.starts_with("--")) {
            let length = (word.span.end - word.span.start) as usize;
            let value = crate::source::Cut::cut(text, name.len() + 1..);
            let span = if length == text.len() { word.span.slice(name.len() + 1, length) } else { word.span };
            options.push((name.to_owned(), Some(Spanned::new(value.to_owned(), span))));
        } else if text.starts_with("--") {
            let value = if SWITCHES.contains(&text) { None } else { words.get(at).cloned() };
            at += usize::from(value.is_some());
            options.push((text.to_owned(), value));
        } else {
            // `-it`, `-dp 80:80`, `-p80:80`
            for (index, letter) in text.char_indices().skip(1) {
                let short = format!("-{letter}");
                let name = SHORT.iter().find(|(known, _)| *known == short).map_or(short.as_str(), |(_, long)| long);
                if SWITCHES.contains(&name) || letter.is_ascii_digit() {
                    options.push((name.to_owned(), None));
                    continue;
                }
                let rest = crate::source::Cut::cut(text, index + letter.len_utf8()..);
                let value = if rest.is_empty() {
                    at += 1;
                    words.get(at - 1).cloned()
                } else {
                    Some(Spanned::new(rest.trim_start_matches('=').to_owned(), word.span))
                };
                options.push((name.to_owned(), value));
                break;
            }
        }
    }
    (options, None)
}

/// The call that the words behind `docker compose` make when they are run in the root of the project. They are written at
/// one place: the configuration.
pub fn of_words(text: &str, at: Span) -> Option<ComposeCall> {
    let words: Vec<Spanned<String>> =
        crate::syntax::shell::words(text).into_iter().map(|word| Spanned::new(word.text, at)).collect();
    let place = Place { directory: Some(String::new()), ..Place::default() };
    let facts = Facts { span: at, place, remote: false, sets: Vec::new(), sourced: Vec::new(), open: false };
    let mut found = Starts::default();
    compose("docker compose", &words, facts, &mut found);
    found.compose.pop()
}
