//! The files that the deployment names, and that must be read for it whatever they are called.

use super::Project;
use crate::model::compose::Service;
use crate::model::image::CommandLine;
use crate::model::starts::{Place, Step};
use crate::model::{Class, Kind};
use crate::source::{Presence, Role, Span, Spanned, join, role_of};

/// A file and where it is named.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Its path, relative to the project root and normalised.
    pub path: String,
    /// Where it is named.
    pub at: Span,
    /// What it is named for.
    pub class: Class,
    /// What the file that names it does: `includes it`.
    pub what: String,
}

impl Project {
    /// The files that are named and were not read, in the order of the files that name them. Paths that leave the
    /// project are left out.
    pub fn unread(&self) -> Vec<Mention> {
        let mut found = Vec::new();
        for compose in &self.compose {
            let files = compose.wanted.iter();
            found.extend(files.map(|(path, what)| Mention::new(path, Kind::Compose, (*what).to_owned())));
            for secret in &compose.secrets {
                let what = format!("keeps secret `{}` in it", secret.name.value);
                found.extend(secret.file.set().map(|path| Mention::new(path, Kind::Secret, what)));
            }
            for service in &compose.services {
                self.of_service(service, &mut found);
            }
            // Compose fills its variables from the `.env` beside it. When it is no file here, nobody may have made it.
            for beside in compose.env.iter().filter(|path| self.files.passed_over(path).is_some()) {
                let path = Spanned::new(beside.clone(), Span::new(compose.file, 0, 0));
                found.push(Mention::new(&path, Kind::Env, "takes its variables from it".into()));
            }
        }
        for (_, call) in self.calls() {
            // All of a line lie in one place: the one that has most of them.
            let there = |at: &&String| {
                let named = call.files.iter().chain(&call.env_files);
                named.filter(|file| self.files.presence(&join(at, &file.value)) == Presence::File).count()
            };
            let best = call.place.directories().iter().rev().max_by_key(there);
            let place = Place { directory: best.cloned(), ..call.place.clone() };
            for (files, kind, what) in [
                (&call.files, Kind::Compose, "starts Compose with it"),
                (&call.env_files, Kind::Env, "gives it to Compose for its variables"),
            ] {
                for file in files {
                    let mut places = place.resolve(&file.value).into_iter();
                    let path = places.find(|path| self.files.presence(path) == Presence::File);
                    found.extend(path.map(|path| Mention::new(&Spanned::new(path, file.span), kind, what.to_owned())));
                }
            }
        }
        for used in self.meanings().flat_map(|view| view.loads()) {
            if let Some(path) = used.places.iter().find(|path| self.files.presence(path) == Presence::File) {
                found.push(Mention::new(&Spanned::new(path.clone(), used.span), Kind::Env, "loads it".into()));
            }
        }
        let put =
            |step: &'_ Step| step.put_into_nginx().last().map(|from| (step.place.resolve(&from.value), from.span));
        for (places, at) in self.meanings().flat_map(|view| view.steps()).filter_map(put) {
            let path = places.into_iter().find(|path| self.files.presence(path) == Presence::File);
            // People fill in a pattern once it is there.
            found.extend(path.filter(|path| role_of(path) != Some(Role::Template)).map(|path| {
                Mention::new(&Spanned::new(path, at), Kind::Nginx, "copies it to where nginx reads".into())
            }));
        }
        for (path, at) in self.locks_in_question() {
            found.push(Mention::new(&Spanned::new(path, at), Kind::NpmLock, "is installed as it says".into()));
        }
        for image in self.images() {
            let built = image.image();
            let Some(CommandLine::Exec(words, span)) = built.entrypoint().or_else(|| built.command()) else { continue };
            let own = built.entrypoint().is_some() || built.before_command().is_empty();
            let started = words.first().filter(|_| own).and_then(|program| self.started(&image, &program.value));
            if let Some((path, _)) = started.filter(|(path, _)| self.at(path).is_none()) {
                found.push(Mention::new(&Spanned::new(path, *span), Kind::Script, "starts it".into()));
            }
        }
        for path in &self.configs.unread {
            found.push(Mention::new(path, Kind::Nginx, "includes it".into()));
        }
        for config in self.configs() {
            let files = config
                .servers
                .iter()
                .flat_map(|server| server.certificates.iter().chain(&server.certificate_keys).chain(&server.dhparam));
            for written in files {
                let place = self.tls_place(config, &written.value);
                found.extend(
                    place.map(|path| Mention::new(&Spanned::new(path, written.span), Kind::Pem, "serves it".into())),
                );
            }
        }
        found.retain(|mention| self.is_unread(mention));
        found
    }

    fn of_service(&self, service: &Service, found: &mut Vec<Mention>) {
        let name = &service.name.value;
        for file in &service.env_files {
            let what = format!("gives it to service `{name}` as env file");
            found.extend(file.path.set().map(|path| Mention::new(path, Kind::Env, what)));
        }
        if let Some(path) = service.build.as_ref().and_then(|build| build.dockerfile.get()) {
            let path = Spanned::new(path.clone(), service.span);
            found.push(Mention::new(&path, Kind::Dockerfile, format!("builds service `{name}` from it")));
        }
        for (path, target) in self.placed(service) {
            let what = format!("puts it at `{target}` in service `{name}`");
            if is_nginx_configuration(&target) {
                found.push(Mention::new(&path, Kind::Nginx, what));
            } else if let Some(end) = nginx_reads_all(&target) {
                let names = self.folder(&path.value).iter().filter(|name| name.ends_with(end));
                let files = names.map(|name| Spanned::new(join(&path.value, name), path.span));
                found.extend(files.map(|path| Mention::new(&path, Kind::Nginx, what.clone())));
            }
        }
    }

    /// Whether there is something that was not read: a file, or a place that the walk passed by.
    fn is_unread(&self, mention: &Mention) -> bool {
        let path = &mention.path;
        if path.starts_with(['/', '~']) || path.starts_with("..") || path.contains(['*', '$', '{']) {
            return false;
        }
        // One that only says something about others can be more than that.
        let read = self.at(path).is_some_and(|document| !document.class.kind.may_be_more());
        !read && matches!(self.files.presence(path), Presence::File | Presence::Unknown)
    }
}

impl Mention {
    fn new(path: &Spanned<String>, kind: Kind, what: String) -> Self {
        let class = Class { kind, why: "the deployment names it" };
        Mention { path: path.value.clone(), at: path.span, class, what }
    }
}

/// How the files end that the official image reads of a folder, if it reads all such.
fn nginx_reads_all(folder: &str) -> Option<&'static str> {
    match folder.strip_prefix("/etc/nginx/")? {
        "conf.d" => Some(".conf"),
        "templates" => Some(".template"),
        _ => None,
    }
}

/// Whether nginx reads a path in its container as configuration: the main file, or one of the folders that it includes.
fn is_nginx_configuration(target: &str) -> bool {
    let Some(rest) = target.strip_prefix("/etc/nginx/") else { return false };
    rest == "nginx.conf"
        || rest.ends_with(".conf")
        || rest.starts_with("conf.d/")
        || rest.starts_with("sites-enabled/")
        || rest.starts_with("templates/")
}
