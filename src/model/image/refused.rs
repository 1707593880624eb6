//! What BuildKit refuses before it builds anything (its `frontend/dockerfile`: `parser`, `instructions`,
//! `dockerfile2llb`). Its own verdicts are recorded in `testdata/dockerfile/verdicts.json`.

use super::{Base, Dockerfile, ImageRef, Stage};
use crate::cut::name_length;
use crate::source::{Cut, Span, Spanned};
use crate::syntax::Fault;
use crate::syntax::conflict;
use crate::syntax::dockerfile::{Directive, Flag, Instruction};
use crate::syntax::near::letters_apart;

/// What kind of thing is refused.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// A word that is no instruction.
    Unknown,
    /// A here-document without an end.
    Open,
    /// There is nothing to build, or an instruction stands in front of the first `FROM`.
    NoStage,
    /// An instruction with flags or arguments that it does not take.
    Instruction,
    /// A name behind `FROM` that is none of an image.
    Base,
    /// A stage that `--from` names and that cannot be meant.
    Stage,
}

/// A place where the build stops.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What kind of thing it is.
    pub what: Refused,
    /// The place, what is wrong, what to do.
    pub fault: Fault,
}

/// All of them, in order. BuildKit says the first one.
pub(super) fn refusals(file: &Dockerfile, directives: &[Directive]) -> Vec<Refusal> {
    let mut found = Vec::new();
    found.extend(directive(directives).map(|fault| Refusal { what: Refused::Instruction, fault }));
    let all = file.head.iter().chain(file.stages.iter().flat_map(|stage| &stage.instructions));
    if let Some(unknown) = all.clone().find(|instruction| !instruction.is_known() && !instruction.onbuild) {
        found.push(Refusal { what: Refused::Unknown, fault: unknown_instruction(unknown) });
    }
    for instruction in all.filter(|instruction| instruction.is_known()) {
        let open = instruction.heredocs.iter().find(|heredoc| !heredoc.closed);
        found.extend(open.map(|heredoc| Refusal { what: Refused::Open, fault: open_heredoc(heredoc.word) }));
        found.extend(bad(instruction).map(|fault| Refusal { what: Refused::Instruction, fault }));
    }
    // What stands in front of a misspelt `FROM` is not blamed for it.
    if found.is_empty() {
        found.extend(no_stage(file).map(|fault| Refusal { what: Refused::NoStage, fault }));
    }
    for (index, stage) in file.stages.iter().enumerate() {
        found.extend(base(stage).map(|fault| Refusal { what: Refused::Base, fault }));
        let copies = stage.instructions.iter().filter(|instruction| instruction.is("COPY"));
        let from = copies.filter_map(|copy| from(file, index, copy));
        found.extend(from.map(|fault| Refusal { what: Refused::Stage, fault }));
    }
    found.sort_by_key(|refusal| refusal.fault.span);
    found
}

/// `# escape=` takes one of two characters, once.
fn directive(directives: &[Directive]) -> Option<Fault> {
    let mut escapes = directives.iter().filter(|directive| directive.name == "escape");
    let first = escapes.next()?;
    let span = match first.value.as_str() {
        "`" | "\\" => escapes.next()?.value.span,
        _ => first.value.span,
    };
    Some(Fault::new(
        span,
        "the escape character is a backslash or a backtick and is told once, so the build stops here",
    ))
}

fn unknown_instruction(instruction: &Instruction) -> Fault {
    let word = &instruction.keyword;
    let fault = Fault::new(word.span, "this is not a Dockerfile instruction, so the build stops here");
    match instruction.meant() {
        _ if conflict::is_mark(&word.value) => {
            Fault::new(word.span, "a merge conflict: both sides stand here, so the build stops").help(conflict::HELP)
        }
        Some(near) => fault.help(format!("write `{near}`")),
        None => fault.help("end the line before it with a backslash if it belongs to that instruction"),
    }
}

