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
pub(super) const BROUGHT: [(&str, &str, &[&str]); 7] = [
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
    (
        "alembic",
        "alembic",
        &[
            "migrate",
            "airflow",
            "superset",
            "mlflow",
            "prefect",
            "optuna",
            "advanced-alchemy",
            "invenio",
            "jupyterhub",
            "dagster",
            "litellm",
            "langflow",
        ],
    ),
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
        let mut programs: Vec<String> = started(&words);
        // gunicorn takes its worker from that package.
        let worker = words.iter().any(|word| word.contains("uvicorn.workers."));
        programs.extend(worker.then(|| "uvicorn".to_owned()));
        let known = |program: &String| BROUGHT.iter().find(|(name, ..)| name == program);
        for (program, (_, package, others)) in programs.iter().filter_map(|program| Some((program, known(program)?))) {
            // Alembic migrates what its own file describes: without it the project is not whole, and the packages are not either.
            let whole = || ctx.project.files().files().any(|path| path.ends_with("alembic.ini"));
            if program == "alembic" && !whole() {
                continue;
            }
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
}

/// The programs that a command needs: its own, or those that its shell runs one after the other, each only if the one before
/// went well.
fn started(words: &[&str]) -> Vec<String> {
    let Some(script) = shell::script(words).and_then(|at| words.get(at)) else {
        return words.get(shell::program(words)).map(|word| base_name(word).to_owned()).into_iter().collect();
    };
    let commands = shell::commands(script);
    if commands.iter().skip(1).any(|command| command.before != "&&") {
        return Vec::new();
    }
    let texts = commands.iter().map(|command| command.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>());
    texts.filter_map(|words| words.get(shell::program(&words)).map(|word| base_name(word).to_owned())).collect()
}
