//! Facts from a real git checkout.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gonogo::source::discover;

/// A directory that goes away with the test.
struct Checkout(PathBuf);

impl Checkout {
    fn new(name: &str) -> Option<Self> {
        let dir = std::env::temp_dir().join(format!("gonogo-{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let checkout = Checkout(dir);
        checkout.git(&["init", "--quiet"]).then_some(checkout)
    }

    fn git(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(&self.0).env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.output().is_ok_and(|output| output.status.success())
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn tracked_and_ignored_are_two_facts() {
    let Some(checkout) = Checkout::new("facts") else {
        println!("skipped: git is not installed");
        return;
    };
    for (name, text) in [(".gitignore", ".env*\n"), (".env", "A=1\n"), (".env.prod", "A=1\n"), ("app.env", "A=1\n")] {
        fs::write(checkout.path().join(name), text).unwrap();
    }
    assert!(checkout.git(&["add", "--force", ".env", ".gitignore"]));
    let git = discover(checkout.path()).git;
    let facts = |path: &str| (git.tracked(path), git.ignored(path));
    assert_eq!(facts(".env"), (Some(true), Some(true)), "tracked although a rule ignores it");
    assert_eq!(facts(".env.prod"), (Some(false), Some(true)));
    assert_eq!(facts("app.env"), (Some(false), Some(false)));
}

#[test]
fn test_data_of_a_repository_is_known_as_such() {
    let Some(checkout) = Checkout::new("fixture") else { return };
    let project = checkout.path().join("testdata/shop");
    fs::create_dir_all(&project).unwrap();
    assert!(discover(&project).git.is_fixture(".env"), "the project itself lies in test data");
    let git = discover(checkout.path()).git;
    assert!(git.is_fixture("fixtures/.env") && !git.is_fixture("deploy/.env"));
}

#[test]
fn outside_a_checkout_nothing_is_known() {
    let dir = std::env::temp_dir().join(format!("gonogo-nogit-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join(".env"), "A=1\n").unwrap();
    let inside = dir.ancestors().any(|above| above.join(".git").exists());
    assert!(inside || discover(&dir).git.tracked(".env").is_none());
    let _ = fs::remove_dir_all(&dir);
}