fn open_heredoc(word: Span) -> Fault {
    Fault::new(word, "this here-document has no end, so the build stops here")
        .help("put the word alone on a line behind the last line of the text")
}

fn no_stage(file: &Dockerfile) -> Option<Fault> {
    let first = file.head.iter().find(|instruction| !instruction.is("ARG"));
    if let Some(first) = first {
        let name = &first.keyword.value;
        let fault = Fault::new(first.keyword.span, format!("`{name}` stands in front of the first `FROM`"));
        return Some(fault.help("begin with `FROM`; only `ARG` may stand above it"));
    }
    if !file.stages.is_empty() {
        return None;
    }
    let (span, what) = match file.head.last() {
        Some(last) => (last.span, "no `FROM` follows, so there is nothing to build"),
        None => (Span::new(file.file, 0, 0), "the Dockerfile has no instructions, so there is nothing to build"),
    };
    Some(Fault::new(span, what).help("begin with `FROM` and the image to start from"))
}

fn base(stage: &Stage) -> Option<Fault> {
    let written = &stage.base;
    if !stage.needs.is_empty() || matches!(stage.from.get()?, Base::Stage(_) | Base::Scratch) {
        return None;
    }
    if written.value.is_empty() {
        let message = "what stands behind `FROM` is empty: no `ARG` above gives it a value";
        return Some(Fault::new(written.span, message).help("give the argument a default: `ARG NAME=image:tag`"));
    }
    let why = ImageRef::refused(&written.value)?;
    Some(Fault::new(written.span, format!("this is not the name of an image: {why}")))
}

fn from(file: &Dockerfile, own: usize, copy: &Instruction) -> Option<Fault> {
    let flag = copy.flags.iter().find(|flag| flag.name == "from")?;
    let name = flag.value.as_deref().filter(|name| !name.is_empty())?;
    if name.contains('$') {
        let fault = Fault::new(flag.span, "BuildKit puts no variables into `--from`, so the build stops here");
        return Some(fault.help("name a stage for it above: `FROM ${IMAGE} AS source`, then `--from=source`"));
    }
    let stages = file.stages.len();
    let number = name.parse::<i64>().ok();
    let index = number.map_or_else(|| file.stage_named(name), |number| usize::try_from(number).ok());
    match index {
        Some(index) if index == own => {
            Some(Fault::new(flag.span, "a stage cannot copy from itself, so the build stops here"))
        }
        Some(index) if index < stages => None,
        _ if number.is_some() => {
            let last = stages.saturating_sub(1);
            let message = format!("there is no stage {name}: the stages are 0 to {last}");
            Some(Fault::new(flag.span, message).help("name the stage: `FROM image AS build`, then `--from=build`"))
        }
        _ => {
            let why = ImageRef::refused(name)?;
            Some(Fault::new(flag.span, format!("this is neither a stage nor the name of an image: {why}")))
        }
    }
}

/// The flags of the instructions that have some: their names, with `*` behind those that may be repeated, and with `?`
/// behind those that are on or off.
const FLAGS: [(&str, &[&str]); 5] = [
    ("FROM", &["platform"]),
    ("ADD", &["chown", "chmod", "link?", "keep-git-dir?", "checksum", "unpack?", "exclude*"]),
    ("COPY", &["from", "chown", "chmod", "link?", "parents?", "exclude*"]),
    ("RUN", &["mount*", "network", "security", "device*"]),
    ("HEALTHCHECK", &["interval", "timeout", "start-period", "start-interval", "retries"]),
];

