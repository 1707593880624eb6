//! `script/renewal-without-reload`

use crate::model::starts::Step;
use crate::project::{Commands, Machine};
use crate::rules::prelude::*;

rule! {
    /// A certificate is renewed, and nothing tells nginx to read it again.
    ///
    /// ## Why
    /// `certbot certonly` makes the certificate and remembers how to renew it, and nothing else. nginx keeps the old one in memory: the
    /// renewal succeeds for months, and after ninety days every browser refuses the site.
    ///
    /// ## Examples
    /// ```sh bad
    /// #!/bin/sh
    /// certbot certonly --webroot -w /var/www/certbot -d shop.de -m ops@shop.de --agree-tos
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/renewal-without-reload
    /// | nothing tells nginx to read the certificate again when it is renewed
    /// | help: add `--deploy-hook "systemctl reload nginx"`: certbot remembers it for every renewal
    /// # > certbot certonly --webroot -w /var/www/certbot -d shop.de -m ops@shop.de --agree-tos --deploy-hook "systemctl reload nginx"
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     add_header Strict-Transport-Security "max-age=31536000" always;
    /// }
    /// ```
    /// ### nginx in a container
    /// ```sh bad
    /// #!/bin/sh
    /// certbot certonly --standalone -d shop.de
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/renewal-without-reload
    /// | nothing tells nginx to read the certificate again when it is renewed
    /// | help: add `--deploy-hook "docker compose --project-directory DIRECTORY exec -T proxy nginx -s reload"`:
    /// | certbot remembers it for every renewal
    /// # > certbot certonly --standalone -d shop.de --deploy-hook "docker compose --project-directory /opt/shop exec -T proxy nginx -s reload"
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   proxy:
    ///     image: nginx:1.28
    ///     ports: ["443:443"]
    ///     volumes:
    ///       - ./shop.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - /etc/letsencrypt:/etc/letsencrypt:ro
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     add_header Strict-Transport-Security "max-age=31536000" always;
    /// }
    /// ```
    /// ```sh good
    /// #!/bin/sh
    /// certbot --nginx -d shop.de
    /// certbot certonly --webroot -w /var/www/certbot -d shop.de --deploy-hook "systemctl reload nginx"
    /// ```
    /// ### The script that renews does it
    /// ```sh good file=renew.sh
    /// #!/bin/sh
    /// certbot renew || certbot certonly --standalone -d shop.de
    /// docker restart proxy
    /// ```
    /// ### The schedule does it
    /// ```sh good
    /// #!/bin/sh
    /// certbot certonly --webroot -w /var/www/certbot -d shop.de
    /// echo "0 3 * * * root certbot renew --quiet && systemctl reload nginx" > /etc/cron.d/certbot
    /// ```
    /// ```sh good
    /// #!/bin/sh
    /// certbot certonly --standalone -d shop.de
    /// echo "0 3 * * * root certbot renew --quiet && docker compose -f /opt/shop/compose.yaml restart web" > /etc/cron.d/certbot
    /// ```
    "script/renewal-without-reload" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#renewing-certificates"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let makes = |step: &&Step| {
        // What a person asks for by hand, nothing renews: another rule tells of it.
        let by_plugin = ["--nginx", "--apache", "--installer", "-i", "--manual"].iter().any(|own| step.has(own));
        step.name() == "certbot" && step.inside.is_none() && !step.contained && step.has("certonly") && !by_plugin
    };
    let Some(step) = commands.steps.iter().find(makes) else { return sink.not_applicable() };
    let live = |path: &Spanned<String>| path.value.starts_with("/etc/letsencrypt/live/");
    let serves = ctx.project.servers().find_map(|server| server.certificates.iter().find(|path| live(path)));
    let hook = step.words.iter().any(|word| word.value.ends_with("-hook") || word.value.contains("-hook="));
    let inside = commands.run_in_image();
    let Some(serves) = serves.filter(|_| !hook && !inside && !ctx.project.renewals_reload()) else { return };
    // A script that renews, and starts nginx anew by itself.
    let renews = commands
        .steps
        .iter()
        .find(|step| step.name() == "certbot" && (step.has("renew") || step.has("--force-renewal")));
    let tells = |step: &Step| {
        let starts = ["restart", "reload", "start"].iter().any(|verb| step.has(verb));
        starts && matches!(step.name(), "docker" | "docker-compose" | "systemctl" | "service" | "nginx")
    };
    if renews.is_some_and(|own| commands.behind(own).any(tells)) {
        return;
    }
    let proxy = match ctx.project.machine(serves.span.file) {
        Answer::Yes(Machine::Container(service)) => Some(service),
        Answer::Yes(Machine::Host) => None,
        _ => ctx.project.services().find(|service| ctx.project.may_be_proxy(service)),
    };
    let reload = match proxy {
        Some(service) => {
            format!("docker compose --project-directory DIRECTORY exec -T {} nginx -s reload", service.name.value)
        }
        None => "systemctl reload nginx".to_owned(),
    };
    sink.report(step.span, "nothing tells nginx to read the certificate again when it is renewed")
        .help(format!("add `--deploy-hook \"{reload}\"`: certbot remembers it for every renewal"))
        .cause(serves.span, "nor behind this")
        .related(serves.span, "nginx reads it when it starts");
}
