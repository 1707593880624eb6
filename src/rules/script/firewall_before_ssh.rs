//! `script/firewall-before-ssh`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A firewall is switched on before it lets SSH in.
    ///
    /// ## Why
    /// `ufw` denies everything that comes in until it is told otherwise. A script that runs over SSH and enables it first can lose its
    /// connection at that line, and then nobody gets in to add the rule.
    ///
    /// ## Examples
    /// ```sh bad
    /// sudo ufw --force enable
    /// #    ^^^^^^^^^^^^^^^^^^ script/firewall-before-ssh
    /// # | `ufw` is switched on before SSH is let in: whoever is connected over SSH may be locked out
    /// # | help: write `ufw allow OpenSSH` (or the port of SSH) above it
    /// sudo ufw allow 22/tcp
    /// sudo ufw allow 443/tcp
    /// ```
    /// ```sh good
    /// ufw allow OpenSSH
    /// ufw --force enable
    /// ```
    /// ### Nobody lets it in
    /// ```sh bad file=setup.sh
    /// ufw default deny incoming
    /// ufw allow 80,443/tcp
    /// echo y | ufw enable
    /// #        ^^^^^^^^^^ script/firewall-before-ssh
    /// # | `ufw` is switched on before SSH is let in: whoever is connected over SSH may be locked out
    /// # | help: write `ufw allow OpenSSH` (or the port of SSH) above it
    /// ```
    /// ### A guide that opens nothing
    /// ```markdown bad
    /// ~~~bash
    /// sudo apt install nginx ufw
    /// sudo ufw enable
    /// #    ^^^^^^^^^^ script/firewall-before-ssh
    /// # | `ufw` is switched on before SSH is let in: whoever is connected over SSH may be locked out
    /// # | help: write `ufw allow OpenSSH` (or the port of SSH) above it
    /// # > sudo ufw allow OpenSSH
    /// # > sudo ufw enable
    /// ~~~
    /// ```
    /// ### What a rule is for is no name of it
    /// ```sh bad file=setup.sh
    /// ufw allow 80/tcp comment 'for the web'
    /// ufw allow 8000:8010/tcp
    /// ufw enable
    /// ^^^^^^^^^^ script/firewall-before-ssh
    /// | `ufw` is switched on before SSH is let in: whoever is connected over SSH may be locked out
    /// | help: write `ufw allow OpenSSH` (or the port of SSH) above it
    /// ```
    /// ### Another port, a range, or who may come
    /// ```sh good
    /// ufw allow proto tcp from 10.0.0.0/8 to any port 2222
    /// ufw enable
    /// ```
    /// ### Another script has let it in
    /// ```sh good file=deploy/setup.sh
    /// ufw allow 22/tcp
    /// ufw --force enable
    /// ```
    /// ```sh good file=deploy/open-web.sh
    /// ufw allow 80/tcp
    /// ufw --force enable
    /// ```
    /// ### Not known
    /// ```sh good
    /// ufw allow "$SSH_PORT/tcp"
    /// ufw enable
    /// ```
    /// ```sh good file=status.sh
    /// echo "Run 'ufw enable' to switch it on."
    /// ```
    "script/firewall-before-ssh" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.ubuntu.com/manpages/noble/en/man8/ufw.8.html"],
        check: Check::Commands(check),
    }
}

/// Whether a rule may let SSH in.
fn lets_in(step: &Step) -> bool {
    step.opened().is_some_and(|opened| opened.may_let_ssh_in())
}

/// Whether it lets SSH in by its name or its usual port.
fn names_ssh(step: &Step) -> bool {
    step.opened().is_some_and(|opened| opened.names_ssh())
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let enables = |step: &&Step| step.name() == "ufw" && step.has("enable");
    let Some(enable) = commands.steps.iter().find(enables) else { return sink.not_applicable() };
    // What another script has allowed is not seen: a single line of a script says nothing. A guide is all there is.
    let alone = !commands.steps.iter().any(|step| step.opened().is_some());
    if alone && commands.kind != Kind::Guide || commands.before(enable).any(lets_in) {
        return;
    }
    let (Some(first), Some(last)) = (enable.argv().first(), enable.argv().last()) else { return };
    let late = commands.behind(enable).find(|step| lets_in(step));
    // The machine may have been set up by another script, or in a chapter above.
    let elsewhere = || ctx.project.commands().iter().any(|other| other.steps.iter().any(names_ssh));
    if late.is_none() && elsewhere() {
        return;
    }
    let finding = sink
        .report(
            first.span.to(last.span),
            "`ufw` is switched on before SSH is let in: whoever is connected over SSH may be locked out",
        )
        .help("write `ufw allow OpenSSH` (or the port of SSH) above it");
    if let Some(late) = late {
        // A script goes on without its terminal, and a connection that is open stays so.
        finding.related(late.span, "this comes too late").severity(Low);
    }
}
