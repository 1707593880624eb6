//! `nginx/check-never-asked`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// nginx checks clients and nothing asks for the result.
    ///
    /// ## Why
    /// `ssl_verify_client optional`, `secure_link` and `valid_referers` turn nobody away. They put the result into a variable,
    /// and a configuration that never reads it lets everybody in.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     ssl_client_certificate /etc/ssl/staff.pem;
    ///     ssl_verify_client optional;
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/check-never-asked
    /// # | who shows no certificate gets in as well: nothing asks for `$ssl_client_verify`
    /// # | help: write `ssl_verify_client on;`
    /// # >     ssl_verify_client on;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /paid/ {
    ///       secure_link $arg_md5,$arg_expires;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/check-never-asked
    /// # | everybody gets these files, with a signed link or without: nothing asks for `$secure_link`
    /// # | help: add `if ($secure_link != "1") { return 403; }` below
    /// # >       secure_link $arg_md5,$arg_expires;
    /// # >       if ($secure_link != "1") { return 403; }
    ///       secure_link_md5 "$secure_link_expires$uri";
    ///       root /srv;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     ssl_client_certificate /etc/ssl/staff.pem;
    ///     ssl_verify_client optional;
    ///     location / {
    ///       proxy_set_header X-Client-Verify $ssl_client_verify;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location /paid/ {
    ///       secure_link $arg_md5,$arg_expires;
    ///       secure_link_md5 "$secure_link_expires$uri";
    ///       if ($secure_link != "1") { return 403; }
    ///       root /srv;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Configurations of which a part is not in the project.
    "nginx/check-never-asked" {
        severity: Medium, effect: Exposes, since: "0.1.0",
        refs: &[
            "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client",
            "https://nginx.org/en/docs/http/ngx_http_secure_link_module.html",
            "https://nginx.org/en/docs/http/ngx_http_referer_module.html",
        ],
        check: Check::Blocks(check),
    }
}

/// The directive, how the variables with its result begin, what comes of it when nobody reads them, and the cure.
const CHECKS: [(&str, &str, &str, &str); 3] = [
    (
        "ssl_verify_client",
        "ssl_client_",
        "who shows no certificate gets in as well: nothing asks for `$ssl_client_verify`",
        "write `ssl_verify_client on;`",
    ),
    (
        "secure_link",
        "secure_link",
        "everybody gets these files, with a signed link or without: nothing asks for `$secure_link`",
        "add `if ($secure_link != \"1\") { return 403; }` below",
    ),
    (
        "valid_referers",
        "invalid_referer",
        "pages of other sites are not kept out: nothing asks for `$invalid_referer`",
        "add `if ($invalid_referer) { return 403; }` below",
    ),
];

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (name, result, message, help) in CHECKS {
        let asks = |own: &Directive| own.args.first().is_some_and(|word| !matches!(&*word.value, "on" | "off"));
        let Some((_, node)) = tree.named(name).find(|(_, node)| asks(node.directive)) else { continue };
        if !ctx.project.look(tree.nodes.len()) {
            return;
        }
        let words = tree.nodes.iter().filter(|node| !node.directive.is("secure_link_md5"));
        // Code of other languages reads variables in its own way.
        let mut words = words.flat_map(|node| node.directive.args.iter().map(move |word| (node.directive, word)));
        let read = words.any(|(own, word)| {
            let code = own.block.is_some_and(|block| block.raw) || own.name.value.starts_with("js_");
            code || word.value.contains(&format!("${result}")) || word.value.contains(&format!("${{{result}"))
        });
        if read || tree.nodes.iter().any(|node| node.directive.block.is_some_and(|block| block.raw)) {
            continue;
        }
        match tree.gap_anywhere() {
            Some(why) => sink.unknown(node.directive.words(), why.leaves("the result may be asked for elsewhere")),
            None => drop(sink.report(node.directive.words(), message).help(help)),
        }
    }
}
