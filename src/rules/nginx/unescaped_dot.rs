//! `nginx/unescaped-dot`

use crate::model::nginx::{Expanded, parts};
use crate::rules::prelude::*;

rule! {
    /// A dot in an expression stands for any character.
    ///
    /// ## Why
    /// `~ .php$` is also true for `/notphp` and `/a-php`: such requests go where only scripts should. A dot that means a dot
    /// has a backslash in front.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location ~ .php$ {
    /// #              ^^^^^ nginx/unescaped-dot
    /// # | the dot in `.php` stands for any character, not for a dot
    /// # | help: write `\.php`
    /// # >     location ~ \.php$ {
    ///       fastcgi_pass 127.0.0.1:9000;
    ///       try_files $fastcgi_script_name =404;
    ///     }
    ///     location ~* .(css|js)$ {
    /// #               ^^^^^^^^^^ nginx/unescaped-dot
    /// # >     location ~* \.(css|js)$ {
    ///       expires 30d;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location ~ \.php$ {
    ///       fastcgi_pass 127.0.0.1:9000;
    ///       try_files $fastcgi_script_name =404;
    ///     }
    ///     location ~ ^/a/.+$ {
    ///       expires 30d;
    ///     }
    ///     location ~ [.]css$ {
    ///       expires 30d;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/unescaped-dot" {
        severity: Low, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#location"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("location") {
        let Some((modifier, pattern)) = parts(node.directive) else { continue };
        let Some(word) = node.directive.args.last().filter(|_| modifier.starts_with('~')) else { continue };
        if let Some(ending) = any_character(pattern) {
            sink.report(word.span, format!("the dot in `.{ending}` stands for any character, not for a dot"))
                .help(format!("write `\\.{ending}`"));
        }
    }
}

/// The ending of a file name behind a dot that means any character: `.php$`, `.(css|js)$`.
fn any_character(pattern: &str) -> Option<&str> {
    let body = pattern.strip_suffix('$')?;
    let (before, ending) = body.rsplit_once('.')?;
    let inner = ending.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(ending);
    let inner = inner.strip_prefix("?:").unwrap_or(inner);
    let words = |c: char| c.is_ascii_alphanumeric() || c == '|';
    let plain = !inner.is_empty() && inner.chars().all(words) && inner.starts_with(|c: char| c.is_ascii_alphabetic());
    (plain && !before.ends_with(['\\', '[', '^'])).then_some(ending)
}
