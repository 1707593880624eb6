//! `project/wrong-worker`

use crate::model::starts::Gateway;
use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// The server speaks another protocol with the application than its framework does.
    ///
    /// ## Why
    /// FastAPI and its like are ASGI, Flask and its like WSGI. gunicorn's own workers call an ASGI application with two arguments:
    /// `TypeError: FastAPI.__call__() missing 1 required positional argument: 'send'`, 500 for every request. uvicorn cannot run
    /// a WSGI application either.
    ///
    /// ## Examples
    /// ```dockerfile bad file=Dockerfile
    /// FROM python:3.13-slim
    /// COPY . /app
    /// CMD ["gunicorn", "shop:app", "--bind", "0.0.0.0:8000"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/wrong-worker
    /// # | `gunicorn` cannot serve `fastapi` like this: it is ASGI
    /// # | help: add `-k uvicorn.workers.UvicornWorker`, or start `uvicorn` with `--workers`
    /// # > CMD ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "shop:app", "--bind", "0.0.0.0:8000"]
    /// ```
    /// ```dockerfile good file=Dockerfile
    /// FROM python:3.13-slim
    /// COPY . /app
    /// CMD ["gunicorn", "shop:app", "--bind", "0.0.0.0:8000", "-k", "uvicorn.workers.UvicornWorker"]
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   api:
    ///     build: .
    /// ```
    /// ```text both file=requirements.txt
    /// fastapi==0.121.0
    /// gunicorn==23.0.0
    /// uvicorn==0.38.0
    /// ```
    ///
    /// ### Flask
    /// ```dockerfile bad file=Dockerfile
    /// FROM python:3.13-slim
    /// COPY . /app
    /// CMD ["uvicorn", "shop:app", "--host", "0.0.0.0"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/wrong-worker
    /// # | `uvicorn` cannot serve `flask` like this: it is WSGI
    /// # | help: start `gunicorn`
    /// # > CMD ["gunicorn", "shop:app", "--bind", "0.0.0.0:8000"]
    /// ```
    /// ```dockerfile good file=Dockerfile
    /// FROM python:3.13-slim
    /// COPY . /app
    /// CMD ["gunicorn", "shop:app", "--bind", "0.0.0.0:8000"]
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   api:
    ///     build: .
    /// ```
    /// ```text both file=requirements.txt
    /// Flask==3.1.2
    /// # > Flask==3.1.2
    /// # > gunicorn==23.0.0
    /// ```
    ///
    /// ### A unit, with a configuration file
    /// ```systemd bad
    /// [Service]
    /// User=shop
    /// WorkingDirectory=/opt/shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn -c gunicorn.conf.py shop:app
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/wrong-worker
    /// # | `gunicorn` cannot serve `fastapi` like this: it is ASGI
    /// # | help: add `-k uvicorn.workers.UvicornWorker`, or start `uvicorn` with `--workers`
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn -k uvicorn.workers.UvicornWorker -c gunicorn.conf.py shop:app
    /// ```
    /// ```gunicorn bad
    /// bind = "127.0.0.1:8000"
    /// workers = 4
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// WorkingDirectory=/opt/shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn -c gunicorn.conf.py shop:app
    /// ```
    /// ```gunicorn good
    /// bind = "127.0.0.1:8000"
    /// worker_class = "uvicorn.workers.UvicornWorker"
    /// ```
    /// ```text both file=requirements.txt
    /// fastapi==0.121.0
    /// gunicorn==23.0.0
    /// ```
    /// ### A program of supervisor, and one of a `Procfile`
    /// ```text bad file=supervisord.conf
    /// [program:web]
    /// command=/opt/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:app
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/wrong-worker
    /// # | `gunicorn` cannot serve `fastapi` like this: it is ASGI
    /// # | help: add `-k uvicorn.workers.UvicornWorker`, or start `uvicorn` with `--workers`
    /// # > command=/opt/shop/venv/bin/uvicorn --host 127.0.0.1 --port 8000 shop:app
    /// ```
    /// ```procfile bad
    /// web: gunicorn shop:app
    ///      ^^^^^^^^^^^^^^^^^ project/wrong-worker
    /// # > web: uvicorn shop:app --host 0.0.0.0 --port $PORT
    /// ```
    /// ```text both file=requirements.txt
    /// fastapi==0.121.0
    /// gunicorn==23.0.0
    /// ```
    ///
    /// ## What it does not report
    /// Projects that ask for frameworks of both kinds or for Django, which is both; commands with a configuration file.
    "project/wrong-worker" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://fastapi.tiangolo.com/deployment/server-workers/"],
        check: Check::Process(check),
    }
}

fn check(process: &Process, context: &Context, sink: &mut Sink) {
    let Some(program) = process.program() else { return sink.not_applicable() };
    let found = match process.service() {
        Some(service) => context.project.frameworks(service),
        None if process.unit().is_some() || process.kept().is_some() => context.project.frameworks_below(""),
        None => return sink.not_applicable(),
    };
    let Some(&(framework, gateway)) = found.first() else { return sink.not_applicable() };
    // Starlette comes with FastAPI; of another kind is another application.
    if found.iter().any(|(name, other)| *other != gateway || *name == "django") {
        return;
    }
    let conf = context.project.gunicorn_of_process(process).filter(|_| process.service().is_none());
    let worker = match (&program.worker, conf) {
        (Some(worker), _) => Some(worker.clone()),
        (None, Some(conf)) if conf.worker.is_unresolved() => return,
        (None, Some(conf)) => conf.worker.get().cloned(),
        (None, None) if program.configured => return,
        (None, None) => None,
    };
    // An adapter makes one of the other: `asgiref`, `a2wsgi`.
    let words = process.words().unwrap_or_default().join(" ");
    let own = |worker: &str| matches!(worker, "sync" | "gthread" | "gevent" | "eventlet");
    let (wrong, help) = match (gateway, program.server.name) {
        (Gateway::Asgi, "gunicorn") => (
            worker.as_deref().is_none_or(own),
            "add `-k uvicorn.workers.UvicornWorker`, or start `uvicorn` with `--workers`",
        ),
        (Gateway::Asgi, "waitress-serve") => (true, "start `uvicorn`"),
        (Gateway::Wsgi, "uvicorn" | "daphne" | "hypercorn") => (
            !words.contains("--interface wsgi") && !words.contains("asgi") && !words.contains("wsgi:"),
            "start `gunicorn`",
        ),
        _ => return,
    };
    if wrong {
        let kind = if gateway == Gateway::Asgi { "ASGI" } else { "WSGI" };
        let message = format!("`{}` cannot serve `{framework}` like this: it is {kind}", program.server.name);
        sink.report(process.line(), message).help(help);
    }
}
