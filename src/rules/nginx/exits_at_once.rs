//! `nginx/exits-at-once`

use crate::model::compose::Service;
use crate::model::nginx::Effective;
use crate::project::Main;
use crate::rules::prelude::*;

rule! {
    /// nginx goes into the background, and its container ends.
    ///
    /// ## Why
    /// A container lives as long as the program it was started with. nginx starts another process and ends, unless `daemon off;` is
    /// set: the container stops after a second with code 0, again and again with `restart: always`.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     command: ["nginx", "-c", "/etc/nginx/nginx.conf"]
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/exits-at-once
    /// # | nginx goes into the background, and the container of service `web` ends at once
    /// # | help: start it with `-g "daemon off;"`
    /// # >     command: ["nginx", "-c", "/etc/nginx/nginx.conf", "-g", "daemon off;"]
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     command: ["nginx", "-g", "daemon off;"]
    /// ```
    "nginx/exits-at-once" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://hub.docker.com/_/nginx"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let Some(process) = project.process(service) else { return sink.not_applicable() };
    let Some([program, rest @ ..]) = process.words() else { return sink.not_applicable() };
    let nginx = program.rsplit('/').next() == Some("nginx");
    // `-t`, `-s reload` and the like are meant to end.
    let ends = rest.iter().any(|word| matches!(word.as_str(), "-t" | "-T" | "-v" | "-V" | "-h" | "-s" | "-q"));
    if !nginx || ends || rest.iter().any(|word| word.contains("daemon")) {
        return sink.not_applicable();
    }
    let usual = !rest.iter().any(|word| word.ends_with(".conf") && word != "/etc/nginx/nginx.conf");
    let background = match project.main_of(service) {
        Main::Image => usual,
        Main::Own(config) => usual && matches!(project.main_setting(config, "daemon"), Effective::Absent),
        Main::Unknown => {
            usual
                && project.image_of(service).base().is_some_and(|(image, _)| image.official() == Some("nginx"))
                && service.mounts.is_empty()
                && service.build.is_none()
        }
    };
    if background {
        let message = format!(
            "nginx goes into the background, and the container of service `{}` ends at once",
            service.name.value
        );
        sink.report(process.line(), message).help("start it with `-g \"daemon off;\"`");
    }
}
