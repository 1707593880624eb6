//! `project/challenge-not-served`

use crate::model::compose::{Mount, MountKind, Service};
use crate::rules::prelude::*;

rule! {
    /// nginx has the directory of the ACME challenge and hands out nothing of it.
    ///
    /// ## Why
    /// certbot puts a file there, and Let's Encrypt asks the site for it. When no location leads to the directory, it gets an
    /// error page: the certificate is not renewed, and after 90 days browsers refuse the site.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: nginx:1.27
    ///     ports: ["80:80", "443:443"]
    ///     volumes:
    ///       - ./shop.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - ./certbot/conf:/etc/letsencrypt
    ///       - ./certbot/www:/var/www/certbot
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/challenge-not-served
    /// # | no location of service `proxy` leads to `/var/www/certbot`, where the answers to Let's Encrypt lie: the
    /// # | certificate is not renewed
    /// # | help: add to the server on port 80: `location /.well-known/acme-challenge/ { root /var/www/certbot; }`
    /// ```
    /// ```nginx bad file=shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.kleinladen.de;
    /// # >   server_name shop.kleinladen.de;
    /// # >   location /.well-known/acme-challenge/ { root /var/www/certbot; }
    ///   location / { return 301 https://$host$request_uri; }
    /// }
    /// server {
    ///   listen 443 ssl;
    ///   server_name shop.kleinladen.de;
    ///   ssl_certificate /etc/letsencrypt/live/shop.kleinladen.de/fullchain.pem;
    ///   ssl_certificate_key /etc/letsencrypt/live/shop.kleinladen.de/privkey.pem;
    ///   location / { root /srv/shop; }
    /// }
    /// ```
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: nginx:1.27
    ///     ports: ["80:80", "443:443"]
    ///     volumes:
    ///       - /var/lib/letsencrypt:/var/lib/letsencrypt
    ///       - ./shop.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - ./certbot/conf:/etc/letsencrypt
    ///       - ./certbot/www:/var/www/certbot
    /// ```
    /// ```nginx good file=shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.kleinladen.de;
    ///   location /.well-known/acme-challenge/ { root /var/www/certbot; }
    ///   location / { return 301 https://$host$request_uri; }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Containers whose nginx files are not all in the project, and directories that a variable may lead to.
    "project/challenge-not-served" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://letsencrypt.org/docs/challenge-types/#http-01-challenge"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let held: Vec<&Mount> =
        service.mounts.iter().filter(|mount| matches!(mount.kind, MountKind::Bind | MountKind::Volume)).collect();
    let mut judged = false;
    let served = |mount: &&Mount| {
        let directory = mount.target.get().filter(|path| is_webroot(path));
        directory.is_some_and(|directory| context.project.hands_out(service, directory).is_yes())
    };
    if held.iter().any(served) {
        return;
    }
    for mount in held {
        let Some(directory) = mount.target.get().filter(|path| is_webroot(path)) else { continue };
        judged = true;
        match context.project.hands_out(service, directory) {
            Answer::Yes(()) => {}
            Answer::Unknown(why) => sink.unknown(mount.span, why),
            Answer::No(_) => {
                let message = format!(
                    "no location of service `{}` leads to `{directory}`, where the answers to Let's Encrypt lie: \
                     the certificate is not renewed",
                    service.name.value
                );
                sink.report(mount.span, message).help(format!(
                    "add to the server on port 80: `location /.well-known/acme-challenge/ {{ root {directory}; }}`"
                ));
            }
        }
    }
    if !judged {
        sink.not_applicable();
    }
}

/// Whether a directory has the name of one for challenges. Those below `/etc` hold certificates.
fn is_webroot(path: &str) -> bool {
    let word = |part: &str| matches!(part, "certbot" | "acme" | "acme-challenge" | "letsencrypt" | "webroot");
    // certbot's own folder, in which it works.
    let own = path.starts_with("/etc/") || path == "/var/lib/letsencrypt";
    path.starts_with('/') && !own && path.split('/').any(word)
}
