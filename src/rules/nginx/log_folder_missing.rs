//! `nginx/log-folder-missing`

use super::tree;
use crate::model::nginx::NginxFile;
use crate::project::{Machine, is_of_system};
use crate::rules::prelude::*;
use crate::source::directory;
use crate::syntax::nginx::{Directive, Word};

rule! {
    /// nginx is to write a log, or its number, into a folder that is not there.
    ///
    /// ## Why
    /// nginx opens its logs when it starts, and makes files but no folders: `open() "/var/log/shop/access.log" failed (2: No such file
    /// or directory)`. It does not start then. A path that begins without `/` counts from nginx's own directory, which is
    /// `/etc/nginx` in the official images; there is no `logs` in it.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// error_log logs/error.log warn;
    /// #         ^^^^^^^^^^^^^^ nginx/log-folder-missing
    /// # | `/etc/nginx/logs` is not in the container of service `web`: nginx does not start
    /// # | help: write `/var/log/nginx/error.log`, or mount a folder at `/etc/nginx/logs`
    /// # > error_log /var/log/nginx/error.log warn;
    /// events {}
    /// http {
    ///   access_log /var/log/shop/access.log;
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^ nginx/log-folder-missing
    /// # >   access_log /var/log/nginx/access.log;
    ///   server { listen 80; root /usr/share/nginx/html; }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// error_log stderr warn;
    /// events {}
    /// http {
    ///   access_log /var/log/nginx/access.log;
    ///   server { listen 80; root /usr/share/nginx/html; access_log /var/log/shop/$host.log; }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Files with variables in their names: nginx opens them when a request comes. Images in which something was done, and those of others. On a
    /// host, folders that no system brings and no script makes are told as not known.
    "nginx/log-folder-missing" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_log_module.html#access_log", "https://nginx.org/en/docs/ngx_core_module.html#error_log"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx) else { return sink.not_applicable() };
    let project = ctx.project;
    let on_host = matches!(project.machine(nginx.file), Answer::Yes(Machine::Host) | Answer::Unknown(_))
        && !project.is_put_into_image(&nginx.path);
    for directive in &file.directives {
        let Some(word) = opened(directive) else { continue };
        let (written, word) = (&*word.value, word.span);
        let folder = directory(written);
        let inside = if written.starts_with('/') { folder.to_owned() } else { format!("/etc/nginx/{folder}") };
        let lacking = project.readers(nginx.file).find(|service| project.lacks_folder(service, &inside));
        if let Some(service) = lacking {
            let name = &service.name.value;
            let message = format!("`{inside}` is not in the container of service `{name}`: nginx does not start");
            let end = written.rsplit('/').next().unwrap_or(written);
            let log = if directive.is("pid") { format!("/run/{end}") } else { format!("/var/log/nginx/{end}") };
            sink.report(word, message).help(format!("write `{log}`, or mount a folder at `{inside}`"));
        } else if written.starts_with('/')
            && !is_of_system(folder)
            && on_host
            && !project.assumed().file(folder)
            && !project.makes_folder(folder)
        {
            sink.unknown(
                word,
                format!("no script of the project makes `{folder}`, and where this nginx runs is not seen"),
            );
        }
    }
}

/// The file that a directive has nginx open when it starts.
fn opened(directive: &Directive) -> Option<&Word> {
    let word = directive.args.first().filter(|word| !word.is_open())?;
    let is_log = directive.is("access_log") || directive.is("error_log") || directive.is("pid");
    let special = matches!(&*word.value, "off" | "stderr") || word.value.contains(':');
    (is_log && !special && word.value.contains('/')).then_some(word)
}
