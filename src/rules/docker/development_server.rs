//! `docker/development-server`

use crate::model::image::Stage;
use crate::model::program;
use crate::project::Shipped;
use crate::rules::prelude::*;

rule! {
    /// The image starts a server that is made for development.
    ///
    /// ## Why
    /// It handles one request at a time, or restarts when a file changes, or shows its source to whoever causes an error. Its makers
    /// say not to use it in production.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// CMD ["flask", "run", "--host=0.0.0.0"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker/development-server
    /// # | `flask run` is a server for development, and the image starts it
    /// # | help: start gunicorn or uWSGI
    /// # > CMD ["gunicorn", "--bind", "0.0.0.0:5000", "shop:app"]
    /// ```
    /// ```dockerfile bad file=web/Dockerfile
    /// FROM node:22-slim
    /// CMD npm run dev
    /// #   ^^^^^^^^^^^ docker/development-server
    /// # > CMD ["npm", "start"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// RUN flask db upgrade && python manage.py runserver --help
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    /// ### For development
    /// ```dockerfile good file=Dockerfile.dev
    /// FROM node:22-slim
    /// CMD ["npm", "run", "dev"]
    /// ```
    /// ### Replaced by the service
    /// ```dockerfile good
    /// FROM node:22-slim
    /// CMD ["npm", "run", "dev"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     command: node server.js
    /// ```
    ///
    /// ### Replaced for users, and beside the one for users
    /// ```dockerfile good file=backend/Dockerfile
    /// FROM python:3.13-slim
    /// CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]
    /// ```
    /// ```dockerfile good file=frontend/Dockerfile
    /// FROM node:24-slim
    /// CMD ["npm", "run", "dev"]
    /// ```
    /// ```dockerfile good file=frontend/Dockerfile.prod
    /// FROM nginx:1.28
    /// ```
    /// ```compose good file=docker-compose.yml
    /// services:
    ///   backend: {build: backend}
    /// ```
    /// ```compose good file=docker-compose.prod.yml
    /// services:
    ///   backend: {build: backend, command: "gunicorn shop.wsgi --bind 0.0.0.0:8000"}
    ///   frontend: {build: {context: frontend, dockerfile: Dockerfile.prod}}
    /// ```
    ///
    /// ### The last stage is the developers'
    /// ```dockerfile bad file=Dockerfile.production
    /// FROM node:24 AS production
    /// CMD ["node", "build"]
    /// FROM node:24 AS development
    /// CMD ["npm", "run", "dev"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^ docker/development-server
    /// # | `npm run dev` is a server for development, and the image starts it
    /// # | help: the last stage is built: write `target: production` below `build:`, or put that stage last
    /// ```
    /// ```compose bad file=compose.production.yaml
    /// services:
    ///   pages:
    ///     build: {context: ., dockerfile: Dockerfile.production}
    /// # >     build: {context: ., dockerfile: Dockerfile.production, target: production}
    /// ```
    /// ```dockerfile good file=Dockerfile.production
    /// FROM node:24 AS production
    /// CMD ["node", "build"]
    /// FROM node:24 AS development
    /// CMD ["npm", "run", "dev"]
    /// ```
    /// ```compose good file=compose.production.yaml
    /// services:
    ///   pages:
    ///     build: {context: ., dockerfile: Dockerfile.production, target: production}
    /// ```
    ///
    /// ## What it does not report
    /// Images for development or tests, by their name or that of their stage, and commands that every service replaces.
    "docker/development-server" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://flask.palletsprojects.com/en/stable/deploying/",
            "https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver",
        ],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    if !image.runs_own_command() || matches!(image.role, Role::Development | Role::Test) {
        return sink.not_applicable();
    }
    let built = image.image();
    let lines = [built.entrypoint(), built.command()].into_iter().flatten();
    for line in lines {
        if let Some((server, better)) = program::for_development(&line.words()) {
            let message = format!("`{}` is a server for development, and the image starts it", server.join(" "));
            let finding = sink.report(line.span(), message).help(format!("start {better}"));
            // Without `target:` the last stage is built, whatever it is called.
            let role = |stage: &Stage| stage.name.as_ref().and_then(|name| Role::parse(&name.value));
            let meant = image.file.stages.iter().find(|stage| role(stage) == Some(Role::Production));
            let meant = meant.and_then(|stage| stage.name.as_ref());
            if let (Some(Role::Development | Role::Test), Some(meant)) = (image.last().and_then(role), meant) {
                finding.help(format!(
                    "the last stage is built: write `target: {}` below `build:`, or put that stage last",
                    meant.value
                ));
            }
            return;
        }
    }
}
