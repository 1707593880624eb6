//! `nginx/redirects-to-itself`

use crate::model::nginx::{Expanded, Level, Location, Server, Socket, route, sockets};
use crate::rules::prelude::*;
use crate::source::Answer;
use crate::syntax::nginx::{Directive, Word};

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
    /// Redirects behind a condition, targets with variables of one's own, `rewrite`, and loops over more than two servers.
    ///
    /// ### A condition that stays true
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name shop.kleinladen.de;
    ///     if ($host = shop.kleinladen.de) { return 301 http://shop.kleinladen.de$request_uri; }
    /// #                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/redirects-to-itself
    /// # | what is asked for here is true there, too: visitors are redirected again and again
    /// # | help: turn the condition around, or name another host
    /// # >     if ($host = www.kleinladen.de) { return 301 http://shop.kleinladen.de$request_uri; }
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name shop.kleinladen.de www.kleinladen.de;
    ///     if ($host = www.kleinladen.de) { return 301 http://shop.kleinladen.de$request_uri; }
    ///     if ($http_x_forwarded_proto = "http") { return 301 https://$host$request_uri; }
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///   }
    ///   server {
    ///     listen 80;
    ///     server_name api.kleinladen.de;
    ///     if ($host = api.kleinladen.de) { return 301 https://$host$request_uri; }
    ///     return 404;
    ///   }
    /// }
    /// ```
    ///
    /// ### To another server and back
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name kleinladen.de;
    ///     return 301 http://www.kleinladen.de$request_uri;
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/redirects-to-itself
    /// # | the server that this leads to sends visitors back here: they never get a page
    /// # | help: take one of the two redirects out
    ///   }
    ///   server {
    ///     listen 80;
    ///     server_name www.kleinladen.de;
    ///     if ($host = www.kleinladen.de) { return 301 http://kleinladen.de$request_uri; }
    /// # >     # No redirect here.
    ///     root /srv;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name kleinladen.de;
    ///     return 301 http://www.kleinladen.de$request_uri;
    ///   }
    ///   server {
    ///     listen 80;
    ///     server_name www.kleinladen.de;
    ///     if ($host = shop.kleinladen.de) { return 301 http://kleinladen.de$request_uri; }
    ///     root /srv;
    ///   }
    /// }
    /// ```
    "nginx/redirects-to-itself" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let mut returns = tree.named("return");
    let Some(config) = returns.next().and_then(|_| ctx.project.config_in(tree)) else { return sink.not_applicable() };
    let sockets = sockets(config);
    for server in config.servers.iter().filter(|server| server.inner_gap.is_none()) {
        if !ctx.project.look(1 + server.locations.len() + sockets.len()) {
            return;
        }
        stays_true(tree, server, &sockets, sink);
        if let Some(target) = redirect(tree, Some(server.level)) {
            // Before any location is looked at: whatever the path is.
            if Target::of(target).is_some_and(|to| to.leads_to(server, &sockets)) {
                let mixed = sockets.iter().filter(|socket| has(socket, server)).any(|socket| !socket.tls);
                let help = match mixed && target.value.starts_with("https://") {
                    true => "give plain HTTP a server of its own, and redirect there alone",
                    false => "write the name of the server they are meant for",
                };
                sink.report(target.span, AGAIN).help(help);
            } else if let Some(back) = Target::of(target).and_then(|to| comes_back(tree, server, &to, &sockets)) {
                sink.report(
                    target.span,
                    "the server that this leads to sends visitors back here: they never get a page",
                )
                .help("take one of the two redirects out")
                .related(back.span, "and back");
            }
            continue;
        }
        for location in server.locations.iter().filter(|location| location.returns) {
            let Some(target) = redirect(tree, Some(location.level)) else { continue };
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

/// Where the server that a redirect leads to redirects to the one that it comes from.
fn comes_back<'a>(tree: &Expanded<'a>, server: &Server, to: &Target, sockets: &[Socket]) -> Option<&'a Word> {
    if to.host.starts_with('$') || to.host.contains(':') || !to.keeps_path() {
        return None;
    }
    let tls = to.scheme == Some("https");
    let socket = sockets.iter().find(|socket| socket.tls == tls && socket.port == if tls { 443 } else { 80 })?;
    let Answer::Yes(other) = socket.named(to.host) else { return None };
    if other.span == server.span || other.inner_gap.is_some() {
        return None;
    }
    let asks = |condition: &Directive| {
        let words = condition.args.iter().map(|word| word.value.trim_matches(['(', ')', ' ']));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        matches!(words[..], ["$host" | "$http_host", "=", host] if host == to.host)
    };
    let conditions = tree.level(Some(other.level)).filter(|(_, node)| node.directive.is("if") && asks(node.directive));
    let mut back = conditions.filter_map(|(index, _)| redirect(tree, Some(index))).collect::<Vec<_>>();
    back.extend(redirect(tree, Some(other.level)));
    let leads = |word: &&Word| {
        Target::of(word).is_some_and(|to| !to.host.starts_with('$') && to.keeps_path() && to.leads_to(server, sockets))
    };
    back.into_iter().find(|word| leads(word))
}

/// An `if` that redirects to where its condition holds again.
fn stays_true(tree: &Expanded, server: &Server, sockets: &[Socket], sink: &mut Sink) {
    for (index, node) in tree.level(Some(server.level)).filter(|(_, node)| node.directive.is("if")) {
        let Some(target) = redirect(tree, Some(index)) else { continue };
        let Some(to) = Target::of(target).filter(|to| to.fulfils(node.directive)) else { continue };
        // What a proxy in front says it says again.
        let behind = node.directive.arg(0).is_some_and(|word| word.contains("$http_x_forwarded_proto"));
        if behind || to.leads_to(server, sockets) {
            let message = "what is asked for here is true there, too: visitors are redirected again and again";
            sink.report(target.span, message).help("turn the condition around, or name another host");
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

    /// Whether the condition of an `if` holds again for who follows the redirect.
    fn fulfils(&self, condition: &Directive) -> bool {
        let words = condition.args.iter().map(|word| word.value.trim_matches(['(', ')', ' ']));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let [variable, "=", wanted] = words[..] else { return false };
        let own = matches!(self.host, "$host" | "$http_host" | "$server_name");
        match variable {
            "$scheme" | "$http_x_forwarded_proto" => self.scheme == Some(wanted) && own && self.keeps_path(),
            "$host" | "$http_host" => (own || self.host == wanted) && self.keeps_path(),
            _ => false,
        }
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
