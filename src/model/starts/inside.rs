//! What a command line runs inside of a container: `docker exec`, `docker run`, `docker compose exec`, `kubectl exec`.

use super::compose::{OF_VERBS, VERB_OPTIONS, global, run_options};
use crate::source::Spanned;
use crate::syntax::shell::base_name;

/// A command that runs inside of a container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inside {
    /// Where it stands among the words.
    pub at: usize,
    /// Where the line asks for a terminal (`-t`, `-it`), or what gives one to a command unasked: `docker-compose exec`.
    pub terminal: Option<usize>,
    /// Whether that fails where there is none: docker refuses `-t` together with `-i`.
    pub refused: bool,
    /// The container, service, image or pod.
    pub name: Option<usize>,
}

/// Options of `docker exec` that take a word (docker 28).
const EXEC: [&str; 8] = ["-e", "--env", "--env-file", "-u", "--user", "-w", "--workdir", "--detach-keys"];
/// Options of `kubectl` and `kubectl exec` that take a word (1.34).
const KUBECTL: [&str; 10] = [
    "-n",
    "--namespace",
    "-c",
    "--container",
    "--context",
    "--kubeconfig",
    "-f",
    "--filename",
    "--cluster",
    "--pod-running-timeout",
];
/// Options of Compose in front of its verb that take a word.
const COMPOSE: [&str; 14] = [
    "-f",
    "--file",
    "--env-file",
    "--profile",
    "--project-directory",
    "-p",
    "--project-name",
    "--ansi",
    "--parallel",
    "--progress",
    "-H",
    "--host",
    "-c",
    "--context",
];

/// What the program at `at` runs inside of a container.
pub(super) fn inside(words: &[Spanned<String>], at: usize) -> Option<Inside> {
    let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
    match base_name(texts.get(at)?) {
        "docker-compose" | "podman-compose" => compose(&texts, at + 1, Some(at)),
        "docker" | "podman" | "nerdctl" => {
            let mut verb = global(&texts, at);
            if texts.get(verb) == Some(&"container") {
                verb += 1;
            }
            match *texts.get(verb)? {
                "compose" => compose(&texts, verb + 1, None),
                "exec" => behind(&texts, verb + 1, &|text| EXEC.contains(&text)),
                "run" => {
                    let (options, image) = run_options(words.get(verb + 1..)?);
                    let image = verb + 1 + image?;
                    let asks = options.iter().any(|(name, _)| name == "--tty");
                    let is_it = |text: &&str| text.starts_with('-') && text.contains('t');
                    let terminal =
                        texts.get(verb + 1..image)?.iter().position(is_it).filter(|_| asks).map(|own| verb + 1 + own);
                    let refused = terminal.is_some() && options.iter().any(|(name, _)| name == "--interactive");
                    (image + 1 < texts.len()).then_some(Inside { at: image + 1, terminal, refused, name: Some(image) })
                }
                _ => None,
            }
        }
        "kubectl" | "oc" => {
            let verb = at + 1 + skipped(texts.get(at + 1..)?, &|text| KUBECTL.contains(&text));
            let found = behind(&texts, verb + 1, &|text| KUBECTL.contains(&text));
            // kubectl says so and goes on.
            found.filter(|_| texts.get(verb) == Some(&"exec")).map(|found| Inside { refused: false, ..found })
        }
        _ => None,
    }
}

/// `exec` and `run` of Compose. Version 1 gives a terminal to every `exec` that does not say `-T`, whether there is one or
/// not; its `run`, and version 2, look first.
fn compose(texts: &[&str], at: usize, gives: Option<usize>) -> Option<Inside> {
    let verb = at + skipped(texts.get(at..)?, &|text| COMPOSE.contains(&text));
    let name = *texts.get(verb).filter(|verb| matches!(**verb, "exec" | "run"))?;
    let own = |text: &str| {
        VERB_OPTIONS.contains(&text) || OF_VERBS.iter().any(|(verbs, own)| verbs.contains(&name) && own.contains(&text))
    };
    let found = behind(texts, verb + 1, &own)?;
    let options = texts.get(verb + 1..found.name?)?;
    let without = options.iter().any(|option| {
        matches!(*option, "--no-TTY" | "--no-tty" | "-d" | "--detach")
            || option.starts_with('-') && !option.starts_with("--") && option.contains('T')
    });
    let terminal = gives.filter(|_| name == "exec" && !without);
    Some(Inside { terminal, refused: terminal.is_some(), ..found })
}

