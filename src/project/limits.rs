//! Proxy target to the time a request may take in the program behind it.

use super::{Hop, Process, Project, Runner};
use crate::model::Kind;
use crate::model::Known;
use crate::model::compose::Service;
use crate::model::gunicorn::GunicornConf;
use crate::model::ini::Ini;
use crate::model::nginx::{Protocol, Server};
use crate::source::{Span, Spanned};

/// How long a program behind an address nginx passes requests to may work on one.
#[derive(Clone, Debug)]
pub struct Limit {
    /// The program, for people.
    pub program: &'static str,
    /// Who runs it, for people.
    pub owner: String,
    /// The limit in seconds, as it is written.
    pub timeout: Known<u64>,
    /// What counts when none is written.
    pub usual: Option<u64>,
    /// Whether a request that takes longer is ended.
    pub ends_requests: bool,
    /// Whether the limit counts only what is computed, not what is waited for.
    pub of_work: bool,
    /// Where it is written, or would be.
    pub place: Span,
}

impl Project {
    /// The limits of the programs a server passes requests to, one for each address and service.
    pub fn limits_behind<'a>(&'a self, server: &'a Server) -> Vec<(Hop<'a>, Limit)> {
        let mut found = Vec::new();
        for hop in self.hops(server) {
            let Some(protocol) = hop.location.pass.as_ref().map(|pass| pass.protocol) else { continue };
            let reached = self.reached(server.file, &hop);
            let add = |limit| found.push((hop.clone(), limit));
            if !reached.is_empty() {
                reached.iter().filter_map(|(service, _)| self.limit_in(service, protocol)).for_each(add);
            } else if hop.is_loopback() {
                // Without a deployment in containers, the program on the host that binds to this port: the unit that starts
                // it, else a configuration that nobody is seen to start.
                let unit = self.limit_in_unit(hop.port, protocol);
                let conf = || self.gunicorn_on(hop.port).and_then(on_host).filter(|_| speaks_http(protocol));
                unit.or_else(conf).into_iter().for_each(add);
            }
        }
        found
    }

    /// The limit of what a service runs, its options before its configuration. `None`: it has none, or it is not known.
    fn limit_in(&self, service: &Service, protocol: Protocol) -> Option<Limit> {
        let process = self.process(service)?;
        let program = process.program()?;
        match program.server.name {
            "gunicorn" if speaks_http(protocol) => self.of_gunicorn(&process),
            "php-fpm" if protocol == Protocol::FastCgi => self.of_php(service),
            _ => self.of_uwsgi(&process, protocol),
        }
    }

    /// The same for what runs on a port of the host.
    fn limit_in_unit(&self, port: u16, protocol: Protocol) -> Option<Limit> {
        let process = self.process_on_port(port)?;
        let found = if speaks_http(protocol) { self.of_gunicorn(&process) } else { None };
        found.or_else(|| self.of_uwsgi(&process, protocol))
    }

    fn of_gunicorn(&self, process: &Process) -> Option<Limit> {
        let app = process.program().filter(|app| app.server.name == "gunicorn")?;
        let conf = self.gunicorn_of_process(process);
        let written = process.line();
        let (timeout, sync) = match (app.timeout, conf) {
            (Some(seconds), _) => (Known::Set(Spanned::new(seconds, written)), true),
            (None, Some(conf)) => (conf.timeout.clone(), conf.kills_slow_requests()?),
            (None, None) if app.configured => return None,
            (None, None) => (Known::Absent, true),
        };
        let place = timeout.span().unwrap_or(written);
        let ends_requests = sync && app.kills_slow_requests();
        let owner = process.runner.title();
        Some(Limit { program: "gunicorn", owner, timeout, usual: Some(GUNICORN), ends_requests, of_work: false, place })
    }

    /// `harakiri` of uWSGI, on the command line or in its file.
    fn of_uwsgi(&self, process: &Process, protocol: Protocol) -> Option<Limit> {
        let app = process.program().filter(|app| app.server.name == "uwsgi")?;
        if !speaks_http(protocol) && protocol != Protocol::Uwsgi {
            return None;
        }
        let seconds = app.timeout?;
        let lines = self.inis.iter().filter(|ini| ini.kind == Kind::Uwsgi).filter_map(|ini| ini.get("harakiri"));
        let line = lines.filter(|_| self.look(1)).find(|line| line.value == seconds.to_string());
        let place = line.map_or(process.line(), |line| line.span);
        let timeout = Known::Set(Spanned::new(seconds, place));
        let owner = process.runner.title();
        Some(Limit { program: "uWSGI", owner, timeout, usual: None, ends_requests: true, of_work: false, place })
    }

    /// What PHP and its pool are told by the files that are put into a container.
    fn of_php(&self, service: &Service) -> Option<Limit> {
        let seen = |ini: &&Ini| {
            matches!(ini.kind, Kind::Pool | Kind::Php)
                && self.sees(service, &ini.path).is_some_and(|path| path.contains("/etc/php"))
        };
        let inis: Vec<&Ini> = self.inis.iter().filter(seen).collect();
        let last = |key: &str| inis.iter().rev().find_map(|ini| ini.seconds(key)).filter(|time| time.value > 0);
        let ended = last("request_terminate_timeout");
        let of_work = ended.is_none();
        let timeout = ended.or_else(|| last("max_execution_time"))?;
        let place = timeout.span;
        Some(Limit {
            program: "PHP",
            owner: Runner::Service(service).title(),
            timeout: Known::Set(timeout),
            usual: None,
            ends_requests: true,
            of_work,
            place,
        })
    }
}

fn speaks_http(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Http | Protocol::Https)
}

fn on_host(conf: &GunicornConf) -> Option<Limit> {
    Some(Limit {
        program: "gunicorn",
        owner: format!("`{}`", conf.path),
        timeout: conf.timeout.clone(),
        usual: Some(GUNICORN),
        ends_requests: conf.kills_slow_requests()?,
        of_work: false,
        place: conf.timeout.span().or(conf.bind.span())?,
    })
}

/// gunicorn's `--timeout` when nothing is written.
const GUNICORN: u64 = 30;
