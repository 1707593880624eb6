//! `env/development-setting`

use crate::rules::switches;

rule! {
    /// A setting that is right on a developer's machine and wrong on a server.
    ///
    /// ## Why
    /// Mail that goes to a log file, sessions that live in memory, a schema that is made anew at every start: the program
    /// starts, and what users rely on does not happen.
    ///
    /// ## Examples
    /// ```yaml config
    /// packs: [switches, laravel]
    /// ```
    /// ```env bad file=.env.production
    /// MAIL_MAILER=log
    /// #           ^^^ env/development-setting
    /// # | `MAIL_MAILER` is `log`: mail is written to the log and never sent
    /// # | help: set `MAIL_MAILER=smtp`
    /// # > MAIL_MAILER=smtp
    /// SPRING_JPA_HIBERNATE_DDL_AUTO=create-drop
    /// #                             ^^^^^^^^^^^ env/development-setting
    /// # | `SPRING_JPA_HIBERNATE_DDL_AUTO` is `create-drop`: Hibernate drops the tables and makes them anew at every
    /// # | start
    /// # | help: set `SPRING_JPA_HIBERNATE_DDL_AUTO=validate`
    /// # > SPRING_JPA_HIBERNATE_DDL_AUTO=validate
    /// ```
    /// ```env good file=.env.production
    /// MAIL_MAILER=smtp
    /// SPRING_JPA_HIBERNATE_DDL_AUTO=validate
    /// ```
    /// ```env good file=.env.local
    /// MAIL_MAILER=log
    /// ```
    ///
    /// ## What it does not report
    /// Files for development and tests. The settings come from packs, and are written like those of `env/insecure-switch`.
    "env/development-setting" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://12factor.net/dev-prod-parity"],
        params: &[Param::Switches { name: "switches", doc: "Variables, their wrong values, what follows, what to do." }],
        check: Check::Variables(switches::judge),
    }
}
