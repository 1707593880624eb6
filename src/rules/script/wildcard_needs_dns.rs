//! `script/wildcard-needs-dns`

use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A certificate for every name of a domain is asked for by HTTP.
    ///
    /// ## Why
    /// Let's Encrypt gives a certificate for `*.shop.example.org` to whoever proves that the domain is theirs by a record in its DNS.
    /// `--nginx`, `--webroot` and `--standalone` answer over HTTP: certbot ends with an error.
    ///
    /// ## Examples
    /// ```sh bad file=setup.sh
    /// certbot --nginx -d shop.example.org -d '*.shop.example.org'
    /// #                                      ^^^^^^^^^^^^^^^^^^^^ script/wildcard-needs-dns
    /// # | a certificate for a wildcard needs a proof by DNS, and this one goes over HTTP: certbot ends here
    /// # | help: use the plugin of your DNS provider (`--dns-...`), or name the hosts one by one
    /// # > certbot --nginx -d shop.example.org -d www.shop.example.org
    /// ```
    /// ```sh good file=setup.sh
    /// certbot certonly --dns-cloudflare --dns-cloudflare-credentials /root/cf.ini -d '*.shop.example.org'
    /// certbot certonly --manual --preferred-challenges dns -d '*.shop.example.org'
    /// ```
    "script/wildcard-needs-dns" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://letsencrypt.org/docs/challenge-types/#dns-01-challenge"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    const BY_HTTP: [&str; 5] = ["--nginx", "--apache", "--webroot", "--standalone", "--webroot-path"];
    let by_dns = |step: &Step| {
        let says = |word: &Spanned<String>| {
            word.value.starts_with("--dns")
                || word.value.contains("dns-")
                || matches!(word.value.as_str(), "dns" | "--manual")
        };
        step.words.iter().any(says)
    };
    for step in commands.steps.iter().filter(|step| step.tool() == "certbot") {
        if !BY_HTTP.iter().any(|option| step.has(option)) || by_dns(step) {
            continue;
        }
        let wild = |word: &&Spanned<String>| word.value.trim_start_matches("--domain=").starts_with("*.");
        let Some(word) = step.arguments().iter().find(wild) else { continue };
        let finding = sink.report(
            word.span,
            "a certificate for a wildcard needs a proof by DNS, and this one goes over HTTP: certbot ends here",
        );
        finding.help("use the plugin of your DNS provider (`--dns-...`), or name the hosts one by one");
        if commands.is_read_along() {
            finding.severity(Low);
        }
    }
}