/// What is wrong with an instruction that is known.
fn bad(instruction: &Instruction) -> Option<Fault> {
    let name = instruction.keyword.value.as_str();
    let stop = |span: Span, what: String| Some(Fault::new(span, format!("{what}, so the build stops here")));
    let words = instruction.words();
    let body = &instruction.body;
    if instruction.onbuild {
        return match name {
            "FROM" | "MAINTAINER" | "ONBUILD" => {
                stop(instruction.keyword.span, format!("`{name}` cannot stand behind `ONBUILD`"))
            }
            "ENV" | "LABEL" => pairs(instruction, &words),
            _ => not_strings(instruction),
        };
    }
    if let Some(fault) = flags(instruction).or_else(|| not_strings(instruction)) {
        return Some(fault);
    }
    let needs = |what: &str| stop(instruction.keyword.span, format!("`{name}` needs {what}"));
    if SUBSTITUTED.contains(&name)
        && instruction.exec.is_none()
        && let Some(what) = substitution(&body.text)
    {
        return stop(body.whole(), what.to_owned());
    }
    match name {
        "FROM" if instruction.flag("platform").is_some_and(|platform| platform.matches('/').count() > 2) => {
            stop(body.whole(), "the platform is written `os/architecture/variant`".to_owned())
        }
        "FROM" => from_line(&words).unwrap_or_else(|| needs("an image, or an image, `AS` and a name")),
        "ADD" | "COPY" if words.len() < 2 => needs("at least one source and a destination"),
        "ADD" | "COPY" => copied(instruction, &words),
        "ENV" | "LABEL" => pairs(instruction, &words),
        "ARG" | "EXPOSE" | "VOLUME" | "HEALTHCHECK" if words.is_empty() => needs("an argument"),
        "USER" | "WORKDIR" | "STOPSIGNAL" | "MAINTAINER" | "ONBUILD" if body.text.is_empty() => needs("an argument"),
        "ARG" => {
            let blank = words.iter().find(|word| word.value.starts_with('='))?;
            stop(blank.span, "this argument has no name (no space may stand around the equals sign)".to_owned())
        }
        "EXPOSE" => {
            let wrong = words.iter().find(|word| !word.value.contains('$') && !is_port(&word.value))?;
            stop(wrong.span, "this is not a port".to_owned())
                .map(|fault| fault.help("write `80`, `8000-8010` or `53/udp`, with spaces between several"))
        }
        "VOLUME" => {
            let blank = words.iter().find(|word| word.value.trim().is_empty())?;
            stop(blank.span, "the path of a volume is empty".to_owned())
        }
        "STOPSIGNAL" if !body.text.contains('$') && !is_signal(words.first()?.as_str(), words.len()) => {
            stop(body.whole(), "there is no such signal".to_owned())
        }
        "SHELL" if instruction.exec.as_ref().is_none_or(Vec::is_empty) => {
            needs("its words as a JSON array: `SHELL [\"/bin/bash\", \"-c\"]`")
        }
        "HEALTHCHECK" => healthcheck(instruction, &words),
        "RUN" => instruction.flags.iter().find_map(run_flag),
        _ => None,
    }
}

/// The instructions in whose words BuildKit itself puts variables; those of `RUN` and `CMD` are the shell's.
const SUBSTITUTED: [&str; 10] =
    ["ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"];

/// What is wrong with the quotes and variables of a text (BuildKit, `shell/lex.go`).
fn substitution(text: &str) -> Option<&'static str> {
    let (mut quote, mut at) = (None, 0);
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (byte, quote) {
            (b'\\', None | Some(b'"')) => at += 1,
            (b'\'' | b'"', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b'$', None | Some(b'"')) if bytes.get(at) == Some(&b'{') => {
                let inner = bytes.get(at + 1..).unwrap_or(&[]);
                let special = inner.first().is_some_and(|b| b"@*#$?!-0123456789".contains(b));
                let name = name_length(inner);
                let name = if name == 0 { usize::from(special) } else { name };
                let rest = inner.get(name..).unwrap_or(&[]);
                match rest {
                    _ if name == 0 => return Some("a variable in it has no name"),
                    [b'}' | b'-' | b'+' | b'?' | b'#' | b'%' | b'/', ..] | [b':', b'-' | b'+' | b'?', ..] => {}
                    _ => return Some("BuildKit does not know this way to write a variable"),
                }
                if !rest.contains(&b'}') {
                    return Some("the brace of a variable is not closed");
                }
                at += 1 + name;
            }
            _ => {}
        }
    }
    quote.map(|_| "a quote in it is not closed")
}

