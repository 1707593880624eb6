//! `compose/default-file-ignored`

use crate::model::compose::Composition;
use crate::rules::prelude::*;

rule! {
    /// Two files that Compose looks for, of which it takes one.
    ///
    /// ## Why
    /// In one directory Compose reads the first of `compose.yaml`, `compose.yml`, `docker-compose.yml` and `docker-compose.yaml`, and
    /// warns. What is changed in another one has no effect.
    ///
    /// ## Examples
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:2
    /// ```
    /// ```compose bad file=docker-compose.yml
    /// services:
    /// ^^^^^^^^^ compose/default-file-ignored
    /// | Compose takes `compose.yaml` and never reads this file
    /// | help: keep one of the two, or name the one that is meant with `-f`
    ///   web:
    ///     image: shop:1
    /// ```
    /// ```sh fixed file=deploy.sh
    /// docker compose -f docker-compose.yml up -d
    /// ```
    /// ```compose good file=docker-compose.yml
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    /// ```shell good file=deploy.sh
    /// docker compose -f docker-compose.yml up -d
    /// ```
    "compose/default-file-ignored" {
        severity: Low, confidence: Certain, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/intro/compose-application-model/#the-compose-file"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    for file in context.project.passed_over(compose) {
        let document = context.project.document(file);
        let first = document.nodes().into_iter().min_by_key(|span| span.start);
        let span = first.unwrap_or(Span::new(file, 0, 0));
        let own = compose.path.rsplit('/').next().unwrap_or(&compose.path);
        sink.report(span, format!("Compose takes `{own}` and never reads this file"))
            .help("keep one of the two, or name the one that is meant with `-f`")
            .related(Span::new(compose.file, 0, 0), "this file is read");
    }
}
