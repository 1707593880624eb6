//! `nginx/websocket-broken`

use crate::model::nginx::{Effective, Expanded, Node, parts};
use crate::project::Version;
use crate::rules::prelude::*;

rule! {
    /// A WebSocket cannot be opened through this location.
    ///
    /// ## Why
    /// A WebSocket starts as a request with `Upgrade` and `Connection`. nginx passes neither on by itself, and speaks HTTP/1.0
    /// to the application up to 1.29.6, which knows no upgrade. All three are needed: both headers, and `proxy_http_version
    /// 1.1`.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_set_header Upgrade $http_upgrade;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/websocket-broken
    /// # | nginx speaks HTTP/1.0 to the application here, which knows no upgrade: no WebSocket can be opened
    /// # | help: add `proxy_http_version 1.1;`
    ///       proxy_set_header Connection upgrade;
    /// # >       proxy_set_header Connection upgrade;
    /// # >       proxy_http_version 1.1;
    ///     }
    ///     location /socket.io/ {
    /// # >     location /socket.io/ {
    /// # >       proxy_http_version 1.1;
    /// # >       proxy_set_header Upgrade $http_upgrade;
    /// # >       proxy_set_header Connection upgrade;
    ///       proxy_pass http://127.0.0.1:8000;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/websocket-broken
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_http_version 1.1;
    ///       proxy_set_header Upgrade $http_upgrade;
    ///       proxy_set_header Connection upgrade;
    ///     }
    ///     location /wsdl/ {
    ///       proxy_pass http://127.0.0.1:8000;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ### The two headers mixed up
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   map $http_upgrade $connection_upgrade {
    ///     default upgrade;
    ///     '' close;
    ///   }
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_http_version 1.1;
    ///       proxy_set_header Upgrade $connection_upgrade;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/websocket-broken
    /// # | the application is asked for a protocol called `upgrade` instead of `websocket`: no WebSocket can be opened
    /// # | help: write `proxy_set_header Upgrade $http_upgrade;`
    /// # >       proxy_set_header Upgrade $http_upgrade;
    ///       proxy_set_header Connection $connection_upgrade;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ### A tag that moves on with each release
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://api:8000;
    ///       proxy_set_header Upgrade $http_upgrade;
    ///       proxy_set_header Connection upgrade;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1-alpine
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    ///   api:
    ///     image: shop/api:1
    /// ```
    ///
    /// ## What it does not report
    /// Locations whose headers may be set in a file that is not in the project.
    "nginx/websocket-broken" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/websocket.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let stock = ctx.project.nginx_of(tree.file).map(|here| here.version);
    let floats = || ctx.project.pulls_newest_nginx(tree.file);
    let new = stock.zip(Version::parse("1.29.7")).map(|(here, new)| here >= new).or_else(|| floats().then_some(true));
    let known = stock.is_some();
    for (_, pass) in tree.named("proxy_pass").filter(|(_, node)| node.place.is_http()) {
        let level = pass.parent;
        let secure = pass.directive.arg(0).is_some_and(|to| to.starts_with("http"));
        let headers = match tree.effective(level, "proxy_set_header") {
            Effective::Set(headers) => headers,
            Effective::Absent => Vec::new(),
            Effective::Unknown => continue,
        };
        let named = |name: &str| headers.iter().find(|one| one.is_header(name));
        let upgrade = named("upgrade").filter(|one| {
            one.arg(1).is_some_and(|value| value.contains("upgrade") || value.eq_ignore_ascii_case("websocket"))
        });
        let Some(upgrade) = upgrade else {
            let path = tree.block(level).and_then(parts).map_or("", |(_, path)| path);
            if secure && is_websocket(path) && tree.gap(level).is_none() && named("upgrade").is_none() {
                let message = format!(
                    "`{path}` is for WebSockets, and `Upgrade` and `Connection` are not passed on: none can be opened"
                );
                sink.report(pass.directive.words(), message).confidence(Likely).help(ALL);
            }
            continue;
        };
        if says_upgrade(tree, upgrade.arg(1).unwrap_or("")) {
            let message = "the application is asked for a protocol called `upgrade` instead of `websocket`: no WebSocket can be opened";
            sink.report(upgrade.words(), message).help("write `proxy_set_header Upgrade $http_upgrade;`");
            continue;
        }
        if named("connection").is_none() {
            sink.report(upgrade.words(), "`Connection` is not passed on with it: no WebSocket can be opened").help(ALL);
            continue;
        }
        let plain = match tree.effective(level, "proxy_http_version") {
            Effective::Set(found) => found.last().is_some_and(|version| version.arg(0) == Some("1.0")),
            Effective::Absent => new != Some(true),
            Effective::Unknown => false,
        };
        if plain {
            let finding = sink.report(
                upgrade.words(),
                "nginx speaks HTTP/1.0 to the application here, which knows no upgrade: no WebSocket can be opened",
            );
            finding.help("add `proxy_http_version 1.1;`");
            if !known {
                finding.confidence(Likely);
            }
        }
    }
}

const ALL: &str = "add `proxy_http_version 1.1;`, `proxy_set_header Upgrade $http_upgrade;` and `proxy_set_header Connection upgrade;`";

/// Whether a value is the word that belongs into `Connection`: as it stands, or as a `map` makes it.
fn says_upgrade(tree: &Expanded, value: &str) -> bool {
    let of_map = |(at, _): (u32, &Node)| tree.level(Some(at)).any(|(_, entry)| entry.directive.is_header("upgrade"));
    value.eq_ignore_ascii_case("upgrade")
        || tree.named("map").filter(|(_, map)| map.directive.arg(1) == Some(value)).any(of_map)
}

/// Whether a path is where programs have their WebSockets.
fn is_websocket(path: &str) -> bool {
    let names = ["ws", "wss", "websocket", "websockets", "socket.io", "sockjs", "sockjs-node", "cable", "signalr"];
    path.starts_with('/') && path.split('/').any(|part| names.contains(&part))
}
