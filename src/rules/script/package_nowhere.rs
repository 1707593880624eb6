//! `script/package-nowhere`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A package is to be installed that the system does not have.
    ///
    /// ## Why
    /// `apt` ends with "Unable to locate package" and installs none of the others on the line either.
    ///
    /// ## Examples
    /// ```sh bad file=setup.sh
    /// apt-get install -y docker.io docker-compose-plugin
    /// #                            ^^^^^^^^^^^^^^^^^^^^^ script/package-nowhere
    /// # | no release of Debian or Ubuntu has `docker-compose-plugin`, so `apt` installs nothing here
    /// # | help: add Docker's own repository above, or run the script from `https://get.docker.com`
    /// ```
    /// ```sh good file=setup.sh
    /// curl -fsSL https://get.docker.com -o get-docker.sh
    /// sh get-docker.sh
    /// apt-get install -y docker-compose-plugin
    /// ```
    /// ```sh good file=database.sh
    /// echo 'deb http://downloads-distro.mongodb.org/repo/ubuntu-upstart dist 10gen' > /etc/apt/sources.list.d/mongodb.list
    /// apt-get install -y mongodb-org
    /// ```
    /// ### A package of npm
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y git nginx pm2
    /// #                             ^^^ script/package-nowhere
    /// # | no release of Debian or Ubuntu has `pm2`, so `apt` installs nothing here
    /// # | help: leave it out here, and write `sudo npm install -g pm2`
    /// # > sudo apt install -y git nginx
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y git nginx
    /// sudo npm install -g pm2
    /// ~~~
    /// ```
    /// ### A version that the release has not
    /// ```markdown bad file=DEPLOYMENT.md
    /// A server with Ubuntu 22.04.
    /// ~~~bash
    /// sudo apt install -y nginx php8.3-fpm
    /// #                         ^^^^^^^^^^ script/package-nowhere
    /// # | Ubuntu 22.04 has no `php8.3-fpm`, it brings PHP 8.1: `apt` installs nothing here
    /// # | help: add a repository that has it above, or install the version that is there
    /// # > sudo apt install -y nginx php8.1-fpm
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// A server with Ubuntu 22.04.
    /// ~~~bash
    /// sudo add-apt-repository -y ppa:ondrej/php
    /// sudo apt install -y nginx php8.3-fpm python3.11-venv
    /// ~~~
    /// ```
    /// ### Two releases
    /// ```markdown bad file=DEPLOYMENT.md
    /// A server with Ubuntu **22.04** or **24.04**:
    /// ~~~bash
    /// sudo apt install -y nginx php8.2-fpm
    /// #                         ^^^^^^^^^^ script/package-nowhere
    /// # | neither Ubuntu 22.04 (PHP 8.1) nor Ubuntu 24.04 (PHP 8.3) has `php8.2-fpm`: `apt` installs nothing here
    /// # | help: add a repository that has it above, or install the version that is there
    /// # > sudo apt install -y nginx php-fpm
    /// ~~~
    /// ```
    "script/package-nowhere" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://packages.ubuntu.com", "https://packages.debian.org", "https://docs.docker.com/engine/install/"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.run_in_image() {
        return sink.not_applicable();
    }
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained && !step.flow.branch) {
        if !matches!(step.name(), "apt" | "apt-get") || !step.has("install") || step.is_checked() && step.flow.tested {
            continue;
        }
        for word in step.arguments().iter().filter(|word| !word.value.starts_with('-')) {
            let Some(lack) = ctx.project.lacks_package(commands.file, &word.value) else { continue };
            let finding = sink.report(word.span, lack.message).help(lack.help);
            if commands.is_read_along() || step.after == crate::model::starts::Joint::Or {
                finding.severity(Low);
            }
            break;
        }
    }
}
