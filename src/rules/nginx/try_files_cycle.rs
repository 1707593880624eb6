//! `nginx/try-files-cycle`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::syntax::nginx::Word;

rule! {
    /// The last word of `try_files` leads back to where it came from.
    ///
    /// ## Why
    /// The last word is not tried: nginx starts over with it. `try_files $uri $uri/;` starts over with the same path and a slash
    /// more, ten times, and then answers with 500 instead of 404: `rewrite or internal redirection cycle`. Folders without an
    /// index page end the same way. Every scanner that asks for paths you do not have fills the error log.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location / { try_files $uri $uri/; }
    /// #                               ^^^^^ nginx/try-files-cycle
    /// # | what is not there is answered with 500: nginx does not try the last word, it starts over with it
    /// # | help: add `=404` at the end, or `/index.html` when the browser takes care of the paths
    /// # >     location / { try_files $uri $uri/ =404; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location / { try_files $uri $uri/ /index.html; }
    ///     location /old/ { try_files $uri /new$uri; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Last words with other paths and other variables.
    "nginx/try-files-cycle" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("try_files").filter(|(_, node)| node.place.is_http()) {
        let same = |word: &&Word| matches!(&*word.value, "$uri" | "$uri/" | "${uri}" | "${uri}/");
        let Some(word) = node.directive.args.last().filter(same) else { continue };
        let message =
            "what is not there is answered with 500: nginx does not try the last word, it starts over with it";
        sink.report(word.span, message)
            .help("add `=404` at the end, or `/index.html` when the browser takes care of the paths");
    }
}
