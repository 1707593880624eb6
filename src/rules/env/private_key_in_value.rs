//! `env/private-key-in-value`

use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::private_key;

rule! {
    /// A private key is in an environment variable.
    ///
    /// ## Why
    /// Every child process inherits the environment, crash reports and debug pages print it, `docker inspect` shows it. A
    /// file can be given to one user and be replaced without a restart of everything; and a key in a variable is easily
    /// broken by one wrong line end.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// JWT_PRIVATE_KEY="-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHf3k9v2Lx71aBcDxR4tYpW3nZs6gH2Qd8fK2mQ9vLx7MC4CAQAwBQYDK2VwBCIEIHf3k9v2Lx71aBcDxR4t\n-----END PRIVATE KEY-----"
    /// ^^^^^^^^^^^^^^^ env/private-key-in-value
    /// | `JWT_PRIVATE_KEY` is a private key: all child processes and crash reports get it
    /// | help: put it into a file that only the service can read, or a secret of Compose, and give the path here
    /// # > JWT_PRIVATE_KEY_FILE=/run/secrets/jwt_key
    /// ```
    /// ```env good file=.env.prod
    /// JWT_PRIVATE_KEY_FILE=/run/secrets/jwt.pem
    /// JWT_PUBLIC_KEY="-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA8fK2mQ9vLx71aBcDxR4tYpW3nZs6gH2Qd8fK2mQ9vLx71aBcDxR4tYpW3nZs6gH2QdMCowBQYDK2VwAyEA8fK2mQ9vLx71\n-----END PUBLIC KEY-----"
    /// OTHER_PRIVATE_KEY="-----BEGIN PRIVATE KEY-----\nYOUR_KEY\n-----END PRIVATE KEY-----"
    /// ```
    "env/private-key-in-value" {
        severity: Low, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/use-secrets/"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    // In a Compose file or an image everybody who has it knows the key: other rules say so.
    for (var, value) in env.effective().filter(|(var, value)| env.in_env_file(var, value.span)) {
        if let Some(what) = private_key(value.value) {
            let key = &var.key.value;
            sink.report(var.key.span, format!("`{key}` is {what}: all child processes and crash reports get it")).help(
                "put it into a file that only the service can read, or a secret of Compose, and give the path here",
            );
        }
    }
}
