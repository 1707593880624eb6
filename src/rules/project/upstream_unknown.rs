//! `project/upstream-unknown`

use crate::model::nginx::Server;
use crate::project::{DESKTOP_HOST, Hop, Inside, Machine, Nowhere, OnHost, Reach, lacks_desktop_host};
use crate::rules::nowhere::cure;
use crate::rules::prelude::*;
use crate::secret::is_placeholder;

rule! {
    /// nginx passes requests to a service or port where nothing listens.
    ///
    /// ## Why
    /// Inside a container network a service is reached by its name and the port its program listens on. The published
    /// port counts only on the host, and `localhost` in the nginx container is that container itself. A name that no
    /// service has keeps nginx from starting (`host not found in upstream`); a wrong port answers every request with 502
    /// (`connect() failed (111: Connection refused) while connecting to upstream`).
    ///
    /// ## Examples
    /// ```nginx bad file=nginx/shop.conf
    /// server {
    ///     listen 80;
    ///     location / { proxy_pass http://localhost:8000; }
    /// #                           ^^^^^^^^^^^^^^^^^^^^^ project/upstream-unknown
    /// # | nginx passes requests to port 8000 of its own container `web`, where nothing listens, so every request gets
    /// # | 502
    /// # | help: write `app:8000`, the service by its name
    /// # >     location / { proxy_pass http://app:8000; }
    ///     location /api/ { proxy_pass http://backend:8000; }
    /// #                               ^^^^^^^^^^^^^^^^^^^ project/upstream-unknown
    /// # | no service is called `backend`, so nginx in service `web` cannot resolve it and does not start
    /// # | help: write `app`, or add the service `backend`
    /// # >     location /api/ { proxy_pass http://app:8000; }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./nginx/shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    /// ```nginx good file=nginx/shop.conf
    /// server {
    ///     listen 80;
    ///     location / { proxy_pass http://app:8000; }
    ///     location /pay/ { proxy_pass https://pay.example.com; }
    /// }
    /// ```
    ///
    /// ### The published port
    /// ```nginx bad file=nginx/shop.conf
    /// upstream backend {
    ///     server app:9000;
    /// #          ^^^^^^^^ project/upstream-unknown
    /// # | service `app` does not listen on port 9000 inside the network (9000 is its port on the host), so every
    /// # | request gets 502
    /// # | help: write `app:8000`
    /// # >     server app:8000;
    /// }
    /// server {
    ///     location / { proxy_pass http://backend; }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     ports: ["127.0.0.1:9000:8000"]
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./nginx/shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    /// ```nginx good file=nginx/shop.conf
    /// upstream backend { server app:8000; }
    /// server {
    ///     location / { proxy_pass http://backend; }
    /// }
    /// ```
    ///
    /// ### A name of Docker Desktop
    /// ```nginx bad file=nginx/shop.conf
    /// server {
    ///     listen 80;
    ///     location / { proxy_pass http://host.docker.internal:8088; }
    /// #                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/upstream-unknown
    /// # | only Docker Desktop knows `host.docker.internal`: on a Linux server nginx in service `web` cannot resolve it
    /// # | and does not start
    /// # | help: add `extra_hosts: ["host.docker.internal:host-gateway"]` to service `web`
    /// }
    /// ```
    /// ```nginx good file=nginx/shop.conf
    /// server {
    ///     listen 80;
    ///     location / { proxy_pass http://host.docker.internal:8088; }
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    /// # >     image: nginx:1.28
    /// # >     extra_hosts: ["host.docker.internal:host-gateway"]
    ///     volumes: ["./nginx/shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     extra_hosts: ["host.docker.internal:host-gateway"]
    ///     volumes: ["./nginx/shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    ///
    /// ### nginx on the host
    /// ```nginx bad file=shop.conf
    /// server {
    ///     location / { proxy_pass http://127.0.0.1:8000; }
    /// #                           ^^^^^^^^^^^^^^^^^^^^^ project/upstream-unknown
    /// # | nothing listens on port 8000 of the host: service `app` is published on 9000, so requests get 502
    /// # | help: write `127.0.0.1:9000`
    /// # >     location / { proxy_pass http://127.0.0.1:9000; }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     location / { proxy_pass http://127.0.0.1:9000; }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     ports: ["127.0.0.1:9000:8000"]
    /// ```
    ///
    /// ### The name of a service on the host
    /// ```nginx bad file=nginx/shop.conf
    /// server {
    ///     location / { proxy_pass http://app:8000; }
    /// #                           ^^^^^^^^^^^^^^^ project/upstream-unknown
    /// # | `app` is a name of the container network, where no service reads this file: nginx on the host cannot resolve
    /// # | it and does not start
    /// # | help: write `127.0.0.1:9000`, where service `app` is published
    /// # >     location / { proxy_pass http://127.0.0.1:9000; }
    /// }
    /// ```
    /// ```script bad file=deploy.sh
    /// cp nginx/shop.conf /etc/nginx/sites-available/
    /// ```
    /// ```nginx good file=nginx/shop.conf
    /// server {
    ///     location / { proxy_pass http://app:8000; }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     ports: ["127.0.0.1:9000:8000"]
    /// ```
    ///
    /// ### A unit on the host
    /// ```nginx bad file=shop.conf
    /// server {
    ///     location / { proxy_pass http://127.0.0.1:8001; }
    /// #                           ^^^^^^^^^^^^^^^^^^^^^ project/upstream-unknown
    /// # | nothing listens on port 8001 of the host: unit `shop.service` listens elsewhere, so every request gets 502
    /// # | help: write `127.0.0.1:8000`
    /// # >     location / { proxy_pass http://127.0.0.1:8000; }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     location / { proxy_pass http://127.0.0.1:8000; }
    /// }
    /// ```
    /// ```systemd both file=shop.service
    /// [Service]
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:app
    /// ```
    ///
    /// ### A service with nothing in it
    /// What belongs to it stands elsewhere in a file that Compose refuses.
    /// ```nginx good file=nginx/shop.conf
    /// server {
    ///     listen 80;
    ///     location / { proxy_pass http://app:8000; }
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///   web:
    ///     image: nginx:1.28
    ///     networks: [inner]
    ///     volumes: ["./nginx/shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// networks:
    ///   inner: {}
    /// ```
    ///
    /// ## What it does not report
    /// Names with a dot and addresses (they are outside), targets with variables, services whose ports nothing tells,
    /// deployments that include other files or join networks of other projects.
    "project/upstream-unknown" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.docker.com/compose/how-tos/networking/",
            "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass",
        ],
        at_first: true,
        check: Check::Server(check),
    }
}

