//! `script/file-missing`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A command reads a file that the project does not have.
    ///
    /// ## Why
    /// The step ends with "No such file or directory", on the server and in the middle of a deployment. It is a file that was renamed
    /// or removed after the guide or the script had been written, or one that only its author has.
    ///
    /// ## Examples
    /// ```sh bad
    /// #!/bin/sh
    /// docker compose -f docker-compose.prod.yml up -d
    /// #                 ^^^^^^^^^^^^^^^^^^^^^^^ script/file-missing
    /// # | `docker-compose.prod.yml` is nowhere in the project, so this ends with an error
    /// # | help: name the file that is meant, or add it
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop/web:1.2
    /// ```
    /// ```sh good
    /// #!/bin/sh
    /// docker compose -f compose.yaml up -d
    /// ```
    /// ### In a guide
    /// ```markdown bad
    /// ~~~bash
    /// cp .env.example .env
    /// #  ^^^^^^^^^^^^ script/file-missing
    /// # | `.env.example` is nowhere in the project, so this ends with an error
    /// # | help: name the file that is meant, or add it
    /// ./scripts/deploy.sh
    /// ^^^^^^^^^^^^^^^^^^^ script/file-missing
    /// ~~~
    /// ```
    /// ```markdown good
    /// ~~~bash
    /// curl -fsSLO https://get.example.com/install.sh
    /// sh install.sh
    /// cat > backup.sh <<'EOF'
    /// pg_dump shop > shop.sql
    /// EOF
    /// chmod +x backup.sh
    /// cp dist/app.js /srv/app/
    /// cp .env /srv/app/
    /// cp -r nginx /etc
    /// cp "$SRC/site.conf" /etc/nginx/
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// What commands in front of it make or fetch, build results, env files with values, certificates, data.
    "script/file-missing" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/compose/#use--f-to-specify-the-name-and-path-of-one-or-more-compose-files"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    for step in commands.steps {
        for word in ctx.project.missing_files(commands, step) {
            // A guide may show the file further up.
            if ctx.project.is_shown(commands, &word.value) {
                continue;
            }
            let message = format!("`{}` is nowhere in the project, so this ends with an error", word.value);
            let finding = sink.report(word.span, message).help("name the file that is meant, or add it");
            // The reader of a guide comes by each of them.
            if commands.kind != Kind::Guide {
                finding.cause(commands.file, "nor is this");
            }
            if commands.is_read_along() || commands.is_only_a_helper() {
                finding.severity(Low);
            }
        }
    }
}
