//! `project/debug-in-settings`

use crate::project::Project;
use crate::rules::prelude::*;

rule! {
    /// The settings of a Django that users reach say `DEBUG = True`.
    ///
    /// ## Why
    /// With `DEBUG` Django answers each error with a page that shows the code around it, the values of its variables and its settings, to
    /// whoever causes one; an address that does not exist lists all those that do. `startproject` writes it into `settings.py` for the first
    /// steps, and no variable of the server changes what stands in the code.
    ///
    /// ## Examples
    /// ```python bad file=shop/settings.py
    /// import os
    /// DEBUG = True
    /// #       ^^^^ project/debug-in-settings
    /// # | Django shows its code and settings to whoever causes an error: `DEBUG` is on, and no variable changes that
    /// # | help: read it from the environment: `DEBUG = os.environ.get("DEBUG") == "1"`
    /// SECRET_KEY = os.environ["SECRET_KEY"]
    /// INSTALLED_APPS = ["django.contrib.auth"]
    /// ```
    /// ```python good fixed file=shop/settings.py
    /// import os
    /// DEBUG = os.environ.get("DEBUG") == "1"
    /// SECRET_KEY = os.environ["SECRET_KEY"]
    /// INSTALLED_APPS = ["django.contrib.auth"]
    /// ```
    /// ```dockerfile both
    /// FROM python:3.14-slim
    /// WORKDIR /app
    /// COPY . .
    /// RUN pip install --no-cache-dir -r requirements.txt && useradd shop
    /// USER shop
    /// CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
    /// ```
    /// ```compose both
    /// services:
    ///   web:
    ///     build: .
    ///     restart: always
    ///     environment:
    ///       SECRET_KEY: ${SECRET_KEY:?}
    ///     ports: ["127.0.0.1:8000:8000"]
    /// ```
    /// ```text both file=requirements.txt
    /// django==5.2.4
    /// gunicorn==23.0.0
    /// ```
    ///
    /// ### Other settings beside them
    /// ```python good file=shop/settings.py
    /// DEBUG = True
    /// INSTALLED_APPS = ["django.contrib.auth"]
    /// ```
    /// ```python good file=shop/production.py
    /// from .settings import *
    /// DEBUG = False
    /// ```
    ///
    /// ## What it does not report
    /// Settings in several files, as another one may be used, and programs that no server for users is seen to run.
    "project/debug-in-settings" {
        severity: High, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.djangoproject.com/en/5.2/ref/settings/#debug"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    for (on, process) in project.debug_left_on() {
        let message = "Django shows its code and settings to whoever causes an error: `DEBUG` is on, and no variable changes that";
        sink.report(on, message)
            .help("read it from the environment: `DEBUG = os.environ.get(\"DEBUG\") == \"1\"`")
            .related(process.line(), "this runs it");
    }
}
