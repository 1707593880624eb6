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
    /// ### A user of no group that may
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo useradd -m -s /bin/bash shop
    /// sudo su - shop
    /// git clone https://git.example.org/shop.git app
    /// sudo systemctl daemon-reload
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/sudo-without-password
    /// | `shop` may not use `sudo`: nothing puts this user into its group
    /// | help: leave the shell of that user first: `exit`
    /// # > exit
    /// # > sudo systemctl daemon-reload
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo useradd -m -s /bin/bash shop
    /// sudo su - shop
    /// git clone https://git.example.org/shop.git app
    /// ~~~
    ///
    /// ~~~bash
    /// sudo systemctl daemon-reload
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
    let makes = |step: &&Step| matches!(step.name(), "useradd" | "adduser") && !step.has("--system") && !step.has("-r");
    let user = |made: &Step| {
        let named = made.arguments().iter().rfind(|word| is_user(&word.value));
        named.map(|word| word.value.clone())
    };
    let is_admin = |user: &str| {
        all.iter().any(|step| {
            let group = |word: &Spanned<String>| {
                word.value.split(',').any(|own| matches!(own, "sudo" | "wheel" | "admin")) || word.value.contains('$')
            };
            matches!(step.name(), "usermod" | "adduser" | "gpasswd" | "useradd")
                && step.arguments().iter().any(group)
                && step.has(user)
        })
    };
    let given = |user: &str| {
        let mut steps = all.iter();
        steps.any(|step| matches!(step.name(), "passwd" | "chpasswd") && (step.has(user) || step.name() == "chpasswd"))
    };
    if let Some((made, user)) = all.iter().find(|step| disabled(step)).and_then(|made| Some((made, user(made)?)))
        && is_admin(&user)
        && !given(&user)
        && let Some(step) = asks_as(commands, all, made, &user, false)
    {
        let finding = sink.report(step.span, format!("`sudo` asks for the password of `{user}` here, who has none"));
        finding
            .help(format!("leave the shell of that user first (`exit`), or give the user a password: `passwd {user}`"))
            .related(made.span, "made without a password")
            .cause((commands.file, user.as_str()), "here as well");
        if commands.is_read_along() {
            finding.severity(Low);
        }
        return;
    }
    // Who is in no group that may, whatever the password.
    for made in all.iter().filter(makes) {
        // A name that is used again is said once.
        let Some(user) = user(made).filter(|user| user != "root" && !is_admin(user)) else { continue };
        let Some(step) = asks_as(commands, all, made, &user, true) else { continue };
        let finding =
            sink.report(step.span, format!("`{user}` may not use `sudo`: nothing puts this user into its group"));
        finding
            .help("leave the shell of that user first: `exit`")
            .related(made.span, "made here")
            .cause((commands.file, user.as_str()), "here as well");
        if commands.is_read_along() {
            finding.severity(Low);
        }
        return;
    }
}

/// The first command with `sudo` that is given in a shell of a user. `close`: only where it stands beside the command that opens
/// the shell.
fn asks_as<'a>(commands: &Commands, all: &'a [Step], made: &Step, user: &str, close: bool) -> Option<&'a Step> {
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
    let apart = close || all.iter().filter(|step| turns(step)).count() > 2;
    let mut entered: Option<&Step> = None;
    for step in all.iter().filter(|step| step.span.start > made.span.start) {
        if turns(step) {
            entered = Some(step);
        } else if matches!(step.name(), "exit" | "logout") || step.name() == "ssh" {
            entered = None;
        } else if step.is_by_sudo() && entered.is_some_and(|from| !apart || commands.stand_together(from, step)) {
            return Some(step);
        }
    }
    None
}

fn is_user(word: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    !word.is_empty() && !word.starts_with('-') && word.bytes().all(plain)
}
