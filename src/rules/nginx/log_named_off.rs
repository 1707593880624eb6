//! `nginx/log-named-off`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// `error_log off` does not switch the log off.
    ///
    /// ## Why
    /// Unlike `access_log`, it takes the word for the name of a file: errors are written to a file `off` in the directory of
    /// nginx, where nobody looks and nothing rotates it.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     error_log off;
    /// #             ^^^ nginx/log-named-off
    /// # | this is the name of a file: errors go to a file `off`, where nobody looks
    /// # | help: name a file, or write `error_log /dev/null crit;`
    /// # >     error_log /dev/null crit;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     error_log /dev/null crit;
    ///     access_log off;
    ///   }
    /// }
    /// ```
    "nginx/log-named-off" {
        severity: Low, effect: Hygiene, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/ngx_core_module.html#error_log"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("error_log") {
        let Some(word) = node.directive.args.first().filter(|word| &*word.value == "off") else { continue };
        sink.report(word.span, "this is the name of a file: errors go to a file `off`, where nobody looks")
            .help("name a file, or write `error_log /dev/null crit;`");
    }
}
