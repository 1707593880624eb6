//! `env/ineffective-variable`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

rule! {
    /// A variable is set that its program has stopped reading.
    ///
    /// ## Why
    /// Whoever set it relies on something that does not happen.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// FLASK_ENV=production
    /// ^^^^^^^^^ env/ineffective-variable
    /// | `FLASK_ENV` has no effect: Flask 2.3 and later does not read it
    /// | help: remove it; `FLASK_DEBUG=0` keeps debug mode off, and your own code may read a name of its own
    /// # > FLASK_DEBUG=0
    /// COMPOSE_HTTP_TIMEOUT=200
    /// ^^^^^^^^^^^^^^^^^^^^ env/ineffective-variable
    /// | `COMPOSE_HTTP_TIMEOUT` has no effect: Compose 2 does not read it
    /// | help: remove it
    /// # >
    /// ```
    /// ```env good file=.env.prod
    /// FLASK_DEBUG=0
    /// COMPOSE_PROJECT_NAME=shop
    /// ```
    "env/ineffective-variable" {
        severity: Low, confidence: Likely, effect: Hygiene, since: "0.1.0",
        refs: &[
            "https://flask.palletsprojects.com/en/stable/changes/#version-2-3-0",
            "https://docs.docker.com/compose/how-tos/environment-variables/envvars/#unsupported-in-compose-v2",
        ],
        check: Check::Env(check),
    }
}

/// The variable, who does not read it any more, what to do.
const GONE: [(&str, &str, &str); 7] = [
    (
        "FLASK_ENV",
        "Flask 2.3 and later",
        "remove it; `FLASK_DEBUG=0` keeps debug mode off, and your own code may read a name of its own",
    ),
    ("COMPOSE_API_VERSION", "Compose 2", "remove it"),
    ("COMPOSE_HTTP_TIMEOUT", "Compose 2", "remove it"),
    ("COMPOSE_TLS_VERSION", "Compose 2", "remove it"),
    ("COMPOSE_FORCE_WINDOWS_HOST", "Compose 2", "remove it"),
    ("COMPOSE_INTERACTIVE_NO_CLI", "Compose 2", "remove it"),
    ("COMPOSE_DOCKER_CLI_BUILD", "Compose 2", "remove it"),
];

fn check(env: &EnvFacts, _: &Context, sink: &mut Sink) {
    for (var, _) in env.effective() {
        let key = &var.key.value;
        if let Some((_, program, help)) = GONE.iter().find(|(name, ..)| name == key) {
            sink.report(var.key.span, format!("`{key}` has no effect: {program} does not read it")).help(*help);
        }
    }
}
