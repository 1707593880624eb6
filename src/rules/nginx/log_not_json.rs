//! `nginx/log-not-json`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::syntax::nginx::Word;

rule! {
    /// Lines of a JSON log that no program can read.
    ///
    /// ## Why
    /// nginx writes a quote in a `User-Agent` or path as `\\x22`, which is no JSON: the line is thrown away by what reads the log, and a
    /// robot can make sure that its lines are. `escape=json` writes what JSON knows.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   log_format json '{"time":"$time_iso8601","agent":"$http_user_agent"}';
    /// #            ^^^^ nginx/log-not-json
    /// # | a quote in what a client sends makes a line that is no JSON: it is lost to whatever reads the log
    /// # | help: write `log_format json escape=json ...`
    /// # >   log_format json escape=json '{"time":"$time_iso8601","agent":"$http_user_agent"}';
    ///   access_log /var/log/nginx/access.log json;
    ///   server { listen 80; root /srv; }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   log_format json escape=json '{"agent":"$http_user_agent"}';
    ///   log_format plain '$remote_addr "$http_user_agent"';
    ///   log_format short '{"status":$status,"time":"$time_iso8601"}';
    ///   access_log /var/log/nginx/access.log json;
    ///   access_log /var/log/nginx/plain.log plain;
    ///   access_log /var/log/nginx/short.log short;
    ///   server { listen 80; root /srv; }
    /// }
    /// ```
    "nginx/log-not-json" {
        severity: Low, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format"],
        check: Check::Blocks(check),
    }
}

/// What clients write, quotes and all.
const WRITTEN: [&str; 6] = ["\"$http_", "\"$request\"", "\"$request_uri", "\"$uri\"", "\"$args\"", "\"$remote_user"];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("log_format") {
        let [name, rest @ ..] = &node.directive.args[..] else { continue };
        let Some(first) = rest.first().filter(|word| word.value.trim_start().starts_with('{')) else { continue };
        let quoted = |word: &Word| WRITTEN.iter().any(|own| word.value.contains(own));
        if !first.value.starts_with("escape=") && rest.iter().any(quoted) {
            sink.report(
                name.span,
                "a quote in what a client sends makes a line that is no JSON: it is lost to whatever reads the log",
            )
            .help(format!("write `log_format {} escape=json ...`", name.value));
        }
    }
}
