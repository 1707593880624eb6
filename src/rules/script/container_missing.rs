//! `script/container-missing`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A command names a container by its service, and it is called otherwise.
    ///
    /// ## Why
    /// `docker exec` knows containers, not services. Compose calls the container of service `db` of project `shop` `shop-db-1`, unless
    /// `container_name` says something else. The command ends with "No such container", and what was to be written is empty.
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// docker exec db pg_dump -U shop shop > "/backups/shop-$(date +%F).sql"
    /// #           ^^ script/container-missing
    /// # | no container is called `db`: that of service `db` is called `shop-postgres`
    /// # | help: write `shop-postgres`
    /// # > docker exec shop-postgres pg_dump -U shop shop > "/backups/shop-$(date +%F).sql"
    /// docker exec cache redis-cli ping
    /// #           ^^^^^ script/container-missing
    /// # | no container is called `cache`: Compose puts the name of the project in front of that of service `cache`
    /// # | help: write `docker compose exec cache`
    /// # > docker compose exec -T cache redis-cli ping
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     container_name: shop-postgres
    ///   cache:
    ///     image: redis:8
    /// ```
    /// ```sh good file=backup.sh
    /// docker exec shop-postgres pg_dump -U shop shop > "/backups/shop-$(date +%F).sql"
    /// docker exec shop-cache-1 redis-cli ping
    /// docker exec another-one true
    /// ```
    ///
    /// ## What it does not report
    /// Names of no service: they are of something that is started elsewhere.
    "script/container-missing" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/project-name/"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide | Kind::Crontab | Kind::Makefile | Kind::Unit) {
        return sink.not_applicable();
    }
    for step in commands.steps.iter().filter(|step| !step.remote && !step.flow.tested) {
        if !step.is("docker", &["exec"]) {
            continue;
        }
        let Some(word) = step.inside.as_ref().and_then(|inside| step.words.get(inside.name?)) else { continue };
        let Some(service) = ctx.project.container_called_otherwise(&word.value) else { continue };
        // `if docker ps --filter name=nginx | grep -q nginx; then`: only where there is one that has this in its name.
        let asks = |other: &Step| {
            let names = other.words.iter().any(|own| own.value.contains(&word.value));
            other.flow.tested && other.is("docker", &["ps"]) && names
        };
        let found = service.container_name.get().unwrap_or(&service.name.value).contains(&word.value);
        if step.flow.branch && !found && commands.before(step).any(asks) {
            continue;
        }
        let name = &service.name.value;
        let (is, help) = match service.container_name.get() {
            Some(own) => (format!("that of service `{name}` is called `{own}`"), format!("write `{own}`")),
            None => (
                format!("Compose puts the name of the project in front of that of service `{name}`"),
                format!("write `docker compose exec {name}`"),
            ),
        };
        let finding = sink.report(word.span, format!("no container is called `{}`: {is}", word.value));
        finding.help(help).related(service.name.span, "the service").cause(&word.value, "nor here");
        if step.dumps() && (commands.runs_alone() || commands.is_called(&["backup", "backups"])) {
            finding.severity(High).effect(LosesData);
        } else if commands.is_read_along() {
            finding.severity(Low);
        }
    }
}
