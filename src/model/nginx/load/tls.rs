//! TLS settings that need another one.

use super::last;
use crate::model::nginx::problem::{Kind, Problem};
use crate::model::nginx::{Expanded, Level};
use crate::syntax::nginx::Place;

/// `ngx_http_ssl_merge_srv_conf`, `ngx_http_proxy_set_ssl`
pub(super) fn check(tree: &Expanded<'_>, found: &mut Vec<Problem>) {
    for (index, node) in (0u32..).zip(&tree.nodes) {
        let level = Some(index);
        match (&*node.directive.name.value, node.place) {
            ("server", Place::Http) if node.directive.block.is_some() => server(tree, level, found),
            ("server", Place::Stream) if node.directive.block.is_some() => {
                let ssl = tree.level(level).find(|(_, node)| {
                    node.directive.is("listen") && node.directive.args.iter().skip(1).any(|word| &*word.value == "ssl")
                });
                if let Some((_, listen)) = ssl.filter(|_| tree.nearest(level, "ssl_certificate").is_none()) {
                    let message = "the server is to speak TLS and has no certificate";
                    let help = "add `ssl_certificate /etc/ssl/NAME.pem;` and its key";
                    found.push(Problem::new(Kind::Tls, listen.directive.words(), message, help));
                }
            }
            (pass @ ("proxy_pass" | "grpc_pass"), Place::Location) => {
                let (scheme, names) = if pass == "proxy_pass" { ("https://", PROXY) } else { ("grpcs://", GRPC) };
                if node.directive.arg(0).is_some_and(|to| to.to_ascii_lowercase().starts_with(scheme)) {
                    upstream(tree, node.parent, names, found);
                }
            }
            _ => {}
        }
    }
}

const PROXY: [&str; 4] =
    ["proxy_ssl_verify", "proxy_ssl_trusted_certificate", "proxy_ssl_certificate", "proxy_ssl_certificate_key"];
const GRPC: [&str; 4] =
    ["grpc_ssl_verify", "grpc_ssl_trusted_certificate", "grpc_ssl_certificate", "grpc_ssl_certificate_key"];

fn server(tree: &Expanded<'_>, level: Level, found: &mut Vec<Problem>) {
    let listens = || tree.level(level).filter(|(_, node)| node.directive.is("listen"));
    let tls = listens()
        .any(|(_, node)| node.directive.args.iter().skip(1).any(|word| matches!(&*word.value, "ssl" | "quic")));
    let Some((certificates, _)) = tree.nearest(level, "ssl_certificate") else { return };
    let keys = tree.nearest(level, "ssl_certificate_key").map_or(0, |(keys, _)| keys.len());
    // A server on a TLS socket without any key has a rule of its own.
    if let Some(last) = certificates.last().filter(|_| keys < certificates.len() && (keys > 0 || !tls)) {
        let message = "this certificate has no `ssl_certificate_key`";
        found.push(Problem::new(Kind::Tls, last.words(), message, "add `ssl_certificate_key /etc/ssl/NAME.key;`"));
    }
    let verify = last(tree, level, "ssl_verify_client");
    let authority = ["ssl_client_certificate", "ssl_trusted_certificate"];
    if let Some(verify) = verify.filter(|verify| matches!(verify.arg(0), Some("on" | "optional")))
        && !authority.iter().any(|name| tree.nearest(level, name).is_some())
    {
        let message = "clients are to show a certificate, and nothing says who may issue it";
        let help = "add `ssl_client_certificate /etc/ssl/CA.pem;`";
        found.push(Problem::new(Kind::Tls, verify.words(), message, help));
    }
}

fn upstream(tree: &Expanded<'_>, level: Level, names: [&'static str; 4], found: &mut Vec<Problem>) {
    let [verify, trusted, certificate, key] = names;
    if let Some(verify) = last(tree, level, verify).filter(|verify| verify.arg(0) == Some("on"))
        && tree.nearest(level, trusted).is_none()
    {
        let message = "the certificate of the upstream is to be checked, and nothing says who may issue it";
        found.push(Problem::new(Kind::Tls, verify.words(), message, format!("add `{trusted} /etc/ssl/CA.pem;`")));
    }
    if let Some(certificate) = last(tree, level, certificate).filter(|one| one.arg(0) != Some(""))
        && tree.nearest(level, key).is_none()
    {
        let message = format!("this certificate has no `{key}`");
        found.push(Problem::new(Kind::Tls, certificate.words(), message, format!("add `{key} /etc/ssl/NAME.key;`")));
    }
}
