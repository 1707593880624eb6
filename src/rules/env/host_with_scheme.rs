//! `env/host-with-scheme`

use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// A list of host names holds an address with scheme, path or port.
    ///
    /// ## Why
    /// `ALLOWED_HOSTS` is compared with the name in the `Host` header alone. With `https://` in front, a port or a slash behind it nothing
    /// fits, and every request is answered with 400: `Invalid HTTP_HOST header`.
    ///
    /// ## Examples
    /// ```env bad
    /// ALLOWED_HOSTS=https://shop.de,www.shop.de
    /// #             ^^^^^^^^^^^^^^^ env/host-with-scheme
    /// # | `ALLOWED_HOSTS` takes names of hosts alone: nothing fits this, and every request for it is answered with 400
    /// # | help: write `shop.de`
    /// # > ALLOWED_HOSTS=shop.de,www.shop.de
    /// DJANGO_ALLOWED_HOSTS=shop.de:8000
    /// #                    ^^^^^^^^^^^^ env/host-with-scheme
    /// # > DJANGO_ALLOWED_HOSTS=shop.de
    /// ```
    /// ```env good
    /// ALLOWED_HOSTS=shop.de,.shop.de,[::1]
    /// DJANGO_ALLOWED_HOSTS=["shop.de", "*"]
    /// CORS_ALLOWED_HOSTS=https://shop.de
    /// ```
    "env/host-with-scheme" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.djangoproject.com/en/5.2/ref/settings/#allowed-hosts"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    for (var, value) in env.effective() {
        let name = var.key.value;
        if !name.ends_with("ALLOWED_HOSTS") || name.contains("CORS") || value.value.contains('$') {
            continue;
        }
        // Networks (`10.0.0.0/8`) are what other programs take.
        let is_wrong = |entry: &str| {
            let port =
                entry.rsplit_once(':').is_some_and(|(host, port)| !host.contains(':') && port.parse::<u16>().is_ok());
            entry.contains("://") || port
        };
        let entries = value.value.split([',', ' ', ';', '"', '\'']).map(|entry| entry.trim_matches(['[', ']']));
        let (wrong, right): (Vec<&str>, Vec<&str>) =
            entries.filter(|entry| !entry.is_empty() && !entry.starts_with(':')).partition(|entry| is_wrong(entry));
        let Some(&wrong) = wrong.first() else { continue };
        let at = value.value.find(wrong).unwrap_or(0);
        let host = wrong.split_once("://").map_or(wrong, |(_, rest)| rest).split(['/', ':']).next().unwrap_or(wrong);
        let all = if right.is_empty() { "every request" } else { "every request for it" };
        let finding = sink.report(
            var.part(at..at + wrong.len()),
            format!("`{name}` takes names of hosts alone: nothing fits this, and {all} is answered with 400"),
        );
        finding.help(format!("write `{host}`"));
        if right.contains(&host) {
            finding.severity(Low).effect(Hygiene);
        }
    }
}
