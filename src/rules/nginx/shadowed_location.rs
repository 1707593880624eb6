//! `nginx/shadowed-location`

use crate::model::nginx::{Effective, Location, Modifier, Server, route};
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};
use crate::source::{Answer, Cut};
use crate::syntax::nginx::Directive;

rule! {
    /// An expression takes the files that a location has in another directory.
    ///
    /// ## Why
    /// nginx tries expressions after it has found the longest prefix, and the first one that fits wins over it. A line that is
    /// meant to let browsers keep images then also decides where they are looked for: below the `root` of the server, where
    /// they are not. Every such file is answered with 404.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location /static/ {
    /// #            ^^^^^^^^ nginx/shadowed-location
    /// # | `/static/app.css` is taken by `\.(css|js|png)$` below, which looks for it at `/srv/www/static/app.css`
    /// # | help: write `location ^~ /static/`, so that no expression is tried
    ///       alias /srv/app/static/;
    ///     }
    ///     location ~* \.(css|js|png)$ {
    ///       expires 30d;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx fixed file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location ^~ /static/ {
    ///       alias /srv/app/static/;
    ///     }
    ///     location ~* \.(css|js|png)$ {
    ///       expires 30d;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location ^~ /media/ {
    ///       alias /srv/app/media/;
    ///     }
    ///     location /static/ {
    ///       alias /srv/www/static/;
    ///     }
    ///     location ~* \.(css|js|png)$ {
    ///       expires 30d;
    ///     }
    ///   }
    ///   server {
    ///     listen 82;
    ///     root /srv/www;
    ///     location /.well-known/acme-challenge/ {
    ///       root /var/www/certbot;
    ///     }
    ///     location ~* \.(css|js|png)$ {
    ///       expires 30d;
    ///     }
    ///   }
    ///   server {
    ///     listen 81;
    ///     root /srv/www;
    ///     location /static/ {
    ///       alias /srv/app/static/;
    ///     }
    ///     location ~* \.(css|js|png)$ {
    ///       try_files $uri @app;
    ///     }
    ///     location @app {
    ///       proxy_pass http://10.0.0.1:8000;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ### The same as nothing
    /// `try_files $uri =404` asks for the file below the same `root`.
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location /media/ {
    /// #            ^^^^^^^ nginx/shadowed-location
    /// # | `/media/app.css` is taken by `\.(css|js|png)$` below, which looks for it at `/srv/www/media/app.css`
    /// # | help: write `location ^~ /media/`, so that no expression is tried
    ///       alias /srv/app/media/;
    ///     }
    ///     location ~* \.(css|js|png)$ {
    ///       try_files $uri =404;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Expressions that pass requests on, answer them or try several places, and paths with variables.
    "nginx/shadowed-location" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#location"],
        check: Check::Server(check),
    }
}

/// Files that sites are made of, pages last.
const FILES: [&str; 8] = ["app.css", "app.js", "app.png", "app.jpg", "app.svg", "app.woff2", "app.pdf", "app.html"];

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let expressions = server.locations.iter().filter(|one| is_expression(one)).count();
    for location in server.locations.iter().filter(|one| expressions > 0 && one.modifier == Modifier::Prefix) {
        let path = &location.path.value;
        if path == "/" || !path.starts_with('/') || location.pass.is_some() || location.returns || location.denies {
            continue;
        }
        let Some(own) = &location.files else { continue };
        if !ctx.project.look(expressions * FILES.len()) {
            return;
        }
        // The answers of Let's Encrypt are called by letters and digits, without a dot.
        let token = ["4vTz7uGf2kPq9xWm"];
        // What people upload, and what a program collects, is no page.
        let no_pages = || ["static", "media", "upload", "asset", "image"].iter().any(|word| path.contains(word));
        let files = match path.contains("/acme-challenge") {
            true => &token[..],
            false if no_pages() => &FILES[..FILES.len() - 1],
            false => &FILES,
        };
        for file in files {
            let asked = format!("{}/{file}", path.trim_end_matches('/'));
            let Answer::Yes(taken) = route(server, &asked) else { continue };
            if !is_expression(taken) || taken.around != location.around {
                continue;
            }
            let (Some(meant), Some(found)) =
                (file_of(server, location, &asked, ctx), elsewhere(server, taken, &asked, ctx))
            else {
                continue;
            };
            if meant == found {
                continue;
            }
            let expression = &taken.path.value;
            let message = format!("`{asked}` is taken by `{expression}` below, which looks for it at `{found}`");
            let word = location.path.span;
            let finding = sink.report(word, message);
            finding.help(format!("write `location ^~ {path}`, so that no expression is tried"));
            finding.related(taken.path.span, "this one takes it").related(own.span, "the directory that is meant");
            if ctx.quote(word) == path.as_str() {
                let fix = Fix::replace("try no expressions there", Safety::Unsafe, word.at_start(), "^~ ");
                finding.fix(fix);
            }
            break;
        }
    }
}

fn is_expression(location: &Location) -> bool {
    matches!(location.modifier, Modifier::Regex | Modifier::AnyCase)
}

/// Where an expression looks for a file, if it does nothing else.
fn elsewhere(server: &Server, taken: &Location, asked: &str, ctx: &Context) -> Option<String> {
    let tries = match ctx.project.in_effect(server, taken.level, "try_files") {
        Effective::Set(found) => !found.iter().all(|tried| tries_nothing_else(tried)),
        Effective::Absent | Effective::Unknown => false,
    };
    let other = taken.pass.is_some() || taken.returns || taken.denies || tries;
    let falls_back = !matches!(ctx.project.in_effect(server, taken.level, "error_page"), Effective::Absent);
    if other || falls_back || server.inner_gap.is_some() { None } else { file_of(server, taken, asked, ctx) }
}

/// Whether it is `try_files $uri =404`, which is what nginx does without it.
fn tries_nothing_else(tried: &Directive) -> bool {
    tried.args.iter().all(|word| matches!(&*word.value, "$uri" | "$uri/" | "=404"))
}

/// The file that a location has for a path.
fn file_of(server: &Server, location: &Location, asked: &str, ctx: &Context) -> Option<String> {
    let set = |name| match ctx.project.in_effect(server, location.level, name) {
        Effective::Set(found) => found.last().copied(),
        Effective::Absent | Effective::Unknown => None,
    };
    let word = |directive: Option<&Directive>| {
        directive.and_then(|one| one.args.first()).filter(|word| !word.is_open()).map(|word| word.value.to_string())
    };
    let is_own = |directive: &Directive| location.files.as_ref().is_some_and(|own| directive.span.contains(own.span));
    match set("alias").filter(|alias| is_own(alias)) {
        Some(_) if is_expression(location) => None,
        alias @ Some(_) => Some(format!("{}{}", word(alias)?, asked.cut(location.path.value.len()..))),
        // An alias around it would be about another path.
        None if set("alias").is_some() => None,
        None => Some(format!("{}{asked}", word(set("root"))?.trim_end_matches('/'))),
    }
}
