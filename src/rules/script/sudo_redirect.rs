//! `script/sudo-redirect`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A file of the system is to be written by `sudo`, and the shell writes it.
    ///
    /// ## Why
    /// `>` belongs to the shell, which opens the file before `sudo` starts, as the user who typed the line: "Permission denied".
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y nginx
    /// sudo echo "vm.swappiness=10" >> /etc/sysctl.conf
    /// #                               ^^^^^^^^^^^^^^^^ script/sudo-redirect
    /// # | the shell writes this file, not `sudo`, and only root may: "Permission denied"
    /// # | help: let `sudo tee` write it: `... | sudo tee -a /etc/sysctl.conf`
    /// # > echo "vm.swappiness=10" | sudo tee -a /etc/sysctl.conf
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y nginx
    /// echo "vm.swappiness=10" | sudo tee -a /etc/sysctl.conf
    /// sudo sh -c 'echo "vm.swappiness=10" >> /etc/sysctl.conf'
    /// sudo nginx -T > /dev/null
    /// ~~~
    /// ```
    /// ### By root
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// ssh root@shop.example.org
    /// sudo echo "vm.swappiness=10" >> /etc/sysctl.conf
    /// ~~~
    /// ```
    "script/sudo-redirect" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.sudo.ws/docs/man/sudo.man/#EXAMPLES"],
        check: Check::Commands(check),
    }
}

/// Folders in which only root makes files.
const OF_ROOT: [&str; 5] = ["/etc/", "/usr/", "/lib/", "/boot/", "/var/spool/"];

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.run_in_image() || commands.may_be_root() {
        return sink.not_applicable();
    }
    for step in commands.steps.iter().filter(|step| step.is_by_sudo() && step.inside.is_none()) {
        let written = step.redirects.iter().filter(|redirect| redirect.writes());
        let mut of_root = written.filter(|own| OF_ROOT.iter().any(|folder| own.target.value.starts_with(folder)));
        let Some(redirect) = of_root.next() else { continue };
        let adds = if redirect.operator.contains(">>") { "-a " } else { "" };
        let finding = sink.report(
            redirect.target.span,
            "the shell writes this file, not `sudo`, and only root may: \"Permission denied\"",
        );
        finding.help(format!("let `sudo tee` write it: `... | sudo tee {adds}{}`", redirect.target.value));
        finding.cause(commands.file, "nor this");
        // A script may be started by root all the same.
        if commands.is_read_along() || commands.kind == Kind::Script {
            finding.severity(Low);
        }
    }
}
