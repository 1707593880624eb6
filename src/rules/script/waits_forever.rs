//! `script/waits-forever`

use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A script waits for something without an end.
    ///
    /// ## Why
    /// When the database has another name, or the password is wrong, the wait never ends: the container is up, says nothing, and
    /// serves nobody; a deployment hangs until somebody looks.
    ///
    /// ## Examples
    /// ```sh bad file=entrypoint.sh
    /// #!/bin/sh
    /// until pg_isready -h db; do
    /// #     ^^^^^^^^^^^^^^^^ script/waits-forever
    /// # | this waits without an end
    /// # | help: count the tries, and end with an error after a minute
    ///   sleep 1
    /// done
    /// exec gunicorn shop:app
    /// ```
    /// ```sh good file=entrypoint.sh
    /// #!/bin/sh
    /// tries=0
    /// until pg_isready -h db; do
    ///   tries=$((tries + 1))
    ///   [ "$tries" -lt 60 ] || exit 1
    ///   sleep 1
    /// done
    /// exec gunicorn shop:app
    /// ```
    /// ```sh good file=start.sh
    /// #!/bin/sh
    /// timeout 60 sh -c 'until nc -z db 5432; do sleep 1; done'
    /// while true; do
    ///   certbot renew
    ///   sleep 12h
    /// done
    /// ```
    "script/waits-forever" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/startup-order/"],
        check: Check::Commands(check),
    }
}

/// Whether a command asks whether a service is there.
fn asks(step: &Step) -> bool {
    const PROGRAMS: [&str; 10] =
        ["pg_isready", "nc", "ncat", "curl", "wget", "mysqladmin", "redis-cli", "psql", "mysql", "mongosh"];
    PROGRAMS.contains(&step.tool())
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    let waits = |step: &&Step| step.flow.tested && step.flow.repeated && asks(step);
    for (at, step) in commands.steps.iter().enumerate().filter(|(_, step)| waits(step)) {
        let same = |other: &&Step| other.shell == step.shell && other.flow.repeated;
        let body: Vec<&Step> = commands.steps.iter().skip(at + 1).take_while(same).take(40).collect();
        // A limit of its own: a counter, a clock, a way out; or one around the script.
        let ends = |other: &&Step| {
            matches!(
                other.name(),
                "exit" | "break" | "return" | "let" | "expr" | "timeout" | "[" | "[[" | "test" | "((" | "die" | "fail"
            ) || !other.sets.is_empty()
        };
        let limits = |other: &&Step| {
            other.has("timeout") && other.span.start <= step.span.start && step.span.end <= other.span.end
        };
        let bounded = commands.steps.iter().any(|other| limits(&other));
        let sleeps = body.iter().any(|other| other.name() == "sleep");
        if sleeps
            && !bounded
            && !body.iter().any(ends)
            && step.before == crate::model::starts::Joint::Next
            && step.after == crate::model::starts::Joint::Next
        {
            sink.report(step.span, "this waits without an end")
                .help("count the tries, and end with an error after a minute");
        }
    }
}
