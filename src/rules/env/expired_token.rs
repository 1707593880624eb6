//! `env/expired-token`

use crate::model::tls::when;
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::Token;

rule! {
    /// A JSON Web Token that is no longer valid, not yet valid, or not signed.
    ///
    /// ## Why
    /// A token says itself from when (`nbf`) and until when (`exp`) it counts. Outside of that every service refuses it, and
    /// the program that sends it fails with the first request. `alg: none` means that nobody signed it: who accepts such a
    /// token accepts any.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// SERVICE_TOKEN=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIiwiZXhwIjoxNzAwMDAwMDAwfQ.q8ZrPlmT2vXc91kd03Bfw7
    /// #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/expired-token
    /// # | `SERVICE_TOKEN` expired on 2023-11-14: every request with it is refused
    /// # | help: have its service issue a new one
    /// # > SERVICE_TOKEN=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIiwiZXhwIjo0MTAyNDQ0ODAwfQ.q8ZrPlmT2vXc91kd03Bfw7
    /// API_TOKEN=eyJhbGciOiJub25lIn0.eyJzdWIiOiJzaG9wIn0.
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/expired-token
    /// # | `API_TOKEN` is not signed (`alg` is `none`): a service that takes it takes anything
    /// # | help: have a signed token issued, and refuse `none` where tokens are checked
    /// # > API_TOKEN=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIiwiZXhwIjo0MTAyNDQ0ODAwfQ.Bfw7q8ZrPlmT2vXc91kd03
    /// ```
    /// ```env good file=.env.prod
    /// SERVICE_TOKEN=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIiwiZXhwIjoyMDAwMDAwMDAwfQ.q8ZrPlmT2vXc91kd03Bfw7
    /// API_TOKEN=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIn0.q8ZrPlmT2vXc91kd03Bfw7
    /// HASURA_TOKEN=eyJ...
    /// SETTINGS=eyJzdWIiOiJzaG9wIn0
    /// ```
    ///
    /// ## What it does not report
    /// Tokens without an end. The signature is not verified.
    "env/expired-token" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4", "https://www.rfc-editor.org/rfc/rfc8725#section-3.1"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    let now = ctx.at.unix_timestamp();
    for (var, value) in env.effective() {
        let Some(token) = Token::parse(value.as_str()) else { continue };
        let key = &var.key.value;
        if let Some(end) = token.expires.filter(|&end| end <= now) {
            let message = format!("`{key}` expired on {}: every request with it is refused", when::date(end));
            sink.report(value.span, message).help("have its service issue a new one");
        } else if let Some(start) = token.starts.filter(|&start| start > now) {
            let message =
                format!("`{key}` is valid from {} on: until then every request with it is refused", when::date(start));
            sink.report(value.span, message).help("have its service issue one that is valid now, or deploy later");
        } else if token.unsigned {
            let message = format!("`{key}` is not signed (`alg` is `none`): a service that takes it takes anything");
            sink.report(value.span, message)
                .help("have a signed token issued, and refuse `none` where tokens are checked")
                .effect(Weakens);
        }
    }
}
