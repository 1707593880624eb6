//! Service to what it does to its database when it starts.

use super::{Located, Project};
use crate::model::Meaning;
use crate::model::compose::{Composition, Condition, Service};
use crate::model::starts::Step;
use crate::source::{Answer, Span};
use crate::syntax::shell::{self, base_name};

/// A command that brings the tables of a database up to date, run each time a container starts.
#[derive(Clone, Debug)]
pub struct Migration {
    /// What is run, as people know it.
    pub what: &'static str,
    /// Where: in the command of the service or its image, or in a script of the project that it starts with.
    pub at: Span,
    /// Whether only one runs at a time, wherever it is started: the tool takes a lock in the database.
    pub alone: bool,
    /// Whether something in front of it waits, or it is tried again.
    pub waits: bool,
    /// What stands in front of its command alone: `DB_HOST=database alembic upgrade head`.
    pub told: Vec<String>,
}

/// The tools, by the words of their commands, and whether they take a lock. Read on 2026-11-28: Prisma ("Advisory locking"),
/// Rails (`with_advisory_lock`), Flyway and Liquibase (lock tables), Knex (`knex_migrations_lock`), golang-migrate; Django, Alembic,
/// Sequelize and TypeORM take none, Laravel with `--isolated`.
const TOOLS: [(&[&str], &str, bool); 13] = [
    (&["manage.py", "migrate"], "manage.py migrate", false),
    (&["django-admin", "migrate"], "django-admin migrate", false),
    (&["alembic", "upgrade"], "alembic upgrade", false),
    (&["flask", "db", "upgrade"], "flask db upgrade", false),
    (&["aerich", "upgrade"], "aerich upgrade", false),
    (&["artisan", "migrate"], "artisan migrate", false),
    (&["sequelize", "db:migrate"], "sequelize db:migrate", false),
    (&["sequelize-cli", "db:migrate"], "sequelize-cli db:migrate", false),
    (&["typeorm", "migration:run"], "typeorm migration:run", false),
    (&["db:migrate"], "db:migrate", true),
    (&["db:prepare"], "db:prepare", true),
    (&["prisma", "migrate", "deploy"], "prisma migrate deploy", true),
    (&["knex", "migrate:latest"], "knex migrate:latest", true),
];

/// The words of a command that brings a database up to date, from the first to the last.
pub fn migrates(step: &Step) -> Option<Span> {
    let words: Vec<String> = step.words.iter().map(|word| word.value.clone()).collect();
    let known = TOOLS.iter().any(|(tool, ..)| has(&words, tool))
        || [&["doctrine:migrations:migrate"][..], &["run", "migration:run"], &["run", "migrate"]]
            .iter()
            .any(|tool| has(&words, tool));
    let first = step.inside.as_ref().map_or(step.program, |inside| inside.at);
    let words = step.words.get(first..).filter(|words| known && !words.is_empty())?;
    Some(words.first()?.span.to(words.last()?.span))
}

/// Commands that delete what is in a database, with the option without which they ask first (Prisma, Django, Laravel in
/// production) and end where nobody can answer. The last column: whether it is all of it, or what a new schema does not have.
const DELETING: [(&[&str], bool); 8] = [
    (&["prisma", "db", "push", "--accept-data-loss"], false),
    (&["prisma", "db", "push", "--force-reset"], true),
    (&["prisma", "migrate", "reset", "--force"], true),
    (&["artisan", "migrate:fresh", "--force"], true),
    (&["artisan", "migrate:refresh", "--force"], true),
    (&["manage.py", "flush", "--noinput"], true),
    (&["manage.py", "flush", "--no-input"], true),
    (&["sequelize-cli", "db:drop"], true),
];

/// Words of what waits for a database, or tries again.
const WAITING: [&str; 9] = ["wait", "until", "while", "sleep", "dockerize", "pg_isready", "retry", "mysqladmin", "nc"];

/// A command that a container runs when it starts.
struct AtStart {
    words: Vec<String>,
    told: Vec<String>,
    at: Span,
    /// Whether it is certain to be run.
    certain: bool,
    /// Whether it stands in a loop.
    repeated: bool,
}

impl Project {
    /// The first command of a service that deletes what is in its database when the container starts: its words, where it stands,
    /// and whether that is all of it.
    pub fn deletes_at_start(&self, service: &Service) -> Option<(String, Span, bool)> {
        self.at_start(service).into_iter().filter(|own| own.certain).find_map(|own| {
            let (words, all) = DELETING.iter().find(|(words, _)| has(&own.words, words))?;
            Some((words.join(" "), own.at, *all))
        })
    }

    /// The first command of a service that migrates its database when the container starts.
    pub fn migration(&self, service: &Service) -> Option<Migration> {
        let commands = self.at_start(service);
        let meant = |own: &AtStart| TOOLS.iter().find(|(words, ..)| has(&own.words, words));
        let (at, (_, what, alone)) =
            commands.iter().enumerate().filter(|(_, own)| own.certain).find_map(|(at, own)| Some((at, meant(own)?)))?;
        let own = &commands[at];
        let waiting = |own: &AtStart| {
            let waits = |word: &String| {
                WAITING.iter().any(|wait| base_name(word).split(['_', '-', '.']).any(|part| part == *wait))
            };
            own.repeated || own.words.iter().any(waits)
        };
        Some(Migration {
            what,
            at: own.at,
            alone: *alone || own.words.iter().any(|word| word.starts_with("--isolated")),
            waits: commands.get(..=at).is_some_and(|front| front.iter().any(waiting)),
            told: own.told.clone(),
        })
    }

