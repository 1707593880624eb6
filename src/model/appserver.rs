//! Application servers as they are started on a command line: gunicorn, uvicorn and their like.
//!
//! Defaults and option names: gunicorn 27 `docs/source/settings.rst`, uvicorn 0.54 `--help`, hypercorn, daphne,
//! Flask and Django documentation.

use crate::syntax::shell;

/// An application server's command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppServer {
    /// `gunicorn`, `uvicorn`, ...
    pub program: &'static str,
    /// The address it binds to; `None`: not known.
    pub address: Option<String>,
    /// Whether the address is written on the command line, not a default.
    pub bound: bool,
    /// The port it binds to; `None`: not known (a variable, a configuration file, a socket).
    pub port: Option<u16>,
    /// Whether the port is written on the command line, not a default.
    pub explicit: bool,
    /// gunicorn's `--timeout` in seconds, if it is written.
    pub timeout: Option<u64>,
    /// gunicorn's worker class, if it is written.
    pub worker: Option<String>,
    /// Whether gunicorn's workers have several threads: then they are `gthread`, whatever sync says.
    pub threaded: bool,
    /// Whether a configuration file may say more (`-c`, `--config`).
    pub configured: bool,
}

/// How a program is told where to listen.
struct Usage {
    program: &'static str,
    /// Options that take address and port together.
    binds: &'static [&'static str],
    hosts: &'static [&'static str],
    ports: &'static [&'static str],
    /// Where it listens when it is told nothing.
    usual: (&'static str, u16),
}

const fn usage(
    program: &'static str,
    binds: &'static [&'static str],
    hosts: &'static [&'static str],
    ports: &'static [&'static str],
    usual: (&'static str, u16),
) -> Usage {
    Usage { program, binds, hosts, ports, usual }
}

const SERVERS: [Usage; 9] = [
    usage("gunicorn", &["-b", "--bind"], &[], &[], ("127.0.0.1", 8000)),
    usage("uvicorn", &[], &["--host"], &["--port"], ("127.0.0.1", 8000)),
    usage("hypercorn", &["-b", "--bind"], &[], &[], ("127.0.0.1", 8000)),
    usage("daphne", &[], &["-b", "--bind"], &["-p", "--port"], ("127.0.0.1", 8000)),
    usage("waitress-serve", &["--listen"], &["--host"], &["--port"], ("0.0.0.0", 8080)),
    usage("flask", &[], &["-h", "--host"], &["-p", "--port"], ("127.0.0.1", 5000)),
    usage("streamlit", &[], &["--server.address"], &["--server.port"], ("0.0.0.0", 8501)),
    usage("vite", &[], &["--host"], &["--port"], ("127.0.0.1", 5173)),
    usage("next", &[], &["-H", "--hostname"], &["-p", "--port"], ("0.0.0.0", 3000)),
];

