//! `nginx/alias-mismatch`

use crate::model::nginx::{Expanded, parts};
use crate::rules::prelude::*;

rule! {
    /// An alias without a slash at its end: none of its files is found.
    ///
    /// ## Why
    /// nginx puts the rest of the path right behind the alias. With `location /s/` and `alias /srv/s`, the page asks for
    /// `/s/a.css` and nginx looks for `/srv/sa.css`.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /s/ {
    ///       alias /srv/s;
    /// #           ^^^^^^ nginx/alias-mismatch
    /// # | `/s/a.css` is looked for at `/srv/sa.css`: no file below it is found
    /// # | help: write `alias /srv/s/;`
    /// # >       alias /srv/s/;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /s/ {
    ///       alias /srv/s/;
    ///     }
    ///     location /robots.txt {
    ///       alias /srv/robots.txt;
    ///     }
    ///     location /help/ {
    ///       alias /srv/help.html;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Aliases that name one file.
    "nginx/alias-mismatch" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#alias"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, alias) in tree.named("alias") {
        let (Some(location), Some(target)) = (tree.block(alias.parent), alias.directive.args.first()) else { continue };
        let Some(("" | "^~", path)) = parts(location) else { continue };
        let name = target.value.rsplit('/').next().unwrap_or("");
        if !path.ends_with('/') || name.is_empty() || name.contains('.') || target.is_open() || path.contains('$') {
            continue;
        }
        let value = &target.value;
        sink.report(target.span, format!("`{path}a.css` is looked for at `{value}a.css`: no file below it is found"))
            .help(format!("write `alias {value}/;`"))
            .related(location.words(), "the location ends with a slash");
    }
}
