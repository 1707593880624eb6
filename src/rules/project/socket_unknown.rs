//! `project/socket-unknown`

use crate::model::nginx::Config;
use crate::project::Place;
use crate::rules::prelude::*;

rule! {
    /// nginx passes requests to a unix socket that no unit makes.
    ///
    /// ## Why
    /// The path in `proxy_pass http://unix:...` and the one the program binds must be the same. When they are not, every request
    /// gets 502 (`connect() to unix:... failed (2: No such file or directory)`).
    ///
    /// ## Examples
    /// ```nginx bad file=shop.conf
    /// upstream shop { server unix:/run/shop/app.sock; }
    /// #                      ^^^^^^^^^^^^^^^^^^^^^^^ project/socket-unknown
    /// # | nothing makes the socket `/run/shop/app.sock`: `shop.service` listens on `unix:/run/shop/shop.sock`, so
    /// # | every request gets 502
    /// # | help: write `unix:/run/shop/shop.sock`, or bind it to `unix:/run/shop/app.sock`
    /// # > upstream shop { server unix:/run/shop/shop.sock; }
    /// server {
    ///     location / { proxy_pass http://shop; }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// upstream shop { server unix:/run/shop/shop.sock fail_timeout=0; }
    /// server {
    ///     location / { proxy_pass http://shop; }
    /// }
    /// ```
    /// ```systemd both file=shop.service
    /// [Service]
    /// User=shop
    /// RuntimeDirectory=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/shop/shop.sock shop:app
    /// ```
    ///
    /// ## What it does not report
    /// Hosts with units whose programs or addresses are not known, and sockets when no unit is left that could be meant.
    "project/socket-unknown" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let mut judged = false;
    for passed in ctx.project.passed_to().iter().filter(|passed| passed.file == config.file) {
        let Place::Socket(path) = &passed.to else { continue };
        judged = true;
        let Some(meant) = ctx.project.meant_by(&passed.to) else { continue };
        let address = meant.for_nginx();
        let message = format!(
            "nothing makes the socket `{path}`: `{}` listens on `{address}`, so every request gets 502",
            meant.unit
        );
        let finding = sink.report(passed.span, message);
        finding.help(format!("write `{address}`, or bind it to `unix:{path}`"));
        finding.related(meant.span, "it is started here");
    }
    if !judged {
        sink.not_applicable();
    }
}
