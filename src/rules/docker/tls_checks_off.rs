//! `docker/tls-checks-off`

use crate::model::starts::unchecked;
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// A build step downloads without checking whom it talks to.
    ///
    /// ## Why
    /// Whoever sits between the build machine and the server puts what he likes into the image, and it runs in production.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// RUN curl -k https://example.com/tool.tgz | tar xz
    /// #        ^^ docker/tls-checks-off
    /// # | `curl` is told not to check whom it talks to: anybody on the way can change what it brings
    /// # | help: remove it; if a private authority signs the server, copy its certificate into the image first
    /// # > RUN curl https://example.com/tool.tgz | tar xz
    /// RUN pip install --trusted-host pypi.org flask && npm config set strict-ssl false
    /// #               ^^^^^^^^^^^^^^ docker/tls-checks-off
    /// #                                                               ^^^^^^^^^^ docker/tls-checks-off
    /// # > RUN pip install flask
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// RUN curl -fsSLo /tmp/k https://example.com/tool.tgz && tar -k -xzf /tmp/k
    /// RUN pip install flask
    /// ```
    ///
    /// ## What it does not report
    /// Health checks and requests to the build machine itself. `ENV` lines: `env/insecure-switch` reads those.
    "docker/tls-checks-off" {
        severity: Medium, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/295.html"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    for run in image.built().into_iter().flat_map(|(_, stage)| stage.runs()) {
        for command in &run.commands {
            let Some(word) = unchecked(command) else { continue };
            let name = command.first().map_or("", |program| base_name(&program.value));
            let message =
                format!("`{name}` is told not to check whom it talks to: anybody on the way can change what it brings");
            sink.report(word.span, message)
                .help("remove it; if a private authority signs the server, copy its certificate into the image first");
        }
    }
}
