//! `script/challenge-before-server`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::{Commands, Machine};
use crate::rules::prelude::*;

rule! {
    /// A guide asks for a certificate through a web server that it starts later.
    ///
    /// ## Why
    /// With `--webroot` certbot only writes a file. The authority asks for it on port 80, and there must be a server that hands it out.
    /// nginx in a container cannot be that server yet: it does not start without the certificate.
    ///
    /// ## Examples
    /// ```markdown bad
    /// # Deployment
    ///
    /// ~~~bash
    /// certbot certonly --webroot -w /var/www/certbot -d shop.de
    /// #                ^^^^^^^^^ script/challenge-before-server
    /// | nothing answers on port 80 yet, so there is no certificate: the server is started further down
    /// | help: ask with `--standalone` the first time (in a container with `-p 80:80`), before anything else has the
    /// | port
    /// # > certbot certonly --standalone --pre-hook "docker compose stop proxy" --post-hook "docker compose start proxy" -d shop.de
    /// docker compose up -d
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   proxy:
    ///     image: nginx:1.28
    ///     ports: ["80:80", "443:443"]
    ///     volumes:
    ///       - ./shop.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - /etc/letsencrypt:/etc/letsencrypt:ro
    ///       - /var/www/certbot:/var/www/certbot:ro
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     add_header Strict-Transport-Security "max-age=31536000" always;
    /// }
    /// ```
    /// ```markdown good
    /// # Deployment
    ///
    /// ~~~bash
    /// certbot certonly --standalone --pre-hook "docker compose stop proxy" --post-hook "docker compose start proxy" -d shop.de
    /// docker compose up -d
    /// ~~~
    /// ```
    ///
    /// ### The second of two ways
    /// ```markdown good
    /// # Deployment
    ///
    /// ~~~bash
    /// certbot certonly --nginx -d shop.de --deploy-hook "systemctl reload nginx"
    /// certbot certonly --webroot -w /var/www/certbot -d shop.de
    /// docker compose up -d
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Guides in which a step above could start a server, or a script whose steps are not known.
    "script/challenge-before-server" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#webroot"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if commands.kind != Kind::Guide {
        return sink.not_applicable();
    }
    let in_container = |server: &&crate::model::nginx::Server| {
        matches!(ctx.project.machine(server.file), Answer::Yes(Machine::Container(_)))
            && server.certificates.iter().any(|path| path.value.starts_with("/etc/letsencrypt/live/"))
    };
    let mut steps = ctx.project.steps_of_chapters(commands).into_iter();
    let Some(first) = steps.find(|step| asks(step) || may_serve(step)) else { return };
    if !asks(first) || !ctx.project.is_at_first(first.span) {
        return;
    }
    // What is renewed is there already, and what is running is not told.
    let later = steps.find(|step| may_serve(step));
    let (Some(start), Some(server)) = (later, ctx.project.servers().find(in_container)) else { return };
    let message = "nothing answers on port 80 yet, so there is no certificate: the server is started further down";
    // The rest of the command has names that the reader puts in.
    let place =
        first.words.iter().find(|word| word.value.starts_with("--webroot")).map_or(first.span, |word| word.span);
    let finding = sink.report(place, message);
    finding
        .help("ask with `--standalone` the first time (in a container with `-p 80:80`), before anything else has the port")
        .related(start.span, "the first step that may start a server")
        .related(server.span, "this one needs the certificate to start");
    if commands.is_read_along() {
        finding.severity(Low);
    }
}

/// Whether a certificate is asked for through a directory.
fn asks(step: &Step) -> bool {
    step.words.iter().any(|word| word.value.ends_with("certbot"))
        && step.has("certonly")
        && step.words.iter().any(|word| word.value.starts_with("--webroot"))
        && matches!(step.name(), "certbot" | "docker" | "podman")
        && !step.has("compose")
}

/// Whether a server may run when a command is done: what installs or starts one, and whatever is not known.
fn may_serve(step: &Step) -> bool {
    const SERVERS: [&str; 8] = ["nginx", "apache2", "httpd", "caddy", "haproxy", "lighttpd", "openresty", "traefik"];
    let name = step.name();
    // `sh get-docker.sh` brings Docker, and nothing that answers.
    let brings = step.words.iter().any(|word| word.value.contains("get-docker") || word.value.contains("get.docker"));
    let script = name.ends_with(".sh") && !brings
        || matches!(name, "make" | "just" | "task" | "npm" | "pnpm" | "yarn" | "pm2" | "ansible-playbook");
    let compose = name == "docker-compose" || name == "docker" && step.has("compose");
    let starts = ["up", "start", "run", "restart"].iter().any(|verb| step.has(verb));
    let runs = matches!(name, "docker" | "podman") && (step.has("run") || step.has("start")) && !asks(step);
    // A folder may be called so, too.
    let acts =
        matches!(name, "systemctl" | "service" | "apt" | "apt-get" | "dnf" | "yum" | "snap") || SERVERS.contains(&name);
    let serves = acts && step.words.iter().any(|word| SERVERS.iter().any(|server| word.value.contains(server)));
    // Which asks the nginx that runs.
    let by_plugin = name == "certbot" && (step.has("--nginx") || step.has("--apache"));
    by_plugin || script || compose && starts && !step.has("--version") || runs && !step.has("hello-world") || serves
}
