//! `script/reload-reads-old-file`

use crate::model::compose::{Mount, MountKind, Service};
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::source::Presence;

rule! {
    /// nginx in a container is to read a file again that was replaced.
    ///
    /// ## Why
    /// A file that is mounted by itself is the one that lay there when the container started. `git checkout`, `sed -i` and `mv` put a
    /// new file in its place, and the container goes on with the old one: a reload reads that again, and ends well.
    ///
    /// ## Examples
    /// ```sh bad file=setup-tls.sh
    /// certbot certonly --webroot -w ./www -d shop.example.org --non-interactive --agree-tos -m ops@example.org
    /// git checkout -- nginx.conf
    /// docker compose exec -T nginx nginx -s reload
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/reload-reads-old-file
    /// | nginx reads the old `nginx.conf` again: a new file was put in its place above, and the container has the one it started with
    /// | help: write `docker compose up -d --force-recreate nginx`, or mount the folder
    /// ```
    /// ```compose both
    /// services:
    ///   nginx:
    ///     image: nginx:1.28
    ///     volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    /// ```nginx both file=nginx.conf
    /// server {
    ///     listen 80;
    ///     location / { return 204; }
    /// }
    /// ```
    /// ```sh good file=setup-tls.sh
    /// cp nginx.full.conf nginx.conf
    /// docker compose exec -T nginx nginx -s reload
    /// git checkout -- nginx.conf
    /// docker compose up -d --force-recreate nginx
    /// docker compose exec -T nginx nginx -s reload
    /// ```
    ///
    /// ## What it does not report
    /// Files in a folder that is mounted, what `cp` and `>` write into the same file, and scripts that start containers in between.
    "script/reload-reads-old-file" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://github.com/moby/moby/issues/22627", "https://github.com/docker/for-win/issues/12775"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    for step in commands.steps {
        let reloads = step.tool() == "nginx" && step.command().iter().any(|word| word.value == "reload");
        let name = step.inside.as_ref().and_then(|inside| step.words.get(inside.name?)).filter(|_| reloads);
        let Some(name) = name else { continue };
        let called = |service: &&Service| {
            service.name.value == name.value || service.container_name.get().is_some_and(|own| *own == name.value)
        };
        let services: Vec<&Service> = ctx.project.services().filter(called).collect();
        let files: Vec<&str> =
            services.iter().flat_map(|service| &service.mounts).filter_map(|own| file(own, ctx)).collect();
        // The last change counts, if nothing starts a container behind it.
        let before = commands.before(step).rev().take_while(|other| !starts(other));
        let change = before.into_iter().find_map(|other| Some((other, replaces(other, &files)?)));
        let Some((change, path)) = change else { continue };
        let message = format!(
            "nginx reads the old `{path}` again: a new file was put in its place above, and the container has the one it started with"
        );
        let service = services.first().map_or(name.value.as_str(), |service| service.name.value.as_str());
        let finding = sink.report(step.span, message);
        finding
            .help(format!("write `docker compose up -d --force-recreate {service}`, or mount the folder"))
            .related(change.span, "a new file");
        if commands.is_read_along() {
            finding.severity(Low);
        }
    }
}

/// The file of the project that a mount brings by itself.
fn file<'a>(mount: &'a Mount, ctx: &Context) -> Option<&'a str> {
    let source = mount.source.get().filter(|_| mount.kind == MountKind::Bind)?;
    (ctx.project.files().presence(source) == Presence::File).then_some(source)
}

/// Whether a command may make containers anew, or start them again.
fn starts(step: &Step) -> bool {
    let docker = matches!(step.name(), "docker" | "docker-compose" | "podman-compose");
    docker && ["up", "restart", "down", "start", "run", "rm", "create"].iter().any(|verb| step.has(verb))
}

/// The one of the files that a command puts a new one in the place of.
fn replaces<'a>(step: &Step, files: &[&'a str]) -> Option<&'a str> {
    let is = |word: &str, path: &str| {
        let word = word.trim_start_matches("./");
        word == path || path.ends_with(&format!("/{word}")) || word.ends_with(&format!("/{path}"))
    };
    let words = || step.argv().iter().skip(1).map(|word| word.value.as_str());
    let named = |path: &&str| words().any(|word| is(word, path));
    let last = |path: &&str| step.argv().last().is_some_and(|word| is(&word.value, path));
    let own = files.iter().copied();
    match step.name() {
        "git" if step.has("checkout") || step.has("restore") => own.into_iter().find(named),
        "sed" if words().any(|word| word.starts_with("-i") || word == "--in-place") => own.into_iter().find(last),
        "mv" => own.into_iter().find(last),
        _ => None,
    }
    .filter(|_| step.inside.is_none())
}
