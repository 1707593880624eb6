//! `--fix` changes nothing but the cause of a finding, `--diff` shows the same and writes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use gonogo::engine::Report;
use gonogo::fix::{Change, Fixed, fix};
use gonogo::policy::{Policy, Request};
use gonogo::rules::{Fix, Safety, Severity};
use gonogo::source::{FileId, Source, Span, Workspace};
use gonogo::syntax::dotenv::{Dialect, Environment};
use gonogo::{engine, model};
use proptest::prelude::*;
use time::macros::datetime;

use crate::cli::{Project, Run, check};
use crate::sandbox::{Sandbox, chmod, said};

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

/// Every file below a directory, with its text.
fn tree(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/fix");
    let mut cases: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 2);
    cases
}

#[test]
fn projects_become_what_stands_beside_them() {
    for case in cases() {
        let name = case.display();
        let (before, expected) = (tree(&case.join("before")), tree(&case.join("after")));
        let sandbox = Sandbox::new("fix");
        sandbox.copy(&case.join("before"));
        let plain = sandbox.run(&["check"]);
        let shown = sandbox.run(&["check", "--diff"]);
        assert_eq!(shown.status, plain.status, "{name}: {}", said(&shown));
        assert_eq!(tree(sandbox.path()), before, "{name}: --diff wrote something");
        let output = sandbox.run(&["check", "--fix"]);
        assert!(!said(&output).contains("not fixed"), "{name}: {}", said(&output));
        assert_eq!(tree(sandbox.path()), expected, "{name}: {}", said(&output));
        let again = sandbox.run(&["check", "--fix"]);
        assert_eq!(tree(sandbox.path()), expected, "{name}: the second time");
        assert!(String::from_utf8_lossy(&again.stderr).contains("nothing to fix"), "{name}: {}", said(&again));
        // What is left is what a plain run finds.
        assert_eq!(output.stdout, sandbox.run(&["check"]).stdout, "{name}");
    }
}

/// `patch` makes of the old text what `--fix` writes.
#[test]
fn a_diff_without_secrets_can_be_applied() {
    for case in cases() {
        let sandbox = Sandbox::new("patch");
        sandbox.copy(&case.join("before"));
        let diff = sandbox.run(&["check", "--diff"]);
        assert!(!said(&diff).contains("masked"), "{}", case.display());
        sandbox.write("the.diff", &diff.stdout);
        let applied = sandbox.command("git").args(["apply", "--unsafe-paths", "the.diff"]).output().unwrap();
        assert!(applied.status.success(), "{}: {}", case.display(), said(&applied));
        fs::remove_file(sandbox.path().join("the.diff")).unwrap();
        assert_eq!(tree(sandbox.path()), tree(&case.join("after")), "{}", case.display());
    }
}

const TWICE: &str = "A=1\nB=2\nA=1\n";

fn text(project: &Project, path: &str) -> String {
    fs::read_to_string(Path::new(project.path()).join(path)).unwrap()
}

#[test]
fn the_report_and_the_exit_code_are_those_of_afterwards() {
    let files = [("Cargo.toml", "dotenvy = \"0.15\"\n"), (".env.prod", "NAME=two words\n")];
    let project = Project::new("fix-code", &files);
    assert_eq!(check(&project, &[]).code, 1);
    let shown = project.run(&["check", "--diff"]);
    assert_eq!(shown.code, 1);
    assert_eq!(shown.out, "--- a/.env.prod\n+++ b/.env.prod\n@@ -1 +1 @@\n-NAME=two words\n+NAME='two words'\n");
    assert_eq!(shown.err, "gonogo: 1 fix in 1 file; --fix applies them\n");
    let run = check(&project, &["--fix"]);
    assert_eq!((run.code, run.findings().len()), (0, 0));
    assert_eq!(run.err, "gonogo: applied 1 fix in 1 file\n");
    assert_eq!(text(&project, ".env.prod"), "NAME='two words'\n");
}

