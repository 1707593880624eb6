//! `nginx/mail-password-readable`

use crate::model::nginx::{Effective, Expanded, Place};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Passwords of mailboxes go over the network as they are.
    ///
    /// ## Why
    /// A mail server without TLS takes the name and the password in plain text: whoever is on the way reads them. With `starttls on`
    /// clients may, and only with `starttls only` they must, switch to TLS first.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// mail {
    ///   auth_http 127.0.0.1:9000/auth;
    ///   server {
    ///     listen 143;
    /// #   ^^^^^^^^^^ nginx/mail-password-readable
    /// # | mail programs send names and passwords here in plain text
    /// # | help: add `starttls only;` and a certificate, or listen with `ssl` on the port for TLS
    ///     protocol imap;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// mail {
    ///   auth_http 127.0.0.1:9000/auth;
    ///   ssl_certificate /etc/ssl/mail.pem;
    ///   ssl_certificate_key /etc/ssl/mail.key;
    ///   server {
    ///     listen 143;
    ///     protocol imap;
    ///     starttls only;
    ///   }
    ///   server {
    ///     listen 993 ssl;
    ///     protocol imap;
    ///   }
    ///   server {
    ///     listen 127.0.0.1:143;
    ///     protocol imap;
    ///   }
    ///   server {
    ///     listen 25;
    ///     protocol smtp;
    ///     smtp_auth none;
    ///   }
    /// }
    /// ```
    "nginx/mail-password-readable" {
        severity: Medium, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/mail/ngx_mail_ssl_module.html#starttls"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (index, node) in tree.named("server").filter(|(_, node)| node.place == Place::Mail) {
        let level = Some(index);
        let says = |name, wanted: &str| match tree.effective(level, name) {
            Effective::Set(own) => own.iter().any(|own| own.args.iter().any(|word| &*word.value == wanted)),
            Effective::Absent => false,
            Effective::Unknown => true,
        };
        if tree.is_local(index)
            || tree.gap(level).is_some()
            || says("ssl", "on")
            || says("starttls", "only")
            || says("smtp_auth", "none")
        {
            continue;
        }
        let plain = |own: &&Directive| own.args.iter().all(|word| &*word.value != "ssl");
        if let Some(listen) = tree.own(level, "listen").find(plain) {
            sink.report(listen.words(), "mail programs send names and passwords here in plain text")
                .help("add `starttls only;` and a certificate, or listen with `ssl` on the port for TLS")
                .cause(node.directive.span.file, "here as well");
        }
    }
}
