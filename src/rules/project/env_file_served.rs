//! `project/env-file-served`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

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
    /// # > http { server { listen 80; root /var/www/shop; location ~ /\. { deny all; } } }
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
    /// # > http { server { listen 80; root /var/www/shop; location ~ /\. { deny all; } } }
    /// ```
    ///
    /// ## What it does not report
    /// Env files without secrets, files that an image copies (`project/image-copies-env` does), and files whose address
    /// a location answers with an error. Where only PCRE understands the expression of such a location, it is unknown.
    /// nginx on a host, whose directories are not in the project.
    "project/env-file-served" {
        severity: Critical, confidence: Certain, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/538.html", "https://nginx.org/en/docs/http/ngx_http_core_module.html#root"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let secret = env.real_secrets().next().filter(|_| matches!(env.role, Role::Production | Role::Staging));
    let (Some(secret), false) = (secret, ctx.project.nginx.is_empty()) else { return sink.not_applicable() };
    match ctx.project.served(&env.path) {
        Answer::No(_) => {}
        Answer::Unknown(why) => sink.unanswered(secret.var.key.span, why),
        Answer::Yes(root) => {
            sink.report(secret.var.key.span, format!("nginx serves `{}` to everyone who asks for it", env.path))
                .help("move it out of the directory, or add to the server: `location ~ /\\. { deny all; }`; change the secrets")
                .related(root, "the file lies in this directory of the container");
        }
    }
}
