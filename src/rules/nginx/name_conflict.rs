//! `nginx/name-conflict`

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::model::nginx::{Config, Server};
use crate::rules::prelude::*;

rule! {
    /// Two servers have one name at one address: the second one never answers.
    ///
    /// ## Why
    /// nginx starts with the warning `conflicting server name, ignored`. Everything the second server is for, its
    /// locations, its certificate, its redirect, is dead.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name shop.de www.shop.de;
    /// # >     server_name shop.de;
    ///     return 301 https://$host$request_uri;
    ///   }
    ///   server {
    ///     listen 80;
    ///     server_name www.shop.de;
    /// #               ^^^^^^^^^^^ nginx/name-conflict
    /// # | another server on port 80 has the name `www.shop.de` already: nginx ignores it here, and requests go there
    /// # | help: remove one of the two, or put their locations into one server
    ///     location / { proxy_pass http://127.0.0.1:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     listen [::]:80;
    ///     server_name shop.de www.shop.de;
    ///   }
    ///   server {
    ///     listen 443;
    ///     server_name www.shop.de;
    ///   }
    ///   server {
    ///     listen 127.0.0.1:80;
    ///     server_name shop.de;
    ///   }
    ///   server {
    ///     server_name img.shop.de;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers without any name, and `_`: they stand for whatever no other one is for.
    "nginx/name-conflict" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/server_names.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let mut seen: HashMap<(String, u16, String), Span> = HashMap::new();
    for server in &config.servers {
        let mut told = false;
        let sockets = sockets(server);
        if !ctx.project.look(sockets.len() * server.names.len()) {
            return;
        }
        for (address, port) in sockets {
            for name in server.names.iter().filter(|name| plain(&name.value)) {
                let key = (address.clone(), port, name.value.to_ascii_lowercase());
                match seen.entry(key) {
                    Entry::Vacant(free) => drop(free.insert(name.span)),
                    Entry::Occupied(first) if !told && first.get() != &name.span && !own(server, *first.get()) => {
                        told = true;
                        let message = format!(
                            "another server on port {port} has the name `{}` already: nginx ignores it here, and requests go there",
                            name.value
                        );
                        sink.report(name.span, message)
                            .help("remove one of the two, or put their locations into one server")
                            .related(*first.get(), "this one answers")
                            .cause(name.value.to_ascii_lowercase(), "ignored, too");
                    }
                    Entry::Occupied(_) => {}
                }
            }
        }
    }
}

/// Where a server listens, in nginx's normal form.
fn sockets(server: &Server) -> Vec<(String, u16)> {
    let any = || "*".to_owned();
    if server.listens.is_empty() {
        return vec![(any(), 80)];
    }
    let address = |address: &Option<String>| match address.as_deref() {
        None | Some("0.0.0.0" | "*") => any(),
        Some(other) => other.to_owned(),
    };
    server.listens.iter().filter_map(|listen| Some((address(&listen.address), listen.port?))).collect()
}

fn plain(name: &str) -> bool {
    !matches!(name, "_" | "" | "localhost") && !name.contains(['$', '{', '~', '<']) && !name.contains("__")
}

fn own(server: &Server, span: Span) -> bool {
    span.file == server.file && server.block.start <= span.start && span.end <= server.block.end
}
