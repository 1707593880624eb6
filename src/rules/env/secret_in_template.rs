//! `env/secret-in-template`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

rule! {
    /// A template holds a secret that looks real.
    ///
    /// ## Why
    /// Templates are made to be shared. A key in there is known to everyone who has the repository, and a random value is
    /// worse than a placeholder: whoever copies the file sees no reason to change it, and all copies have the same secret.
    ///
    /// ## Examples
    /// ```env bad file=.env.example
    /// GITHUB_TOKEN=ghp_16C7e42F292c6912E7710c838347Ae178B4a
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/secret-in-template
    /// # | `GITHUB_TOKEN` is a key of GitHub in a template: every copy and every reader has it
    /// # | help: put a placeholder here, and change the secret wherever it is in use
    /// # > GITHUB_TOKEN=your-github-token
    /// JWT_SECRET=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/secret-in-template
    /// # | `JWT_SECRET` is a random value in a template: every copy and every reader has it
    /// # | help: put a placeholder here, and change the secret wherever it is in use
    /// # > JWT_SECRET=change-me
    /// ```
    /// ```env good file=.env.example
    /// GITHUB_TOKEN=ghp_your_token_here
    /// JWT_SECRET=generate-with-openssl-rand-hex-32
    /// ENCRYPTION_KEY=0000000000000000000000000000000000000000000000000000000000000000
    /// AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
    /// STRIPE_SECRET_KEY=sk_test_4eC39HqLyjWDarjtT1zdp7dc
    /// STRIPE_PUBLISHABLE_KEY=pk_test_51H8fK2mQ9vLx71aBcDxR4tY
    /// POSTGRES_PASSWORD=postgres
    /// ```
    /// ```env good file=.env
    /// JWT_SECRET=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// ```
    ///
    /// ### Made anew by whoever copies it
    /// ```env good file=.env.example
    /// APP_KEY=base64:QkJMV9PGWx4iQ3k2aHuF2+595xSxGcnLd7fm19vItTo=
    /// ```
    /// ```sh good file=setup.sh
    /// cp .env.example .env
    /// php artisan key:generate
    /// ```
    ///
    /// ## What it does not report
    /// Placeholders, defaults, keys that documentation prints, keys for browsers.
    "env/secret-in-template" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/798.html"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    if env.role != Role::Template || ctx.project.git().is_fixture(&env.path) {
        return sink.not_applicable();
    }
    // `.env.local.example`
    let of_stage = |word: &str| matches!(Role::parse(word), Some(Role::Development | Role::Test));
    let name = env.path.rsplit('/').next().unwrap_or(&env.path);
    let for_developers = name.split(['.', '-', '_']).any(of_stage);
    // Whoever sets Laravel up as the project says makes its key anew.
    let made_anew = |key: &str| key == "APP_KEY" && ctx.project.commands_speak_of(&["artisan key:generate"]);
    for leak in env.vars().filter_map(|var| var.leak()).filter(|leak| !made_anew(leak.credential.var.key.value)) {
        let subject = leak.credential.subject();
        let message = format!("{subject} is {} in a template: every copy and every reader has it", leak.what);
        let finding = sink.report(leak.credential.span, message);
        finding.help("put a placeholder here, and change the secret wherever it is in use");
        finding.cause(leak.credential.value, "the same value");
        if leak.test || for_developers || is_said_for_developers(leak.credential.span, ctx) {
            finding.severity(Low);
        }
    }
}

/// Whether the comment above it says that developers alone use it: `# dev-only key pair`.
fn is_said_for_developers(place: Span, ctx: &Context) -> bool {
    let shown = ctx.project.source(place.file).shown();
    let above = shown.get(..place.start as usize).unwrap_or_default();
    let comment = above.lines().rev().skip(1).take_while(|line| line.trim_start().starts_with('#'));
    let says = |line: String| {
        ["dev-only", "dev only", "development only", "for development"].iter().any(|word| line.contains(word))
    };
    comment.map(str::to_ascii_lowercase).any(says)
}
