//! `nginx/syntax`

use crate::model::Tree;
use crate::model::nginx::NginxFile;
use crate::rules::prelude::*;

rule! {
    /// Something nginx cannot read.
    ///
    /// ## Why
    /// nginx reads all files before it starts or reloads. One missing semicolon, brace or quote, and it refuses everything: a
    /// start fails, a reload keeps the old configuration. What it reads and then refuses has rules of its own; this id stands
    /// for all of them in a waiver or a policy.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80
    /// #           ^ nginx/syntax
    /// # | `;` is missing after `listen`
    /// # | help: add `;` at the end of the line
    /// # >     listen 80;
    ///     server_name shop.example;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name shop.example;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Templates, and in files whose braces do not match anything but the braces.
    "nginx/syntax" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/dirindex.html"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Tree::Nginx(file) = &ctx.project.document(nginx.file).tree else { return };
    for fault in &file.faults {
        let finding = sink.report(fault.span, fault.message.clone());
        finding.cause((fault.span.file, &fault.message), "here, too");
        if let Some(help) = &fault.help {
            finding.help(help.clone());
        }
    }
    for fault in &file.swallowed {
        let finding = sink.report(fault.span, fault.message.clone());
        finding.severity(High).effect(BreaksAtRuntime).confidence(Likely).help(fault.help.clone().unwrap_or_default());
    }
}
