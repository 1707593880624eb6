//! `gonogo check --staged` judges what the commit will hold, whatever lies in the working tree.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::sandbox::{BIN, Sandbox, chmod, said};

const GOOD: &str = "services:\n  web:\n    image: nginx:1.27\n";
const BAD: &str = "services:\n  web:\n    image: nginx:1.27\n    privileged: true\n";
const PERSON: [&str; 4] = ["-c", "user.name=x", "-c", "user.email=x@example.com"];

/// A checkout; `None`, with a line that says so, when git is not installed or does not know this form.
fn checkout(name: &str, arguments: &[&str]) -> Option<Sandbox> {
    let sandbox = Sandbox::new(name);
    if sandbox.git(&[&["init", "--quiet"], arguments].concat()) {
        return Some(sandbox);
    }
    skipped("git is not installed, or too old");
    None
}

#[allow(clippy::print_stdout)]
fn skipped(why: &str) {
    println!("skipped: {why}");
}

fn add(sandbox: &Sandbox, files: &[(&str, &str)]) {
    for (path, text) in files {
        sandbox.write(path, text);
        assert!(sandbox.git(&["add", path]), "{path}");
    }
}

fn commit(sandbox: &Sandbox) {
    assert!(sandbox.git(&[&PERSON[..], &["commit", "--quiet", "--no-verify", "--message=x"]].concat()));
}

/// The exit code and what was said.
fn staged(sandbox: &Sandbox) -> (Option<i32>, String) {
    let output = sandbox.run(&["check", "--staged"]);
    (output.status.code(), said(&output))
}

fn assert_bad(sandbox: &Sandbox, why: &str) {
    let (code, said) = staged(sandbox);
    assert!(code == Some(1) && said.contains("compose/privileged"), "{why}: {said}");
}

fn assert_good(sandbox: &Sandbox, why: &str) {
    let (code, said) = staged(sandbox);
    assert!(code == Some(0) && !said.contains("compose/privileged"), "{why}: {said}");
}

#[test]
fn what_is_staged_counts_and_not_what_is_on_disk() {
    for form in [&[][..], &["--object-format=sha256"]] {
        let Some(sandbox) = checkout("staged", form) else { continue };
        add(&sandbox, &[("compose.yaml", BAD)]);
        sandbox.write("compose.yaml", GOOD);
        assert_bad(&sandbox, "a loose object");
        fs::remove_file(sandbox.path().join("compose.yaml")).unwrap();
        assert_bad(&sandbox, "deleted on disk, and still in the commit");
        add(&sandbox, &[("compose.yaml", GOOD)]);
        sandbox.write("compose.yaml", BAD);
        assert_good(&sandbox, "bad on disk only");
    }
}

#[test]
fn packed_content_is_read_through_its_deltas() {
    for form in [&[][..], &["--object-format=sha256"]] {
        let Some(sandbox) = checkout("packed", form) else { continue };
        let mut text = BAD.to_owned();
        for version in 0..20 {
            (0..40).for_each(|line| text.push_str(&format!("  # {version}.{line} {}\n", version * 7919 + line)));
            add(&sandbox, &[("compose.yaml", &text), ("other.env", "A=1\n")]);
            commit(&sandbox);
        }
        for way in [&["repack", "-a", "-d", "-f", "--depth=50", "--quiet"][..], &["gc", "--aggressive", "--quiet"]] {
            assert!(sandbox.git(way) && sandbox.git(&["prune-packed"]));
            // The oldest version is the deepest in the chain.
            assert!(sandbox.git(&["read-tree", "HEAD~19"]));
            sandbox.write("compose.yaml", GOOD);
            assert_bad(&sandbox, "the first version, packed");
            let packs = fs::read_dir(sandbox.path().join(".git/objects/pack")).unwrap().count();
            assert!(packs > 0, "nothing was packed");
        }
    }
}

