//! `script/sshd-unchanged`

use std::sync::LazyLock;

use regex::Regex;

use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A change of `sshd_config` that fits no line of the file.
    ///
    /// ## Why
    /// Debian and Ubuntu ship `sshd_config` with its settings commented out: `#PermitRootLogin prohibit-password`. A `sed` that looks
    /// for `PermitRootLogin yes` changes nothing and succeeds, and root can log in as before.
    ///
    /// ## Examples
    /// ```sh bad file=harden.sh
    /// sudo sed -i 's/PermitRootLogin yes/PermitRootLogin no/' /etc/ssh/sshd_config
    /// #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/sshd-unchanged
    /// # | this changes nothing where `sshd_config` is as Debian and Ubuntu ship it: the line is `#PermitRootLogin
    /// # | prohibit-password`
    /// # | help: fit both forms, `^#\?NAME .*`, or write a file below `/etc/ssh/sshd_config.d`
    /// sed -i "s/^PasswordAuthentication.*/PasswordAuthentication no/" /etc/ssh/sshd_config
    /// #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/sshd-unchanged
    /// ```
    /// ```sh good file=harden.sh
    /// sed -i 's/^#\?PermitRootLogin.*/PermitRootLogin no/' /etc/ssh/sshd_config
    /// sed -i -E 's/^#?PasswordAuthentication .*/PasswordAuthentication no/' /etc/ssh/sshd_config
    /// sed -i 's/PubkeyAuthentication no/PubkeyAuthentication yes/' /etc/ssh/sshd_config
    /// echo 'PermitRootLogin no' > /etc/ssh/sshd_config.d/10-local.conf
    /// ```
    /// ### Another line takes care of the one that is shipped
    /// ```sh good file=both.sh
    /// sed -i 's/#PermitRootLogin.*/PermitRootLogin no/' /etc/ssh/sshd_config
    /// sed -i 's/^PermitRootLogin yes/PermitRootLogin no/' /etc/ssh/sshd_config
    /// ```
    /// ### A line is put behind the one that is shipped
    /// ```sh good file=behind.sh
    /// if grep -q "^MaxAuthTries" /etc/ssh/sshd_config; then
    ///     sed -i 's/^MaxAuthTries.*/MaxAuthTries 3/' /etc/ssh/sshd_config
    /// else
    ///     sed -i '/^#MaxAuthTries/a MaxAuthTries 3' /etc/ssh/sshd_config
    /// fi
    /// sed -i 's/^UseDNS .*/UseDNS no/; $ a UseDNS no' /etc/ssh/sshd_config
    /// ```
    /// ```sh bad file=behind.sh
    /// sed -i 's/^MaxAuthTries.*/MaxAuthTries 3/' /etc/ssh/sshd_config
    /// #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/sshd-unchanged
    /// # | this changes nothing where `sshd_config` is as Debian and Ubuntu ship it: the line is `#MaxAuthTries 6`
    /// # | help: fit both forms, `^#\?NAME .*`, or write a file below `/etc/ssh/sshd_config.d`
    /// sed -i '/^MaxAuthTries/a MaxAuthTries 3' /etc/ssh/sshd_config
    /// ```
    "script/sshd-unchanged" {
        severity: Medium, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://salsa.debian.org/ssh-team/openssh/-/blob/master/sshd_config"],
        check: Check::Commands(check),
    }
}

/// The lines with settings of `sshd_config` as Debian 12 and 13 and Ubuntu 22.04 and 24.04 ship it.
const SHIPPED: [&str; 18] = [
    "#Port 22",
    "#AddressFamily any",
    "#ListenAddress 0.0.0.0",
    "#LogLevel INFO",
    "#LoginGraceTime 2m",
    "#PermitRootLogin prohibit-password",
    "#StrictModes yes",
    "#MaxAuthTries 6",
    "#MaxSessions 10",
    "#PubkeyAuthentication yes",
    "#PasswordAuthentication yes",
    "#PermitEmptyPasswords no",
    "KbdInteractiveAuthentication no",
    "UsePAM yes",
    "#AllowTcpForwarding yes",
    "X11Forwarding yes",
    "#ClientAliveInterval 0",
    "#UseDNS no",
];

