//! `script/option-alone`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// An option begins a command of its own.
    ///
    /// ## Why
    /// A line of shell ends the command, unless `\` is its very last character. A comment between the lines ends it as well, and so does a
    /// blank behind the `\`. The command then runs without the options below, and the shell looks for a program called `--name`:
    /// `command not found`.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name shop \
    ///   # the way in
    ///   -p 127.0.0.1:8000:8000 \
    /// # ^^ script/option-alone
    /// # | the command `docker` ends above, and `-p` is not part of it: the shell looks for a program of that name
    /// # | help: write the comment above the whole command: the line it stands in ends it
    ///   registry.example/shop:1
    /// ```
    /// ```sh good file=deploy.sh
    /// #!/bin/sh
    /// # the way in
    /// docker run -d --name shop \
    ///   -p 127.0.0.1:8000:8000 \
    ///   registry.example/shop:1
    /// options() {
    ///   local all=(
    ///     -sS
    ///     --max-time 5
    ///   )
    ///   curl "${all[@]}" https://shop.example.org/up
    /// }
    /// case "${1:-}" in
    ///   -h | --help) echo "deploys the shop" ;;
    /// esac
    /// ```
    ///
    /// ### A line that goes on without saying so
    /// ```sh bad file=renew.sh
    /// #!/bin/sh
    /// certbot renew --quiet
    ///   --deploy-hook "systemctl reload nginx"
    /// # ^^^^^^^^^^^^^ script/option-alone
    /// # | the command `certbot` ends above, and `--deploy-hook` is not part of it: the shell looks for a program of that
    /// # | name
    /// # | help: end the line above with `\` and nothing behind it
    /// ```
    "script/option-alone" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.gnu.org/software/bash/manual/html_node/Escape-Character.html"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    // In front of a command of a recipe `-` means that its failure does not count.
    if !matches!(commands.kind, Kind::Script | Kind::Workflow | Kind::Guide) {
        return sink.not_applicable();
    }
    for step in commands.steps {
        let Some(first) = step.words.first().filter(|word| is_option(&word.value)) else { continue };
        let Some(before) = commands.before(step).next_back() else { continue };
        let text = ctx.project.source(commands.file).shown();
        let between = text.get(before.span.end as usize..step.span.start as usize).unwrap_or_default();
        let above = text.get(..step.span.start as usize).unwrap_or_default().trim_end_matches([' ', '\t']);
        let mut lines = between.lines().map(str::trim);
        let joined = lines.all(|line| line.is_empty() || line.starts_with('#') || line == "\\");
        // Other shells have other signs for a line that goes on, and in guides blocks hold other things than commands.
        let elsewhere = above.trim_end().ends_with(['`', '^']) || above.ends_with("\r\n");
        let meant = between.contains('\\') || above.trim_end().ends_with('\\') || commands.kind != Kind::Guide;
        if before.span.file != step.span.file
            || !between.contains('\n')
            || !joined
            || elsewhere
            || !meant
            || is_option(before.name())
        {
            continue;
        }
        let message = format!(
            "the command `{}` ends above, and `{}` is not part of it: the shell looks for a program of that name",
            before.name(),
            first.value
        );
        let finding = sink.report(first.span, message);
        if between.lines().any(|line| line.trim_start().starts_with('#')) {
            finding.help("write the comment above the whole command: the line it stands in ends it");
        } else {
            finding.help("end the line above with `\\` and nothing behind it");
        }
        if commands.kind == Kind::Guide {
            finding.severity(Medium);
        }
    }
}

/// `-p`, `--name`, `--name=value`.
fn is_option(word: &str) -> bool {
    let name = word.trim_start_matches('-');
    let dashes = word.len() - name.len();
    let plain = name.split('=').next().is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    });
    plain
        && (dashes == 2 && name.len() > 1 || dashes == 1 && name.split('=').next().is_some_and(|name| name.len() == 1))
}
