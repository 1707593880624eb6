//! `project/debugger-open`

use crate::model::compose::Port;
use crate::model::debugger::Debugger;
use crate::project::{Process, Runner};
use crate::rules::prelude::*;

rule! {
    /// A program is started with a debugger that others reach.
    ///
    /// ## Why
    /// A debugger runs the code that it is given. Werkzeug's, which `flask run --debug` shows to whoever causes an error, asks for a
    /// number first, which can be guessed or read elsewhere; those of Node.js, Python, Go and Java ask for nothing.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     command: flask run --host=0.0.0.0 --port=5000 --debug
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/debugger-open
    /// # | `flask run --debug` shows a debugger to whoever causes an error: with it he runs what he likes
    /// # | help: start gunicorn, and leave out `--debug`
    /// # >     command: gunicorn --bind=0.0.0.0:5000 shop:app
    ///     ports: ["5000:5000"]
    ///   api:
    ///     image: registry.example.com/api:4.2.1
    ///     command: node --inspect=0.0.0.0:9229 server.js
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/debugger-open
    /// # | `--inspect` takes commands from everybody at port 9229, which is published: whoever connects runs what he likes
    /// # | help: leave it out; to debug, bind it to 127.0.0.1 and use `ssh -L`
    /// # >     command: node server.js
    ///     ports: ["9229:9229"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     command: gunicorn --bind=0.0.0.0:5000 shop:app
    ///     ports: ["5000:5000"]
    ///   api:
    ///     image: registry.example.com/api:4.2.1
    ///     command: node --inspect=0.0.0.0:9229 server.js
    ///     ports: ["127.0.0.1:9229:9229", "3000:3000"]
    /// ```
    ///
    /// ## What it does not report
    /// Debuggers at a port of their own that is not published, or only to the host itself.
    "project/debugger-open" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &[
            "https://flask.palletsprojects.com/en/stable/debugging/",
            "https://nodejs.org/en/learn/getting-started/debugging#security-implications",
        ],
        check: Check::Process(check),
    }
}

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let Some(found) = process.words().and_then(Debugger::of) else { return };
    let words = &found.words;
    let message = match (found.port, process.runner) {
        (None, _) => format!("`{words}` shows a debugger to whoever causes an error: with it he runs what he likes"),
        (Some(port), Runner::Service(service)) => {
            let leads = |own: &Port| own.is_public() == Some(true) && own.host_port_of(port).is_some();
            if !service.ports.iter().any(leads) {
                return;
            }
            format!(
                "`{words}` takes commands from everybody at port {port}, which is published: whoever connects runs what he likes"
            )
        }
        (Some(port), Runner::Unit(_)) => {
            format!("`{words}` takes commands from everybody at port {port}: whoever connects runs what he likes")
        }
        (Some(_), _) => return,
    };
    let finding = sink.report(process.line(), message).help(found.instead);
    if process.service().is_some_and(|service| ctx.project.is_met_by_nobody(service)) {
        finding.severity(Low).effect(Weakens);
    }
}
