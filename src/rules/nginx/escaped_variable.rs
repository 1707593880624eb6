//! `nginx/escaped-variable`

use super::tree;
use crate::model::nginx::NginxFile;
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};
use crate::syntax::nginx::{Directive, Word};

rule! {
    /// A backslash in front of a variable is sent along with its value.
    ///
    /// ## Why
    /// nginx has no escape for `$`: `\$host` is a backslash and then the value of `$host`. It is left over when a file is
    /// copied out of a shell script, where the shell would have removed the backslash. Redirects then lead to
    /// `https://\shop.example`, and backends get broken headers.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   return 301 https://\$host$request_uri;
    /// #                    ^^^^^^ nginx/escaped-variable
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   return 301 https://$host$request_uri;
    ///   location ~ ^/price/\$[0-9]+ {}
    ///   location ~ \.php$ {}
    /// }
    /// ```
    /// ```nginx fixed file=conf.d/shop.conf
    /// server {
    ///   return 301 https://$host$request_uri;
    /// }
    /// ```
    "nginx/escaped-variable" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx) else { return };
    for directive in &file.directives {
        for word in values(directive) {
            let raw = ctx.project.source(word.span.file).text().get(word.span.range()).unwrap_or("");
            for (at, _) in raw.match_indices("\\$") {
                // `\\$host` is a backslash that was meant.
                let meant = raw[..at].ends_with('\\');
                let name = raw[at + 2..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
                let letter = raw[at + 2..].starts_with(|c: char| c.is_ascii_lowercase());
                if meant || !letter {
                    continue;
                }
                let span = word.span.slice(at, at + 2 + name);
                sink.report(span, "nginx sends the backslash along with the value of the variable")
                    .help("remove the backslash")
                    .fix(Fix::replace("remove the backslash", Safety::Safe, word.span.slice(at, at + 1), ""));
            }
        }
    }
}

/// The arguments that are values, not expressions.
fn values(directive: &Directive) -> &[Word] {
    match &*directive.name.value {
        "return" | "add_header" | "proxy_set_header" | "fastcgi_param" | "uwsgi_param" | "proxy_pass" | "set" | "root"
        | "alias" | "try_files" => &directive.args,
        "rewrite" => directive.args.get(1..).unwrap_or(&[]),
        _ => &[],
    }
}