#[test]
fn only_live_findings_of_files_in_scope_are_fixed() {
    let waived = "A=1\nB=2\nA=1 # gonogo: allow[env/duplicate-key] generated\n";
    let files = [(".env.prod", TWICE), ("sub/.env.prod", TWICE), ("waived/.env.prod", waived)];
    let project = Project::new("fix-scope", &files);
    check(&project, &["--fix", "sub/.env.prod", "waived"]);
    assert_eq!(text(&project, ".env.prod"), TWICE);
    assert_eq!(text(&project, "sub/.env.prod"), "A=1\nB=2\n");
    assert_eq!(text(&project, "waived/.env.prod"), waived);
    check(&project, &["--fix", "--off", "env/duplicate-key"]);
    assert_eq!(text(&project, ".env.prod"), TWICE);
}

/// An unsafe fix is a matter for people.
#[test]
fn behaviour_is_not_changed() {
    let project = Project::new("fix-unsafe", &[(".env.prod", "DEBUG=true\n")]);
    let run = check(&project, &["--fix"]);
    assert_eq!((run.code, run.err.as_str()), (1, "gonogo: nothing to fix\n"));
    assert_eq!(text(&project, ".env.prod"), "DEBUG=true\n");
}

#[test]
fn standard_input_is_shown_and_never_written() {
    let project = Project::new("fix-stdin", &[(".env.prod", "A=1\n")]);
    let arguments = ["check", "--stdin-filename", ".env.prod", "-"];
    let refused = project.run_with(&[&arguments[..], &["--fix"]].concat(), TWICE);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(refused.err.contains("--fix cannot change standard input"), "{}", refused.err);
    let shown = project.run_with(&[&arguments[..], &["--diff"]].concat(), TWICE);
    assert!(shown.out.ends_with("@@ -1,3 +1,2 @@\n A=1\n B=2\n-A=1\n"), "{}", shown.out);
    assert_eq!(text(&project, ".env.prod"), "A=1\n");
}

#[test]
fn options_that_exclude_each_other() {
    let project = Project::new("fix-options", &[(".env.prod", TWICE)]);
    for other in [&["--diff"][..], &["--list-files"]] {
        assert_eq!(project.run(&[&["check", "--fix"], other].concat()).code, 2);
    }
    assert_eq!(project.run(&["check", "--diff", "--format", "json"]).code, 2);
    assert_eq!(text(&project, ".env.prod"), TWICE);
}

