//! `waiver/unused`

rule! {
    /// A waiver that waives nothing, or an assumption that answers nothing.
    ///
    /// ## Why
    /// What it accepted is gone. Left behind, it would hide the same mistake when somebody makes it again.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DEBUG=false # gonogo: allow[env/debug-on] the demo shows its traces
    /// #                           ^^^^^^^^^^^^ waiver/unused
    /// # | nothing here breaks `env/debug-on`: this waiver has no effect
    /// # | help: delete the waiver
    /// # > DEBUG=false
    /// ```
    /// ```env good file=.env.prod
    /// # gonogo: allow[env/debug-on] the demo shows its traces
    /// DEBUG=true
    /// ```
    ///
    /// ### In the configuration
    /// ```env both file=.env.prod
    /// DEBUG=true
    /// ```
    /// ```yaml config bad
    /// waivers:
    ///   - rule: env/debug-on
    /// #         ^^^^^^^^^^^^ waiver/unused
    /// # | nothing here breaks `env/debug-on`: this waiver has no effect
    /// # | help: delete the waiver
    ///     path: .env.staging
    ///     reason: the demo shows its traces
    /// ```
    /// ```yaml config good
    /// waivers:
    ///   - rule: env/debug-on
    ///     path: .env.*
    ///     reason: the demo shows its traces
    /// ```
    ///
    /// ### An assumption
    /// ```env both file=.env.prod
    /// DEBUG=false
    /// ```
    /// ```yaml config bad
    /// assume:
    /// # >
    ///   - hosts: [db.internal]
    /// #           ^^^^^^^^^^^ waiver/unused
    /// # | nothing asks whether host `db.internal` is found: this assumption has no effect
    /// # | help: delete it, or correct the name
    /// # >
    ///     reason: the server knows it
    /// # >
    /// ```
    ///
    /// ## What it does not report
    /// A waiver of a rule that is off where the waiver stands, one of a question that could not be decided, and one in
    /// a file that could not be read to its end: what it is for may be there.
    ///
    /// ```env good file=.env.example
    /// DEBUG=false # gonogo: allow[env/debug-on] the demo shows its traces
    /// ```
    "waiver/unused" {
        severity: Low, effect: Hygiene, since: "0.1.0",
        check: Check::Policy,
    }
}