#[test]
fn a_clone_that_borrows_its_objects_is_read() {
    let Some(origin) = checkout("origin", &[]) else { return };
    add(&origin, &[("compose.yaml", BAD)]);
    commit(&origin);
    let borrower = Sandbox::new("borrower");
    assert!(borrower.git(&["clone", "--quiet", "--shared", origin.path().to_str().unwrap(), "."]));
    borrower.write("compose.yaml", GOOD);
    assert_bad(&borrower, "the object is in the other repository");
}

#[test]
fn a_worktree_of_a_bare_repository_has_an_index_of_its_own() {
    let Some(bare) = checkout("bare", &["--bare"]) else { return };
    let tree = bare.path().join("tree");
    let orphan = ["worktree", "add", "--quiet", "--orphan", "-b", "main", tree.to_str().unwrap()];
    if !bare.git(&orphan) {
        return skipped("this git makes no worktree without a commit");
    }
    fs::write(tree.join("compose.yaml"), BAD).unwrap();
    assert!(bare.git(&["-C", tree.to_str().unwrap(), "add", "."]));
    fs::write(tree.join("compose.yaml"), GOOD).unwrap();
    let output = bare.command(BIN).args(["check", "--staged"]).current_dir(&tree).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
}

#[test]
fn an_index_in_two_parts_is_put_together() {
    let Some(sandbox) = checkout("split", &[]) else { return };
    add(&sandbox, &[("a.env", "A=1\n"), ("compose.yaml", BAD), ("z.env", "A=1\n")]);
    assert!(sandbox.git(&["update-index", "--split-index"]));
    sandbox.write("compose.yaml", GOOD);
    assert_bad(&sandbox, "in the shared part");
    add(&sandbox, &[("compose.yaml", GOOD)]);
    sandbox.write("compose.yaml", BAD);
    assert_good(&sandbox, "replaced");
}

#[test]
fn what_git_ignores_is_the_developers_own() {
    let Some(sandbox) = checkout("own", &[]) else { return };
    let compose = format!("{GOOD}    env_file: .env\n");
    add(&sandbox, &[(".gitignore", ".env\n"), ("compose.yaml", &compose)]);
    sandbox.write(".env", "DEBUG=True\nSECRET_KEY=dev\n");
    let (code, said) = staged(&sandbox);
    assert!(code == Some(0) && !said.contains("DEBUG"), "{said}");
    let listed = super::sandbox::said(&sandbox.run(&["check", "--staged", "--list-files"]));
    assert!(listed.contains(".env  env (by its name)  development (git ignores it"), "{listed}");
    assert_eq!(sandbox.run(&["check"]).status.code(), Some(1), "what ships from here is judged without --staged");
    // Held by the commit after all: it ships.
    assert!(sandbox.git(&["add", "--force", ".env"]));
    assert_eq!(staged(&sandbox).0, Some(1));
}

#[test]
fn what_the_commit_lacks_is_missing() {
    let Some(sandbox) = checkout("lacks", &[]) else { return };
    add(&sandbox, &[("compose.yaml", &format!("{GOOD}    env_file: app.env\n"))]);
    sandbox.write("app.env", "A=1\n");
    let (code, said) = staged(&sandbox);
    assert!(code == Some(1) && said.contains("project/env-file-missing"), "not added: {said}");
    assert!(sandbox.git(&["add", "--intent-to-add", "app.env"]));
    assert_eq!(staged(&sandbox).0, Some(1), "named, but not in this commit");
    assert!(sandbox.git(&["add", "app.env"]));
    assert_eq!(staged(&sandbox).0, Some(0));
    assert!(sandbox.git(&["rm", "--quiet", "--cached", "app.env"]));
    assert_eq!(staged(&sandbox).0, Some(1), "taken out by this commit");
}

#[test]
fn where_there_is_nothing_to_judge_nothing_is_said() {
    let Some(sandbox) = checkout("nothing", &[]) else { return };
    assert_eq!(staged(&sandbox), (Some(0), String::new()), "an empty repository");
    add(&sandbox, &[("notes.txt", "x\n")]);
    assert_eq!(staged(&sandbox), (Some(0), String::new()));
    let outside = Sandbox::new("no-checkout");
    let (code, said) = staged(&outside);
    assert!(code == Some(2) && said.contains("the project lies in no git checkout"), "{said}");
}

