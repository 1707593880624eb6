//! `nginx/csp-keyword-unquoted`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::source::Cut;

rule! {
    /// A keyword of a Content-Security-Policy stands without its quotes.
    ///
    /// ## Why
    /// `'self'` is a keyword, `self` is a host of that name. With `default-src self` browsers load no script and no style of
    /// your own site: the page stays white.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header Content-Security-Policy "default-src self" always;
    /// #                                                   ^^^^ nginx/csp-keyword-unquoted
    /// # | browsers take `self` for the name of a host, and block what it was meant to allow
    /// # | help: write `'self'`
    /// # >     add_header Content-Security-Policy "default-src 'self'" always;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header Content-Security-Policy "default-src 'self'; img-src * data:; report-uri /csp" always;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    "nginx/csp-keyword-unquoted" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.w3.org/TR/CSP3/#grammardef-keyword-source"],
        check: Check::Blocks(check),
    }
}

const KEYWORDS: [&str; 6] = ["self", "none", "unsafe-inline", "unsafe-eval", "strict-dynamic", "unsafe-hashes"];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("add_header").filter(|(_, node)| node.place.is_http()) {
        let [name, word, ..] = &*node.directive.args else { continue };
        if !name.value.eq_ignore_ascii_case("content-security-policy") {
            continue;
        }
        let text = &*word.value;
        let of_sources =
            |directive: &&str| directive.trim_start().split(' ').next().is_some_and(|own| own.ends_with("-src"));
        let mut sources = text.split(';').filter(of_sources).flat_map(str::split_ascii_whitespace);
        let Some(bare) = sources.find(|source| KEYWORDS.iter().any(|own| own.eq_ignore_ascii_case(source))) else {
            continue;
        };
        // Where it stands in the word as written, unless escapes move it.
        let quote = usize::from(word.quote.is_some());
        let at = bare.as_ptr() as usize - text.as_ptr() as usize;
        let plain = text.len() + 2 * quote == word.span.range().len() && text.cut(at..at + bare.len()) == bare;
        let span = if plain { word.span.slice(at + quote, at + quote + bare.len()) } else { word.span };
        sink.report(
            span,
            format!("browsers take `{bare}` for the name of a host, and block what it was meant to allow"),
        )
        .help(format!("write `'{bare}'`"));
    }
}
