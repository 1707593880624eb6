//! `env/url-unencoded`

use crate::model::env::{Address, Part, broken_login};
use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// A password in a URL has a sign in it that cuts the URL in two.
    ///
    /// ## Why
    /// `/`, `?`, `#` and `@` separate the parts of a URL, `%` begins an escape. Where one of them stands in the user or
    /// password as it is, the program takes the rest for host and path: it connects nowhere, or to the wrong place, and
    /// prints half of the password in its error message.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DATABASE_URL=postgresql://shop:q8Zr/PlmT2@db:5432/shop
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/url-unencoded
    /// # | the user or password in `DATABASE_URL` has one of / ? # @ % in it that is not encoded: the URL is cut there
    /// # | help: write the signs as `%2F` (/), `%3F` (?), `%23` (#), `%40` (@), `%25` (%)
    /// # > DATABASE_URL=postgresql://shop:q8Zr%2FPlmT2@db:5432/shop
    /// REDIS_URL="redis://:vXc9#91kd03@redis:6379/0"
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/url-unencoded
    /// # > REDIS_URL="redis://:vXc9%2391kd03@redis:6379/0"
    /// MONGO_URL=mongodb://shop:50%off-q8Zr@mongo/shop
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/url-unencoded
    /// # | the user or password in `MONGO_URL` has one of / ? # @ % in it that is not encoded: not all programs read
    /// # | the URL alike
    /// # | help: write the signs as `%2F` (/), `%3F` (?), `%23` (#), `%40` (@), `%25` (%)
    /// # > MONGO_URL=mongodb://shop:50%25off-q8Zr@mongo/shop
    /// ```
    /// ```env good file=.env.prod
    /// DATABASE_URL=postgresql://shop:q8Zr%2FPlmT2@db:5432/shop
    /// CALLBACK=https://shop.de/users/@me?mail=a:b@shop.de
    /// KAFKA=kafka://a:9092,b:9092
    /// MAILER=smtp://shop:q8Zr-PlmT2@mail.shop.de:587?from=a@shop.de
    /// ```
    ///
    /// ### From another variable
    /// ```env bad file=.env.prod
    /// DB_PASSWORD=q8Zr/PlmT2fvXc91
    /// # > DB_PASSWORD=q8Zr-PlmT2fvXc91
    /// DATABASE_URL=postgresql://shop:${DB_PASSWORD}@db:5432/shop
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/url-unencoded
    /// # | the user or password that is put into `DATABASE_URL` has one of / ? # @ % in it that is not encoded: the URL
    /// # | is cut there
    /// # | help: choose a password of letters, digits, `-` and `_` for the variable it comes from
    /// ```
    /// ```env good file=.env.prod
    /// DB_PASSWORD=q8Zr-PlmT2fvXc91
    /// DATABASE_URL=postgresql://shop:${DB_PASSWORD}@db:5432/shop
    /// ```
    ///
    /// ### Put together by Compose
    /// ```env bad file=.env
    /// DB_PASSWORD=q8Zr@PlmT2fvXc91
    /// #           ^^^^^^^^^^^^^^^^ env/url-unencoded
    /// # | the user or password that is put into `DATABASE_URL` has one of / ? # @ % in it that is not encoded: not all
    /// # | programs read the URL alike
    /// # | help: choose a password of letters, digits, `-` and `_` for the variable it comes from
    /// # > DB_PASSWORD=q8Zr-PlmT2fvXc91
    /// ```
    /// ```env good file=.env
    /// DB_PASSWORD=q8Zr-PlmT2fvXc91
    /// ```
    /// ```compose both
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop:${DB_PASSWORD}@db:5432/shop
    /// ```
    "env/url-unencoded" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1"],
        check: Check::Variables(check),
    }
}

/// Whether a user or password that was put in cuts its URL: for all programs, or only for some.
fn cuts(part: &Part, value: &str) -> Option<bool> {
    let text = value.get(part.range.clone())?;
    let (before, after) = (value.get(..part.range.start)?, value.get(part.range.end..)?);
    let password = before.contains("://") && before.ends_with(':') && after.starts_with('@');
    let user = before.ends_with("://") && after.starts_with([':', '@']) && after.contains('@');
    let escape = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    let percent = || text.split('%').skip(1).any(|rest| !escape(rest));
    let everywhere = text.contains(['/', '?', '#']);
    // What holds a whole address is no password.
    ((password || user) && !text.contains("://") && (everywhere || text.contains('@') || percent()))
        .then_some(everywhere)
}

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    for Address { var, value, .. } in env.addresses() {
        // Compose puts it in as it is: the mistake stands where the password is written.
        let put_in = var.put_in().find_map(|part| Some((part, cuts(part, value.value)?)));
        let broken = || put_in.map(|(_, everywhere)| everywhere);
        let Some(everywhere) = broken_login(value.value).or_else(broken) else { continue };
        let key = &var.key.value;
        let (where_from, help) = if var.borrowed() || put_in.is_some() {
            ("that is put into", "choose a password of letters, digits, `-` and `_` for the variable it comes from")
        } else {
            ("in", "write the signs as `%2F` (/), `%3F` (?), `%23` (#), `%40` (@), `%25` (%)")
        };
        let cut = if everywhere { "the URL is cut there" } else { "not all programs read the URL alike" };
        let finding = sink.report(
            put_in.map_or(value.span, |(part, _)| part.place),
            format!("the user or password {where_from} `{key}` has one of / ? # @ % in it that is not encoded: {cut}"),
        );
        finding.help(help);
        if !everywhere {
            finding.severity(Medium);
        }
    }
}
