//! `nginx/hsts-short`

use super::tree;
use crate::model::nginx::NginxFile;
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};
use crate::syntax::nginx::Word;

rule! {
    /// Browsers forget too soon that a site is on HTTPS.
    ///
    /// ## Why
    /// `Strict-Transport-Security` protects a visitor for `max-age` seconds after the last visit. With a short time
    /// most visitors come back unprotected. Preload lists ask for a year, Mozilla recommends two.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// add_header Strict-Transport-Security "max-age=86400; includeSubDomains" always;
    /// #                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/hsts-short
    /// # | browsers remember HTTPS for 1 day only, 180 are the least that protects
    /// # | help: write `max-age=31536000`, a year, once everything works over HTTPS
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;
    /// ```
    /// ```nginx fixed file=conf.d/shop.conf
    /// add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
    /// ```
    "nginx/hsts-short" {
        severity: Medium, effect: Weakens, since: "0.1.0",
        params: &[Param::Int { name: "min_age", default: 180, doc: "the shortest time that is enough, in days" }],
        refs: &["https://www.rfc-editor.org/rfc/rfc6797#section-6.1.1"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx) else { return };
    let wanted = u64::try_from(ctx.int("min_age")).unwrap_or(0);
    for directive in file.directives.iter().filter(|directive| directive.is("add_header")) {
        let [name, value, ..] = &directive.args[..] else { continue };
        if name.value.eq_ignore_ascii_case("strict-transport-security") && !value.is_open() {
            judge(value, wanted, sink);
        }
    }
}

fn judge(value: &Word, wanted: u64, sink: &mut Sink) {
    const DAY: u64 = 86_400;
    let text = value.value.to_ascii_lowercase();
    let after = text.split_once("max-age").map(|(_, rest)| rest.trim_start().trim_start_matches('=').trim_start());
    let after = after.map(|rest| rest.trim_start_matches('"'));
    let number = after.and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()).unwrap_or_default();
    let Ok(age) = number.parse::<u64>() else {
        sink.report(value.span, "the header has no `max-age`, browsers ignore it").help("write `\"max-age=31536000\"`");
        return;
    };
    if age >= wanted * DAY {
        return;
    }
    let message = match (age, age / DAY) {
        (0, _) => "`max-age=0` makes browsers forget that the site is on HTTPS".to_owned(),
        (_, 0) => format!("browsers remember HTTPS for {age} seconds only, {wanted} days are the least that protects"),
        (_, 1) => format!("browsers remember HTTPS for 1 day only, {wanted} are the least that protects"),
        (_, days) => format!("browsers remember HTTPS for {days} days only, {wanted} are the least that protects"),
    };
    let finding = sink.report(value.span, message);
    // Of what is asked for, a year at least.
    let days = wanted.max(365);
    let enough = days * DAY;
    finding.help(format!("write `max-age={enough}`, {}, once everything works over HTTPS", years(days)));
    // Where the number stands in the word as written, unless escapes move it.
    let quote = usize::from(value.quote.is_some());
    let plain = text.len() + 2 * quote == value.span.range().len();
    if let Some(rest) = after.filter(|_| plain) {
        let at = text.len() - rest.len() + quote;
        let span = value.span.slice(at, at + number.len());
        finding.fix(Fix::replace(
            format!("remember HTTPS for {}", years(days)),
            Safety::Unsafe,
            span,
            enough.to_string(),
        ));
    }
}

fn years(days: u64) -> String {
    match (days % 365, days / 365) {
        (0, 1) => "a year".to_owned(),
        (0, years) => format!("{years} years"),
        _ => format!("{days} days"),
    }
}
