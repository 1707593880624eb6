//! `nginx/redirects-to-itself`

use crate::model::nginx::{Config, Expanded, Level, Location, Server, Socket, route, sockets};
use crate::rules::prelude::*;
use crate::source::Answer;
use crate::syntax::nginx::Word;

rule! {
    /// A redirect leads to the server and location that it comes from.
    ///
    /// ## Why
    /// The browser asks again, gets the same answer, and gives up after some twenty rounds: `ERR_TOO_MANY_REDIRECTS`. A server on port
    /// 443 that sends visitors to its own name does so, and one that is for 80 and 443 and sends everybody to HTTPS.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl;
    ///   server_name www.shop.de;
    ///   return 301 https://www.shop.de$request_uri;
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/redirects-to-itself
    /// # | this server answers there, too, and redirects again: visitors never get a page
    /// # | help: write the name of the server they are meant for
    /// # >   return 301 https://shop.de$request_uri;
    /// }
    /// server {
    ///   listen 80;
    /// # >
    ///   listen 443 ssl;
    ///   server_name tee.de;
    ///   location / {
    ///     return 301 https://$host$request_uri;
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/redirects-to-itself
    /// # | this server answers there, too, and redirects again: visitors never get a page
    /// # | help: give plain HTTP a server of its own, and redirect there alone
    /// # >     proxy_pass http://10.0.0.1:8000;
    ///   }
    /// }
    /// server {
    ///   listen 80;
    ///   server_name docs.de;
    ///   location ~ ^/go/?$ { return 301 /go/; }
    /// #                                 ^^^^ nginx/redirects-to-itself
    /// # | the location takes requests for `/go/`, too, and redirects again: visitors never get a page
    /// # | help: write `location = ...` for the path that is redirected, or another target
    /// # >   location = /go { return 301 /go/; }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 443 ssl;
    ///   server_name www.shop.de;
    ///   return 301 https://shop.de$request_uri;
    /// }
    /// server {
    ///   listen 443 ssl;
    ///   server_name shop.de;
    ///   location = /go { return 301 /go/; }
    ///   location /old { return 301 /new; }
    ///   location /new { root /srv; }
    /// }
    /// server {
    ///   listen 80;
    ///   server_name shop.de www.shop.de;
    ///   return 301 https://$host$request_uri;
    /// }
    /// server {
    ///   listen 80;
    ///   listen 443 ssl;
    ///   server_name tee.de;
    ///   if ($scheme = http) { return 301 https://$host$request_uri; }
    /// }
    /// server {
    ///   listen 8080;
    ///   server_name mug.de;
    ///   return 301 http://mug.de$request_uri;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Redirects behind a condition, targets with variables of one's own, `rewrite`, and loops over several servers.
    "nginx/redirects-to-itself" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let returns = |server: &&Server| server.returns || server.locations.iter().any(|location| location.returns);
    let mut servers = config.servers.iter().filter(returns).filter(|server| server.inner_gap.is_none()).peekable();
    if servers.peek().is_none() {
        return sink.not_applicable();
    }
    let (tree, sockets) = (ctx.project.nginx_tree(config), sockets(config));
    for server in servers {
        if !ctx.project.look(1 + server.locations.len() + sockets.len()) {
            return;
        }
        if let Some(target) = redirect(&tree, Some(server.level)) {
            // Before any location is looked at: whatever the path is.
            if Target::of(target).is_some_and(|to| to.leads_to(server, &sockets)) {
                let mixed = sockets.iter().filter(|socket| has(socket, server)).any(|socket| !socket.tls);
                let help = match mixed && target.value.starts_with("https://") {
                    true => "give plain HTTP a server of its own, and redirect there alone",
                    false => "write the name of the server they are meant for",
                };
                sink.report(target.span, AGAIN).help(help);
            }
            continue;
        }
        for location in server.locations.iter().filter(|location| location.returns) {
            let Some(target) = redirect(&tree, Some(location.level)) else { continue };
            let Some(to) = Target::of(target).filter(|to| to.leads_to(server, &sockets)) else { continue };
            if to.keeps_path() && !location.path.value.starts_with('@') {
                let help = "give plain HTTP a server of its own, and redirect there alone";
                sink.report(target.span, AGAIN).help(help);
            } else if let Some(path) = to.path().filter(|path| takes(server, location, path)) {
                let message = format!(
                    "the location takes requests for `{path}`, too, and redirects again: visitors never get a page"
                );
                let help = "write `location = ...` for the path that is redirected, or another target";
                sink.report(target.span, message).help(help);
            }
        }
    }
}

