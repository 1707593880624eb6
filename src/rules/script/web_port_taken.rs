//! `script/web-port-taken`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A guide starts nginx on the server, then a container on the same port.
    ///
    /// ## Why
    /// A port belongs to one program. Where nginx runs on the server, Docker cannot open port 80 for a container: `failed to bind host
    /// port for 0.0.0.0:80: address already in use`, and the service stays down.
    ///
    /// ## Examples
    /// ```markdown bad
    /// # Deployment
    ///
    /// ~~~bash
    /// apt-get install -y nginx
    /// ~~~
    ///
    /// ~~~bash
    /// docker compose up -d
    /// ^^^^^^^^^^^^^^^^^^^^ script/web-port-taken
    /// | nginx of the server has port 80 since it was started above, so service `proxy` does not start
    /// | help: write `systemctl disable --now nginx` in front of it, or do without one of the two
    /// # > systemctl disable --now nginx
    /// # > docker compose up -d
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   proxy:
    ///     image: shop/proxy:1
    ///     ports: ["80:8080"]
    /// ```
    /// ```markdown good
    /// # Deployment
    ///
    /// ~~~bash
    /// docker compose up -d
    /// ~~~
    /// ```
    /// ### With the plugin of certbot
    /// ```markdown bad
    /// # Deployment
    ///
    /// ~~~bash
    /// apt-get install -y certbot python3-certbot-nginx
    /// docker compose up -d
    /// ^^^^^^^^^^^^^^^^^^^^ script/web-port-taken
    /// | `python3-certbot-nginx` has brought nginx, which has port 80 since then, so service `proxy` does not start
    /// | help: write `systemctl disable --now nginx` in front of it, or do without one of the two
    /// # > systemctl disable --now nginx
    /// # > docker compose up -d
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   proxy:
    ///     image: shop/proxy:1
    ///     ports: ["80:8080"]
    /// ```
    /// ```markdown good
    /// # Deployment
    ///
    /// ~~~bash
    /// apt-get install -y certbot
    /// docker compose up -d
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Ways of which the reader chooses one.
    "script/web-port-taken" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/network/port-publishing/"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if commands.kind != Kind::Guide {
        return sink.not_applicable();
    }
    for (nginx, step) in ctx.project.steps_beside_nginx(commands) {
        let Some((service, port, web)) = ctx.project.takes_web_port(step) else { continue };
        // One of several ways.
        let ways = || ctx.project.are_ways_of_a_guide(nginx.span, step.span);
        if !ctx.project.is_at_first(nginx.span) || !ctx.project.is_at_first(step.span) || ways() {
            return;
        }
        let name = &service.name.value;
        let message = match nginx.brings_nginx_along() {
            true => format!(
                "`python3-certbot-nginx` has brought nginx, which has port {web} since then, so service `{name}` does not start"
            ),
            false => format!(
                "nginx of the server has port {web} since it was started above, so service `{name}` does not start"
            ),
        };
        let finding = sink.report(step.span, message);
        finding.help("write `systemctl disable --now nginx` in front of it, or do without one of the two");
        finding.related(nginx.span, "nginx runs from here on").related(port.span, "the container wants this port");
        if commands.is_read_along() {
            finding.severity(Low);
        }
        return;
    }
}
