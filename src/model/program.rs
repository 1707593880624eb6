//! Programs that serve: who they are, and where they listen.
//!
//! The table is `SERVERS`. A program is told where to listen by its options, else by variables, else by a
//! configuration file, else it has a default; what of this cannot be seen leaves the answer open.

use crate::model::Host;
use crate::source::{Answer, Why};
use crate::syntax::shell::{self, Assignment, Expanded, Word};

/// A program that serves, and how it is told where to listen. Taken from its documentation.
#[derive(Debug)]
pub struct Server {
    /// Its name on a command line.
    pub name: &'static str,
    /// The first word behind it that makes it serve; empty: any, or none.
    command: &'static str,
    /// Options that take address and port together.
    binds: &'static [&'static str],
    /// Options that take the address.
    hosts: &'static [&'static str],
    /// Options that take the port.
    ports: &'static [&'static str],
    /// Variables that hold the address.
    host_variables: &'static [&'static str],
    /// Variables that hold the port.
    port_variables: &'static [&'static str],
    /// Variables that hold the value of an option.
    option_variables: &'static [(&'static str, &'static str)],
    /// Options behind which it listens in another way than with address and port.
    other: &'static [&'static str],
    /// Where it listens when nobody says.
    usual: Usual,
    /// The configuration files that it looks for by itself and that may say otherwise; `*` at the front of a name.
    files: &'static [&'static str],
    /// Whether `8000` and `0.0.0.0:8000` may stand alone behind the command.
    positional: bool,
    /// Whether it is a daemon of the system: started by its own name, and its configuration says whether it tells systemd
    /// that it is ready, or goes into the background.
    pub daemon: bool,
    /// How to make it listen everywhere, with `PORT` for its port.
    pub open: &'static str,
}

/// Where a program listens when nobody says.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Usual {
    /// On an address and port.
    At(&'static str, u16),
    /// On a port; on which address is a matter of its package.
    Port(u16),
    /// Nowhere: it works on a queue.
    Nowhere,
    /// Where its configuration says.
    Configured,
}

impl Server {
    /// Whether it works on a queue and listens nowhere.
    pub fn is_worker(&self) -> bool {
        self.usual == Usual::Nowhere
    }

    /// Whether it looks for a file of this name by itself.
    pub fn looks_for(&self, name: &str) -> bool {
        self.files.iter().any(|own| own.strip_prefix('*').map_or(*own == name, |end| name.ends_with(end)))
    }

    /// Whether it is called so: `php-fpm*` for `php-fpm8.3`.
    fn is_called(&self, name: &str) -> bool {
        self.name.strip_suffix('*').map_or(self.name == name, |start| name.starts_with(start))
    }

    /// Whether an option takes address and port: `--entrypoints.*.address` for any name, as Traefik writes it.
    fn binds(&self, option: &str) -> bool {
        self.binds.iter().any(|own| match own.split_once('*') {
            Some((start, end)) => {
                let option = option.to_ascii_lowercase();
                option.starts_with(start) && option.ends_with(end)
            }
            None => *own == option,
        })
    }
}

const PLAIN: Server = Server {
    name: "",
    command: "",
    binds: &[],
    hosts: &["--host"],
    ports: &["--port"],
    host_variables: &[],
    port_variables: &[],
    option_variables: &[],
    other: &["--uds", "--fd", "--unix-socket", "--endpoint", "-e", "-u"],
    usual: Usual::At("127.0.0.1", 8000),
    files: &[],
    positional: false,
    daemon: false,
    open: "--host 0.0.0.0",
};
const DJANGO: Server = Server { positional: true, hosts: &[], ports: &[], open: "0.0.0.0:PORT", ..PLAIN };
const VITE: &[&str] = &["vite.config.js", "vite.config.mjs", "vite.config.ts", "vite.config.mts"];
/// Works on a queue and listens nowhere.
const WORKER: Server = Server { hosts: &[], ports: &[], usual: Usual::Nowhere, ..PLAIN };

/// Serves by itself, and not the application.
const DAEMON: Server = Server { hosts: &[], other: &[], usual: Usual::Configured, daemon: true, open: "", ..PLAIN };
const MYSQL: Server = Server {
    hosts: &["--bind-address"],
    ports: &["--port", "-P"],
    port_variables: &["MYSQL_TCP_PORT"],
    other: &["--skip-networking", "--defaults-file"],
    usual: Usual::Port(3306),
    files: &["*.cnf"],
    ..DAEMON
};
const MONGO: Server = Server {
    hosts: &["--bind_ip"],
    other: &["--configsvr", "--shardsvr"],
    usual: Usual::Port(27017),
    files: &["mongod.conf"],
    ..DAEMON
};
const REDIS_SERVER: &str = "redis-server";
const VALKEY_SERVER: &str = "valkey-server";
const REDIS: Server = Server { hosts: &["--bind"], usual: Usual::At("0.0.0.0", 6379), ..DAEMON };

