//! `nginx/referer-optional`

use crate::model::nginx::{Expanded, Level};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// A check of the `Referer` that everybody passes who sends none.
    ///
    /// ## Why
    /// `none` among `valid_referers` lets requests without a `Referer` pass. Browsers leave it out when a page tells them to, and a
    /// program sends what it likes: the check stops nobody. For pictures that other sites should not show that is
    /// what the manual says to do; a page, a form or an API is not protected by it.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /partner/ {
    ///       valid_referers none shop.example;
    /// #                    ^^^^ nginx/referer-optional
    /// # | with `none` everybody gets past this check who sends no `Referer` at all
    /// # | help: take `none` out; what must not be open to strangers needs a password, a session or a signed link
    /// # >       valid_referers shop.example;
    ///       if ($invalid_referer) { return 403; }
    ///       root /srv/www;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location ~* \.(jpg|png|mp4)$ {
    ///       valid_referers none blocked shop.example;
    ///       if ($invalid_referer) { return 403; }
    ///       root /srv/www;
    ///     }
    ///     location /partner/ {
    ///       valid_referers shop.example;
    ///       if ($invalid_referer) { return 403; }
    ///       root /srv/www;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Locations for kinds of files (`\.(jpg|png)$`) and folders of pictures, videos and the like.
    "nginx/referer-optional" {
        severity: Low, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_referer_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("valid_referers").filter(|(_, node)| node.place.is_http()) {
        let none = node.directive.args.iter().find(|word| &*word.value == "none");
        let Some(none) = none.filter(|_| refuses(tree, node.parent) && !tree.is_for_files(node.parent)) else {
            continue;
        };
        sink.report(none.span, "with `none` everybody gets past this check who sends no `Referer` at all")
            .help("take `none` out; what must not be open to strangers needs a password, a session or a signed link");
    }
}

/// Whether something in the block asks for the result.
fn refuses(tree: &Expanded, level: Level) -> bool {
    let asks = |directive: &Directive| directive.args.iter().any(|word| word.value.contains("$invalid_referer"));
    tree.own(level, "if").any(asks)
}
