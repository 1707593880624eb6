//! `env/quotes-kept`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

rule! {
    /// The quotes around values become part of them.
    ///
    /// ## Why
    /// `docker run --env-file`, `podman run --env-file` and make take every character behind the `=` as it is. The password
    /// is refused and the URL does not parse, because both start with a quote.
    ///
    /// ## Examples
    /// ```sh bad file=run.sh
    /// docker run -d --env-file .env.prod shop:1.4.2
    /// ```
    /// ```env bad file=.env.prod
    /// DB_PASSWORD="hT7-vq2Lx9_mRw"
    /// #           ^^^^^^^^^^^^^^^^ env/quotes-kept
    /// # | `docker run --env-file` takes the quotes as part of the value of `DB_PASSWORD` (and of one more variable)
    /// # | help: remove the quotes: blanks and other characters need none there
    /// # > DB_PASSWORD=hT7-vq2Lx9_mRw
    /// SHOP_NAME='Good Coffee'
    /// # > SHOP_NAME=Good Coffee
    /// ```
    /// ```sh good file=run.sh
    /// docker run -d --env-file .env.prod shop:1.4.2
    /// ```
    /// ```env good file=.env.prod
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// SHOP_NAME=Good Coffee
    /// ORIGINS=["https://shop.de"]
    /// ```
    ///
    /// ## What it does not report
    /// Files that other programs load as well: where these differ, `env/divergent-value` says so.
    "env/quotes-kept" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/container/run/#env", "https://github.com/docker/cli/issues/3630"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let source = ctx.project.source(env.file);
    let candidates: Vec<_> = env.effective().filter_map(|(var, value)| Some((var, value, var.quote?))).collect();
    if candidates.is_empty() || env.is_for_compose() {
        return;
    }
    let readings = env.readings(source);
    let kept = |key: &str, quote: char| {
        let quoted =
            |text: &str| text.trim().len() > 1 && text.trim().starts_with(quote) && text.trim().ends_with(quote);
        readings.readers(key, quoted).len() == env.loaders.len()
    };
    let found: Vec<_> = candidates.into_iter().filter(|(var, _, quote)| kept(var.key.value, *quote)).collect();
    // The one that hurts most speaks for all.
    let Some((var, value, _)) = found.iter().find(|(var, ..)| var.holds.is_some()).or(found.first()) else { return };
    let others = match found.len() - 1 {
        0 => String::new(),
        1 => " (and of one more variable)".to_owned(),
        more => format!(" (and of {more} more variables)"),
    };
    let Some(loader) = env.loaders.first() else { return };
    let (title, key) = (loader.dialect.title(), &var.key.value);
    let place = Span { start: value.span.start - 1, end: value.span.end + 1, ..value.span };
    let finding = sink.report(place, format!("{title} takes the quotes as part of the value of `{key}`{others}"));
    finding.help("remove the quotes: blanks and other characters need none there");
    if let Some(at) = loader.at {
        finding.related(at, format!("{title} loads the file here"));
    }
    let serious = found.iter().any(|(var, value, _)| var.holds.is_some() || value.value.contains("://"));
    if !serious {
        finding.severity(Medium);
    }
}
