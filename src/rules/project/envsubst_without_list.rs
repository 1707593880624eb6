//! `project/envsubst-without-list`

use crate::model::compose::Service;
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// `envsubst` empties the variables of nginx together with its own.
    ///
    /// ## Why
    /// Without a list it replaces every `$name`, also `$host` and `$remote_addr`, by nothing. nginx then does not start, `invalid number
    /// of arguments in "proxy_set_header"`, or passes on empty headers.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: nginx:1.28
    ///     command: sh -c "envsubst < /etc/nginx/site.conf.template > /etc/nginx/conf.d/site.conf && nginx -g 'daemon off;'"
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/envsubst-without-list
    /// # | `envsubst` without a list also empties `$host` and the other variables of nginx in `site.conf.template`
    /// # | help: name what it may replace, as in `envsubst '$$NAME'`, or put the template into /etc/nginx/templates,
    /// # | which the image fills in
    /// # >     environment: {NAME: shop.de}
    /// # >     command: sh -c "envsubst '$$NAME' < /etc/nginx/site.conf.template > /etc/nginx/conf.d/site.conf && nginx -g 'daemon off;'"
    ///     volumes: ["./site.conf.template:/etc/nginx/site.conf.template:ro"]
    /// ```
    /// ```nginx both file=site.conf.template
    /// server {
    ///     listen 80;
    ///     location / { proxy_pass http://app:8000; proxy_set_header Host $host; }
    /// }
    /// ```
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: nginx:1.28
    ///     command: sh -c "envsubst '$$SERVER_NAME' < /etc/nginx/site.conf.template > /etc/nginx/conf.d/site.conf && nginx"
    ///     volumes: ["./site.conf.template:/etc/nginx/site.conf.template:ro"]
    /// ```
    "project/envsubst-without-list" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.gnu.org/software/gettext/manual/html_node/envsubst-Invocation.html"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(process) = context.project.process(service) else { return };
    let Some(words) = process.words() else { return };
    for command in shell::run(words).iter().filter(|command| command.program() == "envsubst") {
        let input = command.redirects.iter().find(|redirect| redirect.operator == "<");
        let Some(name) = input.and_then(|input| input.target.text.rsplit('/').next()) else { continue };
        if command.words.len() > 1 {
            continue;
        }
        let Some(path) = context.project.with_nginx_variables(name) else { continue };
        let message =
            format!("`envsubst` without a list also empties `$host` and the other variables of nginx in `{path}`");
        sink.report(process.line(), message).help(
            "name what it may replace, as in `envsubst '$$NAME'`, or put the template into /etc/nginx/templates, which the \
             image fills in",
        );
    }
}
