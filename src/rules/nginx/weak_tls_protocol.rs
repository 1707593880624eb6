//! `nginx/weak-tls-protocol`

use super::tree;
use crate::model::nginx::{Effective, NginxFile, Server};
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};

rule! {
    /// TLS versions that are broken are offered to clients.
    ///
    /// ## Why
    /// SSLv2, SSLv3, TLS 1.0 and TLS 1.1 have known attacks; RFC 8996 forbids them, and card and health regulations fail
    /// an audit for them. Every browser of the last ten years speaks TLS 1.2.
    ///
    /// ## Examples
    /// ```nginx bad file=snippets/ssl.conf
    /// ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    /// #             ^^^^^ nginx/weak-tls-protocol
    /// # | TLSv1 and TLSv1.1 can be broken, and clients may still use them
    /// # | help: write `ssl_protocols TLSv1.2 TLSv1.3;`
    /// ```
    /// ```nginx good file=snippets/ssl.conf
    /// ssl_protocols TLSv1.2 TLSv1.3;
    /// ```
    /// ```nginx fixed file=snippets/ssl.conf
    /// ssl_protocols TLSv1.2 TLSv1.3;
    /// ```
    ///
    /// ## What it does not report
    /// A missing `ssl_protocols`: nginx 1.27.3 and newer offer only TLS 1.2 and 1.3 then. A line that every TLS server of
    /// the complete configuration replaces, and one in a server that does not speak TLS.
    "nginx/weak-tls-protocol" {
        severity: High, effect: Weakens, since: "0.1.0",
        refs: &["https://www.rfc-editor.org/rfc/rfc8996", "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols"],
        params: &[Param::List {
            name: "weak",
            default: &["SSLv2", "SSLv3", "TLSv1", "TLSv1.1"],
            doc: "the protocols that may not be offered",
        }],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx) else { return };
    for directive in file.directives.iter().filter(|directive| directive.is("ssl_protocols")) {
        let weak = |value: &str| ctx.list("weak").iter().any(|word| word.eq_ignore_ascii_case(value));
        let found: Vec<_> = directive.args.iter().filter(|word| weak(&word.value)).collect();
        let (Some(first), Some(last)) = (found.first(), found.last()) else { continue };
        if !in_effect(directive.words(), nginx, ctx) {
            continue;
        }
        let names: Vec<&str> = found.iter().map(|word| &*word.value).collect();
        let them = if names.len() == 1 { "it" } else { "them" };
        let modern = weak("TLSv1.2");
        let message = match modern && names == ["TLSv1.2"] {
            true => "`TLSv1.2` is older than what the policy allows".to_owned(),
            false => format!("{} can be broken, and clients may still use {them}", phrase::all(&names)),
        };
        let finding = sink.report(first.span, message);
        finding.help(if modern { "write `ssl_protocols TLSv1.3;`" } else { "write `ssl_protocols TLSv1.2 TLSv1.3;`" });
        // Neighbours only: what stands between them must not get lost.
        let rest: Vec<&str> = directive.args.iter().filter(|w| !weak(&w.value)).map(|w| &*w.value).collect();
        if rest.iter().all(|word| matches!(*word, "TLSv1.2" | "TLSv1.3")) {
            let least = if modern { "TLSv1.3" } else { "TLSv1.2 TLSv1.3" };
            let rest = if rest.is_empty() { least.to_owned() } else { rest.join(" ") };
            let all = directive.args.first().map_or(first.span, |word| word.span);
            let end = directive.args.last().map_or(last.span, |word| word.span);
            finding.fix(Fix::replace("offer only TLS 1.2 and 1.3", Safety::Unsafe, all.to(end), rest));
        }
    }
}

/// Whether some TLS server uses the line, or none is known.
fn in_effect(span: Span, nginx: &NginxFile, ctx: &Context) -> bool {
    let servers: Vec<_> =
        ctx.project.servers_written_in(span.file).filter(|server| server.block.contains(span)).collect();
    if servers.iter().any(|server| server.inner_gap.is_none()) {
        return servers.iter().any(|server| server.listens.iter().any(|listen| listen.tls));
    }
    let Some(config) = ctx.project.configs().iter().find(|config| config.file == nginx.file && config.gap.is_none())
    else {
        return true;
    };
    let mut tls = config.servers.iter().filter(|server| server.listens.iter().any(|listen| listen.tls)).peekable();
    let uses = |server: &Server| match ctx.project.in_effect(server, server.level, "ssl_protocols") {
        Effective::Set(found) => found.iter().any(|directive| directive.words() == span),
        Effective::Absent | Effective::Unknown => false,
    };
    tls.peek().is_none() || !ctx.project.look(config.servers.len()) || tls.any(uses)
}
