//! `docker/single-quoted-list`

use crate::project::Shipped;
use crate::rules::prelude::*;

rule! {
    /// A command in square brackets that is no JSON list.
    ///
    /// ## Why
    /// The exec form is JSON: double quotes, commas, nothing behind the last one. Anything else goes to the shell as it stands, which
    /// looks for a program called `[gunicorn,` and finds none: the container stops at once, or the build does.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// CMD ['gunicorn', 'shop:app']
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^ docker/single-quoted-list
    /// # | this is no JSON list, so the shell gets it as it stands: `CMD` fails at once
    /// # | help: write the words in double quotes, with commas between them: `["program", "argument"]`
    /// # > CMD ["gunicorn", "shop:app"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// RUN [ -d /app ] || mkdir /app
    /// RUN [[ "$X" = a ]]
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    "docker/single-quoted-list" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#exec-form"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    let counts = |name: &str| matches!(name, "RUN" | "CMD" | "ENTRYPOINT");
    for (_, stage) in image.built() {
        let all = stage.instructions.iter().filter(|instruction| counts(&instruction.keyword.value));
        for instruction in all.filter(|instruction| !instruction.onbuild && instruction.exec.is_none()) {
            let text = instruction.body.text.trim();
            let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else { continue };
            // `[ -d x ]` and `[[ ... ]]` are commands of the shell.
            let list = inner.trim_start().starts_with(['\'', '"', '\u{2018}', '\u{201c}', '\u{201d}']);
            if !list || inner.starts_with('[') || inner.contains([';', '|', '&']) {
                continue;
            }
            let name = &instruction.keyword.value;
            let message = match name.as_str() {
                "RUN" => "this is no JSON list, so the shell gets it as it stands and the build stops".to_owned(),
                _ => format!("this is no JSON list, so the shell gets it as it stands: `{name}` fails at once"),
            };
            sink.report(instruction.body.whole(), message)
                .help("write the words in double quotes, with commas between them: `[\"program\", \"argument\"]`");
        }
    }
}