/// One row for a program and command; the first that fits counts. Read on 2026-11-28 from: gunicorn 23
/// `docs/source/settings.rst`, uvicorn 0.38 `docs/settings.md`, fastapi-cli 0.0.16 `cli.py`, hypercorn 0.17
/// `docs/how_to_guides/binds.rst`, daphne 4.2 `cli.py`, waitress 3.0 `runner.py`, Flask 3.1 `docs/cli.rst`, Django 5.2
/// `ref/django-admin`, granian 2.5 `README.md`, streamlit 1.51 `config.py`, Vite 7 `config/server-options.md`, Next.js 16
/// `api-reference/cli/next.mdx`, Python 3.14 `http.server`, celery 5.5 and flower 2.0, rq 2.6, PHP Laravel 12 `artisan serve`. Daemons: uWSGI 2.0 `Options.rst`, PostgreSQL 18 `postgres(1)`, MySQL 8.4
/// and MariaDB 11 server options, MongoDB 8 `mongod`, Redis 8 and Valkey 8 `redis.conf`, memcached 1.6 `memcached(1)`, PHP 8.4
/// `php-fpm`, Prometheus 3 and node_exporter 1 `--help`, Caddy 2.10 `caddy file-server`, Traefik 3.5 `reference/install-configuration/entrypoints`.
/// `node` has no row: where it listens is decided by the script, and `PORT` only claims it.
static SERVERS: &[Server] = &[
    Server {
        name: "gunicorn",
        binds: &["-b", "--bind"],
        hosts: &[],
        ports: &[],
        files: &["gunicorn.conf.py"],
        open: "--bind 0.0.0.0:PORT",
        ..PLAIN
    },
    Server {
        name: "uvicorn",
        host_variables: &["UVICORN_HOST"],
        port_variables: &["UVICORN_PORT"],
        option_variables: &[
            ("UVICORN_WORKERS", "--workers"),
            ("UVICORN_TIMEOUT_KEEP_ALIVE", "--timeout-keep-alive"),
            ("UVICORN_UDS", "--uds"),
            ("UVICORN_FD", "--fd"),
        ],
        ..PLAIN
    },
    Server { name: "fastapi", command: "dev", port_variables: &["PORT"], ..PLAIN },
    Server { name: "fastapi", command: "run", port_variables: &["PORT"], usual: Usual::At("0.0.0.0", 8000), ..PLAIN },
    Server {
        name: "hypercorn",
        binds: &["-b", "--bind"],
        hosts: &[],
        ports: &[],
        open: "--bind 0.0.0.0:PORT",
        ..PLAIN
    },
    Server { name: "daphne", hosts: &["-b", "--bind"], ports: &["-p", "--port"], open: "-b 0.0.0.0", ..PLAIN },
    Server { name: "waitress-serve", binds: &["--listen"], usual: Usual::At("0.0.0.0", 8080), ..PLAIN },
    Server { name: "granian", host_variables: &["GRANIAN_HOST"], port_variables: &["GRANIAN_PORT"], ..PLAIN },
    Server {
        name: "flask",
        command: "run",
        hosts: &["-h", "--host"],
        ports: &["-p", "--port"],
        host_variables: &["FLASK_RUN_HOST"],
        port_variables: &["FLASK_RUN_PORT"],
        usual: Usual::At("127.0.0.1", 5000),
        files: &[".flaskenv"],
        ..PLAIN
    },
    Server { name: "manage.py", command: "runserver", ..DJANGO },
    Server { name: "manage.py", command: "runserver_plus", ..DJANGO },
    Server { name: "django-admin", command: "runserver", ..DJANGO },
    Server { name: "http.server", hosts: &["-b", "--bind"], usual: Usual::At("0.0.0.0", 8000), ..DJANGO },
    Server {
        name: "streamlit",
        command: "run",
        hosts: &["--server.address"],
        ports: &["--server.port"],
        host_variables: &["STREAMLIT_SERVER_ADDRESS"],
        port_variables: &["STREAMLIT_SERVER_PORT"],
        usual: Usual::At("0.0.0.0", 8501),
        files: &["config.toml"],
        ..PLAIN
    },
    Server { name: "vite", command: "preview", usual: Usual::At("127.0.0.1", 4173), files: VITE, ..PLAIN },
    Server { name: "vite", command: "dev", usual: Usual::At("127.0.0.1", 5173), files: VITE, ..PLAIN },
    Server { name: "vite", command: "serve", usual: Usual::At("127.0.0.1", 5173), files: VITE, ..PLAIN },
    Server { name: "vite", command: "build", ..WORKER },
    Server { name: "vite", usual: Usual::At("127.0.0.1", 5173), files: VITE, ..PLAIN },
    Server { name: "next", command: "start", ..NEXT },
    Server { name: "next", command: "dev", ..NEXT },
    // What Next.js builds with `output: "standalone"`: Docker sets `HOSTNAME` to the name of the container.
    Server {
        name: STANDALONE,
        hosts: &[],
        ports: &[],
        host_variables: &["HOSTNAME"],
        usual: Usual::At("its own name", 3000),
        open: "HOSTNAME=0.0.0.0",
        ..NEXT
    },
    Server { name: "artisan", command: "serve", ..PLAIN },
    Server {
        name: "flower",
        usual: Usual::At("0.0.0.0", 5555),
        files: &["flowerconfig.py"],
        hosts: &["--address"],
        ..PLAIN
    },
    Server { name: "celery", ..WORKER },
    Server { name: "rq", command: "worker", ..WORKER },
    Server { name: "dramatiq", ..WORKER },
    Server { name: "arq", ..WORKER },
    Server {
        name: "uwsgi",
        binds: &["--http", "--http-socket", "--http11-socket", "--https", "--socket", "--uwsgi-socket", "-s"],
        open: "--http-socket 0.0.0.0:PORT",
        ..DAEMON
    },
    Server {
        name: "postgres",
        hosts: &["-h", "--listen_addresses"],
        ports: &["-p", "--port"],
        port_variables: &["PGPORT"],
        usual: Usual::Port(5432),
        files: &["postgresql.conf"],
        ..DAEMON
    },
    Server { name: "mysqld", ..MYSQL },
    Server { name: "mysqld_safe", ..MYSQL },
    Server { name: "mariadbd", ..MYSQL },
    Server { name: "mongod", ..MONGO },
    Server { name: "mongos", ..MONGO },
    Server { name: REDIS_SERVER, ..REDIS },
    Server { name: VALKEY_SERVER, ..REDIS },
    Server {
        name: "memcached",
        hosts: &["-l", "--listen"],
        ports: &["-p", "--port"],
        usual: Usual::At("0.0.0.0", 11211),
        ..DAEMON
    },
    // Debian's has the version in its name and a socket in its pool; that of the official image listens on a port.
    Server {
        name: "php-fpm",
        usual: Usual::Port(9000),
        files: &["www.conf", "*php-fpm.conf", "zz-docker.conf"],
        ..DAEMON
    },
    Server { name: "php-fpm*", ..DAEMON },
    Server { name: "prometheus", binds: &["--web.listen-address"], usual: Usual::At("0.0.0.0", 9090), ..DAEMON },
    Server { name: "node_exporter", binds: &["--web.listen-address"], usual: Usual::At("0.0.0.0", 9100), ..DAEMON },
    Server { name: "caddy", command: "file-server", binds: &["-l", "--listen"], ..DAEMON },
    Server { name: "caddy", ..DAEMON },
    Server {
        name: TRAEFIK,
        binds: &["--entrypoints.*.address"],
        usual: Usual::At("0.0.0.0", 80),
        files: &["traefik.yml", "traefik.yaml", "traefik.toml"],
        ..DAEMON
    },
];
const TRAEFIK: &str = "traefik";
const NEXT: Server = Server {
    hosts: &["-H", "--hostname"],
    ports: &["-p", "--port"],
    port_variables: &["PORT"],
    usual: Usual::At("0.0.0.0", 3000),
    ..PLAIN
};

