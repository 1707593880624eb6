//! `docker/command-ignored`

use crate::model::image::CommandLine;
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// The entry script never runs the command of the image.
    ///
    /// ## Why
    /// With an entry point, Docker hands the command over as its arguments. A script that prepares something and does not end in
    /// `exec "$@"` is all there is: it ends, the container ends with it, and `restart:` begins anew.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY . .
    /// USER 1000
    /// ENTRYPOINT ["sh", "entry.sh"]
    /// #          ^^^^^^^^^^^^^^^^^^ docker/command-ignored
    /// # | `entry.sh` never runs its arguments, so `gunicorn` is not started: the container ends with the script
    /// # | help: end the script with `exec "$@"`
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    /// ```shell bad file=entry.sh
    /// #!/bin/sh
    /// set -e
    /// python manage.py migrate
    /// ```
    /// ```shell fixed file=entry.sh
    /// #!/bin/sh
    /// set -e
    /// python manage.py migrate
    /// exec "$@"
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY . .
    /// USER 1000
    /// ENTRYPOINT ["sh", "entry.sh"]
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    /// ```shell good file=entry.sh
    /// #!/bin/sh
    /// gunicorn shop:app
    /// ```
    ///
    /// ## What it does not report
    /// Scripts that start a server themselves, that read their arguments in any way, or that hand over to something that is not known.
    "docker/command-ignored" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let built = image.image();
    let (Some(CommandLine::Exec(entry, span)), Some(command)) = (built.entrypoint(), built.command()) else {
        return sink.not_applicable();
    };
    if image.file.gap.is_some() || !image.runs_own_command() {
        return sink.not_applicable();
    }
    let Some(path) = ctx.project.ends_before_its_arguments(image, entry) else { return };
    let words = command.words();
    let started = words.first().map_or("", |word| base_name(word));
    let message = format!(
        "`{}` never runs its arguments, so `{started}` is not started: the container ends with the script",
        base_name(path)
    );
    sink.report(*span, message).help("end the script with `exec \"$@\"`");
}
