//! Facts from git: the same as git's own, and nothing in a repository can steer how they are read.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use gonogo::model::candidate;
use gonogo::source::{Answer, Git, discover};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::sandbox::{BIN, Sandbox, chmod, said};

/// An env file with a secret that nobody made up, and a Compose file.
const ENV: &str = "SECRET_KEY=xu2-kYw_8Rj4Lq0vTn6Zb3Hs9Fd5Gm1C\n";
const COMPOSE: &str = "services:\n  web:\n    image: nginx:1.27\n    env_file: .env.prod\n";

/// A checkout; `None`, with a line that says so, when git is not installed.
fn checkout(name: &str) -> Option<Sandbox> {
    let sandbox = Sandbox::new(name);
    if sandbox.git(&["init", "--quiet"]) {
        return Some(sandbox);
    }
    skipped("git is not installed");
    None
}

#[allow(clippy::print_stdout)]
fn skipped(why: &str) {
    println!("skipped: {why}");
}

fn commit(sandbox: &Sandbox) {
    let person = ["-c", "user.name=x", "-c", "user.email=x@example.com"];
    assert!(sandbox.git(&["add", "--all", "--force"]));
    assert!(sandbox.git(&[&person[..], &["commit", "--quiet", "--message=x"]].concat()));
}

fn tracked(git: &Git, path: &str) -> &'static str {
    match git.tracked(path) {
        Answer::Yes(()) => "yes",
        Answer::No(_) => "no",
        Answer::Unknown(_) => "unknown",
    }
}

/// `rule` of the live findings and of the unknowns, as JSON tells them.
fn rules(output: &Output, list: &str) -> Vec<String> {
    let Ok(report) = serde_json::from_slice::<serde_json::Value>(&output.stdout) else { panic!("{}", said(output)) };
    report[list].as_array().unwrap().iter().map(|entry| entry["rule"].as_str().unwrap().to_owned()).collect()
}

fn finds(output: &Output, rule: &str) -> bool {
    rules(output, "findings").iter().any(|found| found == rule)
}

#[test]
fn tracked_and_ignored_are_two_facts() {
    let Some(sandbox) = checkout("facts") else { return };
    for (name, text) in [(".gitignore", ".env*\n"), (".env", "A=1\n"), (".env.prod", "A=1\n"), ("app.env", "A=1\n")] {
        sandbox.write(name, text);
    }
    assert!(sandbox.git(&["add", "--force", ".env", ".gitignore"]));
    let git = discover(sandbox.path(), candidate).git;
    let facts = |path: &str| (git.tracked(path).is_yes(), git.ignored(path).is_yes());
    assert_eq!(facts(".env"), (true, true), "tracked although a rule ignores it");
    assert_eq!(facts(".env.prod"), (false, true));
    assert_eq!(facts("app.env"), (false, false));
}

#[test]
fn test_data_of_a_repository_is_known_as_such() {
    let Some(sandbox) = checkout("fixture") else { return };
    sandbox.write("testdata/shop/.env", "A=1\n");
    let inner = discover(&sandbox.path().join("testdata/shop"), candidate).git;
    assert!(inner.is_fixture(".env"), "the project itself lies in test data");
    assert_eq!(inner.prefix(), "testdata/shop");
    let git = discover(sandbox.path(), candidate).git;
    assert!(git.is_fixture("fixtures/.env") && !git.is_fixture("deploy/.env"));
}

#[test]
fn outside_a_checkout_nothing_is_asked() {
    let sandbox = Sandbox::new("nogit");
    sandbox.write(".env.prod", ENV);
    let inside = sandbox.path().ancestors().any(|above| above.join(".git").exists());
    assert!(inside || !discover(sandbox.path(), candidate).git.is_asked(".env.prod"));
}

/// What git says of every file it could be asked about, against what gonogo says.
fn assert_tracked_as_git_says(sandbox: &Sandbox, root: &Path) {
    let output = sandbox.command("git").arg("-C").arg(root).args(["ls-files", "-z", "--cached"]).output().unwrap();
    let listed: Vec<&str> = std::str::from_utf8(&output.stdout).unwrap().split_terminator('\0').collect();
    assert!(output.status.success());
    let git = Git::new(root);
    for path in &listed {
        assert_eq!(tracked(&git, path), "yes", "{path}");
        assert_eq!(tracked(&git, &format!("{path}x")), "no", "{path}x");
    }
}

