//! `project/app-port-bypasses-proxy`

use std::collections::HashSet;

use crate::model::Host;
use crate::model::compose::{Port, Service};
use crate::model::guide::Passage;
use crate::model::image::notes;
use crate::model::nginx::{Protocol, Server};
use crate::model::starts::RunCall;
use crate::project::{Hop, Place};
use crate::rules::emptied;
use crate::rules::prelude::*;

rule! {
    /// An application behind nginx is open to everyone on a port of its own.
    ///
    /// ## Why
    /// A port published without an address is open on every interface of the host, and Docker opens it in front of the
    /// host's firewall rules (ufw, firewalld). Whoever uses it goes around what nginx adds: TLS, limits, headers, logs.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     ports:
    ///       - "8000:8000"
    /// #        ^^^^^^^^^ project/app-port-bypasses-proxy
    /// # | port 8000 of service `app` is open on every interface, so clients can go around nginx (no TLS, limits or
    /// # | logs); Docker opens it in front of the host's firewall
    /// # | help: bind it to the host alone: `127.0.0.1:8000:8000`
    /// # >       - "127.0.0.1:8000:8000"
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     ports:
    ///       - "127.0.0.1:8000:8000"
    /// ```
    ///
    /// ### nginx in the same deployment
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     ports: ["9000:8000"]
    /// #            ^^^^^^^^^ project/app-port-bypasses-proxy
    /// # | port 9000 of service `app` is open on every interface, so clients can go around nginx (no TLS, limits or
    /// # | logs); Docker opens it in front of the host's firewall
    /// # | help: remove the entry: nginx reaches `app:8000` through the network of the deployment
    /// # >
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["443:443"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     location / {
    ///         proxy_pass http://app:8000;
    ///     }
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     expose: ["8000"]
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["443:443"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    ///
    /// ### A port that nothing listens on
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn --bind 0.0.0.0:7860 shop:app
    ///     ports: ["8000:8000"]
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["443:443"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     location / {
    ///         proxy_pass http://app:8000;
    ///     }
    /// }
    /// ```
    ///
    /// ### A unit on the host
    /// ```systemd bad file=shop.service
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind 0.0.0.0:8000 shop:app
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/app-port-bypasses-proxy
    /// # | port 8000 of unit `shop.service` is open on every interface, so clients can go around nginx (no TLS, limits
    /// # | or logs) unless a firewall stops them
    /// # | help: bind it to the host alone: `127.0.0.1:8000`
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:app
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    /// }
    /// ```
    /// ```systemd good file=shop.service
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:app
    /// ```
    ///
    /// ### A container that a guide or a script starts
    /// ```markdown bad
    /// # Deployment
    ///
    /// ~~~bash
    /// docker build -t shop:1 .
    /// docker run -d --name shop -p 8000:8000 --restart unless-stopped shop:1
    /// #                            ^^^^^^^^^ project/app-port-bypasses-proxy
    /// # | port 8000 is open on every interface, so clients can go around nginx (no TLS, limits or logs); Docker opens
    /// # | it in front of the host's firewall
    /// # | help: bind it to the host alone: `127.0.0.1:8000:8000`
    /// # > docker run -d --name shop -p 127.0.0.1:8000:8000 --restart unless-stopped shop:1
    /// ~~~
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    /// }
    /// ```
    ///
    /// ### Two ways, of which the reader goes one
    /// ```markdown good
    /// # Deployment
    ///
    /// ## Docker Deployment
    ///
    /// ~~~bash
    /// docker build -t shop:1 .
    /// docker run -d --name shop -p 8000:8000 --restart unless-stopped shop:1
    /// ~~~
    ///
    /// ## Binary Deployment
    ///
    /// ~~~bash
    /// ./shop --port 8000
    /// ~~~
    ///
    /// ~~~nginx
    /// server {
    ///     listen 443 ssl;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:8000;
    ///     }
    /// }
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Ports bound to an address, and addresses that come from a variable without value. Where nginx has no TLS, no limits, no
    /// passwords and no lists of addresses, whoever goes around it gains nothing: that is low.
    "project/app-port-bypasses-proxy" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let mut seen: HashSet<Span> = HashSet::new();
    let mut judged = false;
    let known = ctx.project.machine(server.file).is_yes();
    let offered = ctx.project.is_only_offered(server);
    // A guide that takes another way than containers has none behind the nginx that it shows, but those that it shows, too.
    let guide = ctx.project.told_at(server.span).file;
    let without = guide != server.file && ctx.project.goes_without_containers(guide);
    for hop in ctx.project.hops(server) {
        for (service, inside) in ctx.project.reached(server.file, &hop) {
            judged = true;
            if without && ctx.project.told_at(service.name.span).file != guide {
                continue;
            }
            // Nobody is seen to run this file: the service may be the proxy that clients are to meet, or be behind another one.
            let led = || ctx.project.fronts(service).iter().any(|front| front.tls);
            if !known && (ctx.project.may_be_proxy(service) || led()) || ctx.project.is_front_door(service) {
                continue;
            }
            // A profile keeps nginx out of this set, and it runs in another one: nobody goes around it here.
            if ctx.project.proxy_stays_away(server, service) {
                continue;
            }
            let leads = |port: &&Port| port.host_port_of(inside).is_some() && !seen.contains(&port.span);
            let ports: Vec<&Port> = service.ports.iter().filter(leads).collect();
            for port in ports {
                // The container is one of another chapter, of the deployment for tests, and this one starts none.
                if hop.is_loopback()
                    && ctx.project.are_ways_of_a_guide(port.span, hop.span)
                    && !ctx.project.starts_containers_beside(hop.span)
                {
                    continue;
                }
                // The port is the way in, and the proxy one that may be taken besides.
                let let_in = |port: &Port| port.host_port_of(inside).is_some_and(|host| ctx.project.lets_all_in(host));
                if ctx.project.passage(server.span) == Passage::OneWay && let_in(port) {
                    continue;
                }
                // Pages that ask it themselves need it open, and without TLS nginx keeps nothing from anybody.
                let asked =
                    |port: &Port| port.host_port_of(inside).is_some_and(|host| ctx.project.pages_ask(service, host));
                if !ctx.project.has_tls() && asked(port) {
                    continue;
                }
                match port.on_all_interfaces() {
                    Some(true) => {
                        let little = offered && hop.is_loopback();
                        open(service, port, inside, (server, &hop, little), ctx, sink);
                    }
                    None => sink.unknown(port.span, "the address the port is bound to is not known"),
                    Some(false) => {}
                }
                seen.insert(port.span);
            }
        }
    }
    judged |= open_units(server, ctx, sink);
    judged |= open_runs(server, ctx, sink);
    if !judged {
        sink.not_applicable();
    }
}

/// The programs of units behind a server; whether there are any.
fn open_units(server: &Server, ctx: &Context, sink: &mut Sink) -> bool {
    let mut judged = false;
    for passed in ctx.project.passed_to().iter().filter(|passed| passed.server == server.span) {
        let hop = passed.span;
        let Some(endpoint) = ctx.project.endpoints().iter().find(|endpoint| endpoint.at == passed.to) else { continue };
        judged = true;
        let Place::Port(port) = passed.to else { continue };
        if endpoint.is_everywhere() && !ctx.project.firewall_closes(port) {
            let message = format!(
                "port {port} of unit `{}` is open on every interface, so clients can go around nginx (no TLS, limits or logs) \
                 unless a firewall stops them",
                endpoint.unit
            );
            let finding =
                sink.report(endpoint.span, message).help(format!("bind it to the host alone: `127.0.0.1:{port}`"));
            finding
                .severity(Medium)
                .confidence(Likely)
                .related(hop, format!("nginx passes requests to it here, in `{}`", ctx.path(hop)));
        }
    }
    judged
}

/// The containers of `docker run` lines behind a server; whether there are any.
fn open_runs(server: &Server, ctx: &Context, sink: &mut Sink) -> bool {
    let mut judged = false;
    let mut seen: HashSet<Span> = HashSet::new();
    // A script that starts one container is a way of its own, without an nginx that nobody is seen to run.
    let known = ctx.project.machine(server.file).is_yes();
    let offered = ctx.project.is_only_offered(server);
    // A guide that starts the application itself has no container of another way behind the nginx that it shows.
    let told = ctx.project.told_at(server.span).file;
    let without = told != server.file && ctx.project.starts_the_application(told);
    let along = |call: &&RunCall| {
        (known || ctx.project.speaks_of_nginx(call.span.file)) && !(without && call.span.file != told)
    };
    for hop in ctx.project.hops(server).into_iter().filter(|hop| hop.is_loopback()) {
        let own = hop.port.to_string();
        for (call, port, address, target) in ctx
            .project
            .left_running()
            .filter(along)
            .filter(|call| call.image.as_ref().is_some_and(|image| ctx.project.builds_image(&image.value)))
            .flat_map(|call| call.published().map(move |port| (call, port)))
            .filter(|(_, port)| port.2 == own)
            .map(|(call, (port, address, _, target))| (call, port, address, target))
        {
            judged = true;
            if ctx.project.are_ways_of_a_guide(port.span, hop.span) || of_another_way(call, &own, &hop, ctx) {
                continue;
            }
            let open = address.is_none_or(|address| matches!(Host::of(address), Host::Any | Host::Public));
            if open && address.is_none_or(|address| !address.contains('$')) && seen.insert(port.span) {
                sink.report(
                    port.span,
                    format!(
                        "port {own} is open on every interface, so clients can go around nginx (no TLS, limits or logs); \
                         Docker opens it in front of the host's firewall"
                    ),
                )
                .help(format!("bind it to the host alone: `127.0.0.1:{own}:{target}`"))
                .confidence(if offered { Hint } else { Likely })
                .severity(if offered { Low } else { Medium })
                .related(hop.span, format!("nginx passes requests to it here, in `{}`", ctx.path(hop.span)));
            }
        }
    }
    judged
}

/// Whether a container is started again where a guide speaks of what runs, and for the first time on a way that has no nginx.
fn of_another_way(call: &RunCall, port: &str, hop: &Hop, ctx: &Context) -> bool {
    let same = |other: &&RunCall| {
        other.span.file == call.span.file
            && other.span != call.span
            && other.image.as_ref().map(|image| &image.value) == call.image.as_ref().map(|image| &image.value)
    };
    ctx.project.passage(call.span) == Passage::Running
        && ctx.project.left_running().filter(same).any(|first| {
            let mut ports = first.published().filter(|published| published.2 == port);
            ports.any(|published| ctx.project.are_ways_of_a_guide(published.0.span, hop.span))
        })
}

fn open(
    service: &Service,
    port: &Port,
    inside: u16,
    (server, hop, offered): (&Server, &Hop, bool),
    ctx: &Context,
    sink: &mut Sink,
) {
    let Some(published) = port.host_port_of(inside) else { return };
    // What everybody may do there is the worse story, and another rule tells it.
    let image = service.image.get().filter(|_| service.build.is_none());
    let admin = image.and_then(notes).and_then(|notes| notes.admin.as_ref());
    if admin.is_some_and(|(_, ports)| ports.contains(&inside)) {
        return;
    }
    // Nobody gets in where nothing listens; `project/port-not-answered` tells that.
    let sockets = ctx.project.sockets(service);
    if sockets.gap.is_none() && !sockets.certain.is_empty() && !sockets.may_answer(inside) {
        return;
    }
    let name = &service.name.value;
    let message = format!(
        "port {published} of service `{name}` is open on every interface, so clients can go around nginx \
         (no TLS, limits or logs); Docker opens it in front of the host's firewall"
    );
    let help = if hop.is_loopback() {
        let copies = u16::try_from(service.replicas.get().copied().unwrap_or(1)).unwrap_or(1).max(1);
        // Each copy needs a port of its own.
        let last = match port.published.get() {
            Some((first, last)) if last > first => *last,
            _ => published.saturating_add(copies - 1),
        };
        let range = if last > published { format!("{published}-{last}") } else { published.to_string() };
        format!("bind it to the host alone: `127.0.0.1:{range}:{inside}`")
    } else {
        format!("remove the entry: nginx reaches `{name}:{inside}` through the network of the deployment")
    };
    let finding = sink.report(port.span, message).help(help);
    finding.label("open on every interface").cause(port.span.file, "this one is open, too");
    finding.related(hop.span, format!("nginx passes requests to it here, in `{}`", ctx.path(hop.span)));
    emptied::tell(finding, port, service, ctx);
    if offered {
        finding.severity(Low).confidence(Hint);
    }
    // Whoever goes around gets nothing that nginx keeps back; who speaks FastCGI or uwsgi himself has it run any file.
    let plain = hop.location.pass.as_ref().is_some_and(|pass| pass.protocol == Protocol::Http);
    if plain && !ctx.project.keeps_anything_out(server) {
        finding.severity(Low);
    }
}
