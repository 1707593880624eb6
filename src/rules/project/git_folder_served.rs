//! `project/git-folder-served`

use crate::project::Project;
use crate::rules::prelude::*;
use crate::source::Answer;

rule! {
    /// The folder of git lies where nginx serves files to everyone.
    ///
    /// ## Why
    /// `https://shop.de/.git/config` is among the first addresses that scanners ask for. From the folder they rebuild the whole source,
    /// with everything that ever stood in it.
    ///
    /// ## Examples
    /// ```compose both file=docker-compose.yml tracked
    /// services:
    ///   nginx:
    ///     image: nginx:1.27
    ///     volumes:
    ///       - ./nginx.conf:/etc/nginx/nginx.conf:ro
    ///       - ./:/var/www/shop:ro
    /// ```
    /// ```nginx bad file=nginx.conf tracked
    /// events {}
    /// http { server { listen 80; root /var/www/shop; } }
    /// #                               ^^^^^^^^^^^^^ project/git-folder-served
    /// # | the folder `.git` lies in this directory of the container: everybody can read the source and its history
    /// # | help: serve a directory that holds pages only, or add to the server: `location ~ /\. { deny all; }`
    /// # > http { server { listen 80; root /var/www/shop; location ~ /\. { deny all; } } }
    /// ```
    /// ```nginx good file=nginx.conf tracked
    /// events {}
    /// http { server { listen 80; root /var/www/shop; location ~ /\. { deny all; } } }
    /// ```
    ///
    /// ## What it does not report
    /// Projects without git, and folders that a location turns requests away from.
    "project/git-folder-served" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/527.html"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    // A project below the top of its repository has no such folder.
    if project.nginx.is_empty() || !project.git().prefix().is_empty() {
        return sink.not_applicable();
    }
    if let Answer::Yes(root) = project.served(".git/config")
        && project.git().tracked(&project.source(root.file).path).is_yes()
    {
        sink.report(
            root,
            "the folder `.git` lies in this directory of the container: everybody can read the source and its history",
        )
        .help("serve a directory that holds pages only, or add to the server: `location ~ /\\. { deny all; }`");
    }
}
