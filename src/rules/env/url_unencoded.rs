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
    /// REDIS_URL="redis://:vXc9#91kd03@redis:6379/0"
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/url-unencoded
    /// MONGO_URL=mongodb://shop:50%off-q8Zr@mongo/shop
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/url-unencoded
    /// # | the user or password in `MONGO_URL` has one of / ? # @ % in it that is not encoded: not all programs read
    /// # | the URL alike
    /// # | help: write the signs as `%2F` (/), `%3F` (?), `%23` (#), `%40` (@), `%25` (%)
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

/// The signs that separate the parts of a URL.
const RESERVED: [char; 5] = ['/', '?', '#', '@', '%'];

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    for Address { var, value, .. } in env.addresses() {
        let Some(everywhere) = broken_login(value.value) else { continue };
        let key = &var.key.value;
        // Compose puts it in as it is: the mistake stands where the password is written.
        let reserved = |part: &&Part| value.value.get(part.range.clone()).is_some_and(|text| text.contains(RESERVED));
        let put_in = var.put_in().find(reserved);
        let (where_from, help) = if var.borrowed() || put_in.is_some() {
            ("that is put into", "choose a password of letters, digits, `-` and `_` for the variable it comes from")
        } else {
            ("in", "write the signs as `%2F` (/), `%3F` (?), `%23` (#), `%40` (@), `%25` (%)")
        };
        let cut = if everywhere { "the URL is cut there" } else { "not all programs read the URL alike" };
        let finding = sink.report(
            put_in.map_or(value.span, |part| part.place),
            format!("the user or password {where_from} `{key}` has one of / ? # @ % in it that is not encoded: {cut}"),
        );
        finding.help(help);
        if !everywhere {
            finding.severity(Medium);
        }
    }
}
