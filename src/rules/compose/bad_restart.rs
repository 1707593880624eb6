//! `compose/bad-restart`

use crate::model::compose::{Composition, Service};
use crate::rules::prelude::*;
use crate::syntax::near::letters_apart;

rule! {
    /// A restart policy that the engine refuses.
    ///
    /// ## Why
    /// Compose hands the word on as it is, and `docker compose config` accepts any. The engine knows four of them and refuses to make the
    /// container: `invalid restart policy: unknown policy 'allways'`. A number of attempts is only possible with `on-failure`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     restart: allways
    /// #            ^^^^^^^ compose/bad-restart
    /// # | `allways` is no restart policy: the engine refuses to make the container of `web`
    /// # | help: write `always`
    /// # >     restart: always
    ///   api:
    ///     image: shop:1
    ///     restart: unless-stopped:3
    /// #            ^^^^^^^^^^^^^^^^ compose/bad-restart
    /// # >     restart: unless-stopped
    ///   jobs:
    ///     image: shop:1
    ///     deploy:
    ///       restart_policy: {condition: any, max_attempts: 3}
    /// #                                                    ^ compose/bad-restart
    /// # >       restart_policy: {condition: on-failure, max_attempts: 3}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     restart: always
    ///   api:
    ///     image: shop:1
    ///     restart: on-failure:3
    ///   jobs:
    ///     image: shop:1
    ///     deploy:
    ///       restart_policy: {condition: on-failure, max_attempts: 3}
    ///   once:
    ///     image: shop:1
    ///     restart: none
    ///   tool:
    ///     image: shop:1
    ///     profiles: [tools]
    ///     restart: sometimes
    /// ```
    ///
    /// ## What it does not report
    /// `max_attempts` in stacks of a Swarm, which counts otherwise. Services of profiles that are not switched on.
    "compose/bad-restart" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/containers/start-containers-automatically/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    for service in compose.services.iter().filter(|service| compose.is_on(service) && !service.provider) {
        judge(service, context.project.in_swarm(compose), sink);
    }
}

/// What the engine knows, and what Compose makes of the words of `deploy` (`mapRestartPolicyCondition`).
const WORDS: [&str; 7] = ["no", "always", "on-failure", "unless-stopped", "none", "any", ""];

fn judge(service: &Service, swarm: bool, sink: &mut Sink) {
    let Some(restart) = service.restart.set() else {
        if let Some(span) = service.restart.span() {
            sink.unknown(span, "the restart policy depends on a variable");
        }
        return;
    };
    let (word, attempts) = restart.value.split_once(':').unwrap_or((&restart.value, ""));
    let name = &service.name.value;
    if !WORDS.contains(&word) {
        let near = WORDS.iter().find(|own| !own.is_empty() && letters_apart(own, word) <= 2);
        let message = format!("`{word}` is no restart policy: the engine refuses to make the container of `{name}`");
        sink.report(restart.span, message).help(match near {
            Some(near) => format!("write `{near}`"),
            None => "write `always`, `unless-stopped`, `on-failure` or `\"no\"`".to_owned(),
        });
        return;
    }
    if matches!(word, "on-failure" | "") || swarm {
        return;
    }
    // Compose reads what is no number as none.
    let said = attempts.parse::<i64>().ok().map(|count| (count, restart.span));
    let policy = service.attempts.set().map(|count| (count.value, count.span));
    if let Some((_, span)) = policy.or(said).filter(|(count, _)| *count != 0) {
        let message = format!(
            "attempts are only counted with `on-failure`: with `{word}` the engine refuses to make the container of `{name}`"
        );
        sink.report(span, message)
            .help(format!("remove the number, or write `on-failure` instead of `{word}`"))
            .cause((span.file, word), "the same of another service");
    }
}
