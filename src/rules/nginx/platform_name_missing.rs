//! `nginx/platform-name-missing`

use crate::model::nginx::{Effective, Expanded};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// A hosting platform is asked without the name that it knows the site by.
    ///
    /// ## Why
    /// Thousands of sites share the addresses of Vercel, Heroku, CloudFront and their like. They tell them apart by the name
    /// in the TLS handshake and by `Host`. nginx sends no name in the handshake unless `proxy_ssl_server_name on` says so, and the
    /// usual `proxy_set_header Host $host` sends your own name, which the platform does not know: 502 or 404.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_set_header Host $host;
    /// #                           ^^^^^ nginx/platform-name-missing
    /// # | `shop.vercel.app` does not know this name, and answers 404
    /// # | help: write `proxy_set_header Host shop.vercel.app;`
    /// # >       proxy_set_header Host shop.vercel.app;
    ///       proxy_ssl_server_name on;
    ///       proxy_pass https://shop.vercel.app;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass https://shop.herokuapp.com;
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/platform-name-missing
    /// # | the TLS handshake does not say which site of the platform is meant, so it fails: 502
    /// # | help: add `proxy_ssl_server_name on;`
    /// # >       proxy_ssl_server_name on;
    /// # >       proxy_pass https://shop.herokuapp.com;
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
    ///       proxy_ssl_server_name on;
    ///       proxy_set_header Host shop.vercel.app;
    ///       proxy_pass https://shop.vercel.app;
    ///     }
    ///     location /api/ {
    ///       proxy_set_header Host $host;
    ///       proxy_pass https://backend.kleinladen.de;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Names that are not those of a platform: they may be yours, and know yours.
    "nginx/platform-name-missing" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_server_name"],
        check: Check::Blocks(check),
    }
}

/// Domains whose sites share addresses, each by the platform's own documentation of custom domains.
const PLATFORMS: [&str; 20] = [
    "vercel.app",
    "netlify.app",
    "herokuapp.com",
    "onrender.com",
    "fly.dev",
    "railway.app",
    "pages.dev",
    "workers.dev",
    "github.io",
    "gitlab.io",
    "cloudfront.net",
    "amazonaws.com",
    "azurewebsites.net",
    "azurefd.net",
    "web.app",
    "firebaseapp.com",
    "run.app",
    "supabase.co",
    "ngrok-free.app",
    "storage.googleapis.com",
];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("proxy_pass").filter(|(_, node)| node.place.is_http()) {
        let Some(word) = node.directive.args.first().filter(|word| !word.is_placeholder()) else { continue };
        let Some((scheme, rest)) = word.value.split_once("://") else { continue };
        let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
        let on_platform = |own: &&str| host.strip_suffix(*own).is_some_and(|rest| rest.ends_with('.'));
        if !PLATFORMS.iter().any(on_platform) {
            continue;
        }
        let is_host = |own: &&Directive| own.is_header("host");
        if let Effective::Set(headers) = tree.effective(node.parent, "proxy_set_header")
            && let Some([_, name]) = headers.into_iter().find(is_host).map(|own| &*own.args)
            && matches!(&*name.value, "$host" | "$http_host" | "$server_name" | "$host:$server_port")
        {
            sink.report(name.span, format!("`{host}` does not know this name, and answers 404"))
                .help(format!("write `proxy_set_header Host {host};`"))
                .related(word.span, "requests go there");
        }
        if scheme == "https" && tree.lacks(node.parent, "proxy_ssl_server_name") {
            let message = "the TLS handshake does not say which site of the platform is meant, so it fails: 502";
            sink.report(word.span, message).help("add `proxy_ssl_server_name on;`");
        }
    }
}