#[test]
fn every_form_of_the_index_is_read_as_git_reads_it() {
    for (number, prepare) in [
        &[&["update-index", "--index-version", "2"][..]][..],
        &[&["add", "--intent-to-add", "later.env"], &["update-index", "--index-version", "3"]],
        &[&["update-index", "--index-version", "4"]],
        &[
            &["update-index", "--split-index"],
            &["rm", "--quiet", "--cached", "a/3.env"],
            &["add", "--force", "later.env"],
        ],
        &[
            &["update-index", "--index-version", "4"],
            &["update-index", "--split-index"],
            &["rm", "--quiet", "--cached", "a/0.env", "a/29.env"],
            &["add", "--force", "later.env", "a/changed.env"],
        ],
        &[&["update-index", "--chmod=+x", "a/1.env"], &["update-index", "--skip-worktree", "a/2.env"]],
    ]
    .into_iter()
    .enumerate()
    {
        let Some(sandbox) = checkout("forms") else { return };
        for file in 0..30 {
            sandbox.write(&format!("a/{file}.env"), "A=1\n");
        }
        sandbox.write("a/changed.env", "A=1\n");
        commit(&sandbox);
        sandbox.write("later.env", "A=1\n");
        sandbox.write("a/changed.env", "A=2\n");
        for arguments in prepare {
            assert!(sandbox.git(arguments), "{number}: {arguments:?}");
        }
        let git = Git::new(sandbox.path());
        let removed = prepare.iter().flat_map(|arguments| arguments.iter()).filter(|word| word.starts_with("a/"));
        for path in removed.filter(|_| prepare.iter().any(|arguments| arguments[0] == "rm")) {
            let gone = *path != "a/changed.env";
            assert_eq!(tracked(&git, path), if gone { "no" } else { "yes" }, "{number}: {path}");
        }
        assert_tracked_as_git_says(&sandbox, sandbox.path());
        assert_tracked_as_git_says(&sandbox, &sandbox.path().join("a"));
    }
}

#[test]
fn an_index_with_long_checksums_is_read_too() {
    let sandbox = Sandbox::new("sha256");
    if !sandbox.git(&["init", "--quiet", "--object-format=sha256"]) {
        println!("skipped: git is not installed, or too old");
        return;
    }
    sandbox.write("a/.env", "A=1\n");
    commit(&sandbox);
    assert_tracked_as_git_says(&sandbox, sandbox.path());
    assert!(sandbox.git(&["-c", "index.skipHash=true", "add", "--all"]));
    assert_tracked_as_git_says(&sandbox, sandbox.path());
}

#[test]
fn what_a_sparse_index_leaves_out_is_not_known() {
    let Some(sandbox) = checkout("sparse") else { return };
    sandbox.write("in/.env", "A=1\n");
    sandbox.write("out/deep/.env", "A=1\n");
    commit(&sandbox);
    if !sandbox.git(&["sparse-checkout", "init", "--cone", "--sparse-index"])
        || !sandbox.git(&["sparse-checkout", "set", "in"])
    {
        println!("skipped: git is too old for sparse indexes");
        return;
    }
    sandbox.write("out/deep/.env.prod", ENV);
    let git = Git::new(sandbox.path());
    assert_eq!((tracked(&git, "in/.env"), tracked(&git, "in/.env2")), ("yes", "no"));
    let Answer::Unknown(why) = git.tracked("out/deep/.env.prod") else { panic!("known") };
    assert!(why.text.contains("`out/`") && why.text.contains("--no-sparse-index"), "{}", why.text);
}

