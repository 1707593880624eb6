//! `nginx/stapling-dead`

use super::removal;
use crate::model::nginx::{Expanded, Place};
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};
use crate::syntax::nginx::Word;

rule! {
    /// OCSP stapling for certificates of Let's Encrypt does nothing.
    ///
    /// ## Why
    /// Let's Encrypt has no OCSP any more since August 2025. nginx warns `"ssl_stapling" ignored` at each start, and needs a
    /// resolver for nothing.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/letsencrypt/live/shop.kleinladen.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.kleinladen.de/privkey.pem;
    ///     ssl_stapling on;
    /// #   ^^^^^^^^^^^^^^^ nginx/stapling-dead
    /// # | Let's Encrypt has no OCSP any more: this does nothing but warn
    /// # | help: remove it, and `ssl_stapling_verify` and the `resolver` if nothing else needs it
    /// # >
    ///   }
    /// }
    /// ```
    /// ```nginx fixed file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/letsencrypt/live/shop.kleinladen.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.kleinladen.de/privkey.pem;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     ssl_stapling on;
    ///   }
    /// }
    /// ```
    /// ## For all servers
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   ssl_stapling on;
    /// # ^^^^^^^^^^^^^^^ nginx/stapling-dead
    /// # | Let's Encrypt has no OCSP any more: this does nothing but warn
    /// # | help: remove it, and `ssl_stapling_verify` and the `resolver` if nothing else needs it
    /// # >
    ///   server {
    ///     listen 80;
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/letsencrypt/live/shop.example/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.example/privkey.pem;
    ///   }
    /// }
    /// ```
    "nginx/stapling-dead" {
        severity: Info, confidence: Likely, effect: Hygiene, since: "0.1.0",
        refs: &["https://letsencrypt.org/2024/12/05/ending-ocsp"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("ssl_stapling").filter(|(_, node)| node.directive.arg(0) == Some("on")) {
        let is_theirs = |path: &&Word| path.value.contains("letsencrypt");
        // In `http` it holds for all servers: what they have.
        let below = || {
            let named = tree.named("ssl_certificate").filter_map(|(_, node)| node.directive.args.first());
            let all: Vec<&Word> = named.filter(|_| node.place == Place::Http).collect();
            all.first().copied().filter(|_| all.iter().all(is_theirs))
        };
        let from = tree.value(node.parent, "ssl_certificate").filter(is_theirs).or_else(below);
        if let Some(path) = from {
            let verify = tree.own(node.parent, "ssl_stapling_verify");
            let dead = std::iter::once(node.directive).chain(verify);
            sink.report(node.directive.words(), "Let's Encrypt has no OCSP any more: this does nothing but warn")
                .help("remove it, and `ssl_stapling_verify` and the `resolver` if nothing else needs it")
                .related(path.span, "a certificate of Let's Encrypt")
                .fix(Fix {
                    title: "remove stapling".into(),
                    safety: Safety::Safe,
                    edits: dead.map(|directive| removal(directive, ctx)).collect(),
                });
        }
    }
}
