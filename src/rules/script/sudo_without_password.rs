//! `script/sudo-without-password`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A user without a password is to use `sudo`, which asks for it.
    ///
    /// ## Why
    /// `adduser --disabled-password` and `useradd` leave the user without one, and the group `sudo` lets in whoever knows it. Nobody can type it: every
    /// `sudo` of that user ends here.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo adduser --disabled-password --gecos "" shop
    /// sudo usermod -aG sudo shop
    /// sudo su - shop
    /// sudo apt install -y nginx
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^ script/sudo-without-password
    /// | `sudo` asks for the password of `shop` here, who has none
    /// | help: leave the shell of that user first (`exit`), or give the user a password: `passwd shop`
    /// # > exit
    /// # > sudo apt install -y nginx
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo adduser shop
    /// sudo usermod -aG sudo shop
    /// su - shop
    /// sudo apt install -y nginx
    /// ~~~
    /// ```
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo useradd -m -s /bin/bash shop
    /// sudo usermod -aG sudo shop
    /// sudo su - shop
    /// git clone https://git.example.org/shop.git app
    /// sudo systemctl daemon-reload
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/sudo-without-password
    /// | `sudo` asks for the password of `shop` here, who has none
    /// | help: leave the shell of that user first (`exit`), or give the user a password: `passwd shop`
    /// # > exit
    /// # > sudo systemctl daemon-reload
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo useradd -m -s /bin/bash shop
    /// sudo passwd shop
    /// sudo usermod -aG sudo shop
    /// sudo su - shop
    /// sudo systemctl daemon-reload
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo useradd -m -s /bin/bash shop
    /// sudo usermod -aG sudo shop
    /// sudo su - shop -c "mkdir -p /home/shop/logs"
    /// sudo supervisorctl update
    /// ~~~
    /// ```
    /// ### Blocks that begin alike
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo adduser --disabled-password --gecos "" shop
    /// sudo usermod -aG sudo shop
    /// ~~~
    ///
    /// ~~~bash
    /// sudo -iu shop
    /// npm ci
    /// ~~~
    ///
    /// ~~~bash
    /// sudo -iu shop
    /// pm2 restart shop
    /// ~~~
    ///
    /// ~~~bash
    /// sudo -iu shop
    /// pm2 save
    /// ~~~
    ///
    /// ~~~bash
    /// sudo systemctl status pm2-shop
    /// ~~~
    /// ```
    "script/sudo-without-password" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/adduser/adduser.8.en.html"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if commands.kind != Kind::Guide || ctx.project.lets_sudo_without_password() {
        return sink.not_applicable();
    }
    // Where somebody becomes root, it may be root who goes on.
    let root = commands.speaks_of_root();
    let disabled =
        |step: &&Step| step.makes_locked_user() && !step.has("--system") && (step.name() == "adduser" || !root);
    let all = ctx.project.steps_of_guide(commands);
    let Some(made) = all.iter().find(|step| disabled(step)) else { return sink.not_applicable() };
    let named = made.arguments().iter().rfind(|word| is_user(&word.value));
    let Some(user) = named.map(|word| word.value.as_str()) else { return };
    let admin = all.iter().any(|step| {
        let group = |word: &Spanned<String>| word.value.split(',').any(|own| matches!(own, "sudo" | "wheel"));
        matches!(step.name(), "usermod" | "adduser" | "gpasswd" | "useradd")
            && step.arguments().iter().any(group)
            && step.has(user)
    });
    let given = all
        .iter()
        .any(|step| matches!(step.name(), "passwd" | "chpasswd") && (step.has(user) || step.name() == "chpasswd"));
    if !admin || given {
        return;
    }
    let turns = |step: &Step| {
        // `su - shop -c 'npm ci'` comes back at once.
        if step.words.iter().any(|word| matches!(word.value.as_str(), "-c" | "--command")) {
            return false;
        }
        step.words.iter().any(|word| word.value == "su") && step.has(user)
            || step.has("-iu") && step.has(user)
            || step.name() == "ssh" && step.words.iter().any(|word| word.value.starts_with(&format!("{user}@")))
    };
    // Where block after block begins so, each is typed into a shell of its own.
    let apart = all.iter().filter(|step| turns(step)).count() > 2;
    let mut entered: Option<&Step> = None;
    for step in all.iter().filter(|step| step.span.start > made.span.start) {
        if turns(step) {
            entered = Some(step);
        } else if matches!(step.name(), "exit" | "logout") || step.name() == "ssh" {
            entered = None;
        } else if step.is_by_sudo() && entered.is_some_and(|from| !apart || commands.stand_together(from, step)) {
            let finding =
                sink.report(step.span, format!("`sudo` asks for the password of `{user}` here, who has none"));
            finding
                .help(format!(
                    "leave the shell of that user first (`exit`), or give the user a password: `passwd {user}`"
                ))
                .related(made.span, "made without a password")
                .cause((commands.file, user), "here as well");
            if commands.is_read_along() {
                finding.severity(Low);
            }
            return;
        }
    }
}

fn is_user(word: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    !word.is_empty() && !word.starts_with('-') && word.bytes().all(plain)
}
