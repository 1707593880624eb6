//! `nginx/unknown-directive`

use super::tree;
use crate::model::nginx::{NginxFile, Place};
use crate::project::Version;
use crate::rules::prelude::*;
use crate::syntax::nginx::{Directive, File, table};

rule! {
    /// A directive that nginx does not know.
    ///
    /// ## Why
    /// nginx refuses to start with `unknown directive`, and a reload keeps the old configuration. Names are
    /// case-sensitive.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   sever_name shop.example;
    /// # ^^^^^^^^^^ nginx/unknown-directive
    /// # | nginx does not know `sever_name`
    /// # | help: write `server_name`
    /// # >   server_name shop.example;
    ///   location / {
    ///     proxy_passs http://app:8000;
    /// #   ^^^^^^^^^^^ nginx/unknown-directive
    /// # >     proxy_pass http://app:8000;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   server_name shop.example;
    ///   location / {
    ///     proxy_pass http://app:8000;
    ///     more_set_headers "Server: shop";
    ///   }
    /// }
    /// ```
    ///
    /// ## A directive that nginx has dropped
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 443;
    /// # >   listen 443 ssl;
    ///   ssl on;
    /// # ^^^ nginx/unknown-directive
    /// # | `ssl` is gone since nginx 1.25.1, newer versions do not start
    /// # | help: write `ssl` on the `listen` line instead: `listen 443 ssl;`
    /// # >
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl;
    /// }
    /// ```
    ///
    /// ## A complete configuration
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   turbo_mode on;
    /// # ^^^^^^^^^^ nginx/unknown-directive
    /// # | nginx does not know `turbo_mode`, and no module is loaded that could
    /// # | help: remove it, or load the module it belongs to with `load_module`
    /// # >
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// load_module modules/ngx_http_turbo_module.so;
    /// events {}
    /// http {
    ///   turbo_mode on;
    /// }
    /// ```
    ///
    /// ## Modules that the official image does not have
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   brotli on;
    /// # ^^^^^^ nginx/unknown-directive
    /// # | nginx does not know `brotli`: the image is the official one, which has no other modules
    /// # | help: remove it, or use an image that has google/ngx_brotli and load it with `load_module`
    /// # >
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   gzip on;
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./conf.d:/etc/nginx/conf.d:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Directives of known modules outside nginx, and names that are like no known one as long as the configuration is
    /// not complete or loads modules. Names up to nginx 1.31 are known.
    "nginx/unknown-directive" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/dirindex.html", "https://nginx.org/en/CHANGES"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx).filter(|file| file.template.is_none() && !file.unbalanced) else { return };
    let (places, gap) = (ctx.project.places(nginx), ctx.project.gap_around(nginx));
    let stock = ctx.project.stock_of(nginx.file);
    let version = ctx.project.nginx_of(nginx.file).map(|here| here.version);
    let bare = stock.is_some_and(|stock| stock.bare) && !ctx.project.loads_modules(nginx);
    for directive in &file.directives {
        let name = &*directive.name.value;
        let known = table::lookup(name).iter().any(|entry| entry.removed.is_empty());
        if known || is_entry(file, places, directive) {
            continue;
        }
        let span = directive.name.span;
        if let Some((help, end)) = table::removed(name) {
            let older = version.zip(Version::parse(end)).map(|(here, end)| here < end);
            match older {
                Some(true) => {}
                _ => {
                    let message = format!("`{name}` is gone since nginx {end}, newer versions do not start");
                    sink.report(span, message).help(help);
                }
            }
        } else if let Some((word, _)) = name.split_once('(').filter(|(word, _)| *word == "if") {
            sink.report(span, "nginx needs a space between `if` and `(`").help(format!("write `{word} (...) {{`"));
        } else if directive.name.is_placeholder() {
            sink.unknown(span, "the name of the directive is a placeholder");
        } else if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            sink.report(span, "this is no name of a directive, and no module has one like it")
                .help("end the line above with `;`, or remove this");
        } else if bare && !name.contains(['.', '/']) {
            let module = table::foreign(name);
            let nearest = table::nearest(name).filter(|_| module.is_none());
            let message =
                format!("nginx does not know `{name}`: the image is the official one, which has no other modules");
            sink.report(span, message).help(match (nearest, module) {
                (Some(nearest), _) => format!("write `{nearest}`"),
                (None, Some("NGINX Plus")) => "remove it: only the commercial version knows it".to_owned(),
                (None, Some(module)) => {
                    format!("remove it, or use an image that has {module} and load it with `load_module`")
                }
                (None, None) => {
                    "remove it, or use an image that has the module and load it with `load_module`".to_owned()
                }
            });
        } else if let Some(module) = table::foreign(name) {
            sink.unknown(
                span,
                match module {
                    "NGINX Plus" => format!("only the commercial version of nginx knows `{name}`"),
                    _ => format!("`{name}` is a directive of {module}, which is not part of nginx"),
                },
            );
        } else if let Some(nearest) = table::nearest(name) {
            let finding = sink.report(span, format!("nginx does not know `{name}`"));
            finding.help(format!("write `{nearest}`"));
            if gap.is_some() {
                finding.confidence(Likely);
            }
        } else if let Some(why) = gap {
            sink.unknown(span, why.leaves("a module that is not seen here may know this directive"));
        } else {
            sink.report(span, format!("nginx does not know `{}`, and no module is loaded that could", ctx.quote(span)))
                .help("remove it, or load the module it belongs to with `load_module`");
        }
    }
}

/// Whether it stands among the entries of a `map` and the like, or inside a block that nobody knows.
fn is_entry(file: &File, places: &[Place], directive: &Directive) -> bool {
    let mut at = directive.parent;
    // An unknown block alone is reported, what is in it is not.
    while let Some(block) = at.and_then(|index| file.directives.get(index as usize)) {
        let name = &*block.name.value;
        if table::lookup(name).is_empty() || matches!(Place::Main.inside(name), Place::Entries) {
            return true;
        }
        at = block.parent;
    }
    places.iter().all(|place| matches!(place, Place::Entries | Place::Foreign))
}
