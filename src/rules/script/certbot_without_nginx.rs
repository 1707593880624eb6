//! `script/certbot-without-nginx`

use crate::model::Kind;
use crate::model::compose::{Port, Service};
use crate::model::starts::Step;
use crate::project::{Commands, Machine};
use crate::rules::prelude::*;

rule! {
    /// `certbot --nginx` on a server whose nginx is in a container.
    ///
    /// ## Why
    /// The plugin changes the files of the nginx that is installed on the server, and has it answer Let's Encrypt. Where a container has
    /// port 80, that one cannot start: there is no certificate, or it ends up where the container does not look.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// docker compose up -d
    /// sudo certbot --nginx -d shop.de
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/certbot-without-nginx
    /// | this changes the nginx of the server, and port 80 is that of service `web`: no certificate reaches it
    /// | help: stop the service, use `certbot certonly --standalone`, and mount `/etc/letsencrypt` into the container
    /// # > sudo docker compose stop && sudo certbot certonly --standalone -d shop.de
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     ports: ["80:80"]
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt-get install -y nginx
    /// sudo certbot --nginx -d shop.de
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Projects that install or configure nginx on the server.
    "script/certbot-without-nginx" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#nginx"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.run_in_image() {
        return sink.not_applicable();
    }
    let asks = |step: &&Step| {
        step.name() == "certbot" && step.has("--nginx") && step.inside.is_none() && !step.contained && !step.flow.branch
    };
    let Some(step) = commands.steps.iter().find(asks) else { return sink.not_applicable() };
    let web = |port: &&Port| {
        let is_80 = port.published.get().is_some_and(|(first, last)| (*first..=*last).contains(&80));
        is_80 && port.on_all_interfaces() == Some(true)
    };
    let ships = |service: &&Service| service.role >= Role::Staging && service.profiles.is_empty();
    let mut services = ctx.project.services().filter(ships);
    let found = services.find_map(|service| Some((service, service.ports.iter().find(web)?)));
    let on_host =
        |server: &crate::model::nginx::Server| matches!(ctx.project.machine(server.file), Answer::Yes(Machine::Host));
    let Some((service, port)) = found.filter(|_| !ctx.project.servers().any(on_host)) else { return };
    // What is spoken of is there.
    if ctx.project.puts_nginx_on_host() || is_choice(commands, step, ctx) {
        return;
    }
    let name = &service.name.value;
    let message = format!(
        "this changes the nginx of the server, and port 80 is that of service `{name}`: no certificate reaches it"
    );
    let finding = sink.report(step.span, message);
    finding
        .help("stop the service, use `certbot certonly --standalone`, and mount `/etc/letsencrypt` into the container");
    finding.related(port.span, "this has port 80");
    if commands.is_read_along() {
        finding.severity(Low);
    }
}

/// Whether a guide leaves it to its reader.
fn is_choice(commands: &Commands, step: &Step, ctx: &Context) -> bool {
    commands.kind == Kind::Guide && ctx.project.is_step_of_choice(step)
}
