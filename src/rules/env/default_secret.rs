//! `env/default-secret`

use crate::model::compose::{Composition, is_of_store};
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{Format, Holds, Limits, Published, Weakness};

rule! {
    /// A secret has a value that is published or that everybody tries first.
    ///
    /// ## Why
    /// Scanners log in with `postgres`, `admin`, `minioadmin` and a few hundred others within minutes of a port being open.
    /// Signing keys from documentation and public code are on lists that attackers try against a single token.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// POSTGRES_USER=postgres
    /// POSTGRES_PASSWORD=postgres
    /// #                 ^^^^^^^^ env/default-secret
    /// # | `POSTGRES_PASSWORD` is the published default of the PostgreSQL image; whoever reaches the service is in
    /// # | help: run `gonogo secret`, put its output here, and change it in the running service as well
    /// # > POSTGRES_PASSWORD=9a5be3d2ef3259772f5ec5217c1b7a6d
    /// MINIO_ROOT_PASSWORD=minioadmin
    /// #                   ^^^^^^^^^^ env/default-secret
    /// # | `MINIO_ROOT_PASSWORD` is the published default of MinIO; whoever reaches the service is in
    /// # | help: run `gonogo secret`, put its output here, and change it in the running service as well
    /// # > MINIO_ROOT_PASSWORD=30ee868f8ad45a1531faf2d6fb1fb8d9
    /// GRAFANA_ADMIN_PASSWORD="Admin123"
    /// #                       ^^^^^^^^ env/default-secret
    /// # | `GRAFANA_ADMIN_PASSWORD` is a default that everybody tries first; whoever reaches the service is in
    /// # | help: run `gonogo secret`, put its output here, and change it in the running service as well
    /// # > GRAFANA_ADMIN_PASSWORD="717a9edc7ea53c6b0391caf976664b7f"
    /// ```
    /// ```env bad file=.env.prod
    /// DB_PASSWORD=p455w0rd123!
    /// #           ^^^^^^^^^^^^ env/default-secret
    /// # > DB_PASSWORD=9a5be3d2ef3259772f5ec5217c1b7a6d
    /// SECRET_KEY=09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/default-secret
    /// # | `SECRET_KEY` is the published default of the FastAPI documentation; anyone can forge what it signs or read
    /// # | what it encrypts
    /// # | help: run `gonogo secret`, put its output here, and change it in the running service as well
    /// # > SECRET_KEY=69fdf9482f5cc6dfb6615846c5dac4afff0377730265dd2398085b1df4075ef3
    /// JWT_SECRET=6b9815c78f90ba692b65d9d7a0c487c309706df2
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/default-secret
    /// # | `JWT_SECRET` is on public lists of keys that were found in code; anyone can forge what it signs or read what
    /// # | it encrypts
    /// # | help: run `gonogo secret`, put its output here, and change it in the running service as well
    /// # > JWT_SECRET=2e9517d5150dd3d4ab3c8d8f48922f05cd29093206273df76140191ef33e6552
    /// ```
    /// ```env good file=.env.prod
    /// POSTGRES_USER=postgres
    /// POSTGRES_PASSWORD=hT7-vq2Lx9_mRw
    /// ADMIN_USERNAME=admin
    /// MAIL_PASSWORD=null
    /// ```
    ///
    /// ### Copied from the template
    /// ```env both file=.env.example
    /// DB_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// # >
    /// MAPBOX_TOKEN=pk.8fK2mQ9vLx71aBcD
    /// SALT=Zimt-und-Zucker
    /// ```
    /// ```env bad file=.env
    /// DB_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// #           ^^^^^^^^^^^^^^^^^^^ env/default-secret
    /// # | `DB_PASSWORD` is the value in `.env.example`, which everyone with the code has; whoever reaches the service
    /// # | is in
    /// # | help: run `gonogo secret`, put its output here, and change it in the running service as well
    /// ```
    /// ```env fixed file=.env
    /// DB_PASSWORD=9a5be3d2ef3259772f5ec5217c1b7a6d
    /// ```
    /// ```env good file=.env
    /// DB_PASSWORD=wKd3-8nRt-5bYh-7cJx
    /// MAPBOX_TOKEN=pk.8fK2mQ9vLx71aBcD
    /// SALT=Zimt-und-Zucker
    /// ```
    ///
    /// ## What it does not report
    /// User names: `postgres` is a fine one. Keys that a provider issued and the template shares. Values of `forbidden` that
    /// are wanted elsewhere.
    "env/default-secret" {
        severity: High, confidence: Certain, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/1392.html"],
        params: &[Param::List {
            name: "forbidden", default: &[], doc: "More values that no secret may have, whatever the case of their letters.",
        }],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    let forbidden = ctx.list("forbidden");
    let inside = || {
        let mut sets = env.services.iter().map(|service| ctx.project.compose().get(service.id.composition)).peekable();
        sets.peek().is_some() && sets.all(|set| set.is_some_and(Composition::keeps_stores_inside))
    };
    for credential in env.kept_secrets() {
        let weakness = env.weakness(credential, &Limits::default());
        let guess = matches!(weakness, Some(Weakness::Default(Published::Guess)));
        let whose = match weakness {
            Some(Weakness::Default(Published::Guess)) => "a default that everybody tries first".to_owned(),
            Some(Weakness::Default(Published::Shipped(whose))) => format!("the published default of {whose}"),
            Some(Weakness::Default(Published::Listed)) => "on public lists of keys that were found in code".to_owned(),
            Some(Weakness::Default(Published::Template)) => {
                let template = ctx.project.kin(credential.span.file).template;
                let template = template.map_or("the template", |file| &ctx.project.source(file).path);
                format!("the value in `{template}`, which everyone with the code has")
            }
            // A placeholder has a rule of its own.
            Some(Weakness::Placeholder) => continue,
            _ if forbidden.iter().any(|word| word.eq_ignore_ascii_case(credential.value)) => {
                "a value the policy forbids".to_owned()
            }
            _ => continue,
        };
        // `OPENAI_API_KEY=test`: whoever issues keys knows none like that.
        if credential.holds == Holds::Issued && guess {
            if ctx.project.has_own_object_store() && credential.var.key.value.starts_with("AWS_") {
                continue;
            }
            let message =
                format!("{} is no key that its service has issued: it refuses every request", credential.subject());
            let help = format!(
                "put the real key into `{0}`, or remove the line if the service is not used",
                credential.var.key.value
            );
            sink.report(credential.span, message).help(help).effect(BreaksAtRuntime).severity(Medium);
            continue;
        }
        let follows = match credential.holds {
            Holds::Secret => "anyone can forge what it signs or read what it encrypts",
            _ => "whoever reaches the service is in",
        };
        let command = Format::command_for(env.format(credential));
        let finding = sink.report(credential.span, format!("{} is {whose}; {follows}", credential.subject()));
        finding
            .help(format!("run `{command}`, put its output here, and change it in the running service as well"))
            .cause(credential.value, "the same value");
        // Only its neighbours reach a database that publishes no port.
        if (credential.in_url || is_of_store(credential.var.key.value)) && inside() {
            finding.severity(Medium).effect(Weakens);
        }
    }
}