#[test]
fn a_commit_that_changes_nothing_of_the_deployment_passes() {
    let Some(sandbox) = checkout("unrelated", &[]) else { return };
    let compose = format!("{BAD}    env_file: settings.txt\n");
    add(&sandbox, &[("compose.yaml", &compose), ("settings.txt", "A=1\n"), ("src/app.c", "int x;\n")]);
    commit(&sandbox);
    assert_bad(&sandbox, "nothing is staged: all there is is judged, as a build server does it");
    for packed in [false, true] {
        assert!(!packed || sandbox.git(&["gc", "--quiet"]) && sandbox.git(&["pack-refs", "--all"]));
        add(&sandbox, &[("src/app.c", "int y;\n"), ("src/more.c", "")]);
        assert_eq!(staged(&sandbox), (Some(0), String::new()), "source code only, packed: {packed}");
        add(&sandbox, &[("settings.txt", "A=2\n")]);
        assert_bad(&sandbox, "a file that the deployment names");
        assert!(sandbox.git(&["reset", "--quiet"]) && sandbox.git(&["rm", "--quiet", "--cached", "settings.txt"]));
        assert_bad(&sandbox, "taken away");
        assert!(sandbox.git(&["reset", "--quiet", "--hard"]));
    }
    add(&sandbox, &[(".env", "A=1\n")]);
    assert_bad(&sandbox, "a new file that is read");
    let inner = sandbox.run(&["check", "--staged", "src"]);
    assert_eq!((inner.status.code(), said(&inner)), (Some(0), String::new()), "a part with nothing to judge");
}

#[test]
fn what_cannot_be_read_is_no_go_ahead() {
    let Some(sandbox) = checkout("unreadable", &[]) else { return };
    add(&sandbox, &[("compose.yaml", GOOD)]);
    sandbox.write("compose.yaml", BAD);
    for entry in fs::read_dir(sandbox.path().join(".git/objects")).unwrap() {
        let dir = entry.unwrap().path();
        for object in fs::read_dir(&dir).unwrap().filter(|_| dir.file_name().unwrap().len() == 2) {
            let object = object.unwrap().path();
            chmod(&object, 0o600);
            fs::write(&object, b"x\x9cgarbage").unwrap();
        }
    }
    let (code, said) = staged(&sandbox);
    assert!(code == Some(2) && said.contains("its content in git's objects is damaged"), "{said}");
    fs::remove_dir_all(sandbox.path().join(".git/objects")).unwrap();
    fs::create_dir(sandbox.path().join(".git/objects")).unwrap();
    let (code, said) = staged(&sandbox);
    assert!(code == Some(2) && said.contains("is not among git's objects"), "{said}");
}

#[test]
fn a_conflict_has_to_be_resolved_first() {
    let Some(sandbox) = checkout("conflict", &[]) else { return };
    add(&sandbox, &[("compose.yaml", GOOD)]);
    commit(&sandbox);
    assert!(sandbox.git(&["branch", "other"]));
    add(&sandbox, &[("compose.yaml", &GOOD.replace("1.27", "1.28"))]);
    commit(&sandbox);
    assert!(sandbox.git(&["checkout", "--quiet", "other"]));
    add(&sandbox, &[("compose.yaml", &GOOD.replace("1.27", "1.29"))]);
    commit(&sandbox);
    assert!(!sandbox.git(&[&PERSON[..], &["merge", "--quiet", "-"]].concat()), "no conflict");
    let (code, said) = staged(&sandbox);
    assert!(code == Some(2) && said.contains("compose.yaml") && said.contains("is in conflict"), "{said}");
}

