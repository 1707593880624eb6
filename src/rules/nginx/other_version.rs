//! `nginx/other-version`

use std::sync::LazyLock;

use super::tree;
use crate::model::image::Release;
use crate::model::nginx::NginxFile;
use crate::model::tls::ciphers::offered;
use crate::project::Version;
use crate::rules::prelude::*;
use crate::syntax::nginx::{Directive, File, Word, table};

rule! {
    /// A directive is newer than the nginx that will read it.
    ///
    /// ## Why
    /// nginx refuses what it does not know: `unknown directive "http2"`. Examples on the web are written for the newest version;
    /// the tag of the image says which one it is here.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   http2 on;
    /// # ^^^^^ nginx/other-version
    /// # | nginx knows `http2` since 1.25.1, and the image here is older: it does not start
    /// # | help: use nginx 1.25.1 or later, or remove the line
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.24-alpine
    /// # >     image: nginx:1.28-alpine
    ///     volumes: ["./conf.d:/etc/nginx/conf.d:ro"]
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   http2 on;
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.25
    ///     volumes: ["./conf.d:/etc/nginx/conf.d:ro"]
    /// ```
    ///
    /// ## The nginx of a distribution
    /// ```nginx bad file=default.conf
    /// upstream app {
    ///   zone app 64k;
    ///   server app:8000 resolve;
    /// #                 ^^^^^^^ nginx/other-version
    /// # | nginx knows `resolve` since 1.27.3, and Debian 12 brings 1.22.1: it does not start
    /// # | help: use nginx 1.27.3 or later, or remove the word
    /// # >   server app:8000;
    /// }
    /// ```
    /// ```dockerfile bad file=Dockerfile
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    /// COPY default.conf /etc/nginx/conf.d/
    /// USER www-data
    /// CMD ["nginx", "-g", "daemon off;"]
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   nginx:
    ///     build: .
    ///   app:
    ///     image: registry.example/app:1.4
    ///     expose: ["8000"]
    /// ```
    ///
    /// ## What the OpenSSL of an image does not have
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl;
    ///   ssl_certificate /etc/ssl/shop.pem;
    ///   ssl_certificate_key /etc/ssl/shop.key;
    ///   ssl_ecdh_curve X25519MLKEM768:X25519;
    /// #                ^^^^^^^^^^^^^^^^^^^^^ nginx/other-version
    /// # | the OpenSSL of this nginx is older than 3.5 and knows no `X25519MLKEM768`: nginx does not start
    /// # | help: take the name out of the list, or use an image with OpenSSL 3.5
    /// # >   ssl_ecdh_curve X25519;
    ///   add_header Strict-Transport-Security "max-age=63072000" always;
    ///   root /usr/share/nginx/html;
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28-bookworm
    ///     volumes: ["./conf.d:/etc/nginx/conf.d:ro", "./ssl:/etc/ssl:ro"]
    /// ```
    ///
    /// ## The nginx of the hosts
    /// ```nginx bad file=sites-available/shop.conf
    /// server {
    ///   listen 80;
    ///   http2 on;
    /// # ^^^^^ nginx/other-version
    /// # | nginx knows `http2` since 1.25.1, and Ubuntu 24.04 brings 1.24.0: it does not start
    /// # | help: use nginx 1.25.1 or later, or remove the line
    /// # >
    /// }
    /// ```
    /// ```config bad file=gonogo.yaml
    /// assume:
    ///   - systems: [ubuntu 24.04]
    ///     reason: all servers are set up with the same image
    /// ```
    ///
    /// ## What it does not report
    /// Files of an nginx whose version is not known: `latest`, images of others, hosts of which neither the guide nor `assume` says
    /// what they run. Of these, directives that no distribution brings yet, and curves
    /// that OpenSSL has since 3.5, are told as not known.
    "nginx/other-version" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/CHANGES"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx).filter(|file| !file.unbalanced) else { return sink.not_applicable() };
    let Some(here) = ctx.project.nginx_of(nginx.file) else { return not_packaged(nginx, file, ctx, sink) };
    let serves = file.directives.iter().any(|directive| directive.is("ssl_certificate"));
    for directive in &file.directives {
        let inside = directive.parent.and_then(|at| file.directives.get(at as usize));
        if inside.is_some_and(|block| matches!(&*block.name.value, "map" | "geo" | "types")) {
            continue;
        }
        let around = std::iter::successors(inside, |block| file.directives.get(block.parent? as usize));
        let stream = around.take(20).any(|block| block.is("stream"));
        if let Some((span, name, first)) = newer(directive, inside, stream, here.version) {
            let said = &here.said;
            let what = if span == directive.name.span { "the line" } else { "the word" };
            let finding =
                sink.report(span, format!("nginx knows `{name}` since {first}, and {said}: it does not start"));
            finding.help(format!("use nginx {first} or later, or remove {what}"));
            if !here.sure {
                finding.confidence(Likely);
            }
        } else if let Some((word, missing)) = not_in_openssl(directive, here.openssl) {
            let finding = sink.report(word.span, format!("the OpenSSL of this nginx {missing}: nginx does not start"));
            finding.help(match directive.is("ssl_ciphers") {
                true => "write `ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;`",
                false => "take the name out of the list, or use an image with OpenSSL 3.5",
            });
            if !serves || !here.sure {
                finding.confidence(Likely);
            }
        }
    }
}

