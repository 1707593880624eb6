//! `nginx/home-closed`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// nginx is to serve files from the home of a user, where it may not go in.
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
    "nginx/home-closed" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://discourse.ubuntu.com/t/private-home-directories-for-ubuntu-21-04-onwards/19533"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let own_user = tree.nodes.iter().any(|node| node.directive.is("user"));
    for node in tree.nodes.iter().filter(|node| node.directive.is("root") || node.directive.is("alias")) {
        let Some(word) = node.directive.args.first().filter(|word| !word.is_open() && !own_user) else { continue };
        let Some(owner) = ctx.project.closed_home(&word.value) else { continue };
        // In a container there is another `/home`.
        if ctx.project.readers(tree.file).next().is_some() || !ctx.project.puts(tree.file).is_empty() {
            continue;
        }
        let message =
            format!("nginx may not enter the home of `{owner}`: every file in there is answered with 403 or 404");
        sink.report(word.span, message)
            .help(format!("put the files below `/var/www`, or let others in: `chmod o+x /home/{owner}`"))
            .cause(owner, "nor this");
    }
}
