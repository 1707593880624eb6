//! Options of programs that carry a password: `mysql -pX`, `curl -u user:X`, `redis-cli -a X`.

use std::ops::Range;

use super::is_open;

/// How an option carries its secret.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Form {
    /// Glued to the option only: `-pX`. `-p X` asks, and `X` is something else.
    Glued,
    /// The next word, or glued: `-a X`.
    Word,
    /// Behind a colon of the word: `-u user:X`.
    Colon,
    /// Behind `%`: `-U user%X`.
    Percent,
    /// The last of several words that are no options: `htpasswd -b file user X`.
    Last,
}

use Form::*;

/// Programs (`*` stands for the rest of a name), an option, and how it carries the secret.
#[rustfmt::skip]
const FLAGS: &[(&str, &str, Form)] = &[
    ("mysql*", "-p", Glued), ("mariadb*", "-p", Glued), ("mycli", "-p", Glued), ("xtrabackup", "-p", Glued),
    ("mongo*", "-p", Word), ("cqlsh", "-p", Word), ("clickhouse*", "-p", Word), ("influx", "-p", Word), ("bcp", "-P", Word),
    ("sqlcmd", "-P", Word), ("ldap*", "-w", Word), ("redis-cli", "-a", Word), ("valkey-cli", "-a", Word), ("keydb-cli", "-a", Word),
    ("curl", "-u", Colon), ("curl", "--user", Colon), ("curl", "-U", Colon), ("curl", "--proxy-user", Colon),
    ("http", "-a", Colon), ("https", "-a", Colon), ("xh", "-a", Colon), ("ab", "-A", Colon), ("skopeo", "--creds", Colon),
    ("skopeo", "--src-creds", Colon), ("skopeo", "--dest-creds", Colon), ("smbclient", "-U", Percent),
    ("sshpass", "-p", Word), ("docker", "-p", Word), ("podman", "-p", Word), ("buildah", "-p", Word), ("helm", "-p", Word),
    ("oras", "-p", Word), ("crane", "-p", Word), ("az", "-p", Word), ("twine", "-p", Word), ("nats", "--nkey", Word),
    ("mosquitto*", "-P", Word), ("zip", "-P", Word), ("unzip", "-P", Word), ("7z", "-p", Glued), ("rar", "-p", Glued),
    ("openssl", "-passin", Colon), ("openssl", "-passout", Colon), ("openssl", "-pass", Colon), ("openssl", "-k", Word),
    ("openssl", "-K", Word), ("keytool", "-storepass", Word), ("keytool", "-keypass", Word), ("keytool", "-srcstorepass", Word),
    ("keytool", "-deststorepass", Word), ("jarsigner", "-storepass", Word), ("htpasswd", "-b", Last), ("rabbitmqctl", "add_user", Last),
    ("rabbitmqctl", "change_password", Last), ("rabbitmqctl", "authenticate_user", Last), ("snmp*", "-c", Word),
    ("snmp*", "-A", Word), ("snmp*", "-X", Word), ("ipmitool", "-P", Word), ("xfreerdp", "/p", Colon), ("lftp", "-u", Colon),
    ("vault", "login", Last), ("wget", "--http-passwd", Word), ("restic", "--insecure-no-password", Last),
    ("aws", "aws_secret_access_key", Last), ("aws", "aws_session_token", Last), 
];

/// Whether a character stands between words.
fn is_apart(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | '[' | ']' | '(' | ')')
}

/// The words of a command and where they stand; a separator of commands is a word of its own.
fn words(line: &str) -> Vec<(&str, usize)> {
    let mut words = Vec::new();
    let mut from = 0;
    for text in line.split(is_apart) {
        if !text.is_empty() {
            words.push((text, from));
        }
        from += text.len() + 1;
        // The separator may be wider than one byte.
        while !line.is_char_boundary(from.min(line.len())) {
            from += 1;
        }
    }
    words
}

/// How the names of the table start: by the first letter, a bit for each second one.
const STARTS: [u128; 128] = {
    let mut starts = [0; 128];
    let mut at = 0;
    while at < FLAGS.len() {
        let name = FLAGS[at].0.as_bytes();
        starts[name[0] as usize] |= 1 << name[1];
        at += 1;
    }
    starts
};

/// Whether a name of the table may start like a word.
fn is_likely(word: &[u8]) -> bool {
    matches!(word, [a, b, ..] if STARTS[usize::from(a & 0x7f)] >> (b & 0x7f) & 1 == 1)
}

/// The words of a line that may start like a name of the table: each byte is looked at once.
fn likely(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let starts = move |at: &usize| (*at == 0 || !inside(line[at - 1])) && is_likely(&line[*at..]);
    (0..line.len().saturating_sub(1)).filter(starts).map(move |at| {
        let end = line[at..].iter().position(|b| !inside(*b));
        &line[at..end.map_or(line.len(), |end| at + end)]
    })
}

fn is_program(word: &str, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => word
            .strip_prefix(start)
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_')),
        None => word == name,
    }
}

