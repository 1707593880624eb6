//! `nginx/misplaced-file`

use super::tree;
use crate::model::nginx::{NginxFile, Place};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// A file is put where nginx expects another kind of file.
    ///
    /// ## Why
    /// nginx reads what is in `conf.d` inside its own `http` block, and `nginx.conf` in place of everything. A whole configuration
    /// in `conf.d`, or a lone `server` as `nginx.conf`, is refused: the container stops at once.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// ^^^^^^ nginx/misplaced-file
    /// | this is a whole configuration, and it becomes `/etc/nginx/conf.d/default.conf`, which nginx reads inside
    /// | `http`: it does not start
    /// | help: put it at `/etc/nginx/nginx.conf` instead, or keep only its `server` blocks
    /// http {
    ///   server { listen 80; }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// server { listen 80; }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// # >     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    /// ```
    ///
    /// ## A site in place of the main file
    /// ```nginx bad file=nginx.conf
    /// server { listen 80; }
    /// ^^^^^^ nginx/misplaced-file
    /// | this becomes `/etc/nginx/nginx.conf`, the main file, where `server` cannot stand alone: nginx does not start
    /// | help: put it into `/etc/nginx/conf.d/` instead, or wrap it: `events {} http { ... }`
    /// # > events {}
    /// # > http { server { listen 80; } }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server { listen 80; }
    /// }
    /// ```
    /// ```dockerfile both file=Dockerfile
    /// FROM nginx:1.28
    /// COPY nginx.conf /etc/nginx/nginx.conf
    /// ```
    ///
    /// ## Right in one container, wrong in another
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// ^^^^^^ nginx/misplaced-file
    /// | this is a whole configuration, and it becomes `/etc/nginx/conf.d/edge.conf`, which nginx reads inside `http`:
    /// | it does not start
    /// | help: put it at `/etc/nginx/nginx.conf` instead, or keep only its `server` blocks
    /// http {
    ///   server { listen 80; }
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    ///   edge:
    ///     image: nginx:1.28
    ///     volumes: ["./nginx.conf:/etc/nginx/conf.d/edge.conf:ro"]
    /// # >     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server { listen 80; }
    /// }
    /// ```
    "nginx/misplaced-file" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://github.com/docker-library/docs/tree/master/nginx#customize-configuration"],
        at_first: true,
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(put) = ctx.project.puts(nginx.file).iter().find(|put| put.place != nginx.place) else {
        return sink.not_applicable();
    };
    let Some(file) = tree(nginx, ctx).filter(|file| !file.unbalanced) else { return };
    let refused = |directive: &Directive| {
        let entries = directive.id.entries();
        !entries.is_empty() && !entries.iter().any(|entry| entry.allowed(put.place))
    };
    let Some((_, wrong)) = file.top().find(|(_, directive)| refused(directive)) else { return };
    let name = &wrong.name.value;
    let (message, help) = match (put.place, nginx.place) {
        (Place::Main, _) => (
            format!(
                "this becomes `{}`, the main file, where `{name}` cannot stand alone: nginx does not start",
                put.path
            ),
            "put it into `/etc/nginx/conf.d/` instead, or wrap it: `events {} http { ... }`".to_owned(),
        ),
        (_, Place::Main) => (
            format!(
                "this is a whole configuration, and it becomes `{}`, which nginx reads inside `http`: it does not start",
                put.path
            ),
            "put it at `/etc/nginx/nginx.conf` instead, or keep only its `server` blocks".to_owned(),
        ),
        (_, other) => (
            format!(
                "this belongs into {}, and it becomes `{}`, which nginx reads inside `http`: it does not start",
                other.name(),
                put.path
            ),
            "put it into another folder and `include` it where it belongs".to_owned(),
        ),
    };
    let finding = sink.report(wrong.name.span, message).help(help);
    // An image that nothing here starts.
    if ctx.project.readers(nginx.file).next().is_none() {
        finding.severity(Medium);
    }
}
