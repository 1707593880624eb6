//! `key/in-web-root`

use crate::model::tls::PemFile;
use crate::rules::prelude::*;

rule! {
    /// A private key lies where nginx serves files to everyone.
    ///
    /// ## Why
    /// nginx serves whatever lies below its `root`. Who fetches the key can pass for the server, and scanners ask for the usual
    /// names.
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
    /// ```pem bad file=certs/shop.key expect=key/in-web-root@1:1
    /// | nginx serves this private key to everyone who asks for it
    /// | help: serve only what is public, or move the key out of there; then replace the key and its certificate
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http { server { listen 80; root /var/www/shop; } }
    /// # > http { server { listen 80; root /var/www/shop/public; } }
    /// ```
    /// ```pem good file=certs/shop.key
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http { server { listen 80; root /var/www/shop/public; } }
    /// ```
    ///
    /// ## What it does not report
    /// Encrypted keys, keys whose address a location answers with an error, and what an image copies. nginx on a host, whose
    /// directories are not in the project.
    "key/in-web-root" {
        severity: Critical, effect: LeaksSecret,
        refs: &["https://cwe.mitre.org/data/definitions/538.html", "https://nginx.org/en/docs/http/ngx_http_core_module.html#root"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    let key = pem.keys.iter().find(|key| !key.is_encrypted()).filter(|_| !ctx.project.nginx.is_empty());
    let Some(key) = key else { return sink.not_applicable() };
    match ctx.project.served(&pem.path) {
        Answer::No(_) => {}
        Answer::Unknown(why) => sink.unanswered(key.at, why),
        Answer::Yes(root) => {
            sink.report(key.at, "nginx serves this private key to everyone who asks for it")
                .related(root, "the file lies in this directory of the container")
                .help(
                    "serve only what is public, or move the key out of there; then replace the key and its certificate",
                );
        }
    }
}
