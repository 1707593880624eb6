//! `env/placeholder-domain`

use crate::model::env::{Address, EnvVar, is_placeholder_domain, is_switched_off};
use crate::project::Variables;
use crate::rules::{Finding, prelude::*};
use crate::secret::is_placeholder;

rule! {
    /// An address still has the domain of the template.
    ///
    /// ## Why
    /// `yourdomain.com` and its like belong to strangers or to nobody: requests, mails and log-ins go there, and the origin
    /// list lets the wrong pages in and the right ones not.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// ALLOWED_ORIGINS=https://yourdomain.com,https://www.yourdomain.com
    /// #                       ^^^^^^^^^^^^^^ env/placeholder-domain
    /// # | `ALLOWED_ORIGINS` still has the domain of the template: browsers refuse the requests of your own site
    /// # | help: put your own domain here
    /// # > ALLOWED_ORIGINS=https://shop.de,https://www.shop.de
    /// DOMAIN=your-domain.com
    /// #      ^^^^^^^^^^^^^^^ env/placeholder-domain
    /// # > DOMAIN=shop.de
    /// BASE_URL=replace-me
    /// #        ^^^^^^^^^^ env/placeholder-domain
    /// # > BASE_URL=https://shop.de
    /// ADMIN_EMAIL=your@email.com
    /// #           ^^^^^^^^^^^^^^ env/placeholder-domain
    /// # > ADMIN_EMAIL=anna@shop.de
    /// ACME_EMAIL=admin@example.com
    /// #          ^^^^^^^^^^^^^^^^^ env/placeholder-domain
    /// # > ACME_EMAIL=anna@shop.de
    /// ```
    /// ```env good file=.env.prod
    /// ALLOWED_ORIGINS=https://shop.de
    /// DOMAIN=shop.de
    /// ACME_EMAIL=admin@shop.de
    /// EXAMPLE_FILE=example.com.txt
    /// SMTP_ENABLED=false
    /// SMTP_DOMAIN=www.example.com
    /// ```
    "env/placeholder-domain" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.rfc-editor.org/rfc/rfc2606"],
        check: Check::Variables(check),
    }
}

/// Names whose value is a host name, or a list of them.
fn names_hosts(key: &str) -> bool {
    key.split('_').any(|word| {
        matches!(
            word,
            "DOMAIN" | "DOMAINS" | "HOST" | "HOSTS" | "HOSTNAME" | "FQDN" | "ORIGIN" | "ORIGINS" | "URL" | "SERVER"
        )
    })
}

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    let off = |var: &EnvVar| is_switched_off(var.key.value, |name| env.get(name)?.known().map(|value| value.value));
    for &Address { var, ref urls, .. } in env.addresses().iter().filter(|address| !off(&address.var)) {
        if let Some(url) = urls.iter().find(|url| is_placeholder_domain(url.host)) {
            report(&var, put_in(&var).unwrap_or(var.part(url.host_range.clone())), sink);
        }
    }
    for (var, value) in env.effective().filter(|(var, value)| !value.value.contains("://") && !off(var)) {
        let hosts = || value.value.split([',', ' ', ';']).map(|host| host.trim().split(':').next().unwrap_or(host));
        let upper = var.key.value.to_ascii_uppercase();
        let last = upper.rsplit('_').next().unwrap_or("");
        let is_mail = matches!(last, "EMAIL" | "MAIL");
        if names_hosts(&upper) && value.value.contains('.') && hosts().any(is_placeholder_domain) {
            report(&var, put_in(&var).unwrap_or(value.span), sink);
        } else if mail_host(value.value).is_some_and(is_placeholder_domain) {
            report(&var, value.span, sink).severity(Low);
        } else if (names_hosts(last) || is_mail) && is_placeholder(value.value) {
            // `BASE_URL=replace-me`, `ADMIN_EMAIL=your@email.com`.
            report(&var, value.span, sink);
        }
    }
}

/// Where a domain is written that Compose put in: `https://shop.${DOMAIN}`.
fn put_in(var: &EnvVar) -> Option<Span> {
    let value = var.value?.value;
    let domain = |range: &std::ops::Range<usize>| value.get(range.clone()).is_some_and(is_placeholder_domain);
    var.put_in().find(|part| domain(&part.range)).map(|part| part.place)
}

fn report<'a>(var: &EnvVar, place: Span, sink: &'a mut Sink) -> &'a mut Finding {
    let name = var.key.value;
    let upper = name.to_ascii_uppercase();
    let what = if upper.ends_with("MAIL") { "address" } else { "domain" };
    let follows = match upper.contains("CORS") || upper.contains("ORIGIN") {
        true => "browsers refuse the requests of your own site",
        false => "what goes there does not arrive",
    };
    let finding = sink.report(place, format!("`{name}` still has the {what} of the template: {follows}"));
    finding.help(format!("put your own {what} here"));
    if var.is_mere_default() {
        finding.severity(Low);
    }
    finding
}

/// The host of an address for mail.
fn mail_host(text: &str) -> Option<&str> {
    let (name, host) = text.split_once('@')?;
    let plain = |part: &str| !part.contains([':', '/', ' ', '@']);
    (text.len() < 200 && plain(name) && plain(host)).then_some(host)
}