    /// Whether a command runs a service that others wait for until it has ended well: `docker compose run migrate`.
    pub fn is_waited_for(&self, step: &Step) -> bool {
        let Some((call, set)) = self.compose_call(step) else { return false };
        let mut waits = set.services.iter().flat_map(|service| &service.dependencies).filter(|_| self.look(1));
        waits.any(|wait| wait.condition == Condition::Completed && call.services.contains(&wait.service.value))
    }

    /// The services of a composition that migrate the same database at the same time, or one with several copies; each with
    /// its command.
    pub fn migrates_at_once<'a>(&self, set: &'a Composition) -> Vec<(&'a Service, Migration)> {
        let on = set.services.iter().filter(|service| set.is_on(service) && service.gap.is_none());
        let all: Vec<(&Service, Migration)> = on.filter_map(|own| Some((own, self.migration(own)?))).collect();
        let copied = |service: &Service| service.replicas.get().is_some_and(|copies| *copies > 1);
        // One that waits for another one, until that is ready or done, comes later.
        let later = |own: &Service, other: &Service| {
            let wait = own.dependencies.iter().find(|wait| wait.service.value == other.name.value);
            wait.is_some_and(|wait| matches!(wait.condition, Condition::Healthy | Condition::Completed))
        };
        let meets = |(own, mine): &(&Service, Migration)| {
            let with = |(other, theirs): &(&Service, Migration)| {
                let other_service = other.id != own.id && theirs.what == mine.what && self.same_database(own, other);
                self.look(1)
                    && other_service
                    && !own.takes_turns_with(other)
                    && !later(own, other)
                    && !later(other, own)
            };
            !mine.alone && (copied(own) || all.iter().any(with))
        };
        let met: Vec<bool> = all.iter().map(meets).collect();
        all.into_iter().zip(met).filter(|(_, met)| *met).map(|(own, _)| own).collect()
    }

    /// Whether two services are made of the same sources and told of the same database.
    fn same_database(&self, own: &Service, other: &Service) -> bool {
        let built = |service: &Service| {
            let build = service.build.as_ref()?;
            Some((build.context.get()?.clone(), build.dockerfile.get()?.clone()))
        };
        let image = |service: &Service| service.image.get().map(|image| (image.name.clone(), service.build.is_some()));
        let same = built(own).is_some() && built(own) == built(other)
            || own.build.is_none() && image(own).is_some() && image(own) == image(other);
        let url = |service: &Service| self.service_env(service, "DATABASE_URL");
        // One that is given nothing at all knows of no database of the other's.
        let given = |service: &Service| !(service.env_files.is_empty() && service.environment.is_empty());
        same && given(own) == given(other) && url(own).get() == url(other).get()
    }

    /// The commands of a container's start: its own, and those of a script of the project among them.
    fn at_start(&self, service: &Service) -> Vec<AtStart> {
        let Some(process) = self.process(service) else { return Vec::new() };
        let Some(words) = process.words() else { return Vec::new() };
        let mut found = Vec::new();
        for command in shell::run(words) {
            let words: Vec<String> = command.words.iter().map(|word| word.text.clone()).collect();
            let scripts = words.iter().take(3).filter(|word| !word.starts_with('-'));
            let script = scripts.filter_map(|word| self.script_at(service, word)).next();
            let mut ended = false;
            for step in script.unwrap_or_default() {
                let flow = &step.flow;
                let certain = !(flow.branch || flow.function || flow.tested);
                let words: Vec<String> = step.argv().iter().map(|word| word.value.clone()).collect();
                let told = step.sets.iter().map(|set| set.value.1.clone()).collect();
                let certain_now = certain && !ended;
                found.push(AtStart { words, told, at: step.span, certain: certain_now, repeated: flow.repeated });
                // `if [ $# -gt 0 ]; then exec "$@"; fi`: what follows is for some containers only.
                let first = step.words.first().map_or("", |word| word.value.as_str());
                let well = step.words.get(1).is_none_or(|code| code.value == "0");
                ended |= !certain && (first == "exec" || first == "exit" && well);
            }
            let certain = command.scope == 0 && !command.tested;
            let values = command.assignments.iter().flat_map(|own| &own.values);
            let told = values.map(|value| value.text.clone()).collect();
            found.push(AtStart { words, told, at: process.line(), certain, repeated: false });
        }
        if !self.look(found.len()) { Vec::new() } else { found }
    }

    /// The commands of the script of the project that is at a path in a container.
    fn script_at(&self, service: &Service, word: &str) -> Option<&[Step]> {
        if !word.contains('/') && !word.contains('.') || word.contains('$') {
            return None;
        }
        let path = self.full_path(service, word)?;
        let Answer::Yes(Located::Project(path)) = self.locate(service, &path) else { return None };
        let file = self.at(&path)?.source.id;
        let at = self.loading.binary_search_by_key(&file, |own| own.file).ok()?;
        Some(self.loading[at].steps())
    }
}

/// Whether words stand in a command, in their order.
fn has(command: &[String], words: &[&str]) -> bool {
    let mut rest = command.iter();
    words.iter().all(|word| rest.any(|own| base_name(own) == *word))
}
