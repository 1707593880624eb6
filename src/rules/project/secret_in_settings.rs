//! `project/secret-in-settings`

use crate::project::Project;
use crate::rules::prelude::*;

rule! {
    /// The key that Django signs sessions with stands in its settings.
    ///
    /// ## Why
    /// Whoever has `SECRET_KEY` makes session cookies and links for new passwords that Django takes for its own. `startproject` writes a
    /// key into `settings.py` for the first steps; with the code it goes to everyone who has the repository, and stays in its history.
    ///
    /// ## Examples
    /// ```python bad file=shop/settings.py
    /// DEBUG = False
    /// SECRET_KEY = "django-insecure-9z!x7k#2m$qf8v@w1p0c&u5t"
    /// #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/secret-in-settings
    /// # | `SECRET_KEY` stands in the code: whoever has it can log in as anybody
    /// # | help: make a new one with `gonogo secret --format django`, and read it from the environment:
    /// # | `os.environ["SECRET_KEY"]`
    /// INSTALLED_APPS = ["django.contrib.auth"]
    /// ```
    /// ```python good fixed file=shop/settings.py
    /// import os
    /// DEBUG = False
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
    /// ```text both file=requirements.txt
    /// django==5.2.4
    /// gunicorn==23.0.0
    /// ```
    ///
    /// ### Other settings beside them
    /// ```python good file=shop/settings/base.py
    /// SECRET_KEY = "django-insecure-9z!x7k#2m$qf8v@w1p0c&u5t"
    /// INSTALLED_APPS = ["django.contrib.auth"]
    /// ```
    /// ```python good file=shop/settings/production.py
    /// from .base import *
    /// SECRET_KEY = os.environ["SECRET_KEY"]
    /// ```
    ///
    /// ## What it does not report
    /// Settings in several files, as another one may be used, and programs of which nothing shows how they are run.
    "project/secret-in-settings" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://docs.djangoproject.com/en/5.2/ref/settings/#secret-key"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    for key in project.written_keys() {
        sink.report(key, "`SECRET_KEY` stands in the code: whoever has it can log in as anybody")
            .help("make a new one with `gonogo secret --format django`, and read it from the environment: `os.environ[\"SECRET_KEY\"]`");
    }
}
