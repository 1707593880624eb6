//! `script/proxied-port-opened`

use crate::model::Kind;
use crate::model::nginx::Server;
use crate::project::{Commands, Machine, Place};
use crate::rules::prelude::*;

rule! {
    /// The firewall lets everybody in to the application behind nginx.
    ///
    /// ## Why
    /// nginx is there for TLS, limits, headers and logs. Node.js listens on every interface where nothing says otherwise, so whoever
    /// asks the port itself goes around all that, and passwords go over plain HTTP.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo cp shop.conf /etc/nginx/conf.d/
    /// sudo systemctl reload nginx
    /// pm2 start server.js --name shop
    /// sudo ufw allow OpenSSH
    /// sudo ufw allow 'Nginx Full'
    /// sudo ufw allow 3000/tcp
    /// #              ^^^^^^^^ script/proxied-port-opened
    /// # | the firewall lets everybody in on port 3000, to which nginx passes requests: clients can go around nginx (no
    /// # | TLS, limits or logs)
    /// # | help: remove the line: nginx reaches the port on the machine itself
    /// # >
    /// sudo ufw enable
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
    /// sudo cp shop.conf /etc/nginx/conf.d/
    /// sudo systemctl reload nginx
    /// pm2 start server.js --name shop
    /// sudo ufw allow OpenSSH
    /// sudo ufw allow 'Nginx Full'
    /// sudo ufw allow from 10.0.0.5 to any port 3000
    /// sudo ufw allow 4000/tcp
    /// sudo ufw allow 3000/tcp  # only without nginx
    /// sudo ufw enable
    /// ~~~
    /// ```
    ///
    /// ### The port is the way in
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// pm2 start server.js --name shop
    /// sudo ufw allow 3000/tcp
    /// ~~~
    /// ```
    ///
    /// ### It listens on the machine itself
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo cp shop.conf /etc/nginx/conf.d/
    /// sudo systemctl reload nginx
    /// HOST=127.0.0.1 pm2 start server.js --name shop
    /// sudo ufw allow 3000/tcp
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Programs that are not known to listen on every interface, ports that are shut again, and what a remark calls a test, for a
    /// time, or for servers without nginx. What containers and units open, `project/app-port-bypasses-proxy` says.
    "script/proxied-port-opened" {
        severity: Medium, confidence: Likely, effect: Exposes, since: "0.1.0",
        at_first: true,
        refs: &["https://nodejs.org/api/net.html#serverlistenport-host-backlog-callback"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.run_in_image() {
        return sink.not_applicable();
    }
    if !commands.speak_of_nginx() {
        return;
    }
    let opens = |port| commands.steps.iter().find_map(|step| Some((step, step.opens_to_all(port)?)));
    let on_host = |server: &&Server| !matches!(ctx.project.machine(server.file), Answer::Yes(Machine::Container(_)));
    let mut seen = Vec::new();
    for hop in ctx.project.servers().filter(on_host).flat_map(|server| ctx.project.hops(server)) {
        let port = hop.port;
        if !hop.is_loopback() || seen.contains(&port) {
            continue;
        }
        let Some((step, at)) = opens(port).filter(|(step, _)| step.inside.is_none()) else { continue };
        seen.push(port);
        let told = ctx.project.endpoints().iter().any(|own| own.at == Place::Port(port))
            || ctx.project.publishes_on_host(port)
            || commands.steps.iter().any(|step| step.shuts(port));
        if told || !ctx.project.starts_node(commands.file) || commands.is_remarked(step) {
            continue;
        }
        let message = format!(
            "the firewall lets everybody in on port {port}, to which nginx passes requests: clients can go around nginx (no TLS, \
             limits or logs)"
        );
        let finding = sink.report(at, message).help("remove the line: nginx reaches the port on the machine itself");
        finding.related(hop.span, format!("nginx passes requests to it here, in `{}`", ctx.path(hop.span)));
        if commands.is_read_along() {
            finding.severity(Low);
        }
    }
}
