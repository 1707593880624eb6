//! `script/manual-certificate`

use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A certificate is asked for by hand, and can be renewed by hand only.
    ///
    /// ## Why
    /// With `--manual` certbot shows a record, and a person puts it into the DNS. `certbot renew`, which the timer runs, has nobody to
    /// ask: "An authentication script must be provided with --manual-auth-hook when using the manual plugin non-interactively". After
    /// 90 days browsers refuse the site.
    ///
    /// ## Examples
    /// ```sh bad file=setup.sh
    /// certbot certonly --manual --preferred-challenges dns -d '*.shop.example.org'
    /// #                ^^^^^^^^ script/manual-certificate
    /// # | nothing can renew a certificate that is asked for by hand: it ends after 90 days
    /// # | help: use the plugin of your DNS provider (`--dns-...`), or say with `--manual-auth-hook` what sets the record
    /// # > certbot certonly --dns-cloudflare --dns-cloudflare-credentials /root/cf.ini -d '*.shop.example.org'
    /// ```
    /// ```sh good file=setup.sh
    /// certbot certonly --manual --manual-auth-hook /opt/dns.sh --preferred-challenges dns -d '*.shop.example.org'
    /// certbot certonly --dns-cloudflare --dns-cloudflare-credentials /root/cf.ini -d '*.shop.example.org'
    /// ```
    "script/manual-certificate" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#manual"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let by_hand = |step: &&Step| {
        let hook = step.words.iter().any(|word| word.value.starts_with("--manual-auth-hook"));
        step.tool() == "certbot" && !hook && !step.has("--dry-run") && !step.has("delete")
    };
    for step in commands.steps.iter().filter(by_hand) {
        let Some(word) = step.arguments().iter().find(|word| word.value == "--manual") else { continue };
        let finding =
            sink.report(word.span, "nothing can renew a certificate that is asked for by hand: it ends after 90 days");
        finding.help(
            "use the plugin of your DNS provider (`--dns-...`), or say with `--manual-auth-hook` what sets the record",
        );
        // Whoever reads that it is theirs to do has been told.
        if commands.is_read_along() || ctx.project.tells_to_renew(commands.file) {
            finding.severity(Low);
        }
    }
}
