//! `project/home-not-readable`

use crate::model::nginx::Expanded;
use crate::project::Machine;
use crate::rules::prelude::*;

rule! {
    /// nginx is sent into the home of a user, which is closed to it.
    ///
    /// ## Why
    /// nginx works as `www-data` or `nginx`. `/root` is closed to everybody else, and so are the homes of users on Ubuntu since
    /// 21.04, on Debian since 12 and on Red Hat. Files below are 403, sockets below are 502, and the log says
    /// `(13: Permission denied)`.
    ///
    /// ## Examples
    /// ```nginx bad file=shop.conf
    /// server {
    ///     listen 80;
    ///     location /static/ { alias /home/ubuntu/shop/static/; }
    /// #                             ^^^^^^^^^^^^^^^^^^^^^^^^^ project/home-not-readable
    /// # | nginx may not enter `/home/ubuntu`, which is closed to other users: 403
    /// # | help: move it to a folder outside of the home, such as `/srv`, or open the way: `chmod o+x /home/ubuntu`
    /// # >     location /static/ { alias /srv/shop/static/; }
    ///     location / { proxy_pass http://unix:/root/shop/app.sock; }
    /// #                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/home-not-readable
    /// # | nginx may not enter `/root`, which is closed to other users: 502
    /// # | help: move it to a folder outside of the home, such as `/run/shop`
    /// # >     location / { proxy_pass http://unix:/run/shop/app.sock; }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///     listen 80;
    ///     location /static/ { alias /srv/shop/static/; }
    ///     location / { proxy_pass http://unix:/run/shop/app.sock; }
    /// }
    /// ```
    /// ```script both file=deploy.sh
    /// cp shop.conf /etc/nginx/sites-available/
    /// ```
    ///
    /// ## What it does not report
    /// nginx in containers and as another user, and homes that a command of the project opens.
    "project/home-not-readable" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/ngx_core_module.html#user", "https://ubuntu.com/blog/private-home-directories-for-ubuntu-21-04"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let paths = tree.nodes.iter().filter_map(|node| {
        let (word, answer) = match &*node.directive.name.value {
            "root" | "alias" => (node.directive.args.first()?, "403"),
            "proxy_pass" | "uwsgi_pass" | "fastcgi_pass" | "server" => (node.directive.args.first()?, "502"),
            _ => return None,
        };
        let path = if answer == "502" { word.value.split_once("unix:")?.1 } else { &word.value };
        Some((word, path, answer))
    });
    for (word, path, answer) in paths {
        let Some(home) = home(path) else { continue };
        if matches!(ctx.project.machine(word.span.file), Answer::Yes(Machine::Container(_)))
            || tree.value(None, "user").is_some()
        {
            return;
        }
        if !ctx.project.is_put_on_host(word.span.file) || ctx.project.opens_home(home) {
            continue;
        }
        let mut help = format!(
            "move it to a folder outside of the home, such as `{}`",
            if answer == "403" { "/srv" } else { "/run/shop" }
        );
        if home != "/root" {
            help.push_str(&format!(", or open the way: `chmod o+x {home}`"));
        }
        let finding =
            sink.report(word.span, format!("nginx may not enter `{home}`, which is closed to other users: {answer}"));
        finding.help(help).cause((home, answer), "here as well");
        if home != "/root" {
            finding.confidence(Likely).severity(Medium);
        }
    }
}

/// The home that a path lies in: `/root`, `/home/ubuntu`.
fn home(path: &str) -> Option<&str> {
    if path.starts_with("/root/") {
        return path.get(..5);
    }
    let user = path.strip_prefix("/home/")?.split('/').next().filter(|user| !user.is_empty() && !user.contains('$'))?;
    path.get(.."/home/".len() + user.len())
}
