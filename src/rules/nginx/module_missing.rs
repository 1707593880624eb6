//! `nginx/module-missing`

use super::tree;
use crate::model::nginx::NginxFile;
use crate::rules::prelude::*;

rule! {
    /// A module is loaded that the image does not have.
    ///
    /// ## Why
    /// nginx opens the file when it starts: `dlopen() "..." failed (No such file or directory)`. The official images bring the modules
    /// that nginx.org builds, no Brotli, no headers-more, no GeoIP2.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// load_module modules/ngx_http_brotli_filter_module.so;
    /// #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/module-missing
    /// # | the official image does not have this module: nginx does not start
    /// # | help: use an image that has it, build one, or remove the line and what it is for
    /// # >
    /// events {}
    /// http { server { listen 80; } }
    /// ```
    /// ```nginx good file=nginx.conf
    /// load_module modules/ngx_http_image_filter_module.so;
    /// events {}
    /// http { server { listen 80; } }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Images in which something was installed, and those of others.
    "nginx/module-missing" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/ngx_core_module.html#load_module", "https://nginx.org/en/linux_packages.html#dynmodules"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx).filter(|file| !file.unbalanced) else { return };
    for (_, directive) in file.top().filter(|(_, directive)| directive.is("load_module")) {
        let Some(word) = directive.args.first().filter(|word| !word.is_open()) else { continue };
        if ctx.project.lacks_module(nginx.file, &word.value) {
            sink.report(word.span, "the official image does not have this module: nginx does not start")
                .help("use an image that has it, build one, or remove the line and what it is for");
        }
    }
}