/// The server that Next.js builds, which is started as `node server.js`.
pub const STANDALONE: &str = "Next.js";

/// The words that may stand in front of a program without a script of the project's own among them.
const LAUNCHERS: [&str; 16] = [
    "run",
    "-m",
    "poetry",
    "pdm",
    "pipenv",
    "uv",
    "npx",
    "pnpm",
    "yarn",
    "bunx",
    "bun",
    "exec",
    "node",
    "opentelemetry-instrument",
    "ddtrace-run",
    "--",
];

/// Whether a program of the table looks for a file of this name by itself.
pub fn is_configuration(name: &str) -> bool {
    SERVERS.iter().any(|server| server.looks_for(name))
}

/// What servers for development are started with: words that stand in this order in the command, and what is better.
const FOR_DEVELOPMENT: [(&[&str], &str); 27] = [
    (&["flask", "run"], "gunicorn or uWSGI"),
    (&["manage.py", "runserver"], "gunicorn, uvicorn or uWSGI"),
    (&["django-admin", "runserver"], "gunicorn, uvicorn or uWSGI"),
    (&["uvicorn", "--reload"], "uvicorn without `--reload`"),
    (&["gunicorn", "--reload"], "gunicorn without `--reload`"),
    (&["fastapi", "dev"], "`fastapi run`"),
    (&["npm", "run", "dev"], "a build, and the server of the framework"),
    (&["yarn", "dev"], "a build, and the server of the framework"),
    (&["yarn", "run", "dev"], "a build, and the server of the framework"),
    (&["pnpm", "dev"], "a build, and the server of the framework"),
    (&["pnpm", "run", "dev"], "a build, and the server of the framework"),
    (&["bun", "run", "dev"], "a build, and the server of the framework"),
    (&["next", "dev"], "`next build` and `next start`"),
    (&["ng", "serve"], "`ng build` and a web server"),
    (&["vue-cli-service", "serve"], "a build and a web server"),
    (&["webpack-dev-server"], "a build and a web server"),
    (&["webpack", "serve"], "a build and a web server"),
    (&["nodemon"], "`node`"),
    (&["ts-node-dev"], "a build, and `node`"),
    (&["tsx", "watch"], "a build, and `node`"),
    (&["npm", "run", "start:dev"], "a build, and `node`"),
    (&["yarn", "start:dev"], "a build, and `node`"),
    (&["pnpm", "start:dev"], "a build, and `node`"),
    (&["air"], "what `go build` makes"),
    (&["dotnet", "watch"], "what `dotnet publish` makes"),
    (&["artisan", "serve"], "php-fpm behind a web server, or FrankenPHP"),
    // Keycloak, https://www.keycloak.org/server/configuration#_starting_keycloak_in_development_mode
    (&["start-dev"], "`start`, with a database and `--hostname`"),
];

/// The server for development that a command starts, by the words it is known by, and what is better. What runs in the end
/// is the last of what a script starts.
pub fn for_development(words: &[String]) -> Option<(&'static [&'static str], &'static str)> {
    let words: Vec<String> = shell::run(words).pop()?.words.into_iter().map(|word| word.text).collect();
    FOR_DEVELOPMENT.iter().find(|(server, _)| starts(&words, server)).copied()
}

/// Whether the words of a server stand in a command in their order, its program among the first of them.
fn starts(words: &[String], server: &[&str]) -> bool {
    let mut rest = words.iter().map(|word| shell::base_name(word));
    let program = rest.by_ref().take(6).any(|word| Some(&word) == server.first());
    program && server.iter().skip(1).all(|own| rest.any(|word| word == *own))
}

/// A value, and how sure it is that nothing else decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told<T> {
    /// An option says so.
    Option(T),
    /// A variable of its environment says so.
    Variable(T),
    /// A configuration file says so.
    File(T),
    /// Nobody says otherwise.
    Usual(T),
    /// Something decides that cannot be seen: a variable, a file, another kind of address.
    Open,
}

