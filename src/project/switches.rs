//! Variable to the settings that read it.

use super::{Process, Project};
use crate::model::compose::Service;
use crate::model::env::{entries, is_false, is_placeholder_domain, is_true};
use crate::model::settings::{Settings, When};
use crate::source::{FileId, Role, Span, Spanned, below, directory, join};
use crate::syntax::shell::{Word, base_name, run};

impl Project {
    /// Where settings take the text of a variable for a switch.
    pub fn taken_as_text(&self, variable: &str) -> Option<&Spanned<String>> {
        let settings = self
            .settings
            .iter()
            .filter(|settings| self.look(1 + settings.texts.len()) && self.is_for_users(settings.file));
        settings.flat_map(|settings| &settings.texts).find(|read| read.value == variable)
    }

    /// Whether a program's settings say themselves which hosts it answers to, so that no variable does.
    pub fn has_own_hosts(&self) -> bool {
        self.settings.iter().any(|settings| self.look(1) && settings.own_hosts && self.is_for_users(settings.file))
    }

    /// The names of hosts that a service answers to by its variables, if all of them are known, and where they are written.
    pub fn allowed_hosts(&self, service: &Service) -> Option<(Vec<String>, Span)> {
        let is_list =
            |name: &&str| matches!(name.strip_suffix("ALLOWED_HOSTS"), Some("" | "DJANGO_" | "APP_" | "BACKEND_"));
        let name = self.names_seen_by(service).find(is_list).filter(|_| self.may_be_django(service))?;
        let value = self.service_env(service, name);
        let text = value.get()?;
        let list: Vec<String> = entries(text).map(str::to_ascii_lowercase).collect();
        // What is wrong with its entries is told elsewhere, and a list with a placeholder has still to be filled in.
        let template = |entry: &str| {
            let name = entry.bytes().any(|b| b.is_ascii_alphabetic());
            name && entry.contains('.') && !entry.contains("localhost") && is_placeholder_domain(entry)
        };
        let odd = |entry: &String| entry == "*" || entry.contains(['$', '/', ':', '*']) || template(entry);
        (!list.is_empty() && !list.iter().any(odd)).then(|| value.span().map(|span| (list, span)))?
    }

    /// The same when Django compares every request with that list and with nothing else.
    pub fn compared_hosts(&self, service: &Service) -> Option<(Vec<String>, Span)> {
        let context = service.build.as_ref()?.context.get()?;
        let path = |file| self.source(file).path.as_str();
        let own: Vec<_> =
            self.settings.iter().filter(|own| self.look(1) && below(path(own.file), context).is_some()).collect();
        let mut speak = own.iter().filter(|own| own.speaks_of_hosts);
        let (reads, other) = (speak.next()?.hosts_from.as_ref()?, speak.next());
        let found =
            self.allowed_hosts(service).filter(|_| other.is_none() && own.iter().any(|own| own.compares_hosts))?;
        self.service_env(service, reads).span().filter(|span| *span == found.1).map(|_| found)
    }

