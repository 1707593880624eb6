//! `script/standalone-beside-nginx`

use crate::model::nginx::Server;
use crate::model::starts::Step;
use crate::project::{Commands, Machine};
use crate::rules::prelude::*;

rule! {
    /// certbot will renew with a server of its own on a port that nginx has.
    ///
    /// ## Why
    /// certbot remembers how it got a certificate and renews it in the same way. With `--standalone` it opens port 80 itself: the first
    /// time nginx was not running yet. At the renewal it is: `Could not bind TCP port 80`, and after ninety days every browser
    /// refuses the site.
    ///
    /// ## Examples
    /// ```sh bad
    /// #!/bin/sh
    /// systemctl stop nginx
    /// certbot certonly --standalone -d shop.de -m ops@shop.de --agree-tos --deploy-hook "systemctl reload nginx"
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/standalone-beside-nginx
    /// | certbot will want port 80 for every renewal, and nginx has it: the certificate is not renewed
    /// | help: add `--pre-hook "systemctl stop nginx" --post-hook "systemctl start nginx"`, or use `--webroot`
    /// # > certbot certonly --standalone -d shop.de -m ops@shop.de --agree-tos --pre-hook "systemctl stop nginx" --post-hook "systemctl start nginx"
    /// systemctl start nginx
    /// ```
    /// ```sh good
    /// #!/bin/sh
    /// systemctl stop nginx
    /// certbot certonly --standalone -d shop.de --pre-hook "systemctl stop nginx" --post-hook "systemctl start nginx"
    /// systemctl start nginx
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 80;
    ///     server_name shop.de;
    ///     return 301 https://shop.de$request_uri;
    /// }
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     add_header Strict-Transport-Security "max-age=31536000" always;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Projects in which anything renews in another way, or stops something for it.
    "script/standalone-beside-nginx" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#standalone"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let alone = |step: &&Step| {
        let other = ["--http-01-port", "--pre-hook", "--nginx", "--webroot", "--preferred-challenges", "--dry-run"];
        let is = step.name() == "certbot" && step.inside.is_none() && !step.contained && !step.remote;
        is && step.has("certonly")
            && step.has("--standalone")
            && !step.words.iter().any(|word| other.iter().any(|own| word.value.starts_with(own)))
    };
    let Some(step) = commands.steps.iter().find(alone) else { return sink.not_applicable() };
    // The script is the renewal, and stops what has the port above it.
    let mut before = commands.steps.iter().take_while(|own| own.span.start < step.span.start);
    if step.has("--force-renewal") && before.any(|own| own.has("stop") || own.has("down")) {
        return;
    }
    let on_80 =
        |server: &&Server| server.listens.is_empty() || server.listens.iter().any(|listen| listen.port == Some(80));
    // Whatever nginx is on the machine, or in a container that has its port 80.
    let takes = |server: &&Server| match ctx.project.machine(server.file) {
        Answer::Yes(Machine::Host) => true,
        Answer::Yes(Machine::Container(service)) => service
            .ports
            .iter()
            .any(|port| port.published.get().is_some_and(|(first, last)| (*first..=*last).contains(&80))),
        // Nothing else is there that may have it.
        _ => ctx.project.services().next().is_none(),
    };
    let serves = ctx
        .project
        .servers()
        .any(|server| server.certificates.iter().any(|path| path.value.starts_with("/etc/letsencrypt/live/")));
    let Some(server) = ctx.project.servers().filter(on_80).find(takes).filter(|_| serves) else { return };
    if commands.run_in_image() || ctx.project.frees_port_for_renewal(commands.file) {
        return;
    }
    sink.report(
        step.span,
        "certbot will want port 80 for every renewal, and nginx has it: the certificate is not renewed",
    )
    .help("add `--pre-hook \"systemctl stop nginx\" --post-hook \"systemctl start nginx\"`, or use `--webroot`")
    .related(server.span, "this server listens there");
}