impl<T> Told<T> {
    /// The value, if it is known.
    pub fn get(&self) -> Option<&T> {
        match self {
            Told::Option(value) | Told::Variable(value) | Told::File(value) | Told::Usual(value) => Some(value),
            Told::Open => None,
        }
    }

    /// Whether it is what the program does by itself.
    pub fn is_usual(&self) -> bool {
        matches!(self, Told::Usual(_))
    }
}

/// A program that serves, as it is started.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its row of the table.
    pub server: &'static Server,
    /// The address it binds to.
    pub address: Told<String>,
    /// The port it binds to; a worker has none.
    pub port: Told<Option<u16>>,
    /// The further addresses and ports it is told to listen on.
    pub also: Vec<(String, u16)>,
    /// Whether it is alone: nothing is started beside it, and no script in front of it decides.
    pub alone: bool,
    /// gunicorn's `--timeout`, or uWSGI's `harakiri`, in seconds, if it is written.
    pub timeout: Option<u64>,
    /// How long an idle connection is kept, in seconds, if it is written: `--timeout-keep-alive`, `--keep-alive`.
    pub keep_alive: Option<u64>,
    /// gunicorn's worker class, if it is written.
    pub worker: Option<String>,
    /// Whether gunicorn's workers have several threads: then they are `gthread`, whatever sync says.
    pub threaded: bool,
    /// How many processes answer requests, if that is written: `--workers`, or `WEB_CONCURRENCY`.
    pub workers: Option<u32>,
    /// Whether a configuration file is named that may say more (`-c`, `--config`).
    pub configured: bool,
    /// The configuration file of uWSGI, as it is named.
    pub ini: Option<String>,
    /// The ports on which uWSGI speaks its own protocol (`socket`), unless `protocol = http` says otherwise.
    native: Vec<u16>,
    /// Whether `protocol = http` does.
    http: bool,
    /// Whether an option names a certificate or key.
    pub tls: bool,
}

/// What a program gets for a variable.
pub type Environment<'a> = &'a dyn Fn(&str) -> Answer<String>;

/// Whether a program is a daemon of the system, by its name.
pub fn is_daemon(name: &str) -> bool {
    SERVERS.iter().any(|row| row.daemon && row.is_called(name))
}

impl Program {
    /// Reads a command, as words. A script behind `sh -c` is looked into; its last server counts.
    pub fn read(words: &[String], env: Environment) -> Option<Program> {
        let commands = shell::run(words);
        let alone = !commands.iter().any(|command| command.before == "&");
        let program = commands.iter().rev().find_map(|command| {
            let words: Vec<String> = command.words.iter().map(|word| put_in(word, env)).collect();
            let own = |name: &str| {
                let set = command.assignments.iter().find(|own| own.name == name);
                set.map_or_else(|| env(name), assigned)
            };
            Program::of_words(&words.iter().map(String::as_str).collect::<Vec<_>>(), &own)
        });
        program.map(|program| Program { alone: program.alone && alone, ..program })
    }

    /// The server that Next.js builds, if that is what is started; only its image knows.
    pub fn standalone(words: &[String], env: Environment) -> Option<Program> {
        let [.., node, script] = words else { return None };
        let started = shell::base_name(node) == "node" && shell::base_name(script) == "server.js";
        let server = SERVERS.iter().find(|row| row.name == STANDALONE).filter(|_| started)?;
        let mut program = Program::of(server);
        program.take_variables(env);
        Some(program)
    }

    fn of(server: &'static Server) -> Program {
        let (address, port) = match server.usual {
            Usual::At(address, port) => (Told::Usual(address.to_owned()), Told::Usual(Some(port))),
            Usual::Port(port) => (Told::Open, Told::Usual(Some(port))),
            Usual::Nowhere => (Told::Usual(String::new()), Told::Usual(None)),
            Usual::Configured => (Told::Open, Told::Open),
        };
        Program {
            server,
            address,
            port,
            also: Vec::new(),
            alone: true,
            timeout: None,
            keep_alive: None,
            worker: None,
            threaded: false,
            workers: None,
            configured: false,
            ini: None,
            native: Vec::new(),
            http: false,
            tls: false,
        }
    }

    fn of_words(words: &[&str], env: Environment) -> Option<Program> {
        // Wrappers stand in front: `exec`, `python -m`, `poetry run`, `uv run`, `opentelemetry-instrument`.
        let serves = |at: usize| {
            let next = words.get(at + 1..)?.iter().find(|word| !word.starts_with('-')).copied().unwrap_or("");
            let name = shell::base_name(words.get(at)?);
            // `celery -A shop flower`
            let name = if name == "celery" && words.contains(&"flower") { "flower" } else { name };
            SERVERS.iter().find(|row| row.is_called(name) && (row.command.is_empty() || row.command == next))
        };
        let direct = |at: usize| {
            let mut front = words[shell::program(words).min(at)..at].iter().map(|word| shell::base_name(word));
            front.all(|word| LAUNCHERS.contains(&word) || word.starts_with("python"))
        };
        let mut found = (0..words.len().min(6)).filter_map(|at| Some((at, serves(at)?)));
        // `wait-for postgres 5432` asks for it.
        let (at, server) = found.find(|(at, server)| !server.daemon || direct(*at))?;
        let direct = direct(at);
        let mut program = Program { alone: direct, ..Program::of(server) };
        program.take_variables(env);
        if server.name == "postgres" {
            program.take_options(&unfolded(&words[at + 1..]).iter().map(String::as_str).collect::<Vec<_>>());
        } else {
            program.take_options(&words[at + 1..]);
        }
        if program.configured {
            program.give_way(None);
        }
        Some(program)
    }

