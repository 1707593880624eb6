//! `project/port-not-answered`

use crate::model::compose::{Port, Service, Transport};
use crate::project::Main;
use crate::rules::prelude::*;

rule! {
    /// A published port leads to a port of the container where nothing listens.
    ///
    /// ## Why
    /// The second number is the port inside the container. When the program listens on another one, Docker takes the connection and
    /// ends it: `connection reset by peer`, an empty reply, 502 from a proxy in front.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///     ports: ["127.0.0.1:80:5000"]
    /// #            ^^^^^^^^^^^^^^^^^ project/port-not-answered
    /// # | this leads to port 5000 of service `web`, where nothing listens: its program listens on 8000
    /// # | help: write 8000 behind the last colon
    /// # >     ports: ["127.0.0.1:80:8000"]
    ///   api:
    ///     image: shop:1
    ///     command: uvicorn shop:api --host 0.0.0.0
    ///     environment: {UVICORN_PORT: "9000"}
    ///     ports:
    ///       - "127.0.0.1:9000:8000"
    /// #        ^^^^^^^^^^^^^^^^^^^ project/port-not-answered
    /// # >       - "127.0.0.1:9000:9000"
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///     ports: ["127.0.0.1:80:8000"]
    ///   api:
    ///     image: shop:1
    ///     command: uvicorn shop:api --host 0.0.0.0
    ///     environment: {UVICORN_PORT: "9000"}
    ///     ports: ["127.0.0.1:9000:9000"]
    ///   other:
    ///     image: shop:1
    ///     command: ./start.sh
    ///     ports: ["127.0.0.1:81:5000"]
    /// ```
    ///
    /// ## No server at all
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["127.0.0.1:80:80"]
    /// #            ^^^^^^^^^^^^^^^ project/port-not-answered
    /// # | this leads to port 80 of service `web`, where nothing listens: no server is in the configuration of its
    /// # | nginx
    /// # | help: mount the folder that it includes its servers from
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    /// # >     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro", "./sites:/etc/nginx/sites:ro"]
    /// ```
    /// ```nginx both file=nginx.conf
    /// events {}
    /// http { include sites/*.conf; }
    /// ```
    /// ```nginx both file=sites/shop.conf
    /// server { listen 80; location / { return 204; } }
    /// ```
    ///
    /// ### TLS at the wrong port
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: nginx:1.29
    ///     ports:
    ///       - "80:80"
    ///       - "443:443"
    /// #        ^^^^^^^ project/port-not-answered
    /// # | this leads to port 443 of service `proxy`, where nothing listens: its nginx speaks TLS on 80, where browsers
    /// # | do not expect it
    /// # | help: write `listen 443 ssl;`, and a server for port 80 that redirects to it
    ///     volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf:ro", "./tls:/etc/nginx/tls:ro"]
    /// ```
    /// ```nginx bad
    /// server {
    ///     listen 80 ssl;
    ///     #      <-- TLS is spoken here
    ///     ssl_certificate /etc/nginx/tls/fullchain.pem;
    ///     ssl_certificate_key /etc/nginx/tls/privkey.pem;
    ///     root /usr/share/nginx/html;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Programs that gonogo does not know, those with others beside them in the container, and those whose port comes from a file.
    "project/port-not-answered" {
        aliases: &["compose/port-not-answered"],
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#ports"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let sockets = ctx.project.sockets(service);
    // An nginx whose configuration has no server, as it is when a folder that it includes is not mounted.
    let empty = || matches!(ctx.project.main_of(service), Main::Own(config) if config.gap.is_none());
    let first = sockets.certain.first();
    if sockets.gap.is_some() || service.gap.is_some() || first.is_none() && !empty() {
        return sink.not_applicable();
    }
    let target =
        |port: &Port| port.target.get().filter(|(a, b)| a == b && port.protocol == Transport::Tcp).map(|(a, _)| *a);
    let answered = service.ports.iter().filter_map(target).any(|port| sockets.may_answer(port));
    for port in service.ports.iter().filter(|_| service.network_mode.is_absent()) {
        let Some(inside) = target(port).filter(|inside| !sockets.may_answer(*inside)) else { continue };
        let name = &service.name.value;
        let start = format!("this leads to port {inside} of service `{name}`, where nothing listens");
        let Some(first) = first else {
            sink.report(port.span, format!("{start}: no server is in the configuration of its nginx"))
                .help("mount the folder that it includes its servers from");
            continue;
        };
        // `listen 80 ssl`: browsers that ask for `http://` there are refused, and 443 is where the others go.
        let mut listens = ctx.project.servers_in(service).flat_map(|own| &own.listens);
        if let Some(listen) = listens.find(|listen| inside == 443 && listen.tls && listen.port == Some(80)) {
            sink.report(port.span, format!("{start}: its nginx speaks TLS on 80, where browsers do not expect it"))
                .help("write `listen 443 ssl;`, and a server for port 80 that redirects to it")
                .related(listen.span, "TLS is spoken here");
            continue;
        }
        let finding = sink.report(port.span, format!("{start}: its program listens on {}", first.port));
        finding.help(match answered {
            true => "remove the mapping".to_owned(),
            false => format!("write {} behind the last colon", first.port),
        });
        // Another mapping leads to the program: this one is left over.
        if answered {
            finding.severity(Low).effect(Hygiene);
        }
        if let Some(process) = ctx.project.process(service).filter(|process| process.line() != service.name.span) {
            finding.related(process.line(), "this is started");
        }
    }
}
