//! `nginx/secret-in-header`

use super::tree;
use crate::model::nginx::NginxFile;
use crate::rules::prelude::*;

rule! {
    /// A password or key stands in the configuration.
    ///
    /// ## Why
    /// nginx sends it to the application with each request, and everybody who reads the file knows it: in the repository, in
    /// the image, in backups.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_set_header Authorization 'Basic dXNlcjpzM2NyM3RwYXNz';
    /// #                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/secret-in-header
    /// # | the value of `Authorization` is a secret, and everybody who reads the file knows it
    /// # | help: put it into a file that is not in the repository and `include` that, or into a template
    /// # >       include /etc/nginx/secret/*.conf;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_set_header Authorization $http_authorization;
    ///       proxy_set_header X-Api-Key "";
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/secret-in-header" {
        severity: Medium, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/798.html"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx).filter(|_| !nginx.secrets.is_empty()) else { return };
    // They stand in order, each within its word.
    let mut secrets = nginx.secrets.iter().copied().peekable();
    for header in file.directives.iter().filter(|directive| directive.is("proxy_set_header")) {
        let [name, value] = &header.args[..] else { continue };
        while secrets.next_if(|secret| secret.end <= value.span.start).is_some() {}
        if secrets.peek().is_some_and(|secret| value.span.contains(*secret)) {
            let message =
                format!("the value of `{}` is a secret, and everybody who reads the file knows it", name.value);
            sink.report(value.span, message)
                .help("put it into a file that is not in the repository and `include` that, or into a template");
        }
    }
}
