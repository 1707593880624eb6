//! `project/password-file-missing`

use std::collections::HashSet;

use crate::model::nginx::{Effective, Expanded};
use crate::project::{Located, Machine};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// The file with the passwords is not in the container of nginx.
    ///
    /// ## Why
    /// nginx starts without it and looks for it with each request. What it cannot find lets nobody in: with the right password, too,
    /// the answer is 403, and the error log says `open() "/etc/nginx/.htpasswd" failed`.
    ///
    /// ## Examples
    /// ```nginx bad file=site.conf
    /// server {
    ///     listen 80;
    ///     location /admin/ {
    ///         auth_basic "Admin";
    ///         auth_basic_user_file /etc/nginx/.htpasswd;
    /// #                            ^^^^^^^^^^^^^^^^^^^^ project/password-file-missing
    /// # | nobody gets in: the file is not in the container of service `nginx`, so nginx answers 403
    /// # | help: mount it, `./htpasswd:/etc/nginx/.htpasswd:ro`
    ///     }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   nginx:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - ./users:/etc/nginx/users:ro
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///     listen 80;
    ///     location /admin/ {
    ///         auth_basic "Admin";
    ///         auth_basic_user_file /etc/nginx/users;
    ///     }
    ///     location /open/ {
    ///         auth_basic off;
    ///         auth_basic_user_file /etc/nginx/.htpasswd;
    ///     }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// What lies on the host, images of one's own, and containers that are started another way: the file may be made there.
    "project/password-file-missing" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_auth_basic_module.html#auth_basic_user_file"],
        at_first: true,
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let mut told = HashSet::new();
    for (_, node) in tree.named("auth_basic_user_file") {
        let Some(file) = node.directive.args.first().filter(|word| !word.is_open()) else { continue };
        let off = |set: &[&Directive]| set.last().is_none_or(|one| one.arg(0) == Some("off"));
        if matches!(tree.effective(node.parent, "auth_basic"), Effective::Set(set) if off(&set)) {
            continue;
        }
        let Answer::Yes(Machine::Container(nginx)) = ctx.project.machine(file.span.file) else { continue };
        let path = match file.value.starts_with('/') {
            true => file.value.to_string(),
            false => format!("/etc/nginx/{}", file.value),
        };
        let here = matches!(ctx.project.locate(nginx, &path), Answer::Yes(Located::Project(_)));
        let made =
            !nginx.command.is_absent() || !nginx.entrypoint.is_absent() || ctx.project.assumed().file(&file.value);
        if here || made || !ctx.project.has_nothing_at(nginx, &path) || !told.insert(path.clone()) {
            continue;
        }
        let name = &nginx.name.value;
        let message =
            format!("nobody gets in: the file is not in the container of service `{name}`, so nginx answers 403");
        sink.report(file.span, message)
            .help(format!("mount it, `./htpasswd:{path}:ro`"))
            .related(nginx.name.span, "nginx runs here");
    }
}