/// Flags that the instruction does not have, or that have no value, or one too many.
fn flags(instruction: &Instruction) -> Option<Fault> {
    let name = instruction.keyword.value.as_str();
    let known = FLAGS.iter().find(|(own, _)| *own == name).map_or(&[][..], |(_, flags)| flags);
    let bare = |flag: &&str| flag.trim_end_matches(['*', '?']).to_owned();
    let flags = instruction.flags.iter().take_while(|flag| !flag.name.is_empty());
    for (at, flag) in flags.enumerate() {
        // The programs that used to be started with these words know them; `RUN --x` runs nothing.
        let Some(form) = known.iter().find(|form| bare(form) == flag.name) else {
            let fault =
                Fault::new(flag.span, format!("`{name}` has no flag `--{}`, so the build stops here", flag.name));
            let near = known.iter().map(bare).find(|own| flag.name.len() < 40 && letters_apart(own, &flag.name) <= 2);
            return Some(match near {
                Some(near) => fault.help(format!("write `--{near}`")),
                None => fault,
            });
        };
        let value = flag.value.as_deref();
        let wrong = if form.ends_with('?') {
            let word = value.map(str::to_ascii_lowercase);
            word.is_some_and(|word| word != "true" && word != "false").then_some("is `true` or `false`")
        } else if value.is_none() {
            Some("needs a value behind an equals sign")
        } else {
            let again = instruction.flags.iter().take(at).any(|earlier| earlier.name == flag.name);
            (again && !form.ends_with('*')).then_some("stands here twice")
        };
        if let Some(wrong) = wrong {
            return Some(Fault::new(flag.span, format!("`--{}` {wrong}, so the build stops here", flag.name)));
        }
    }
    None
}

/// A JSON array of something else than strings.
fn not_strings(instruction: &Instruction) -> Option<Fault> {
    const LISTS: [&str; 8] = ["RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "ADD", "VOLUME", "HEALTHCHECK"];
    let name = instruction.keyword.value.as_str();
    if instruction.exec.is_some() || !LISTS.contains(&name) {
        return None;
    }
    let list = match name {
        "HEALTHCHECK" => instruction.body.from(3.min(instruction.body.text.len())),
        _ => instruction.body.clone(),
    };
    let array = list.text.starts_with('[') && list.json().is_none();
    let other = array && serde_json::from_str::<Vec<serde::de::IgnoredAny>>(&list.text).is_ok();
    let message = "only strings may stand in this list, so the build stops here";
    other.then(|| Fault::new(list.whole(), message).help("put every word in double quotes"))
}

/// `FROM image AS name`: a fault, or none; nothing at all when it is not made of one or three words.
fn from_line(words: &[Spanned<String>]) -> Option<Option<Fault>> {
    match words {
        [_] => Some(None),
        [_, r#as, name] if r#as.value.eq_ignore_ascii_case("as") => {
            let letters = name.value.to_ascii_lowercase();
            let fits = letters.starts_with(|c: char| c.is_ascii_lowercase())
                && letters.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b));
            let message = "the name of a stage begins with a letter and holds letters, digits, `-`, `_` and `.`";
            Some((!fits).then(|| Fault::new(name.span, format!("{message}; the build stops here"))))
        }
        _ => None,
    }
}

