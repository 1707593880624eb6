//! Process and port to the configuration of their gunicorn.

use super::processes::Runner;
use super::{Process, Project};
use crate::model::Known;
use crate::model::compose::Service;
use crate::model::gunicorn::GunicornConf;
use crate::model::program::{Program, Told};
use crate::model::units::Unit;
use crate::source::{Presence, below};
use crate::syntax::shell::base_name;

impl Project {
    /// The gunicorn configuration that a process reads.
    pub fn gunicorn_of_process<'a>(&'a self, process: &Process<'a>) -> Option<&'a GunicornConf> {
        match process.runner {
            Runner::Service(service) => self.gunicorn_of(service),
            Runner::Unit(unit) => self.gunicorn_of_unit(unit, process.words()?),
            Runner::Kept(kept) => self.gunicorn.iter().find(|conf| Some(conf.file) == kept.configuration),
            Runner::Image(_) => None,
        }
    }

    /// The gunicorn configuration of a service: the only one in its build context.
    pub fn gunicorn_of(&self, service: &Service) -> Option<&GunicornConf> {
        let context = service.build.as_ref()?.context.get()?;
        // What a guide shows beside a unit is for the unit.
        let beside = || self.units_of_host().iter().any(|unit| self.is_shown_by_guide(unit.file));
        let for_unit = |conf: &GunicornConf| self.is_shown_by_guide(conf.file) && beside();
        let inside = |conf: &&GunicornConf| below(&conf.path, context).is_some() && !for_unit(conf);
        let mut found = self.gunicorn.iter().filter(inside);
        found.next().filter(|_| found.next().is_none())
    }

    /// The gunicorn configuration that a unit's gunicorn reads: the one it names, else that of its working directory.
    pub fn gunicorn_of_unit(&self, unit: &Unit, words: &[String]) -> Option<&GunicornConf> {
        let place = unit.service("WorkingDirectory").map(|place| place.trim_start_matches('-'));
        self.gunicorn_at(&self.from_host(unit, &read_by(words, place)?)?)
    }

    /// The same for what `supervisord` starts in a directory of the machine: the configuration that has all of its path in
    /// common with the one that is read.
    pub(super) fn gunicorn_of_kept(&self, place: Option<&str>, words: &[String]) -> Option<&GunicornConf> {
        let path = read_by(words, place)?;
        let above = |conf: &GunicornConf| Some(path.strip_suffix(&conf.path)?.strip_suffix('/')?.to_owned());
        let found = self.gunicorn.iter().filter_map(|conf| Some((conf, above(conf)?)));
        let (conf, above) = found.max_by_key(|(conf, _)| conf.path.len())?;
        // `/srv/shop` is the project, or its folder `shop`.
        let folder = self.files.presence(base_name(&above)) == Presence::Directory;
        (!folder || words.iter().any(|word| self.has("", word))).then_some(conf)
    }

    /// The gunicorn configuration at a path of the project.
    pub(super) fn gunicorn_at(&self, path: &str) -> Option<&GunicornConf> {
        self.gunicorn.iter().find(|conf| conf.path == path)
    }

    /// The gunicorn configuration that binds to a port, for programs that run on the host. The only one of its port.
    pub fn gunicorn_on(&self, port: u16) -> Option<&GunicornConf> {
        let mut found = self.gunicorn.iter().filter(|conf| conf.port() == Some(port));
        found.next().filter(|_| found.next().is_none())
    }
}

/// The path of the configuration that gunicorn reads by its command line, in the directory it runs in.
pub(super) fn read_by(words: &[String], place: Option<&str>) -> Option<String> {
    let named = words.iter().position(|word| word == "-c" || word == "--config").and_then(|at| words.get(at + 1));
    let inline = words.iter().find_map(|word| word.strip_prefix("--config="));
    let path = named.map(String::as_str).or(inline).unwrap_or("gunicorn.conf.py");
    let path = path.trim_start_matches("file:").trim_start_matches("./");
    match path.starts_with('/') {
        true => Some(path.to_owned()),
        false => Some(format!("{}/{path}", place?.trim_end_matches('/'))),
    }
}

/// What the configuration says that the command line does not.
pub(super) fn configure_gunicorn(program: &mut Program, conf: Option<&GunicornConf>, words: &[String]) {
    let Some(conf) = conf else { return };
    let workers = || conf.workers.get().and_then(|count| count.parse().ok());
    program.workers = program.workers.or_else(workers);
    if words.iter().any(|word| word.starts_with("--bind") || word.starts_with("-b")) {
        return;
    }
    let bind = match &conf.bind {
        // Where it listens when nothing says otherwise.
        Known::Absent if program.configured && (&program.address, &program.port) == (&Told::Open, &Told::Open) => {
            (program.address, program.port) = (Told::Usual("127.0.0.1".to_owned()), Told::Usual(Some(8000)));
            return;
        }
        bind => bind.get(),
    };
    let Some((host, port)) = bind.and_then(|bind| bind.rsplit_once(':')) else { return };
    if let Ok(port) = port.parse() {
        (program.address, program.port) = (Told::File(host.to_owned()), Told::File(Some(port)));
    }
}
