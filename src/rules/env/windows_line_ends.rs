//! `env/windows-line-ends`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

rule! {
    /// A shell loads this file, and its lines end as on Windows.
    ///
    /// ## Why
    /// To a shell the carriage return at the end of each line is part of the value: a port is no number any more, and a
    /// password is refused. Messages hide it, because it moves the cursor to the start of the line.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// set -a; source .env.prod
    /// ```
    /// ```env bad crlf file=.env.prod
    /// PORT=8000
    /// ^^^^ env/windows-line-ends
    /// | to bash `source`, every value of this file ends in a carriage return
    /// | help: save the file with Unix line ends: `sed -i 's/\r$//' .env.prod`
    /// ```
    /// ```env fixed file=.env.prod
    /// PORT=8000
    /// ```
    /// ```sh good file=deploy.sh
    /// set -a; source .env.prod
    /// ```
    /// ```env good file=.env.prod
    /// PORT=8000
    /// ```
    ///
    /// ### Compose does not mind
    /// ```env good crlf file=.env.prod
    /// PORT=8000
    /// ```
    ///
    /// ## What it does not report
    /// Files that other programs load as well: `env/divergent-value` says what these see.
    "env/windows-line-ends" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.gnu.org/software/bash/manual/bash.html#Definitions"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let source = ctx.project.source(env.file);
    let [loader] = env.loaders[..] else { return };
    if !env.has_windows_line_ends() {
        return;
    }
    let readings = env.readings(source);
    let Some((var, _)) =
        env.effective().find(|(var, _)| !readings.readers(var.key.value, |text| text.ends_with('\r')).is_empty())
    else {
        return;
    };
    let finding = sink.report(
        var.key.span,
        format!("to {}, every value of this file ends in a carriage return", loader.dialect.title()),
    );
    finding.help(format!("save the file with Unix line ends: `sed -i 's/\\r$//' {}`", env.path));
    if let Some(at) = loader.at {
        finding.related(at, format!("{} loads it here", loader.dialect.title()));
    }
}