#[test]
fn submodules_worktrees_and_clones_own_their_files() {
    let (Some(sandbox), Some(other)) = (checkout("owners"), checkout("submodule")) else { return };
    other.write("deploy/.env.prod", ENV);
    commit(&other);
    sandbox.write(".gitignore", ".env*\nclone/\n");
    let from = other.path().to_str().unwrap();
    assert!(sandbox.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", from, "module"]));
    assert!(sandbox.git(&["clone", "--quiet", from, "clone"]));
    commit(&sandbox);
    assert!(sandbox.git(&["worktree", "add", "--quiet", "tree"]));
    sandbox.write(".env.prod", ENV);
    sandbox.write("module/.env.new", ENV);
    sandbox.write("tree/app.env", ENV);
    sandbox.write(".git/info/exclude", "*.env\n");
    let git = Git::new(sandbox.path());
    let facts = |path: &str| (tracked(&git, path), git.ignored(path).is_yes());
    assert_eq!(facts(".env.prod"), ("no", true));
    assert_eq!(facts("module/deploy/.env.prod"), ("yes", false), "the rules around a submodule are not about it");
    assert_eq!(facts("module/.env.new"), ("no", false));
    assert_eq!(facts("clone/deploy/.env.prod"), ("yes", false));
    assert_eq!(facts("tree/.gitignore"), ("yes", false));
    assert_eq!(facts("tree/app.env"), ("no", true), "worktrees share `info/exclude`");
    assert_eq!(git.untrack("module/deploy/.env.prod"), "git -C module rm --cached deploy/.env.prod");
    assert_eq!(git.untrack("deploy/.env"), "git rm --cached deploy/.env");
    assert_eq!(tracked(&Git::new(&sandbox.path().join("tree")), ".gitignore"), "yes");

    // A checkout of its own does not hide what the one around it has taken already.
    sandbox.write("late/.env.prod", ENV);
    assert!(sandbox.git(&["add", "--force", "late"]));
    assert!(sandbox.command("git").args(["init", "--quiet", "late"]).output().unwrap().status.success());
    assert_eq!(tracked(&Git::new(sandbox.path()), "late/.env.prod"), "yes");

    // The repository of a submodule alone, copied without what is around it.
    fs::remove_dir_all(sandbox.path().join(".git/modules")).unwrap();
    let Answer::Unknown(why) = Git::new(sandbox.path()).tracked("module/.env.new") else { panic!("known") };
    assert!(why.text.contains("`.git` of `module` names a repository that is not there"), "{}", why.text);
}

#[test]
fn a_directory_that_is_only_called_git_is_none() {
    let Some(sandbox) = checkout("called") else { return };
    sandbox.write("app/.env.prod", ENV);
    commit(&sandbox);
    sandbox.write("app/.git/HEAD", "nothing\n");
    assert_eq!(tracked(&Git::new(&sandbox.path().join("app")), ".env.prod"), "yes");
}

#[test]
fn hooks_are_judged_by_the_index_of_the_checkout() {
    let Some(sandbox) = checkout("hooks") else { return };
    sandbox.write(".env.prod", ENV);
    commit(&sandbox);
    let check = || {
        let mut command = sandbox.command(BIN);
        command
            .args(["check", "--format", "json"])
            .env("GIT_INDEX_FILE", "/nonexistent")
            .env("GIT_DIR", "/nonexistent");
        command.output().unwrap()
    };
    assert!(finds(&check(), "env/tracked-by-git"));
}

/// A repository whose directory `app` is itself a git directory, all of it ordinary files: git would take its word, fetch
/// what is missing, and run the program that its configuration names.
fn hostile(marker: &Path) -> Option<Sandbox> {
    let sandbox = checkout("hostile")?;
    let lazy = checkout("lazy")?;
    lazy.write("in/f", "a\n");
    lazy.write("out/deep/g", "b\n");
    lazy.write(".env.prod", ENV);
    commit(&lazy);
    let tree = lazy.command("git").args(["rev-parse", "HEAD:out"]).output().unwrap().stdout;
    let tree = String::from_utf8(tree).unwrap().trim().to_owned();
    let ran = format!("sh -c 'echo ran >> {}' #", marker.display());
    for arguments in [
        &["sparse-checkout", "init", "--cone", "--sparse-index"][..],
        &["sparse-checkout", "set", "in"],
        &["config", "core.repositoryformatversion", "1"],
        &["config", "extensions.partialClone", "origin"],
        &["config", "remote.origin.promisor", "true"],
        &["config", "remote.origin.url", "ssh://x/y"],
        &["config", "core.sshCommand", &ran],
        &["config", "core.fsmonitor", &ran],
        &["config", "core.bare", "false"],
        &["config", "core.worktree", "."],
    ] {
        if !lazy.git(arguments) {
            skipped("git is too old for sparse indexes");
            return None;
        }
    }
    fs::remove_file(lazy.path().join(".git/objects").join(&tree[..2]).join(&tree[2..])).unwrap();
    sandbox.write("app/refs/keep", "keep\n");
    sandbox.copy_to("app", &lazy.path().join(".git"));
    sandbox.write("app/compose.yml", COMPOSE);
    sandbox.write("app/.env.prod", ENV);
    commit(&sandbox);
    // The second way in: a hostile configuration at the root, as an archive can bring it.
    let archive = sandbox.path().join("archive");
    assert!(fs::rename(lazy.path(), archive).is_ok());
    Some(sandbox)
}

#[test]
fn no_program_that_a_repository_names_is_started() {
    let place = Sandbox::new("marker");
    let marker = place.path().join("ran");
    let Some(sandbox) = hostile(&marker) else { return };
    // The trap works: git itself falls into it, unless it has become more careful.
    let _ = sandbox.command("git").args(["-C", "app", "ls-files"]).output().unwrap();
    println!("git falls into it: {}", marker.exists());
    let _ = fs::remove_file(&marker);
    let check = |directory: &str, arguments: &[&str]| {
        let mut command = sandbox.command(BIN);
        command.current_dir(sandbox.path().join(directory));
        command.args(["check", "--format", "json"]).args(arguments).output().unwrap()
    };
    for (directory, arguments) in [("", &["app"][..]), ("app", &[]), ("", &["."])] {
        let output = check(directory, arguments);
        assert!(!marker.exists(), "code of the repository ran: {directory:?} {arguments:?}");
        assert!(finds(&output, "env/tracked-by-git"), "facts of the true checkout: {}", said(&output));
    }
    let output = check("archive", &[]);
    assert!(!marker.exists(), "code of the repository ran");
    assert!(finds(&output, "env/tracked-by-git"), "{}", said(&output));
}

type Damage<'a> = (&'a str, &'a dyn Fn(&Path));

#[test]
fn what_git_cannot_say_is_unknown_and_told() {
    let damage: [Damage; 4] = [
        ("is damaged", &|index| fs::write(index, "junk").unwrap()),
        ("is damaged", &|index| {
            let bytes = fs::read(index).unwrap();
            fs::write(index, &bytes[..bytes.len() - 30]).unwrap();
        }),
        ("has version 9", &|index| {
            let mut bytes = fs::read(index).unwrap();
            bytes[7] = 9;
            fs::write(index, bytes).unwrap();
        }),
        ("is not a regular file", &|index| {
            fs::remove_file(index).unwrap();
            fs::create_dir(index).unwrap();
        }),
    ];
    for (why, damage) in damage {
        let Some(sandbox) = checkout("unknown") else { return };
        sandbox.write(".env.prod", ENV);
        sandbox.write("b/.env.prod", ENV.replace("xu2", "mv7"));
        sandbox.write("compose.yml", COMPOSE);
        chmod(&sandbox.path().join(".env.prod"), 0o600);
        chmod(&sandbox.path().join("b/.env.prod"), 0o600);
        assert!(sandbox.git(&["add", "--all"]));
        damage(&sandbox.path().join(".git/index"));
        let output = sandbox.run(&["check", "--format", "json"]);
        assert!(!finds(&output, "env/tracked-by-git") && !finds(&output, "env/not-ignored"), "{}", said(&output));
        let unknowns = rules(&output, "unknowns");
        assert!(unknowns.iter().any(|rule| rule == "env/tracked-by-git"), "{unknowns:?}");
        for format in ["terminal", "concise", "summary", "github"] {
            let output = sandbox.run(&["check", "--format", format]);
            let said = said(&output);
            let told: Vec<&str> = said.lines().filter(|line| line.contains(why)).collect();
            assert_eq!(told.len(), 1, "one line for one cause: {said}");
            assert!(told[0].contains("git's index") || told[0].contains("git&#39;s index"), "{said}");
            if format != "concise" {
                assert!(said.contains("GO, if all is well with "), "{said}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_repository_that_may_not_be_read_is_unknown() {
    let Some(sandbox) = checkout("denied") else { return };
    sandbox.write(".env.prod", ENV);
    assert!(sandbox.git(&["add", "--all"]));
    let dot = sandbox.path().join(".git");
    chmod(&dot, 0);
    let root = fs::read_dir(&dot).is_ok();
    let answer = Git::new(sandbox.path()).tracked(".env.prod");
    chmod(&dot, 0o755);
    if root {
        println!("skipped: this user may read everything");
        return;
    }
    let Answer::Unknown(why) = answer else { panic!("known") };
    assert!(why.text.contains("permission denied"), "{}", why.text);
}

/// Whether git ignores each of the paths, none of which need be there.
fn git_ignores(sandbox: &Sandbox, paths: &[String]) -> Vec<bool> {
    let mut command = sandbox.command("git");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").stdin(Stdio::piped()).stdout(Stdio::piped());
    command.args(["check-ignore", "--no-index", "--verbose", "--non-matching", "--stdin", "-z"]);
    let mut child = command.spawn().unwrap();
    // Few and short: they fit into the pipe.
    child.stdin.take().unwrap().write_all(paths.join("\0").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let fields: Vec<&str> = text.split_terminator('\0').collect();
    // Source, line, pattern, path; a negated pattern takes back.
    let ignores = |entry: &[&str]| !entry[2].is_empty() && !entry[2].starts_with('!');
    let answers: Vec<bool> = fields.chunks(4).map(ignores).collect();
    assert_eq!(answers.len(), paths.len(), "{paths:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    answers
}

#[test]
fn rules_ignore_what_git_ignores() {
    let Some(sandbox) = checkout("rules") else { return };
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "c",
        ".env",
        ".env.prod",
        "*",
        "**",
        "?",
        "/",
        "/**/",
        "**/",
        "/**",
        "[ab]",
        "[!a]",
        "[^b]",
        "[a-c]",
        "[]a]",
        "[a",
        "[[:alpha:]]",
        "[[:foo:]]",
        "[a[:]",
        "[\\]]",
        "[a-]",
        "\\",
        "\\*",
        "\\a",
        " ",
        "\\ ",
        "x",
        "é",
        "***",
        "{a,b}",
        "!",
        "#",
        ".",
        "-",
        "\r",
        "\t",
    ]);
    let line = (prop::bool::weighted(0.25), prop::collection::vec(piece, 1..6), prop::bool::weighted(0.2)).prop_map(
        |(negated, pieces, directory)| {
            format!("{}{}{}", if negated { "!" } else { "" }, pieces.concat(), if directory { "/" } else { "" })
        },
    );
    let file = prop::collection::vec(line, 0..6).prop_map(|lines| lines.join("\n") + "\n");
    let name = prop::sample::select(vec![
        "a",
        "b",
        "c",
        "ab",
        ".env",
        ".env.prod",
        "x",
        "abc",
        "é",
        "*",
        "a b",
        "b ",
        "[a",
        "{a,b}",
        "-",
    ]);
    let path = prop::collection::vec(name, 1..4).prop_map(|parts| parts.join("/"));
    let paths = prop::collection::vec(path, 12);
    let config = Config { cases: 120, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
    );
    let outcome =
        runner.run(&(file.clone(), file.clone(), file.clone(), file, paths), |(top, a, ab, exclude, paths)| {
            for (place, text) in
                [(".gitignore", &top), ("a/.gitignore", &a), ("a/b/.gitignore", &ab), (".git/info/exclude", &exclude)]
            {
                sandbox.write(place, text);
            }
            let files = |path: &String| !sandbox.path().join(path).is_dir();
            let paths: Vec<String> = paths.into_iter().filter(files).chain(["z".to_owned()]).collect();
            let git = Git::new(sandbox.path());
            for (path, expected) in paths.iter().zip(git_ignores(&sandbox, &paths)) {
                prop_assert_eq!(git.ignored(path).is_yes(), expected, "{}: {:?}", path, (&top, &a, &ab, &exclude));
            }
            Ok(())
        });
    outcome.unwrap();
}

#[test]
fn rules_of_each_kind_ignore_what_git_ignores() {
    let Some(sandbox) = checkout("kinds") else { return };
    let text = "\u{feff}*.env\n!keep.env\n/top.txt\ndir/\n!dir/again\ndeep/**/x\nfoo**/bar\n**/any\nend/**\nspace\\ \ntrailing   \n\\#hash\n\\!bang\n#no\nWithCase\n[a-c]z\n[!a-c]y\n\r\ncr\r\n";
    sandbox.write(".gitignore", text);
    sandbox.write("sub/.gitignore", "!again.env\n/only\n");
    let paths: Vec<String> = [
        "a.env",
        "keep.env",
        "sub/keep.env",
        "sub/again.env",
        "top.txt",
        "sub/top.txt",
        "dir",
        "dir/again",
        "sub/dir/f",
        "deep/x",
        "deep/1/2/x",
        "deep/xx",
        "foo/bar",
        "foox/y/bar",
        "any",
        "q/any",
        "end",
        "end/a/b",
        "space ",
        "space",
        "trailing",
        "#hash",
        "!bang",
        "#no",
        "withcase",
        "WithCase",
        "bz",
        "dz",
        "by",
        "dy",
        "cr",
        "sub/only",
        "sub/x/only",
        "only",
    ]
    .map(str::to_owned)
    .to_vec();
    let git = Git::new(sandbox.path());
    for (path, expected) in paths.iter().zip(git_ignores(&sandbox, &paths)) {
        assert_eq!(git.ignored(path).is_yes(), expected, "{path}");
    }
}

#[test]
fn rules_made_to_take_long_do_not() {
    let Some(sandbox) = checkout("long") else { return };
    let text = format!("{}b\n", "*a".repeat(400)).repeat(1_000);
    sandbox.write(".gitignore", text);
    let git = Git::new(sandbox.path());
    let Answer::Unknown(why) = git.ignored(&"a".repeat(4_000)) else { panic!("known") };
    assert!(why.text.contains("`.gitignore` are too many to be tried"), "{}", why.text);
    assert!(git.ignored("b").is_no());
}