impl AppServer {
    /// Reads a command, as words. A script behind `sh -c` is looked into; its last application server counts.
    pub fn read(words: &[String]) -> Option<AppServer> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if let Some(script) = shell::script(&words) {
            return shell::commands(words[script]).iter().rev().find_map(|command| {
                let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
                AppServer::from_words(&words)
            });
        }
        AppServer::from_words(&words)
    }

    fn from_words(words: &[&str]) -> Option<AppServer> {
        // Wrappers stand in front: `exec`, `python -m`, `poetry run`, `uv run`, `opentelemetry-instrument`.
        let named = |word: &&str| SERVERS.iter().find(|usage| shell::base_name(word) == usage.program);
        let at = words.iter().take(5).position(|word| named(word).is_some())?;
        let &Usage { program, binds, hosts, ports, usual } = named(&words[at])?;
        let mut server = AppServer {
            program,
            address: None,
            bound: false,
            port: None,
            explicit: false,
            timeout: None,
            worker: None,
            threaded: false,
            configured: false,
        };
        let mut rest = words[at + 1..].iter().copied();
        let mut open = false;
        while let Some(word) = rest.next() {
            let (option, inline) = match word.split_once('=') {
                Some((option, value)) if option.starts_with("--") => (option, Some(value)),
                _ => short(word),
            };
            let mut value = || inline.or_else(|| rest.next());
            if binds.contains(&option) {
                (server.explicit, server.bound) = (true, true);
                match value().and_then(bind) {
                    Some((address, port)) => (server.address, server.port) = (Some(address), Some(port)),
                    None => open = true,
                }
            } else if hosts.contains(&option) {
                server.bound = true;
                // `vite --host` alone: every address.
                let written = inline.or_else(|| rest.clone().next().filter(|next| !next.starts_with('-')));
                if inline.is_none() && written.is_some() {
                    rest.next();
                }
                server.address =
                    Some(written.unwrap_or("0.0.0.0")).filter(|value| !value.contains('$')).map(str::to_owned);
            } else if ports.contains(&option) {
                server.explicit = true;
                server.port = value().and_then(|value| value.parse().ok());
                open |= server.port.is_none();
            } else if matches!(option, "--uds" | "--fd" | "--unix-socket" | "--endpoint" | "-e" | "-u") {
                // Another kind of address.
                server.bound = true;
            } else if program == "gunicorn" {
                match option {
                    "-t" | "--timeout" => server.timeout = value().and_then(|value| value.parse().ok()),
                    "-k" | "--worker-class" => server.worker = value().map(str::to_owned),
                    "--threads" => server.threaded = value() != Some("1"),
                    "-c" | "--config" => {
                        value();
                        server.configured = true;
                    }
                    _ => {}
                }
            }
        }
        if !server.bound && !server.configured {
            server.address = Some(usual.0.to_owned());
        }
        if server.port.is_none() && !open && !server.configured {
            server.port = Some(usual.1);
        }
        Some(server)
    }

    /// Whether one slow request blocks a worker until `timeout` kills it: gunicorn's own sync workers.
    pub fn kills_slow_requests(&self) -> bool {
        self.program == "gunicorn" && !self.threaded && self.worker.as_ref().is_none_or(|worker| worker == "sync")
    }
}

/// `-b0.0.0.0:80` as option and value.
fn short(word: &str) -> (&str, Option<&str>) {
    match word.as_bytes() {
        [b'-', letter, _, ..] if *letter != b'-' => match word.get(..2) {
            Some(option) => (option, word.get(2..)),
            None => (word, None),
        },
        _ => (word, None),
    }
}

/// `host:port`, `:port`; not a socket, not a variable.
fn bind(value: &str) -> Option<(String, u16)> {
    let (host, port) = value.rsplit_once(':')?;
    Some((host.to_owned(), port.parse().ok()?)).filter(|(host, _)| !host.contains(['$', '/']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> AppServer {
        AppServer::read(&shell::words(line).into_iter().map(|word| word.text).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn ports_and_timeouts_are_found() {
        let gunicorn = read("gunicorn app:app --workers 4 --bind=0.0.0.0:9000 -t 300 -k gevent");
        assert_eq!((gunicorn.port, gunicorn.timeout, gunicorn.explicit), (Some(9000), Some(300), true));
        assert!(!gunicorn.kills_slow_requests());
        assert_eq!(read("sh -c \"python migrate.py && exec uvicorn a:b --host 0.0.0.0 --port 8080\"").port, Some(8080));
        assert_eq!(read("python -m uvicorn a:b").port, Some(8000));
        assert_eq!(read("gunicorn -b:8001 a:b").port, Some(8001));
        assert_eq!(read("gunicorn -c gunicorn.conf.py a:b").port, None);
        assert_eq!(read("uvicorn a:b --port $PORT").port, None);
        assert_eq!(read("gunicorn --bind unix:/run/a.sock a:b").port, None);
        for (line, address) in [
            ("gunicorn a:b", Some("127.0.0.1")),
            ("gunicorn -c conf.py a:b", None),
            ("uvicorn a:b --host 0.0.0.0", Some("0.0.0.0")),
            ("uvicorn a:b --host $HOST", None),
            ("uvicorn a:b --uds /run/a.sock", None),
            ("flask run -h ::", Some("::")),
            ("npx vite --host", Some("0.0.0.0")),
            ("vite --host --port 80", Some("0.0.0.0")),
            ("next start", Some("0.0.0.0")),
        ] {
            assert_eq!(read(line).address.as_deref(), address, "{line}");
        }
        assert_eq!(AppServer::read(&["npm".into(), "start".into()]), None);
    }
}
