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
    /// ## Sites that nobody enables
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   include /etc/nginx/sites-enabled/*;
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/include-missing
    /// # | nothing is at this place in the container of service `web`: the sites are in `sites-available`, and none of
    /// # | them is served
    /// # | help: mount the folder as `/etc/nginx/sites-enabled`, or include `sites-available`
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./nginx.conf:/etc/nginx/nginx.conf:ro
    ///       - ./sites-available:/etc/nginx/sites-available:ro
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   include /etc/nginx/sites-enabled/*;
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./nginx.conf:/etc/nginx/nginx.conf:ro
    ///       - ./sites-available:/etc/nginx/sites-enabled:ro
    /// ```
    /// ```nginx both file=sites-available/shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.kleinladen.de;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Other patterns, which may fit nothing. Images that something was installed in, and those of others.
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
        if let Some(service) = ctx.project.not_enabled(nginx.file, &word.value) {
            let name = &service.name.value;
            let message = format!(
                "nothing is at this place in the container of service `{name}`: the sites are in `sites-available`, and none of \
                 them is served"
            );
            let finding = sink.report(word.span, message);
            finding.help("mount the folder as `/etc/nginx/sites-enabled`, or include `sites-available`");
            finding.related(service.name.span, "only `sites-available` is mounted here");
            finding.severity(High).effect(BreaksAtRuntime);
            continue;
        }
        let Some((service, path)) = ctx.project.not_in_container(nginx.file, &word.value) else { continue };
        let message =
            format!("`{path}` is not in the container of service `{}`: nginx does not start", service.name.value);
        sink.report(word.span, message)
            .help(format!("mount the file there, too: `./FILE:{path}:ro`"))
            .related(service.name.span, "nothing is mounted there, and the image has no such file");
    }
}
