//! `nginx/alias-traversal`

use super::tree;
use crate::model::nginx::NginxFile;
use crate::model::nginx::flow::groups;
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};
use crate::source::Cut;
use crate::syntax::nginx::{Directive, Word};

rule! {
    /// A location without a trailing slash lets clients out of its `alias`.
    ///
    /// ## Why
    /// nginx puts the rest of the path right behind the alias. With `location /static` and `alias /srv/static/`, the
    /// path `/static../secret.txt` becomes `/srv/static/../secret.txt`: files beside the directory are served.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   location /static {
    /// #          ^^^^^^^ nginx/alias-traversal
    /// # | `/static../` leads out of `/srv/static/`: files beside the directory are served
    /// # | help: write `location /static/`
    ///     alias /srv/static/;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   location /static/ {
    ///     alias /srv/static/;
    ///   }
    ///   location = /favicon.ico {
    ///     alias /srv/static/favicon.ico;
    ///   }
    ///   location /robots.txt {
    ///     alias /srv/static/robots.txt;
    ///   }
    /// }
    /// ```
    /// ```nginx fixed file=conf.d/shop.conf
    /// server {
    ///   location /static/ {
    ///     alias /srv/static/;
    ///   }
    /// }
    /// ```
    ///
    /// ## By an expression
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   location ~ ^/images(.*)$ {
    /// #            ^^^^^^^^^^^^^ nginx/alias-traversal
    /// # | `/images../` leads out of what the alias is for: files beside the directory are served
    /// # | help: end the part in front of the group with a slash, so that `..` cannot stand there
    /// # >   location ~ ^/images/(.*)$ {
    ///     alias /srv/images/$1;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   location ~ ^/images/(.*)$ {
    ///     alias /srv/images/$1;
    ///   }
    ///   location ~ ^/pictures(/.*)$ {
    ///     alias /srv/images$1;
    ///   }
    ///   location /api {
    ///     alias /srv/api/;
    ///     proxy_pass http://10.0.0.5:8000;
    ///   }
    /// }
    /// ```
    ///
    /// ## Neither ends with a slash
    /// `..` does not help an attacker here, but every neighbour whose name starts alike is served: `/static-old`,
    /// `/static.bak`.
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   location /static {
    /// #          ^^^^^^^ nginx/alias-traversal
    /// # | `/static-old` and every other name that starts alike is served from beside `/srv/static`
    /// # | help: write `location /static/` and `alias /srv/static/;`
    /// # >   location /static/ {
    ///     alias /srv/static;
    /// # >     alias /srv/static/;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   location /static/ {
    ///     alias /srv/static/;
    ///   }
    /// }
    /// ```
    "nginx/alias-traversal" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#alias", "https://cwe.mitre.org/data/definitions/22.html"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx) else { return };
    for directive in file.directives.iter().filter(|directive| directive.is("alias")) {
        let location = directive.parent.and_then(|parent| file.directives.get(parent as usize));
        let (Some(location), Some(alias)) = (location.filter(|block| block.is("location")), directive.args.first())
        else {
            continue;
        };
        // What is sent on is not served from files.
        let sends = |it: &Directive| ["proxy_pass", "uwsgi_pass", "grpc_pass"].iter().any(|name| it.is(name));
        if file.directives.iter().any(|it| it.parent == directive.parent && sends(it)) {
            continue;
        }
        match &location.args[..] {
            [path] => judge("", path, alias, sink),
            [modifier, path] if &*modifier.value == "^~" => judge("^~ ", path, alias, sink),
            [modifier, path] if modifier.value.starts_with('~') => expression(path, alias, sink),
            _ => {}
        }
    }
}

fn judge(modifier: &str, location: &Word, alias: &Word, sink: &mut Sink) {
    let (path, target) = (&*location.value, &*alias.value);
    if !path.starts_with('/') || path.ends_with('/') || alias.is_open() || location.is_open() {
        return;
    }
    if target.ends_with('/') {
        let fix = Fix::replace("add the slash to the location", Safety::Unsafe, location.span, format!("{path}/"));
        let finding = sink.report(
            location.span,
            format!("`{path}../` leads out of `{target}`: files beside the directory are served"),
        );
        finding
            .help(format!("write `location {modifier}{path}/`"))
            .related(alias.span, "the alias ends with a slash, the location does not");
        if location.quote.is_none() {
            finding.fix(fix);
        }
    } else if !is_file(path) && !is_file(target) {
        sink.report(
            location.span,
            format!("`{path}-old` and every other name that starts alike is served from beside `{target}`"),
        )
        .severity(Low)
        .help(format!("write `location {modifier}{path}/` and `alias {target}/;`"));
    }
}

/// `location ~ /images(.*)` with `alias /srv/images/$1`: the group may begin with `..`.
fn expression(location: &Word, alias: &Word, sink: &mut Sink) {
    let pattern = &*location.value;
    for (index, group) in groups(pattern).into_iter().enumerate() {
        let behind =
            |name: &str| [format!("/${name}"), format!("/${{{name}}}")].iter().any(|end| alias.value.ends_with(end));
        let used = behind(&(index + 1).to_string()) || group.name.is_some_and(behind);
        let slash = pattern.cut(..group.open).ends_with('/') || group.content.starts_with('/');
        let any_but = group.content.strip_prefix("[^").and_then(|class| class.split_once(']'));
        let dots = group.content.starts_with(".*")
            || group.content.starts_with(".+")
            || any_but.is_some_and(|(class, _)| !class.contains('.'));
        if used && dots && !slash && group.open > 0 {
            let before = pattern.cut(..group.open).trim_start_matches('^');
            let message =
                format!("`{before}../` leads out of what the alias is for: files beside the directory are served");
            sink.report(location.span, message)
                .help("end the part in front of the group with a slash, so that `..` cannot stand there")
                .related(alias.span, "the group follows a slash here");
            return;
        }
    }
}

/// Whether the last part of a path has an extension: then it names one file.
fn is_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.trim_start_matches('.').contains('.'))
}
