//! `env/placeholder-domain`

use crate::model::env::{Address, EnvFacts, EnvVar, is_placeholder_domain};
use crate::rules::{Finding, prelude::*};

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
    /// # | `ALLOWED_ORIGINS` still has the domain of the template: what goes there does not arrive
    /// # | help: put your own domain here
    /// DOMAIN=your-domain.com
    /// #      ^^^^^^^^^^^^^^^ env/placeholder-domain
    /// ACME_EMAIL=admin@example.com
    /// #          ^^^^^^^^^^^^^^^^^ env/placeholder-domain
    /// ```
    /// ```env good file=.env.prod
    /// ALLOWED_ORIGINS=https://shop.de
    /// DOMAIN=shop.de
    /// ACME_EMAIL=admin@shop.de
    /// EXAMPLE_FILE=example.com.txt
    /// ```
    "env/placeholder-domain" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.rfc-editor.org/rfc/rfc2606"],
        check: Check::Env(check),
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

fn check(env: &EnvFacts, _: &Context, sink: &mut Sink) {
    for Address { var, urls, .. } in env.addresses() {
        if let Some(url) = urls.iter().find(|url| is_placeholder_domain(url.host)) {
            report(var, var.part(url.host_range.clone()), sink);
        }
    }
    let others = env.effective().filter(|(_, value)| value.value.contains('.') && !value.value.contains("://"));
    for (var, value) in others {
        let hosts = || value.value.split([',', ' ', ';']).map(|host| host.trim().split(':').next().unwrap_or(host));
        if names_hosts(&var.key.value.to_ascii_uppercase()) && hosts().any(is_placeholder_domain) {
            report(&var, value.span, sink);
        } else if mail_host(value.value).is_some_and(is_placeholder_domain) {
            report(&var, value.span, sink).severity(Low);
        }
    }
}

fn report<'a>(var: &EnvVar, place: Span, sink: &'a mut Sink) -> &'a mut Finding {
    let name = var.key.value;
    let message = format!("`{name}` still has the domain of the template: what goes there does not arrive");
    sink.report(place, message).help("put your own domain here")
}

/// The host of an address for mail.
fn mail_host(text: &str) -> Option<&str> {
    let (name, host) = text.split_once('@')?;
    let plain = |part: &str| !part.contains([':', '/', ' ', '@']);
    (text.len() < 200 && plain(name) && plain(host)).then_some(host)
}
