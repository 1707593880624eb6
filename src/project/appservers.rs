//! Service and proxy target to the application server behind it.

use super::{Hop, Project};
use crate::model::appserver::AppServer;
use crate::model::compose::Service;
use crate::model::gunicorn::GunicornConf;
use crate::model::nginx::{Protocol, Server};
use crate::model::{Host, Known};
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
}

impl Project {
    /// The words a service is started with, by itself or by its image. `None`: not known.
    pub fn started_with(&self, service: &Service) -> Option<Vec<String>> {
        match (&service.entrypoint, &service.command) {
            (Known::Set(words), _) | (_, Known::Set(words)) => {
                let mut all = words.value.clone();
                if let (Known::Set(_), Known::Set(command)) = (&service.entrypoint, &service.command) {
                    all.extend(command.value.iter().cloned());
                }
                Some(all)
            }
            (Known::Unresolved { .. }, _) | (_, Known::Unresolved { .. }) => None,
            _ => {
                let image = self.image_of(service);
                let mut words = image.entrypoint().map(|line| line.words()).unwrap_or_default();
                words.extend(image.command().map(|line| line.words()).unwrap_or_default());
                Some(words)
            }
        }
    }

    /// Where that is written; the name of the service when it is nowhere in the project.
    pub fn start_line(&self, service: &Service) -> Span {
        let own = service.command.span().or(service.entrypoint.span());
        let image = self.image_of(service);
        let built = || image.command().or(image.entrypoint()).map(|line| line.span());
        own.or_else(built).unwrap_or(service.name.span)
    }

    /// The application server a service starts: by its command, else by its image.
    pub fn app_server(&self, service: &Service) -> Option<AppServer> {
        AppServer::read(&self.started_with(service)?)
    }

    /// The application server of a service that only its own container can reach, as it listens on the loopback address.
    pub fn on_loopback(&self, service: &Service) -> Option<AppServer> {
        let server = self.app_server(service)?;
        // Servers read their address from these, too.
        let names = ["GUNICORN_CMD_ARGS", "UVICORN_HOST", "FLASK_RUN_HOST", "HOST", "HYPERCORN_BIND"];
        let told = names.iter().any(|name| !self.service_env(service, name).is_absent());
        // gunicorn takes `PORT` for every address, and a configuration in its folder without being told.
        let elsewhere = server.program == "gunicorn"
            && (!self.service_env(service, "PORT").is_absent() || !self.gunicorn.is_empty());
        let shared = |other: &Service| other.network_mode.get().is_some_and(|mode| mode.starts_with("service:"));
        let open = !server.bound && (told || elsewhere)
            || service.gap.is_some()
            || !service.network_mode.is_absent()
            || self.compose.get(service.id.composition).is_some_and(|set| set.services.iter().any(shared));
        let loopback = server.address.as_deref().is_some_and(Host::is_loopback);
        (loopback && !open).then_some(server)
    }

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
                // Without a deployment in containers, the program on the host that binds to this port.
                self.gunicorn_on(hop.port).and_then(on_host).into_iter().for_each(add);
            }
        }
        found
    }

    /// The gunicorn a service runs, its options before its configuration. `None`: it runs another program, or one whose
    /// configuration is not known.
    fn gunicorn_in<'a>(&'a self, service: &'a Service) -> Option<Gunicorn<'a>> {
        let app = self.app_server(service).filter(|app| app.program == "gunicorn")?;
        let written = service.command.span().unwrap_or(service.name.span);
        let (timeout, sync) = match (app.timeout, self.gunicorn_of(service)) {
            (Some(seconds), _) => (Known::Set(Spanned::new(seconds, written)), true),
            (None, Some(conf)) => (conf.timeout.clone(), conf.kills_slow_requests()?),
            (None, None) if app.configured => return None,
            (None, None) => (Known::Absent, true),
        };
        let place = timeout.span().unwrap_or(written);
        let kills_slow_requests = sync && app.kills_slow_requests();
        Some(Gunicorn { home: Home::Service(service), timeout, kills_slow_requests, place })
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
