//! `docker/program-not-installed`

use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::{self, base_name};

rule! {
    /// The program an image starts is in no package that it installs.
    ///
    /// ## Why
    /// On the developer's machine `gunicorn` was installed by hand and never written into `requirements.txt`. The image has only what
    /// stands there: `exec: "gunicorn": executable file not found in $PATH`, and the container does not start.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY requirements.txt .
    /// RUN pip install -r requirements.txt
    /// COPY . .
    /// USER 1000
    /// CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop:app"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker/program-not-installed
    /// # | `gunicorn` is among none of the packages that this image installs: it is not found, and the container does
    /// # | not start
    /// # | help: add `gunicorn` to the requirements
    /// ```
    /// ```text bad file=requirements.txt
    /// flask==3.1.0
    /// ```
    /// ```text fixed file=requirements.txt
    /// flask==3.1.0
    /// gunicorn==23.0.0
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY requirements.txt .
    /// RUN pip install -r requirements.txt
    /// RUN pip install 'fastapi[standard]==0.121.0'
    /// COPY . .
    /// USER 1000
    /// CMD ["uvicorn", "shop:app", "--host", "0.0.0.0"]
    /// ```
    /// ```text good file=requirements.txt
    /// httpx==0.28.1
    /// ```
    ///
    /// ## What it does not report
    /// Images that install with poetry, uv or conda, or from paths and addresses; programs that other packages may bring.
    "docker/program-not-installed" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &["https://pip.pypa.io/en/stable/reference/requirements-file-format/"],
        check: Check::Image(check),
    }
}

/// Programs, the package that brings them, and parts of the names of others that bring it along (PyPI, read on 2026-11-29).
pub(super) const BROUGHT: [(&str, &str, &[&str]); 6] = [
    ("gunicorn", "gunicorn", &["uvicorn-worker", "airflow", "mlflow", "superset", "pulp"]),
    (
        "uvicorn",
        "uvicorn",
        &[
            "fastapi[",
            "fastapi-cli",
            "gradio",
            "chainlit",
            "mlflow",
            "nicegui",
            "reflex",
            "mcp",
            "chromadb",
            "ray",
            "langserve",
            "langgraph",
            "prefect",
            "litellm",
            "vllm",
            "serve",
            "sglang",
            "marimo",
            "bentoml",
        ],
    ),
    ("daphne", "daphne", &["channels"]),
    ("hypercorn", "hypercorn", &["quart"]),
    ("waitress-serve", "waitress", &["pyramid", "plone"]),
    ("celery", "celery", &["celery", "flower", "airflow", "superset"]),
];

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let built = image.image();
    if built.base().is_none_or(|(base, _)| base.official() != Some("python")) {
        return sink.not_applicable();
    }
    let own = built.command().or_else(|| built.entrypoint()).filter(|_| image.runs_own_command());
    let own = own.map(|line| (line.words(), line.span()));
    let given = image.services.iter().filter(|service| service.entrypoint.is_absent());
    let given = given.filter_map(|service| service.command.set()).map(|words| (words.value.clone(), words.span));
    let mut installed = None;
    for (words, span) in own.into_iter().chain(given) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let program = words.get(shell::program(&words)).map_or("", |word| base_name(word));
        let Some((_, package, others)) = BROUGHT.iter().find(|(name, ..)| *name == program) else { continue };
        let installed = installed.get_or_insert_with(|| ctx.project.requirements_of(image));
        let brings =
            |name: &str| name.split('[').next() == Some(package) || others.iter().any(|part| name.contains(part));
        if installed.are_all() && !installed.any(brings) {
            let message = format!(
                "`{program}` is among none of the packages that this image installs: it is not found, and the container \
                 does not start"
            );
            sink.report(span, message).help(format!("add `{package}` to the requirements"));
            return;
        }
    }
}
