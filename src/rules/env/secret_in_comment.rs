//! `env/secret-in-comment`

use std::collections::HashSet;

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

rule! {
    /// A secret that looks real is in a comment.
    ///
    /// ## Why
    /// A commented line is an old secret that most likely still works, or one for another environment. Nobody changes it
    /// when the others are changed, and it goes wherever the file goes.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// # STRIPE_SECRET_KEY=sk_live_51H8fK2mQ9vLx71aBcDxR4tY
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/secret-in-comment
    /// # | `STRIPE_SECRET_KEY` in this comment is a key of Stripe, Clerk or Paystack: it most likely still works
    /// # | help: delete the line, and withdraw the secret where it was issued
    /// # >
    /// ```
    /// ```env bad file=.env.example
    /// #DATABASE_URL=postgres://shop:q8Zr9PlmT2fvXc91kd03Bfw@db.shop.de/shop
    /// #                             ^^^^^^^^^^^^^^^^^^^^^^^ env/secret-in-comment
    /// # | the password in `DATABASE_URL` in this comment is a random value: it most likely still works
    /// # | help: delete the line, and withdraw the secret where it was issued
    /// # >
    /// ```
    /// ```env good file=.env.prod
    /// # STRIPE_SECRET_KEY=sk_live_...
    /// # DB_PASSWORD=changeme
    /// # ADMIN_PASSWORD=admin
    /// # DATABASE_URL=postgres://user:password@localhost/app
    /// # GIT_COMMIT=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// ```
    "env/secret-in-comment" {
        severity: Medium, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    if ctx.project.git().is_fixture(&env.path) {
        return sink.not_applicable();
    }
    let leaks = env.commented().filter_map(|var| var.leak());
    let leaks: Vec<_> = leaks.filter(|leak| !env.is_example(leak.credential.span)).collect();
    if leaks.is_empty() {
        return;
    }
    // One that is in use is what other rules speak about.
    let used: HashSet<&str> = env.credentials().iter().map(|credential| credential.value).collect();
    for leak in leaks.into_iter().filter(|leak| !used.contains(leak.credential.value)) {
        let subject = leak.credential.subject();
        let message = format!("{subject} in this comment is {}: it most likely still works", leak.what);
        let finding = sink.report(leak.credential.span, message);
        finding.help("delete the line, and withdraw the secret where it was issued");
        if env.role != Role::Template || leak.test {
            // The file is full of secrets anyway: this one is only forgotten.
            finding.severity(Low);
        }
    }
}
