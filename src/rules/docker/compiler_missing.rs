//! `docker/compiler-missing`

use crate::model::image::{Image, Os};
use crate::project::Shipped;
use crate::rules::prelude::*;

rule! {
    /// A Python package that must be compiled, in an image without a compiler.
    ///
    /// ## Why
    /// Some packages come as source only. The `slim` and `alpine` variants have no compiler, and `pip install` ends with
    /// `error: command 'gcc' failed: No such file or directory` or `pg_config executable not found`.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY requirements.txt .
    /// RUN pip install -r requirements.txt
    /// #   ^^^ docker/compiler-missing
    /// # | `psycopg2` is compiled when it is installed, and this image has no compiler: it cannot be built
    /// # | help: take `psycopg2-binary`, or install `gcc` and `libpq-dev` first
    /// # > RUN apt-get update && apt-get install -y gcc libpq-dev && pip install -r requirements.txt
    /// COPY . .
    /// USER 1000
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    /// ```text both file=requirements.txt
    /// gunicorn==23.0.0
    /// psycopg2==2.9.10
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13
    /// WORKDIR /app
    /// COPY requirements.txt .
    /// RUN pip install -r requirements.txt
    /// COPY . .
    /// USER 1000
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    /// ```text good file=requirements.txt
    /// gunicorn==23.0.0
    /// psycopg2==2.9.10
    /// ```
    /// ```dockerfile good file=api/Dockerfile
    /// FROM python:3.13-slim
    /// RUN pip install psycopg2-binary==2.9.10 gunicorn==23.0.0
    /// USER 1000
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    ///
    /// ## What it does not report
    /// Packages that have wheels for the usual machines, images that may have got a compiler some other way.
    "docker/compiler-missing" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &["https://www.psycopg.org/docs/install.html#build-prerequisites"],
        check: Check::Image(check),
    }
}

/// Packages that PyPI has no wheels for Linux of (read on 2026-11-29), and what to do.
const FROM_SOURCE: [(&str, &str); 4] = [
    ("psycopg2", "take `psycopg2-binary`, or install `gcc` and `libpq-dev` first"),
    ("mysqlclient", "take `PyMySQL`, or install `gcc`, `pkg-config` and `default-libmysqlclient-dev` first"),
    ("uwsgi", "install `gcc` first, or run `gunicorn`"),
    ("python-ldap", "install `gcc`, `libldap-dev` and `libsasl2-dev` first"),
];

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    if image.file.gap.is_some() {
        return sink.not_applicable();
    }
    for (index, stage) in image.built() {
        if has_compiler(image, index) {
            continue;
        }
        for command in stage.runs().flat_map(|run| &run.commands) {
            let pure = command.iter().any(|word| word.value.starts_with("--only-binary"));
            let wanted = ctx.project.requirements_in(image, command);
            let Some((package, help)) = FROM_SOURCE.iter().find(|(name, _)| !pure && wanted.has(name)) else {
                continue;
            };
            let Some(first) = command.first() else { continue };
            let message = format!(
                "`{package}` is compiled when it is installed, and this image has no compiler: it cannot be built"
            );
            sink.report(first.span, message).help(*help);
        }
    }
}

/// Whether a stage has a compiler, or may have got one.
fn has_compiler(image: &Shipped, index: usize) -> bool {
    const TOOLS: [&str; 6] = ["gcc", "build-essential", "build-base", "g++", "clang", "make"];
    let own = Image::Built(image.file, index);
    let bare = matches!(own.os(), Some(Os::Debian | Os::Alpine))
        && own.base().is_some_and(|(base, _)| base.official() == Some("python"));
    let words = own.chain().into_iter().flat_map(|stage| stage.runs()).flat_map(|run| run.commands.iter().flatten());
    let brings = |word: &Spanned<String>| {
        TOOLS.iter().any(|tool| word.value.starts_with(tool)) || word.value.ends_with(".sh") || word.value.contains('$')
    };
    !bare || words.into_iter().any(brings)
}
