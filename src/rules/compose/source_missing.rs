//! `compose/source-missing`

use crate::model::compose::{Composition, MountKind};
use crate::project::{Lacking, UNENDED};
use crate::rules::Finding;
use crate::rules::prelude::*;

rule! {
    /// A file that is mounted and does not exist.
    ///
    /// ## Why
    /// Docker makes a directory in the place of a file that is not there, and mounts that. The program finds a directory where it
    /// looks for its configuration: `not a directory: Are you trying to mount a directory onto a file`. For `configs:` and
    /// `secrets:` the container cannot be created.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./nginx/site.conf:/etc/nginx/conf.d/default.conf:ro
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/source-missing
    /// # | service `proxy` gets `nginx/site.conf`, which does not exist: Docker makes a directory in its place
    /// # | help: did you mean `shop.conf`? Else add the file
    /// # >       - ./nginx/shop.conf:/etc/nginx/conf.d/default.conf:ro
    ///     configs: [list]
    /// configs:
    ///   list:
    ///     file: ./nginx/lists.conf
    /// #         ^^^^^^^^^^^^^^^^^^ compose/source-missing
    /// # >     file: ./nginx/shop.conf
    /// ```
    /// ```nginx both file=nginx/shop.conf
    /// server { listen 80; }
    /// ```
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./nginx/shop.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - ./certs/site.conf:/etc/nginx/tls.conf:ro
    ///       - ./data/state.json:/var/lib/state.json
    ///       - ./logs:/var/log/nginx
    /// ```
    ///
    /// ## What it does not report
    /// Files that git ignores, that have a template beside them, or that a script or guide of the project names: they may be made on
    /// the server. Folders: Docker makes them, and that is often meant. Compose files that are copied to a server by themselves.
    "compose/source-missing" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/storage/bind-mounts/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    let from = |span| compose.directories.of(span);
    if context.project.sent_alone(&compose.path) {
        let why = format!("`{}` is copied to another machine: what is beside it there is not known", compose.path);
        return sink.unknown(Span::new(compose.file, 0, 0), why);
    }
    for service in &compose.services {
        for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind) {
            let (Some(source), Some(target)) = (mount.source.get(), mount.target.get()) else { continue };
            // A file: both ends have the ending of one.
            let ending = |path: &str| {
                let name = path.rsplit('/').next().unwrap_or_default();
                name.trim_start_matches('.').contains('.') || UNENDED.contains(&name)
            };
            if !ending(source) || !ending(target) {
                continue;
            }
            let owner = format!("service `{}`", service.name.value);
            // Included elsewhere with another directory.
            let other = |set: &&Composition| {
                set.read.contains(&mount.span.file)
                    && set.directories.of(mount.span) != compose.directories.of(mount.span)
            };
            if context.project.compose().iter().any(|set| other(&set)) {
                sink.unknown(mount.span, "another set of files reads this one from another directory");
                continue;
            }
            judge(
                context,
                (source, from(mount.span)),
                mount.span,
                &owner,
                "Docker makes a directory in its place",
                sink,
            );
        }
    }
    for (resources, what) in [(&compose.configs, "config"), (&compose.secrets, "secret")] {
        for resource in resources.iter().filter(|resource| !resource.external) {
            let Some(file) = resource.file.set() else { continue };
            let owner = format!("{what} `{}`", resource.name.value);
            let finding = judge(
                context,
                (&file.value, from(file.span)),
                file.span,
                &owner,
                "the container cannot be created",
                sink,
            );
            // A secret is made on the server, if it is one.
            if let Some(finding) = finding.filter(|_| what == "secret") {
                finding.severity(Low).confidence(Likely);
            }
        }
    }
}

/// The finding, if nothing there comes close.
fn judge<'s>(
    context: &Context,
    (path, from): (&str, &str),
    span: Span,
    owner: &str,
    follows: &str,
    sink: &'s mut Sink,
) -> Option<&'s mut Finding> {
    match context.project.lacks(path, from) {
        Answer::No(_) => None,
        Answer::Unknown(why) => {
            sink.unknown(span, why);
            None
        }
        Answer::Yes(Lacking { slip, beside }) => {
            let finding = sink.report(span, format!("{owner} gets `{path}`, which does not exist: {follows}"));
            match slip.as_ref().or(beside.as_ref()) {
                Some(near) => finding.help(format!("did you mean `{near}`? Else add the file")),
                None => finding.help("add the file, or correct the path"),
            };
            let far = slip.is_none() && beside.is_none();
            far.then(|| finding.severity(Medium))
        }
    }
}
