//! `guide/restore-untold`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A guide makes backups, and nothing says how one is brought back.
    ///
    /// ## Why
    /// The day on which it is needed is a bad one to find out: which file, into which database, in which order, and what has to be stopped.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// docker compose exec -T db pg_dump -U shop shop > shop.sql
    /// #                         ^^^^^^^ guide/restore-untold
    /// # | this is a backup, and nothing in the project says how it is brought back
    /// # | help: write the commands below it, and try them
    /// # > docker compose exec -T db pg_dump -U shop shop > shop.sql
    /// # > docker compose exec -T db psql -U shop shop < shop.sql  # restores it
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// docker compose exec -T db pg_dump -U shop shop > shop.sql
    /// ~~~
    ///
    /// To restore it, stop the application first.
    /// ```
    "guide/restore-untold" {
        severity: Low, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://www.postgresql.org/docs/current/backup-dump.html"],
        check: Check::Commands(check),
    }
}

/// What says that something is brought back, in languages that guides are written in.
const WORDS: [&str; 14] = [
    "restor",
    "recover",
    "restaur",
    "wiederher",
    "einspiel",
    "ripristin",
    "восстан",
    "恢复",
    "恢復",
    "还原",
    "還原",
    "復元",
    "복원",
    "geri y",
];

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if commands.kind != Kind::Guide {
        return sink.not_applicable();
    }
    let Some(step) = commands.steps.iter().find(|step| step.dumps()) else { return sink.not_applicable() };
    if ctx.project.says(&WORDS) || ctx.project.reads_dumps() {
        return;
    }
    let word = step.command().first().map_or(step.span, |word| word.span);
    sink.report(word, "this is a backup, and nothing in the project says how it is brought back")
        .help("write the commands below it, and try them")
        .cause("restore", "nor this");
}
