//! `script/port-opened-beside-proxy`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::{Commands, Place};
use crate::rules::prelude::*;

rule! {
    /// The firewall lets everybody in on the port of a program that is behind nginx.
    ///
    /// ## Why
    /// nginx asks the program on the machine itself, and no firewall is between them. Whoever comes by the open port goes around what
    /// nginx adds: TLS, limits, headers, logs.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// pm2 start server.js --name shop
    /// ufw allow 22
    /// ufw allow 443
    /// ufw allow 3000
    /// #         ^^^^ script/port-opened-beside-proxy
    /// # | the firewall lets everybody in on port 3000, around nginx, which passes requests to it
    /// # | help: remove the line: nginx reaches the port without it
    /// # >
    /// ~~~
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     location / {
    ///         proxy_pass http://127.0.0.1:3000;
    ///     }
    /// }
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// pm2 start server.js --name shop
    /// ufw allow 22
    /// ufw allow 443
    /// ufw allow 3000  # only if there is no nginx
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Programs that are known to listen on `127.0.0.1`, and those that other rules speak of: units and containers.
    "script/port-opened-beside-proxy" {
        severity: Medium, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/284.html"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.run_in_image() {
        return sink.not_applicable();
    }
    // Node and its like listen on every interface when nobody says otherwise.
    let runs = |step: &Step| matches!(step.name(), "pm2" | "node" | "npm" | "yarn" | "pnpm") || step.has("0.0.0.0");
    let started = ctx.project.commands().iter().any(|own| own.steps.iter().any(runs));
    for step in commands.steps.iter().filter(|step| started && step.inside.is_none() && !step.contained) {
        for server in ctx.project.servers() {
            let hops = ctx.project.hops(server);
            let found = hops.iter().filter(|hop| hop.is_loopback() && !matches!(hop.port, 80 | 443));
            let opened = found.filter_map(|hop| Some((hop, step.opens_to_all(hop.port)?))).next();
            let Some((hop, word)) = opened else { continue };
            let port = hop.port;
            let unit = ctx.project.endpoints().iter().any(|own| own.at == Place::Port(port));
            let container = ctx
                .project
                .services()
                .flat_map(|service| &service.ports)
                .any(|own| own.published.get().is_some_and(|(first, last)| (*first..=*last).contains(&port)));
            let shut = commands.steps.iter().any(|other| other.shuts(port));
            if unit || container || shut || ctx.project.is_one_way(server.file) || is_choice(commands, step, ctx) {
                continue;
            }
            let message =
                format!("the firewall lets everybody in on port {port}, around nginx, which passes requests to it");
            let finding = sink.report(word, message).help("remove the line: nginx reaches the port without it");
            finding.related(hop.span, "passed on here");
            if commands.is_read_along() {
                finding.severity(Low);
            }
            break;
        }
    }
}

/// Whether it is left to the reader: by a heading, or by the remark behind it, `# only without nginx`.
fn is_choice(commands: &Commands, step: &Step, ctx: &Context) -> bool {
    let remark = commands.remark(step);
    const LEFT: [&str; 12] =
        ["if ", "only", "option", "opsi", "direct", "without", "test", "debug", "dev", "wenn", "falls", "если"];
    LEFT.iter().any(|word| remark.contains(word)) || commands.kind == Kind::Guide && ctx.project.is_step_of_choice(step)
}
