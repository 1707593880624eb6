//! `waiver/unknown-rule`

rule! {
    /// A waiver names a rule that does not exist, or is not written as a waiver.
    ///
    /// ## Why
    /// A misspelt waiver does nothing, and looks as if it did.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DEBUG=true # gonogo: allow[env/debug-onn] the demo shows its traces
    /// #                          ^^^^^^^^^^^^^ waiver/unknown-rule
    /// ```
    /// ```env good file=.env.prod
    /// DEBUG=true # gonogo: allow[env/debug-on] the demo shows its traces
    /// ```
    ///
    /// ### Words of other tools
    /// ```env bad file=.env.prod
    /// # gonogo: ignore env/debug-on
    /// #         ^^^^^^ waiver/unknown-rule
    /// DEBUG=true
    /// ```
    /// ```env good file=.env.prod
    /// # gonogo: allow[env/debug-on] the demo shows its traces
    /// DEBUG=true
    /// ```
    ///
    /// ### No rule at all
    /// ```env bad file=.env.prod
    /// # gonogo: allow the demo shows its traces
    /// #         ^^^^^ waiver/unknown-rule
    /// DEBUG=true
    /// ```
    "waiver/unknown-rule" {
        severity: Low, effect: Hygiene, since: "0.1.0",
        check: Check::Policy,
    }
}
