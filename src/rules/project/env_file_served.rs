//! `project/env-file-served`

use crate::model::Tree;
use crate::model::env::EnvFile;
use crate::model::nginx::turns_away;
use crate::project::{Machine, Project};
use crate::rules::prelude::*;
use crate::source::{Answer, FileId, Why};
use crate::syntax::nginx::File;

rule! {
    /// An env file with secrets lies where nginx serves files to everyone.
    ///
    /// ## Why
    /// `https://shop.de/.env` is among the first addresses that scanners ask for. nginx serves files whose name begins
    /// with a dot like all others.
    ///
    /// ## Examples
    /// ```compose both file=docker-compose.yml
    /// services:
    ///   nginx:
    ///     image: nginx:1.27
    ///     volumes:
    ///       - ./nginx.conf:/etc/nginx/nginx.conf:ro
    ///       - ./:/var/www/shop:ro
    /// ```
    /// ```env bad file=.env
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ^^^^^^^^^^^ project/env-file-served
    /// | nginx serves `.env` to everyone who asks for it
    /// | help: move it out of the directory, or add to the server: `location ~ /\. { deny all; }`; change the secrets
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http { server { listen 80; root /var/www/shop; } }
    /// ```
    /// ```env good file=.env
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http { server { listen 80; root /var/www/shop/public; } }
    /// ```
    ///
    /// ### With a location for hidden files
    /// ```compose good file=docker-compose.yml
    /// services:
    ///   nginx:
    ///     image: nginx:1.27
    ///     volumes:
    ///       - ./nginx.conf:/etc/nginx/nginx.conf:ro
    ///       - ./:/var/www/shop:ro
    /// ```
    /// ```env good file=.env
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http { server { listen 80; root /var/www/shop; location ~ /\. { deny all; } } }
    /// ```
    ///
    /// ### With a location for other hidden files, and one that lets requests in
    /// ```compose bad file=docker-compose.yml
    /// services:
    ///   nginx:
    ///     image: nginx:1.27
    ///     volumes:
    ///       - ./nginx.conf:/etc/nginx/nginx.conf:ro
    ///       - ./:/var/www/shop:ro
    /// ```
    /// ```env bad file=.env
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ^^^^^^^^^^^ project/env-file-served
    /// | nginx serves `.env` to everyone who asks for it
    /// | help: move it out of the directory, or add to the server: `location ~ /\. { deny all; }`; change the secrets
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http { server { listen 80; root /var/www/shop; location ~ /\.ht { deny all; } location ~ /\. { access_log off; } } }
    /// ```
    ///
    /// ## What it does not report
    /// Env files without secrets, files that an image copies (`project/image-copies-env` does), and files whose address
    /// a location answers with an error. Where only PCRE understands the expression of such a location, it is unknown.
    /// nginx on a host, whose directories are not in the project.
    "project/env-file-served" {
        severity: Critical, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/538.html", "https://nginx.org/en/docs/http/ngx_http_core_module.html#root"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    let trees = project.nginx.iter().filter_map(|nginx| match &project.document(nginx.file).tree {
        Tree::Nginx(tree) => Some((nginx.file, tree)),
        _ => None,
    });
    let trees: Vec<_> = trees.collect();
    if trees.is_empty() {
        return sink.not_applicable();
    }
    let kept =
        |env: &&EnvFile| matches!(env.role, Role::Production | Role::Staging) && env.real_secrets().next().is_some();
    for env in project.env.iter().filter(kept) {
        // What an image copies is another question: `.dockerignore` has a say in it.
        let containers: Vec<_> = project.web_containers(&env.path).into_iter().filter(|seen| seen.mounted).collect();
        let served = trees.iter().find_map(|(file, tree)| {
            let Answer::Yes(Machine::Container(nginx)) = project.machine(*file) else { return None };
            let path = &containers.iter().find(|seen| seen.service.span == nginx.span)?.path;
            let roots = tree.directives.iter().filter(|directive| directive.is("root"));
            roots.filter_map(|root| root.args.first()).find_map(|root| Some((root, served_below(path, &root.value)?)))
        });
        let (Some((root, address)), Some(secret)) = (served, env.real_secrets().next()) else { continue };
        match turned_away(&trees, address) {
            Answer::Yes(()) => {}
            Answer::Unknown(why) => sink.unanswered(why.at.unwrap_or(root.span), why),
            Answer::No(_) => {
                sink.report(secret.var.key.span, format!("nginx serves `{}` to everyone who asks for it", env.path))
                    .help("move it out of the directory, or add to the server: `location ~ /\\. { deny all; }`; change the secrets")
                    .related(root.span, "the file lies in this directory of the container");
            }
        }
    }
}

/// Whether some location answers requests for an address with an error.
fn turned_away(trees: &[(FileId, &File)], address: &str) -> Answer<()> {
    let mut unknown = None;
    for (_, tree) in trees {
        for (index, location) in (0..).zip(&tree.directives).filter(|(_, directive)| directive.is("location")) {
            match turns_away(tree, index, address) {
                Answer::Yes(()) => return Answer::Yes(()),
                Answer::Unknown(why) => unknown = Some(Why { at: Some(location.words()), ..why }),
                Answer::No(_) => {}
            }
        }
    }
    unknown.map_or(Answer::No(Why::new("no location turns it away")), Answer::Unknown)
}

/// The address of a file in a directory that is served: `/.env` for `/www/.env` in `/www`.
fn served_below<'a>(path: &'a str, root: &str) -> Option<&'a str> {
    let root = root.trim_end_matches('/');
    path.strip_prefix(root).filter(|rest| !root.is_empty() && rest.starts_with('/'))
}
