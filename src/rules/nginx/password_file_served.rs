//! `nginx/password-file-served`

use crate::model::nginx::{Effective, Server, route};
use crate::rules::prelude::*;
use crate::syntax::nginx::Word;

rule! {
    /// The file with the passwords lies where nginx serves files from.
    ///
    /// ## Why
    /// Who knows the path fetches the file: names and hashes, to be tried offline at millions of guesses a second. One guest
    /// with a password is enough to get those of all others.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location /admin/ {
    ///       auth_basic "staff";
    ///       auth_basic_user_file /srv/www/users.txt;
    /// #                          ^^^^^^^^^^^^^^^^^^ nginx/password-file-served
    /// # | `/users.txt` gives these passwords away: the file lies in the folder that this server serves
    /// # | help: move it out of `/srv/www`, to `/etc/nginx/users`
    /// # >       auth_basic_user_file /etc/nginx/users;
    ///     }
    ///     location / { try_files $uri =404; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location /admin/ {
    ///       auth_basic "staff";
    ///       auth_basic_user_file /etc/nginx/users;
    ///     }
    ///     location /more/ {
    ///       auth_basic "staff";
    ///       auth_basic_user_file /srv/www/.htpasswd;
    ///     }
    ///     location ~ /\. { deny all; }
    ///     location / { try_files $uri =404; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Paths that a location turns away or passes on.
    "nginx/password-file-served" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_auth_basic_module.html#auth_basic_user_file"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let levels = server.locations.iter().map(|own| own.level).chain([server.level]);
    for level in levels {
        let Some(file) = first(ctx, server, level, "auth_basic_user_file") else { continue };
        let Some(root) = first(ctx, server, server.level, "root") else { return };
        let folder = root.value.trim_end_matches('/');
        let Some(path) = file.value.strip_prefix(folder).filter(|path| path.starts_with('/') && !folder.is_empty())
        else {
            continue;
        };
        if !ctx.project.look(server.locations.len()) {
            return;
        }
        let from = match route(server, path) {
            Answer::Yes(taken) if taken.denies || taken.pass.is_some() || taken.returns => continue,
            Answer::Yes(taken) => taken.level,
            Answer::No(_) if !server.returns => server.level,
            _ => continue,
        };
        if first(ctx, server, from, "root") == Some(root)
            && matches!(ctx.project.in_effect(server, from, "alias"), Effective::Absent)
        {
            sink.report(
                file.span,
                format!("`{path}` gives these passwords away: the file lies in the folder that this server serves"),
            )
            .help(format!("move it out of `{folder}`, to `/etc/nginx/users`"))
            .cause(file.span, "here as well");
        }
    }
}

/// The first word of a directive in effect at a level, as nginx reads it.
fn first<'a>(ctx: &'a Context, server: &Server, level: u32, name: &str) -> Option<&'a Word> {
    match ctx.project.in_effect(server, level, name) {
        Effective::Set(own) => own.last()?.args.first().filter(|word| !word.is_open()),
        _ => None,
    }
}