    fn take_variables(&mut self, env: Environment) {
        for name in self.server.host_variables {
            match env(name) {
                Answer::No(_) => {}
                Answer::Yes(value) => self.address = Told::Variable(value),
                Answer::Unknown(_) => self.address = Told::Open,
            }
        }
        let gunicorn = self.server.name == "gunicorn";
        if let (true, Answer::Yes(number)) = (self.has_workers(), env("WEB_CONCURRENCY")) {
            self.workers = number.trim().parse().ok();
        }
        for (variable, option) in self.server.option_variables {
            match env(variable) {
                Answer::No(_) => {}
                Answer::Yes(value) => self.take_options(&[option, value.trim()]),
                Answer::Unknown(_) => self.take_options(&[option, "$"]),
            }
        }
        let ports = if gunicorn { &["PORT"] } else { self.server.port_variables };
        for name in ports {
            let port = match env(name) {
                Answer::No(_) => continue,
                Answer::Yes(value) => value.trim().parse().ok(),
                Answer::Unknown(_) => None,
            };
            self.port = port.map_or(Told::Open, |port| Told::Variable(Some(port)));
            if gunicorn {
                // With `PORT` it binds to all addresses.
                self.address = Told::Variable("0.0.0.0".to_owned());
            }
        }
        if let (STANDALONE, Answer::Yes(time)) = (self.server.name, env("KEEP_ALIVE_TIMEOUT")) {
            self.keep_alive = milliseconds(&time);
        }
        if let ("uwsgi", Answer::Yes(file)) = (self.server.name, env("UWSGI_INI")) {
            (self.ini, self.configured) = (Some(file), true);
        }
        if gunicorn {
            match env("GUNICORN_CMD_ARGS") {
                Answer::No(_) => {}
                Answer::Unknown(_) => (self.address, self.port) = (Told::Open, Told::Open),
                Answer::Yes(value) => {
                    let words = shell::words(&value);
                    self.take_options(&words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>());
                }
            }
        }
    }

    fn take_options(&mut self, words: &[&str]) {
        let server = self.server;
        let gunicorn = server.name == "gunicorn";
        let mut rest = words.iter().copied().peekable();
        let mut first = true;
        while let Some(word) = rest.next() {
            let (option, inline) = match word.split_once('=') {
                Some((option, value)) if option.starts_with("--") => (option, Some(value)),
                _ if word.starts_with("--") => (word, None),
                _ => short(word),
            };
            // Each program has its own word for it.
            let names_key =
                ["cert", "key", "tls", "ssl", "https"].iter().any(|own| option.trim_matches('-').starts_with(own));
            self.tls |= option.starts_with("--") && names_key;
            if server.positional && !word.starts_with('-') && word.starts_with(|c: char| c.is_ascii_digit() || c == '[')
            {
                let (host, port) = word.rsplit_once(':').unwrap_or(("", word));
                self.port = port.parse().map_or(Told::Open, |port| Told::Option(Some(port)));
                if !host.is_empty() {
                    self.address = Told::Option(host.to_owned());
                }
            } else if server.binds(option) {
                let value = inline.or_else(|| rest.next()).unwrap_or("");
                if matches!(option, "--socket" | "--uwsgi-socket" | "-s") && server.name == "uwsgi" {
                    self.native.extend(bind(value).map(|(_, port)| port));
                }
                match (bind(value), first) {
                    (Some((address, port)), true) => {
                        (self.address, self.port) = (Told::Option(address), Told::Option(Some(port)));
                    }
                    (Some(more), false) if self.port != Told::Open => self.also.push(more),
                    _ => (self.address, self.port) = (Told::Open, Told::Open),
                }
                first = false;
            } else if server.hosts.contains(&option) {
                // `vite --host` alone: every address.
                let value = inline.or_else(|| rest.next_if(|next| !next.starts_with('-'))).unwrap_or("0.0.0.0");
                self.address = if value.contains('$') { Told::Open } else { Told::Option(value.to_owned()) };
            } else if server.ports.contains(&option) {
                let value = inline.or_else(|| rest.next()).and_then(|value| value.parse().ok());
                self.port = value.map_or(Told::Open, |port| Told::Option(Some(port)));
            } else if option == "--workers" || option == "-w" && self.has_workers() {
                self.workers = inline.or_else(|| rest.next()).and_then(|value| value.parse().ok());
            } else if matches!(option, "--timeout-keep-alive" | "--keep-alive") && self.has_workers() {
                self.keep_alive = inline.or_else(|| rest.next()).and_then(|value| value.parse().ok());
            } else if option == "--keepAliveTimeout" {
                self.keep_alive = inline.or_else(|| rest.next()).and_then(milliseconds);
            } else if server.other.contains(&option) {
                // Another kind of address.
                (self.address, self.port) = (Told::Open, Told::Open);
            } else if server.daemon {
                self.take_daemon(option, inline, &mut rest);
            } else if gunicorn {
                let mut value = || inline.or_else(|| rest.next());
                match option {
                    "-t" | "--timeout" => self.timeout = value().and_then(|value| value.parse().ok()),
                    "-k" | "--worker-class" => self.worker = value().map(str::to_owned),
                    "--threads" => self.threaded = value() != Some("1"),
                    "-c" | "--config" => {
                        value();
                        self.configured = true;
                    }
                    _ => {}
                }
            }
        }
    }

