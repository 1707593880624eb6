//! `nginx/guard-bypassed`

use crate::model::nginx::{Effective, Location, Modifier, Server, route};
use crate::rules::prelude::*;

rule! {
    /// Scripts below a protected path are run without the protection.
    ///
    /// ## Why
    /// A location with an expression wins over a plain prefix. `location ~ \.php$` takes `/admin/index.php`, and what `location
    /// /admin/` says about passwords and addresses does not count there: only the pictures are protected.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location /admin/ {
    /// #            ^^^^^^^ nginx/guard-bypassed
    /// # | `/admin/index.php` is run without the password: the expression below takes it
    /// # | help: write `location ^~ /admin/`, and repeat the PHP location in it
    ///       auth_basic "staff";
    ///       auth_basic_user_file /etc/nginx/users;
    ///     }
    ///     location ~ \.php$ {
    ///       try_files $uri =404;
    ///       include fastcgi.conf;
    ///       fastcgi_pass unix:/run/php/php-fpm.sock;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location ^~ /admin/ {
    ///       auth_basic "staff";
    ///       auth_basic_user_file /etc/nginx/users;
    ///       location ~ \.php$ {
    ///         try_files $uri =404;
    ///         include fastcgi.conf;
    ///         fastcgi_pass unix:/run/php/php-fpm.sock;
    ///       }
    ///     }
    ///     location ~ \.php$ {
    ///       try_files $uri =404;
    ///       include fastcgi.conf;
    ///       fastcgi_pass unix:/run/php/php-fpm.sock;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Expressions that have a protection of their own, or pass nothing on.
    "nginx/guard-bypassed" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#location"],
        check: Check::Server(check),
    }
}

/// What protects a location, and how people call it.
const GUARDS: [(&str, &str); 3] = [("auth_basic", "password"), ("auth_request", "login"), ("deny", "address list")];

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let expression = |own: &Location| matches!(own.modifier, Modifier::Regex | Modifier::AnyCase);
    if !server.locations.iter().any(|own| expression(own) && own.pass.is_some()) {
        return;
    }
    let guard = |location: &Location| {
        GUARDS.into_iter().find(|(name, _)| match ctx.project.in_effect(server, location.level, name) {
            Effective::Set(own) => own.iter().any(|one| one.arg(0) != Some("off")),
            Effective::Absent => false,
            Effective::Unknown => true,
        })
    };
    let prefixes =
        server.locations.iter().filter(|own| own.modifier == Modifier::Prefix && own.path.value.starts_with('/'));
    for location in prefixes.filter(|own| own.path.value != "/") {
        let Some((_, what)) = guard(location) else { continue };
        if !ctx.project.look(server.locations.len()) {
            return;
        }
        let path = &location.path.value;
        let asked = format!("{}/index.php", path.trim_end_matches('/'));
        let Answer::Yes(taken) = route(server, &asked) else { continue };
        if !expression(taken)
            || taken.pass.is_none()
            || taken.denies
            || guard(taken).is_some()
            || taken.around == Some(location.level)
        {
            continue;
        }
        sink.report(location.path.span, format!("`{asked}` is run without the {what}: the expression below takes it"))
            .help(format!("write `location ^~ {path}`, and repeat the PHP location in it"))
            .related(taken.path.span, "this one takes it");
    }
}
