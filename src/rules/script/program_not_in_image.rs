//! `script/program-not-in-image`

use crate::model::compose::Service;
use crate::model::image::Tool;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A command runs a program in a container whose image does not have it.
    ///
    /// ## Why
    /// `docker exec` ends with "executable file not found". A backup that is made like this is an empty file.
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// docker compose exec -T db mysqldump -uroot shop > "/backups/shop-$(date +%F).sql"
    /// #                         ^^^^^^^^^ script/program-not-in-image
    /// # | the image of service `db` has no `mysqldump`, so this ends with an error
    /// # | help: since MariaDB 11 it is called `mariadb-dump` there
    /// # > docker compose exec -T db mariadb-dump -uroot shop > "/backups/shop-$(date +%F).sql"
    /// docker exec shop-web bash -c 'date'
    /// #                    ^^^^ script/program-not-in-image
    /// # | the image of service `web` has no `bash`, so this ends with an error
    /// # | help: use `sh`
    /// # > docker exec shop-web sh -c 'date'
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   db:
    ///     image: mariadb:11.4
    ///   web:
    ///     image: nginx:1.29-alpine
    ///     container_name: shop-web
    ///   store:
    ///     image: postgres:17-alpine
    /// ```
    /// ```sh good file=backup.sh
    /// docker compose exec -T db mariadb-dump -uroot shop > "/backups/shop-$(date +%F).sql"
    /// docker exec shop-web sh -c 'date'
    /// docker compose exec -T store bash -c 'date'
    /// ```
    "script/program-not-in-image" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.docker.com/reference/cli/docker/container/exec/",
            "https://mariadb.org/mariadb-server-docker-official-images-healthcheck-without-mysqladmin/",
        ],
        check: Check::Commands(check),
    }
}

/// What programs of MySQL are called in MariaDB.
const RENAMED: [(&str, &str); 5] = [
    ("mysql", "mariadb"),
    ("mysqldump", "mariadb-dump"),
    ("mysqladmin", "mariadb-admin"),
    ("mysqlcheck", "mariadb-check"),
    ("mysqlimport", "mariadb-import"),
];

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    for step in commands.steps.iter().filter(|step| !step.remote && !step.flow.tested && !step.contained) {
        let (Some(service), Some(word)) = (entered(step, ctx), step.command().first()) else { continue };
        let name = step.tool();
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) && !word.value.contains('/');
        // Another way is taken where it is not there.
        if !plain || step.after == crate::model::starts::Joint::Or {
            continue;
        }
        let image = ctx.project.image_of(service);
        let Tool::No { certain: true, base } = image.tool(name) else { continue };
        let message =
            format!("the image of service `{}` has no `{name}`, so this ends with an error", service.name.value);
        let renamed = RENAMED.iter().find(|(old, _)| *old == name).map(|(_, new)| *new);
        let help = match renamed {
            Some(new) if matches!(image.tool(new), Tool::Unknown(_) | Tool::Yes(_)) => {
                format!("since MariaDB 11 it is called `{new}` there")
            }
            _ if name == "bash" => "use `sh`".to_owned(),
            _ => "use a program that is in the image, or build one with it".to_owned(),
        };
        let finding = sink.report(word.span, message).help(help);
        finding.related(base, format!("no `{name}` in here")).cause(name, "nor this");
        if step.dumps() && (commands.runs_alone() || commands.is_called(&["backup", "backups"])) {
            finding.severity(High).effect(LosesData);
        } else if commands.is_read_along() || !ctx.project.is_at_first(step.span) && !step.dumps() {
            finding.severity(Low);
        }
    }
}

/// The service whose container a command goes into.
fn entered<'a>(step: &Step, ctx: &Context<'a>) -> Option<&'a Service> {
    let name = step.inside.as_ref().and_then(|inside| step.words.get(inside.name?))?;
    if step.is("docker", &["exec"]) {
        let called = |service: &&Service| service.container_name.get().is_some_and(|own| *own == name.value);
        let mut all = ctx.project.services().filter(called);
        return all.next().filter(|first| all.all(|other| other.image.get() == first.image.get()));
    }
    let (call, set) = ctx.project.compose_call(step)?;
    let exec = call.verb.as_deref() == Some("exec");
    set.service(&name.value).filter(|service| exec && service.gap.is_none())
}