    /// Where the settings of a service tell Django to send every request that came without TLS to https.
    pub fn sends_to_https(&self, service: &Service) -> Option<Span> {
        const SERVERS: [&str; 8] =
            ["gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "uwsgi", "manage.py", ".sh"];
        let context = service.build.as_ref()?.context.get()?;
        let (image, _) = self.image_of(service).base()?;
        let process = self.process(service)?;
        // What an entry script starts is not known; a worker or its pages are something else.
        let serves = process.words()?.iter().any(|word| SERVERS.iter().any(|own| word.contains(own)));
        if !serves || !["python", "uv"].contains(&base_name(&image.name)) {
            return None;
        }
        let path = |own: &Settings| self.source(own.file).path.as_str();
        let own: Vec<&Settings> =
            self.settings.iter().filter(|own| self.look(1) && below(path(own), context).is_some()).collect();
        // Those that are named, or the only ones.
        let module = self.service_env(service, "DJANGO_SETTINGS_MODULE");
        let chosen = match module.get().map(|module| module.replace('.', "/")) {
            Some(module) => {
                own.iter().find(|own| path(own).strip_suffix(".py").is_some_and(|path| path.ends_with(&module)))
            }
            None => own.first().filter(|first| own.len() == 1 && base_name(path(first)) == "settings.py"),
        }?;
        let to_https = chosen
            .to_https
            .as_ref()
            .filter(|_| own.iter().all(|own| !own.answers_probes) && own.iter().any(|own| own.secures))?;
        let without_debug = || {
            let name = chosen.debug_from.as_deref()?;
            self.said_of(service, name).map(|value| is_false(&value))
        };
        let on = match &to_https.value {
            When::Always => true,
            When::WithoutDebug => without_debug()?,
            When::Said(name, default) => match (self.said_of(service, name), default.as_deref()) {
                (Some(value), _) => is_true(&value),
                (None, Some(When::Always)) => true,
                (None, Some(When::WithoutDebug)) => without_debug()?,
                (None, _) => return None,
            },
        };
        on.then_some(to_https.span)
    }

    /// What a service is told in a variable; by the pattern of an env file where that is not here.
    fn said_of(&self, service: &Service, name: &str) -> Option<String> {
        if let Some(value) = self.service_env(service, name).get() {
            return Some(value.clone());
        }
        let absent =
            service.env_files.iter().filter_map(|file| file.path.get()).filter(|path| self.env_at(path).is_none());
        let mut patterns = absent.filter_map(|path| self.env_at(self.template_beside(path)?));
        let value = patterns.find_map(|pattern| pattern.get(name)?.known());
        value.map(|value| value.value.to_owned())
    }

    /// The keys of Django that stand in its settings as they are, where these are the only ones and something shows that the program
    /// ships.
    pub fn written_keys(&self) -> impl Iterator<Item = Span> {
        let run = !self.nginx.is_empty() || !self.units_of_host().is_empty() || !self.dockerfiles.is_empty();
        let shown = run || !self.shows_nothing_that_ships();
        let settings =
            self.settings.iter().filter(move |settings| shown && self.look(1) && self.is_for_users(settings.file));
        let own = |file| !self.git.is_fixture(&self.source(file).path) && self.are_all_settings(file);
        let all = settings.filter(move |settings| own(settings.file) && self.has_logins(settings.file));
        all.filter_map(|settings| settings.secret_key)
    }

    /// Whether nothing says that a file is for developers, for tests, or to be copied from.
    fn is_for_users(&self, file: FileId) -> bool {
        !matches!(self.role(file), Role::Test | Role::Development | Role::Template)
    }

    /// Where the only settings of a Django that a server for users runs say `DEBUG = True`, with the service or unit that runs it.
    pub fn debug_left_on(&self) -> Vec<(Span, Process<'_>)> {
        const SERVERS: [&str; 6] = ["gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "uwsgi"];
        let left_on = |own: &&Settings| {
            let path = &self.source(own.file).path;
            // `shop/production.py` beside `shop/settings.py` may take over what it says.
            let stage = |name: &&str| {
                let role = name.strip_suffix(".py").and_then(Role::parse);
                matches!(role, Some(Role::Production | Role::Staging | Role::Development))
            };
            own.debug.is_some()
                && self.is_for_users(own.file)
                && self.are_all_settings(own.file)
                && !self.folder(directory(path)).iter().any(|name| stage(&name.as_str()))
        };
        let found: Vec<&Settings> = self.settings.iter().filter(|_| self.look(1)).filter(left_on).collect();
        if found.is_empty() {
            return Vec::new();
        }
        let serves = |process: &Process| {
            process.program().is_some_and(|program| SERVERS.contains(&program.server.name)) && self.look(1)
        };
        let for_users = self.compose.iter().filter(|set| set.role >= Role::Staging);
        let on = for_users.flat_map(|set| set.services.iter().filter(|service| set.is_on(service)));
        let running: Vec<Process> = on.filter_map(|service| self.process(service)).filter(serves).collect();
        let on_host: Vec<Process> = self.processes_of_host().filter(serves).collect();
        let of = |own: &Settings| {
            let path = &self.source(own.file).path;
            // The folder that holds the package with the settings is named by the program: `shop.wsgi`.
            let package = base_name(directory(path));
            let package = if package == "settings" { base_name(directory(directory(path))) } else { package };
            let runs = |process: &&Process| {
                let says = |word: &Word| word.text.split([':', '.']).next() == Some(package);
                let built = process.service().is_none_or(|service| {
                    service
                        .build
                        .as_ref()
                        .and_then(|build| build.context.get())
                        .is_some_and(|at| below(path, at).is_some())
                });
                built && process.words().is_some_and(|words| run(words).iter().flat_map(|own| &own.words).any(says))
            };
            running.iter().chain(&on_host).find(runs).cloned()
        };
        found.into_iter().filter_map(|own| Some((own.debug?, of(own)?))).collect()
    }

    /// Whether anybody may log in to what the settings of Django describe: a list of applications without any for users is none.
    fn has_logins(&self, settings: FileId) -> bool {
        const USERS: [&str; 6] =
            ["contrib.auth", "contrib.sessions", "contrib.admin", "rest_framework", "jwt", "allauth"];
        let text = self.source(settings).text();
        !text.contains("INSTALLED_APPS") || text.contains("+=") || USERS.iter().any(|own| text.contains(own))
    }

    /// Whether no other file beside one of settings may be what is used, or may change what it says.
    fn are_all_settings(&self, file: FileId) -> bool {
        const MORE: [&str; 4] = ["import *", "exec(", "globals(", "split_settings"];
        let source = self.source(file);
        let (own, home) = (source.path.as_str(), directory(directory(&source.path)));
        let other = |path: &str| {
            let named = base_name(path).contains("settings") || base_name(directory(path)) == "settings";
            path != own && path.ends_with(".py") && named && base_name(path) != "__init__.py"
        };
        let beside = |path: &&str| below(path, home).is_some() && self.look(1) && other(path);
        !MORE.iter().any(|word| source.text().contains(word))
            && !self.git.ignored(own).is_yes()
            && !self.files.files().any(|path| beside(&path))
    }

    /// Where the Django of a service compares where a form comes from with its own address, when all of its settings are
    /// read and none of them says more of that address. Versions before 4 look at something else.
    pub fn compares_origins(&self, service: &Service) -> Option<Span> {
        let context = service.build.as_ref()?.context.get()?;
        let path = |file| self.source(file).path.as_str();
        let mut own = self.settings.iter().filter(|settings| below(path(settings.file), context).is_some());
        let (settings, other) = (own.next()?, own.next());
        let place = settings.checks_origin.filter(|_| other.is_none() && !settings.knows_origin)?;
        let read = path(settings.file);
        // Another file of settings may be the one that is used.
        let may_be_settings = |path: &&str| {
            let named = base_name(path).contains("settings") || base_name(directory(path)) == "settings";
            *path != read && path.ends_with(".py") && named && base_name(path) != "__init__.py"
        };
        let all = self.files.files().filter(|path| below(path, context).is_some() && self.look(1));
        (!all.into_iter().any(|path| may_be_settings(&path)) && self.has_django_since_4(context)).then_some(place)
    }

    /// Whether a manifest in a folder asks for Django, and none for one before version 4.
    fn has_django_since_4(&self, folder: &str) -> bool {
        const OLD: [&str; 8] = ["==1", "==2", "==3", "~=2", "~=3", "<4", "^2", "^3"];
        let manifests = self
            .folder(folder)
            .iter()
            .filter(|name| name.starts_with("requirements") && name.ends_with(".txt") || *name == "pyproject.toml");
        let texts = manifests.filter_map(|name| Some(self.at(&join(folder, name))?.source.text()));
        let mut asks = texts.flat_map(str::lines).filter_map(|line| {
            let line = line.trim_start_matches([' ', '"', '\'']).to_ascii_lowercase();
            let rest = line.strip_prefix("django")?;
            rest.chars()
                .next()
                .is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.'))
                .then(|| rest.replace([' ', '"', '\''], ""))
        });
        let mut found = false;
        let old = asks.any(|rest| {
            found = true;
            OLD.iter().any(|old| rest.contains(old) || rest.trim_start_matches('=').starts_with(old))
        });
        found && !old
    }
}

/// Whether an entry of `ALLOWED_HOSTS` takes a name: `.shop.de` takes the names below it, too.
pub fn allows_host(entry: &str, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    match entry.strip_prefix('.') {
        Some(domain) => host == domain || host.ends_with(entry),
        None => host == entry,
    }
}
