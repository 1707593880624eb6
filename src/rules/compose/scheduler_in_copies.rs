//! `compose/scheduler-in-copies`

use crate::model::compose::{Composition, Service};
use crate::rules::prelude::*;

rule! {
    /// Celery's scheduler runs several times, and so does each of its tasks.
    ///
    /// ## Why
    /// `celery beat` knows nothing of others of its kind. Where it runs in each copy of a worker (`-B`), or in a worker and in a
    /// service of its own, every task of the schedule is sent as often: mails go out twice, invoices are written twice.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   worker:
    ///     image: shop/web:1
    ///     command: celery -A shop worker -B
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^ compose/scheduler-in-copies
    /// # | each of the 3 copies of service `worker` sends the tasks of the schedule
    /// # | help: let one service with one copy run `celery beat`, and the workers run without `-B`
    /// # >     command: celery -A shop worker
    ///     deploy: {replicas: 3}
    /// # >     deploy: {replicas: 3}
    /// # >   beat:
    /// # >     image: shop/web:1
    /// # >     command: celery -A shop beat
    /// ```
    /// ```compose good
    /// services:
    ///   worker:
    ///     image: shop/web:1
    ///     command: celery -A shop worker
    ///     deploy: {replicas: 3}
    ///   beat:
    ///     image: shop/web:1
    ///     command: celery -A shop beat
    /// ```
    ///
    /// ## What it does not report
    /// Schedulers that take a lock (`redbeat`), and such of different applications.
    "compose/scheduler-in-copies" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, ctx: &Context, sink: &mut Sink) {
    let all: Vec<(&Service, String)> =
        compose.services.iter().filter_map(|service| Some((service, schedules(service, ctx)?))).collect();
    for (at, (service, application)) in all.iter().enumerate() {
        let Some(place) = service.command.span() else { continue };
        let copies = service.replicas.get().copied().unwrap_or(1);
        let help = "let one service with one copy run `celery beat`, and the workers run without `-B`";
        if copies > 1 {
            let message = format!("each of the {copies} copies of {} sends the tasks of the schedule", service.title());
            sink.report(place, message).help(help);
            continue;
        }
        let twin = all.iter().take(at).find(|(other, own)| {
            own == application && !service.takes_turns_with(other) && other.profiles == service.profiles
        });
        if let Some((other, _)) = twin {
            let message = format!(
                "{} and {} both send the tasks of the schedule: each runs twice",
                other.title(),
                service.title()
            );
            sink.report(place, message).help(help).related(other.name.span, "the other one");
        }
    }
}

/// The application whose schedule a service runs, as its command names it.
fn schedules(service: &Service, ctx: &Context) -> Option<String> {
    let process = ctx.project.process(service)?;
    let line = process.words()?.join(" ");
    let line = line.split_once("celery")?.1.trim_end_matches(['"', '\'']);
    let words: Vec<&str> = line.split_whitespace().collect();
    let has = |word: &str| words.contains(&word);
    let beat = has("beat") || has("worker") && (has("-B") || has("--beat"));
    let locks = line.to_ascii_lowercase().contains("redbeat") || line.contains("&&") || line.contains(';');
    let told = words.windows(2).find(|two| matches!(two[0], "-A" | "--app")).map(|two| two[1].to_owned());
    let glued = || words.iter().find_map(|word| word.strip_prefix("--app=").map(str::to_owned));
    (beat && !locks).then(|| told.or_else(glued))?
}