fn separates(word: &str) -> bool {
    matches!(word, "|" | "||" | "&&" | ";" | "&")
}

/// The hidden parts of a line.
pub(super) fn find(line: &str, found: &mut Vec<Range<usize>>) {
    // Few lines name a program of the table.
    let named =
        |word: &[u8]| std::str::from_utf8(word).is_ok_and(|word| FLAGS.iter().any(|(name, ..)| is_program(word, name)));
    if !likely(line.as_bytes()).any(named) {
        return;
    }
    let words = words(line);
    for (index, (word, _)) in words.iter().enumerate() {
        let program = word.rsplit('/').next().unwrap_or(word);
        if !is_likely(program.as_bytes()) {
            continue;
        }
        let rest = &words[index + 1..];
        let end = rest.iter().position(|(word, _)| separates(word) || word.ends_with(';'));
        let rest = &rest[..end.map_or(rest.len(), |end| end + usize::from(!separates(rest[end].0)))];
        for (name, flag, form) in FLAGS {
            if is_program(program, name) {
                options(rest, flag, *form, found);
            }
        }
    }
}

fn options(words: &[(&str, usize)], flag: &str, form: Form, found: &mut Vec<Range<usize>>) {
    for (index, &(word, at)) in words.iter().enumerate() {
        let short = flag.len() == 2;
        // `-fu user:X`: short options may stand together, the one with a value last.
        let together = short && word.len() > 2 && word.len() <= 6 && word.starts_with('-') && !word.starts_with("--");
        let letter = flag.get(1..).unwrap_or(" ");
        let whole = word == flag
            || together && form == Last && word.contains(letter)
            || together && form != Glued && flag.ends_with(word.get(word.len() - 1..).unwrap_or(" "));
        let glued = word.strip_prefix(flag).filter(|rest| !rest.is_empty()).map(|rest| rest.trim_start_matches('='));
        let (text, from) = match (form, glued) {
            (Last, _) if whole => {
                let last = words[index + 1..].iter().rev().find(|(word, _)| !word.starts_with('-'));
                let Some(&(text, from)) = last.filter(|_| words.len() > index + 2 || flag == "login") else { continue };
                (text, from)
            }
            (Last, _) => continue,
            _ if whole && form != Glued => match words.get(index + 1) {
                Some(&(text, from)) if !text.starts_with('-') => (text, from),
                _ => continue,
            },
            (_, Some(rest)) if short || word.contains('=') => (rest, at + word.len() - rest.len()),
            _ => continue,
        };
        let skip = match form {
            Colon => match text.find(':') {
                Some(colon) => colon + 1,
                None => continue,
            },
            Percent => match text.find('%') {
                Some(sign) => sign + 1,
                None => continue,
            },
            _ => 0,
        };
        let secret = text.get(skip..).unwrap_or("");
        let secret = secret.trim_end_matches([';', '}', '{']);
        // `-pass env:NAME`, `-pass file:PATH` say where it is.
        let elsewhere = form == Colon && ["env:", "file:", "fd:"].iter().any(|start| text.starts_with(start));
        if !secret.is_empty() && !elsewhere && !secret.starts_with('$') && !is_open(secret) && !is_port(secret) {
            found.push(from + skip..from + skip + secret.len());
        }
    }
}

/// `docker run -p 8080:80`.
fn is_port(text: &str) -> bool {
    text.contains(':')
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'-' | b'/') || b.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_programs() {
        let masked = |text: &str| super::super::tests::masked_by(find, text);
        for (text, expected) in [
            (
                "test: [\"CMD-SHELL\", \"mysqladmin ping -uroot -pkanarie\"]",
                "test: [\"CMD-SHELL\", \"mysqladmin ping -uroot -p*******\"]",
            ),
            ("curl -fu app:kanarie http://x", "curl -fu app:******* http://x"),
            ("curl --user app:kanarie http://x", "curl --user app:******* http://x"),
            ("[\"redis-cli\", \"-a\", \"kanarie\", \"ping\"]", "[\"redis-cli\", \"-a\", \"*******\", \"ping\"]"),
            ("RUN sshpass -p kanarie ssh x", "RUN sshpass -p ******* ssh x"),
            ("docker login -u a -p kanarie; ls", "docker login -u a -p *******; ls"),
            ("openssl rsa -passin pass:kanarie -in k", "openssl rsa -passin pass:******* -in k"),
            ("htpasswd -bc /etc/x admin kanarie", "htpasswd -bc /etc/x admin *******"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
        for text in [
            "mysql -p app",
            "curl -u app http://x",
            "curl -fsS http://x:8000",
            "docker run -p 8080:80 nginx",
            "mysqladmin ping -uroot -p$MYSQL_ROOT_PASSWORD",
            "openssl rsa -passin env:KEY_PASS",
            "image: mysql:8.4",
            "redis-cli -a ${PASS} ping",
            "mkdir -p /var/lib/mysql",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