/// `ENV` and `LABEL`: `name=value`, or one name and one value.
fn pairs(instruction: &Instruction, words: &[Spanned<String>]) -> Option<Fault> {
    let name = &instruction.keyword.value;
    let stop = |span: Span, what: &str| Some(Fault::new(span, format!("{what}, so the build stops here")));
    match words {
        [] => stop(instruction.keyword.span, &format!("`{name}` needs a name and a value")),
        [only] if !only.value.contains('=') => stop(only.span, &format!("`{name}` needs a value behind the name")),
        [first, ..] if first.value.contains('=') => {
            let blank = words.iter().find(|word| word.value.starts_with('='));
            let plain = words.iter().find(|word| !word.value.contains('='));
            let quotes = "put the value in double quotes if it holds spaces";
            match (blank, plain) {
                (_, Some(word)) => stop(word.span, "this word has no equals sign").map(|fault| fault.help(quotes)),
                (Some(word), None) => stop(word.span, "no name stands in front of the equals sign"),
                (None, None) => None,
            }
        }
        _ => None,
    }
}

fn copied(instruction: &Instruction, words: &[Spanned<String>]) -> Option<Fault> {
    let copy = instruction.is("COPY");
    let (target, sources) = words.split_last()?;
    let stop = |span: Span, what: &str| Some(Fault::new(span, format!("{what}, so the build stops here")));
    if target.value.starts_with("<<") {
        return stop(target.span, "a here-document cannot be the destination");
    }
    let git = |word: &&Spanned<String>| word.value.starts_with("git@") || word.value.starts_with("git://");
    if let Some(url) = sources.iter().find(git).filter(|_| copy) {
        return stop(url.span, "`COPY` takes no repository").map(|fault| fault.help("use `ADD`"));
    }
    let remote = |word: &&Spanned<String>| ["http://", "https://"].iter().any(|start| word.value.starts_with(start));
    if let Some(url) = sources.iter().find(remote).filter(|_| copy) {
        return stop(url.span, "`COPY` takes no URL").map(|fault| fault.help("use `ADD`"));
    }
    let chmod = instruction.flags.iter().find(|flag| flag.name == "chmod")?;
    let mode = chmod.value.as_deref()?;
    let digits = mode.bytes().all(|b| b.is_ascii_digit());
    let octal = u32::from_str_radix(mode, 8).is_ok_and(|mode| mode <= 0o7777);
    (digits && !octal).then(|| Fault::new(chmod.span, "a mode is an octal number up to 7777, so the build stops here"))
}

fn healthcheck(instruction: &Instruction, words: &[Spanned<String>]) -> Option<Fault> {
    let stop = |span: Span, what: &str| Some(Fault::new(span, format!("{what}, so the build stops here")));
    let (kind, rest) = words.split_first()?;
    if kind.value.eq_ignore_ascii_case("none") {
        return rest.first().and_then(|word| stop(word.span, "nothing may stand behind `NONE`"));
    }
    if !kind.value.eq_ignore_ascii_case("cmd") {
        let help = "write `HEALTHCHECK CMD` and the command, or `HEALTHCHECK NONE`";
        return stop(kind.span, "`CMD` is missing in front of the command").map(|fault| fault.help(help));
    }
    let command = instruction.body.from(kind.value.len());
    if command.text.is_empty() || command.json().is_some_and(|words| words.is_empty()) {
        return stop(kind.span, "no command stands behind `CMD`");
    }
    for flag in &instruction.flags {
        let value = flag.value.as_deref().unwrap_or("");
        if flag.name == "retries" {
            if !value.is_empty() && value.parse::<u32>().is_err() {
                return stop(flag.span, "the number of retries is a whole number");
            }
        } else if !value.is_empty() && value.parse::<f64>() != Ok(0.0) && !is_duration(value) {
            let help = "write it with its unit: `30s`, `1m30s`";
            return stop(flag.span, "this is not a length of time").map(|fault| fault.help(help));
        }
    }
    None
}

/// Go's `time.ParseDuration`, from a millisecond on.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let Ok(number) = rest.cut(..digits).parse::<f64>() else { return false };
        rest = rest.cut(digits..);
        let letters = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let unit = match rest.cut(..letters) {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return false,
        };
        seconds += number * unit;
        rest = rest.cut(letters..);
    }
    seconds >= 1e-3
}

