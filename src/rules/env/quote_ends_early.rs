//! `env/quote-ends-early`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;
use crate::syntax::dotenv::Dialect;

rule! {
    /// A quote inside a value ends it.
    ///
    /// ## Why
    /// The second quote of the same kind closes the value, wherever it stands. In `["https://shop.de"]` inside double quotes
    /// that is right behind the bracket: Compose sets the variable to `[`, takes the rest for more variables, and the program
    /// stops at what it cannot read.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// CORS_ORIGINS="["https://shop.de", "https://www.shop.de"]"
    /// #             ^ env/quote-ends-early
    /// # | `CORS_ORIGINS` ends at its second quote, in the middle of the line: what follows is lost
    /// # | help: put single quotes around the whole value
    /// # > CORS_ORIGINS='["https://shop.de", "https://www.shop.de"]'
    /// ```
    /// ```env good file=.env.prod
    /// CORS_ORIGINS='["https://shop.de", "https://www.shop.de"]'
    /// SHOP_NAME="Good Coffee" # in the title
    /// GREETING="say \"hello\""
    /// ```
    ///
    /// ## What it does not report
    /// Files that only shells load: they join what stands side by side.
    "env/quote-ends-early" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, _: &Context, sink: &mut Sink) {
    if !env.loaders.iter().any(|loader| loader.dialect == Dialect::Compose) {
        return sink.not_applicable();
    }
    for var in env.vars().filter(|var| !var.overridden) {
        let (Some(quote), Some(value)) = (var.quote, var.value) else { continue };
        let behind = env.written_from(Span { start: var.span.end, end: var.span.end, ..var.span });
        // The quote that closes it, and another one later.
        let glued = behind.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '#' | ';' | ','));
        if !glued || !behind.contains(quote) {
            continue;
        }
        let name = var.key.value;
        let other = if quote == '"' { "single" } else { "double" };
        let message = format!("`{name}` ends at its second quote, in the middle of the line: what follows is lost");
        sink.report(value.span, message).help(format!("put {other} quotes around the whole value"));
    }
}
