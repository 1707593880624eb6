//! `env/emptied`

use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// `environment:` takes away what an env file sets.
    ///
    /// ## Why
    /// `environment:` wins over `env_file:`, also with nothing. Compose fills in `${NAME:-}` from the shell and from the `.env`
    /// beside it, never from the files that `env_file:` names: the container gets an empty value, and the one in the file
    /// is never seen.
    ///
    /// ## Examples
    /// ```env both file=.env.prod
    /// SECRET_KEY=q8ZrPlmT2fvXc91kd03Bf7Lw5uYh6NsJ4gEa9RtVb1CxMz
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     env_file: .env.prod
    ///     environment:
    /// # >
    ///       SECRET_KEY: ${SECRET_KEY:-}
    /// #                 ^^^^^^^^^^^^^^^ env/emptied
    /// # | service `web` gets `SECRET_KEY` empty: `environment:` wins over `.env.prod`, which has a value for it
    /// # | help: remove the line here, and the value of the env file is used
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     env_file: .env.prod
    ///     environment:
    ///       HTTP_PROXY: ${HTTP_PROXY:-}
    /// ```
    ///
    /// ## What it does not report
    /// `NAME: ""`, which somebody wrote on purpose, and variables that are set where Compose is started.
    "env/emptied" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/"],
        check: Check::Variables(check),
    }
}

fn check(variables: &Variables, ctx: &Context, sink: &mut Sink) {
    let Some(service) = variables.services.first().filter(|_| variables.is_given()) else {
        return sink.not_applicable();
    };
    let supplied = ctx.project.compose().get(service.id.composition).map(|compose| &compose.supplied);
    for (var, value) in variables.effective().filter(|(var, value)| value.value.is_empty() && var.is_assembled()) {
        let name = var.key.value;
        let Some((env, hidden)) = ctx.project.in_env_files(service, name) else { continue };
        let from_outside = supplied.is_some_and(|names| names.contains(name)) || ctx.project.assumed().variable(name);
        if from_outside
            || ctx.project.role(env.file) == Role::Template
            || hidden.value.is_none_or(|value| value.value.is_empty())
        {
            continue;
        }
        let (service, path) = (&service.name.value, &env.path);
        let message = format!(
            "service `{service}` gets `{name}` empty: `environment:` wins over `{path}`, which has a value for it"
        );
        sink.report(value.span, message)
            .help("remove the line here, and the value of the env file is used")
            .related(hidden.key.span, "never seen");
    }
}
