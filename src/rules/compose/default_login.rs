//! `compose/default-login`

use crate::model::compose::Service;
use crate::model::image::notes;
use crate::rules::prelude::*;
use crate::source::below;
use crate::syntax::shell;

rule! {
    /// An image keeps the login that its documentation tells everybody.
    ///
    /// ## Why
    /// RabbitMQ begins with `guest`, Grafana with `admin`, MinIO with `minioadmin`, each with the same word as its password. Whoever
    /// reaches the port is in, until somebody sets another one.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   grafana:
    ///     image: grafana/grafana:12.0.0
    ///     ports: ["3000:3000"]
    /// #            ^^^^^^^^^ compose/default-login
    /// # | service `grafana` begins with login `admin` and password `admin`, and everybody reaches it
    /// # | help: set `GF_SECURITY_ADMIN_PASSWORD: ${GF_SECURITY_ADMIN_PASSWORD:?}` in `environment:`
    /// # >     ports: ["3000:3000"]
    /// # >     environment: {GF_SECURITY_ADMIN_PASSWORD: "${GF_SECURITY_ADMIN_PASSWORD:?}"}
    ///   broker:
    ///     image: rabbitmq:4.1
    /// #          ^^^^^^^^^^^^ compose/default-login
    /// # | service `broker` keeps login `guest` with password `guest`: whoever gets into its network is in
    /// # | help: set `RABBITMQ_DEFAULT_PASS: ${RABBITMQ_DEFAULT_PASS:?}` in `environment:`
    /// # >     image: rabbitmq:4.1
    /// # >     environment: {RABBITMQ_DEFAULT_PASS: "${RABBITMQ_DEFAULT_PASS:?}"}
    /// ```
    /// ```env bad
    /// GF_SECURITY_ADMIN_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// RABBITMQ_DEFAULT_PASS=Hq4m-8sLd-3pNz-6yRb
    /// ```
    /// ```compose good
    /// services:
    ///   grafana:
    ///     image: grafana/grafana:12.0.0
    ///     ports: ["3000:3000"]
    ///     environment: {GF_SECURITY_ADMIN_PASSWORD__FILE: /run/secrets/grafana}
    ///   broker:
    ///     image: rabbitmq:4.1
    ///     volumes: ["./rabbitmq.conf:/etc/rabbitmq/rabbitmq.conf:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Images whose configuration is mounted: it may set another one.
    "compose/default-login" {
        severity: High, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/1392.html"],
        check: Check::Service(check),
    }
}

pub(crate) fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(image) = service.image.set().filter(|_| service.build.is_none()) else { return sink.not_applicable() };
    let Some(login) = notes(&image.value).and_then(|notes| notes.login.as_ref()) else { return sink.not_applicable() };
    if let Some(why) = &service.gap {
        return sink.unknown(service.name.span, why.leaves("the variables may be written elsewhere"));
    }
    let first = service.command.get().and_then(|words| words.first()).map_or("", String::as_str);
    if !service.entrypoint.is_absent() || service.command.is_unresolved() || shell::is_shell(first) {
        return sink.unknown(image.span, "it is started by a command of its own, which may set another login");
    }
    let (files, names): (Vec<&str>, Vec<&str>) = login.unless.iter().partition(|own| own.starts_with('/'));
    let mounts = service.mounts.iter().map(|mount| &mount.target);
    let targets = mounts.chain(service.configs.iter().chain(&service.secrets).map(|used| &used.target));
    let reaches =
        |target: &str| files.iter().any(|file| below(target, file).is_some() || below(file, target).is_some());
    if targets.into_iter().any(|target| target.get().is_some_and(|target| reaches(target))) {
        return sink.unknown(image.span, "its configuration is mounted, and was not read");
    }
    for name in &names {
        // Who writes `${PASSWORD}` means to set it; when nobody does, `compose/variable-unset` says so.
        if service.environment.iter().any(|(own, _)| own.value == *name) {
            return;
        }
        match context.project.service_env(service, name) {
            value if value.is_unresolved() => {
                return sink.unknown(image.span, format!("whether `{name}` is set is not known"));
            }
            value if value.is_absent() => {}
            _ => return,
        }
    }
    let (owner, user, password) = (service.title(), login.user, login.password);
    let open = service.ports.iter().find(|port| port.is_public() == Some(true));
    let finding = match open {
        Some(port) => sink.report(
            port.span,
            format!("{owner} begins with login `{user}` and password `{password}`, and everybody reaches it"),
        ),
        None => {
            let message =
                format!("{owner} keeps login `{user}` with password `{password}`: whoever gets into its network is in");
            sink.report(image.span, message).severity(Low).effect(Weakens)
        }
    };
    if let Some(name) = names.first() {
        let help = format!("set `{name}: ${{{name}:?}}` in `environment:`");
        finding.help(service.says(&help, &format!("give it `{name}` with `--env-file`")));
    }
}
