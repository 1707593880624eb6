//! `nginx/home-closed`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// nginx is sent into the home of a user, where it may not go in.
    ///
    /// ## Why
    /// `adduser` makes homes that only their user (and group) may enter: 0750 on Ubuntu since 21.04, 0700 on Debian since 12. nginx runs as
    /// `www-data`, and answers every request for a file in there with 403 or 404.
    ///
    /// ## Examples
    /// ```nginx bad file=deploy/shop.conf
    /// server {
    ///     listen 80;
    ///     server_name shop.example.org;
    ///     root /home/deploy/shop/dist;
    /// #        ^^^^^^^^^^^^^^^^^^^^^^ nginx/home-closed
    /// # | nginx may not enter the home of `deploy`: every file in there is answered with 403 or 404
    /// # | help: put the files below `/var/www`, or let others in: `chmod o+x /home/deploy`
    /// # >     root /var/www/shop/dist;
    /// }
    /// ```
    /// ```nginx good file=deploy/shop.conf
    /// server {
    ///     listen 80;
    ///     server_name shop.example.org;
    ///     root /var/www/shop/dist;
    /// }
    /// ```
    ///
    /// ### A socket
    /// ```nginx bad file=deploy/shop.conf
    /// server {
    ///     listen 80;
    ///     server_name shop.example.org;
    ///     location / { proxy_pass http://unix:/root/shop/app.sock; }
    /// #                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/home-closed
    /// # | nginx may not enter the home of `root`: every request for this socket is answered with 502
    /// # | help: put the socket below `/run`
    /// # >     location / { proxy_pass http://unix:/run/shop/app.sock; }
    /// }
    /// ```
    /// ```nginx good file=deploy/shop.conf
    /// server {
    ///     listen 80;
    ///     server_name shop.example.org;
    ///     location / { proxy_pass http://unix:/run/shop/app.sock; }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// nginx in containers and as another user, and homes that a command or a guide opens.
    "nginx/home-closed" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://discourse.ubuntu.com/t/private-home-directories-for-ubuntu-21-04-onwards/19533"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let own_user = tree.nodes.iter().any(|node| node.directive.is("user"));
    for node in tree.nodes.iter().filter(|_| !own_user) {
        let Some(word) = node.directive.args.first() else { continue };
        let (path, what, place) = match &*node.directive.name.value {
            "root" | "alias" if !word.is_open() => {
                (&*word.value, "every file in there is answered with 403 or 404", "the files below `/var/www`")
            }
            "proxy_pass" | "uwsgi_pass" | "server" => match word.value.split_once("unix:") {
                Some((_, path)) => {
                    (path, "every request for this socket is answered with 502", "the socket below `/run`")
                }
                None => continue,
            },
            _ => continue,
        };
        let Some(owner) = ctx.project.closed_home(path) else { continue };
        // In a container there is another `/home`.
        if ctx.project.readers(tree.file).next().is_some() || !ctx.project.puts(tree.file).is_empty() {
            continue;
        }
        let help = match owner {
            "root" => format!("put {place}"),
            _ => format!("put {place}, or let others in: `chmod o+x /home/{owner}`"),
        };
        sink.report(word.span, format!("nginx may not enter the home of `{owner}`: {what}"))
            .help(help)
            .cause((owner, what), "nor this");
    }
}
