//! `project/env-file-served`

use crate::model::Tree;
use crate::model::compose::Service;
use crate::model::env::EnvFile;
use crate::project::{Origin, Place, Project};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

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
    /// ## What it does not report
    /// Env files without secrets, files that an image copies (`project/image-copies-env` does), and configurations that have a location for names that begin with a dot. nginx on a host,
    /// whose directories are not in the project.
    "project/env-file-served" {
        severity: Critical, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/538.html", "https://nginx.org/en/docs/http/ngx_http_core_module.html#root"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    let trees = project.nginx.iter().filter_map(|nginx| match &project.document(nginx.file).tree {
        Tree::Nginx(tree) => Some((nginx.file, &tree.directives[..])),
        _ => None,
    });
    let trees: Vec<_> = trees.collect();
    if trees.is_empty() {
        return sink.not_applicable();
    }
    if trees.iter().any(|(_, directives)| directives.iter().any(names_hidden_files)) {
        return;
    }
    let kept = |env: &&EnvFile| {
        matches!(env.role, Role::Production | Role::Staging) && env.real_secrets().next().is_some()
    };
    for env in project.env.iter().filter(kept) {
        // What an image copies is another question: `.dockerignore` has a say in it.
        let mounted = |(service, path): &(&Service, String)| matches!(project.origin(service, path), Origin::Mounted(_));
        let containers: Vec<_> = project.containers_of(&env.path).into_iter().filter(mounted).collect();
        let served = trees.iter().find_map(|(file, directives)| {
            let Place::Container(nginx) = project.place_of(*file) else { return None };
            let (_, path) = containers.iter().find(|(service, _)| service.span == nginx.span)?;
            let root = directives.iter().filter(|directive| directive.is("root")).filter_map(|root| root.args.first());
            root.into_iter().find(|root| below(path, &root.value))
        });
        let (Some(root), Some(secret)) = (served, env.real_secrets().next()) else { continue };
        sink.report(secret.var.key.span, format!("nginx serves `{}` to everyone who asks for it", env.path))
            .help("move it out of the directory, or add to the server: `location ~ /\\. { deny all; }`; change the secrets")
            .related(root.span, "the file lies in this directory of the container");
    }
}

/// `location ~ /\.` and the like: somebody thought of them.
fn names_hidden_files(directive: &Directive) -> bool {
    directive.is("location") && directive.args.iter().any(|word| word.value.contains("/\\.") || word.value.contains("/.env"))
}

fn below(path: &str, root: &str) -> bool {
    let root = root.trim_end_matches('/');
    !root.is_empty() && path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}
