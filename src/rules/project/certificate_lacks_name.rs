//! `project/certificate-lacks-name`

use crate::model::tls::{Wanted, matches_dns};
use crate::project::{AskedCertificate, Project, lineage};
use crate::rules::prelude::*;

rule! {
    /// certbot is not asked for a name that nginx answers to with its certificate.
    ///
    /// ## Why
    /// Browsers refuse a certificate that does not have the name they ask for, before nginx can answer or redirect. Everybody who
    /// types the forgotten name sees a warning that they may not pass where HSTS is on; a program gets no answer at all.
    ///
    /// ## Examples
    /// ```nginx bad file=site.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de www.shop.de;
    /// #                       ^^^^^^^^^^^ project/certificate-lacks-name
    /// # | the certificate is asked for without `www.shop.de`: browsers refuse it there
    /// # | help: add `-d www.shop.de` to the command of certbot, or take the name out of `server_name`
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    /// }
    /// ```
    /// ```sh bad file=init.sh
    /// certbot certonly --webroot -w /var/www/certbot -d shop.de --deploy-hook "systemctl reload nginx"
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de www.shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    /// }
    /// ```
    /// ```sh good file=init.sh
    /// certbot certonly --webroot -w /var/www/certbot -d shop.de -d www.shop.de --deploy-hook "systemctl reload nginx"
    /// ```
    ///
    /// ## What it does not report
    /// Certificates that no command of the project asks for, and all of them where a command takes names from variables.
    "project/certificate-lacks-name" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#changing-a-certificate-s-domains"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    let asked = project.asked_certificates().unwrap_or_default();
    if asked.is_empty() {
        return sink.not_applicable();
    }
    for server in project.servers().filter(|server| project.look(1 + server.certificates.len())) {
        let live = server.certificates.iter().filter(|path| path.value.starts_with("/etc/letsencrypt/live/"));
        let lineages = live.filter_map(|path| lineage(&path.value));
        let own: Vec<&AskedCertificate> =
            lineages.flat_map(|lineage| asked.iter().filter(move |asked| asked.lineage == lineage)).collect();
        let Some(first) = own.first() else { continue };
        for name in &server.names {
            let Wanted::Host(host) = Wanted::new(&name.value) else { continue };
            let has = own.iter().flat_map(|asked| &asked.names).any(|entry| matches_dns(entry, &host));
            if has {
                continue;
            }
            let message = format!("the certificate is asked for without `{host}`: browsers refuse it there");
            sink.report(name.span, message)
                .help(format!("add `-d {host}` to the command of certbot, or take the name out of `server_name`"))
                .related(first.at, "certbot is told the names here");
        }
    }
}
