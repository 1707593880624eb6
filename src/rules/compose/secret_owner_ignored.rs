//! `compose/secret-owner-ignored`

use crate::model::compose::Composition;
use crate::rules::prelude::*;

rule! {
    /// Owner or mode of a secret that is a file.
    ///
    /// ## Why
    /// Compose mounts the file as it is on the host: it warns that `uid`, `gid` and `mode` are not supported, and ignores them. A program that
    /// is not root may not be able to read it. Content from `environment:` or `content:` is copied, with owner and mode.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     secrets:
    ///       - {source: password, uid: "1000", mode: 0400}
    /// #                          ^^^ compose/secret-owner-ignored
    /// # | Compose ignores `uid` of secret `password`, which is a file of the host
    /// # | help: give the file its owner and mode on the host: `chown`, `chmod`
    /// # >       - password
    /// secrets:
    ///   password: {file: /etc/shop/password}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     secrets:
    ///       - password
    ///       - {source: token, uid: "1000"}
    /// secrets:
    ///   password: {file: /etc/shop/password}
    ///   token: {environment: TOKEN}
    /// ```
    ///
    /// ## What it does not report
    /// Stacks of a Swarm, which keep to it.
    "compose/secret-owner-ignored" {
        severity: Low, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#secrets"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    if context.project.in_swarm(compose) {
        return sink.not_applicable();
    }
    for service in &compose.services {
        let parts = [(&service.secrets, &compose.secrets, "secret"), (&service.configs, &compose.configs, "config")];
        for (uses, defined, what) in parts {
            for used in uses {
                let Some(owned) = &used.owned else { continue };
                let resource = defined.iter().find(|own| own.name.value == used.source.value && !own.external);
                let Some(resource) = resource.filter(|own| !own.file.is_absent()) else { continue };
                let name = &used.source.value;
                let message =
                    format!("Compose ignores `{}` of {what} `{name}`, which is a file of the host", owned.value);
                sink.report(owned.span, message)
                    .help("give the file its owner and mode on the host: `chown`, `chmod`")
                    .related(resource.file.span().unwrap_or(resource.name.span), "mounted as it is");
            }
        }
    }
}
