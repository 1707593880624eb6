//! Whatever stands in a file, the program ends by itself and with one of its three answers.

use std::process::Output;

use crate::sandbox::{BIN, Sandbox, said};

/// One name per format, and one for files recognised by content.
const NAMES: [&str; 9] = [
    ".env",
    "docker-compose.yml",
    "Dockerfile",
    "nginx.conf",
    "conf.d/site.conf",
    "certs/server.crt",
    "certs/server.key",
    "deploy/prod.env",
    "stack/compose.yaml",
];

fn decent(output: &Output, what: &str) {
    let said = said(output);
    let excerpt: String = said.chars().take(2_000).collect();
    assert!(matches!(output.status.code(), Some(0..=2)), "{what}: ended with {:?}\n{excerpt}", output.status);
    for bad in ["panicked", "RUST_BACKTRACE", "internal error", "stack overflow"] {
        assert!(!said.contains(bad), "{what}: says `{bad}`\n{excerpt}");
    }
}

/// Puts the bytes under the name of every format and judges the lot.
fn under_every_name(what: &str, bytes: &[u8]) {
    let sandbox = Sandbox::new("robust");
    for name in NAMES {
        sandbox.write(name, bytes);
    }
    decent(&sandbox.run(&["check", "."]), what);
}

/// Puts the bytes under one name.
fn under(name: &str, what: &str, bytes: impl AsRef<[u8]>) -> Output {
    let sandbox = Sandbox::new("robust");
    sandbox.write(name, bytes);
    let output = sandbox.run(&["check", "."]);
    decent(&output, &format!("{what} as {name}"));
    output
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let unit = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn strange_bytes() {
    let text = "SECRET_KEY=changeme\nservices:\n  web:\n    image: nginx\nserver { listen 80; }\n";
    let all_bytes: Vec<u8> = (0..=255u8).cycle().take(70_000).collect();
    under_every_name("empty", b"");
    under_every_name("one line end", b"\n");
    under_every_name("NUL", b"\0");
    under_every_name("NULs", &[0; 4096]);
    under_every_name("every byte", &all_bytes);
    under_every_name("UTF-16 LE", &utf16(text, false));
    under_every_name("UTF-16 BE", &utf16(text, true));
    under_every_name("odd UTF-16", &utf16(text, false)[..21]);
    under_every_name("only a BOM", b"\xef\xbb\xbf");
    under_every_name("BOM", format!("\u{feff}{text}").as_bytes());
    under_every_name("BOM in the middle", format!("{text}\u{feff}{text}").as_bytes());
    under_every_name("CRLF", text.replace('\n', "\r\n").as_bytes());
    under_every_name("bare CR", text.replace('\n', "\r").as_bytes());
    under_every_name("Latin-1", b"NAME=caf\xe9\nserver { # \xfc\xdf\n}\nservices:\n  caf\xe9:\n    image: \xe9\n");
    under_every_name("half a character", b"KEY=\xf0\x9f\x98");
    under_every_name("no last line end", text.trim_end().as_bytes());
    under_every_name("non-ASCII", "ключ=значение\nservices:\n  \u{1f600}:\n    image: é\n".as_bytes());
}

#[test]
fn unfinished_text() {
    for (what, text) in [
        ("open double quote", "KEY=\"never closed\nOTHER=1\n"),
        ("open single quote", "KEY='never closed\n"),
        ("backslash at the end", "KEY=\\"),
        ("dollar at the end", "KEY=$"),
        ("open reference", "KEY=${A:-${B:-${C"),
        ("open flow", "services: {web: [a, {b: "),
        ("open block scalar", "services:\n  web:\n    command: |"),
        ("tabs", "services:\n\tweb:\n\t\timage: a\n"),
        ("alias without anchor", "services: *nowhere\n"),
        ("merge of a scalar", "services:\n  web:\n    <<: 1\n"),
        ("many documents", "---\n--- \n...\n---\nservices:\n"),
        ("open block", "server { location / { proxy_pass http://"),
        ("closing braces", "}}}}}}}}\n"),
        ("semicolons", ";;;;;;;;\n"),
        ("open heredoc", "FROM a\nRUN <<EOF\necho\n"),
        ("continuation at the end", "FROM a \\"),
        ("open PEM", "-----BEGIN CERTIFICATE-----\nMIIB"),
        ("PEM end only", "-----END CERTIFICATE-----\n"),
        ("PEM of nothing", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"),
        ("DER with a huge length", "\u{30}\u{84}\u{7f}\u{7f}"),
    ] {
        under_every_name(what, text.as_bytes());
    }
    under_every_name("DER that promises 4 GiB", b"\x30\x84\xff\xff\xff\xff\x30\x80");
}

#[test]
fn ten_mebibytes_on_one_line() {
    let long = "a".repeat(10 * 1024 * 1024);
    under(".env", "long value", format!("KEY={long}\n"));
    under(".env", "long key", &long);
    under("compose.yml", "long scalar", format!("services:\n  web:\n    image: {long}\n"));
    under("nginx.conf", "long word", format!("server {{ server_name {long}; }}\n"));
    under("Dockerfile", "long instruction", format!("FROM a\nRUN {long}\n"));
    under("server.crt", "long PEM line", format!("-----BEGIN CERTIFICATE-----\n{long}\n-----END CERTIFICATE-----\n"));
}

#[test]
fn nesting_a_hundred_thousand_deep() {
    const DEEP: usize = 100_000;
    under("compose.yml", "flow lists", format!("services: {}", "[".repeat(DEEP)));
    under("compose.yml", "closed flow lists", format!("services: {}{}\n", "[".repeat(DEEP), "]".repeat(DEEP)));
    under("compose.yml", "flow maps", format!("services: {}", "{a: ".repeat(DEEP)));
    under("compose.yml", "compact lists", format!("services:\n  {}x\n", "- ".repeat(DEEP)));
    // A block this deep by indentation would be gigabytes; a thousand levels are what fits.
    let block: String = (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    under("compose.yml", "block maps", format!("services:\n{}", block.replace('\n', "\n ")));
    under("nginx.conf", "blocks", "server {\n".repeat(DEEP));
    under("nginx.conf", "closed blocks", format!("{}{}", "location / {".repeat(DEEP), "}".repeat(DEEP)));
    under("nginx.conf", "if in if", format!("http {{ server {{ {}", "if ($a) { ".repeat(DEEP)));
    under(".env", "references in references", format!("KEY={}\n", "${A:-".repeat(DEEP)));
    under("compose.yml", "references", format!("services:\n  web:\n    image: {}\n", "${A:-".repeat(DEEP)));
    under("Dockerfile", "references", format!("ARG A=1\nFROM {}\n", "${A:-".repeat(DEEP)));
    under("compose.yml", "$( in a command", format!("services:\n  w:\n    command: \"{}\"\n", "$(".repeat(DEEP)));
    // Arithmetic that turns out to be commands is read twice, and so is what is in it.
    for last in ["", "))", &"))".repeat(60)] {
        under(".env", "$(( in a shell", format!("# dotenv bash\n{}{last}\n", "A=1$((h\n".repeat(60)));
    }
    // 30 84 7f.. thirty thousand times: sequences that hold sequences.
    under("server.der", "DER", [0x30, 0x80].repeat(DEEP));
}

#[test]
fn many_small_things() {
    const MANY: usize = 50_000;
    let numbered = |f: &dyn Fn(usize) -> String| (0..MANY).map(f).collect::<String>();
    under(".env", "many variables", numbered(&|n| format!("KEY_{n}=value\n")));
    under(".env", "one key many times", "KEY=value\n".repeat(MANY));
    under(".env", "chain of references", numbered(&|n| format!("K{}=${{K{n}}}\n", n + 1)));
    under("nginx.conf", "many locations", format!("server {{ {} }}", numbered(&|n| format!("location /{n} {{ }}\n"))));
    under("Dockerfile", "many stages", numbered(&|n| format!("FROM a{n} AS s{n}\n")));
    under("Dockerfile", "many continuations", format!("FROM a\nRUN true {}", "\\\n".repeat(MANY)));
    under("server.crt", "many blocks", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".repeat(MANY));
    let services = (0..5_000).map(|n| format!("  s{n}:\n    image: a:1\n    depends_on: [s{}]\n", (n + 1) % 5_000));
    under("compose.yml", "a ring of services", format!("services:\n{}", services.collect::<String>()));
}

#[test]
fn an_alias_bomb() {
    let mut text = String::from("x-0: &a0 {k: v}\n");
    for n in 1..40 {
        text.push_str(&format!("x-{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", ")));
    }
    text.push_str("services:\n  web:\n    image: a\n    labels: *a39\n    environment: *a39\n");
    under("compose.yml", "alias bomb", &text);
    let mut merges = String::from("x-0: &m0 {k: v}\n");
    for n in 1..40 {
        merges.push_str(&format!("x-{n}: &m{n}\n  <<: [{}]\n", vec![format!("*m{}", n - 1); 10].join(", ")));
    }
    merges.push_str("services:\n  web:\n    <<: *m39\n    image: a\n");
    under("compose.yml", "merge bomb", &merges);
    under("compose.yml", "alias of itself", "services: &a\n  web: *a\n");
}

/// The configuration and the packs it names come from the project: they are input like all else.
#[test]
fn strange_configurations() {
    const DEEP: usize = 100_000;
    let list: String =
        (1..40).map(|n| format!("- &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", "))).collect();
    let check = |must: &str| format!("checks:\n  own/x:\n    for: service\n    must: \"{must}\"\n    message: x\n");
    for (what, text) in [
        ("flow lists", "[".repeat(DEEP)),
        ("flow maps", format!("rules: {}", "{a: ".repeat(DEEP))),
        ("compact lists", format!("packs:\n  {}x\n", "- ".repeat(DEEP))),
        ("alias bomb", format!("packs:\n- &a0 x\n{list}")),
        ("alias of itself", "packs: &a [*a]\n".into()),
        ("merge of itself", "rules: &a\n  <<: *a\n".into()),
        ("a pack that extends itself", "packs: [./gonogo.yaml]\n".into()),
        ("a pack that is a directory", "packs: [.]\n".into()),
        ("a long word", format!("packs: [{}]\n", "a".repeat(1024 * 1024))),
        ("stars", format!("files:\n  \"{}\": production\n", "*a".repeat(20_000))),
        ("double stars", format!("files:\n  \"{}\": production\n", "**/".repeat(20_000))),
        ("brackets", check(&"(".repeat(DEEP))),
        ("closed brackets", check(&format!("{}true{}", "(".repeat(DEEP), ")".repeat(DEEP)))),
        ("not", check(&format!("{}true", "!".repeat(DEEP)))),
        ("minus", check(&format!("{}1", "-".repeat(DEEP)))),
        ("and", check(&format!("{}true", "true && ".repeat(DEEP)))),
        ("choices", check(&format!("{}true", "true ? true : ".repeat(DEEP)))),
        ("fields", check(&format!("service{}", ".a".repeat(DEEP)))),
        ("indices", check(&format!("service{}", "[0]".repeat(DEEP)))),
        ("lists", check(&"[".repeat(DEEP))),
        ("maps", check(&"{1:".repeat(DEEP))),
        ("nested all", check(&"[1].all(x, ".repeat(10_000))),
        ("a long regular expression", check(&format!("'a'.matches('{}')", "(a?){100}".repeat(1_000)))),
    ] {
        let sandbox = Sandbox::new("robust");
        sandbox.write("gonogo.yaml", text);
        sandbox.write("app/deep/in/here/.env.prod", "DEBUG=false\n");
        sandbox.write("compose.yml", "services:\n  web:\n    image: a:1.0\n");
        decent(&sandbox.run(&["check", "."]), what);
        decent(&sandbox.run(&["explain", "env/debug-on"]), what);
    }
}

#[test]
fn files_that_include_each_other() {
    let sandbox = Sandbox::new("robust");
    sandbox.write("nginx.conf", "events {}\nhttp { include nginx.conf; include conf.d/*.conf; }\n");
    sandbox.write("conf.d/a.conf", "include conf.d/b.conf;\ninclude conf.d/*.conf;\n");
    sandbox.write("conf.d/b.conf", "include conf.d/a.conf;\ninclude conf.d/*.conf;\n");
    for n in 0..12 {
        // Every file includes all: without a budget this is 14 to the power of the depth.
        sandbox.write(&format!("conf.d/c{n}.conf"), "include conf.d/*.conf;\ngzip on;\n");
    }
    sandbox.write(
        "compose.yml",
        "include: [compose.yml, a.yml]\nservices:\n  w:\n    extends: {file: a.yml, service: w}\n",
    );
    sandbox.write("a.yml", "include: [compose.yml]\nservices:\n  w:\n    extends: {file: compose.yml, service: w}\n");
    sandbox.write("Dockerfile", "FROM b AS a\nFROM a AS b\nCOPY --from=b / /\nCOPY --from=a / /\n");
    decent(&sandbox.run(&["check", "."]), "includes");
}

#[test]
fn directories_where_files_are_expected() {
    let sandbox = Sandbox::new("robust");
    for name in [".env", "docker-compose.yml", "Dockerfile", "nginx.conf", "server.crt", "gonogo.yaml"] {
        std::fs::create_dir_all(sandbox.path().join(name)).unwrap();
    }
    sandbox.write("deploy/.env", "DEBUG=false\n");
    sandbox.write(".env/.env", "DEBUG=false\n");
    decent(&sandbox.run(&["check", "."]), "directories");
}

#[test]
fn nothing_to_look_at_is_not_go() {
    let sandbox = Sandbox::new("robust");
    let output = sandbox.run(&["check", "."]);
    decent(&output, "an empty project");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let output = sandbox.run(&["check", "no/such/place"]);
    decent(&output, "no project");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
}

#[test]
fn a_file_beyond_the_limit_is_undecided() {
    let sandbox = Sandbox::new("robust");
    let file = std::fs::File::create(sandbox.path().join(".env")).unwrap();
    file.set_len(40 * 1024 * 1024).unwrap();
    let output = sandbox.run(&["check", "."]);
    decent(&output, "a large file");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::sandbox::chmod;

    #[test]
    fn links_that_lead_nowhere_or_round() {
        let sandbox = Sandbox::new("robust");
        sandbox.write("app/.env", "DEBUG=false\n");
        let at = |name: &str| sandbox.path().join(name);
        symlink("loop", at("loop")).unwrap();
        symlink("b.env", at("a.env")).unwrap();
        symlink("a.env", at("b.env")).unwrap();
        symlink("..", at("app/up")).unwrap();
        symlink(".", at("app/here")).unwrap();
        symlink("missing/file", at("docker-compose.yml")).unwrap();
        symlink("/etc/passwd", at("nginx.conf")).unwrap();
        symlink("/dev/zero", at(".env.prod")).unwrap();
        decent(&sandbox.run(&["check", "."]), "links");
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let sandbox = Sandbox::new("robust");
        sandbox.write("app.env", "DEBUG=false\n");
        let mut made = true;
        for name in [".env", "docker-compose.yml", "nginx.conf", "server.key"] {
            made &= sandbox.command("mkfifo").arg(name).status().is_ok_and(|status| status.success());
        }
        if !made {
            println!("skipped: no mkfifo");
            return;
        }
        decent(&sandbox.run(&["check", "."]), "a pipe");
    }

    #[test]
    fn what_cannot_be_read_is_named_and_undecided() {
        let sandbox = Sandbox::new("robust");
        let locked = sandbox.write("deploy/.env.prod", "DEBUG=false\n");
        sandbox.write("app.env", "DEBUG=false\n");
        chmod(&locked, 0o000);
        chmod(sandbox.path(), 0o755);
        let root = std::fs::read(&locked).is_ok();
        let output = if root {
            // Root reads everything: run it as nobody.
            let mut command = sandbox.command("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", BIN, "check", "."]);
            match command.output() {
                Ok(output) if matches!(output.status.code(), Some(0..=2)) => output,
                _ => {
                    println!("skipped: root reads everything, and the program cannot be run as somebody else here");
                    return;
                }
            }
        } else {
            sandbox.run(&["check", "."])
        };
        chmod(&locked, 0o644);
        decent(&output, "an unreadable file");
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains("deploy/.env.prod"), "{}", said(&output));
    }
}
