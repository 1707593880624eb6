//! `nginx/root-repeats-location`

use crate::model::nginx::{Expanded, parts};
use crate::rules::prelude::*;

rule! {
    /// The `root` of a location ends with the path of the location.
    ///
    /// ## Why
    /// `root` puts the whole path of the request behind the folder. With `root /srv/app/static;` in `location /static/` nginx
    /// looks for `/srv/app/static/static/app.css`, and every file is 404. `alias` puts only the rest there.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   include mime.types;
    ///   server {
    ///     listen 80;
    ///     location /static/ { root /srv/app/static; }
    /// #                            ^^^^^^^^^^^^^^^ nginx/root-repeats-location
    /// # | `/static/a.css` is looked for at `/srv/app/static/static/a.css`
    /// # | help: write `root /srv/app;`, or `alias /srv/app/static/;`
    /// # >     location /static/ { root /srv/app; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   include mime.types;
    ///   server {
    ///     listen 80;
    ///     location /static/ { root /srv/app; }
    ///     location /media/ { alias /srv/app/media/; }
    ///     location /.well-known/acme-challenge/ { root /var/www/acme-challenge; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Folders of Let's Encrypt, which certbot fills the same way.
    "nginx/root-repeats-location" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#root"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("root").filter(|(_, node)| node.place.is_http()) {
        let Some(word) = node.directive.args.first().filter(|word| !word.is_open()) else { continue };
        let Some(("" | "^~", path)) = tree.block(node.parent).and_then(parts) else { continue };
        let (inner, folder) = (path.trim_matches('/'), word.value.trim_end_matches('/'));
        let Some(before) = folder.strip_suffix(inner).and_then(|rest| rest.strip_suffix('/')) else { continue };
        let changed = ["rewrite", "try_files", "if"].iter().any(|name| tree.own(node.parent, name).next().is_some());
        if inner.is_empty() || before.is_empty() || changed || inner.starts_with(".well-known") {
            continue;
        }
        sink.report(word.span, format!("`/{inner}/a.css` is looked for at `{folder}/{inner}/a.css`"))
            .help(format!("write `root {before};`, or `alias {folder}/;`"));
    }
}
