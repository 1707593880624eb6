//! `env/placeholder-secret`

use crate::model::env::{Credential, Loader, is_switched_off};
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{Format, Holds, Limits, Weakness, client_prefix};
use crate::source::directory;
use crate::syntax::shell::base_name;

rule! {
    /// A secret still has the text that says to replace it.
    ///
    /// ## Why
    /// The text comes from a template everybody can read. As a signing key it lets anyone forge sessions, as a password it
    /// is the first one tried, and a service whose API key it should be refuses every request.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// SECRET_KEY=your-super-secret-key-change-this
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/placeholder-secret
    /// # | `SECRET_KEY` is still a placeholder; anyone who knows the template can forge what it signs or read what it
    /// # | encrypts
    /// # | help: run `gonogo secret` and put its output here
    /// # > SECRET_KEY=9a5be3d2ef3259772f5ec5217c1b7a6dcd29093206273df76140191ef33e6552
    /// DATABASE_URL=postgresql://app:changeme@db:5432/app
    /// #                             ^^^^^^^^ env/placeholder-secret
    /// # | the password in `DATABASE_URL` is still a placeholder; it is among the first passwords anyone tries
    /// # | help: run `gonogo secret` and put its output here
    /// # > DATABASE_URL=postgresql://app:30ee868f8ad45a1531faf2d6fb1fb8d9@db:5432/app
    /// OPENAI_API_KEY=sk-...
    /// #              ^^^^^^ env/placeholder-secret
    /// # | `OPENAI_API_KEY` is still a placeholder; the service that issues it refuses every request
    /// # | help: put the real key into `OPENAI_API_KEY`, or remove the line if the service is not used
    /// # >
    /// JWT_SECRET=$(openssl rand -hex 32)
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^ env/placeholder-secret
    /// # | `JWT_SECRET` is a shell command that nothing runs: its text itself becomes the secret
    /// # | help: run `gonogo secret` and put its output here
    /// # > JWT_SECRET=717a9edc7ea53c6b0391caf976664b7f69fdf9482f5cc6dfb6615846c5dac4af
    /// ```
    /// ```env bad file=.env.staging
    /// MAIL_PASSWORD=bitte-ändern
    /// #             ^^^^^^^^^^^^ env/placeholder-secret
    /// # | `MAIL_PASSWORD` is still a placeholder; the mail server refuses it, and no mail is sent
    /// # | help: put the password of the mail account into `MAIL_PASSWORD`
    /// # > MAIL_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// DATABASE_PASSWORD=DATABASE_PASSWORD
    /// #                 ^^^^^^^^^^^^^^^^^ env/placeholder-secret
    /// # | `DATABASE_PASSWORD` is still a placeholder; it is among the first passwords anyone tries
    /// # | help: run `gonogo secret` and put its output here
    /// # > DATABASE_PASSWORD=ff0377730265dd2398085b1df4075ef3
    /// ADMIN_PASSWORD=sua_senha_aqui
    /// # > ADMIN_PASSWORD=2e9517d5150dd3d4ab3c8d8f48922f05
    /// AWS_SECRET_ACCESS_KEY=get_a_key_from_aws
    /// #                     ^^^^^^^^^^^^^^^^^^ env/placeholder-secret
    /// # > AWS_SECRET_ACCESS_KEY=kT7pQ2zL9xVw4mRsB8nJ3cYd6gHf1aUe5oWiXvZq
    /// DASHBOARD_PASSWORD=this_password_is_insecure_and_should_be_updated
    /// # > DASHBOARD_PASSWORD=1773fd7589387c18d9038fa5159ca44e
    /// ```
    /// ```env good file=.env.prod
    /// SECRET_KEY=f3a9c1d27b60e84512aa90bc7d3e5f18f3a9c1d27b60e845
    /// DATABASE_URL=postgresql://app:${DB_PASSWORD}@db:5432/app
    /// SMTP_PASSWORD=
    /// SENTRY_AUTH_TOKEN=null
    /// API_KEY_RATE_LIMIT=60/minute
    /// PASSWORD_REDIRECT_URL=https://shop.de/change-me
    /// JWT_SECRET_FILE=/run/secrets/jwt
    /// RESEND_API_KEY=your-resend-key
    /// EMAIL_ENABLED=false
    /// ```
    ///
    /// ### Under another name
    /// ```env bad file=.env
    /// STORE=changeit
    /// #     ^^^^^^^^ env/placeholder-secret
    /// # | `POSTGRES_PASSWORD` is still a placeholder; it is among the first passwords anyone tries
    /// # | help: run `gonogo secret` and put its output here
    /// # > STORE=9a5be3d2ef3259772f5ec5217c1b7a6d
    /// ```
    /// ```env good file=.env
    /// STORE=hT7-vq2Lx9_mRw
    /// ```
    /// ```compose both
    /// services:
    ///   db:
    ///     image: postgres:17.2
    ///     environment:
    ///       - POSTGRES_PASSWORD=${STORE}
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes:
    ///   data: {}
    /// ```
    "env/placeholder-secret" {
        severity: High, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/1392.html"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    for credential in env.kept_secrets() {
        if env.weakness(credential, &Limits::default()) != Some(Weakness::Placeholder) {
            continue;
        }
        let subject = credential.subject();
        // What two of the project's own programs know is issued by nobody else.
        let key = &credential.var.key.value;
        let public = client_prefix(key).is_some();
        // No page asks with it.
        if !ctx.project.may_be_in_pages(directory(ctx.path(credential.span)), key) {
            continue;
        }
        let own = credential.holds == Holds::Issued && !public && is_shared(credential, ctx);
        let mail = credential.holds == Holds::Password && is_of_mail(key);
        // `EMAIL_ENABLED=false` beside it: nobody asks with it.
        let off = || is_switched_off(key, |name| env.get(name)?.known().map(|value| value.value));
        if (mail || credential.holds == Holds::Issued && !own) && off() {
            continue;
        }
        let (what, effect) = match credential.holds {
            _ if mail => ("the mail server refuses it, and no mail is sent", BreaksAtRuntime),
            _ if own => ("everybody who has the template knows it", Exposes),
            // Half of a pair that somebody issues.
            _ if key.ends_with("ACCESS_KEY_ID") => {
                ("the service that issues it refuses every request", BreaksAtRuntime)
            }
            Holds::Issued => ("the service that issues it refuses every request", BreaksAtRuntime),
            Holds::Password => ("it is among the first passwords anyone tries", Weakens),
            _ => ("anyone who knows the template can forge what it signs or read what it encrypts", Weakens),
        };
        let command = credential.value.starts_with("$(") || credential.value.starts_with('`');
        let loaders = ctx.project.loaders(credential.span.file);
        let runs = |loader: &Loader| loader.dialect.executes();
        let message = if command && !loaders.is_empty() && loaders.iter().all(runs) {
            let titles: Vec<&str> = loaders.iter().map(|loader| loader.dialect.title()).collect();
            format!(
                "{subject} is made anew each time {} loads this file: what it signed before is refused",
                titles.join(" or ")
            )
        } else if command {
            format!("{subject} is a shell command that nothing runs: its text itself becomes the secret")
        } else {
            format!("{subject} is still a placeholder; {what}")
        };
        let help = match credential.holds {
            _ if mail => format!("put the password of the mail account into `{key}`"),
            Holds::Issued | Holds::Secret
                if !own && (credential.holds == Holds::Issued || key.ends_with("ACCESS_KEY_ID")) =>
            {
                format!("put the real key into `{key}`, or remove the line if the service is not used")
            }
            _ => format!("run `{}` and put its output here", Format::command_for(env.format(credential))),
        };
        sink.report(credential.span, message)
            .help(help)
            .effect(effect)
            .cause((credential.span.file, if command { "" } else { what }), "so is this");
    }
}

/// Whether a password is that of a mail account, which somebody else has made.
fn is_of_mail(name: &str) -> bool {
    name.split('_').any(|word| matches!(word, "SMTP" | "MAIL" | "EMAIL"))
}

/// Whether an env file of another program has the same value; `.env.farm` and `.env.cloud` of one folder are one program's, on
/// several servers.
fn is_shared(credential: &Credential, ctx: &Context) -> bool {
    let (file, value) = (credential.span.file, credential.value);
    let role = ctx.project.role(file);
    let own = &ctx.project.source(file).path;
    let variant = |path: &str| base_name(path).starts_with(".env");
    let beside = |path: &str| variant(path) && variant(own) && directory(path) == directory(own);
    let others = ctx.project.env.iter().filter(|other| other.file != file && ctx.project.role(other.file) == role);
    let others = others.filter(|other| !beside(&other.path));
    others.filter(|_| ctx.project.look(1)).any(|other| {
        ctx.project.look(other.vars().len());
        other.effective().any(|(_, own)| own.value == value)
    })
}