/// The settings that are shipped, commented out or not.
fn shipped(name: &str) -> Option<&'static str> {
    let own =
        |line: &&&str| line.trim_start_matches('#').split(' ').next().is_some_and(|own| own.eq_ignore_ascii_case(name));
    SHIPPED.iter().find(own).copied()
}

/// The expression of `s/EXPRESSION/NEW/`, as `regex` reads it, and the name of the setting in what it puts in.
fn parts(script: &str, extended: bool) -> Option<(Regex, String)> {
    let mut signs = script.strip_prefix('s')?.chars();
    let sign = signs.next()?;
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in signs {
        match c {
            _ if escaped => {
                let plain = c == sign;
                if !plain {
                    // In a basic expression `\?` is the sign of an extended one, and the other way round.
                    let turned = !extended && matches!(c, '?' | '+' | '(' | ')' | '|' | '{' | '}');
                    if !turned {
                        parts.last_mut()?.push('\\');
                    }
                }
                parts.last_mut()?.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            _ if c == sign => parts.push(String::new()),
            '?' | '+' | '(' | ')' | '|' | '{' | '}' if !extended && parts.len() == 1 => {
                parts.last_mut()?.push('\\');
                parts.last_mut()?.push(c);
            }
            _ => parts.last_mut()?.push(c),
        }
    }
    let [expression, new, flags] = parts.as_slice() else { return None };
    let expression = if flags.contains(['i', 'I']) { format!("(?i){expression}") } else { expression.clone() };
    let name: String =
        new.trim_start_matches(['\\', '1', '#', ' ']).chars().take_while(char::is_ascii_alphanumeric).collect();
    Some((Regex::new(&expression).ok()?, name))
}

/// Where an expression of `sed` puts a line in: its address, and the first word of the line.
static LINES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[;{\n])\s*(?:/((?:[^/\\]|\\.)*)/|\$|[0-9]+)?\s*[aic]\\?\s*([A-Za-z]+) ").ok());

/// The settings that an expression puts in as lines of their own, at a line that is there: `/^#MaxAuthTries/a MaxAuthTries 3`.
fn put_in(script: &str, extended: bool) -> Vec<&'static str> {
    let found = LINES.iter().flat_map(|lines| lines.captures_iter(script)).filter_map(|found| {
        let line = shipped(&found[2])?;
        let there = found.get(1).is_none_or(|address| {
            let wanted = parts(&format!("s/{}/{}/", address.as_str(), &found[2]), extended);
            wanted.is_some_and(|(expression, _)| expression.is_match(line))
        });
        there.then_some(line)
    });
    found.collect()
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    let mut dead: Vec<(Span, &'static str)> = Vec::new();
    let mut alive: Vec<&'static str> = Vec::new();
    for step in commands.steps {
        let path = |text: &str| text.ends_with("/sshd_config") && text.starts_with("/etc/");
        if step.name() != "sed" || step.inside.is_some() || !step.argv().iter().any(|word| path(&word.value)) {
            // A setting that is added is not changed by what comes before it.
            let texts = step
                .words
                .iter()
                .map(|word| &word.value)
                .chain(step.redirects.iter().filter_map(|own| Some(&own.body.as_ref()?.value)));
            alive.extend(texts.flat_map(|text| text.split_whitespace()).filter_map(shipped));
            continue;
        }
        let extended = step.has_short('E') || step.has_short('r') || step.has("--regexp-extended");
        alive.extend(step.arguments().iter().flat_map(|word| put_in(&word.value, extended)));
        for word in step.arguments().iter().filter(|word| word.value.starts_with('s')) {
            let Some((expression, name)) = parts(&word.value, extended) else { continue };
            let Some(line) = shipped(&name) else { continue };
            // What is shipped is what is wanted, though it is only a comment.
            let wanted = word.value.contains(line.trim_start_matches('#'));
            if expression.is_match(line) || wanted { alive.push(line) } else { dead.push((word.span, line)) }
        }
    }
    for (span, line) in dead.into_iter().filter(|(_, line)| !alive.contains(line)) {
        sink.report(
            span,
            format!("this changes nothing where `sshd_config` is as Debian and Ubuntu ship it: the line is `{line}`"),
        )
        .help("fit both forms, `^#\\?NAME .*`, or write a file below `/etc/ssh/sshd_config.d`");
    }
}
