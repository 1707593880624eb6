//! `compose/option-alone`

use crate::model::compose::Service;
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// An option begins a command of its own in the command of a service.
    ///
    /// ## Why
    /// Below `>` YAML joins lines, but not those that stand further in than the first one: their line ends stay. The shell ends the command
    /// there, runs it without its options, and looks for a program called `--name`. Nothing else is seen of it: `certbot` renews, and the
    /// hook that reloads nginx never runs.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   certbot:
    ///     image: certbot/certbot:v5.1.0
    ///     restart: unless-stopped
    ///     entrypoint: >
    ///       sh -c "while :; do
    /// #     ^^^^^^^^^^^^^^^^^^ compose/option-alone
    /// # | `--deploy-hook` begins a command of its own in service `certbot`: `certbot` runs without it, and no program has
    /// # | that name
    /// # | help: write it on the line of `certbot`: below `>` the line ends of lines that stand further in stay
    ///                certbot renew --quiet
    ///                  --deploy-hook 'touch /hooks/reload';
    ///                sleep 12h;
    ///              done"
    /// ```
    /// ```compose good
    /// services:
    ///   certbot:
    ///     image: certbot/certbot:v5.1.0
    ///     restart: unless-stopped
    ///     entrypoint: >
    ///       sh -c "while :; do
    ///                certbot renew --quiet --deploy-hook 'touch /hooks/reload';
    ///                sleep 12h;
    ///              done"
    ///   joined:
    ///     image: certbot/certbot:v5.1.0
    ///     restart: unless-stopped
    ///     entrypoint: >
    ///       sh -c "while :; do certbot renew --quiet
    ///       --deploy-hook 'touch /hooks/reload'; sleep 12h; done"
    /// ```
    "compose/option-alone" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://yaml.org/spec/1.2.2/#813-folded-style"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let Some((process, words)) =
        ctx.project.process(service).and_then(|process| Some((process.clone(), process.words()?)))
    else {
        return sink.not_applicable();
    };
    let found = shell::run(words);
    for pair in found.windows(2) {
        let [before, own] = pair else { continue };
        let (Some(program), Some(option)) = (before.words.first(), own.words.first()) else { continue };
        let ended = own.before.contains('\n') && !program.text.starts_with('-');
        if !ended || !option.text.starts_with("--") || option.text.len() < 4 {
            continue;
        }
        let (program, option) = (&program.text, &option.text);
        let message = format!(
            "`{option}` begins a command of its own in service `{}`: `{program}` runs without it, and no program has that name",
            service.name.value
        );
        sink.report(process.line(), message).help(format!(
            "write it on the line of `{program}`: below `>` the line ends of lines that stand further in stay"
        ));
    }
}