#[test]
fn a_diff_shows_no_secret() {
    let secrets = ["kanarie vogel 4711", "Vq07xT7mWd07LkR3pZs9", "zweiter kanarie 0815"];
    let file = format!(
        "# dotenv dotenvy\nSMTP_PASSWORD={0}\nexport API_TOKEN = {1} {1}\nURL=postgres://app:{1}@db/app\n# OLD_PASSWORD={2}\nDB_PASSWORD={2}\nNAME=a b\n",
        secrets[0], secrets[1], secrets[2]
    );
    let project = Project::new("fix-canary", &[(".env.prod", &file)]);
    let silent = |run: &Run| {
        for secret in secrets {
            for piece in secret.split(' ').filter(|piece| piece.len() > 4) {
                assert!(!run.out.contains(piece) && !run.err.contains(piece), "{}{}", run.out, run.err);
            }
        }
    };
    let shown = project.run(&["check", "--diff"]);
    silent(&shown);
    assert!(shown.out.contains("\n+NAME='a b'\n"), "{}", shown.out);
    assert!(shown.out.contains("\n-SMTP_PASSWORD=*"), "{}", shown.out);
    assert!(shown.err.contains("secrets are masked in this diff, so `patch` cannot apply it"), "{}", shown.err);
    silent(&project.run(&["check", "--fix"]));
    assert!(text(&project, ".env.prod").contains(&format!("SMTP_PASSWORD='{}'", secrets[0])));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    /// Only the files that belong there, whatever happened.
    fn names(sandbox: &Sandbox) -> Vec<String> {
        tree(sandbox.path()).into_keys().map(|path| path.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn permissions_stay() {
        for mode in [0o600, 0o640, 0o664, 0o604] {
            let sandbox = Sandbox::new("fix-mode");
            let path = sandbox.write(".env.prod", TWICE);
            chmod(&path, mode);
            sandbox.run(&["check", "--fix"]);
            assert_eq!(fs::read_to_string(&path).unwrap(), "A=1\nB=2\n");
            assert_eq!(path.metadata().unwrap().mode() & 0o7777, mode);
            assert_eq!(names(&sandbox), [".env.prod"]);
        }
    }

    #[test]
    fn the_owner_stays() {
        let sandbox = Sandbox::new("fix-owner");
        let path = sandbox.write(".env.prod", TWICE);
        if std::os::unix::fs::chown(&path, Some(12_345), Some(54_321)).is_err() {
            return;
        }
        sandbox.run(&["check", "--fix"]);
        let metadata = path.metadata().unwrap();
        assert_eq!((metadata.uid(), metadata.gid(), metadata.len()), (12_345, 54_321, 8));
    }

    #[test]
    fn a_read_only_file_is_left_alone_and_so_are_the_others() {
        let sandbox = Sandbox::new("fix-read-only");
        sandbox.write("a/.env.prod", TWICE);
        let path = sandbox.write("b/.env.prod", TWICE);
        chmod(&path, 0o444);
        let output = sandbox.run(&["check", "--fix"]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "gonogo: error: `b/.env.prod` is read-only; nothing was fixed\n"
        );
        assert!(tree(sandbox.path()).values().all(|text| text == TWICE));
        assert_eq!(names(&sandbox).len(), 2);
    }

    #[test]
    fn links_are_not_followed_out_of_the_project_nor_replaced() {
        let outside = Sandbox::new("fix-outside");
        let target = outside.write(".env.prod", TWICE);
        let sandbox = Sandbox::new("fix-links");
        sandbox.write("real/.env.prod", TWICE);
        symlink(&target, sandbox.path().join(".env.prod")).unwrap();
        symlink("real/.env.prod", sandbox.path().join(".env")).unwrap();
        symlink(outside.path(), sandbox.path().join("elsewhere")).unwrap();
        let output = sandbox.run(&["check", "--fix"]);
        assert!(said(&output).contains("applied 1 fix in 1 file"), "{}", said(&output));
        assert_eq!(fs::read_to_string(target).unwrap(), TWICE);
        let link = sandbox.path().join(".env");
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read_to_string(link).unwrap(), "A=1\nB=2\n");
    }

    #[test]
    fn a_file_with_two_names_is_left_alone() {
        let sandbox = Sandbox::new("fix-hard-link");
        let path = sandbox.write("a/.env.prod", TWICE);
        fs::hard_link(&path, sandbox.path().join("other")).unwrap();
        let output = sandbox.run(&["check", "--fix"]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert_eq!(fs::read_to_string(path).unwrap(), TWICE);
        assert_eq!(names(&sandbox).len(), 2);
    }

    /// Access lists and labels are attributes, too.
    #[test]
    fn extended_attributes_stay() {
        let sandbox = Sandbox::new("fix-attributes");
        let path = sandbox.write(".env.prod", TWICE);
        if xattr::set(&path, "user.owner", b"ops").is_err() {
            println!("skipped: no extended attributes here");
            return;
        }
        let output = sandbox.run(&["check", "--fix"]);
        assert!(said(&output).contains("applied 1 fix in 1 file"), "{}", said(&output));
        assert_eq!(fs::read_to_string(&path).unwrap(), "A=1\nB=2\n");
        assert_eq!(xattr::get(&path, "user.owner").unwrap().as_deref(), Some(&b"ops"[..]));
    }

    /// What a run leaves that was killed is a copy of secrets: the next run takes it away, and does not judge it.
    #[test]
    fn leftovers_of_a_killed_run_go_away() {
        for arguments in [&["check"][..], &["check", "--fix"], &["check", "--list-files"]] {
            let sandbox = Sandbox::new("fix-leftover");
            sandbox.write("sub/.env.prod", "A=1\n");
            let left = sandbox.write("sub/.env.prod.gonogo-4711-.env.prod", "DEBUG=true\n");
            chmod(&left, 0o600);
            let output = sandbox.run(arguments);
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
            let expected =
                "gonogo: removed `sub/.env.prod.gonogo-4711-.env.prod`, which a run that was stopped had left\n";
            assert!(String::from_utf8_lossy(&output.stderr).starts_with(expected), "{}", said(&output));
            assert!(!String::from_utf8_lossy(&output.stdout).contains("gonogo-4711"), "{}", said(&output));
            assert_eq!(names(&sandbox), ["sub/.env.prod"]);
        }
    }

    /// Only its own: a file of another name, a link, one without the file it would be a copy of, and one in use.
    #[test]
    fn other_files_are_no_leftovers() {
        let sandbox = Sandbox::new("fix-no-leftover");
        sandbox.write(".env.prod", "A=1\n");
        sandbox.write(".env.prod.gonogo-12-.env.test", "DEBUG=true\n");
        sandbox.write(".env.prod.gonogo-x-.env.prod", "DEBUG=true\n");
        sandbox.write(".env.gonogo-12-.env", "DEBUG=true\n");
        symlink(".env.prod", sandbox.path().join(".env.prod.gonogo-13-.env.prod")).unwrap();
        let before = names(&sandbox);
        let output = sandbox.run(&["check", "--format", "concise"]);
        assert_eq!(names(&sandbox), before, "{}", said(&output));
        assert!(!said(&output).contains("removed"), "{}", said(&output));
        assert!(said(&output).contains(".env.gonogo-12-.env:1:7: high env/debug-on"), "judged: {}", said(&output));
        let used = sandbox.write(".env.prod.gonogo-14-.env.prod", "DEBUG=true\n");
        let file = fs::File::open(&used).unwrap();
        file.lock().unwrap();
        let output = sandbox.run(&["check", "--format", "concise"]);
        assert!(used.exists() && !said(&output).contains("gonogo-14"), "{}", said(&output));
    }

    /// Nothing with secrets in it stays behind when a file cannot get its new text.
    #[test]
    fn a_failure_leaves_no_copy() {
        let sandbox = Sandbox::new("fix-failure");
        let path = sandbox.write("sub/.env.prod", TWICE);
        let _ = sandbox.run(&["check"]);
        chmod(path.parent().unwrap(), 0o555);
        let output = sandbox.run(&["check", "--fix"]);
        chmod(path.parent().unwrap(), 0o755);
        // The superuser may write everywhere.
        if output.status.code() == Some(2) {
            assert_eq!(fs::read_to_string(&path).unwrap(), TWICE);
        }
        assert_eq!(names(&sandbox), ["sub/.env.prod"]);
    }
}

#[test]
fn a_file_that_changed_meanwhile_is_not_overwritten() {
    use gonogo::source::Replacement;
    let sandbox = Sandbox::new("fix-changed");
    let path = sandbox.write("a.env", "new\n");
    let refused = |path: &str, before: &[u8]| Replacement::new(sandbox.path(), path, before, b"fixed\n").err();
    assert_eq!(refused("a.env", b"old\n").as_deref(), Some("has changed since it was read; run gonogo again"));
    assert!(refused("b.env", b"").is_some() && refused("../a.env", b"").is_some() && refused("", b"").is_some());
    assert_eq!(fs::read_to_string(&path).unwrap(), "new\n");
    assert!(refused("a.env", b"new\n").is_none());
}

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::load(Request::default(), &|_| Err(String::new())).unwrap());

fn judged(files: &[(&str, Vec<u8>)], changes: &[Change]) -> Report {
    let mut workspace = Workspace::in_memory(files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.clone())));
    for change in changes {
        workspace.change(&change.path, change.text.as_str().as_bytes().to_vec(), None);
    }
    let (project, faults) = engine::load(workspace, &POLICY, AT);
    engine::judge(project, faults, &POLICY, AT, Severity::Medium)
}

