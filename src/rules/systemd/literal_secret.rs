//! `systemd/literal-secret`

use crate::model::units::Unit;
use crate::rules::prelude::*;
use crate::secret::Worth;

rule! {
    /// A password, key or token that stands in a unit.
    ///
    /// ## Why
    /// Units are readable by every user of the host, `systemctl show` prints their variables, and the file is in version
    /// control. An env file that only root can read, or a credential, is read before the program starts.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// Environment="SESSION_SECRET=8f1c0b7e4d5a49f2a6d3c1b09e7f8a5d2c4b6e1f" DEBUG=0
    /// #                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ systemd/literal-secret
    /// # | the value of `SESSION_SECRET` stands in the unit: every user of the host and of the repository can read it
    /// # | help: put it into an env file that only root can read (`EnvironmentFile=`, mode 600), then change it
    /// # > EnvironmentFile=/etc/shop/shop.env
    /// Environment=DB_URL=postgres://shop:hT7-vq2Lx9_mRw@db/shop
    /// #                                  ^^^^^^^^^^^^^^ systemd/literal-secret
    /// # >
    /// ExecStart=/opt/shop/run --token Zk4vT9rWq2LmX7bN5cJ8
    /// #                               ^^^^^^^^^^^^^^^^^^^^ systemd/literal-secret
    /// # > ExecStart=/opt/shop/run
    /// ```
    /// ```systemd good
    /// [Service]
    /// EnvironmentFile=/etc/shop/env
    /// Environment=SECRET_KEY=<your secret> TOKEN_FILE=/run/credentials/shop/token
    /// LoadCredential=token:/etc/shop/token
    /// ExecStart=/opt/shop/run --token ${TOKEN} --password-file /etc/shop/pw
    /// ```
    "systemd/literal-secret" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Environment="],
        check: Check::UnitFile(check),
    }
}

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    if ctx.project.git().is_fixture(&unit.path) {
        return sink.not_applicable();
    }
    for literal in &unit.literals {
        let but = match literal.worth() {
            Worth::Nothing => continue,
            Worth::Guessable(weakness) => format!(", and it can be guessed: {weakness}"),
            Worth::Real => String::new(),
        };
        let message = format!(
            "the value of `{}` stands in the unit: every user of the host and of the repository can read it{but}",
            literal.name
        );
        sink.report(literal.value.span, message)
            .help("put it into an env file that only root can read (`EnvironmentFile=`, mode 600), then change it")
            .cause(&literal.value.value, "the same value");
    }
}
