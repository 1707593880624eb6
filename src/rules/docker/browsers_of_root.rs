//! `docker/browsers-of-root`

use crate::model::compose::Service;
use crate::model::image::is_root;
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// Playwright's browsers lie in root's home, and another user runs the program.
    ///
    /// ## Why
    /// `playwright install` puts the browsers into `~/.cache/ms-playwright` of whoever runs it. Below `USER` the program looks in
    /// the home of that user and finds none: `Executable doesn't exist at /home/app/.cache/ms-playwright/...`. The container
    /// starts, and the first page that a browser is needed for fails.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// RUN pip install --no-cache-dir playwright==1.56.0
    /// RUN playwright install --with-deps chromium
    /// #              ^^^^^^^ docker/browsers-of-root
    /// # | the browsers are put into the home of root, and the program looks for them in that of another user
    /// # | help: write `ENV PLAYWRIGHT_BROWSERS_PATH=/opt/browsers` above it: then both look there
    /// # > ENV PLAYWRIGHT_BROWSERS_PATH=/opt/browsers
    /// # > RUN playwright install --with-deps chromium
    /// RUN useradd -m app
    /// USER app
    /// CMD ["python", "-m", "http.server"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// ENV PLAYWRIGHT_BROWSERS_PATH=/opt/browsers
    /// RUN pip install --no-cache-dir playwright==1.56.0
    /// RUN playwright install --with-deps chromium
    /// RUN useradd -m app
    /// USER app
    /// CMD ["python", "-m", "http.server"]
    /// ```
    /// ```dockerfile good file=own.Dockerfile
    /// FROM python:3.13-slim
    /// RUN pip install --no-cache-dir playwright==1.56.0
    /// RUN playwright install-deps chromium && useradd -m app
    /// USER app
    /// RUN playwright install chromium
    /// CMD ["python", "-m", "http.server"]
    /// ```
    ///
    /// ## What it does not report
    /// Images that start from one with the browsers in it, and builds that move them or speak of their folder.
    "docker/browsers-of-root" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://playwright.dev/python/docs/browsers#managing-browser-binaries"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    const PATH: &str = "PLAYWRIGHT_BROWSERS_PATH";
    if image.file.gap.is_some() {
        return sink.not_applicable();
    }
    let told = |service: &Service| {
        ctx.project.look(1) && service.environment.iter().any(|(key, _)| matches!(&*key.value, PATH | "HOME"))
    };
    for (index, stage) in image.built() {
        let installs = |words: &[Spanned<String>]| {
            let at = words.iter().position(|word| base_name(&word.value) == "playwright")?;
            words.get(at + 1).filter(|word| word.value == "install").map(|word| word.span)
        };
        let found: Vec<Span> = stage.runs().flat_map(|run| &run.commands).filter_map(|words| installs(words)).collect();
        let chain = image.file.chain(index);
        let mut words = chain.iter().flat_map(|stage| stage.runs()).flat_map(|run| &run.commands).flatten();
        let moved =
            words.any(|word| [".cache", "/root", "ms-playwright", PATH].iter().any(|own| word.value.contains(own)));
        let set = chain.iter().flat_map(|stage| &stage.env).any(|(key, _)| matches!(&*key.value, PATH | "HOME"));
        if found.is_empty() || moved || set || ctx.project.services().any(told) {
            continue;
        }
        let (mut browsers, mut user) = (None, None);
        for instruction in stage.instructions.iter().filter(|own| !own.onbuild) {
            match instruction.keyword.value.as_str() {
                "USER" => {
                    let word = instruction.body.words().into_iter().next();
                    user = word.filter(|word| !is_root(&word.value)).map(|_| instruction.span);
                }
                "RUN" if user.is_none() => {
                    browsers = found.iter().find(|span| instruction.span.contains(**span)).or(browsers);
                }
                // Installed once more, by who needs them.
                "RUN" if found.iter().any(|span| instruction.span.contains(*span)) => browsers = None,
                _ => {}
            }
        }
        if let (Some(at), Some(user)) = (browsers, user) {
            sink.report(
                *at,
                "the browsers are put into the home of root, and the program looks for them in that of another user",
            )
            .help(format!("write `ENV {PATH}=/opt/browsers` above it: then both look there"))
            .related(user, "the program runs as this user");
            return;
        }
    }
}
