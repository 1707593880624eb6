//! `nginx/empty-redirect`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// A redirect that leads nowhere.
    ///
    /// ## Why
    /// `return 301;` sends a redirect without an address. Browsers show an empty page, and keep a permanent one for good.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /old {
    ///       return 301;
    /// #     ^^^^^^^^^^ nginx/empty-redirect
    /// # | the redirect has no address: visitors see an empty page
    /// # | help: write where it leads: `return 301 /new;`
    /// # >       return 301 /new;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /old {
    ///       return 301 /new;
    ///     }
    ///     location /gone {
    ///       return 410;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/empty-redirect" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("return").filter(|(_, node)| node.place.is_http()) {
        let [code] = &node.directive.args[..] else { continue };
        if matches!(&*code.value, "301" | "302" | "303" | "307" | "308") {
            sink.report(node.directive.words(), "the redirect has no address: visitors see an empty page")
                .help(format!("write where it leads: `return {} /new;`", code.value));
        }
    }
}
