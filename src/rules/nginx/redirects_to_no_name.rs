//! `nginx/redirects-to-no-name`

use crate::model::nginx::Server;
use crate::rules::prelude::*;

rule! {
    /// Visitors are sent to a server name that no browser can open.
    ///
    /// ## Why
    /// `$server_name` is the first name behind `server_name`, as it is written there. With `_`, which stands for every name, the
    /// address is `https://_/`.
    ///
    /// ## Examples
    /// ```nginx bad
    /// server {
    ///     listen 80;
    ///     server_name _;
    ///     return 301 https://$server_name$request_uri;
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/redirects-to-no-name
    /// # | `$server_name` is `_` here, so visitors are sent to an address that no browser can open
    /// # | help: write `$host` in its place
    /// # >     return 301 https://$host$request_uri;
    /// }
    /// ```
    /// ```nginx good
    /// server {
    ///     listen 80;
    ///     server_name _;
    ///     return 301 https://$host$request_uri;
    /// }
    /// server {
    ///     listen 80;
    ///     server_name shop.example.org *.shop.example.org;
    ///     return 301 https://$server_name$request_uri;
    /// }
    /// ```
    "nginx/redirects-to-no-name" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#var_server_name"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, _: &Context, sink: &mut Sink) {
    let own = |target: &&Spanned<String>| {
        target.value.split("://").nth(1).is_some_and(|rest| rest.starts_with("$server_name"))
    };
    let Some(target) = server.redirects.as_ref().filter(own) else { return sink.not_applicable() };
    let first = server.names.first().map_or("", |name| name.value.as_str());
    // What is filled in later may be a name; a dot in front is taken off.
    let bare = first.strip_prefix('.').unwrap_or(first);
    let filled = first.contains(['$', '{', '<']);
    if filled || bare.starts_with(|c: char| c.is_ascii_alphanumeric()) && !bare.contains('*') {
        return;
    }
    let is = if first.is_empty() { "empty here".to_owned() } else { format!("`{first}` here") };
    sink.report(
        target.span,
        format!("`$server_name` is {is}, so visitors are sent to an address that no browser can open"),
    )
    .help("write `$host` in its place");
}
