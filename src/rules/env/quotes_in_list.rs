//! `env/quotes-in-list`

use crate::model::compose::{Operator, Service};
use crate::model::env::{is_false, is_true};
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::rules::{Edit, Fix, Safety};

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
    /// # >       - GUNICORN_CMD_ARGS=--timeout 60
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
    ///   proxy:
    ///     image: caddy:2.9.1
    ///     environment:
    ///       - BASE_URL=":80"
    /// ```
    ///
    /// ### Without them
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       - SHOP_MODE="9 to 5" # open
    /// #                 ^^^^^^^^ env/quotes-in-list
    /// # | the quotes are part of the value of `SHOP_MODE` that service `web` gets
    /// # | help: write `- SHOP_MODE=...` without quotes, or put them around the whole item
    /// ```
    /// ```compose fixed
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       - SHOP_MODE=9 to 5 # open
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop/web:1
    /// ```
    /// ### A default in quotes
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       MAIL_USER: ${MAIL_USER:-''}
    /// #                             ^^ env/quotes-in-list
    /// # | the quotes are part of what service `web` gets when nothing sets `MAIL_USER`
    /// # | help: write `${MAIL_USER:-}`
    /// # >       MAIL_USER: ${MAIL_USER:-}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       MAIL_USER: ${MAIL_USER:-}
    /// ```
    ///
    /// ## What it does not report
    /// Caddy, which puts values into its configuration, where quotes are quotes, and options that Node and Java cut into words.
    "env/quotes-in-list" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#environment"],
        check: Check::Variables(check),
    }
}

/// Options that their programs cut into words themselves, quotes understood (Node, Java).
const SPLIT: [&str; 3] = ["NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"];

fn check(variables: &Variables, context: &Context, sink: &mut Sink) {
    let Some(service) = variables.services.first().filter(|_| variables.is_given()) else {
        return sink.not_applicable();
    };
    // Caddy puts values into its configuration, where quotes are quotes.
    if service.image.get().is_some_and(|image| image.name.contains("caddy")) {
        return sink.not_applicable();
    }
    defaults(service, context, sink);
    for (var, value) in variables.effective().filter(|(var, _)| var.is_list_item()) {
        if !is_quoted(value.value) || SPLIT.contains(&var.key.value) {
            continue;
        }
        let (name, inner) = (var.key.value, value.value.trim_matches(['\'', '"']));
        let message =
            format!("the quotes are part of the value of `{name}` that service `{}` gets", service.name.value);
        let finding = sink.report(value.span, message);
        finding.help(format!("write `- {name}=...` without quotes, or put them around the whole item"));
        finding.cause(value.span.file, "here, too");
        // What means something to YAML needs quotes around the whole item.
        let plain = |inner: &str| !inner.contains([':', '#', '\\']) && inner.trim() == inner;
        if plain(inner) && value.span.range().len() == value.value.len() {
            let inside = value.span.range().len() - 1;
            let edits = [(0, 1), (inside, inside + 1)];
            let edits = edits.map(|(start, end)| Edit { span: value.span.slice(start, end), text: String::new() });
            finding.fix(Fix { title: "take the quotes away".into(), safety: Safety::Unsafe, edits: edits.into() });
        }
        let plain = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b' ');
        let word = !inner.is_empty() && !inner.starts_with('-') && inner.bytes().all(plain);
        if var.holds.is_some() || inner.contains("://") {
            finding.severity(High);
        } else if word && !is_true(inner) && !is_false(inner) {
            // A name with quotes is a strange name, but one.
            finding.severity(Low);
        }
    }
}

/// `${NAME:-''}`: what stands behind the operator is taken as it is, in a list and in a map.
fn defaults(service: &Service, context: &Context, sink: &mut Sink) {
    let set = context.project.compose().get(service.id.composition);
    for used in set.into_iter().flat_map(|set| &set.variables).filter(|used| used.evaluated && used.value.is_none()) {
        let [services, name, environment, ..] = &used.path[..] else { continue };
        let own = services == "services" && *name == service.name.value && environment == "environment";
        let takes_place = matches!(used.operator, Operator::Default | Operator::DefaultIfEmpty) && !used.overruled;
        let Some(default) = used.argument.as_ref().filter(|text| own && takes_place && is_quoted(&text.value)) else {
            continue;
        };
        let (variable, inner) = (&used.name, default.value.trim_matches(['\'', '"']));
        let message = format!("the quotes are part of what service `{name}` gets when nothing sets `{variable}`");
        let finding = sink.report(default.span, message);
        // What nobody sets is rarely what a program cannot do without.
        let severity = if inner.contains("://") { Medium } else { Low };
        finding.help(format!("write `${{{variable}:-{inner}}}`")).confidence(Likely).severity(severity);
    }
}

fn is_quoted(value: &str) -> bool {
    ['\'', '"'].into_iter().any(|quote| {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        inner.is_some_and(|inner| !inner.contains(quote))
    })
}
