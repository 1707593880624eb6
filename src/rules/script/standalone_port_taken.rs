//! `script/standalone-port-taken`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// certbot is to open port 80 while nginx has it.
    ///
    /// ## Why
    /// With `--standalone` certbot is a server of its own for a moment. A port belongs to one program: `Could not bind TCP port 80
    /// because it is already in use`, and there is no certificate.
    ///
    /// ## Examples
    /// ```markdown bad
    /// # Deployment
    ///
    /// ~~~bash
    /// apt-get install -y nginx certbot
    /// ~~~
    ///
    /// ~~~bash
    /// certbot certonly --standalone -d shop.de --deploy-hook "systemctl reload nginx"
    /// #                ^^^^^^^^^^^^ script/standalone-port-taken
    /// # | nginx has port 80 since it was started above, so certbot cannot open it and gets no certificate
    /// # | help: write `systemctl stop nginx` in front of it, or use `--webroot` or `--nginx`
    /// # > systemctl stop nginx
    /// # > certbot certonly --standalone -d shop.de --deploy-hook "systemctl reload nginx"
    /// ~~~
    /// ```
    /// ```markdown good
    /// # Deployment
    ///
    /// ~~~bash
    /// apt-get install -y nginx certbot
    /// systemctl stop nginx
    /// certbot certonly --standalone -d shop.de
    /// ~~~
    /// ```
    ///
    /// ### With the plugin
    /// ```markdown bad
    /// # Deployment
    ///
    /// ~~~bash
    /// apt-get install -y certbot python3-certbot-nginx
    /// certbot certonly --standalone -d shop.de --deploy-hook "systemctl reload nginx"
    /// #                ^^^^^^^^^^^^ script/standalone-port-taken
    /// # | `python3-certbot-nginx` has brought nginx, which has port 80 since then: certbot cannot open it and gets no certificate
    /// # | help: write `systemctl stop nginx` in front of it, or use `--webroot` or `--nginx`
    /// # > systemctl stop nginx
    /// # > certbot certonly --standalone -d shop.de --deploy-hook "systemctl reload nginx"
    /// ~~~
    /// ```
    /// ```markdown good
    /// # Deployment
    ///
    /// ~~~bash
    /// apt-get install -y certbot python3-certbot-nginx
    /// docker compose stop proxy
    /// certbot certonly --standalone -d shop.de --deploy-hook "docker compose restart proxy"
    /// ~~~
    /// ```
    /// ```markdown good
    /// # Deployment
    ///
    /// ~~~bash
    /// apt-get install -y nginx
    /// systemctl stop nginx
    /// apt-get install -y certbot python3-certbot-nginx
    /// certbot certonly --standalone -d shop.de
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Ways of which the reader chooses one.
    "script/standalone-port-taken" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#standalone"],
        at_first: true,
        check: Check::Commands(check),
    }
}

/// Whether a command has certbot open port 80 itself.
fn opens_port(step: &Step) -> bool {
    const OTHERS: [&str; 6] =
        ["--pre-hook", "--http-01-port", "--preferred-challenges", "--webroot", "--nginx", "--dns"];
    step.name() == "certbot"
        && step.has("--standalone")
        && !step.words.iter().any(|word| OTHERS.iter().any(|own| word.value.starts_with(own)))
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if commands.kind != Kind::Guide {
        return sink.not_applicable();
    }
    let steps = ctx.project.steps_beside_nginx(commands);
    let Some((nginx, step)) = steps.into_iter().find(|(_, step)| opens_port(step)) else { return };
    if !ctx.project.is_at_first(nginx.span) || !ctx.project.is_at_first(step.span) {
        return;
    }
    let message = match nginx.brings_nginx_along() {
        true => {
            "`python3-certbot-nginx` has brought nginx, which has port 80 since then: certbot cannot open it and gets no certificate"
        }
        false => "nginx has port 80 since it was started above, so certbot cannot open it and gets no certificate",
    };
    // The domain in the command is for the reader to fill in; this is so whatever it is.
    let option = step.words.iter().find(|word| word.value == "--standalone").map_or(step.span, |word| word.span);
    let finding = sink.report(option, message);
    finding.help("write `systemctl stop nginx` in front of it, or use `--webroot` or `--nginx`");
    finding.related(nginx.span, "nginx runs from here on");
    if commands.is_read_along() {
        finding.severity(Low);
    }
}
