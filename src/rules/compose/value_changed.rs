//! `compose/value-changed`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A number without quotes that reaches the program as another one.
    ///
    /// ## Why
    /// YAML reads `0123` as 83 and `1.10` as 1.1 before Compose makes text of it again. A PIN, a version or a phone number arrives
    /// changed.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       PIN: 0123
    /// #          ^^^^ compose/value-changed
    /// # | another number reaches the program as `PIN`: YAML reads it without quotes
    /// # | help: put the value into quotes
    /// # >       PIN: "0123"
    ///       NODE_VERSION: 1.10
    /// #                   ^^^^ compose/value-changed
    /// # >       NODE_VERSION: "1.10"
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       PIN: "0123"
    ///       RATIO: 0.5
    ///       WORKERS: 4
    ///       RATE: 1.0
    ///       LIST: 1.2.10
    /// ```
    "compose/value-changed" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#environment"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let build = service.build.iter().flat_map(|build| &build.args);
    for (name, value) in service.environment.iter().chain(build) {
        let Some(value) = value.set().filter(|value| value.value.parse::<f64>().is_ok()) else { continue };
        let written = context.quote(value.span);
        let digits = written.trim_start_matches(['-', '+']);
        let number = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
        // Of a secret only the length is known here.
        let hidden = !written.is_empty() && written.chars().all(|c| c == '*') && written.len() != value.value.len();
        if !hidden && (!number || value.value == written || is_same(digits, &value.value)) {
            continue;
        }
        let message = match hidden {
            true => format!("another number reaches the program as `{}`: YAML reads it without quotes", name.value),
            false => format!("`{}` becomes `{}`: without quotes `{written}` is a number", name.value, value.value),
        };
        sink.report(value.span, message).help("put the value into quotes");
    }
}

/// Whether nothing is lost but a point with a zero: `1.0`.
fn is_same(written: &str, read: &str) -> bool {
    written.strip_suffix(".0").is_some_and(|whole| whole == read)
}
