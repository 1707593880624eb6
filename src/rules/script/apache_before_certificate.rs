//! `script/apache-before-certificate`

use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A guide enables a site of Apache whose certificate is made later.
    ///
    /// ## Why
    /// Apache refuses a configuration whose certificate is not there (`SSLCertificateFile: file does not exist or is empty`), with all
    /// other sites in it. `certbot --apache` asks Apache first, so it refuses, too: whoever follows the steps gets no further.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// `/etc/apache2/sites-available/shop.conf`:
    /// ~~~apache
    /// <VirtualHost *:443>
    ///     ServerName shop.de
    ///     SSLEngine on
    ///     SSLCertificateFile /etc/letsencrypt/live/shop.de/fullchain.pem
    ///     SSLCertificateKeyFile /etc/letsencrypt/live/shop.de/privkey.pem
    /// </VirtualHost>
    /// ~~~
    /// ~~~bash
    /// sudo a2ensite shop.conf
    /// sudo systemctl reload apache2
    /// #    ^^^^^^^^^^^^^^^^^^^^^^^^ script/apache-before-certificate
    /// # | Apache refuses its configuration here: the certificate is made further down
    /// # | help: let certbot make the certificate first (`certbot certonly --standalone`), or enable the site without
    /// # | HTTPS until it is there
    /// sudo certbot --apache -d shop.de
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// `/etc/apache2/sites-available/shop.conf`:
    /// ~~~apache
    /// <VirtualHost *:80>
    ///     ServerName shop.de
    /// </VirtualHost>
    /// ~~~
    /// ~~~bash
    /// sudo a2ensite shop.conf
    /// sudo systemctl reload apache2
    /// sudo certbot --apache -d shop.de
    /// ~~~
    /// certbot adds `SSLCertificateFile /etc/letsencrypt/live/shop.de/fullchain.pem`.
    /// ```
    "script/apache-before-certificate" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcertificatefile"],
        at_first: true,
        check: Check::Commands(check),
    }
}

/// Whether Apache reads its files at this command.
fn reads(step: &Step) -> bool {
    let by_service = matches!(step.name(), "systemctl" | "service")
        && (step.has("apache2") || step.has("httpd"))
        && ["start", "restart", "reload"].iter().any(|verb| step.has(verb));
    let by_tool = matches!(step.name(), "apachectl" | "apache2ctl")
        && ["configtest", "-t", "graceful", "restart", "start"].iter().any(|verb| step.has(verb));
    step.inside.is_none() && (by_service || by_tool)
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let steps = ctx.project.steps_of_chapters(commands);
    if steps.is_empty() {
        return sink.not_applicable();
    }
    let enables = |step: &&&Step| {
        step.name() == "a2ensite" || step.words.iter().any(|word| word.value.contains("apache2/sites-enabled"))
    };
    let makes = |step: &Step| {
        step.tool() == "certbot" && !step.has("renew")
            || matches!(step.name(), "openssl" | "acme.sh" | "lego" | "mkcert")
    };
    let Some(enabled) = steps.iter().find(enables) else { return };
    // The site that the guide has shown by then asks for the certificate.
    let Some(wanted) = ctx.project.certificate_of_apache(commands.file, enabled.span.start) else { return };
    let before = |step: &&&Step| step.span.start < enabled.span.start;
    if steps.iter().filter(before).any(|step| makes(step)) {
        return;
    }
    let mut behind = steps.iter().filter(|step| step.span.start > enabled.span.start);
    let Some(step) = behind.find(|step| makes(step) || reads(step)).filter(|step| reads(step)) else { return };
    let comes =
        steps.iter().any(|other| other.tool() == "certbot" && makes(other) && other.span.start > step.span.start);
    if !comes {
        return;
    }
    let from = step.argv().first().map_or(step.span, |word| word.span);
    let place = Span { end: step.span.end, ..from };
    let finding = sink.report(place, "Apache refuses its configuration here: the certificate is made further down");
    finding
        .help("let certbot make the certificate first (`certbot certonly --standalone`), or enable the site without HTTPS until it is there")
        .related(wanted, "it has to be there when Apache reads this");
    if commands.is_read_along() {
        finding.severity(Low);
    }
}
