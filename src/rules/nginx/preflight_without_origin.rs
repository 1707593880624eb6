//! `nginx/preflight-without-origin`

use crate::model::nginx::{Effective, Expanded};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// The answer to a preflight does not say which sites may ask.
    ///
    /// ## Why
    /// Before browsers send a request to another site they ask with `OPTIONS`, and want `Access-Control-Allow-Origin` in the answer. A
    /// block that sets a header of its own takes none from around it: the answer comes without, and every such request fails in
    /// the browser, while `curl` shows nothing wrong.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       add_header Access-Control-Allow-Origin https://app.kleinladen.de always;
    ///       if ($request_method = OPTIONS) {
    ///         add_header Access-Control-Max-Age 86400;
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/preflight-without-origin
    /// # | the answer to a preflight comes without `Access-Control-Allow-Origin`: browsers refuse the request behind it
    /// # | help: repeat `add_header Access-Control-Allow-Origin` in this block
    /// # >         add_header Access-Control-Max-Age 86400;
    /// # >         add_header Access-Control-Allow-Origin https://app.kleinladen.de always;
    ///         return 204;
    ///       }
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       add_header Access-Control-Allow-Origin https://app.kleinladen.de always;
    ///       if ($request_method = OPTIONS) {
    ///         return 204;
    ///       }
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location /b {
    ///       if ($request_method = OPTIONS) {
    ///         add_header Access-Control-Allow-Origin https://app.kleinladen.de;
    ///         add_header Access-Control-Max-Age 86400;
    ///         return 204;
    ///       }
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location /c {
    ///       if ($request_method = OPTIONS) {
    ///         add_header Allow "GET, POST";
    ///         return 204;
    ///       }
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/preflight-without-origin" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    if tree.named("add_header_inherit").next().is_some() {
        return;
    }
    for (index, node) in tree.named("if") {
        let words: Vec<&str> =
            node.directive.args.iter().map(|word| word.value.trim_matches(['(', ')', ' '])).collect();
        let preflight =
            matches!(words[..], ["$request_method", "=", "OPTIONS"] | ["", "$request_method", "=", "OPTIONS", ""]);
        let level = Some(index);
        let answers = tree.own(level, "return").any(|own| matches!(own.arg(0), Some("200" | "204")));
        let own: Vec<&Directive> = tree.own(level, "add_header").collect();
        let (Some(first), true) = (own.first(), preflight && answers) else { continue };
        let origin = |one: &&Directive| one.is_header("access-control-allow-origin");
        let cors =
            |one: &&Directive| one.arg(0).is_some_and(|name| name.to_ascii_lowercase().starts_with("access-control-"));
        let scripted = tree.own(level, "more_set_headers").next().is_some() || tree.gap(level).is_some();
        let around = match tree.effective(node.parent, "add_header") {
            Effective::Set(around) => around.into_iter().find(|one| origin(one)),
            Effective::Absent | Effective::Unknown => None,
        };
        let silent = own.iter().any(origin) || scripted || (around.is_none() && !own.iter().any(cors));
        if !silent {
            let finding = sink.report(first.words(), "the answer to a preflight comes without `Access-Control-Allow-Origin`: browsers refuse the request behind it");
            finding.help("repeat `add_header Access-Control-Allow-Origin` in this block");
            if let Some(around) = around {
                finding.related(around.words(), "not sent from inside the block, which has headers of its own");
            }
        }
    }
}