    /// An option of a daemon that says more than where it listens.
    fn take_daemon<'a>(&mut self, option: &'a str, inline: Option<&'a str>, rest: &mut impl Iterator<Item = &'a str>) {
        let mut value = || inline.or_else(|| rest.next());
        match (self.server.name, option) {
            ("uwsgi", "--harakiri" | "-t") => self.timeout = value().and_then(|value| value.parse().ok()),
            ("uwsgi", "--processes" | "-p") => self.workers = value().and_then(|value| value.parse().ok()),
            ("uwsgi", "--protocol") => self.http = value() == Some("http"),
            ("uwsgi", "--ini") => (self.ini, self.configured) = (value().map(str::to_owned), true),
            ("uwsgi", file) if file.ends_with(".ini") => (self.ini, self.configured) = (Some(file.to_owned()), true),
            ("uwsgi", "--yaml" | "-y" | "--json" | "-j" | "--xml" | "-x" | "--emperor" | "--ini-paste") => {
                self.configured = true;
            }
            ("mongod" | "mongos", "--config" | "-f") => self.configured = true,
            ("postgres", "--config_file") => (self.ini, self.configured) = (value().map(str::to_owned), true),
            (REDIS_SERVER | VALKEY_SERVER, file) if file.ends_with(".conf") => {
                (self.ini, self.configured) = (Some(file.to_owned()), true);
            }
            ("mongod" | "mongos", "--bind_ip_all") => self.address = Told::Option("0.0.0.0".to_owned()),
            (_, file) if file.ends_with(".conf") => self.configured = true,
            // Its own pages are on a door of their own.
            (TRAEFIK, api) if ["--api", "--ping", "--metrics"].iter().any(|own| api.starts_with(own)) => {
                self.also.push(("0.0.0.0".to_owned(), 8080));
            }
            (TRAEFIK, "--configfile") => self.configured = true,
            _ => {}
        }
    }

    /// What the file says that the program is started with, the last line of a key. What an option has said stays.
    pub fn take_settings<'a>(&mut self, settings: impl Iterator<Item = (&'a str, &'a str)>) {
        let settings: Vec<(&str, &str)> = settings.collect();
        let last = |key: &str| settings.iter().rev().find(|(own, _)| *own == key).map(|(_, value)| *value);
        let (addresses, usual) = match self.server.name {
            REDIS_SERVER | VALKEY_SERVER => (last("bind"), "0.0.0.0"),
            // Without a line of its own it is `localhost` (`listen_addresses`, PostgreSQL 18); the image's own file has `*`.
            "postgres" => (last("listen_addresses"), "localhost"),
            // uWSGI: each line is an option without its dashes.
            _ => {
                let words: Vec<String> = settings.iter().map(|(key, value)| format!("--{key}={value}")).collect();
                return self.take_options(&words.iter().map(String::as_str).collect::<Vec<_>>());
            }
        };
        // Another file may say otherwise.
        if settings.iter().any(|(key, _)| key.starts_with("include")) {
            return;
        }
        if self.address == Told::Open {
            let all: Vec<&str> = addresses.unwrap_or(usual).split([',', ' ']).filter(|one| !one.is_empty()).collect();
            let inside = |one: &&str| Host::is_loopback(one.trim_start_matches('-'));
            let outside = all.iter().find(|one| !inside(one)).or(all.first()).copied().unwrap_or_default();
            let outside = if matches!(outside, "*" | "-::*") { "0.0.0.0" } else { outside };
            self.address = if outside.contains('$') { Told::Open } else { Told::File(outside.to_owned()) };
        }
        if self.port == Told::Open {
            let usual = match self.server.usual {
                Usual::At(_, port) | Usual::Port(port) => Some(port),
                Usual::Nowhere | Usual::Configured => None,
            };
            self.port = match last("port").map(str::parse) {
                None => Told::File(usual),
                // Redis: no port at all.
                Some(Ok(0)) => Told::File(None),
                Some(Ok(port)) => Told::File(Some(port)),
                Some(Err(_)) => Told::Open,
            };
        }
    }

    /// A configuration file decides what nobody has said yet. `bind`: what it says of both, if that is known.
    pub fn give_way(&mut self, bind: Option<&str>) {
        let (address, port) = bind
            .and_then(self::bind)
            .map_or((Told::Open, Told::Open), |(address, port)| (Told::File(address), Told::File(Some(port))));
        if self.address.is_usual() {
            self.address = address;
        }
        if self.port.is_usual() {
            self.port = port;
        }
    }

    /// Every port it listens on, with the address if that is known.
    pub fn sockets(&self) -> impl Iterator<Item = (Option<&str>, u16)> {
        let first = self.listens_on().map(|port| (self.address.get().map(String::as_str), port));
        first.into_iter().chain(self.also.iter().map(|(address, port)| (Some(address.as_str()), *port)))
    }

    /// Whether it speaks uWSGI's own protocol on a port, and no HTTP.
    pub fn is_native(&self, port: u16) -> bool {
        self.native.contains(&port) && !self.http
    }

    /// Whether it is known to speak HTTP and nothing else on its port, by its documentation: without TLS unless told.
    pub fn is_plain_http(&self) -> bool {
        let known = [
            "gunicorn",
            "uvicorn",
            "fastapi",
            "hypercorn",
            "daphne",
            "waitress-serve",
            "granian",
            "flask",
            "manage.py",
            "next",
            STANDALONE,
        ];
        known.contains(&self.server.name) && !self.tls && !self.configured
    }

    /// Whether it starts more processes of itself when it is told to.
    fn has_workers(&self) -> bool {
        matches!(self.server.name, "gunicorn" | "uvicorn" | "hypercorn" | "granian" | "fastapi" | "uwsgi")
    }

    /// The port, if it listens on one that is known.
    pub fn listens_on(&self) -> Option<u16> {
        self.port.get().copied().flatten()
    }

    /// How long an idle connection is kept, in seconds, as far as the command says it (`uvicorn --help`, gunicorn's settings,
    /// hypercorn's `keep_alive_timeout`, Node's `server.keepAliveTimeout`).
    pub fn keeps_connections_for(&self) -> Option<u64> {
        match self.server.name {
            "uvicorn" | "next" | STANDALONE => Some(self.keep_alive.unwrap_or(5)),
            "hypercorn" if !self.configured => Some(self.keep_alive.unwrap_or(5)),
            "fastapi" => Some(5),
            // Sync workers end the connection with each answer.
            "gunicorn" if !self.kills_slow_requests() && !self.configured => Some(self.keep_alive.unwrap_or(2)),
            _ => None,
        }
    }

    /// Whether one slow request blocks a worker until `timeout` kills it: gunicorn's own sync workers.
    pub fn kills_slow_requests(&self) -> bool {
        self.server.name == "gunicorn" && !self.threaded && self.worker.as_ref().is_none_or(|worker| worker == "sync")
    }
}

