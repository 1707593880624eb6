//! `project/socket-unknown`

use crate::model::nginx::{Config, Protocol};
use crate::project::{Machine, Place};
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
    /// ### PHP of another version
    /// ```nginx bad file=blog.conf
    /// server {
    ///     root /srv/blog/public;
    ///     location ~ \.php$ {
    ///         include fastcgi_params;
    ///         fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///         fastcgi_pass unix:/run/php/php8.2-fpm.sock;
    /// #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/socket-unknown
    /// # | nothing makes the socket `/run/php/php8.2-fpm.sock`: PHP 8.3 is installed, so every request gets 502
    /// # | help: write `unix:/run/php/php8.3-fpm.sock`, or install PHP 8.2
    /// # >         fastcgi_pass unix:/run/php/php8.3-fpm.sock;
    ///     }
    /// }
    /// ```
    /// ```sh both file=setup.sh
    /// #!/bin/sh
    /// apt-get install -y nginx php8.3-fpm php8.3-mysql
    /// cp blog.conf /etc/nginx/conf.d/blog.conf
    /// ```
    /// ```nginx good file=blog.conf
    /// server {
    ///     root /srv/blog/public;
    ///     location ~ \.php$ {
    ///         include fastcgi_params;
    ///         fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///         fastcgi_pass unix:/run/php/php8.3-fpm.sock;
    ///     }
    /// }
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
    let mut judged = of_php(config, ctx, sink);
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

/// Sockets of PHP of another version than the one that is installed; whether there are any of PHP.
fn of_php(config: &Config, ctx: &Context, sink: &mut Sink) -> bool {
    let on_host = |file| !matches!(ctx.project.machine(file), Answer::Yes(Machine::Container(_)));
    let servers = config.servers.iter().filter(|server| server.file == config.file && on_host(server.file));
    let passes = servers.flat_map(|server| &server.locations).filter_map(|location| location.pass.as_ref());
    let mut judged = false;
    for pass in passes.filter(|pass| pass.protocol == Protocol::FastCgi && pass.host.is_none()) {
        let text = ctx.project.source(pass.span.file).shown_in(pass.span.range()).to_string();
        let version = text.rsplit('/').next().and_then(|name| name.strip_prefix("php")?.strip_suffix("-fpm.sock"));
        let Some(version) = version.filter(|version| !version.is_empty()) else { continue };
        judged = true;
        let Some((installed, place)) = ctx.project.installs_php().filter(|(installed, _)| installed != version) else {
            continue;
        };
        let path = text.strip_prefix("unix:").unwrap_or(&text);
        let message =
            format!("nothing makes the socket `{path}`: PHP {installed} is installed, so every request gets 502");
        sink.report(pass.span, message)
            .help(format!("write `unix:/run/php/php{installed}-fpm.sock`, or install PHP {version}"))
            .related(place, "installed here");
    }
    judged
}
