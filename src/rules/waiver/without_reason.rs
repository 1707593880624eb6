//! `waiver/without-reason`

rule! {
    /// A waiver that does not say why.
    ///
    /// ## Why
    /// The next person who reads it must be able to tell whether it still holds. Without a reason a waiver has no
    /// effect: the finding counts.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DEBUG=true # gonogo: allow[env/debug-on]
    /// #                    ^^^^^^^^^^^^^^^^^^^ waiver/without-reason
    /// # | this waiver does not say why, so it has no effect
    /// # | help: write the reason: `allow[env/debug-on] reason`
    /// # > DEBUG=true # gonogo: allow[env/debug-on] the demo shows its traces
    /// ```
    /// ```env good file=.env.prod
    /// DEBUG=true # gonogo: allow[env/debug-on] the demo shows its traces
    /// ```
    ///
    /// ### A date is not a reason
    /// ```env bad file=.env.prod
    /// # gonogo: allow[env/debug-on] until=2027-01-31
    /// #         ^^^^^^^^^^^^^^^^^^^ waiver/without-reason
    /// # | this waiver does not say why, so it has no effect
    /// # | help: write the reason: `allow[env/debug-on] reason`
    /// # > # gonogo: allow[env/debug-on] the demo shows its traces until=2027-01-31
    /// DEBUG=true
    /// ```
    "waiver/without-reason" {
        severity: Low, effect: Hygiene, since: "0.1.0",
        check: Check::Policy,
    }
}
