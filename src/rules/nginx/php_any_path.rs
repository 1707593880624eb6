//! `nginx/php-any-path`

use crate::model::nginx::{Expanded, Place, parts};
use crate::rules::prelude::*;

rule! {
    /// PHP is asked to run whatever a path ends in.
    ///
    /// ## Why
    /// With `\.php$` alone, `/uploads/cat.jpg/x.php` goes to PHP, which looks for the longest part of it that is a file. Only
    /// its setting `security.limit_extensions` keeps it from running the picture.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv;
    ///     location ~ \.php$ {
    ///       fastcgi_pass 127.0.0.1:9000;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/php-any-path
    /// # | paths that lead through a file, like `/uploads/cat.jpg/x.php`, go to PHP as well
    /// # | help: add `try_files $fastcgi_script_name =404;`
    /// # >       try_files $fastcgi_script_name =404;
    /// # >       fastcgi_pass 127.0.0.1:9000;
    ///       fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv;
    ///     location ~ \.php$ {
    ///       try_files $fastcgi_script_name =404;
    ///       fastcgi_pass 127.0.0.1:9000;
    ///       fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///     }
    ///     location ~ ^/index\.php(/|$) {
    ///       fastcgi_pass 127.0.0.1:9000;
    ///       fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/php-any-path" {
        severity: Low, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://www.php.net/manual/en/install.fpm.configuration.php#security-limit-extensions"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, pass) in tree.named("fastcgi_pass").filter(|(_, node)| node.place == Place::Location) {
        let Some((modifier, pattern)) = tree.block(pass.parent).and_then(parts) else { continue };
        let Some((before, _)) = pattern.split_once("\\.php").filter(|_| modifier.starts_with('~')) else { continue };
        // Letters in front of it name the scripts that may run.
        if before.contains(|c: char| c.is_ascii_alphanumeric())
            || tree.gap(pass.parent).is_some()
            || !ctx.project.look(tree.size(pass.parent))
        {
            continue;
        }
        let looks = tree.level(pass.parent).map(|(_, node)| node.directive).any(|directive| {
            let tests = directive.is("if") && directive.args.iter().any(|word| word.value.contains("-f"));
            let snippet = directive.is("include") && directive.arg(0).is_some_and(|path| path.contains("fastcgi-php"));
            directive.is("try_files") || tests || snippet
        });
        let script = tree.own(pass.parent, "fastcgi_param").any(|param| {
            param.arg(0) == Some("SCRIPT_FILENAME") && param.arg(1).is_some_and(|value| value.contains("script_name"))
        });
        if script && !looks {
            sink.report(
                pass.directive.words(),
                "paths that lead through a file, like `/uploads/cat.jpg/x.php`, go to PHP as well",
            )
            .help("add `try_files $fastcgi_script_name =404;`");
        }
    }
}
