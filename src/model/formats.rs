//! The table of formats: what gonogo reads, by which parser, and what becomes of it.
//!
//! A new format is its line in `formats!`, a folder in `syntax/` and, if it means something by itself, a view.

use super::auth_config::AuthConfig;
use super::beanstalk::Beanstalk;
use super::caddyfile::Caddyfile;
use super::crontab::Crontab;
use super::env::EnvFile;
use super::gunicorn::GunicornConf;
use super::image::{Dockerfile, Ignore};
use super::ini::Ini;
use super::logrotate::Logrotate;
use super::next_config::NextConfig;
use super::nginx::NginxFile;
use super::npm_lock::NpmLock;
use super::prometheus::Prometheus;
use super::secret_file::SecretFile;
use super::settings::Settings;
use super::starts::LoadingFile;
use super::supervisor::Supervisor;
use super::tls::PemFile;
use super::units::Unit;
use super::{Head, Meaning};
use crate::source::{Source, sealed};
use crate::syntax::{self, Claim, Name};

macro_rules! formats {
    ($(
        #[doc = $about:literal]
        $tree:ident($syntax:ident) $(-> $list:ident: $view:ident)? {
            $($(#[doc = $doc:literal])* $kind:ident = $word:literal, $claim:ident, $judged:literal;)+
        }
    )*) => {
        /// The formats gonogo reads.
        #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Kind {
            $($($(#[doc = $doc])* $kind,)+)*
        }

        impl Kind {
            /// All of them: of two that are equally sure of a file, the first one has it.
            pub const ALL: &[Kind] = &[$($(Kind::$kind,)+)*];

            /// The word used in reports.
            pub fn name(self) -> &'static str {
                match self { $($(Kind::$kind => $word,)+)* }
            }

            /// Whether its files are deployed and judged. The others only say something about those that are.
            pub fn judged(self) -> bool {
                match self { $($(Kind::$kind => $judged,)+)* }
            }

            /// Whether a file of this kind may be more than that: one that the deployment names is what it is named for.
            pub fn may_be_more(self) -> bool {
                !self.judged() || self == Kind::Script
            }

            fn claim(self, name: &Name) -> Claim {
                match self { $($(Kind::$kind => syntax::$syntax::$claim(name),)+)* }
            }

            /// Parses a file of this kind.
            pub(super) fn parse(self, source: &Source) -> Tree {
                match self { $($(Kind::$kind => Tree::$tree(syntax::$syntax::parse(source)),)+)* }
            }
        }

        /// The syntax tree of a file.
        #[derive(Debug)]
        pub enum Tree {
            $(#[doc = $about] $tree(syntax::$syntax::File),)*
            /// Nothing: the file was too large to judge, or gonogo failed on it.
            Unread,
        }

        impl Tree {
            /// What it has in common with others; `None` when the file was not read.
            pub fn common(&self) -> Option<&dyn syntax::Tree> {
                match self {
                    $(Tree::$tree(tree) => Some(tree),)*
                    Tree::Unread => None,
                }
            }

            /// What it means by itself, if anything does; takes out of it what need not be kept twice.
            pub(super) fn view(&mut self, head: &Head) -> Option<View> {
                match self {
                    $($(Tree::$tree(tree) => Some(View::$tree($view::new(head, tree))),)?)*
                    _ => None,
                }
            }
        }

        /// What one file means by itself, before anything is joined. Compose files need the `.env` beside them first.
        #[derive(Debug)]
        pub enum View {
            $($(#[doc = $about] $tree($view),)?)*
        }

        impl View {
            /// What it says besides what it is.
            pub fn meaning(&self) -> &dyn Meaning {
                match self { $($(View::$tree(view) => view as &$view,)?)* }
            }
        }

        /// What the files mean by themselves, each list in the order of the files.
        #[derive(Debug, Default)]
        pub struct Views {
            $($(#[doc = $about] pub $list: Vec<$view>,)?)*
        }

        impl Views {
            /// Adds the view of the next file.
            pub fn add(&mut self, view: View) {
                match view { $($(View::$tree(view) => self.$list.push(view),)?)* }
            }

            /// What they say besides what they are.
            pub fn meanings(&self) -> impl Iterator<Item = &dyn Meaning> {
                let none = std::iter::empty::<&dyn Meaning>();
                none$($(.chain(self.$list.iter().map(|view| view as &dyn Meaning)))?)*
            }
        }
    };
}

// A module of `syntax` with the view that is made of its trees, and in braces the kinds of files that share both: the
// word for reports, the function of the module that claims the files, whether they are judged.
formats! {
    /// gonogo's own configuration.
    Config(config) {
        /// `gonogo.yaml` itself: read so that findings can point into it.
        Config = "config", claim, false;
    }
    /// The ignore lists of image builds.
    Ignore(ignore) -> ignores: Ignore {
        /// `.dockerignore`.
        Ignore = "dockerignore", claim, false;
    }
    /// The configurations of gunicorn.
    Gunicorn(gunicorn) -> gunicorn: GunicornConf {
        /// `gunicorn.conf.py`.
        Gunicorn = "gunicorn", claim, true;
    }
    /// What Elastic Beanstalk is told.
    Beanstalk(beanstalk) -> beanstalk: Beanstalk {
        /// The files in `.ebextensions`.
        Beanstalk = "beanstalk", claim, true;
    }
    /// The settings of Python programs.
    Settings(settings) -> settings: Settings {
        /// `settings.py`.
        Settings = "settings", claim, false;
    }
    /// The files that set Auth.js up.
    AuthConfig(auth_config) -> auth_configs: AuthConfig {
        /// `auth.ts` and its relatives.
        AuthConfig = "auth-config", claim, false;
    }
    /// The configurations of Next.js.
    NextConfig(next_config) -> next_configs: NextConfig {
        /// `next.config.js` and its relatives.
        NextConfig = "next-config", claim, false;
    }
    /// The lock files of npm.
    NpmLock(npm_lock) -> npm_locks: NpmLock {
        /// `package-lock.json`, where an installation leaves packages out.
        NpmLock = "npm-lock", claim, false;
    }
    /// The env files.
    Env(dotenv) -> env: EnvFile {
        /// `.env` files and their relatives.
        Env = "env", claim, true;
    }
    /// The Dockerfiles.
    Dockerfile(dockerfile) -> dockerfiles: Dockerfile {
        /// Dockerfiles.
        Dockerfile = "dockerfile", claim, true;
    }
    /// The Compose files.
    Compose(compose) {
        /// Docker Compose files.
        Compose = "compose", claim, true;
    }
    /// The nginx files as written.
    Nginx(nginx) -> nginx: NginxFile {
        /// nginx configurations and fragments of them.
        Nginx = "nginx", claim, true;
    }
    /// The files of PEM blocks.
    Pem(pem) -> pem: PemFile {
        /// Certificates, keys and everything else in PEM armour (or DER, told apart to say so).
        Pem = "pem", claim, true;
    }
    /// The units of systemd, and what is put on top of them.
    Unit(systemd) -> units: Unit {
        /// systemd units: services, timers, sockets, paths, and drop-ins.
        Unit = "unit", claim, true;
    }
    /// The crontabs.
    Crontab(crontab) -> crontabs: Crontab {
        /// What cron runs.
        Crontab = "crontab", claim, true;
    }
    /// What logrotate reads.
    Logrotate(logrotate) -> logrotate: Logrotate {
        /// Which logs are rotated, and how.
        Logrotate = "logrotate", claim, true;
    }
    /// What supervisor reads.
    Supervisor(supervisor) -> supervisors: Supervisor {
        /// Programs that supervisor starts and keeps running.
        Supervisor = "supervisor", claim, true;
    }
    /// The settings of uWSGI, PHP, Redis and PostgreSQL.
    Ini(ini) -> inis: Ini {
        /// Where uWSGI listens, and how long a request may take.
        Uwsgi = "uwsgi", uwsgi, true;
        /// The pools of php-fpm.
        Pool = "php-fpm", pool, true;
        /// `php.ini` and what is put beside it.
        Php = "php", php, false;
        /// Where Redis listens, and what it demands.
        Redis = "redis", redis, false;
        /// Where PostgreSQL listens.
        Postgres = "postgres", postgres, false;
    }
    /// What Caddy reads.
    Caddyfile(caddyfile) -> caddyfiles: Caddyfile {
        /// What requests Caddy passes where.
        Caddyfile = "caddyfile", claim, false;
    }
    /// What Prometheus reads.
    Prometheus(prometheus) -> prometheus: Prometheus {
        /// What is asked for its metrics.
        Prometheus = "prometheus", claim, true;
    }
    /// The files that hold one secret each.
    Secret(secret) -> secret_files: SecretFile {
        /// What `secrets:` of a Compose file mounts.
        Secret = "secret", claim, true;
    }
    /// The files that say what is started, and how env files are loaded.
    Loading(commands) -> loading: LoadingFile {
        /// Shell scripts.
        Script = "script", script, true;
        /// Makefiles and what they include.
        Makefile = "makefile", makefile, false;
        /// The files of `just` and `task`.
        Tasks = "tasks", tasks, false;
        /// What a build server does.
        Workflow = "workflow", workflow, false;
        /// `Procfile`.
        Procfile = "procfile", procfile, true;
        /// `.envrc` of direnv.
        Envrc = "envrc", envrc, false;
        /// `package.json`, `pyproject.toml`, `Gemfile` and their like.
        Manifest = "manifest", manifest, false;
        /// Markdown: instructions for people.
        Guide = "guide", guide, false;
    }
}

/// A kind and the reason for it, for `--list-files`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Class {
    /// What the file is.
    pub kind: Kind,
    /// Why gonogo thinks so.
    pub why: &'static str,
}

impl Class {
    /// What a file is, or `None` when gonogo has nothing to say about it.
    pub fn of(path: &str, bytes: &[u8]) -> Option<Self> {
        let name = &Name::new(path);
        let claims = || Kind::ALL.iter().map(|&kind| (kind, kind.claim(name)));
        if let Some((kind, _)) = claims().find(|(_, claim)| matches!(claim, Claim::Sure)) {
            return sealed(bytes).is_none().then_some(Class { kind, why: "by its name" });
        }
        let likely = claims().any(|(_, claim)| matches!(claim, Claim::Likely(_)));
        claims().find_map(|(kind, claim)| {
            let why = match claim {
                Claim::Likely(look) => look(name, bytes),
                Claim::Weak(look) if !likely => look(name, bytes),
                _ => None,
            };
            Some(Class { kind, why: why? })
        })
    }
}

/// Whether a path is worth reading at all. Cheap: looks at the name only.
pub fn candidate(path: &str) -> bool {
    let name = &Name::new(path);
    Kind::ALL.iter().any(|kind| matches!(kind.claim(name), Claim::Likely(_) | Claim::Sure))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str, text: &str) -> Option<Kind> {
        Class::of(path, text.as_bytes()).map(|class| class.kind)
    }

    #[test]
    fn names() {
        for (path, expected) in [
            (".env", Some(Kind::Env)),
            ("a/.env.prod", Some(Kind::Env)),
            ("prod.env", Some(Kind::Env)),
            ("env.example", Some(Kind::Env)),
            (".env~", Some(Kind::Env)),
            (".env.bak", Some(Kind::Env)),
            (".env_20261120.bak", Some(Kind::Env)),
            ("backups/env_20261120.prod", Some(Kind::Env)),
            ("env_2.rb", None),
            ("env_vars.prod", None),
            (".env.d.ts", None),
            (".environment.py", None),
            ("docker-compose.prod.yml", Some(Kind::Compose)),
            ("compose.yaml", Some(Kind::Compose)),
            ("Dockerfile.prod", Some(Kind::Dockerfile)),
            ("backend.Dockerfile", Some(Kind::Dockerfile)),
            (".dockerignore", Some(Kind::Ignore)),
            ("app/Dockerfile.dockerignore", Some(Kind::Ignore)),
            ("gunicorn.conf.py", Some(Kind::Gunicorn)),
            ("settings.py", Some(Kind::Settings)),
            ("web/next.config.mjs", Some(Kind::NextConfig)),
            ("views.py", None),
            ("nginx/nginx.conf", Some(Kind::Nginx)),
            ("gonogo.yaml", Some(Kind::Config)),
        ] {
            assert_eq!(kind(path, ""), expected, "{path}");
        }
    }

    #[test]
    fn conf_files_of_other_programs_are_not_nginx() {
        assert_eq!(kind("conf/supervisord.conf", "[supervisord]\nnodaemon=true\n"), Some(Kind::Supervisor));
        assert_eq!(kind("redis.conf", "bind 127.0.0.1\nsave 900 1\nappendonly yes\n"), Some(Kind::Redis));
        assert_eq!(kind("config/redis-cache.conf", "maxmemory 64mb\n"), Some(Kind::Redis));
        assert_eq!(kind("db/postgres.conf", "shared_buffers = 1GB\n"), Some(Kind::Postgres));
        assert_eq!(kind("nginx/redis.conf", "upstream redis { server redis:6379; }\n"), Some(Kind::Nginx));
        assert_eq!(kind("apache.conf", "<VirtualHost *:80>\nServerName a\n</VirtualHost>\n"), None);
        assert_eq!(kind("postgresql.conf", "listen_addresses = '*'\nport = 5432\n"), Some(Kind::Postgres));
        assert_eq!(kind("config/nginx/shop", "server {\n  listen 80;\n}\n"), Some(Kind::Nginx));
        assert_eq!(
            kind("nginx/bin/renew", "#!/bin/sh\npython3 -c 'import time; time.sleep(9)' && certbot renew\n"),
            Some(Kind::Script)
        );
        assert_eq!(kind("nginx/entrypoint", "#!/bin/sh\nset -e\nexec nginx -g 'daemon off;'\n"), None);
        assert!(candidate("config/nginx/shop") && !candidate("config/shop"));
        assert_eq!(kind("conf.d/shop.conf", "# shop\nserver {\n  listen 80;\n}\n"), Some(Kind::Nginx));
        assert_eq!(kind("templates/default.conf.template", "server {\n  listen 80;\n}\n"), Some(Kind::Nginx));
        assert_eq!(kind("snippets/ssl-params.conf", "ssl_protocols TLSv1.2;\n"), Some(Kind::Nginx));
        let note = "/**\n * Put this into the server:\n */\nlocation /media/ {\n  alias /srv/media/;\n}\n";
        assert_eq!(kind("notes/nginx-media.conf", note), None);
        assert_eq!(kind("sites-available/media.conf", note), Some(Kind::Nginx));
    }

    #[test]
    fn the_surest_claim_has_a_file() {
        let server = "server {\n  listen 80;\n  # see .env\n}\n";
        for (path, expected) in [
            // A name is surer than a content.
            ("nginx/.env", Some(Kind::Env)),
            // Both are likely: the first of the table that finds something.
            ("sites-available/deploy.sh", Some(Kind::Nginx)),
            ("nginx/Makefile", Some(Kind::Nginx)),
            // A likely name belongs to nobody else, whatever the file holds.
            ("deploy.sh", Some(Kind::Script)),
            ("notes.md", Some(Kind::Guide)),
            ("sites-available/shop.yml", None),
            // Nobody knows the name: what was given is looked at, but not looked for.
            ("shop.txt", Some(Kind::Nginx)),
        ] {
            assert_eq!(kind(path, server), expected, "{path}");
        }
        assert!(!candidate("shop.txt") && candidate("deploy.sh") && candidate("nginx/Makefile"));
        assert_eq!(kind("deploy.sh", "echo done\n"), Some(Kind::Script));
        assert_eq!(kind("scripts/deploy", "#!/usr/bin/env bash\n"), Some(Kind::Script));
        assert_eq!(kind("scripts/deploy", "#!/usr/bin/env python\n"), None);
        assert_eq!(kind("deploy", "docker compose up -d\n"), Some(Kind::Script));
        assert_eq!(kind("deploy", "what to know about docker compose \n"), None);
        assert_eq!(kind("taskfile.yaml", "tasks:\n  up:\n    cmds: [docker compose up -d]\n"), Some(Kind::Tasks));
    }

    #[test]
    fn endings_count_in_any_case() {
        assert_eq!(kind("tls/SERVER.CRT", ""), Some(Kind::Pem));
        assert!(candidate("tls/SERVER.KEY") && candidate("STACK.YML") && candidate("README.MD"));
        // Programs look for these names as they are written here.
        assert!(!candidate("MAKEFILE") && !candidate("PROCFILE") && !candidate("GONOGO.txt"));
    }

    #[test]
    fn what_is_sealed_is_not_what_it_is_called() {
        let sealed = "$ANSIBLE_VAULT;1.1;AES256\n61626364\n";
        assert_eq!((kind(".env.prod", sealed), kind("Dockerfile", sealed)), (None, None));
        assert_eq!(kind(".env.prod", "$ANSIBLE_VAULT;1.1;AES256\nA=1\n"), Some(Kind::Env));
    }

    #[test]
    fn yaml_is_compose_only_with_services() {
        assert_eq!(kind("stack.yml", "services:\n  web:\n    image: nginx\n"), Some(Kind::Compose));
        let values = "replicas: 2\nservices:\n  web:\n    image:\n      tag: 1\ngrafana:\n  enabled: true\n";
        assert_eq!(kind("chart/values.yaml", values), None);
        let only = "services:\n  web:\n    image: shop\n    replicas: 2\n";
        assert_eq!((kind("helm/values.yaml", only), kind("helm/shop-values.yaml", only)), (None, None));
        assert_eq!(kind("process-compose.yaml", "version: \"0.5\"\nprocesses:\n  web: {command: node .}\n"), None);
        assert_eq!(kind("k8s.yaml", "apiVersion: v1\nkind: Service\n"), None);
        assert_eq!(kind("ci.yml", "jobs:\n  test:\n    services:\n      db:\n        image: postgres\n"), None);
    }
}
