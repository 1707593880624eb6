//! `env/development-mode`

use crate::model::compose::{Operator, Service, Variable};
use crate::model::env::stage;
use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// A file that ships tells the program to run in development or test mode.
    ///
    /// ## Why
    /// Frameworks choose caches, error pages, log levels, mail and payment targets by this variable. In development mode
    /// they are slower and tell visitors more.
    ///
    /// ## Examples
    /// ```env bad file=.env.production
    /// NODE_ENV=development
    /// #        ^^^^^^^^^^^ env/development-mode
    /// # | `NODE_ENV` says development in a production file: the program starts in that mode
    /// # | help: set `NODE_ENV=production`
    /// # > NODE_ENV=production
    /// ```
    /// ```env good file=.env.production
    /// NODE_ENV=production
    /// FLASK_ENV=development
    /// ```
    /// ```env good file=.env.staging
    /// NODE_ENV=production
    /// ```
    /// ```env good file=.env
    /// APP_ENV=local
    /// ```
    ///
    /// ### Given by Compose
    /// ```compose bad file=compose.prod.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       - NODE_ENV=development
    /// #                ^^^^^^^^^^^ env/development-mode
    /// # | `NODE_ENV` says development in a production file: the program starts in that mode
    /// # | help: set `NODE_ENV=production`
    /// # >       - NODE_ENV=production
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     build: .
    ///     environment:
    ///       - NODE_ENV=development
    ///     volumes: [".:/app"]
    /// ```
    ///
    /// ### Whoever starts it says for which stage
    /// ```compose good file=compose.prod.yaml
    /// services:
    ///   web:
    ///     image: registry.shop.de/${STAGE}/shop:7
    ///     environment:
    ///       SPRING_PROFILES_ACTIVE: ${SPRING_PROFILES_ACTIVE:-dev}
    /// ```
    ///
    /// ## What it does not report
    /// `FLASK_ENV`: no Flask since 2.3 reads it. An env file that nothing but this variable places: it is a development file;
    /// so is a service that runs the sources as they lie beside its Dockerfile.
    "env/development-mode" {
        severity: High, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/489.html"],
        check: Check::Variables(check),
    }
}

fn check(variables: &Variables, ctx: &Context, sink: &mut Sink) {
    // What is right in a development file is wrong here: the judgement itself is about the role.
    let role = variables.role;
    if !matches!(role, Role::Production | Role::Staging) {
        return sink.not_applicable();
    }
    for (key, span, said) in variables.stages() {
        if matches!(said, Role::Development | Role::Test) {
            let key = &key.value;
            let is_default = variables.effective().any(|(var, value)| value.span == span && var.is_mere_default());
            if is_default && is_set_by_pattern(variables, key, ctx) {
                continue;
            }
            if is_default && asks_for_stage(variables, ctx) {
                sink.unknown(
                    span,
                    "whoever starts it says the stage in another variable, and may say the mode with it",
                );
                continue;
            }
            let finding =
                sink.report(span, format!("`{key}` says {said} in a {role} file: the program starts in that mode"));
            finding.help(format!("set `{key}=production`"));
            finding.cause((key, said.name()), "here, too");
            // Whoever starts it may set it.
            if is_default {
                finding.severity(Medium);
            }
            // What does its work and ends shows nobody anything; some tools choose the database by it.
            let sets = ctx.project.compose();
            let ends = |own: &&Service| sets.get(own.id.composition).is_some_and(|set| set.is_one_shot(own));
            let chooses = matches!(*key, "RAILS_ENV" | "RACK_ENV" | "NODE_ENV" | "MIX_ENV");
            if !chooses && !variables.services.is_empty() && variables.services.iter().all(ends) {
                finding.severity(Low);
            }
            // Published programs call many things an environment.
            let published = variables.services.iter().any(|service| service.build.is_none());
            if published && variables.is_given() && matches!(*key, "ENV" | "STAGE" | "ENVIRONMENT") {
                finding.severity(Low);
            }
        }
    }
}

/// Whether the files of a service do not start without a stage that somebody names: `image: registry/${ENV}/shop`.
fn asks_for_stage(variables: &Variables, ctx: &Context) -> bool {
    use Operator as O;
    let asks = |used: &Variable| {
        let required = matches!(used.operator, O::Plain | O::Required | O::RequiredNotEmpty) && used.value.is_none();
        let stage =
            matches!(used.name.as_str(), "ENV" | "ENVIRONMENT" | "STAGE" | "APP_ENV" | "DEPLOY_ENV" | "DEPLOY_STAGE");
        required && stage && used.evaluated && used.path.last().is_some_and(|key| key == "image")
    };
    let sets = variables.services.iter().filter_map(|service| ctx.project.compose().get(service.id.composition));
    sets.flat_map(|set| &set.variables).any(asks)
}

/// Whether the pattern of the env file that Compose reads on the server says another stage.
fn is_set_by_pattern(variables: &Variables, key: &str, ctx: &Context) -> bool {
    let sets = variables.services.iter().filter_map(|service| ctx.project.compose().get(service.id.composition));
    let mut said = sets.filter_map(|set| ctx.project.fillers(set).in_pattern(key));
    said.any(|value| matches!(stage(key, value), Some(Role::Production | Role::Staging)))
}
