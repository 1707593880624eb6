//! `nginx/types-missing`

use crate::model::nginx::{Expanded, parts};
use crate::rules::prelude::*;

rule! {
    /// Style sheets are sent as plain text, and browsers refuse them.
    ///
    /// ## Why
    /// Without `include mime.types` nginx knows three endings: html, gif and jpg. Everything else goes out with `default_type`,
    /// as `text/plain` or `application/octet-stream`. Browsers refuse style sheets and modules with that type: the page
    /// comes up bare, `because its MIME type ('text/plain') is not a supported stylesheet MIME type`. It happens when a
    /// short `nginx.conf` of one's own takes the place of the one that comes with nginx.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    /// #   ^^^^^^^^^^^^^ nginx/types-missing
    /// # | style sheets and scripts go out as `text/plain`: nothing here tells nginx the types of files
    /// # | help: add `include mime.types;` to `http`
    /// # >     include mime.types;
    /// # >     root /srv/www;
    ///     location / { try_files $uri =404; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   include mime.types;
    ///   server {
    ///     listen 80;
    ///     location /static/ { alias /srv/static/; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /.well-known/acme-challenge/ { root /var/www/certbot; }
    ///     location = /50x.html { root /usr/share/nginx/html; }
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Configurations that set `types` anywhere, or include files nobody sees; folders that are not called after style sheets,
    /// scripts or pages.
    "nginx/types-missing" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#types"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let Some((_, http)) = tree.named("http").next() else { return sink.not_applicable() };
    let typed =
        |name: &str| tree.named("include").any(|(_, node)| node.directive.arg(0).is_some_and(|own| own.contains(name)));
    if tree.named("types").next().is_some() || typed("mime") || typed("types") {
        return;
    }
    let mut folders = ["root", "alias"].into_iter().flat_map(|name| tree.named(name));
    let Some((_, folder)) = folders.find(|(_, node)| holds_pages(tree, node.parent)) else { return };
    if let Some(why) = tree.gap_anywhere() {
        return sink.unknown(folder.directive.words(), why.leaves("the types of files may be told elsewhere"));
    }
    let default = tree.value(folder.parent, "default_type").map_or("text/plain", |word| &*word.value);
    let message =
        format!("style sheets and scripts go out as `{default}`: nothing here tells nginx the types of files");
    sink.report(folder.directive.words(), message)
        .help("add `include mime.types;` to `http`")
        .related(http.directive.name.span, "the types of files belong here");
}

/// What passes requests on.
const PASSES: [&str; 3] = ["proxy_pass", "fastcgi_pass", "uwsgi_pass"];

/// Whether a level serves pages or what they are made of, and not challenges of Let's Encrypt, uploads, or one page.
fn holds_pages(tree: &Expanded, level: Option<u32>) -> bool {
    let own = |name: &str| tree.own(level, name).next().is_some();
    let Some((modifier, path)) = tree.block(level).and_then(parts) else {
        // The folder of a server counts where something serves from it.
        let passes = |level| PASSES.iter().any(|name| tree.own(level, name).next().is_some());
        let mut says = ["try_files", "index"].into_iter().flat_map(|name| tree.named(name));
        return says.any(|(_, node)| !passes(node.parent));
    };
    let styles = ["static", "asset", "css", "/js", "dist", "build", "public", "_next", "admin"];
    let pages = path == "/" || styles.iter().any(|word| path.contains(word));
    pages && modifier != "=" && !own("internal") && !own("return") && !PASSES.iter().any(|name| own(name))
}
