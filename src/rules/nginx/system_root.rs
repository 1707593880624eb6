//! `nginx/system-root`

use crate::model::nginx::{Expanded, Level, parts};
use crate::rules::prelude::*;
use crate::source::{join, normalize};

rule! {
    /// Files of the system are served: keys, passwords, configuration.
    ///
    /// ## Why
    /// `root /` makes every file that nginx may read a page: `/etc/passwd`, `/proc/self/environ` with the secrets of the
    /// container, private keys.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /;
    /// #        ^ nginx/system-root
    /// # | everything in `/` that nginx may read is served to everybody
    /// # | help: name the directory that holds the pages, and nothing else
    /// # >     root /srv/shop;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv;
    ///     location /srv/media/ {
    ///       root /;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/system-root" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#root"],
        check: Check::Blocks(check),
    }
}

const SYSTEM: [&str; 13] = [
    "/",
    "/bin",
    "/boot",
    "/etc",
    "/etc/nginx",
    "/etc/ssl",
    "/etc/letsencrypt",
    "/home",
    "/proc",
    "/root",
    "/sys",
    "/usr",
    "/var",
];

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for node in tree.nodes.iter().filter(|node| node.directive.is("root") || node.directive.is("alias")) {
        let Some(word) = node.directive.args.first().filter(|word| !word.is_open()) else { continue };
        let block = tree.block(node.parent);
        let location = block.and_then(parts).filter(|_| block.is_some_and(|block| block.is("location")));
        let served = match location {
            Some(("" | "^~", path)) if node.directive.is("root") => join(&word.value, path.trim_start_matches('/')),
            Some(("" | "^~", _)) | None => normalize(&word.value),
            Some(_) => continue,
        };
        let served = if served.is_empty() { "/" } else { served.trim_end_matches('/') };
        let served = if served.is_empty() { "/" } else { served };
        if SYSTEM.contains(&served)
            && ctx.project.look(tree.size(node.parent))
            && !tree.is_guarded(node.parent)
            && !answered(tree, node.parent)
        {
            sink.report(word.span, format!("everything in `{served}` that nginx may read is served to everybody"))
                .help("name the directory that holds the pages, and nothing else");
        }
    }
}

/// Whether a `location /` or a `return` answers before files of a server are looked for.
fn answered(tree: &Expanded, level: Level) -> bool {
    let own = ["root", "alias", "proxy_pass", "return", "fastcgi_pass", "uwsgi_pass", "grpc_pass", "deny"];
    let answers = |level: Level| tree.level(level).any(|(_, node)| own.iter().any(|name| node.directive.is(name)));
    let is_server = tree.block(level).is_some_and(|block| block.is("server"));
    is_server
        && tree.level(level).any(|(index, node)| {
            node.directive.is("return") || parts(node.directive) == Some(("", "/")) && answers(Some(index))
        })
}
