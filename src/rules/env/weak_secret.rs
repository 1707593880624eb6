//! `env/weak-secret`

use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{Format, Holds, Limits, Weakness, is_of_hash};

rule! {
    /// A secret can be guessed: too short, a pattern, ordinary words, a known name.
    ///
    /// ## Why
    /// Passwords are tried online, signing keys are tried offline, at billions of guesses per second, against one token.
    /// RFC 7518 asks for 256 bits for HS256; 32 characters are the least that can hold 128. Django's own check asks for 50,
    /// Rails writes 128, HS384 and HS512 want 48 and 64 bytes.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DB_PASSWORD=x9Kq
    /// #           ^^^^ env/weak-secret
    /// # | `DB_PASSWORD` is weak: it has 4 characters, 12 are the least
    /// # | help: run `gonogo secret` and put its output here
    /// # > DB_PASSWORD=9a5be3d2ef3259772f5ec5217c1b7a6d
    /// JWT_SECRET=rootsecretpassword
    /// #          ^^^^^^^^^^^^^^^^^^ env/weak-secret
    /// # | `JWT_SECRET` is weak: it is made of ordinary words
    /// # | help: run `gonogo secret` and put its output here
    /// # > JWT_SECRET=30ee868f8ad45a1531faf2d6fb1fb8d913fc3d97d7a23fe7486544caef91d035
    /// PLANE_USER=plane
    /// PLANE_PASSWORD=plane
    /// #              ^^^^^ env/weak-secret
    /// # | `PLANE_PASSWORD` is weak: it equals a name that is known: user, database, service or project
    /// # | help: run `gonogo secret` and put its output here
    /// # > PLANE_PASSWORD=717a9edc7ea53c6b0391caf976664b7f
    /// ENCRYPTION_KEY=0123456789abcdef0123456789abcdef
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/weak-secret
    /// # | `ENCRYPTION_KEY` is weak: it repeats one short part
    /// # | help: run `gonogo secret` and put its output here
    /// # > ENCRYPTION_KEY=69fdf9482f5cc6dfb6615846c5dac4afff0377730265dd2398085b1df4075ef3
    /// SIGNING_KEY=c232ab00-9414-11ec-b3c8-9f6bdeced846
    /// #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/weak-secret
    /// # | `SIGNING_KEY` is weak: it is a time-based UUID, which says when and on which machine it was made
    /// # | help: run `gonogo secret` and put its output here
    /// # > SIGNING_KEY=2e9517d5150dd3d4ab3c8d8f48922f05cd29093206273df76140191ef33e6552
    /// GRAYLOG_ROOT_PASSWORD_SHA2=8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918
    /// #                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/weak-secret
    /// # | `GRAYLOG_ROOT_PASSWORD_SHA2` is weak: it is the hash of a word everybody tries
    /// # | help: make a password with `gonogo secret`, and put its hash here
    /// # > GRAYLOG_ROOT_PASSWORD_SHA2=1773fd7589387c18d9038fa5159ca44e4db0a146cf667220b83059bbeb3acf66
    /// ```
    /// ```env bad file=.env.staging
    /// ADMIN_PASSWORD=MeinGeheimesPasswort
    /// #              ^^^^^^^^^^^^^^^^^^^^ env/weak-secret
    /// # > ADMIN_PASSWORD=728fd96de609cbfa4045c5fd3f0213b0
    /// SMTP_PASSWORD=minha_senha_segura_123
    /// #             ^^^^^^^^^^^^^^^^^^^^^^ env/weak-secret
    /// # > SMTP_PASSWORD=65f0b32238b732a7d66b50dcd4bb874b
    /// SESSION_SECRET=5up3r_53cr3t_k3y
    /// #              ^^^^^^^^^^^^^^^^ env/weak-secret
    /// # > SESSION_SECRET=0b9bea6cb807f6e1ee3da48bc4d775fc9a5be3d2ef3259772f5ec5217c1b7a6d
    /// DJANGO_SECRET_KEY=q8Zr+PlmT2/vXc91kd03Bfw7uK5nLx
    /// #                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/weak-secret
    /// # | `DJANGO_SECRET_KEY` is weak: it has 30 characters, Django asks for 50
    /// # | help: run `gonogo secret --format django` and put its output here
    /// # > DJANGO_SECRET_KEY=-ImGP5J0YlfQgY=Ee^zjoozKfKVQudW6wMARre@S7YVH-kZv+m
    /// JWT_ALGORITHM=HS512
    /// JWT_SECRET=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/weak-secret
    /// # | `JWT_SECRET` is weak: it has 32 characters, HS512 asks for 64
    /// # | help: run `gonogo secret` and put its output here
    /// # > JWT_SECRET=ff0377730265dd2398085b1df4075ef32e9517d5150dd3d4ab3c8d8f48922f05
    /// ```
    /// ```env good file=.env.prod
    /// DB_PASSWORD=correct horse battery staple
    /// JWT_SECRET=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// SALT=frog
    /// TOTP_PIN=1234
    /// JWT_SECRET_TTL=15m
    /// STRIPE_WEBHOOK_SECRET=whsec_8fK2mQ9vLx71
    /// ENCRYPTION_KEY=919108f7-52d1-4320-9bac-f847db4148a8
    /// MAX_TOKENS=4096
    /// GAS_TOKEN=ETH
    /// OPENAI_API_KEY=ollama
    /// PASSWORD_MIN_LENGTH=8
    /// PASSWORD_STRENGTH=3
    /// PASSWORD_COMMAND=pass show shop
    /// ADMIN_PASSWORD_HASH=x9Kq
    /// AUTH_PASSWORD_VALIDATORS=default
    /// SECRET_MANAGER=aws
    /// JWT_PUBLIC_KEY=x9Kq
    /// JWT_ALGORITHM=RS256
    /// ENABLE_PASSWORD_LOGIN=1
    /// ```
    ///
    /// ## What it does not report
    /// Salts, PINs and hashes, whose length is not ours to choose, random UUIDs, and keys that a provider issued.
    /// `gonogo secret` makes a value that passes.
    "env/weak-secret" {
        severity: Medium, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://www.rfc-editor.org/rfc/rfc7518#section-3.2", "https://cwe.mitre.org/data/definitions/521.html"],
        params: &[
            Param::Int { name: "min_password", default: 12, doc: "The fewest characters a password may have." },
            Param::Int { name: "min_secret", default: 32, doc: "The fewest characters a key or signing secret may have." },
            Param::Bool { name: "trust_random", default: true, doc: "Whether a short value that is random (96 bits or more) is only low." },
        ],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    let length = |name| usize::try_from(ctx.int(name)).unwrap_or(0);
    let limits = Limits { min_password: length("min_password"), min_secret: length("min_secret") };
    for credential in env.kept_secrets() {
        let weakness = match env.weakness(credential, &limits) {
            Some(weakness @ (Weakness::Weak(_) | Weakness::Short { .. })) => weakness,
            _ => continue,
        };
        // Short of the rule, but nobody guesses it.
        let mild = matches!(weakness, Weakness::Short { strong: true, .. }) && ctx.bool("trust_random");
        let finding = sink.report(credential.span, format!("{} is weak: {weakness}", credential.subject()));
        finding.help(match credential.holds {
            Holds::Issued => "put the one here that its service issued".to_owned(),
            _ if is_of_hash(credential.var.key.value) => {
                "make a password with `gonogo secret`, and put its hash here".to_owned()
            }
            _ => format!("run `{}` and put its output here", Format::command_for(env.format(credential))),
        });
        finding.cause((&credential.var.key.value, credential.value), "the same value");
        // What is in everybody's checkout has to be replaced anyway.
        let path = &ctx.project.source(credential.span.file).path;
        let known = ctx.project.env_at(path).is_some() && ctx.project.git().tracked(path).is_yes();
        if mild || known {
            finding.severity(Low);
        }
    }
}