#[test]
fn the_configuration_of_the_commit_counts() {
    let Some(sandbox) = checkout("config", &[]) else { return };
    add(&sandbox, &[("compose.yaml", BAD), ("gonogo.yaml", "rules: {}\n")]);
    sandbox.write("gonogo.yaml", "rules: { compose/privileged: off }\n");
    assert_bad(&sandbox, "the rule is only off on disk");
    assert!(sandbox.git(&["add", "gonogo.yaml"]));
    assert_good(&sandbox, "off in the commit");
}

/// Commits with a hook of this text; whether it was made.
fn commit_with_hook(sandbox: &Sandbox, hook: &str, arguments: &[&str]) -> bool {
    let path = sandbox.write(".git/hooks/pre-commit", hook.replace("GONOGO", BIN));
    chmod(&path, 0o755);
    let mut command: Command = sandbox.command("git");
    command.args(PERSON).args(["commit", "--quiet", "--message=x"]).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env_remove("GIT_INDEX_FILE").env_remove("GIT_DIR");
    command.output().unwrap().status.success()
}

#[cfg(unix)]
#[test]
fn in_a_hook_every_way_to_commit_is_judged() {
    let hook = "#!/bin/sh\nexec 'GONOGO' check --staged --quiet\n";
    let Some(sandbox) = checkout("hook", &[]) else { return };
    add(&sandbox, &[("compose.yaml", BAD)]);
    sandbox.write("compose.yaml", GOOD);
    assert!(!commit_with_hook(&sandbox, hook, &[]), "staged and bad");
    assert!(sandbox.git(&["add", "compose.yaml"]) && commit_with_hook(&sandbox, hook, &[]), "staged and good");
    sandbox.write("compose.yaml", BAD);
    sandbox.write("notes.txt", "x\n");
    assert!(sandbox.git(&["add", "notes.txt"]) && commit_with_hook(&sandbox, hook, &[]), "bad on disk only");
    assert!(!commit_with_hook(&sandbox, hook, &["--all"]), "`commit --all` takes what is on disk");
    assert!(!commit_with_hook(&sandbox, hook, &["compose.yaml"]), "and so does `commit FILE`");
    sandbox.write("compose.yaml", GOOD.replace("1.27", "1.28"));
    assert!(commit_with_hook(&sandbox, hook, &["--all"]), "good on disk");
    // husky and lefthook start it from a script of theirs, with the same environment.
    let husky = "#!/bin/sh\n. .husky/pre-commit\n";
    sandbox.write(".husky/pre-commit", format!("'{BIN}' check --staged --quiet\n"));
    sandbox.write("compose.yaml", BAD);
    assert!(!commit_with_hook(&sandbox, husky, &["--all"]), "husky");
}

#[test]
fn a_hook_cannot_be_led_elsewhere() {
    let Some(sandbox) = checkout("led", &[]) else { return };
    add(&sandbox, &[("compose.yaml", BAD)]);
    sandbox.write("compose.yaml", GOOD);
    let Some(other) = checkout("led-other", &[]) else { return };
    add(&other, &[("compose.yaml", GOOD)]);
    for index in [other.path().join(".git/index"), Path::new("/dev/zero").to_owned()] {
        let run = sandbox.command(BIN).args(["check", "--staged"]).env("GIT_INDEX_FILE", index).output().unwrap();
        assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    }
}

#[test]
fn a_submodule_is_read_as_it_is_checked_out() {
    let Some(inner) = checkout("inner", &[]) else { return };
    add(&inner, &[("compose.yaml", BAD)]);
    commit(&inner);
    let Some(outer) = checkout("outer", &[]) else { return };
    let url = inner.path().to_str().unwrap();
    assert!(outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "sub"]));
    assert_bad(&outer, "what is in the submodule ships");
}

#[test]
fn line_ends_of_the_commit_are_judged() {
    let Some(sandbox) = checkout("crlf", &[]) else { return };
    sandbox.write("compose.yaml", BAD.replace('\n', "\r\n"));
    assert!(sandbox.git(&["-c", "core.autocrlf=true", "add", "compose.yaml"]));
    sandbox.write("compose.yaml", GOOD.replace('\n', "\r\n"));
    assert_bad(&sandbox, "the commit has other line ends than the disk");
}
