//! `nginx/forwarded-from-client`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::syntax::nginx::{Directive, Word};

rule! {
    /// The server that clients reach hands on what they say of themselves.
    ///
    /// ## Why
    /// `$http_x_forwarded_for` is what the client wrote. The first proxy has to say whom it sees (`$remote_addr`) and how
    /// (`$scheme`). Otherwise everybody picks the address that limits, bans and logs count, and the application learns no
    /// scheme from browsers, which send none: it builds `http://` links and refuses secure cookies.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     location / {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_set_header X-Real-IP $http_x_real_ip;
    /// #                                ^^^^^^^^^^^^^^^ nginx/forwarded-from-client
    /// # | the application believes whatever address the client writes
    /// # | help: write `$remote_addr`
    /// # >       proxy_set_header X-Real-IP $remote_addr;
    ///       proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
    /// #                                        ^^^^^^^^^^^^^^^^^^^^^^^ nginx/forwarded-from-client
    /// # | browsers send no such header: the application is not told that the request came over HTTPS
    /// # | help: write `$scheme`
    /// # >       proxy_set_header X-Forwarded-Proto $scheme;
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
    ///     location / {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_set_header X-Real-IP $remote_addr;
    ///       proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    ///       proxy_set_header X-Forwarded-Proto $scheme;
    ///     }
    ///   }
    ///   server {
    ///     listen 8080;
    ///     location / {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers without TLS, which may have another proxy in front, and configurations that know of one: `set_real_ip_from`,
    /// headers of a CDN.
    "nginx/forwarded-from-client" {
        severity: Medium, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header"],
        check: Check::Blocks(check),
    }
}

const ADDRESS: &str = "the application believes whatever address the client writes";
const SCHEME: &str = "browsers send no such header: the application is not told that the request came over HTTPS";

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let mut behind = None;
    for (_, node) in tree.named("proxy_set_header") {
        let ([name, word], Some(server)) = (&node.directive.args[..], tree.server_of(node.parent)) else { continue };
        let (message, help) = match (&*name.value.to_ascii_lowercase(), &*word.value) {
            ("x-real-ip", "$http_x_real_ip" | "$http_x_forwarded_for") => (ADDRESS, "write `$remote_addr`"),
            ("x-forwarded-for", "$http_x_forwarded_for") => {
                (ADDRESS, "write `$proxy_add_x_forwarded_for`, or `$remote_addr`")
            }
            ("x-forwarded-proto", "$http_x_forwarded_proto") => (SCHEME, "write `$scheme`"),
            ("x-forwarded-proto", "http") => ("the application takes HTTPS for plain HTTP", "write `$scheme`"),
            _ => continue,
        };
        let mut listens = tree.own(Some(server), "listen").peekable();
        let word_in = |listen: &Directive, wanted: &str| listen.args.iter().any(|word| &*word.value == wanted);
        let secure =
            listens.peek().is_some() && listens.all(|own| word_in(own, "ssl") && !word_in(own, "proxy_protocol"));
        if secure && !*behind.get_or_insert_with(|| is_behind(tree, ctx)) {
            sink.report(word.span, message).help(help).cause((server, &name.value), "here as well");
        }
    }
}

/// Whether something of the configuration knows of a proxy in front.
fn is_behind(tree: &Expanded, ctx: &Context) -> bool {
    let says = |word: &Word| {
        ["cf_", "cloudflare", "fastly", "akamai", "true_client_ip"].iter().any(|own| word.value.contains(own))
    };
    !ctx.project.look(tree.nodes.len())
        || tree.named("set_real_ip_from").next().is_some()
        || tree.named("include").any(|(_, node)| node.directive.args.iter().any(says))
        || tree.nodes.iter().any(|node| node.directive.args.iter().any(says))
}