/// The value in `NAME=value uvicorn ...`.
fn assigned(own: &Assignment) -> Answer<String> {
    match &own.values[..] {
        [] => Answer::Yes(String::new()),
        [value] if !value.expands && !own.list && !own.adds => Answer::Yes(value.text.clone()),
        _ => Answer::Unknown(Why::new("the script computes it")),
    }
}

/// A word of a script with the variables of the program put in; what is not known stays as it is written.
fn put_in(word: &Word, env: Environment) -> String {
    let mut text = word.text.clone();
    for expansion in word.expansions.iter().rev() {
        let Expanded::Variable(name, rest) = &expansion.what else { continue };
        let default = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'));
        let value = match env(name) {
            Answer::Yes(value) if !value.is_empty() => Some(value),
            Answer::Unknown(_) => None,
            _ => default.map(str::to_owned),
        };
        if let Some(value) = value.filter(|_| rest.is_empty() || default.is_some()) {
            text.replace_range(expansion.at.clone(), &value);
        }
    }
    text
}

/// `-c port=5433` as `--port=5433`, which is the same to PostgreSQL.
fn unfolded(words: &[&str]) -> Vec<String> {
    let mut words = words.iter();
    let mut found = Vec::new();
    while let Some(&word) = words.next() {
        match words.as_slice().first().filter(|_| word == "-c") {
            Some(setting) => {
                words.next();
                found.push(format!("--{setting}"));
            }
            None => found.push(word.to_owned()),
        }
    }
    found
}

