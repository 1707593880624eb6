//! `nginx/if-replaces`

use crate::model::nginx::{Expanded, Level};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// An `if` takes the place of what stands beside it.
    ///
    /// ## Why
    /// A true `if` in a location is a location of its own. Of several that are true only the last one counts, and `try_files`
    /// beside it is not run at all.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    /// # > http {
    /// # >   map $arg_a $a { "" ""; default 1; }
    /// # >   map $arg_b $b { "" ""; default 1; }
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       root /srv;
    ///       if ($arg_a) {
    /// # >       add_header A $a;
    ///         add_header A 1;
    /// # >
    ///       }
    /// # >
    ///       if ($arg_b) {
    /// #     ^^ nginx/if-replaces
    /// # | where both are true, only this `if` of `/` counts: what the other one sets is lost
    /// # | help: set variables with `map`, and use those instead of `if`
    /// # >       add_header B $b;
    ///         add_header B 1;
    /// # >
    ///       }
    /// # >
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       root /srv;
    ///       if ($request_method = GET) {
    ///         add_header A 1;
    ///       }
    ///       if ($request_method = POST) {
    ///         add_header B 1;
    ///       }
    ///       if ($arg_c) {
    ///         return 404;
    ///       }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## With try_files
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    /// # > http {
    /// # >   map $http_origin $vary { "" ""; default Origin; }
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       root /srv;
    ///       try_files $uri /index.html;
    ///       if ($http_origin) {
    /// #     ^^ nginx/if-replaces
    /// # | where this is true, `try_files` beside it is not run: files are looked for as they are asked for
    /// # | help: set a variable with `map`, and use that instead of `if`
    /// # >       add_header Vary $vary;
    ///         add_header Vary Origin;
    /// # >
    ///       }
    /// # >
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       root /srv;
    ///       try_files $uri /index.html;
    ///       if ($request_method = OPTIONS) {
    ///         add_header Vary Origin;
    ///         return 204;
    ///       }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Conditions that cannot be true together, and blocks that answer with `return`.
    "nginx/if-replaces" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://github.com/nginxinc/nginx-wiki/blob/master/source/start/topics/depth/ifisevil.rst"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (at, location) in tree.named("location") {
        let level = Some(at);
        let own: Vec<(u32, &Directive)> = tree
            .level(level)
            .filter(|(_, node)| node.directive.is("if"))
            .map(|(at, node)| (at, node.directive))
            .collect();
        let whole: Vec<_> = own.into_iter().filter(|(at, _)| goes_on(tree, Some(*at))).collect();
        let Some((_, last)) = whole.last() else { continue };
        let tries = tree.level(level).map(|(_, node)| node.directive).find(|directive| directive.is("try_files"));
        if let Some(tries) = tries {
            sink.report(
                last.name.span,
                "where this is true, `try_files` beside it is not run: files are looked for as they are asked for",
            )
            .severity(Medium)
            .help("set a variable with `map`, and use that instead of `if`")
            .related(tries.words(), "this is lost");
            continue;
        }
        if !ctx.project.look(whole.len() * whole.len()) {
            return;
        }
        let meets = |a: &Directive, b: &Directive| !exclusive(a, b);
        let first = whole.iter().find(|(_, other)| other.span != last.span && meets(other, last));
        if let Some((_, first)) = first {
            let path = location.directive.args.last().map_or("", |word| &word.value);
            sink.report(
                last.name.span,
                format!("where both are true, only this `if` of `{path}` counts: what the other one sets is lost"),
            )
            .help("set variables with `map`, and use those instead of `if`")
            .related(first.words(), "the other one");
        }
    }
}

/// Whether a block sets something, and the request is still answered by what is around it.
fn goes_on(tree: &Expanded, level: Level) -> bool {
    const FLOW: [&str; 4] = ["return", "rewrite", "set", "break"];
    let mut inside = tree.level(level).map(|(_, node)| node.directive).peekable();
    let ends = tree.level(level).any(|(_, node)| node.directive.is("return"));
    inside.peek().is_some() && !ends && inside.any(|directive| !FLOW.iter().any(|name| directive.is(name)))
}

/// Whether two conditions ask for different values of one variable.
fn exclusive(a: &Directive, b: &Directive) -> bool {
    matches!((a.arg(1), b.arg(1)), (Some("="), Some("="))) && a.arg(0) == b.arg(0) && a.arg(2) != b.arg(2)
}
