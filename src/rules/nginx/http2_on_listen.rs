//! `nginx/http2-on-listen`

use crate::model::nginx::{Expanded, Place};
use crate::project::Version;
use crate::rules::prelude::*;
use crate::rules::{Edit, Fix, Safety};
use crate::syntax::nginx::{Directive, Word};

rule! {
    /// `http2` on the `listen` line is the old way to say it.
    ///
    /// ## Why
    /// Since 1.25.1 nginx warns about it at each start, and it holds for every server on the socket. The directive `http2 on;`
    /// took its place. Before 1.25.1 only the word on `listen` is known.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl http2;
    /// # ^^^^^^^^^^^^^^^^^^^^ nginx/http2-on-listen
    /// # | nginx warns of `http2` on this line since 1.25.1
    /// # | help: write `http2 on;` on a line of its own, once all servers run 1.25.1 or later
    /// # >   listen 443 ssl;
    /// # >   http2 on;
    ///   server_name shop.kleinladen.de;
    /// }
    /// ```
    /// ```nginx fixed file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl;
    ///   http2 on;
    ///   server_name shop.kleinladen.de;
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./conf.d:/etc/nginx/conf.d:ro"]
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl;
    ///   http2 on;
    ///   server_name shop.kleinladen.de;
    /// }
    /// ```
    "nginx/http2-on-listen" {
        severity: Info, effect: Hygiene, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_v2_module.html#http2"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let version = ctx.project.nginx_of(tree.file).map(|here| here.version);
    if version.zip(Version::parse("1.25.1")).is_some_and(|(here, new)| here < new) {
        return sink.not_applicable();
    }
    let mut fixed = None;
    for (_, node) in tree.named("listen").filter(|(_, node)| node.place == Place::Server) {
        let Some(word) = http2(node.directive) else { continue };
        let finding = sink.report(node.directive.words(), "nginx warns of `http2` on this line since 1.25.1");
        finding.help("write `http2 on;` on a line of its own, once all servers run 1.25.1 or later");
        // One fix for all lines of a server.
        if fixed == Some(node.parent) || tree.own(node.parent, "http2").next().is_some() {
            continue;
        }
        fixed = Some(node.parent);
        let listens: Vec<&Directive> = tree.own(node.parent, "listen").filter(|one| http2(one).is_some()).collect();
        let here = |listen: &&Directive| listen.span.file == word.span.file;
        let Some(last) = listens.last().filter(|_| listens.iter().all(here)) else { continue };
        let source = ctx.project.source(last.span.file);
        let before = ctx.quote(Span::new(
            last.span.file,
            source.part_of_line(last.span.range().start).start,
            last.span.range().start,
        ));
        let indent = if before.trim().is_empty() { format!("\n{before}") } else { " ".to_owned() };
        let cut = |listen: &&Directive| {
            let at = listen.args.iter().position(|word| &*word.value == "http2")?;
            let before = listen.args.get(at.checked_sub(1)?)?;
            Some(Edit { span: before.span.at_end().to(listen.args.get(at)?.span), text: String::new() })
        };
        let on = Edit { span: last.span.at_end(), text: format!("{indent}http2 on;") };
        finding.fix(Fix {
            title: "write `http2 on;`, which nginx knows since 1.25.1".into(),
            safety: if version.is_some() { Safety::Safe } else { Safety::Unsafe },
            edits: listens.iter().filter_map(cut).chain([on]).collect(),
        });
    }
}

/// The word `http2` of a `listen`.
fn http2(listen: &Directive) -> Option<&Word> {
    listen.args.iter().skip(1).find(|word| &*word.value == "http2")
}
