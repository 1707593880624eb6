//! `env/secret-shared-between-environments`

use std::collections::{HashMap, HashSet};

use crate::model::env::{EnvFacts, EnvFile};
use crate::project::Project;
use crate::rules::prelude::*;
use crate::secret::{Mode, client_prefix};
use crate::source::RoleWhy;

rule! {
    /// A secret of production is in a file of another environment, too.
    ///
    /// ## Why
    /// Staging, tests and developers' machines are less guarded and seen by more people. With the same secret whoever gets
    /// into one of them is in production: the same database password, tokens signed there are good here.
    ///
    /// ## Examples
    /// ```env bad file=.env.production
    /// JWT_SECRET=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/secret-shared-between-environments
    /// # | `JWT_SECRET` is the same as in the staging file `.env.staging`: who is in there is in here
    /// # | help: give production a secret of its own
    /// # > JWT_SECRET=9a5be3d2ef3259772f5ec5217c1b7a6dcd29093206273df76140191ef33e6552
    /// PORT=8000
    /// ```
    /// ```env bad file=.env.staging
    /// TOKEN_SECRET=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// PORT=8000
    /// ```
    /// ```env good file=.env.production
    /// JWT_SECRET=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// STRIPE_PUBLISHABLE_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// ADMIN_PASSWORD=changeme
    /// ```
    /// ```env good file=.env.staging
    /// JWT_SECRET=12aa90bc7d3e5f18f3a9c1d27b60e845
    /// STRIPE_PUBLISHABLE_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// ADMIN_PASSWORD=changeme
    /// ```
    ///
    /// ## What it does not report
    /// Files nobody calls production, keys for browsers and sandboxes, placeholders and defaults.
    "env/secret-shared-between-environments" {
        severity: High, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/1391.html"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    let mut others: HashMap<&str, (&EnvFile, Role, Span)> = HashMap::new();
    for file in project.env_files().filter(|file| !matches!(file.role, Role::Production | Role::Template)) {
        for credential in file.credentials() {
            others.entry(credential.value).or_insert((*file, file.role, credential.span));
        }
    }
    // `.env` beside `.env.local` is what both have in common, not production's own.
    let called = |file: &EnvFacts| project.role_why(file.file) != RoleWhy::Unnamed;
    let production = project.env_files().filter(|file| file.role == Role::Production && !others.is_empty());
    for file in production.filter(called) {
        // One value in several places of a file is one thing to change.
        let mut told: HashSet<&str> = HashSet::new();
        for credential in file.credentials() {
            let Some((other, role, same)) = others.get(credential.value) else { continue };
            let sandbox = credential.var.choice().is_some_and(|choice| choice.mode == Mode::Test);
            // A word of few letters is met by chance.
            // What every visitor gets is no secret.
            let public = client_prefix(credential.var.key.value).is_some();
            if credential.value.len() < 8
                || sandbox
                || public
                || !file.is_real(credential)
                || !told.insert(credential.value)
            {
                continue;
            }
            let subject = credential.subject();
            let message =
                format!("{subject} is the same as in the {role} file `{}`: who is in there is in here", other.path);
            let finding = sink.report(credential.span, message);
            finding.help("give production a secret of its own").related(*same, "the same");
            for again in file.credentials().iter().filter(|again| again.value == credential.value).skip(1) {
                finding.related(again.span, "change it here, too");
            }
        }
    }
}
