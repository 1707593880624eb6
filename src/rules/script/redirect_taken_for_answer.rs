//! `script/redirect-taken-for-answer`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::source::Cut;

rule! {
    /// A check asks nginx over HTTP and gets a redirect, whatever the application does.
    ///
    /// ## Why
    /// nginx answers every request on port 80 with a redirect to HTTPS. `curl` prints it and ends with success, with `-f` as well: the
    /// application may be down.
    ///
    /// ## Examples
    /// ```sh bad file=scripts/check.sh
    /// #!/bin/sh
    /// curl -f http://localhost/health || exit 1
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^ script/redirect-taken-for-answer
    /// # | nginx answers this with a redirect, and `curl` takes that for success: the application is not asked
    /// # | help: ask over HTTPS, or the application on its own port; or add `-L`
    /// # > curl -f https://shop.de/health || exit 1
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 80;
    ///     server_name shop.de;
    ///     return 301 https://$host$request_uri;
    /// }
    /// ```
    /// ```sh good file=scripts/check.sh
    /// #!/bin/sh
    /// curl -fL http://localhost/health || exit 1
    /// curl -I http://shop.de
    /// curl -f http://localhost:8000/health || exit 1
    /// curl -s -o /dev/null -w '%{http_code}' http://localhost/health
    /// ANSWER=$(curl -s http://localhost/health)
    /// ```
    "script/redirect-taken-for-answer" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://curl.se/docs/manpage.html#-f"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide | Kind::Crontab | Kind::Unit | Kind::Workflow) {
        return sink.not_applicable();
    }
    let asks = |step: &&Step| step.name() == "curl" && step.inside.is_none() && !step.contained;
    for step in commands.steps.iter().filter(asks) {
        // Who looks at the head, or at the status, wants to see the redirect.
        let follows = step.has_short('L') || step.has("--location");
        let looks = step.has_short('I')
            || step.has_short('i')
            || step.has_short('v')
            || step.has("--head")
            || step.has_short('w')
            || step.has_short('o')
            || step.has("--output");
        // Who reads what comes back sees that it is no answer.
        let reads = step.flow.substituted && !step.has_short('f') && !step.has("--fail");
        // Who asks a socket asks no nginx.
        if follows || looks || reads || step.has("--unix-socket") {
            continue;
        }
        for word in step.arguments().iter().filter(|word| word.value.starts_with("http://")) {
            let rest = word.value.cut("http://".len()..);
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.trim_end_matches(":80");
            if path.is_empty() || host.contains([':', '$', '<', '{']) {
                continue;
            }
            let Some(redirect) = ctx.project.redirected(host, &format!("/{path}")) else { continue };
            // A script that starts containers asks them, and not the nginx that a guide puts on the host.
            let starts =
                || commands.steps.iter().any(|step| step.has("docker-compose") || step.is("docker", &["compose"]));
            if commands.kind == Kind::Script && ctx.project.is_shown_by_guide(redirect.file) && starts() {
                continue;
            }
            let finding = sink.report(
                word.span,
                "nginx answers this with a redirect, and `curl` takes that for success: the application is not asked",
            );
            finding
                .help("ask over HTTPS, or the application on its own port; or add `-L`")
                .cause((commands.file, redirect), "here as well")
                .related(redirect, "it leads here");
            if commands.kind == Kind::Guide {
                finding.severity(Low);
            }
        }
    }
}
