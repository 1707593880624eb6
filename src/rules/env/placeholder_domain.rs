//! `env/placeholder-domain`

use crate::model::env::{EnvFile, is_placeholder_domain, urls};
use crate::rules::prelude::*;

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

fn check(env: &EnvFile, _: &Context, sink: &mut Sink) {
    for (var, value) in env.effective().filter(|(_, value)| value.value.contains('.')) {
        let text = value.as_str();
        let key = var.key.value.to_ascii_uppercase();
        let mut place =
            urls(text).into_iter().find(|url| is_placeholder_domain(url.host)).map(|url| var.part(url.host_range));
        if place.is_none() && names_hosts(&key) && !text.contains("://") {
            let hosts = || text.split([',', ' ', ';']).map(|host| host.trim().split(':').next().unwrap_or(host));
            place = hosts().any(is_placeholder_domain).then_some(value.span);
        }
        let mail = place.is_none() && is_mail(text);
        if mail {
            place = text.rsplit_once('@').filter(|(_, host)| is_placeholder_domain(host)).map(|_| value.span);
        }
        let Some(place) = place else { continue };
        let name = &var.key.value;
        let finding = sink
            .report(place, format!("`{name}` still has the domain of the template: what goes there does not arrive"));
        finding.help("put your own domain here");
        if mail {
            finding.lower(Low);
        }
    }
}

fn is_mail(text: &str) -> bool {
    text.len() < 200 && text.bytes().filter(|b| *b == b'@').count() == 1 && !text.contains([':', '/', ' '])
}