const AGAIN: &str = "this server answers there, too, and redirects again: visitors never get a page";

/// Where a level sends every request that comes to it.
fn redirect<'a>(tree: &Expanded<'a>, level: Level) -> Option<&'a Word> {
    let unsure = ["if", "rewrite", "break", "set", "error_page"];
    if unsure.iter().any(|name| tree.own(level, name).next().is_some()) {
        return None;
    }
    match &tree.own(level, "return").next()?.args[..] {
        [code, target] if matches!(&*code.value, "301" | "302" | "303" | "307" | "308") => Some(target),
        [target] if target.value.contains("://") => Some(target),
        _ => None,
    }
}

fn has(socket: &Socket, server: &Server) -> bool {
    socket.servers().any(|own| own.span == server.span)
}

/// Whether a path comes back to the location.
fn takes(server: &Server, location: &Location, path: &str) -> bool {
    matches!(route(server, path), Answer::Yes(taken) if taken.span == location.span)
}

/// Where a redirect leads.
struct Target<'a> {
    /// `https` or `http`; none: that of the request.
    scheme: Option<&'a str>,
    /// The host, with its port; empty: that of the request.
    host: &'a str,
    /// What follows.
    rest: &'a str,
}

impl<'a> Target<'a> {
    fn of(word: &'a Word) -> Option<Self> {
        let text = &*word.value;
        if text.starts_with('/') && !text.starts_with("//") {
            return Some(Target { scheme: None, host: "", rest: text });
        }
        let (scheme, behind) = text.split_once("://")?;
        let scheme = match scheme {
            "http" | "https" => Some(scheme),
            "$scheme" => None,
            _ => return None,
        };
        let own = ["$http_host", "$host", "$server_name"].into_iter().find(|name| behind.starts_with(name));
        let end = match own {
            Some(name) => name.len(),
            None => behind.find(['/', '?', '$']).unwrap_or(behind.len()),
        };
        let (host, rest) = behind.split_at_checked(end)?;
        (!host.is_empty() && rest.chars().next().is_none_or(|c| matches!(c, '/' | '?' | '$'))).then_some(Target {
            scheme,
            host,
            rest,
        })
    }

    /// Whether the path of the request is asked for again.
    fn keeps_path(&self) -> bool {
        matches!(self.rest, "$request_uri" | "$uri" | "$uri$is_args$args" | "$document_uri")
    }

    /// The path that is asked for, when it stands there.
    fn path(&self) -> Option<&'a str> {
        let path = self.rest.split(['?', '#']).next().unwrap_or(self.rest);
        let path = if path.is_empty() { "/" } else { path };
        (path.starts_with('/') && !self.rest.contains('$')).then_some(path)
    }

    /// Whether the server answers there.
    fn leads_to(&self, server: &Server, sockets: &[Socket]) -> bool {
        let (host, port) = match self.host.rsplit_once(':') {
            Some((host, port)) => (host, port.parse::<u16>().ok()),
            None => (self.host, None),
        };
        let usual = match self.scheme {
            Some("https") => Some(443),
            Some(_) => Some(80),
            None => None,
        };
        let port = port.or(usual);
        let fits = |socket: &&Socket| {
            let tls = self.scheme.is_none_or(|scheme| socket.tls == (scheme == "https"));
            tls && port.is_none_or(|port| port == socket.port) && has(socket, server)
        };
        let is_own =
            |socket: &Socket, name: &str| matches!(socket.named(name), Answer::Yes(own) if own.span == server.span);
        sockets.iter().filter(fits).any(|socket| match host {
            "" | "$host" | "$http_host" | "$server_name" => {
                let default = socket.default_server().is_some_and(|own| own.span == server.span);
                default || server.names.iter().any(|name| is_own(socket, &name.value))
            }
            host => is_own(socket, host),
        })
    }
}
