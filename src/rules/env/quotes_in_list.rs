//! `env/quotes-in-list`

use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// Quotes around a value in a list of `environment:` become part of it.
    ///
    /// ## Why
    /// YAML takes quotes away only around a whole item. In `- NAME="value"` they are characters like all others: the program
    /// gets a value that starts with a quote, does not understand it, and often goes on with its default without a word.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       - GUNICORN_CMD_ARGS='--timeout 60'
    /// #                         ^^^^^^^^^^^^^^ env/quotes-in-list
    /// # | the quotes are part of the value of `GUNICORN_CMD_ARGS` that service `web` gets
    /// # | help: write `- GUNICORN_CMD_ARGS=...` without quotes, or put them around the whole item
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       - GUNICORN_CMD_ARGS=--timeout 60
    ///       - "SHOP_NAME=Good Coffee"
    ///       - ORIGINS=["https://shop.de"]
    ///       - WORDS="tea", "coffee"
    /// ```
    "env/quotes-in-list" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#environment"],
        check: Check::Variables(check),
    }
}

fn check(variables: &Variables, _: &Context, sink: &mut Sink) {
    let Some(service) = variables.services.first().filter(|_| variables.is_given()) else {
        return sink.not_applicable();
    };
    for (var, value) in variables.effective().filter(|(var, _)| var.is_list_item()) {
        let quoted = |quote: char| {
            let inner = value.value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
            inner.is_some_and(|inner| !inner.contains(quote))
        };
        if !(quoted('\'') || quoted('"')) {
            continue;
        }
        let name = var.key.value;
        let message =
            format!("the quotes are part of the value of `{name}` that service `{}` gets", service.name.value);
        let finding = sink.report(value.span, message);
        finding.help(format!("write `- {name}=...` without quotes, or put them around the whole item"));
        if var.holds.is_some() || value.value.contains("://") {
            finding.severity(High);
        }
    }
}