/// Directives that no distribution's nginx has yet, where nobody says which nginx it is: `latest` has them.
fn not_packaged(nginx: &NginxFile, file: &File, ctx: &Context, sink: &mut Sink) {
    static NEWEST: LazyLock<Option<Version>> =
        LazyLock::new(|| Release::nginx_of_all().filter_map(Version::parse).max());
    sink.not_applicable();
    let Some(newest) = *NEWEST else { return };
    if ctx.project.put(nginx.file).is_some() || ctx.project.readers(nginx.file).next().is_some() {
        return;
    }
    for directive in &file.directives {
        let since = directive.id.entries().first().map(|entry| entry.since).filter(|since| !since.is_empty());
        if let Some(first) = since.filter(|first| Version::parse(first).is_some_and(|first| newest < first)) {
            let name = &directive.name.value;
            let why = format!(
                "nginx knows `{name}` since {first}, which no distribution brings, and nobody says which one reads this"
            );
            sink.unknown(directive.name.span, why);
        }
        if let Some(word) = directive.args.first().filter(|_| directive.is("ssl_ecdh_curve"))
            && let Some(new) = word.value.split(':').find(|name| is_of_openssl_3_5(name) && !name.starts_with('?'))
        {
            let why = format!("OpenSSL knows `{new}` since 3.5, and nobody says which one this nginx has");
            sink.unknown(word.span, why);
        }
    }
}

/// Whether a name is that of a curve with ML-KEM.
fn is_of_openssl_3_5(curve: &str) -> bool {
    curve.to_ascii_lowercase().contains("mlkem")
}

/// What an nginx is too old for: the place, what is written there, and the first version that knows it.
fn newer<'a>(
    directive: &'a Directive,
    inside: Option<&Directive>,
    stream: bool,
    here: Version,
) -> Option<(Span, &'a str, &'static str)> {
    let name = &*directive.name.value;
    let mut since = table::lookup(name).iter().map(|entry| entry.since);
    // Where one row has no version, the directive has always been there.
    let first = since.next().filter(|first| since.all(|other| other == *first));
    let older = |first: &str| Version::parse(first).is_some_and(|first| here < first);
    if let Some(first) = first.filter(|first| older(first)) {
        return Some((directive.name.span, name, first.trim_end_matches('+')));
    }
    let upstream = inside.is_some_and(|block| block.is("upstream"));
    let first = match name {
        "resolver" | "resolver_timeout" if upstream => Some("1.27.3"),
        "server_name" | "pass" if stream => Some("1.25.5"),
        _ => None,
    };
    if let Some(first) = first.filter(|first| older(first)) {
        return Some((directive.name.span, name, first));
    }
    let words = directive.args.iter().skip(1).filter(|word| word.quote.is_none());
    words
        .filter_map(|word| Some((word, parameter(name, &word.value, upstream, stream)?)))
        .find_map(|(word, first)| older(first).then_some((word.span, &*word.value, first)))
}

/// The first version that knows a parameter (nginx's change log).
fn parameter(directive: &str, word: &str, upstream: bool, stream: bool) -> Option<&'static str> {
    match (directive, word) {
        ("listen", "quic") => Some("1.25.0"),
        ("listen", "default_server") if stream => Some("1.25.5"),
        ("server", "resolve") if upstream => Some("1.27.3"),
        _ => None,
    }
}

/// What the library of an nginx does not have.
fn not_in_openssl(directive: &Directive, openssl: Option<Version>) -> Option<(&Word, String)> {
    let word = directive.args.first().filter(|word| !word.is_open())?;
    match &*directive.name.value {
        "ssl_ecdh_curve" => {
            let openssl = openssl.filter(|openssl| Version::parse("3.5").is_some_and(|new| *openssl < new))?;
            let new = word.value.split(':').find(|name| is_of_openssl_3_5(name))?;
            let asked = !new.starts_with('?') || openssl < Version::parse("3.3")?;
            asked.then(|| (word, format!("is older than 3.5 and knows no `{}`", new.trim_start_matches('?'))))
        }
        "ssl_ciphers" => {
            let (here, anywhere) = (offered(&word.value, false), offered(&word.value, true));
            let gone = here.suites.is_empty() && (!anywhere.suites.is_empty() || here.unknown);
            gone.then(|| (word, "has none of these ciphers".to_owned()))
        }
        _ => None,
    }
}