/// `[options] NAME [--] COMMAND ...`
fn behind(texts: &[&str], from: usize, takes: &dyn Fn(&str) -> bool) -> Option<Inside> {
    let name = from + skipped(texts.get(from..)?, takes);
    let mut at = name + 1;
    // `kubectl exec pod -c app -- command`
    if let Some(dashes) = texts.get(at..)?.iter().position(|text| *text == "--") {
        at += dashes + 1;
    }
    let short = |text: &&str| text.starts_with('-') && !text.starts_with("--") && text.contains('t') && text.len() < 5;
    let terminal = texts.get(from..name)?.iter().position(|text| *text == "--tty" || short(text));
    let attached = |text: &&str| short(text) && text.contains('i') || matches!(*text, "-i" | "--interactive");
    let refused = terminal.is_some() && texts.get(from..name)?.iter().any(attached);
    (at < texts.len()).then_some(Inside { at, terminal: terminal.map(|own| from + own), refused, name: Some(name) })
}

/// How many words options and their values are.
fn skipped(texts: &[&str], takes: &dyn Fn(&str) -> bool) -> usize {
    let mut at = 0;
    while let Some(option) = texts.get(at).filter(|text| text.starts_with('-') && text.len() > 1) {
        at += if takes(option) { 2 } else { 1 };
    }
    at.min(texts.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn commands_in_containers_are_found_behind_options() {
        for (line, at, terminal, name) in [
            ("docker exec db pg_dump shop", Some("pg_dump"), None, "db"),
            ("docker exec -it -u postgres db pg_dump shop", Some("pg_dump"), Some("-it"), "db"),
            ("docker container exec --env A=t db sh", Some("sh"), None, "db"),
            ("docker -H ssh://a exec -t db pg_dump", Some("pg_dump"), Some("-t"), "db"),
            ("docker run --rm -v data:/data alpine tar czf /b.tgz /data", Some("tar"), None, "alpine"),
            ("docker run -it --rm alpine sh", Some("sh"), Some("-it"), "alpine"),
            ("docker run --rm --tty alpine sh", Some("sh"), Some("--tty"), "alpine"),
            ("docker run --rm alpine", None, None, ""),
            ("docker compose -f a.yml exec db pg_dump", Some("pg_dump"), None, "db"),
            ("docker compose exec -T db pg_dump -t x", Some("pg_dump"), None, "db"),
            ("docker compose exec -it db pg_dump", Some("pg_dump"), None, "db"),
            ("docker-compose exec -u postgres db pg_dump", Some("pg_dump"), Some("docker-compose"), "db"),
            ("docker-compose -f a.yml exec -T db pg_dump", Some("pg_dump"), None, "db"),
            ("docker-compose run --rm certbot renew", Some("renew"), None, "certbot"),
            ("docker compose up -d", None, None, ""),
            ("kubectl -n shop exec -it pod -c app -- pg_dump", Some("pg_dump"), Some("-it"), "pod"),
            ("kubectl get pods", None, None, ""),
            ("tar czf a b", None, None, ""),
        ] {
            let span = Span::new(FileId(0), 0, 0);
            let words: Vec<_> = line.split(' ').map(|word| Spanned::new(word.to_owned(), span)).collect();
            let found = inside(&words, 0);
            let word = |at: Option<usize>| at.map(|at| words[at].value.as_str());
            assert_eq!(word(found.as_ref().map(|found| found.at)), at, "{line}");
            if let Some(found) = found {
                assert_eq!((word(found.terminal), word(found.name)), (terminal, Some(name)), "{line}");
            }
        }
    }
}
