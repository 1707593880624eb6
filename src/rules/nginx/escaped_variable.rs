//! `nginx/escaped-variable`

use super::tree;
use crate::cut::name_length;
use crate::model::nginx::NginxFile;
use crate::rules::prelude::*;
use crate::rules::{Edit, Fix, Safety};
use crate::syntax::nginx::{Directive, Word};

rule! {
    /// A backslash in front of a variable is sent along with its value.
    ///
    /// ## Why
    /// nginx has no escape for `$`: `\$host` is a backslash and then the value of `$host`. It is left over when a file is
    /// copied out of a shell script, where the shell would have removed the backslash. Redirects then lead to
    /// `https://\shop.example`, and backends get broken headers.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   return 301 https://\$host\$request_uri;
    /// #                    ^^^^^^ nginx/escaped-variable
    /// # | nginx sends the backslash along with the value of the variable, here and in one more place
    /// # | help: remove the backslash in front of every variable
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   return 301 https://$host$request_uri;
    ///   location ~ ^/price/\$[0-9]+ {}
    ///   location ~ \.php$ {}
    /// }
    /// ```
    /// ```nginx fixed file=conf.d/shop.conf
    /// server {
    ///   return 301 https://$host$request_uri;
    /// }
    /// ```
    "nginx/escaped-variable" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return"],
        check: Check::Nginx(check),
    }
}

/// Other places that are shown; a whole file copied out of a script has dozens.
const SHOWN: usize = 4;

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx) else { return };
    let escaped: Vec<Span> = file.directives.iter().flat_map(values).flat_map(|word| escaped(word, ctx)).collect();
    let [first, others @ ..] = &escaped[..] else { return };
    let more = match others.len() {
        0 => String::new(),
        1 => ", here and in one more place".to_owned(),
        n => format!(", here and in {n} more places"),
    };
    let backslash = |span: &Span| Edit { span: span.slice(0, 1), text: String::new() };
    let finding = sink.report(*first, format!("nginx sends the backslash along with the value of the variable{more}"));
    finding.help("remove the backslash in front of every variable").fix(Fix {
        title: "remove the backslashes".into(),
        safety: Safety::Safe,
        edits: escaped.iter().map(backslash).collect(),
    });
    for other in others.iter().take(SHOWN) {
        finding.related(*other, "here too");
    }
}

/// The places of `\$name` in a word. `\\$name` is a backslash that was meant.
fn escaped(word: &Word, ctx: &Context) -> Vec<Span> {
    if !word.value.contains("\\$") {
        return Vec::new();
    }
    let raw = ctx.quote(word.span);
    let place = |at: usize| {
        let (before, rest) = raw.split_at_checked(at)?;
        let name = rest.strip_prefix("\\$")?;
        let length = name_length(name);
        let letter = name.starts_with(|c: char| c.is_ascii_lowercase());
        (letter && !before.ends_with('\\')).then(|| word.span.slice(at, at + 2 + length))
    };
    raw.match_indices("\\$").filter_map(|(at, _)| place(at)).collect()
}

/// The arguments that are values, not expressions.
fn values(directive: &Directive) -> &[Word] {
    match &*directive.name.value {
        "return" | "add_header" | "proxy_set_header" | "fastcgi_param" | "uwsgi_param" | "proxy_pass" | "set"
        | "root" | "alias" | "try_files" => &directive.args,
        "rewrite" => directive.args.get(1..).unwrap_or(&[]),
        _ => &[],
    }
}
