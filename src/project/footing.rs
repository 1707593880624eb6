//! What an nginx in a container needs of it in order to start: users, modules, places to write.

use super::Project;
use super::locate::Agreed;
use crate::model::Known;
use crate::model::compose::Service;
use crate::model::image::{Os, RunsAs};
use crate::model::nginx::{Config, Effective, Place};
use crate::model::starts::Step;
use crate::source::{FileId, Presence, Span, below, directory};
use crate::syntax::nginx::Directive;
use crate::syntax::shell::base_name;

/// The main configuration of an nginx in a container.
pub enum Main<'a> {
    /// That of the image.
    Image,
    /// One of the project.
    Own(&'a Config),
    /// Nobody knows.
    Unknown,
}

/// Users that Debian has before anything is installed (`base-passwd`), and nginx's own.
#[rustfmt::skip]
const DEBIAN: [&str; 20] = [
    "root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy", "www-data", "backup", "list",
    "irc", "gnats", "_apt", "nobody", "nginx",
];

/// Users that Alpine has (`alpine-baselayout`), older releases included, and nginx's own.
#[rustfmt::skip]
const ALPINE: [&str; 28] = [
    "root", "bin", "daemon", "adm", "lp", "sync", "shutdown", "halt", "mail", "news", "uucp", "operator", "man", "postmaster", "cron",
    "ftp", "sshd", "at", "squid", "xfs", "games", "cyrus", "vpopmail", "ntp", "smmsp", "guest", "nobody", "nginx",
];

/// The modules that the official images bring besides those that are built in.
const MODULES: [&str; 9] = [
    "ngx_http_geoip_module",
    "ngx_http_image_filter_module",
    "ngx_http_js_module",
    "ngx_http_perl_module",
    "ngx_http_xslt_filter_module",
    "ngx_stream_geoip_module",
    "ngx_stream_js_module",
    "ngx_otel_module",
    "ngx_http_acme_module",
];

/// Whether a path is where Debian's nginx has its sites.
pub fn is_of_debian(path: &str) -> bool {
    matches!(directory(path), "/etc/nginx/sites-enabled" | "/etc/nginx/sites-available")
}

/// Folders that every system has, and those that nginx's packages bring.
#[rustfmt::skip]
const FOLDERS: [&str; 29] = [
    "", "/", "/dev", "/dev/shm", "/etc", "/etc/nginx", "/home", "/media", "/mnt", "/opt", "/proc/self/fd", "/root", "/run", "/run/nginx",
    "/srv", "/tmp", "/usr", "/usr/local", "/var", "/var/cache", "/var/lib", "/var/lock", "/var/log", "/var/log/nginx", "/var/run",
    "/var/run/nginx", "/var/tmp", "/run/angie", "/var/log/angie",
];

/// Whether every system has a folder, or nginx's package brings it.
pub fn is_of_system(folder: &str) -> bool {
    FOLDERS.contains(&folder.trim_end_matches('/'))
}

/// Whether systems have a user without being told, or the package of nginx makes it.
pub fn is_of_system_user(name: &str) -> bool {
    DEBIAN.contains(&name) || ALPINE.contains(&name) || matches!(name, "www" | "http" | "apache" | "wwwrun" | "angie")
}