/// What `--fix` makes of a project in memory.
fn fixed(files: &[(&str, Vec<u8>)]) -> Fixed {
    fix(&judged(files, &[]), &|_| true, &|changes| judged(files, changes))
}

/// A rule that calls too much safe does no harm, and does not stand in the way of the others.
#[test]
fn fixes_that_do_more_than_they_say_are_refused() {
    let text = "A=1\nDEBUG=true\nA=1\nB=2\nAPP_DEBUG=true\nB=2\nC=3 # a comment\nX_DEBUG=true\nC=3 # a comment\n";
    let files = [(".env.prod", text.as_bytes().to_vec())];
    let mut report = judged(&files, &[]);
    let comment = text.find("# a").unwrap();
    let mut debug = report.findings.iter_mut().filter(|finding| finding.rule.id == "env/debug-on");
    let (value, useless, broken) = (debug.next().unwrap(), debug.next().unwrap(), debug.next().unwrap());
    value.fixes[0].safety = Safety::Safe;
    let place = useless.primary.span;
    let note = Span { start: comment as u32, end: comment as u32 + 1, ..place };
    useless.fixes = vec![Fix::replace("do nothing", Safety::Safe, note, "##")];
    broken.fixes = vec![Fix::replace("break it", Safety::Safe, Span { start: 0, end: 1, ..place }, "\"")];
    let fixed = fix(&report, &|_| true, &|changes| judged(&files, changes));
    assert_eq!(fixed.changes[0].text.as_str(), "A=1\nDEBUG=true\nB=2\nAPP_DEBUG=true\nC=3 # a comment\nX_DEBUG=true\n");
    assert_eq!(fixed.count, 3);
    let why: Vec<(u32, &str)> = fixed.refused.iter().map(|refused| (refused.line, refused.why.as_str())).collect();
    assert_eq!(
        why,
        [
            (2, "Docker Compose would read other values"),
            (5, "env/debug-on would still be found"),
            (8, "Docker Compose would read other values")
        ]
    );
}