/// `80`, `80-90`, `53/udp`; an address and a port of the host in front are read and dropped.
fn is_port(word: &str) -> bool {
    let (range, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
    let range = range.rsplit(':').next().unwrap_or(range);
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let number = |text: &str| text.parse::<u16>().ok();
    let protocol = protocol.to_ascii_lowercase();
    let ports = number(first).zip(number(last)).is_some_and(|(first, last)| first <= last);
    ports && matches!(protocol.as_str(), "tcp" | "udp" | "sctp" | "")
}

/// A number, or a name of Linux with or without `SIG` (moby, `sys/signal`).
fn is_signal(word: &str, words: usize) -> bool {
    const NAMES: &str = "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT \
                         STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ";
    let upper = word.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let number = word.parse::<u32>();
    words == 1 && (number.is_ok_and(|n| n != 0) || name.starts_with("RTM") || NAMES.split(' ').any(|own| own == name))
}

/// What is wrong with a flag of `RUN`.
fn run_flag(flag: &Flag) -> Option<Fault> {
    let value = flag.value.as_deref()?;
    let stop = |what: String| Some(Fault::new(flag.span, format!("{what}, so the build stops here")));
    let one_of = |words: &[&str]| {
        let known = words.contains(&value);
        if known { None } else { stop(format!("`--{}` is one of `{}`", flag.name, words.join("`, `"))) }
    };
    match flag.name.as_str() {
        "network" => one_of(&["default", "none", "host"]),
        "security" => one_of(&["insecure", "sandbox"]),
        "mount" if !value.contains(['"', '$']) => mount(value).and_then(stop),
        _ => None,
    }
}

fn mount(value: &str) -> Option<String> {
    const KEYS: [&str; 18] = [
        "type",
        "from",
        "source",
        "src",
        "target",
        "dst",
        "destination",
        "readonly",
        "ro",
        "readwrite",
        "rw",
        "id",
        "sharing",
        "required",
        "size",
        "mode",
        "uid",
        "gid",
    ];
    let pairs = value.split(',').map(|part| part.split_once('=').unwrap_or((part, "")));
    let of = |keys: &[&str]| pairs.clone().find(|(key, _)| keys.contains(&key.to_ascii_lowercase().as_str()));
    let kind = of(&["type"]).map_or("bind", |(_, kind)| kind);
    if !matches!(kind, "bind" | "cache" | "tmpfs" | "secret" | "ssh") {
        return Some(format!("there are no mounts of type `{kind}`"));
    }
    let known = |key: &str| KEYS.contains(&key) || kind == "secret" && key == "env";
    if let Some((key, _)) = pairs.clone().find(|(key, _)| !known(&key.to_ascii_lowercase())) {
        return Some(format!("a mount has no option `{key}`"));
    }
    let target = of(&["target", "dst", "destination"]);
    let number = |value: &str| value.parse::<u32>().is_ok();
    for (key, value) in pairs.clone() {
        let fits = match key.to_ascii_lowercase().as_str() {
            "sharing" => matches!(value, "shared" | "private" | "locked"),
            "required" | "readonly" | "ro" | "readwrite" | "rw" => {
                matches!(value.to_ascii_lowercase().as_str(), "" | "true" | "false" | "1" | "0" | "t" | "f")
            }
            "uid" | "gid" => number(value),
            "size" => kind == "tmpfs",
            _ => true,
        };
        if !fits {
            return Some(format!("`{key}={value}` is nothing a mount of type `{kind}` can have"));
        }
    }
    match kind {
        "secret" if target.is_none() && of(&["id", "source", "src"]).is_none() => {
            Some("a secret needs an `id` or a `target`".to_owned())
        }
        "bind" | "cache" | "tmpfs" if target.is_none() => Some("the mount needs a `target`".to_owned()),
        _ => None,
    }
}
