//! `nginx/redirect-to-unserved-name`

use crate::model::nginx::Server;
use crate::rules::prelude::*;

rule! {
    /// Visitors are sent to HTTPS under a name that no server has there.
    ///
    /// ## Why
    /// nginx answers them with the first server on port 443 and its certificate. If that is for another name, every visitor gets
    /// a warning instead of the page.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.kleinladen.de www.shop.kleinladen.de;
    ///   return 301 https://$host$request_uri;
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/redirect-to-unserved-name
    /// # | visitors of `shop.kleinladen.de` are sent to HTTPS, where no server has this name: they get the certificate of
    /// # | another one
    /// # | help: add `shop.kleinladen.de` to a server on port 443 and to its certificate, or send visitors to a name that is there
    /// # >   return 301 https://www.shop.kleinladen.de$request_uri;
    /// }
    /// server {
    ///   listen 443 ssl;
    ///   server_name www.shop.kleinladen.de;
    /// }
    /// ```
    /// ### A slip of the pen
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   server_name chatbot.kleinladen.de;
    ///   return 301 https://$server_name$request_uri;
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/redirect-to-unserved-name
    /// # | visitors of `chatbot.kleinladen.de` are sent to HTTPS, where no server has this name: they get the certificate
    /// # | of another one
    /// # | help: `chtbot.kleinladen.de` is on HTTPS: is one of the two misspelt?
    /// # >   return 301 https://chtbot.kleinladen.de$request_uri;
    /// }
    /// server {
    ///   listen 443 ssl;
    ///   server_name chtbot.kleinladen.de;
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.kleinladen.de www.shop.kleinladen.de;
    ///   return 301 https://www.shop.kleinladen.de$request_uri;
    /// }
    /// server {
    ///   listen 80;
    ///   server_name tee.kleinladen.de;
    ///   return 301 https://$host$request_uri;
    /// }
    /// server {
    ///   listen 80;
    ///   server_name www.tee.kleinladen.de;
    ///   location / { return 301 https://$host$request_uri; }
    /// }
    /// server {
    ///   listen 80;
    ///   server_name old.kleinladen.de;
    ///   return 301 https://kleinladen.example/old;
    /// }
    /// server {
    ///   listen 443 ssl;
    ///   server_name www.shop.kleinladen.de;
    ///   ssl_certificate /etc/letsencrypt/live/www.shop.kleinladen.de/fullchain.pem;
    /// }
    /// server {
    ///   listen 443 ssl;
    ///   server_name tee.example;
    ///   ssl_certificate /etc/letsencrypt/live/tee.kleinladen.de/fullchain.pem;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Names that lead to another machine as far as is known: those no server here has. Sites without a server on HTTPS: TLS may end
    /// in front of nginx. Servers beside one on HTTPS that is for every name.
    "nginx/redirect-to-unserved-name" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/configuring_https_servers.html#name_based_https_servers"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, context: &Context, sink: &mut Sink) {
    let plain = server.listens.iter().all(|listen| !listen.tls) && !server.old_ssl;
    let everywhere = server.returns || server.locations.iter().any(|one| one.path.value == "/" && one.returns);
    let Some(target) = server.redirects.as_ref().filter(|_| plain && everywhere) else {
        return sink.not_applicable();
    };
    if !context.project.knows_secure_names() {
        return sink.not_applicable();
    }
    let host = target.value.get(8..).unwrap_or("").split(['/', '?', ':']).next().unwrap_or("");
    let sent = |name: &str| match host.split('$').next() {
        Some("") => ["$host", "$http_host", "$server_name"].iter().any(|own| host.starts_with(own)),
        Some(fixed) => fixed.eq_ignore_ascii_case(name),
        None => false,
    };
    // `$server_name` is the first name, whatever was asked for.
    let many = if host.starts_with("$server_name") { 1 } else { server.names.len() };
    let names = server.names.iter().take(many);
    let unserved = names.map(|name| name.value.as_str()).find(|name| {
        let plain = name.contains('.') && !name.contains(['*', '~', '$', '{']) && !name.starts_with('.');
        plain && sent(name) && !context.project.is_secure_name(name)
    });
    let Some(name) = unserved else { return };
    let message = format!(
        "visitors of `{name}` are sent to HTTPS, where no server has this name: they get the certificate of another one"
    );
    let finding = sink.report(target.span, message);
    match context.project.secure_name_near(name) {
        Some(near) => finding.help(format!("`{near}` is on HTTPS: is one of the two misspelt?")),
        None => finding.help(format!(
            "add `{name}` to a server on port 443 and to its certificate, or send visitors to a name that is there"
        )),
    };
}