const NO_ANSWER: &str = "so every request gets 502";
const NO_START: &str = "cannot resolve it and does not start";

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let leads = ctx.project.leads(server);
    if leads.is_empty() {
        sink.not_applicable();
    }
    let in_container = matches!(ctx.project.machine(server.file), Answer::Yes(Machine::Container(_)));
    // nginx refuses a port behind the name of an upstream; `nginx/upstream-conflict` tells that.
    let config = ctx.project.config_of(server);
    let is_upstream =
        |host: &str| config.is_some_and(|config| config.upstreams.iter().any(|own| own.name.value == host));
    let is_refused = |hop: &Hop| {
        let passed = hop.location.pass.as_ref().is_some_and(|pass| pass.span == hop.span && pass.port.is_some());
        passed && is_upstream(hop.host)
    };
    for (hop, lead) in leads.iter().filter(|(hop, _)| !is_refused(hop)) {
        match lead {
            Reach::Somewhere if hop.host == DESKTOP_HOST => of_desktop(hop, server, ctx, sink),
            Reach::Somewhere | Reach::Unclaimed => {}
            // Where nobody knows the name nginx does not start.
            Reach::Unknown(why) if !in_container && !hop.is_loopback() && !ctx.project.is_called_anywhere(hop.host) => {
                let host = hop.host;
                sink.unknown_start(
                    hop.span,
                    format!("nginx does not start where nobody knows `{host}`, and {}", why.text),
                );
            }
            Reach::Unknown(why) => sink.unknown(hop.span, why.clone()),
            // With the name of a service it is written for a container.
            Reach::Nowhere(Nowhere::OnHost(OnHost::ServiceName { .. }), _)
                if !ctx.project.is_put_on_host(server.file) =>
            {
                sink.unknown(hop.span, "it is written for a container, and no service here reads it");
            }
            Reach::Nowhere(Nowhere::Inside(Inside::NoSuchName { .. }), _)
                if ctx.project.is_shown_beside(server.file, hop.host) =>
            {
                sink.unknown(hop.span, "the guide adds a service of this name");
            }
            Reach::Nowhere(nowhere, place) => {
                let [message, help, label] = match nowhere {
                    Nowhere::Inside(why) => inside(hop, why),
                    Nowhere::OnHost(why) => on_host(hop, why),
                };
                let finding = sink.report(hop.span, message).help(help);
                // Several names that mean the copies of one service.
                if let Nowhere::OnHost(OnHost::ServiceName { service, host }) = nowhere
                    && *service != hop.host
                {
                    finding.cause((service, host), "this name neither");
                }
                if let Some(place) = place {
                    finding.related(*place, label);
                }
            }
        }
    }
}

