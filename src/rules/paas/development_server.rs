//! `paas/development-server`

use crate::model::Kind;
use crate::model::program;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A platform or supervisor starts a server that is made for development.
    ///
    /// ## Why
    /// It handles one request at a time, or restarts when a file changes, or shows its source to whoever causes an error. Its makers
    /// say not to use it in production.
    ///
    /// ## Examples
    /// ```procfile bad
    /// web: python manage.py migrate && python manage.py runserver 0.0.0.0:$PORT
    /// #                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ paas/development-server
    /// # | `manage.py runserver` is a server for development, and this starts it
    /// # | help: start gunicorn, uvicorn or uWSGI
    /// release: python manage.py migrate
    /// ```
    /// ```supervisor bad
    /// [program:web]
    /// command=flask run --host 0.0.0.0
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^ paas/development-server
    /// ```
    /// ```procfile good
    /// web: gunicorn shop.wsgi
    /// worker: python manage.py rqworker
    /// ```
    /// ### For developers
    /// ```supervisor good
    /// [program:php]
    /// command=/usr/bin/php -d variables_order=EGPCS /var/www/html/artisan serve --host=0.0.0.0 --port=80
    /// ```
    /// ```procfile good file=Procfile.dev
    /// web: flask run
    /// ```
    /// ```procfile good
    /// # under hivemind the worker believes that somebody watches it
    /// web: python manage.py runserver
    /// ```
    "paas/development-server" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://flask.palletsprojects.com/en/stable/deploying/",
            "https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver",
        ],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Procfile | Kind::Supervisor) || commands.is_for_foreman() {
        return sink.not_applicable();
    }
    for step in commands.steps {
        let words: Vec<String> = step.argv().iter().map(|word| word.value.clone()).collect();
        let Some((server, better)) = program::for_development(&words) else { continue };
        // The image that Laravel Sail gives to developers.
        if step.has("variables_order=EGPCS") {
            continue;
        }
        let (Some(first), Some(last)) = (step.argv().first(), step.argv().last()) else { continue };
        sink.report(
            first.span.to(last.span),
            format!("`{}` is a server for development, and this starts it", server.join(" ")),
        )
        .help(format!("start {better}"));
    }
}
