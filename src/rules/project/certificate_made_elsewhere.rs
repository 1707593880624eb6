//! `project/certificate-made-elsewhere`

use std::collections::HashSet;

use crate::model::nginx::Server;
use crate::model::tls::is_placeholder_name;
use crate::project::lineage;
use crate::rules::prelude::*;

rule! {
    /// The project's script makes a certificate under another name than nginx reads.
    ///
    /// ## Why
    /// nginx does not start without its certificate, and certbot needs nginx to get one. So a script makes one in
    /// `/etc/letsencrypt/live/NAME/` first. Under another name it helps nobody: on a new machine nginx stops with
    /// `cannot load certificate ... No such file or directory`.
    ///
    /// ## Examples
    /// ```nginx bad file=site.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de-0001/fullchain.pem;
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/certificate-made-elsewhere
    /// # | `init.sh` makes the certificate of `shop.de`, and nginx reads that of `shop.de-0001`: on a new machine it does not
    /// # | start
    /// # | help: write the same name in both
    /// # >     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de-0001/privkey.pem;
    /// # >     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    /// }
    /// server {
    ///     listen 443 ssl;
    ///     server_name old.shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/old.shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/old.shop.de/privkey.pem;
    /// }
    /// ```
    /// ```sh both file=init.sh
    /// domains=(shop.de www.shop.de)
    /// path="/etc/letsencrypt/live/$domains"
    /// docker compose run --rm --entrypoint "openssl req -x509 -nodes -newkey rsa:2048 -days 1 \\
    ///   -keyout '$path/privkey.pem' -out '$path/fullchain.pem' -subj '/CN=localhost'" certbot
    /// docker compose up -d nginx
    /// ```
    ///
    /// ## What it does not report
    /// Projects in which nginx reads one of the certificates that are made: the others may come from elsewhere.
    "project/certificate-made-elsewhere" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#where-are-my-certificates"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let mine: Vec<_> = server.certificates.iter().filter_map(|path| Some((path, lineage(&path.value)?))).collect();
    if mine.is_empty() {
        return sink.not_applicable();
    }
    let mut made = project.meanings().flat_map(|view| view.makes()).filter(|_| project.look(1)).peekable();
    let Some(first) = made.peek().copied() else { return sink.not_applicable() };
    let read = project.servers().filter(|server| project.look(1 + server.certificates.len()));
    let read: HashSet<&str> =
        read.flat_map(|server| server.certificates.iter()).filter_map(|path| lineage(&path.value)).collect();
    // What is to be filled in stands for one of them, as does a variable.
    let is_one_of_them = |name: &str| is_placeholder_name(name) || read.contains(name);
    if read.iter().any(|name| name.contains(['$', '{'])) || made.any(|made| is_one_of_them(&made.value)) {
        return;
    }
    let script = ctx.path(first.span);
    // What is to be filled in will be in both. Another command gets it from Let's Encrypt.
    let asked = project.asked_certificates().unwrap_or_default();
    let is_asked = |name: &str| asked.iter().any(|own| own.lineage == name);
    for (path, name) in mine.into_iter().filter(|(_, name)| !is_placeholder_name(name) && !is_asked(name)) {
        let message = format!(
            "`{script}` makes the certificate of `{}`, and nginx reads that of `{name}`: on a new machine it does not start",
            first.value
        );
        let finding = sink.report(path.span, message).help("write the same name in both");
        finding.related(first.span, "made here").cause(name, "here as well");
        // Which of several configurations is the one that is used cannot be told.
        if !project.machine(server.file).is_yes() && project.configs().len() > 1 {
            finding.severity(Low);
        }
    }
}
