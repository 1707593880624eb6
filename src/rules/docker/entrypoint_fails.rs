//! `docker/entrypoint-fails`

use crate::model::image::{CommandLine, Tool};
use crate::project::Shipped;
use crate::rules::prelude::*;

rule! {
    /// The script an image starts with cannot be run.
    ///
    /// ## Why
    /// The exec form starts the file itself: it must be executable, begin with `#!` and the path of a program that is in the image,
    /// and have no Windows line ends, or the container ends before it begins (`permission denied`, `exec format error`, `no such file
    /// or directory`).
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM alpine:3.22
    /// COPY start.sh /start.sh
    /// # > COPY --chmod=755 start.sh /start.sh
    /// ENTRYPOINT ["/start.sh"]
    /// #          ^^^^^^^^^^^^^ docker/entrypoint-fails
    /// # | `start.sh` is not executable, so the container does not start: permission denied
    /// # | help: run `chmod +x start.sh` (`git update-index --chmod=+x`), or use `COPY --chmod=755`
    /// ```
    /// ```shell bad file=start.sh mode=644
    /// #!/bin/sh
    /// exec server
    /// ```
    /// ```dockerfile good
    /// FROM alpine:3.22
    /// COPY start.sh /start.sh
    /// RUN chmod +x /start.sh
    /// ENTRYPOINT ["/start.sh"]
    /// ```
    /// ```shell good file=start.sh mode=644
    /// #!/bin/sh
    /// exec server
    /// ```
    /// ### From another stage
    /// ```dockerfile bad
    /// FROM node:24-slim AS build
    /// WORKDIR /app
    /// COPY . .
    /// # > COPY --chmod=755 start.js .
    /// RUN chmod +x migrate.sh
    /// RUN npm ci && npm run build
    /// FROM node:24-slim
    /// COPY --from=build /app /app
    /// WORKDIR /app
    /// ENTRYPOINT ["/app/start.js"]
    /// #          ^^^^^^^^^^^^^^^^^ docker/entrypoint-fails
    /// # | `start.js` is not executable, so the container does not start: permission denied
    /// # | help: run `chmod +x start.js` (`git update-index --chmod=+x`), or use `COPY --chmod=755`
    /// ```
    /// ```text bad file=start.js mode=644
    /// #!/usr/bin/env node
    /// require('./server')
    /// ```
    /// ```dockerfile good
    /// FROM node:24-slim AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN chmod +x *.js
    /// RUN npm ci && npm run build
    /// FROM node:24-slim
    /// COPY --from=build /app /app
    /// WORKDIR /app
    /// ENTRYPOINT ["/app/start.js"]
    /// ```
    /// ```text good file=start.js mode=644
    /// #!/usr/bin/env node
    /// require('./server')
    /// ```
    /// ### Another interpreter
    /// ```dockerfile bad
    /// FROM alpine:3.22
    /// COPY start.sh /usr/local/bin/
    /// CMD ["start.sh"]
    /// #   ^^^^^^^^^^^^ docker/entrypoint-fails
    /// # | `start.sh` is run by `bash`, which is not in the image, so the container does not start
    /// # | help: write `#!/bin/sh`, or install `bash`
    /// ```
    /// ```shell bad file=start.sh mode=755
    /// #!/bin/bash
    /// # > #!/bin/sh
    /// exec server
    /// ```
    /// ```dockerfile good
    /// FROM alpine:3.22
    /// RUN apk add --no-cache bash
    /// COPY start.sh /usr/local/bin/
    /// CMD ["start.sh"]
    /// ```
    /// ```shell good file=start.sh mode=755
    /// #!/bin/bash
    /// exec server
    /// ```
    /// ### Windows line ends
    /// ```dockerfile bad
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y ca-certificates
    /// COPY start.sh /
    /// CMD ["/start.sh"]
    /// #   ^^^^^^^^^^^^^ docker/entrypoint-fails
    /// # | `start.sh` has Windows line ends, so the container does not start: its program is not found
    /// # | help: save it with Unix line ends (`text eol=lf` in `.gitattributes`)
    /// ```
    /// ```shell bad file=start.sh mode=755 crlf
    /// #!/bin/sh
    /// exec server
    /// ```
    /// ```shell fixed file=start.sh mode=755
    /// #!/bin/sh
    /// exec server
    /// ```
    /// ```dockerfile good
    /// FROM debian:12
    /// COPY start.sh /
    /// CMD ["sh", "/start.sh"]
    /// ```
    /// ```shell good file=start.sh mode=644
    /// exec server
    /// ```
    ///
    /// ## What it does not report
    /// Scripts that come from another image, or that a `RUN` may have changed.
    "docker/entrypoint-fails" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#entrypoint"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, context: &Context, sink: &mut Sink) {
    let built = image.image();
    if !image.runs_own_command() && built.entrypoint().is_none() {
        return sink.not_applicable();
    }
    // Of some bases the command is only an argument: `node` of distroless starts it.
    if built.entrypoint().is_none() && !built.before_command().is_empty() {
        return sink.not_applicable();
    }
    let Some(CommandLine::Exec(words, span)) = built.entrypoint().or_else(|| built.command()) else { return };
    let Some(program) = words.first() else { return };
    let Some(script) = context.project.script_of(image, &program.value) else { return };
    let source = &script.document.source;
    let path = &source.path;
    let said = if let Some(line) = script.crlf {
        let what = format!("`{path}` has Windows line ends, so the container does not start: its program is not found");
        Some((what, "save it with Unix line ends (`text eol=lf` in `.gitattributes`)".to_owned(), line))
    } else if script.interpreter.is_none() {
        let what = format!("`{path}` does not begin with `#!`, so the container does not start: exec format error");
        Some((what, "write `#!/bin/sh` in its first line".to_owned(), script.first))
    } else if !script.executable {
        let what = format!("`{path}` is not executable, so the container does not start: permission denied");
        Some((
            what,
            format!("run `chmod +x {path}` (`git update-index --chmod=+x`), or use `COPY --chmod=755`"),
            script.first,
        ))
    } else {
        let name = script.interpreter.as_deref().unwrap_or("");
        match built.tool(name) {
            Tool::No { certain: true, .. } => Some((
                format!("`{path}` is run by `{name}`, which is not in the image, so the container does not start"),
                format!("write `#!/bin/sh`, or install `{name}`"),
                script.first,
            )),
            _ => None,
        }
    };
    if let Some((message, help, place)) = said {
        sink.report(*span, message).help(help).related(place, "this file is started");
    }
}
