//! `nginx/include-missing`

use super::tree;
use crate::model::nginx::NginxFile;
use crate::rules::prelude::*;

rule! {
    /// An included file is not in the container.
    ///
    /// ## Why
    /// nginx refuses to start when a file it is told to include is not there (`open() failed`). The file may well be in the project:
    /// what counts is what is mounted or copied beside the configuration. Debian's `proxy_params` and `snippets/` are not in the
    /// official image.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx/shop.conf
    /// server {
    ///   listen 80;
    ///   include snippets/gzip.conf;
    /// #         ^^^^^^^^^^^^^^^^^^ nginx/include-missing
    /// # | `/etc/nginx/snippets/gzip.conf` is not in the container of service `web`: nginx does not start
    /// # | help: mount the file there, too: `./FILE:/etc/nginx/snippets/gzip.conf:ro`
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./nginx/shop.conf:/etc/nginx/conf.d/shop.conf:ro"]
    /// # >     volumes:
    /// # >       - ./nginx/shop.conf:/etc/nginx/conf.d/shop.conf:ro
    /// # >       - ./nginx/snippets/gzip.conf:/etc/nginx/snippets/gzip.conf:ro
    /// ```
    /// ```nginx good file=nginx/shop.conf
    /// server {
    ///   listen 80;
    ///   include snippets/gzip.conf;
    ///   include mime.types;
    ///   include extra/*.conf;
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./nginx/shop.conf:/etc/nginx/conf.d/shop.conf:ro
    ///       - ./nginx/snippets:/etc/nginx/snippets:ro
    /// ```
    /// ```nginx both file=nginx/snippets/gzip.conf
    /// gzip on;
    /// ```
    ///
    /// ## What it does not report
    /// Patterns, which may fit nothing. Images that something was installed in, and those of others.
    "nginx/include-missing" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/ngx_core_module.html#include"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx).filter(|file| !file.unbalanced) else { return };
    for include in file.directives.iter().filter(|directive| directive.is("include")) {
        let Some(word) = include.args.first() else { continue };
        let Some((service, path)) = ctx.project.not_in_container(nginx.file, &word.value) else { continue };
        let message =
            format!("`{path}` is not in the container of service `{}`: nginx does not start", service.name.value);
        sink.report(word.span, message)
            .help(format!("mount the file there, too: `./FILE:{path}:ro`"))
            .related(service.name.span, "nothing is mounted there, and the image has no such file");
    }
}
