//! `waiver/expired`

rule! {
    /// A waiver's last day is over.
    ///
    /// ## Why
    /// A date on a waiver is a promise to look again. After that day the finding counts as before; this line says which
    /// waiver ended, so that nobody has to search for it. `until` is the last day a waiver holds, in UTC.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DEBUG=true # gonogo: allow[env/debug-on] the demo shows its traces until=2026-11-19
    /// #                                                                  ^^^^^^^^^^^^^^^^ waiver/expired
    /// # | this waiver ended on 2026-11-19: `env/debug-on` counts again
    /// # | help: repair what it hid, or agree on a new date
    /// # > DEBUG=false
    /// ```
    /// ```env good file=.env.prod
    /// DEBUG=true # gonogo: allow[env/debug-on] the demo shows its traces until=2026-11-20
    /// ```
    ///
    /// ### In the configuration
    /// ```env both file=.env.prod
    /// DEBUG=true
    /// ```
    /// ```yaml config bad
    /// waivers:
    ///   - rule: env/debug-on
    /// #         ^^^^^^^^^^^^ waiver/expired
    /// # | this waiver ended on 2026-11-19: `env/debug-on` counts again
    /// # | help: repair what it hid, or agree on a new date
    ///     path: .env.prod
    ///     reason: the demo shows its traces
    ///     until: 2026-11-19
    /// # >     until: 2027-11-19
    /// ```
    /// ```yaml config good
    /// waivers:
    ///   - rule: env/debug-on
    ///     path: .env.prod
    ///     reason: the demo shows its traces
    ///     until: 2027-03-31
    /// ```
    ///
    /// ### A date that is none
    /// ```env bad file=.env.prod
    /// DEBUG=true # gonogo: allow[env/debug-on] the demo shows its traces until=soon
    /// #                                                                  ^^^^^^^^^^ waiver/expired
    /// # | this waiver counts as ended, because `until` is not a date like 2027-01-31: `env/debug-on` counts again
    /// # | help: repair what it hid, or agree on a new date
    /// # > DEBUG=true # gonogo: allow[env/debug-on] the demo shows its traces until=2027-01-31
    /// ```
    "waiver/expired" {
        severity: Low, effect: Hygiene, since: "0.1.0",
        check: Check::Policy,
    }
}
