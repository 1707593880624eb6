//! `script/certbot-beside-container`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// certbot is to work with nginx of the server while a container has its port.
    ///
    /// ## Why
    /// With `--nginx` certbot changes the configuration of the nginx that runs on the server, and starts it where it does not run. Port 80
    /// is that of the container: `bind() to 0.0.0.0:80 failed (98: Address already in use)`, and there is no certificate. What it writes
    /// into `/etc/nginx`, nothing in the container reads.
    ///
    /// ## Examples
    /// ```markdown bad
    /// # Deployment
    ///
    /// ~~~bash
    /// docker compose up -d
    /// ~~~
    ///
    /// ~~~bash
    /// sudo apt install -y certbot python3-certbot-nginx
    /// sudo certbot --nginx -d your-domain.com
    /// #            ^^^^^^^ script/certbot-beside-container
    /// # | service `proxy` has port 80 since it was started above, and `--nginx` needs an nginx of the server there: no certificate
    /// # | help: stop the container and ask with `certonly --standalone`, or with `--webroot` into a folder that it serves
    /// # > docker compose stop proxy
    /// # > sudo certbot certonly --standalone -d your-domain.com
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   proxy:
    ///     image: shop/proxy:1
    ///     ports: ["80:8080"]
    /// ```
    /// ```markdown good
    /// # Deployment
    ///
    /// ~~~bash
    /// docker compose up -d
    /// docker compose down
    /// sudo systemctl restart nginx
    /// sudo certbot --nginx -d shop.de
    /// ~~~
    /// ```
    /// ### One of several ways, said in a comment
    /// ```markdown good
    /// # Deployment
    ///
    /// ~~~bash
    /// npm run build
    ///
    /// # or with Docker
    /// docker compose up -d
    /// ~~~
    ///
    /// ~~~bash
    /// sudo certbot --nginx -d your-domain.com
    /// ~~~
    /// ```
    ///
    /// ### Behind a profile
    /// ```markdown good
    /// # Deployment
    ///
    /// ~~~bash
    /// docker compose up -d
    /// docker compose --profile proxy up -d
    /// ~~~
    ///
    /// ~~~bash
    /// sudo certbot --nginx -d your-domain.com
    /// ~~~
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   proxy:
    ///     image: shop/proxy:1
    ///     ports: ["80:8080"]
    ///     profiles: [proxy]
    /// ```
    ///
    /// ## What it does not report
    /// Ways of which the reader chooses one, and certbot in a container.
    "script/certbot-beside-container" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#nginx"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if commands.kind != Kind::Guide {
        return sink.not_applicable();
    }
    let mut taken = None;
    for step in ctx.project.steps_of_chapters(commands) {
        if step.inside.is_some() || step.contained || step.remote {
            continue;
        }
        // What a profile adds is for those who want it: certbot may be for the others.
        let wanted = || step.words.iter().any(|word| word.value.starts_with("--profile"));
        if let Some(port) = ctx.project.takes_web_port(step).filter(|_| !wanted()) {
            taken = taken.or(Some((step, port)));
        } else if step.stops_containers() {
            taken = None;
        } else if taken.is_none() && step.acts_on_nginx() == Some(true) {
            // Then it is the container that does not start.
            return;
        }
        let Some((up, (service, port, web))) = taken.filter(|_| step.name() == "certbot" && step.has("--nginx")) else {
            continue;
        };
        if !ctx.project.is_at_first(up.span) || !ctx.project.is_at_first(step.span) {
            return;
        }
        let message = format!(
            "service `{}` has port {web} since it was started above, and `--nginx` needs an nginx of the server there: no certificate",
            service.name.value
        );
        // The domain in the command is for the reader to fill in; this is so whatever it is.
        let option = step.words.iter().find(|word| word.value == "--nginx").map_or(step.span, |word| word.span);
        let finding = sink.report(option, message);
        finding.help(
            "stop the container and ask with `certonly --standalone`, or with `--webroot` into a folder that it serves",
        );
        finding.related(up.span, "the container runs from here on").related(port.span, "and has this port");
        if commands.is_read_along() {
            finding.severity(Low);
        }
        return;
    }
}
