//! `script/world-writable`

use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// Everybody on the machine may change a file, or read one with secrets.
    ///
    /// ## Why
    /// `chmod 777` lets every program and every user of the server put in what they like: code that is run, pages that are shown, a
    /// configuration that is read as root. A key or an env file that others may read is no secret on this machine.
    ///
    /// ## Examples
    /// ```sh bad
    /// #!/bin/sh
    /// chmod -R 777 /var/www/shop/storage
    /// #        ^^^ script/world-writable
    /// # | everybody on this machine may change this
    /// # | help: give the files to the user that needs them, `chown`, and write `750` for directories and `640` for
    /// # | files
    /// # > chmod -R 770 /var/www/shop/storage
    /// sudo chmod 644 /opt/shop/.env
    /// #          ^^^ script/world-writable
    /// # > sudo chmod 600 /opt/shop/.env
    /// chmod a+rwx uploads
    /// # > chmod g+rwx uploads
    /// ```
    /// ```sh good
    /// #!/bin/sh
    /// chmod 1777 /tmp/shop
    /// chmod 755 deploy.sh
    /// chmod 640 .env
    /// chmod 644 fullchain.pem .env.example
    /// chmod o-w data
    /// work="$(mktemp -d)"
    /// chmod 644 "$work/server.key"
    /// ```
    /// ### In the home of root
    /// ```sh good file=permissions.sh
    /// cd /root/shop
    /// chmod 644 .env
    /// chmod 644 /root/shop/.env
    /// ```
    /// ```sh bad file=permissions.sh
    /// chmod 711 /root
    /// cd /root/shop
    /// chmod 644 .env
    /// #     ^^^ script/world-writable
    /// # | everybody on this machine may read `.env`
    /// # | help: write `600`, or `640` with the group of the program
    /// # > chmod 600 .env
    /// ```
    /// ### In an image
    /// ```dockerfile bad
    /// FROM php:8.4-apache
    /// COPY . /var/www/html
    /// RUN mkdir -p storage && chmod -R 777 storage
    /// #                                ^^^ script/world-writable
    /// # | every program in the container may change this
    /// # | help: give the files to the user that needs them, `chown`, and write `750` for directories and `640` for
    /// # | files
    /// # > RUN mkdir -p storage && chown -R www-data storage
    /// ```
    /// ### The script writes it, and no secret is in it
    /// ```sh good file=pointers.sh
    /// cat > "$1/.env" <<EOF
    /// SHOP_DATA=/srv/shop
    /// SHOP_PORT=8000
    /// EOF
    /// chmod 0644 "$1/.env"
    /// ```
    ///
    /// ## What it does not report
    /// What is done inside of a container. Directories with the sticky bit. Files in the home of root. In an image only its own programs can: low.
    "script/world-writable" {
        severity: Medium, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://www.gnu.org/software/coreutils/manual/html_node/Mode-Structure.html"],
        check: Check::Commands(check),
    }
}

/// What a mode gives to everybody: to write, to read.
fn for_others(mode: &str) -> (bool, bool) {
    if mode.bytes().all(|b| b.is_ascii_digit()) {
        let sticky =
            mode.len() > 3 && mode.bytes().rev().nth(3).is_some_and(|b| b.is_ascii_digit() && (b - b'0') & 1 == 1);
        let others = mode.bytes().next_back().map_or(0, |b| b.wrapping_sub(b'0'));
        return (others & 2 != 0 && !sticky, others & 4 != 0);
    }
    let adds = |part: &str| {
        part.split_once(['+', '=']).filter(|(who, _)| who.contains(['a', 'o'])).map(|(_, what)| what.to_owned())
    };
    let given: String = mode.split(',').filter_map(adds).collect();
    (given.contains('w'), given.contains('r'))
}

/// Whether a file lies in the home of root, which nobody else enters unless a command opens it.
fn is_at_roots(commands: &Commands, step: &Step, file: &str) -> bool {
    let home = |path: &str| path == "/root" || path.starts_with("/root/");
    let inside = match file.starts_with(['/', '~', '$']) {
        true => home(file),
        false => !file.starts_with("..") && step.place.elsewhere.as_deref().is_some_and(home),
    };
    let opens = |other: &Step| {
        let named = other.arguments().iter().any(|word| matches!(word.value.trim_end_matches('/'), "/root"));
        named && matches!(other.name(), "chmod" | "chown" | "setfacl")
    };
    inside && !commands.steps.iter().any(opens)
}

/// Whether a file holds what only its program may read.
fn is_secret(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let env = name == ".env"
        || name.starts_with(".env.")
            && !["example", "sample", "template", "dist"].iter().any(|word| name.contains(word));
    env || name.ends_with(".key")
        || matches!(name, "privkey.pem" | "id_rsa" | "id_ed25519" | "server-key.pem" | ".pgpass")
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    let image = commands.run_in_image();
    let own =
        |step: &&Step| step.name() == "chmod" && step.inside.is_none() && step.contained == commands.are_of_image();
    for step in commands.steps.iter().filter(own) {
        let plain = |word: &&Spanned<String>| {
            !word.value.starts_with('-') || word.value.contains(['w', 'r', 'x']) && word.value != "-R"
        };
        let mut words = step.arguments().iter().filter(plain);
        let Some(mode) = words.next() else { continue };
        let (writes, reads) = for_others(&mode.value);
        let files: Vec<&str> = words.map(|word| word.value.as_str()).collect();
        // What a program gets rid of at once, and what is made to be shared.
        let passing = |file: &str| file.starts_with("/tmp/") || file.contains("mktemp") || file.ends_with(".sock");
        if files.is_empty() || files.iter().all(|file| passing(file)) {
            continue;
        }
        let told = |file: &&&str| {
            is_secret(file)
                && !is_at_roots(commands, step, file)
                && !commands.before(step).any(|other| other.fills_openly(file))
        };
        let secret = files.iter().find(told);
        match (writes, secret.filter(|_| reads)) {
            (_, Some(_)) if image => {}
            (_, Some(file)) => {
                sink.report(mode.span, format!("everybody on this machine may read `{file}`"))
                    .help("write `600`, or `640` with the group of the program")
                    .effect(LeaksSecret);
            }
            (true, None) => {
                let message = match image {
                    true => "every program in the container may change this",
                    false => "everybody on this machine may change this",
                };
                sink.report(mode.span, message)
                    .help(
                        "give the files to the user that needs them, `chown`, and write `750` for directories and \
                         `640` for files",
                    )
                    .severity(Low)
                    .cause((commands.file, "written"), "and this");
            }
            (false, None) => {}
        }
    }
}
