//! `nginx/user-missing`

use super::tree;
use crate::model::nginx::{NginxFile, Place};
use crate::project::is_of_system_user;
use crate::rules::prelude::*;

rule! {
    /// nginx is to run as a user that its image does not have.
    ///
    /// ## Why
    /// nginx looks the name up when it starts: `getpwnam("www-data") failed`. `www-data` is Debian's; the images made of Alpine have
    /// `nginx`, and nothing by another name.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// user www-data;
    /// #    ^^^^^^^^ nginx/user-missing
    /// # | the image has no user `www-data`: nginx does not start
    /// # | help: write `user nginx;`, or remove the line
    /// # > user nginx;
    /// events {}
    /// http { server { listen 80; } }
    /// ```
    /// ```nginx good file=nginx.conf
    /// user nginx;
    /// events {}
    /// http { server { listen 80; } }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28-alpine
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Images in which something was installed, and those of others. On a host, a user that no system has and no script of the project
    /// makes is told as not known.
    "nginx/user-missing" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/ngx_core_module.html#user"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx).filter(|file| nginx.place == Place::Main && !file.unbalanced) else {
        return sink.not_applicable();
    };
    let of_image = ctx.project.users_for(nginx.file);
    let container = ctx.project.readers(nginx.file).next().is_some()
        || ctx.project.put(nginx.file).is_some()
        || ctx.project.is_put_into_image(&nginx.path);
    for (_, directive) in file.top().filter(|(_, directive)| directive.is("user")) {
        let Some(word) = directive.args.first().filter(|word| !word.is_open()) else { continue };
        let name = &*word.value;
        match of_image {
            Some(users) if !users.contains(&name) => {
                let message = format!("the image has no user `{name}`: nginx does not start");
                sink.report(word.span, message).help("write `user nginx;`, or remove the line");
            }
            None if !container && !is_of_system_user(name) && !ctx.project.makes_user(name) => {
                sink.unknown(word.span, format!("no script of the project makes the user `{name}`"));
            }
            _ => {}
        }
    }
}
