//! `docker/secret-argument`

use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::secret::{self, Holds};

rule! {
    /// A build argument carries a secret.
    ///
    /// ## Why
    /// What `--build-arg` gives is written into the history of the image, into the build cache and into provenance records:
    /// `docker history` prints it to whoever can pull the image.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// ARG PYPI_TOKEN
    /// #   ^^^^^^^^^^ docker/secret-argument
    /// # | `PYPI_TOKEN` is given as a build argument: it stays in the history of the image, where `docker history`
    /// # | shows it
    /// # | help: give it to the one step that needs it: `RUN --mount=type=secret,id=PYPI_TOKEN,env=PYPI_TOKEN ...`, and
    /// # | build with `--secret id=PYPI_TOKEN`
    /// # >
    /// RUN pip install --index-url https://ci:$PYPI_TOKEN@pypi.example.com/simple shop
    /// # > RUN --mount=type=secret,id=PYPI_TOKEN,env=PYPI_TOKEN \
    /// # >     pip install --index-url https://ci:$PYPI_TOKEN@pypi.example.com/simple shop
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// ARG PYPI_TOKEN
    /// ARG VERSION
    /// RUN --mount=type=secret,id=PYPI_TOKEN,env=PYPI_TOKEN pip install shop==$VERSION
    /// ```
    ///
    /// ## What it does not report
    /// Arguments that no `RUN` of the stage uses. In a stage that does not ship, the secret stays in the cache only: low.
    "docker/secret-argument" {
        severity: Medium, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://docs.docker.com/build/building/secrets/"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, context: &Context, sink: &mut Sink) {
    let ships = image.image().chain().into_iter().map(|stage| stage.span).collect::<Vec<_>>();
    for (_, stage) in image.built() {
        let secrets = stage.args.iter().filter(|(name, default)| {
            default.is_none()
                && matches!(secret::holds(&name.value), Some(Holds::Password | Holds::Secret | Holds::Issued))
        });
        for (name, _) in secrets {
            let uses = |text: &str| uses(text, &name.value);
            let used = stage.instructions.iter().find(|instruction| {
                let mounted = instruction.flags.iter().filter(|flag| flag.name == "mount");
                let mounted = mounted.filter_map(|flag| flag.value.as_deref()).any(|value| value.contains(&name.value));
                let fed = instruction.heredocs.iter().any(|heredoc| uses(&heredoc.text.text));
                instruction.is("RUN") && !mounted && (uses(&instruction.body.text) || fed)
            });
            let Some(used) = used else { continue };
            let message = format!(
                "`{}` is given as a build argument: it stays in the history of the image, where `docker history` shows it",
                context.quote(name.span)
            );
            let finding = sink.report(name.span, message).help(format!(
                "give it to the one step that needs it: `RUN --mount=type=secret,id={0},env={0} ...`, and build with \
                 `--secret id={0}`",
                name.value
            ));
            finding.related(used.keyword.span, "used here");
            if !ships.contains(&stage.span) {
                finding.severity(Low);
            }
        }
    }
}

/// Whether a script reads a variable.
fn uses(text: &str, name: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let after = |mark: &str| text.split(&format!("{mark}{name}")).skip(1).any(ends);
    after("$") || after("${")
}
