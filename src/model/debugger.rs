//! Debuggers that run the code of whoever reaches them, by the command that starts them.

use crate::source::Cut;
use crate::syntax::shell;

/// A debugger that a command opens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Debugger {
    /// The words that open it: `flask --debug`.
    pub words: String,
    /// Where it listens; `None` for one that is part of the site.
    pub port: Option<u16>,
    /// Whether anybody may use it: that of Werkzeug asks for a number that its log shows.
    pub for_all: bool,
    /// What to do instead.
    pub instead: &'static str,
}

impl Debugger {
    /// The debugger that a command opens to others than its own machine, if it does.
    ///
    /// Flask: <https://flask.palletsprojects.com/en/stable/debugging/>; django-extensions' `runserver_plus` is Werkzeug, too. Node.js
    /// listens on its own machine unless `--inspect` has an address (<https://nodejs.org/en/learn/getting-started/debugging>); debugpy
    /// and Delve where they are told to; Java's `jdwp` on its own machine unless the address has `*` or `0.0.0.0` (since Java 9).
    pub fn of(words: &[String]) -> Option<Debugger> {
        let commands = shell::run(words);
        let words: Vec<&str> = commands.last()?.words.iter().map(|word| &*word.text).collect();
        let has = |name: &str| words.iter().any(|word| shell::base_name(word) == name);
        let open =
            |words: &str, port, instead| Some(Debugger { words: words.to_owned(), port, for_all: true, instead });
        if has("flask") && has("run") && has("--debug") && !has("--no-debugger") {
            let words = "flask run --debug".to_owned();
            return Some(Debugger {
                words,
                port: None,
                for_all: false,
                instead: "start gunicorn, and leave out `--debug`",
            });
        }
        if has("manage.py") && has("runserver_plus") {
            let words = "runserver_plus".to_owned();
            return Some(Debugger { words, port: None, for_all: false, instead: "start gunicorn or uvicorn" });
        }
        for (at, word) in words.iter().enumerate() {
            let value = |option: &str| {
                let rest = word.strip_prefix(option)?;
                rest.strip_prefix('=').or_else(|| rest.is_empty().then(|| words.get(at + 1).copied()).flatten())
            };
            let inspected = word.strip_prefix("--inspect-brk=").or_else(|| word.strip_prefix("--inspect="));
            if let Some(port) = inspected.and_then(|to| everywhere(to, 9229)) {
                return open("--inspect", Some(port), "leave it out; to debug, bind it to 127.0.0.1 and use `ssh -L`");
            }
            if has("debugpy")
                && let Some(port) = value("--listen").and_then(|to| everywhere(to, 5678))
            {
                return open("debugpy --listen", Some(port), "start the program without `debugpy`");
            }
            if has("dlv")
                && let Some(port) = value("--listen").and_then(|to| everywhere(to, 0))
            {
                return open("dlv --listen", Some(port), "start the program without `dlv`");
            }
            let attached = word.strip_prefix("-agentlib:jdwp=").and_then(|rest| rest.split("address=").nth(1));
            if let Some(port) = attached.and_then(|to| everywhere(to.split(',').next().unwrap_or(to), 0)) {
                return open("-agentlib:jdwp", Some(port), "leave it out");
            }
        }
        None
    }
}

/// The port of an address, when it takes connections from everywhere: `0.0.0.0:9229`, `*:5005`, `:2345`.
fn everywhere(address: &str, usual: u16) -> Option<u16> {
    let (host, port) = match address.rfind(':') {
        Some(at) => (address.cut(..at), address.cut(at + 1..).parse().ok()?),
        None => (address, usual),
    };
    matches!(host, "0.0.0.0" | "*" | "" | "[::]" | "::").then_some(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(command: &str) -> Option<(String, Option<u16>)> {
        let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
        Debugger::of(&words).map(|found| (found.words, found.port))
    }

    #[test]
    fn what_only_its_own_machine_reaches_is_none() {
        assert_eq!(of("flask --app shop run --debug"), Some(("flask run --debug".to_owned(), None)));
        assert_eq!(of("python -m flask run --debug --host=0.0.0.0"), Some(("flask run --debug".to_owned(), None)));
        assert_eq!(of("flask run --host 0.0.0.0"), None);
        assert_eq!(of("node --inspect=0.0.0.0 server.js"), Some(("--inspect".to_owned(), Some(9229))));
        assert_eq!(of("node --inspect=127.0.0.1:9229 server.js"), None);
        assert_eq!(of("node --inspect server.js"), None);
        assert_eq!(
            of("python -m debugpy --listen 0.0.0.0:5678 -m shop"),
            Some(("debugpy --listen".to_owned(), Some(5678)))
        );
        assert_eq!(of("python -m debugpy --listen 5678 -m shop"), None);
        let jdwp = "java -agentlib:jdwp=transport=dt_socket,server=y,address=*:5005,suspend=n -jar a.jar";
        assert_eq!(of(jdwp), Some(("-agentlib:jdwp".to_owned(), Some(5005))));
        assert_eq!(of(&jdwp.replace("*:", "")), None);
        assert_eq!(of("dlv exec /shop --headless --listen=:2345"), Some(("dlv --listen".to_owned(), Some(2345))));
    }
}
