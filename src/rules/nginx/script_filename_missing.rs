//! `nginx/script-filename-missing`

use crate::model::nginx::{Effective, Expanded, parts};
use crate::rules::prelude::*;

rule! {
    /// PHP is not told which file to run.
    ///
    /// ## Why
    /// `include fastcgi_params` holds no `SCRIPT_FILENAME`, `include fastcgi.conf` does. Without it PHP answers every request
    /// with an empty page or `File not found.`, and the log says `Primary script unknown`.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location ~ \.php$ {
    ///       try_files $uri =404;
    ///       include fastcgi_params;
    ///       fastcgi_pass unix:/run/php/php-fpm.sock;
    /// #     ^^^^^^^^^^^^ nginx/script-filename-missing
    /// # | PHP is not told which file to run: `SCRIPT_FILENAME` is not set, and `fastcgi_params` does not hold it
    /// # | help: add `fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;`
    /// # >       fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    /// # >       fastcgi_pass unix:/run/php/php-fpm.sock;
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
    ///     location ~ \.php$ {
    ///       try_files $uri =404;
    ///       include fastcgi.conf;
    ///       fastcgi_pass unix:/run/php/php-fpm.sock;
    ///     }
    ///     location /cgi/ {
    ///       include fastcgi_params;
    ///       fastcgi_pass 10.0.0.5:9090;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Locations for other programs than PHP, and those that include files nobody sees.
    "nginx/script-filename-missing" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_fastcgi_module.html#fastcgi_param"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("fastcgi_pass") {
        let php = tree.block(node.parent).and_then(parts).is_some_and(|(_, path)| path.contains("php"));
        let params = match tree.effective(node.parent, "fastcgi_param") {
            Effective::Set(params) => params,
            Effective::Absent => Vec::new(),
            Effective::Unknown => continue,
        };
        let told = params.iter().any(|param| param.arg(0) == Some("SCRIPT_FILENAME"));
        // The file that nginx comes with is known by its name: its directives are not at hand.
        let includes = |name: &str| {
            tree.named("include").any(|(_, node)| node.directive.arg(0).is_some_and(|own| own.ends_with(name)))
        };
        if !php || told || !includes("fastcgi_params") || includes("fastcgi.conf") || includes("fastcgi-php.conf") {
            continue;
        }
        match tree.gap(node.parent) {
            Some(why) => sink.unknown(node.directive.name.span, why.leaves("`SCRIPT_FILENAME` may be set elsewhere")),
            None => drop(
                sink.report(
                    node.directive.name.span,
                    "PHP is not told which file to run: `SCRIPT_FILENAME` is not set, and `fastcgi_params` does not hold it",
                )
                .help("add `fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;`"),
            ),
        }
    }
}
