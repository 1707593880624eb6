//! `script/dump-failure-unnoticed`

use crate::model::Kind;
use crate::model::starts::{Joint, Step};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A dump that fails looks like one that went well.
    ///
    /// ## Why
    /// The result of a pipe is that of its last program. When `pg_dump` cannot log in, `gzip` still packs nothing into a valid file,
    /// and the script goes on as if there were a backup: `set -e` does not see it. Only `pipefail` does.
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// #!/bin/bash
    /// set -e
    /// docker compose exec -T db pg_dump -U shop shop | gzip > "/backups/shop-$(date +%F).sql.gz"
    /// #                         ^^^^^^^ script/dump-failure-unnoticed
    /// # | when `pg_dump` fails nobody notices: the pipe ends as `gzip` does, and what is kept is no backup
    /// # | help: write `set -o pipefail` above it, for bash; or let it write into a file and pack that afterwards
    /// echo "Backup done"
    /// ```
    /// ```crontab bad file=deploy/crontab
    /// 0 3 * * * mysqldump --defaults-file=/root/.my.cnf shop | gzip > /backups/shop.sql.gz
    /// #         ^^^^^^^^^ script/dump-failure-unnoticed
    /// ```
    /// ```sh good file=backup.sh
    /// #!/bin/bash
    /// set -euo pipefail
    /// docker compose exec -T db pg_dump -U shop shop | gzip > "/backups/shop-$(date +%F).sql.gz"
    /// ```
    /// ### Looked at afterwards
    /// ```sh good file=dump.sh
    /// pg_dump shop | gzip > /backups/shop.sql.gz
    /// if [ "${PIPESTATUS[0]}" -ne 0 ]; then exit 1; fi
    /// ```
    /// ```sh bad file=tested.sh
    /// if pg_dump shop | gzip > /backups/shop.sql.gz; then echo good; fi
    /// #  ^^^^^^^ script/dump-failure-unnoticed
    /// # | when `pg_dump` fails nobody notices: the pipe ends as `gzip` does, and what is kept is no backup
    /// # | help: write `set -o pipefail` above it, for bash; or let it write into a file and pack that afterwards
    /// gunzip -t /backups/shop.sql.gz
    /// ```
    /// ### No pipe
    /// ```sh good file=plain.sh
    /// set -e
    /// pg_dump -Fc -f /backups/shop.dump shop
    /// ```
    ///
    /// ## What it does not report
    /// Scripts that look into the file afterwards, and dumps that go straight into another database.
    "script/dump-failure-unnoticed" {
        severity: High, confidence: Certain, effect: LosesData, since: "0.1.0",
        refs: &["https://www.gnu.org/software/bash/manual/html_node/Pipelines.html"],
        check: Check::Commands(check),
    }
}

/// Programs that take whatever comes and succeed.
const TAKES_ALL: [&str; 18] = [
    "gzip", "pigz", "bzip2", "xz", "zstd", "lz4", "openssl", "gpg", "age", "aws", "rclone", "tee", "cat", "ssh", "pv",
    "split", "s3cmd", "gsutil",
];

/// Whether a command looks into what was written, or at how the parts of a pipe went.
fn looks(step: &Step) -> bool {
    let words = step.words.iter().any(|word| word.value.contains("PIPESTATUS") || word.value.contains("pipestatus"));
    // Unpacking alone proves that there is an archive, not that there is anything in it.
    let reads = matches!(step.tool(), "zcat" | "gunzip" | "gzip") && step.after == Joint::Pipe && !step.has("-t");
    words || reads || matches!(step.tool(), "zgrep" | "pg_restore" | "stat" | "wc")
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    // Whoever types it sees what `pg_dump` says.
    if commands.kind == Kind::Guide && !commands.runs_alone() {
        return sink.not_applicable();
    }
    let steps = commands.steps;
    for (at, step) in steps.iter().enumerate() {
        if !step.dumps() || step.after != Joint::Pipe || step.flow.pipefail {
            continue;
        }
        let mut behind = steps.iter().skip(at + 1);
        let next = behind.find(|next| next.shell == step.shell && next.flow.substituted == step.flow.substituted);
        let Some(next) = next.filter(|next| TAKES_ALL.contains(&next.tool())) else { continue };
        if commands.behind(step).any(looks) {
            continue;
        }
        let (dump, taker) = (step.tool(), next.tool());
        let Some(program) = step.command().first() else { continue };
        let finding = sink.report(
            program.span,
            format!(
                "when `{dump}` fails nobody notices: the pipe ends as `{taker}` does, and what is kept is no backup"
            ),
        );
        finding
            .help("write `set -o pipefail` above it, for bash; or let it write into a file and pack that afterwards");
        // Whoever types a target sees it, too.
        let typed = matches!(commands.kind, Kind::Makefile | Kind::Tasks | Kind::Manifest);
        if typed && !commands.runs_alone() {
            finding.severity(Low);
        } else if !commands.runs_alone() && !commands.is_called(&["backup", "backups", "dump", "cron"]) {
            finding.severity(Medium);
        }
    }
}
