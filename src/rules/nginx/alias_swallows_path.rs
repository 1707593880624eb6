//! `nginx/alias-swallows-path`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// Every request for a file ends at the folder.
    ///
    /// ## Why
    /// In a location with a regular expression, `alias` is the whole path: nginx adds nothing to it. Each request asks for the folder
    /// itself, and gets 403, or the same index page.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location ~ ^/media/ { alias /srv/media/; }
    /// #                         ^^^^^^^^^^^^^^^^^ nginx/alias-swallows-path
    /// # | every request gets the folder itself, so 403: behind an expression `alias` is the whole path
    /// # | help: write `location /media/`, or catch the rest and add it: `location ~ ^/media/(.*)$` with `alias /srv/media/$1`
    /// # >     location /media/ { alias /srv/media/; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location ~ ^/media/(.*)$ { alias /srv/media/$1; }
    ///     location ~ ^/favicon\.(ico|png)$ { alias /srv/icons/shop.png; }
    ///   }
    /// }
    /// ```
    "nginx/alias-swallows-path" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#alias"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("alias") {
        let Some(folder) = node.directive.arg(0).filter(|path| path.ends_with('/') && !path.contains('$')) else {
            continue;
        };
        let around = node.parent.and_then(|at| tree.nodes.get(at as usize)).map(|around| around.directive);
        let Some(location) = around.filter(|around| around.is("location")) else { continue };
        let (Some("~" | "~*"), Some(expression)) = (location.arg(0), location.arg(1)) else { continue };
        let start: String = expression
            .trim_start_matches('^')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_'))
            .collect();
        let help = match start.rfind('/') {
            Some(end) if end > 0 => {
                let start = start.get(..=end).unwrap_or_default();
                format!(
                    "write `location {start}`, or catch the rest and add it: `location ~ ^{start}(.*)$` with `alias {folder}$1`"
                )
            }
            _ => format!("catch the rest of the path and add it: `alias {folder}$1`"),
        };
        let message = "every request gets the folder itself, so 403: behind an expression `alias` is the whole path";
        sink.report(node.directive.words(), message).help(help);
    }
}
