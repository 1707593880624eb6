//! `compose/development-server`

use crate::model::compose::Service;
use crate::model::debugger::Debugger;
use crate::model::program;
use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// A service starts a server that is made for development.
    ///
    /// ## Why
    /// It handles one request at a time, or restarts when a file changes, or shows its source to whoever causes an error. Its makers
    /// say not to use it in production.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     command: uvicorn shop.main:app --host 0.0.0.0 --reload
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/development-server
    /// # | service `web` runs `uvicorn --reload`, which is a server for development
    /// # | help: start uvicorn without `--reload`
    /// # >     command: uvicorn shop.main:app --host 0.0.0.0
    ///   admin:
    ///     image: registry.example.com/admin:4.2.1
    ///     command: sh -c "python manage.py migrate && python manage.py runserver 0.0.0.0:8001"
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/development-server
    /// # >     command: sh -c "python manage.py migrate && gunicorn admin.wsgi --bind 0.0.0.0:8001"
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     command: uvicorn shop.main:app --host 0.0.0.0 --reload
    ///     volumes: [".:/app"]
    ///   migrate:
    ///     image: registry.example.com/shop:4.2.1
    ///     command: python manage.py migrate
    /// ```
    /// ### The sources, for users
    /// ```compose bad file=compose.prod.yaml
    /// services:
    ///   web:
    ///     build: .
    ///     command: uvicorn shop.main:app --host 0.0.0.0 --reload
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/development-server
    /// # | service `web` runs `uvicorn --reload`, which is a server for development
    /// # | help: start uvicorn without `--reload`
    /// # >     command: uvicorn shop.main:app --host 0.0.0.0
    ///     volumes: [".:/app"]
    /// ```
    /// ### For development
    /// ```compose good file=compose.dev.yaml
    /// services:
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     command: flask run --host 0.0.0.0
    /// ```
    ///
    /// ## What it does not report
    /// Files for development or tests, and services that run the sources as they lie in the project, where nothing says that they are
    /// for users: that is what these servers are for. What an image starts by itself: `docker/development-server` does.
    "compose/development-server" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://flask.palletsprojects.com/en/stable/deploying/",
            "https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver",
            "https://www.uvicorn.org/deployment/",
        ],
        check: Check::Process(check),
    }
}

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    // Who works on the sources starts them so, unless something says that this is what users get.
    let worked_on = |service: &Service| {
        let said = ctx.project.compose().get(service.id.composition).is_some_and(|set| set.role_said);
        service.runs_sources() && !said
    };
    let own = |service: &&Service| process.line().file == service.span.file && !worked_on(service);
    let Some(service) = process.service().filter(own) else { return sink.not_applicable() };
    if matches!(service.role, Role::Development | Role::Test) || process.line() == service.name.span {
        return sink.not_applicable();
    }
    let Some(words) = process.words() else { return };
    // `project/debugger-open` says the worse of the two.
    if Debugger::of(words).is_some_and(|found| found.port.is_none()) {
        return;
    }
    let Some((server, better)) = program::for_development(words) else { return };
    let message =
        format!("service `{}` runs `{}`, which is a server for development", service.name.value, server.join(" "));
    sink.report(process.line(), message).help(format!("start {better}"));
}
