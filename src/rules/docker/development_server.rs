//! `docker/development-server`

use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell;

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

/// What servers for development are started with: words that stand in this order in the command, and what is better.
const SERVERS: [(&[&str], &str); 19] = [
    (&["flask", "run"], "gunicorn or uWSGI"),
    (&["manage.py", "runserver"], "gunicorn, uvicorn or uWSGI"),
    (&["django-admin", "runserver"], "gunicorn, uvicorn or uWSGI"),
    (&["uvicorn", "--reload"], "uvicorn without `--reload`"),
    (&["gunicorn", "--reload"], "gunicorn without `--reload`"),
    (&["fastapi", "dev"], "`fastapi run`"),
    (&["npm", "run", "dev"], "a build, and the server of the framework"),
    (&["yarn", "dev"], "a build, and the server of the framework"),
    (&["yarn", "run", "dev"], "a build, and the server of the framework"),
    (&["pnpm", "dev"], "a build, and the server of the framework"),
    (&["pnpm", "run", "dev"], "a build, and the server of the framework"),
    (&["bun", "run", "dev"], "a build, and the server of the framework"),
    (&["next", "dev"], "`next build` and `next start`"),
    (&["ng", "serve"], "`ng build` and a web server"),
    (&["vue-cli-service", "serve"], "a build and a web server"),
    (&["webpack-dev-server"], "a build and a web server"),
    (&["webpack", "serve"], "a build and a web server"),
    (&["nodemon"], "`node`"),
    (&["artisan", "serve"], "php-fpm behind a web server, or FrankenPHP"),
];

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    if !image.runs_own_command() || matches!(image.role, Role::Development | Role::Test) {
        return sink.not_applicable();
    }
    let built = image.image();
    let lines = [built.entrypoint(), built.command()].into_iter().flatten();
    for line in lines {
        // What runs in the end is the last of what it starts.
        let last = shell::run(&line.words()).pop();
        let words: Vec<String> = last.into_iter().flat_map(|command| command.words).map(|word| word.text).collect();
        let found = SERVERS.iter().find(|(server, _)| starts(&words, server));
        if let Some((server, better)) = found {
            let message = format!("`{}` is a server for development, and the image starts it", server.join(" "));
            sink.report(line.span(), message).help(format!("start {better}"));
            return;
        }
    }
}

/// Whether the words of a server stand in a command in their order, its program among the first of them.
fn starts(words: &[String], server: &[&str]) -> bool {
    let mut rest = words.iter().map(|word| shell::base_name(word));
    let program = rest.by_ref().take(6).any(|word| Some(&word) == server.first());
    program && server.iter().skip(1).all(|own| rest.any(|word| word == *own))
}
