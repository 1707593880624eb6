//! `nginx/address-list-forgeable`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::source::Span;
use crate::syntax::nginx::Word;

rule! {
    /// Who may enter is decided by a header that clients write.
    ///
    /// ## Why
    /// `X-Forwarded-For` holds what the client put there, and a proxy adds to the end of it. Whoever sends a header that begins with an
    /// address of the list is let in.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /actuator/ {
    ///       if ($http_x_forwarded_for !~ ^10\.20\.) { return 403; }
    /// #         ^^^^^^^^^^^^^^^^^^^^^ nginx/address-list-forgeable
    /// # | clients write this header themselves: whoever begins it with an address of this list is let in
    /// # | help: use `allow` and `deny`; behind a proxy, name it with `set_real_ip_from` and `real_ip_header
    /// # | X-Forwarded-For`
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
    ///     location /actuator/ {
    ///       allow 10.20.0.0/16;
    ///       deny all;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location /last/ {
    ///       if ($http_x_forwarded_for !~ 10\.20\.0\.7$) { return 403; }
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location /log/ {
    ///       if ($http_x_forwarded_for ~ ^10\.66\.) { return 403; }
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/address-list-forgeable" {
        severity: Medium, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_realip_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (index, node) in tree.named("if") {
        let refuses = tree.own(Some(index), "return").any(|own| own.arg(0).is_some_and(|code| code.starts_with('4')));
        let [first, operator, pattern, ..] = &node.directive.args[..] else { continue };
        let variable = first.value.trim_start_matches(['(', ' ']);
        let list = matches!(variable, "$http_x_forwarded_for") && matches!(&*operator.value, "!~" | "!~*");
        // What a proxy in front adds stands at the end.
        let last = pattern.value.trim_end_matches([')', ' ', '"']).ends_with('$');
        if refuses && list && !last {
            sink.report(variable_span(first, variable), "clients write this header themselves: whoever begins it with an address of this list is let in")
                .help("use `allow` and `deny`; behind a proxy, name it with `set_real_ip_from` and `real_ip_header X-Forwarded-For`");
        }
    }
}

/// The variable without the parenthesis before it.
fn variable_span(word: &Word, variable: &str) -> Span {
    Span { start: word.span.end - variable.len() as u32, ..word.span }
}
