//! `script/mysql-root-refused`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A person logs in to MySQL as its root, which only root of the system may.
    ///
    /// ## Why
    /// The packages of Ubuntu and Debian make the user `root` of the database for the system's root alone (`auth_socket`, in MariaDB
    /// `unix_socket`): it has no password that anybody could type. Without `sudo` the answer is "Access denied for user
    /// 'root'@'localhost'", and `mysql_secure_installation` changes nothing of it in MySQL.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y mysql-server
    /// sudo systemctl enable --now mysql
    /// mysql -u root -p
    /// ^^^^^^^^^^^^^^^^ script/mysql-root-refused
    /// | the root of the database has no password here: it lets in the system's root alone
    /// | help: write `sudo mysql`
    /// # > sudo mysql
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y mysql-server
    /// sudo mysql -u root -p
    /// mysql -h db.acme.de -u root -p
    /// mysql -u shop -p shop
    /// ~~~
    /// ```
    /// ```markdown good file=docs/deploy.md
    /// ~~~bash
    /// sudo apt install -y mysql-server
    /// sudo mysql -e "ALTER USER 'root'@'localhost' IDENTIFIED WITH caching_sha2_password BY '<password>'"
    /// mysql -u root -p
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo yum install -y mysql-community-server
    /// # Ubuntu
    /// sudo apt install -y mysql-server
    /// mysql -u root -p
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// MariaDB in a guide that runs `mysql_secure_installation`, which can give its root a password; databases in containers.
    "script/mysql-root-refused" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://dev.mysql.com/doc/refman/8.4/en/socket-pluggable-authentication.html",
            "https://mariadb.com/kb/en/authentication-plugin-unix-socket/",
        ],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let steps = ctx.project.steps_of_chapters(commands);
    if commands.kind != Kind::Guide || steps.is_empty() || commands.may_be_root() {
        return sink.not_applicable();
    }
    let installs = |step: &&&Step| matches!(step.name(), "apt" | "apt-get") && step.is_by_sudo() && step.has("install");
    let package = |names: &[&str]| {
        let words = steps.iter().filter(installs).flat_map(|step| &step.words);
        words
            .into_iter()
            .any(|word| names.iter().any(|name| word.value == *name || word.value.starts_with(&format!("{name}-"))))
    };
    // On another system it is another server, whose root has a password from the start.
    if steps.iter().any(|step| matches!(step.name(), "yum" | "dnf") && step.has("install")) {
        return;
    }
    // Who installs the client means a server on the same machine, when no host is named.
    let mysql = package(&["mysql-server", "mysql-client"]);
    let maria = package(&["mariadb-server", "default-mysql-server"]);
    if !(mysql || maria) || ctx.project.settles_root_of_mysql(commands.file, maria) {
        return;
    }
    for step in &steps {
        let here = step.inside.is_none() && !step.contained && !step.remote && !step.is_by_sudo();
        let client = matches!(step.name(), "mysql" | "mariadb" | "mysqldump" | "mysqladmin" | "mariadb-dump");
        if !here || !client || commands.is_of_script_of_guide(step) || !logs_in_as_root(step) {
            continue;
        }
        let finding =
            sink.report(step.span, "the root of the database has no password here: it lets in the system's root alone");
        finding.help(format!("write `sudo {}`", step.name()));
        if commands.is_read_along() {
            finding.severity(Low);
        }
        return;
    }
}

/// Whether it is the database's root, over the socket, that a command logs in as.
fn logs_in_as_root(step: &Step) -> bool {
    let words: Vec<&str> = step.arguments().iter().map(|word| word.value.as_str()).collect();
    let root = words.iter().any(|word| matches!(*word, "-uroot" | "--user=root"))
        || words.windows(2).any(|two| matches!(two[0], "-u" | "--user") && two[1] == "root");
    let host = words.iter().any(|word| word.starts_with("-h") || word.starts_with("--host") || word.starts_with("-P"));
    root && !host && words.iter().any(|word| word.starts_with("-p") || *word == "--password")
}
