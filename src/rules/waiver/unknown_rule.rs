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
    /// # | there is no rule `env/debug-onn`, so this waiver has no effect
    /// # | help: write `allow[env/debug-on]`
    /// # > DEBUG=true # gonogo: allow[env/debug-on] the demo shows its traces
    /// ```
    /// ```env good file=.env.prod
    /// DEBUG=true # gonogo: allow[env/debug-on] the demo shows its traces
    /// ```
    ///
    /// ### Words of other tools
    /// ```env bad file=.env.prod
    /// # gonogo: ignore env/debug-on
    /// #         ^^^^^^ waiver/unknown-rule
    /// # | `ignore` is not a word gonogo knows, so this comment has no effect
    /// # | help: write `# gonogo: allow[env/debug-on] reason`
    /// # > # gonogo: allow[env/debug-on] the demo shows its traces
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
    /// # | this waiver names no rule, so it has no effect
    /// # | help: write `# gonogo: allow[rule-id] reason`
    /// # > # gonogo: allow[env/debug-on] the demo shows its traces
    /// DEBUG=true
    /// ```
    "waiver/unknown-rule" {
        severity: Low, effect: Hygiene, since: "0.1.0",
        check: Check::Policy,
    }
}