#[test]
fn a_fix_in_the_way_of_another_is_a_matter_of_order() {
    let text = "# dotenv dotenvy\nA=x y\nB=1\nA=x y\n";
    let fixed = fixed(&[(".env.prod", text.as_bytes().to_vec())]);
    assert_eq!((fixed.count, fixed.refused.len()), (2, 0));
    assert_eq!(fixed.changes[0].text.as_str(), "# dotenv dotenvy\nA='x y'\nB=1\n");
}

/// What Docker reads without quotes Compose would cut: no spelling serves both, and it is left to people.
#[test]
fn what_compose_reads_stays_where_another_program_is_named() {
    let fixed = fixed(&[(".env", b"# dotenv docker\nx:' #'\n".to_vec())]);
    assert_eq!(fixed.changes.len(), 0);
}

type Values = (bool, BTreeMap<String, Option<String>>);

fn values(bytes: &[u8], dialect: Dialect) -> Values {
    let source = Source::new(FileId(0), ".env", bytes.to_vec());
    let reading = dialect.read(&source, &Environment::default());
    let pair =
        |entry: &&gonogo::syntax::dotenv::Entry| (entry.key.value.clone(), entry.value.text().map(str::to_owned));
    (reading.error.is_some(), reading.effective(dialect).iter().map(pair).collect())
}

const PIECES: &str = r#"([A-C]=|[A-C]=|[A-C] = |export [A-C]=|[xy]|[xy]|1|"|'|\\|\$A|\$\{B\}|\$|#| #| | |\n|\n|\n|\r\n|\t|é|\{|\[|`|:|A=x y\n|B="x y"\n|C=1\nC=1\n){0,40}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn values_stay_in_every_dialect(body in PIECES, mark in any::<bool>(), named in proptest::sample::select(Dialect::ALL)) {
        let mark = if mark { "\u{feff}" } else { "" };
        let text = format!("{mark}# dotenv {}\n{body}", named.name());
        let files = [(".env", text.clone().into_bytes())];
        let fixed = fixed(&files);
        let after = fixed.changes.first().map_or(text.as_str(), |change| change.text.as_str());
        let applies = [Dialect::Compose, named];
        for dialect in Dialect::ALL.iter().copied() {
            let (was, is) = (values(text.as_bytes(), dialect), values(after.as_bytes(), dialect));
            if applies.contains(&dialect) {
                prop_assert!(was == is || was.0, "{}: {text:?} became {after:?}: {was:?} {is:?}", dialect.name());
            }
        }
        // Once is enough.
        let again = self::fixed(&[(".env", after.as_bytes().to_vec())]);
        prop_assert_eq!(again.changes.len(), 0, "{:?} became {:?}", text, after);
    }

    /// A spelling is read as the value by everybody who was asked.
    #[test]
    fn portable_spellings_mean_the_value(value in r#"([a-c]|"|'|\\|\$|\{|\}|#| |\n|\r|é|`|n|=){0,12}"#) {
        if let Some(spelling) = model::env::portable(&value, Dialect::ALL) {
            for dialect in Dialect::ALL.iter().copied() {
                let (error, values) = values(format!("A=1\nKEY={spelling}\nB=2\n").as_bytes(), dialect);
                prop_assert!(!error && values["KEY"].as_deref() == Some(&value) && values.len() == 3, "{}", dialect.name());
            }
        }
    }
}
