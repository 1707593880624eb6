//! `nginx/module-missing`

use super::tree;
use crate::model::nginx::NginxFile;
use crate::rules::prelude::*;

rule! {
    /// A module is loaded that the image does not have.
    ///
    /// ## Why
    /// nginx opens the file when it starts: `dlopen() "..." failed (No such file or directory)`. The official images bring the modules
    /// that nginx.org builds, no Brotli, no headers-more, no GeoIP2. In Debian 12 and later and Ubuntu 24.04 and later the package
    /// `nginx` comes without `stream` and `mail`: they are in packages of their own, and without these nginx answers `unknown
    /// directive "stream"`.
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
    /// ### Debian's own nginx
    /// ```dockerfile bad
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends nginx
    /// # > RUN apt-get update && apt-get install -y --no-install-recommends nginx libnginx-mod-stream
    /// COPY nginx.conf /etc/nginx/nginx.conf
    /// CMD ["nginx", "-g", "daemon off;"]
    /// ```
    /// ```nginx bad file=nginx.conf
    /// include /etc/nginx/modules-enabled/*.conf;
    /// events {}
    ///   stream {
    /// # ^^^^^^ nginx/module-missing
    /// # | `stream` is in a package of its own here, which is not installed: nginx does not start
    /// # | help: install libnginx-mod-stream, too
    ///     server {
    ///       listen 5432;
    ///       proxy_pass 10.0.0.5:5432;
    ///     }
    ///   }
    /// ```
    /// ```dockerfile good
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends nginx libnginx-mod-stream
    /// COPY nginx.conf /etc/nginx/nginx.conf
    /// CMD ["nginx", "-g", "daemon off;"]
    /// ```
    /// ```nginx good file=nginx.conf
    /// include /etc/nginx/modules-enabled/*.conf;
    /// events {}
    /// stream {
    ///   server {
    ///     listen 5432;
    ///     proxy_pass 10.0.0.5:5432;
    ///   }
    /// }
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
    for (_, directive) in file.top().filter(|(_, directive)| directive.block.is_some()) {
        let name = &*directive.name.value;
        if !matches!(name, "stream" | "mail") {
            continue;
        }
        if let Some(package) = ctx.project.module_not_installed(nginx.file, name) {
            let message =
                format!("`{name}` is in a package of its own here, which is not installed: nginx does not start");
            sink.report(directive.name.span, message).help(format!("install {package}, too"));
        }
    }
}
