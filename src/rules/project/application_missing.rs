//! `project/application-missing`

use crate::project::{Module, Process};
use crate::rules::prelude::*;

rule! {
    /// A server of Python is told to start a module that the project does not have.
    ///
    /// ## Why
    /// gunicorn and uvicorn import what they are told, and stop when it is not there: `ModuleNotFoundError`, `Worker failed to boot`,
    /// or `Failed to find attribute 'application'` where the package is named instead of its `wsgi`.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.12-slim
    /// WORKDIR /app
    /// COPY . .
    /// USER 1000
    /// CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.asgi:application"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/application-missing
    /// # | `gunicorn` is told to start `shop.asgi`, and `shop` has no such module
    /// # | help: write `shop.wsgi`, which is there
    /// # > CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi:application"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.12-slim
    /// WORKDIR /app
    /// COPY . .
    /// USER 1000
    /// CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi:application"]
    /// ```
    /// ```text both file=shop/wsgi.py
    /// application = None
    /// ```
    /// ```text both file=shop/__init__.py
    /// ```
    /// ### The package
    /// ```systemd bad file=shop.service
    /// [Service]
    /// User=shop
    /// WorkingDirectory=/srv/shop
    /// ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/application-missing
    /// # | `gunicorn` looks for `application` in the package `shop`, and it is in `shop.wsgi`
    /// # | help: write `shop.wsgi`
    /// # > ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    /// ```
    /// ```systemd good file=shop.service
    /// [Service]
    /// User=shop
    /// WorkingDirectory=/srv/shop
    /// ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    /// ```
    /// ```text both file=shop/wsgi.py
    /// application = None
    /// ```
    /// ```text both file=shop/__init__.py
    /// ```
    ///
    /// ## What it does not report
    /// Modules of which the project has not even the package, packages that lie in several places, and what git ignores.
    "project/application-missing" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.gunicorn.org/en/stable/run.html"],
        check: Check::Process(check),
    }
}

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let name = process.program().map_or("", |program| program.server.name);
    let Some(words) = process.words().filter(|_| matches!(name, "gunicorn" | "uvicorn" | "daphne" | "hypercorn"))
    else {
        return sink.not_applicable();
    };
    let Some(module) = application(words, name == "gunicorn") else { return };
    let (message, help) = match ctx.project.module(module) {
        Module::Missing { package, beside } => (
            format!("`{name}` is told to start `{module}`, and `{package}` has no such module"),
            match beside {
                Some(beside) => format!("write `{beside}`, which is there"),
                None => "write the module that makes the application".to_owned(),
            },
        ),
        Module::Package { inside: Some(inside) }
            if !words.iter().any(|word| word.starts_with(&format!("{module}:"))) =>
        {
            (
                format!("`{name}` looks for `application` in the package `{module}`, and it is in `{inside}`"),
                format!("write `{inside}`"),
            )
        }
        _ => return,
    };
    sink.report(process.line(), message).help(help);
}

/// The module that a server is to import: `shop.wsgi:application`; without a name the last word, for gunicorn.
fn application(words: &[String], alone: bool) -> Option<&str> {
    let is_name = |part: &str| {
        !part.starts_with(|c: char| c.is_ascii_digit())
            && !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let is_module = |text: &str| text.split('.').all(is_name);
    let named = words.iter().skip(1).find_map(|word| {
        let (module, object) = word.split_once(':')?;
        let object = object.split(['(', '.']).next().unwrap_or(object);
        (is_module(module) && is_name(object) && module != "python" && module != "unix").then_some(module)
    });
    let last = || match words {
        [.., before, last] if alone && is_module(last) && (!before.starts_with('-') || before.contains('=')) => {
            Some(last.as_str())
        }
        _ => None,
    };
    named.or_else(last)
}
