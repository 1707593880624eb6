//! `project/caddy-variable-missing`

use crate::project::Project;
use crate::rules::prelude::*;

rule! {
    /// A site's name comes from a variable that the container of Caddy does not get.
    ///
    /// ## Why
    /// Caddy puts the variables of its own process into the file, and nothing where there is none. Compose gives a container
    /// what stands in its `environment:` and `env_file:`, not what stands in the `.env` beside it. A site without a name is
    /// refused, `server block without any key is global configuration, and if used, it must be first`, and so is `email` without
    /// an address: Caddy ends, and nothing answers on 80 and 443.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///   caddy:
    ///     image: caddy:2.10
    ///     ports: ["80:80", "443:443"]
    /// # >     ports: ["80:80", "443:443"]
    /// # >     environment: ["SHOP_NAME=${SHOP_NAME:?}", "MAIL_OF_ADMIN=${MAIL_OF_ADMIN:?}"]
    ///     volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro", "data:/data"]
    /// volumes: {data: }
    /// ```
    /// ```text both file=Caddyfile
    /// {
    ///     email {$MAIL_OF_ADMIN}
    /// #         ^^^^^^^^^^^^^^^^ project/caddy-variable-missing
    /// # | service `caddy` does not get `MAIL_OF_ADMIN`: `email` has no address, so Caddy does not start
    /// # | help: give it to the service: `environment: ["MAIL_OF_ADMIN=${MAIL_OF_ADMIN:?}"]`
    /// }
    ///   {$SHOP_NAME} {
    ///     reverse_proxy app:8000
    ///   }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///   caddy:
    ///     image: caddy:2.10
    ///     ports: ["80:80", "443:443"]
    ///     environment: {SHOP_NAME: shop.kleinladen.de, MAIL_OF_ADMIN: }
    ///     volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro", "data:/data"]
    /// volumes: {data: }
    /// ```
    ///
    /// ## What it does not report
    /// Variables with a default, `{$SHOP_NAME:shop.de}`; env files that are not here; commands of one's own for Caddy.
    "project/caddy-variable-missing" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://caddyserver.com/docs/caddyfile/concepts#environment-variables"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    for (needed, service) in project.caddies_without() {
        let (service, name) = (&service.name, &needed.name.value);
        let lacks = if needed.is_site { "the site has no name" } else { "`email` has no address" };
        let message = format!("service `{}` does not get `{name}`: {lacks}, so Caddy does not start", service.value);
        let finding = sink
            .report(needed.name.span, message)
            .help(format!("give it to the service: `environment: [\"{name}=${{{name}:?}}\"]`"));
        finding.related(service.span, "this service reads the file").cause(service.span, "nor does it get this one");
    }
}
