//! `supervisor/leaves-container`

use crate::project::Process;
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// supervisor goes into the background, and the container ends.
    ///
    /// ## Why
    /// Without `nodaemon=true` or `-n` `supervisord` starts a copy of itself and ends. In a container that was the first process: Docker
    /// stops it with all programs, and starts it again for ever where a restart policy says so.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM debian:13
    /// RUN apt-get update && apt-get install -y supervisor
    /// COPY supervisord.conf /etc/supervisor/conf.d/shop.conf
    /// CMD ["/usr/bin/supervisord"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^ supervisor/leaves-container
    /// # | `supervisord` goes into the background, and the container ends with it
    /// # | help: write `nodaemon=true` below `[supervisord]`, or start it with `-n`
    /// ```
    /// ```supervisor bad
    /// [program:web]
    /// command=/opt/shop/web
    /// ```
    /// ```dockerfile good
    /// FROM debian:13
    /// RUN apt-get update && apt-get install -y supervisor
    /// COPY supervisord.conf /etc/supervisor/conf.d/shop.conf
    /// CMD ["/usr/bin/supervisord"]
    /// ```
    /// ```supervisor good
    /// [supervisord]
    /// nodaemon=true
    /// [program:web]
    /// command=/opt/shop/web
    /// ```
    /// ### By an option
    /// ```dockerfile good
    /// FROM debian:13
    /// RUN apt-get update && apt-get install -y supervisor
    /// COPY supervisord.conf /etc/supervisor/conf.d/shop.conf
    /// CMD ["/usr/bin/supervisord", "-n"]
    /// ```
    /// ```supervisor good
    /// [program:web]
    /// command=/opt/shop/web
    /// ```
    "supervisor/leaves-container" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://supervisord.org/configuration.html#supervisord-section-settings"],
        check: Check::Process(check),
    }
}

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let Some(words) = process.words().filter(|_| process.unit().is_none()) else { return sink.not_applicable() };
    let commands = shell::run(words);
    let Some(last) = commands.last() else { return sink.not_applicable() };
    let texts: Vec<&str> = last.words.iter().map(|word| word.text.as_str()).collect();
    let at = shell::program(&texts);
    if texts.get(at).map(|word| shell::base_name(word)) != Some("supervisord") {
        return sink.not_applicable();
    }
    let short = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.contains('n') && word.len() < 4;
    let told = texts.iter().skip(at).any(|word| *word == "--nodaemon" || short(word));
    let files = &ctx.project.supervisors;
    // One of them is its configuration; which, decides the image.
    if told || files.is_empty() || files.iter().any(|file| file.stays()) {
        return;
    }
    sink.report(process.line(), "`supervisord` goes into the background, and the container ends with it")
        .help("write `nodaemon=true` below `[supervisord]`, or start it with `-n`");
}
