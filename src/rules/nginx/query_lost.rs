//! `nginx/query-lost`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// The last word of `try_files` takes the query string away from PHP.
    ///
    /// ## Why
    /// `try_files` goes on with its last word as it is written, and the query of the request is gone: with `/index.php` the application
    /// never sees `?page=2` or `?s=shoes` behind a path of its own. The start page still works, so it is found late.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/shop;
    ///     location / {
    ///       try_files $uri $uri/ /index.php;
    /// #                          ^^^^^^^^^^ nginx/query-lost
    /// # | `/page?x=1` arrives at `/index.php` without `x`: what stands here is the whole request, and it has no query
    /// # | help: write `/index.php$is_args$args`
    /// # >       try_files $uri $uri/ /index.php$is_args$args;
    ///     }
    ///     location ~ \.php$ {
    ///       try_files $uri =404;
    ///       fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///       fastcgi_param QUERY_STRING $query_string;
    ///       fastcgi_pass 127.0.0.1:9000;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/shop;
    ///     location / {
    ///       try_files $uri $uri/ /index.php?$args;
    ///     }
    ///     location /b {
    ///       try_files $uri $uri/ /index.php$is_args$args;
    ///     }
    ///     location ~ \.php$ {
    ///       try_files $uri =404;
    ///       fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///       fastcgi_param QUERY_STRING $query_string;
    ///       fastcgi_pass 127.0.0.1:9000;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/query-lost" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("try_files") {
        let [_, .., word] = &node.directive.args[..] else { continue };
        let script = word.value.starts_with('/') && word.value.ends_with(".php") && !word.is_open();
        let Some(server) = tree.server_of(node.parent).filter(|_| script) else { continue };
        if tree.is_for_files(node.parent) || !ctx.project.look(tree.nodes.len()) {
            continue;
        }
        let end = tree.nodes.get(server as usize).map_or(server, |own| own.end);
        let inside = |at: u32| (server..end).contains(&at);
        let runs = tree.named("fastcgi_pass").find(|(at, _)| inside(*at));
        // The path may be cut off, and the query put back, elsewhere.
        let rewrites = tree.own(node.parent, "rewrite").next().is_some();
        if let Some((_, runs)) = runs.filter(|_| !rewrites && !word.has_variables()) {
            let message = format!(
                "`/page?x=1` arrives at `{}` without `x`: what stands here is the whole request, and it has no query",
                word.value
            );
            sink.report(word.span, message)
                .help(format!("write `{}$is_args$args`", word.value))
                .related(runs.directive.words(), "PHP is asked here");
        }
    }
}