impl Project {
    /// The users that the image of the nginx that reads a file has, when it is the official one as it comes.
    pub fn users_for(&self, file: FileId) -> Option<&'static [&'static str]> {
        // Who is not root cannot become another one: nginx does not look the name up then.
        if self.readers(file).any(|service| self.plain_user(service).is_some() || !service.user.is_absent()) {
            return None;
        }
        match self.stock_of(file).filter(|stock| stock.bare)?.os? {
            Os::Debian | Os::Buildpack => Some(&DEBIAN),
            Os::Alpine => Some(&ALPINE),
            _ => None,
        }
    }

    /// Whether the image of the nginx that reads a file has not the module that `load_module` names: it is the official one as it
    /// comes, and nothing is put there.
    pub fn lacks_module(&self, file: FileId, path: &str) -> bool {
        let name = base_name(path).trim_end_matches("-debug.so").trim_end_matches(".so");
        let modules = ["/etc/nginx/modules", "/usr/lib/nginx/modules"];
        let brought = || modules.iter().any(|folder| self.agreed(self.readers(file), folder) != Agreed::Image);
        let own =
            ["modules/", "/etc/nginx/modules/", "/usr/lib/nginx/modules/"].iter().any(|own| path.starts_with(own));
        own && self.readers(file).next().is_some()
            && !MODULES.contains(&name)
            && self.stock_of(file).is_some_and(|stock| stock.bare)
            && !brought()
    }

    /// The container in which a file lies beside what nginx reads: its name has not the ending that is asked for.
    pub fn passed_by_nginx(&self, file: FileId) -> Option<(&Service, String)> {
        if self.is_included(file) {
            return None;
        }
        let seen = self.web_containers(&self.source(file).path);
        let passed = |path: &str| {
            let (folder, name) = (directory(path), base_name(path));
            let off = ["disabled", "off", "bak", "old", "orig", "example", "sample", "dist", "inc"];
            let meant = !name.split(['.', '-', '_']).any(|word| off.contains(&word));
            let ending = match folder {
                "/etc/nginx/conf.d" => ".conf",
                "/etc/nginx/templates" => ".template",
                // Debian's folders mean nothing to the image.
                _ => return meant && is_of_debian(path),
            };
            meant && !name.ends_with(ending)
        };
        let alone = |service: &Service, path: &str| {
            let folder = if is_of_debian(path) { directory(path) } else { path };
            service.mounts.iter().any(|mount| mount.target.get().is_some_and(|to| to == path || to == folder))
        };
        let found = seen.into_iter().find(|seen| passed(&seen.path) && alone(seen.service, &seen.path))?;
        let read = self.has_stock_main(found.service)
            && (directory(&found.path) != "/etc/nginx/templates" || self.fills_in(found.service));
        read.then_some((found.service, found.path))
    }

    /// Whether a folder is nowhere in the container of an official image as it comes, and nothing makes it before nginx starts.
    pub fn lacks_folder(&self, service: &Service, folder: &str) -> bool {
        let scripts = service
            .mounts
            .iter()
            .any(|mount| mount.target.get().is_none_or(|target| below(target, "/docker-entrypoint.d").is_some()));
        !is_of_system(folder) && !scripts && self.starts_nginx(service) && self.has_nothing_at(service, folder)
    }

    /// Whether a folder beside a Compose file is there on the server for nothing but the mount of it: it is not in the project, or
    /// only that file is brought to the server, and nothing that is told or run there makes it or gives it away.
    pub fn is_made_by_engine(&self, compose: &str, source: &str) -> bool {
        let name = base_name(source.trim_end_matches('/'));
        let ending = name.trim_start_matches('.').contains('.');
        if source.starts_with(['/', '~']) || source.contains('$') || name.is_empty() || ending {
            return false;
        }
        let absent = self.files.presence(source) == Presence::Missing || self.sent_alone(compose);
        let prepares = |step: &Step| {
            let makes =
                matches!(step.name(), "mkdir" | "install" | "cp" | "mv" | "rsync" | "scp" | "tar" | "unzip" | "ln");
            let gives = matches!(step.name(), "chown" | "chmod" | "setfacl");
            let words = || step.arguments().iter().map(|word| word.value.as_str());
            gives && step.inside.is_none() || makes && words().any(|word| word.contains(name))
        };
        let commands = self.commands();
        let mut commands = commands.iter().filter(|commands| !commands.are_of_image());
        absent && !commands.any(|commands| self.look(commands.steps.len()) && commands.steps.iter().any(prepares))
    }

    /// Whether a container runs nginx and nothing else, and nothing of its configuration writes into a folder: pages,
    /// certificates and challenges that others put there are only read.
    pub fn only_reads(&self, service: &Service, folder: &str) -> bool {
        const WRITE: [&str; 15] = [
            "access_log",
            "error_log",
            "pid",
            "lock_file",
            "state",
            "listen",
            "client_body_temp_path",
            "proxy_temp_path",
            "fastcgi_temp_path",
            "uwsgi_temp_path",
            "scgi_temp_path",
            "proxy_cache_path",
            "fastcgi_cache_path",
            "uwsgi_cache_path",
            "scgi_cache_path",
        ];
        const UPLOADS: [&str; 6] =
            ["dav_methods", "create_full_put_path", "proxy_store", "fastcgi_store", "uwsgi_store", "scgi_store"];
        let writes = |directive: &Directive| {
            let inside = |path: &str| path.contains('$') || below(path, folder).is_some();
            WRITE.iter().any(|name| directive.is(name))
                && directive.args.iter().any(|word| inside(word.value.trim_start_matches("unix:")))
                || UPLOADS.iter().any(|name| directive.is(name))
        };
        let mut read = self.configs_of(service).peekable();
        read.peek().is_some()
            && self.starts_nginx(service)
            && read.all(|config| self.nginx_tree(config).nodes.iter().all(|node| !writes(node.directive)))
    }

    /// The main configuration of the nginx in a container of an official image.
    pub fn main_of(&self, service: &Service) -> Main<'_> {
        if self.has_stock_main(service) {
            return Main::Image;
        }
        let own = self.configs_of(service).find(|config| {
            config.place == Place::Main && self.put(config.file).is_some_and(|put| put.place == Place::Main)
        });
        own.map_or(Main::Unknown, Main::Own)
    }

    /// Whether a container of an official image starts nginx, and nothing else.
    pub fn starts_nginx(&self, service: &Service) -> bool {
        let Some(process) = self.process(service).filter(|_| self.stock(service).is_some()) else { return false };
        match process.words() {
            Some([first, rest @ ..]) => {
                let program = if first.ends_with("docker-entrypoint.sh") { rest.first() } else { Some(first) };
                program.is_none_or(|program| matches!(base_name(program), "nginx" | "nginx-debug"))
            }
            Some([]) => true,
            None => process.line() == service.name.span,
        }
    }

    /// What the main level of a configuration sets.
    pub fn main_setting<'a>(&'a self, config: &Config, name: &str) -> Effective<'a> {
        config.tree.effective(None, name, &|file| self.nginx_tree_of(file))
    }

    /// The user that is not root and that a container of an official image runs as, with the place that says so.
    pub fn plain_user(&self, service: &Service) -> Option<Span> {
        match &service.user {
            Known::Set(user) => {
                let name = user.value.split(':').next().unwrap_or_default();
                (!matches!(name, "root" | "0" | "")).then_some(user.span)
            }
            Known::Absent => {
                let own = self.image_of(service);
                matches!(own.runs_as(), RunsAs::Other).then_some(service.name.span)
            }
            _ => None,
        }
    }

    /// Whether something that can be written is mounted at a folder of a container, or above it.
    pub fn can_write(&self, service: &Service, folder: &str) -> bool {
        let real =
            |path: &str| path.strip_prefix("/var/run").map_or_else(|| path.to_owned(), |rest| format!("/run{rest}"));
        let folder = real(folder);
        service.mounts.iter().filter(|mount| !mount.read_only).any(|mount| match mount.target.get() {
            None => true,
            Some(target) => {
                let target = real(target.trim_end_matches('/'));
                below(&folder, &target).is_some()
            }
        })
    }
}
