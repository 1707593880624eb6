//! `nginx/wrong-live-file`

use crate::model::nginx::Server;
use crate::rules::prelude::*;

rule! {
    /// nginx is given the wrong one of certbot's files.
    ///
    /// ## Why
    /// In `/etc/letsencrypt/live/NAME/` lie four files: `fullchain.pem` is what nginx needs, `privkey.pem` its key. `cert.pem` is the
    /// certificate alone: browsers that have seen the issuer elsewhere go on, everybody else (curl, phones, payment services) says
    /// `unable to get local issuer certificate`. `chain.pem` is not yours at all, and the key of another name does not fit: nginx
    /// stops with `key values mismatch`.
    ///
    /// ## Examples
    /// ```nginx bad
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/cert.pem;
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/wrong-live-file
    /// # | `cert.pem` of certbot is the certificate without its chain: clients that do not know the issuer refuse it
    /// # | help: write `/etc/letsencrypt/live/shop.de/fullchain.pem`
    /// # >     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    /// }
    /// server {
    ///     listen 443 ssl;
    ///     server_name api.shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/api.shop.de/privkey.pem;
    /// #                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/wrong-live-file
    /// # >     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    /// }
    /// ```
    /// ```nginx good
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    /// }
    /// server {
    ///     listen 443 ssl;
    ///     server_name old.shop.de;
    ///     ssl_certificate /etc/ssl/shop/cert.pem;
    ///     ssl_certificate_key /etc/ssl/shop/privkey.pem;
    /// }
    /// server {
    ///     listen 443 ssl;
    ///     server_name new.shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/<domain>/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/domain>/privkey.pem;
    /// }
    /// ```
    "nginx/wrong-live-file" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#where-are-my-certificates"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, _: &Context, sink: &mut Sink) {
    let live: Vec<_> = server.certificates.iter().filter_map(|path| Some((path, in_live(&path.value)?))).collect();
    if live.is_empty() {
        return sink.not_applicable();
    }
    for (path, (folder, file)) in &live {
        let wrong = match *file {
            "cert.pem" => "is the certificate without its chain: clients that do not know the issuer refuse it",
            "chain.pem" => "is the certificate of the issuer, not that of the site: nginx does not start",
            "privkey.pem" => "is the private key: nginx does not start",
            _ => continue,
        };
        let finding = sink.report(path.span, format!("`{file}` of certbot {wrong}"));
        finding.help(format!("write `{folder}/fullchain.pem`"));
    }
    // With two certificates there are two keys, in the same order.
    for ((path, (folder, _)), key) in live.iter().zip(&server.certificate_keys) {
        let Some((other, file)) = in_live(&key.value) else { continue };
        if matches!(file, "cert.pem" | "chain.pem" | "fullchain.pem") {
            sink.report(key.span, format!("`{file}` of certbot is no private key: nginx does not start"))
                .help(format!("write `{folder}/privkey.pem`"));
        } else if other != *folder && live.len() == server.certificate_keys.len() {
            let message = "this key belongs to another certificate: nginx does not start (`key values mismatch`)";
            sink.report(key.span, message)
                .help(format!("write `{folder}/privkey.pem`"))
                .related(path.span, "the certificate");
        }
    }
}

/// The folder and the file, of a path in a `live` folder of certbot; not one with a variable or a blank to fill in.
fn in_live(path: &str) -> Option<(&str, &str)> {
    let (folder, file) = path.rsplit_once('/')?;
    let (above, name) = folder.rsplit_once('/')?;
    let certbots = above.ends_with("letsencrypt/live") || above == "live";
    (certbots && !name.is_empty() && !path.contains(['$', '<', '>'])).then_some((folder, file))
}
