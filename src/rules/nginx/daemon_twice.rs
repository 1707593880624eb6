//! `nginx/daemon-twice`

use crate::model::compose::Service;
use crate::model::nginx::Effective;
use crate::project::Main;
use crate::rules::prelude::*;

rule! {
    /// `daemon` is set in the configuration and on the command line.
    ///
    /// ## Why
    /// The images start `nginx -g "daemon off;"`. What stands behind `-g` is read in front of the file, so that the line in the file is
    /// the second one: `"daemon" directive is duplicate`, and nginx does not start.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// daemon off;
    /// ^^^^^^^^^^ nginx/daemon-twice
    /// | service `web` starts nginx with `-g "daemon off;"`: with this line it is set twice, and nginx does not start
    /// | help: remove the line
    /// # >
    /// events {}
    /// http { server { listen 80; } }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http { server { listen 80; } }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    /// ```
    "nginx/daemon-twice" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/ngx_core_module.html#daemon", "https://nginx.org/en/docs/switches.html"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    if !project.starts_nginx(service) {
        return sink.not_applicable();
    }
    // Without a command in the project it is that of the image.
    let words = project.process(service).and_then(|process| process.words());
    let given = words.is_none_or(|words| words.iter().any(|word| word.contains("daemon o")));
    let Main::Own(config) = project.main_of(service) else { return sink.not_applicable() };
    let Effective::Set(found) = project.main_setting(config, "daemon") else { return };
    if let Some(daemon) = found.last().filter(|_| given) {
        let message = format!(
            "service `{}` starts nginx with `-g \"daemon off;\"`: with this line it is set twice, and nginx does not start",
            service.name.value
        );
        sink.report(daemon.words(), message).help("remove the line");
    }
}
