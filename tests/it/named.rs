//! Files that the deployment names are read, whatever they are called and wherever they lie; what cannot be read is said.

use std::process::Output;

use crate::sandbox::{Sandbox, said};

const COMPOSE: &str = "services:\n  web:\n    image: nginx:1.27\n    env_file: ENV\n";
const WEAK: &str = "SECRET_KEY=changeme\n";

/// A project whose service loads an env file from a place.
fn loading(env: &str) -> Sandbox {
    let sandbox = Sandbox::new("named");
    sandbox.write("compose.yml", COMPOSE.replace("ENV", env));
    sandbox
}

#[cfg(unix)]
fn link(sandbox: &Sandbox, path: &str, target: &str) {
    std::os::unix::fs::symlink(target, sandbox.path().join(path)).unwrap();
}

fn check(sandbox: &Sandbox) -> Output {
    sandbox.run(&["check", "--at", "2026-11-20"])
}

/// The output, after the exit code was found to be right.
fn assert_code(sandbox: &Sandbox, code: i32) -> String {
    let output = check(sandbox);
    assert_eq!(output.status.code(), Some(code), "{}", said(&output));
    said(&output)
}

fn listed(sandbox: &Sandbox, path: &str) -> String {
    let output = sandbox.run(&["check", "--list-files"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find(|line| line.starts_with(&format!("{path}  ")));
    line.unwrap_or_else(|| panic!("{path} is not listed:\n{text}")).to_owned()
}

#[cfg(unix)]
#[test]
fn a_link_with_a_name_of_interest_is_read_under_it() {
    let sandbox = Sandbox::new("named");
    sandbox.write("stack.txt", "services:\n  web:\n    image: nginx:1.27\n    privileged: true\n");
    sandbox.write("other/compose.yml", COMPOSE.replace("    env_file: ENV\n", ""));
    link(&sandbox, "docker-compose.yml", "stack.txt");
    let said = assert_code(&sandbox, 1);
    assert!(said.contains("docker-compose.yml:4"), "{said}");
    assert!(listed(&sandbox, "docker-compose.yml").contains("compose"));
}

#[cfg(unix)]
#[test]
fn what_stands_behind_links_is_judged_once() {
    let sandbox = loading(".env.prod");
    sandbox.write("prodenv", WEAK);
    link(&sandbox, ".env.prod", "prodenv");
    link(&sandbox, ".env.production", "prodenv");
    link(&sandbox, "docker-compose.yml", "compose.yml");
    let said = assert_code(&sandbox, 1);
    assert_eq!(said.matches("SECRET_KEY=changeme").count(), 1, "{said}");
    assert!(said.contains(".env.prod:1"), "{said}");
    assert!(listed(&sandbox, "docker-compose.yml").ends_with("read as compose.yml, if at all"));
    // The same file by its own name.
    sandbox.write("compose.yml", COMPOSE.replace("ENV", "prodenv"));
    assert!(assert_code(&sandbox, 1).contains(".env.prod:1"));
}

#[cfg(unix)]
#[test]
fn git_is_asked_about_the_file_behind_a_link() {
    let sandbox = loading(".env.prod");
    sandbox.write("prodenv", "SECRET_KEY=xu2-kYw_8Rj4Lq0vTn6Zb3Hs9Fd5Gm1C\n");
    link(&sandbox, ".env.prod", "prodenv");
    if !sandbox.git(&["init", "--quiet"]) || !sandbox.git(&["add", "--all"]) {
        println!("skipped: git is not installed");
        return;
    }
    assert!(assert_code(&sandbox, 1).contains("`git rm --cached prodenv`"));
}

#[cfg(unix)]
#[test]
fn paths_lead_through_links_to_directories() {
    let sandbox = loading("current/.env.prod");
    sandbox.write("releases/7/.env.prod", "PORT=8000\n");
    link(&sandbox, "current", "releases/7");
    assert!(assert_code(&sandbox, 0).contains("\nGO   "));
    sandbox.write("releases/7/.env.prod", WEAK);
    assert!(assert_code(&sandbox, 1).contains("releases/7/.env.prod:1"));
}

#[test]
fn files_in_directories_that_are_not_searched_are_read_when_they_are_named() {
    for place in ["dist/.env.prod", "vendor/shop/.env.prod", "node_modules/x/prod", "conf/prod.txt"] {
        let sandbox = loading(place);
        sandbox.write(place, WEAK);
        sandbox.write("dist/.env", WEAK.replace("SECRET_KEY", "JWT_SECRET"));
        let said = assert_code(&sandbox, 1);
        assert!(said.contains(&format!("{place}:1")), "{place}: {said}");
        assert!(!said.contains("JWT_SECRET"), "nothing else is read there: {said}");
        assert!(listed(&sandbox, place).contains("  env ("), "{}", listed(&sandbox, place));
    }
    // Not there: the rule about missing files says so.
    let said = assert_code(&loading("dist/app.txt"), 1);
    assert!(said.contains("project/env-file-missing"), "{said}");
}

#[test]
fn a_file_called_pyvenv_cfg_hides_nothing() {
    let sandbox = loading("envs/.env.prod");
    sandbox.write("envs/.env.prod", WEAK);
    sandbox.write("envs/.env.staging", "PORT=8000\n");
    sandbox.write("envs/pyvenv.cfg", "");
    assert!(assert_code(&sandbox, 1).contains("envs/.env.prod:1"));
    sandbox.write("envs/bin/python", "");
    assert!(listed(&sandbox, "envs").contains("not searched"), "now it looks like one");
    assert!(assert_code(&sandbox, 1).contains("envs/.env.prod:1"), "and what is named is read all the same");
}

#[cfg(unix)]
#[test]
fn an_env_file_that_cannot_be_read_leaves_the_run_undecided() {
    let outside = Sandbox::new("outside");
    outside.write("prod", WEAK);
    let far = outside.path().join("prod");
    for (what, make) in [
        (
            "it is a link that leaves the project",
            &(|sandbox: &Sandbox| link(sandbox, ".env.prod", far.to_str().unwrap())) as &dyn Fn(&Sandbox),
        ),
        ("it is a link that leaves the project", &|sandbox| link(sandbox, ".env.prod", "nowhere")),
        ("it is part of the history", &|sandbox| {
            sandbox.write(".git/prod", WEAK);
            link(sandbox, ".env.prod", ".git/prod");
        }),
        ("it is not a regular file", &|sandbox| {
            let path = sandbox.path().join(".env.prod");
            let _ = std::os::unix::net::UnixListener::bind(path).unwrap();
        }),
    ] {
        let sandbox = loading(".env.prod");
        make(&sandbox);
        let said = assert_code(&sandbox, 2);
        let line: Vec<&str> = said.lines().filter(|line| line.contains(what)).collect();
        assert_eq!(line.len(), 1, "{said}");
        assert!(
            line[0].starts_with(".env.prod") && line[0].contains("`compose.yml` gives it to service `web` as env file"),
            "{said}"
        );
        assert!(!said.contains("changeme") && !said.contains(far.to_str().unwrap()), "{said}");
        assert!(listed(&sandbox, ".env.prod").contains(what), "{}", listed(&sandbox, ".env.prod"));
    }
}

#[cfg(unix)]
#[test]
fn what_could_not_be_read_is_said_once() {
    let sandbox = Sandbox::new("named");
    let service = |name: &str, env: &str| format!("  {name}:\n    image: nginx:1.27\n    env_file: {env}\n");
    let services = [service("a", ".env.prod"), service("b", "./.env.prod"), service("c", "dist/app.env")];
    sandbox.write("compose.yml", format!("services:\n{}", services.concat()));
    sandbox.write("dist/app.env", "PORT=8000\n");
    link(&sandbox, ".env.prod", "nowhere");
    let said = assert_code(&sandbox, 2);
    assert_eq!(said.matches("was not read").count(), 1, "{said}");
}

#[test]
fn an_env_file_outside_the_project_is_told() {
    let said = assert_code(&loading("../common/.env.prod"), 0);
    assert!(
        said.contains("compose.yml:4:15  not known  env file `../common/.env.prod` lies outside the project"),
        "{said}"
    );
    assert!(said.contains("GO, if all is well with "), "{said}");
}

#[test]
fn a_first_line_alone_seals_nothing() {
    for (start, by) in [
        ("$ANSIBLE_VAULT;1.1;AES256\n", "ansible-vault"),
        ("-----BEGIN AGE ENCRYPTED FILE-----\n", "age"),
        ("age-encryption.org/v1\n--- \n", "age"),
        ("\0GITCRYPT\0", "git-crypt"),
    ] {
        let sandbox = loading(".env.prod");
        sandbox.write(".env.prod", format!("{start}{WEAK}"));
        let said = assert_code(&sandbox, 1);
        assert!(said.contains(".env.prod:"), "{by}: {said}");
    }
    let cipher: Vec<u8> = (0..64).map(|n: u8| n.wrapping_mul(151) ^ 0xa5).collect();
    for (bytes, by) in [
        (b"$ANSIBLE_VAULT;1.1;AES256\n6162636465\n66676869\n".to_vec(), "ansible-vault"),
        (
            b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24=\n-----END AGE ENCRYPTED FILE-----\n".to_vec(),
            "age",
        ),
        ([&b"age-encryption.org/v1\n-> X25519 abc\nabc\n--- abc\n"[..], &cipher].concat(), "age"),
        ([&b"\0GITCRYPT\0"[..], &cipher].concat(), "git-crypt"),
    ] {
        let sandbox = loading(".env.prod");
        sandbox.write(".env.prod", bytes);
        let said = assert_code(&sandbox, 0);
        assert!(said.contains(&format!("env file `.env.prod` was not read: it is sealed with {by}")), "{said}");
        assert!(listed(&sandbox, ".env.prod").contains(&format!("sealed with {by}")));
    }
}

#[test]
fn files_of_each_kind_are_read_when_they_are_named() {
    let compose = "include: [parts/more.txt]\nservices:\n  web:\n    build: {context: ., dockerfile: recipe}\n    \
                   extends: {file: base.txt, service: web}\n  proxy:\n    image: nginx:1.27\n    volumes: [\"./proxy.txt:/etc/nginx/nginx.conf:ro\"]\n";
    let sandbox = Sandbox::new("named");
    sandbox.write("compose.yml", compose);
    sandbox.write("parts/more.txt", "services:\n  more:\n    image: nginx:1.27\n    env_file: deep.txt\n");
    sandbox.write("parts/deep.txt", "PORT=8000\n");
    sandbox.write("base.txt", "services:\n  web:\n    image: nginx:1.27\n");
    sandbox.write("recipe", "FROM python:3.12-slim\nUSER 1000\nCMD [\"python\"]\n");
    sandbox.write("proxy.txt", "events {}\nhttp {\n  include headers;\n  server { listen 443 ssl; ssl_certificate cert; ssl_certificate_key cert; }\n}\n");
    sandbox.write("headers", "add_header X-Frame-Options DENY;\n");
    sandbox.write("cert", "nothing\n");
    for (path, kind) in [
        ("parts/more.txt", "compose"),
        ("parts/deep.txt", "env"),
        ("base.txt", "compose"),
        ("recipe", "dockerfile"),
        ("proxy.txt", "nginx"),
        ("headers", "nginx"),
        ("cert", "pem"),
    ] {
        assert!(listed(&sandbox, path).contains(&format!("  {kind} (")), "{}", listed(&sandbox, path));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_matters_only_where_the_file_does() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = loading(".env.prod");
    sandbox.write(".env.prod", "PORT=8000\n");
    let name = |bytes: &[u8]| sandbox.path().join(std::ffi::OsStr::from_bytes(bytes));
    if std::fs::write(name(b"photo\xff.jpg"), "x").is_err() {
        println!("skipped: this file system takes UTF-8 only");
        return;
    }
    assert!(assert_code(&sandbox, 0).contains("\nGO   "));
    std::fs::create_dir(name(b"d\xfe\x1b")).unwrap();
    std::fs::write(name(b"d\xfe\x1b/.env.prod"), WEAK).unwrap();
    let said = assert_code(&sandbox, 2);
    assert!(said.contains("the name is not UTF-8") && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn a_chain_that_is_too_long_is_not_passed_in_silence() {
    let sandbox = Sandbox::new("named");
    sandbox.write("compose.yml", "include: [part1]\nservices:\n  web:\n    image: nginx:1.27\n");
    for number in 1..=10 {
        let next = number + 1;
        sandbox.write(
            &format!("part{number}"),
            format!("include: [part{next}]\nservices:\n  s{number}:\n    image: nginx:1.27\n"),
        );
    }
    let said = assert_code(&sandbox, 2);
    assert!(said.contains("part8  could not be checked  was not read: too many files name one another"), "{said}");
}

#[test]
fn how_the_folder_of_a_checkout_is_called_says_nothing_about_it() {
    let sandbox = Sandbox::new("checkout-called-test");
    sandbox.write("shop_test/.env", WEAK);
    let verdict = || sandbox.run(&["check", "shop_test"]).status.code();
    assert_eq!(verdict(), Some(0), "a folder for tests");
    if sandbox.git(&["init", "--quiet", "shop_test"]) {
        assert_eq!(verdict(), Some(1), "a project of that name");
    }
}
