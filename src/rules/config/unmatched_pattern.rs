//! `config/unmatched-pattern`

rule! {
    /// A pattern under `files` or `exclude` that no file fits.
    ///
    /// ## Why
    /// The files it was written for have other names, so they are judged as if it were not there: as production, or at
    /// all.
    ///
    /// ## Examples
    /// ```env both file=deploy/demo/.env
    /// DEBUG=false
    /// ```
    /// ```yaml config bad
    /// files:
    ///   "deploy/{dmeo,test}/**": development
    /// # ^^^^^^^^^^^^^^^^^^^^^^^ config/unmatched-pattern
    /// # | no file fits this pattern, so it has no effect
    /// # | help: mend it, or delete the entry; `gonogo check --list-files` shows the paths
    /// # >   "deploy/{demo,test}/**": development
    /// ```
    /// ```yaml config good
    /// files:
    ///   "deploy/{demo,test}/**": development
    /// ```
    ///
    /// ### Files that are excluded
    /// ```env both file=deploy/demo/.env
    /// DEBUG=false
    /// ```
    /// ```yaml config bad
    /// exclude: [old/]
    /// #         ^^^^ config/unmatched-pattern
    /// # | no file fits this pattern, so it has no effect
    /// # | help: mend it, or delete the entry; `gonogo check --list-files` shows the paths
    /// # >
    /// ```
    /// ```yaml config good
    /// exclude: ["*.bak"]
    /// ```
    /// ```env good file=old.env.bak
    /// A=1
    /// ```
    ///
    /// ## What it does not report
    /// A pattern for a folder that is not searched (`vendor/`, `dist/`): what is in there is not known.
    "config/unmatched-pattern" {
        severity: Low, effect: Hygiene, since: "0.1.0",
        check: Check::Policy,
    }
}
