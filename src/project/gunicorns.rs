//! Proxy target to the gunicorn behind it.

use super::{Hop, Process, Project};
use crate::model::Known;
use crate::model::compose::Service;
use crate::model::gunicorn::GunicornConf;
use crate::model::nginx::{Protocol, Server};
use crate::model::program::Program;
use crate::model::units::Unit;
use crate::source::{Span, Spanned, below};

/// The gunicorn behind an address nginx passes requests to.
#[derive(Clone, Debug)]
pub struct Gunicorn<'a> {
    /// Where it runs.
    pub home: Home<'a>,
    /// Its `--timeout`, in seconds.
    pub timeout: Known<u64>,
    /// Whether its workers are killed when one request takes longer.
    pub kills_slow_requests: bool,
    /// Where the timeout is written, or would be.
    pub place: Span,
}

/// Where a gunicorn runs.
#[derive(Copy, Clone, Debug)]
pub enum Home<'a> {
    /// In the container of this service.
    Service(&'a Service),
    /// On the host, with this configuration.
    Host(&'a GunicornConf),
    /// On the host, started by this unit.
    Unit(&'a Unit),
    /// On the host, kept running by supervisor under this name.
    Kept(&'a str),
}

impl Project {
    /// The gunicorn configuration of a service: the only one in its build context.
    pub fn gunicorn_of(&self, service: &Service) -> Option<&GunicornConf> {
        let context = service.build.as_ref()?.context.get()?;
        let inside = |conf: &&GunicornConf| below(&conf.path, context).is_some();
        let mut found = self.gunicorn.iter().filter(inside);
        found.next().filter(|_| found.next().is_none())
    }

    /// The gunicorn configuration that binds to a port, for programs that run on the host. The only one of its port.
    pub fn gunicorn_on(&self, port: u16) -> Option<&GunicornConf> {
        let mut found = self.gunicorn.iter().filter(|conf| conf.port() == Some(port));
        found.next().filter(|_| found.next().is_none())
    }

    /// The gunicorns a server passes requests to over HTTP, one for each address and service.
    pub fn gunicorns_behind<'a>(&'a self, server: &'a Server) -> Vec<(Hop<'a>, Gunicorn<'a>)> {
        let mut found = Vec::new();
        for hop in self.hops(server) {
            let protocol = hop.location.pass.as_ref().map(|pass| pass.protocol);
            if !matches!(protocol, Some(Protocol::Http | Protocol::Https)) {
                continue;
            }
            let reached = self.reached(server.file, &hop);
            let add = |gunicorn| found.push((hop.clone(), gunicorn));
            if !reached.is_empty() {
                reached.iter().filter_map(|(service, _)| self.gunicorn_in(service)).for_each(add);
            } else if hop.is_loopback() {
                // Without a deployment in containers, the program on the host that binds to this port: the unit that starts
                // it, else a configuration that nobody is seen to start.
                let unit = self.gunicorn_in_unit(hop.port);
                unit.or_else(|| self.gunicorn_on(hop.port).and_then(on_host)).into_iter().for_each(add);
            }
        }
        found
    }

    /// The gunicorn a service runs, its options before its configuration. `None`: it runs another program, or one whose
    /// configuration is not known.
    fn gunicorn_in<'a>(&'a self, service: &'a Service) -> Option<Gunicorn<'a>> {
        self.gunicorn_of_process(&self.process(service)?, Home::Service(service), self.gunicorn_of(service))
    }

    /// The gunicorn that runs on a port of the host.
    fn gunicorn_in_unit(&self, port: u16) -> Option<Gunicorn<'_>> {
        let on_port = |process: &Process| process.program().and_then(Program::listens_on) == Some(port);
        let process = self.processes_of_host().filter(|_| self.look(1)).find(on_port)?;
        match process.unit() {
            Some(unit) => {
                self.gunicorn_of_process(&process, Home::Unit(unit), self.gunicorn_of_unit(unit, process.words()?))
            }
            None => self.gunicorn_of_process(&process, Home::Kept(process.name_on_host()?), None),
        }
    }

    fn gunicorn_of_process<'a>(
        &'a self,
        process: &Process<'a>,
        home: Home<'a>,
        conf: Option<&'a GunicornConf>,
    ) -> Option<Gunicorn<'a>> {
        let app = process.program().filter(|app| app.server.name == "gunicorn")?;
        let written = process.line();
        let (timeout, sync) = match (app.timeout, conf) {
            (Some(seconds), _) => (Known::Set(Spanned::new(seconds, written)), true),
            (None, Some(conf)) => (conf.timeout.clone(), conf.kills_slow_requests()?),
            (None, None) if app.configured => return None,
            (None, None) => (Known::Absent, true),
        };
        let place = timeout.span().unwrap_or(written);
        let kills_slow_requests = sync && app.kills_slow_requests();
        Some(Gunicorn { home, timeout, kills_slow_requests, place })
    }
}

fn on_host(conf: &GunicornConf) -> Option<Gunicorn<'_>> {
    Some(Gunicorn {
        home: Home::Host(conf),
        timeout: conf.timeout.clone(),
        kills_slow_requests: conf.kills_slow_requests()?,
        place: conf.timeout.span().or(conf.bind.span())?,
    })
}
