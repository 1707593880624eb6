//! `script/profile-missing`

use std::collections::HashSet;

use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A command switches a profile on that no service has.
    ///
    /// ## Why
    /// Compose says nothing of it, and starts what it would start anyway. The monitoring or the backup that the profile was to bring does
    /// not run.
    ///
    /// ## Examples
    /// ```sh bad
    /// #!/bin/sh
    /// docker compose --profile monitoring up -d
    /// #                        ^^^^^^^^^^ script/profile-missing
    /// # | no service has the profile `monitoring`: it brings nothing
    /// # | help: name one that is there: metrics
    /// # > docker compose --profile metrics up -d
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop/web:1.2
    ///   metrics:
    ///     image: shop/metrics:1.2
    ///     profiles: [metrics]
    /// ```
    /// ```sh good
    /// #!/bin/sh
    /// docker compose --profile metrics up -d
    /// docker compose --profile "*" pull
    /// docker compose --profile old down
    /// ```
    /// ### Written by hand first
    /// ```sh good
    /// #!/bin/bash
    /// echo "Add the profile to docker-compose.yml, then press ENTER"
    /// read
    /// docker compose --profile stock up -d
    /// ```
    /// ```sh bad
    /// #!/bin/bash
    /// echo "Starts what is in docker-compose.yml; press ENTER"
    /// read
    /// docker compose --profile stock up -d
    /// #                        ^^^^^ script/profile-missing
    /// # | no service has the profile `stock`: it brings nothing
    /// # | help: name one that is there: metrics
    /// # > docker compose --profile metrics up -d
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop/web:1.2
    ///   metrics:
    ///     image: shop/metrics:1.2
    ///     profiles: [metrics]
    /// ```
    "script/profile-missing" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/profiles/"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let mut told: HashSet<&str> = HashSet::new();
    for step in commands.steps.iter().filter(|step| !step.remote) {
        let starts = |verb: &str| matches!(verb, "up" | "start" | "run" | "create" | "restart");
        let Some((call, set)) = ctx.project.compose_call(step) else { continue };
        if call.profiles.is_empty() || !call.verb.as_deref().is_some_and(starts) {
            continue;
        }
        // A profile is the same word in every set that the project starts.
        let sets = || ctx.project.compose().iter();
        let open = sets().any(|set| set.gap.is_some() || set.incomplete.is_some());
        let named = || sets().flat_map(|set| &set.services).flat_map(|service| &service.profiles);
        for profile in &call.profiles {
            let plain = profile.value.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            let has = named().any(|own| own.value == profile.value || own.value.contains('$'));
            let Some(first) = set.services.first() else { continue };
            if !plain || open || has || commands.lets_compose_be_edited(step) || !told.insert(&profile.value) {
                continue;
            }
            let mut others: Vec<&str> = named().map(|own| own.value.as_str()).collect();
            others.sort_unstable();
            others.dedup();
            let help = match others.is_empty() {
                true => "leave it out, or write `profiles:` below the services that are meant".to_owned(),
                false => format!("name one that is there: {}", others.join(", ")),
            };
            let message = format!("no service has the profile `{}`: it brings nothing", profile.value);
            let finding = sink.report(profile.span, message);
            finding.help(help).related(first.name.span, "the first of the services");
            // Where there are none at all, everything is started anyway.
            if others.is_empty() {
                finding.severity(Low).effect(Hygiene);
            } else if commands.is_read_along() {
                finding.severity(Low);
            }
        }
    }
}