fn of_desktop(hop: &Hop, server: &Server, ctx: &Context, sink: &mut Sink) {
    let Answer::Yes(Machine::Container(nginx)) = ctx.project.machine(server.file) else { return };
    if !lacks_desktop_host(nginx) {
        return;
    }
    let own = &nginx.name.value;
    let message =
        format!("only Docker Desktop knows `{DESKTOP_HOST}`: on a Linux server nginx in service `{own}` {NO_START}");
    sink.report(hop.span, message)
        .confidence(Likely)
        .help(format!("add `extra_hosts: [\"{DESKTOP_HOST}:host-gateway\"]` to service `{own}`"))
        .related(nginx.name.span, "nginx runs in this service");
}

/// The message, the help, and the label of the place in the Compose file.
fn inside(Hop { host: name, port, .. }: &Hop, why: &Inside) -> [String; 3] {
    let from = match why {
        Inside::OwnContainer { from, .. } | Inside::NoSuchName { from, .. } | Inside::NoSharedNetwork { from, .. } => {
            from
        }
        Inside::OnHostNetwork { .. } | Inside::OtherPort { .. } => "",
    };
    let cure = cure(why, from, Some(*port)).unwrap_or_default();
    match why {
        Inside::OwnContainer { from: nginx, meant } => {
            let own = format!("port {port} of its own container `{nginx}`, where nothing listens");
            let label = meant.map_or(String::new(), |(_, inside)| format!("this service listens on {inside}"));
            [format!("nginx passes requests to {own}, {NO_ANSWER}"), cure, label]
        }
        Inside::NoSuchName { from: nginx, names } => [
            format!("no service is called `{name}`, so nginx in service `{nginx}` {NO_START}"),
            match &names[..] {
                _ if is_placeholder(name) => "put the name of the service or the address of the host here".to_owned(),
                [] => format!("add the service `{name}` to the Compose file"),
                [only] => format!("write `{only}`, or add the service `{name}`"),
                many => format!("use the name of a service: `{}`", many[..many.len().min(5)].join("`, `")),
            },
            "nginx runs in this service".into(),
        ],
        Inside::NoSharedNetwork { from, service, network } => [
            format!("services `{from}` and `{service}` have no network in common, so nginx in `{from}` {NO_START}"),
            cure,
            format!("this service is in the network `{network}`"),
        ],
        Inside::OnHostNetwork { service } => [
            format!(
                "service `{service}` uses the network of the host, where nginx in a container does not find it by name"
            ),
            cure,
            "it has no name in the container network".into(),
        ],
        Inside::OtherPort { service, inside, published } => {
            let why = match published {
                true => format!("{port} is its port on the host"),
                false => format!("its program listens on {inside}"),
            };
            [
                format!("service `{service}` does not listen on port {port} inside the network ({why}), {NO_ANSWER}"),
                cure,
                format!("inside the network it is port {inside}"),
            ]
        }
    }
}

fn on_host(Hop { host: name, port, .. }: &Hop, why: &OnHost) -> [String; 3] {
    match why {
        OnHost::SpareServer { service } => [
            format!(
                "nothing listens on port {port} of the host, so nginx finds this server of the upstream down all the \
                 time"
            ),
            "remove the line, or publish one port for each copy of the service".into(),
            format!("service `{service}` is published here and nowhere else"),
        ],
        OnHost::PublishedElsewhere { service, host } => [
            format!(
                "nothing listens on port {port} of the host: service `{service}` is published on {host}, so requests \
                 get 502"
            ),
            format!("write `127.0.0.1:{host}`"),
            format!("port {host} of the host leads to it"),
        ],
        OnHost::NotPublished { service } => [
            format!(
                "service `{service}` listens on {port} but publishes no port, so nginx on the host cannot reach it"
            ),
            format!("add `ports: [\"127.0.0.1:{port}:{port}\"]` to service `{service}`"),
            "this service publishes nothing".into(),
        ],
        OnHost::UnitElsewhere { unit, address } => [
            format!(
                "nothing listens on port {port} of the host: unit `{unit}` listens elsewhere, so every request gets 502"
            ),
            format!("write `{address}`"),
            format!("it listens on `{address}`"),
        ],
        OnHost::ServiceName { service, host } => [
            match service == name {
                true => format!(
                    "`{name}` is a name of the container network, where no service reads this file: nginx on the host {NO_START}"
                ),
                false => format!("`{name}` is neither a service nor a name the host knows, so nginx does not start"),
            },
            match host {
                Some(host) => format!("write `127.0.0.1:{host}`, where service `{service}` is published"),
                None => format!("publish service `{service}` on the host and write that address, `127.0.0.1:{port}`"),
            },
            "this service comes closest".into(),
        ],
    }
}
