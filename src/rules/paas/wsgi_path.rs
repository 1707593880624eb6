//! `paas/wsgi-path`

use crate::model::starts::Gateway;
use crate::project::Project;
use crate::rules::prelude::*;
use crate::source::{Presence, directory, join};

rule! {
    /// Elastic Beanstalk is told of an application that it cannot start like this.
    ///
    /// ## Why
    /// `WSGIPath` names the application for gunicorn with its own workers, which speak WSGI. FastAPI and its like are ASGI: each request
    /// ends with an error. And where there is a `Procfile`, that decides what is started, and `WSGIPath` does nothing.
    ///
    /// ## Examples
    /// ```beanstalk bad
    /// option_settings:
    ///   aws:elasticbeanstalk:container:python:
    ///     WSGIPath: shop.app:app
    /// #             ^^^^^^^^^^^^ paas/wsgi-path
    /// # | Elastic Beanstalk starts this with workers for WSGI, and `fastapi` is ASGI: every request ends with an error
    /// # | help: add a `Procfile`: `web: gunicorn -k uvicorn.workers.UvicornWorker --bind :8000 MODULE:app`
    /// ```
    /// ```text both file=requirements.txt
    /// fastapi==0.121.0
    /// uvicorn==0.38.0
    /// ```
    /// ```beanstalk good
    /// option_settings:
    ///   aws:elasticbeanstalk:application:environment:
    ///     PYTHONPATH: /var/app/current
    /// ```
    /// ### There is a Procfile
    /// ```beanstalk bad
    /// option_settings:
    ///   - namespace: aws:elasticbeanstalk:container:python
    ///     option_name: WSGIPath
    ///     value: shop.app:app
    /// #          ^^^^^^^^^^^^ paas/wsgi-path
    /// # | `WSGIPath` does nothing here: the `Procfile` decides what is started
    /// # | help: remove the setting
    /// ```
    /// ```procfile bad
    /// web: gunicorn --bind :8000 shop.app:app
    /// ```
    /// ```beanstalk good
    /// option_settings:
    ///   - namespace: aws:elasticbeanstalk:container:python
    ///     option_name: WSGIPath
    ///     value: shop.app:app
    /// ```
    "paas/wsgi-path" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/python-configuration-procfile.html"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    for file in &project.beanstalk {
        let Some((.., path)) = file.options.iter().find(|(_, name, _)| name == "WSGIPath") else { continue };
        let root = directory(directory(&file.path));
        if project.files().presence(&join(root, "Procfile")) == Presence::File {
            sink.report(path.span, "`WSGIPath` does nothing here: the `Procfile` decides what is started")
                .help("remove the setting")
                .severity(Low)
                .effect(Hygiene);
            continue;
        }
        let asked = project.frameworks_below(root);
        let Some((name, _)) = asked.first().filter(|_| asked.iter().all(|(_, kind)| *kind == Gateway::Asgi)) else {
            continue;
        };
        sink.report(path.span, format!("Elastic Beanstalk starts this with workers for WSGI, and `{name}` is ASGI: every request ends with an error"))
            .help("add a `Procfile`: `web: gunicorn -k uvicorn.workers.UvicornWorker --bind :8000 MODULE:app`");
    }
}
