//! What nginx configurations are called, and what they look like.

use super::super::{Claim, Name, pem};
use super::dump;
use crate::source::directory;

/// Which files are nginx configurations. Those that others include can have any name.
pub fn claim(name: &Name) -> Claim {
    let ending = name.ending();
    if name.lower() == "nginx.conf" {
        return if is_of_another(name) { Claim::Likely(look) } else { Claim::by_content(true, look_at_main) };
    }
    if name.lower() == "nginx.conf" || ending == "nginx" || ending == "conf" && name.lower().starts_with("nginx.") {
        return Claim::Sure;
    }
    // `templates/default.conf.template`: the nginx image fills these in with its environment when it starts
    // (`20-envsubst-on-templates.sh`), so this is what ships.
    let template = || name.lower().ends_with(".conf.template");
    // What somebody has made `nginx -T` write.
    let print = || matches!(ending, "txt" | "dump" | "out") && name.lower().contains("nginx");
    if print() {
        return Claim::Likely(look_for_print);
    }
    let likely = matches!(ending, "conf" | "vhost" | "inc") || template() || in_folder(name);
    if likely { Claim::Likely(look) } else { Claim::Weak(look) }
}

/// Whether the file lies where another program keeps what it knows of nginx: `supervisor/conf.d/nginx.conf` starts it.
fn is_of_another(name: &Name) -> bool {
    let others = ["supervisor", "supervisord", "fail2ban", "filter.d", "jail.d", "logrotate.d", "rsyslog.d", "monit"];
    directory(name.path).split('/').any(|part| others.contains(&part.trim_end_matches(".d")) || others.contains(&part))
}

/// Whether the file lies where sites are kept, and has no name that says otherwise.
fn in_folder(name: &Name) -> bool {
    // A site is called like its host. Everybody has snippets; those of nginx have its endings, or none.
    let own = matches!(name.ending(), "" | "conf" | "inc");
    let named = |part: &str| matches!(part, "sites-available" | "sites-enabled") || part == "snippets" && own;
    // `config/nginx/shop`: sites are often files without an ending. What is in them decides.
    let site = |part: &str| part.starts_with("nginx") && name.ending().is_empty();
    let otherwise = || name.is_yaml() || pem::is_name(name) || name.lower().contains(".md");
    directory(name.path).split('/').any(|part| named(part) || site(part)) && !otherwise()
}

/// What is called `nginx.conf` is one, but for what another program is told of nginx in YAML: `logs:` alone on its line.
fn look_at_main(_: &Name, bytes: &[u8]) -> Option<&'static str> {
    let text = &bytes[..bytes.len().min(64 * 1024)];
    let lines =
        text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    let key =
        |line: &[u8]| line.ends_with(b":") && line.iter().all(|b| b.is_ascii_alphanumeric() || b"_-:".contains(b));
    let of_yaml = lines.clone().next().is_some_and(key) && !lines.clone().any(|line| line.ends_with(b";"));
    (!of_yaml).then_some("by its name")
}

/// Whether only nginx uses a word at the start of a line.
fn is_own(word: &[u8]) -> bool {
    #[rustfmt::skip]
    let own = matches!(
        word,
        b"server" | b"location" | b"upstream" | b"http" | b"events"
            | b"map" | b"geo" | b"proxy_pass" | b"listen" | b"server_name"
            | b"ssl_certificate" | b"ssl_protocols" | b"ssl_ciphers" | b"add_header" | b"proxy_set_header"
            | b"proxy_http_version" | b"fastcgi_param" | b"fastcgi_pass" | b"uwsgi_pass" | b"try_files"
            | b"limit_req_zone" | b"limit_req" | b"client_max_body_size" | b"gzip" | b"gzip_types"
            | b"expires" | b"log_format" | b"rewrite"
    );
    own
}

/// Notes and lists of commands have such names, too, and directives of nginx among them.
fn look_for_print(_: &Name, bytes: &[u8]) -> Option<&'static str> {
    let start = &bytes[..bytes.len().min(1024)];
    std::str::from_utf8(start).is_ok_and(dump::is_dump).then_some("`nginx -T` has printed it")
}

/// Words at the start of a line that only nginx uses, against words of the other owners of `.conf`.
fn look(name: &Name, bytes: &[u8]) -> Option<&'static str> {
    let text = &bytes[..bytes.len().min(64 * 1024)];
    if memchr::memchr(0, text).is_some() || text.starts_with(b"#!") {
        return None;
    }
    if let Some(why) = look_for_print(name, bytes) {
        return Some(why);
    }
    // A note of what to put where, with the comments of another language: nginx knows none of them, and who mounts it as its
    // configuration names it.
    if text.trim_ascii_start().starts_with(b"/*") && !in_folder(name) {
        return None;
    }
    let mut hits = 0;
    let mut others = 0;
    for line in text.split(|&b| b == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        // Apache, INI (supervisord, php-fpm, PostgreSQL's `a = b`), redis (`save 900 1`) and friends.
        if line.starts_with(b"<")
            || line.starts_with(b"[")
            || memchr::memmem::find(line, b" = ").is_some_and(|at| at < 40 && !line.ends_with(b"{"))
        {
            others += 1;
            continue;
        }
        let word = line.split(|b| b.is_ascii_whitespace() || *b == b'{' || *b == b';').next().unwrap_or(line);
        let ends = line.ends_with(b";")
            || line.ends_with(b"{")
            || memchr::memchr(b'#', line).is_some()
            || line.contains(&b';');
        if is_own(word) && ends {
            hits += 1;
        } else if !ends && !line.ends_with(b"}") && !line.ends_with(b"'") && !line.ends_with(b"\"") {
            others += 1;
        }
    }
    let placed = || in_folder(name) || name.path.contains("nginx");
    let found = hits > 0 && hits * 4 >= others || others == 0 && text.contains(&b';') && placed();
    found.then_some("it has nginx directives")
}