/// Milliseconds as seconds.
fn milliseconds(text: &str) -> Option<u64> {
    text.trim().parse::<u64>().ok().map(|number| number / 1000)
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

/// Why a program with nothing to do ends at once when no terminal is there; `None`: it goes on.
pub fn ends_without_terminal(words: &[String]) -> Option<&'static str> {
    const PROMPTS: [&str; 14] = [
        "ash",
        "bash",
        "dash",
        "erl",
        "iex",
        "irb",
        "jshell",
        "node",
        "perl -de0",
        "php -a",
        "pypy3",
        "python",
        "python3",
        "sh",
    ];
    const HELPS: [&str; 3] = ["bun", "kc.sh", "minio"];
    let [program, options @ ..] = words else { return None };
    let line =
        [&[shell::base_name(program)], &options.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat().join(" ");
    if HELPS.contains(&line.as_str()) {
        return Some("prints its help and ends");
    }
    PROMPTS.contains(&line.as_str()).then_some("finds no terminal and ends at once")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_env(line: &str, env: &[(&str, &str)]) -> Option<Program> {
        let words: Vec<String> = shell::words(line).into_iter().map(|word| word.text).collect();
        Program::read(&words, &|name| {
            let value = env.iter().find(|(own, _)| *own == name);
            value.map_or(Answer::No(Why::new("it is not set")), |(_, value)| Answer::Yes((*value).to_owned()))
        })
    }

    fn read(line: &str) -> Program {
        in_env(line, &[]).unwrap()
    }

    #[test]
    fn ports_and_timeouts_are_found() {
        let gunicorn = read("gunicorn app:app --workers 4 --bind=0.0.0.0:9000 -t 300 -k gevent");
        assert_eq!((gunicorn.listens_on(), gunicorn.timeout, gunicorn.port.is_usual()), (Some(9000), Some(300), false));
        assert!(!gunicorn.kills_slow_requests());
        for (line, port) in [
            ("sh -c \"python migrate.py && exec uvicorn a:b --host 0.0.0.0 --port 8080\"", Some(8080)),
            ("python -m uvicorn a:b", Some(8000)),
            ("gunicorn -b:8001 a:b", Some(8001)),
            ("gunicorn -c gunicorn.conf.py a:b", None),
            ("uvicorn a:b --port $PORT", None),
            ("gunicorn --bind unix:/run/a.sock a:b", None),
            ("gunicorn -b :80 -b :81 a:b", Some(80)),
            ("gunicorn -b :80 -b unix:/run/a.sock a:b", None),
            ("python manage.py runserver", Some(8000)),
            ("python manage.py runserver 0.0.0.0:9000", Some(9000)),
            ("python manage.py runserver 9000", Some(9000)),
            ("python -m http.server 9000 --bind 127.0.0.1", Some(9000)),
            ("celery -A shop worker", None),
            ("celery -A shop flower --port=5000", Some(5000)),
            ("fastapi run app.py", Some(8000)),
            ("vite preview", Some(4173)),
        ] {
            assert_eq!(read(line).listens_on(), port, "{line}");
        }
    }

    #[test]
    fn addresses_are_found() {
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
            ("fastapi dev", Some("127.0.0.1")),
            ("manage.py runserver 0.0.0.0:8000", Some("0.0.0.0")),
        ] {
            assert_eq!(read(line).address.get().map(String::as_str), address, "{line}");
        }
    }

    #[test]
    fn daemons_are_told_where_to_listen() {
        let sockets = |line: &str, env: &[(&str, &str)]| {
            let program = in_env(line, env).unwrap();
            program.sockets().map(|(address, port)| format!("{}:{port}", address.unwrap_or("?"))).collect::<Vec<_>>()
        };
        for (line, expected) in [
            ("uwsgi --http-socket :8000 --module a.wsgi", vec![":8000"]),
            ("uwsgi --http=0.0.0.0:80 --socket 127.0.0.1:3031 -w a", vec!["0.0.0.0:80", "127.0.0.1:3031"]),
            ("uwsgi --socket /run/a.sock", vec![]),
            ("uwsgi --ini uwsgi.ini", vec![]),
            ("postgres -c max_connections=200", vec!["?:5432"]),
            ("postgres -c port=5433 -c listen_addresses=127.0.0.1", vec!["127.0.0.1:5433"]),
            ("postgres -p 5434", vec!["?:5434"]),
            ("postgres -c config_file=/etc/postgresql.conf", vec![]),
            ("mysqld --character-set-server=utf8mb4 --port=3307", vec!["?:3307"]),
            ("mariadbd --bind-address 127.0.0.1", vec!["127.0.0.1:3306"]),
            ("mongod --replSet rs0 --bind_ip_all", vec!["0.0.0.0:27017"]),
            ("mongod --shardsvr", vec![]),
            ("redis-server --port 6380 --bind 127.0.0.1", vec!["127.0.0.1:6380"]),
            ("redis-server --appendonly yes", vec!["0.0.0.0:6379"]),
            ("redis-server /etc/redis.conf", vec![]),
            ("php-fpm -F", vec!["?:9000"]),
            ("php-fpm8.3 -F", vec![]),
            ("caddy file-server --root /srv --listen :8080", vec![":8080"]),
            ("caddy run --config /etc/caddy/Caddyfile", vec![]),
            ("traefik --providers.docker", vec!["0.0.0.0:80"]),
            (
                "traefik --entryPoints.web.address=:81 --entrypoints.secure.address=:443 --api.insecure=true",
                vec![":81", ":443", "0.0.0.0:8080"],
            ),
        ] {
            assert_eq!(sockets(line, &[]), expected, "{line}");
        }
        assert_eq!(sockets("postgres", &[("PGPORT", "5439")]), ["?:5439"]);
        assert_eq!(sockets("sh -c 'redis-server --port $PORT'", &[("PORT", "7000")]), ["0.0.0.0:7000"]);
        let harakiri = read("uwsgi --http :80 --harakiri 90 --processes 4");
        assert_eq!((harakiri.timeout, harakiri.workers), (Some(90), Some(4)));
        let kept = |line: &str| read(line).keeps_connections_for();
        assert_eq!((kept("next start"), kept("next start --keepAliveTimeout 70000")), (Some(5), Some(70)));
        for line in ["./wait-for-it.sh postgres 5432", "sh -c 'until pg_isready -h postgres; do sleep 1; done'"] {
            assert!(in_env(line, &[]).is_none(), "{line}");
        }
    }

    #[test]
    fn variables_are_asked_where_options_are_silent() {
        let told = |line: &str, env: &[(&str, &str)]| {
            let program = in_env(line, env).unwrap();
            (program.address.get().cloned().unwrap_or_default(), program.listens_on())
        };
        let is = |address: &str, port| (address.to_owned(), Some(port));
        assert_eq!(told("uvicorn a:b", &[("UVICORN_HOST", "::"), ("UVICORN_PORT", "80")]), is("::", 80));
        assert_eq!(told("uvicorn a:b --port 81", &[("UVICORN_PORT", "80")]), is("127.0.0.1", 81));
        assert_eq!(told("uvicorn a:b", &[("UVICORN_UDS", "/run/a.sock")]), (String::new(), None));
        assert_eq!(in_env("uvicorn a:b", &[("UVICORN_WORKERS", "3")]).and_then(|own| own.workers), Some(3));
        assert_eq!(told("gunicorn a:b", &[("PORT", "80")]), is("0.0.0.0", 80));
        assert_eq!(told("gunicorn a:b", &[("GUNICORN_CMD_ARGS", "--bind=:90")]), is("", 90));
        assert_eq!(told("gunicorn -b :91 a:b", &[("GUNICORN_CMD_ARGS", "--bind=:90")]), ("".to_owned(), Some(91)));
        assert_eq!(told("sh -c 'uvicorn a:b --port ${PORT:-9}'", &[]), is("127.0.0.1", 9));
        assert_eq!(told("sh -c 'uvicorn a:b --port ${PORT:-9}'", &[("PORT", "10")]), is("127.0.0.1", 10));
        assert_eq!(told("sh -c 'UVICORN_PORT=7 uvicorn a:b'", &[]), is("127.0.0.1", 7));
    }

    #[test]
    fn other_programs_are_not_taken_for_servers() {
        for line in
            ["npm start", "flask db upgrade", "python manage.py migrate", "next build", "rq info", "vite-node x"]
        {
            assert!(in_env(line, &[]).is_none(), "{line}");
        }
        assert!(!read("./entrypoint.sh uvicorn a:b").alone);
        assert!(!read("sh -c 'celery -A a worker & uvicorn a:b'").alone);
        assert!(read("exec poetry run python -m uvicorn a:b").alone);
    }
}
