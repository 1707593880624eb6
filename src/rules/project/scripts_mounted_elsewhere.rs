//! `project/scripts-mounted-elsewhere`

use crate::model::compose::Mount;
use crate::model::nginx::{Effective, Protocol, Server};
use crate::project::Machine;
use crate::rules::prelude::*;
use crate::source::{Answer, below, join, normalize};

rule! {
    /// PHP is given a path that its container does not have.
    ///
    /// ## Why
    /// nginx tells PHP the path of the script as nginx sees it. Where the two containers have the code at different places, there is no
    /// such file for PHP: every page is "File not found.", and the log says "Primary script unknown".
    ///
    /// ## Examples
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.29-alpine
    ///     ports: ["80:80"]
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - ./src:/usr/share/nginx/html:ro
    ///   php:
    ///     image: php:8.3-fpm
    ///     volumes:
    ///       - ./src:/var/www/html
    /// ```
    /// ```text both file=src/index.php
    /// <?php
    /// ```
    /// ```nginx bad file=site.conf
    /// server {
    ///   listen 80;
    ///   root /usr/share/nginx/html;
    ///   location ~ \.php$ {
    ///     fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    /// #                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/scripts-mounted-elsewhere
    /// # | `/usr/share/nginx/html` is not in the container of service `php`: PHP answers every page with "File not
    /// # | found."
    /// # | help: write `/var/www/html$fastcgi_script_name`, or mount the code at the same path in both
    /// # >     fastcgi_param SCRIPT_FILENAME /var/www/html$fastcgi_script_name;
    ///     fastcgi_pass php:9000;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///   listen 80;
    ///   root /usr/share/nginx/html;
    ///   location ~ \.php$ {
    ///     root /var/www/html;
    ///     fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///     fastcgi_pass php:9000;
    ///   }
    /// }
    /// ```
    "project/scripts-mounted-elsewhere" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_fastcgi_module.html#fastcgi_param"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let Answer::Yes(Machine::Container(nginx)) = ctx.project.machine(server.file) else {
        return sink.not_applicable();
    };
    for hop in ctx.project.hops(server) {
        if hop.location.pass.as_ref().is_none_or(|pass| pass.protocol != Protocol::FastCgi) {
            continue;
        }
        let level = hop.location.level;
        let Effective::Set(params) = ctx.project.in_effect(server, level, "fastcgi_param") else { continue };
        let script = params.into_iter().rev().find(|own| own.arg(0) == Some("SCRIPT_FILENAME"));
        let Some(script) = script.and_then(|own| own.args.get(1)) else { continue };
        let own = script.value.starts_with("$document_root") || script.value.starts_with("$realpath_root");
        let Effective::Set(root) = ctx.project.in_effect(server, level, "root") else { continue };
        let Some(root) = root.last().and_then(|own| own.args.first()).filter(|root| own && !root.is_open()) else {
            continue;
        };
        let path = normalize(&root.value);
        // Where nginx has the code from.
        let Some((source, rest)) =
            nginx.mounts.iter().find_map(|own| Some((own.source.get()?, below(&path, own.target.get()?)?.to_owned())))
        else {
            continue;
        };
        for (php, _) in ctx.project.reached(server.file, &hop) {
            // What is built here may have a copy of it.
            let related = |mount: &Mount| {
                mount.target.get().is_none_or(|to| below(&path, to).is_some() || below(to, &path).is_some())
            };
            if php.build.is_some() || php.gap.is_some() || php.mounts.iter().any(related) {
                continue;
            }
            let Some((there, target)) = php
                .mounts
                .iter()
                .find_map(|own| Some((own, own.target.get().filter(|_| own.source.get() == Some(source))?)))
            else {
                continue;
            };
            let whole = join(target, &rest);
            sink.report(
                script.span,
                format!(
                    "`{path}` is not in the container of service `{}`: PHP answers every page with \"File not found.\"",
                    php.name.value
                ),
            )
            .help(format!(
                "write `{}$fastcgi_script_name`, or mount the code at the same path in both",
                whole.trim_end_matches('/')
            ))
            .related(there.span, format!("there it is at `{target}`"));
        }
    }
}
