//! What a user meets on the command line, through the binary.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A project on disk that goes away with the test.
pub struct Project(PathBuf);

impl Project {
    pub fn new(name: &str, files: &[(&str, &str)]) -> Self {
        // Tests run at the same time, and two may have had the same idea for a name.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}-{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let project = Project(root);
        fs::create_dir_all(&project.0).unwrap();
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    /// Runs gonogo in the project's directory.
    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// Runs gonogo in a directory of the project.
    pub fn run_in(&self, dir: &str, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).current_dir(self.0.join(dir)).output().unwrap())
    }

    pub fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses its arguments reads nothing.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Run::of(child.wait_with_output().unwrap())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gonogo"));
        command.args(arguments).current_dir(&self.0).env_remove("NO_COLOR");
        command
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Run {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The findings of the concise format: `path:line:col severity rule`.
    pub fn findings(&self) -> Vec<String> {
        let short = |line: &str| {
            let mut words = line.split_whitespace();
            let (at, severity, rule) = (words.next()?, words.next()?, words.next()?);
            let rule = rule.strip_suffix(':')?;
            rule.contains('/').then(|| format!("{} {severity} {rule}", at.trim_end_matches(':')))
        };
        self.out.lines().filter_map(short).collect()
    }
}

const CHECK: [&str; 3] = ["check", "--format", "concise"];

/// `gonogo check --format concise ...` in the project's directory.
pub fn check(project: &Project, arguments: &[&str]) -> Run {
    project.run(&[&CHECK[..], arguments].concat())
}

const BAD: (&str, &str) = (".env.prod", "DEBUG=true\n");
const DEBUG_ON: &str = ".env.prod:1:7 high env/debug-on";

#[test]
fn exit_codes_are_go_no_go_undecided() {
    let good = Project::new("code-good", &[(".env.prod", "DEBUG=false\n")]);
    assert_eq!(check(&good, &[]).code, 0);
    let bad = Project::new("code-bad", &[BAD]);
    let run = check(&bad, &[]);
    assert_eq!((run.code, run.findings()), (1, vec![DEBUG_ON.to_owned()]));
    let empty = Project::new("code-empty", &[("README.md", "# nothing\n"), ("gonogo.yaml", "rules: {}\n")]);
    let run = check(&empty, &[]);
    assert_eq!((run.code, run.findings().len()), (2, 0));
    assert!(run.err.contains("found nothing to check"), "{}", run.err);
}

#[test]
fn quiet_is_the_verdict_and_verbose_is_everything() {
    let mild: String = (0..14).map(|n| format!("  s{n}:\n    image: tool-{n}:latest\n")).collect();
    let project = Project::new("detail", &[BAD, ("compose.yaml", &format!("services:\n{mild}"))]);
    let quiet = project.run(&["check", "--quiet"]);
    assert!(quiet.code == 1 && quiet.out.lines().count() == 1 && quiet.out.starts_with("NO-GO "), "{}", quiet.out);
    assert_eq!(check(&project, &["-q"]).out.lines().count(), 1);
    let low = ["check", "--rule", "compose/image-not-pinned=low"];
    let usual = project.run(&low).out;
    assert!(usual.contains(" more: --verbose lists all of them"), "{usual}");
    let verbose = project.run(&[&low[..], &["--verbose"]].concat()).out;
    assert!(!verbose.contains(" more: ") && verbose.lines().count() > usual.lines().count(), "{verbose}");
    let good = Project::new("detail-good", &[(".env.prod", "DEBUG=false\n")]);
    let run = check(&good, &[]);
    assert!(run.out.starts_with("GO: no findings; 1 file"), "a gate is never silent: {}", run.out);
}

#[test]
fn a_finding_wins_over_a_fault_and_a_fault_over_go() {
    let project = Project::new("fault", &[BAD]);
    fs::write(project.0.join(".env"), vec![b'A'; 33 * 1024 * 1024]).unwrap();
    let run = check(&project, &[]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains(".env: is larger than 32 MiB"), "{}", run.err);
    assert_eq!(check(&project, &["--off", "env/debug-on"]).code, 2);
}

#[test]
fn the_threshold_decides_what_stops() {
    let project = Project::new("fail-on", &[BAD]);
    assert_eq!(check(&project, &["--fail-on", "critical"]).code, 0);
    assert_eq!(check(&project, &["--fail-on", "high"]).code, 1);
    assert_eq!(check(&project, &["--rule", "env/debug-on=low"]).code, 0);
    assert_eq!(check(&project, &["--rule", "env/debug-on=low", "--fail-on", "low"]).code, 1);
}

#[test]
fn rules_are_set_and_switched_off_on_the_command_line() {
    let project = Project::new("rule-options", &[BAD]);
    let run = check(&project, &["--rule", "env/debug-on=critical"]);
    assert_eq!(run.findings(), [".env.prod:1:7 critical env/debug-on"]);
    assert_eq!(check(&project, &["--off", "env/debug-on"]).findings(), [""; 0]);
    assert_eq!(check(&project, &["--rule", "env/debug-on=off"]).findings(), [""; 0]);
}

#[test]
fn wrong_arguments_exit_with_2_and_the_nearest_name() {
    let project = Project::new("arguments", &[BAD]);
    for (arguments, expected) in [
        (&["--fail-on", "hgih"][..], "did you mean `high`?"),
        (&["--rule", "env/debug-onn=low"], "there is no rule `env/debug-onn`; did you mean `env/debug-on`?"),
        (&["--rule", "env/debug-on=lwo"], "did you mean `low`?"),
        (&["--rule", "env/debug-on"], "has no `=`"),
        (&["--off", "debug-on"], "did you mean `env/debug-on`?"),
        (&["--at", "yesterday"], "expected YYYY-MM-DD"),
        (&["--threads", "0"], "0"),
        (&["--format", "concies"], "'concise'"),
        (&["--output", "nothing=x"], "`nothing` is not a format"),
        (&["--output", "concise"], "expected FORMAT=FILE"),
        (&["not-there"], "`not-there` does not exist"),
        (&["-"], "--stdin-filename"),
        (&["--stdin-filename", ".env"], "needs the path argument `-`"),
        (&["--frmat"], "--format"),
    ] {
        let run = project.run(&[&["check"], arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.contains(expected), "{arguments:?}: {}", run.err);
    }
    assert_eq!(project.run(&[]).code, 2);
    assert_eq!(project.run(&["chekc"]).code, 2);
}

#[test]
fn paths_filter_the_report_and_never_the_project() {
    let files = [BAD, ("sub/.env", "DEBUG=true\n"), ("other/.env", "DEBUG=false\n")];
    let project = Project::new("paths", &files);
    let both = [DEBUG_ON, "sub/.env:1:7 high env/debug-on"];
    assert_eq!(check(&project, &[]).findings(), both);
    assert_eq!(check(&project, &["."]).findings(), both);
    assert_eq!(check(&project, &["sub/.env"]).findings(), both[1..]);
    assert_eq!(check(&project, &["./sub", ".env.prod"]).findings(), both);
    let run = check(&project, &["other/.env"]);
    assert_eq!((run.code, run.findings().len()), (0, 0));
    // One directory is a project of its own; its files are named as they are seen from here.
    assert_eq!(check(&project, &["sub"]).findings(), both[1..]);
    // A path where nothing is checked is no reason to say go.
    project.write("notes.txt", "x");
    assert_eq!(check(&project, &["notes.txt"]).code, 2);
}

#[test]
fn files_elsewhere_have_their_common_directory_as_project() {
    let elsewhere = Project::new("elsewhere", &[("a/.env", "DEBUG=true\n"), ("b/.env.prod", "DEBUG=true\n")]);
    let here = Project::new("here", &[]);
    let (a, b) = (format!("{}/a/.env", elsewhere.path()), format!("{}/b/.env.prod", elsewhere.path()));
    let found = |path: &str| format!("{path}:1:7 high env/debug-on");
    assert_eq!(check(&here, &[&b, &a]).findings(), [found(&a), found(&b)]);
    assert_eq!(check(&here, &[&a]).findings(), [found(&a)]);
}

#[test]
fn standard_input_replaces_a_file() {
    let project = Project::new("stdin", &[(".env.prod", "DEBUG=false\n"), ("sub/.env", "DEBUG=true\n")]);
    let arguments = [&CHECK[..], &["--stdin-filename", ".env.prod", "-"]].concat();
    let run = project.run_with(&arguments, "A=1\nDEBUG=true\n");
    assert_eq!((run.code, run.findings()), (1, vec![".env.prod:2:7 high env/debug-on".to_owned()]));
    let arguments = [&CHECK[..], &["--stdin-filename", "new/.env", "-", "sub"]].concat();
    let run = project.run_with(&arguments, "DEBUG=true\n");
    assert_eq!(run.findings(), ["new/.env:1:7 high env/debug-on", "sub/.env:1:7 high env/debug-on"]);
}

#[test]
fn outputs_go_to_files_and_standard_output_holds_one_format() {
    let project = Project::new("outputs", &[BAD]);
    let run = check(&project, &["--output", "concise=out.txt"]);
    assert_eq!(fs::read_to_string(project.0.join("out.txt")).unwrap(), run.out);
    assert_eq!(run.err, "");
    let run = check(&project, &["--output", "concise=no/such/directory"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.err, "gonogo: error: cannot write `no/such/directory`: there is no folder `no/such`\n");
}

#[test]
fn a_dash_is_standard_output() {
    let project = Project::new("output-dash", &[BAD]);
    let expected = project.run(&["check", "--format", "concise"]);
    for dash in ["-", "/dev/stdout"] {
        let run = project.run(&["check", "--output", &format!("concise={dash}"), "--output", "json=out.json"]);
        assert_eq!((run.code, &run.out), (1, &expected.out));
        assert_eq!(run.err, "");
    }
    assert!(fs::read_to_string(project.0.join("out.json")).unwrap().contains("gonogo/report/1"));
    assert!(!project.0.join("-").exists());
    for (arguments, expected) in [
        (
            &["--format", "json", "--output", "concise=-"][..],
            "standard output holds one format: `--output concise=-` does not go with `json`",
        ),
        (
            &["--output", "json=-", "--output", "concise=-"],
            "standard output holds one format: `--output concise=-` does not go with `json`",
        ),
        (
            &["--diff", "--output", "json=-"],
            "`--output json=-` does not go with --diff, which is printed on standard output",
        ),
        (&["--output", "json=a", "--output", "sarif=./a"], "two outputs go to `./a`; give each a file of its own"),
        (&["--output", "json=."], "cannot write `.`: it is a folder"),
        (&["--output", "json=.env.prod/a"], "cannot write `.env.prod/a`: `.env.prod` is not a folder"),
    ] {
        let run = project.run(&[&["check"], arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert_eq!(run.err, format!("gonogo: error: {expected}\n"));
    }
    for arguments in [&["--list-files", "--output", "json=b"][..], &["--output", "json="]] {
        let run = project.run(&[&["check"], arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
    }
}

#[test]
fn a_report_never_takes_the_place_of_what_was_read() {
    let files = [
        BAD,
        ("gonogo.yaml", "packs: [own.yaml]\n"),
        ("own.yaml", "pack: gonogo/v1\n"),
        ("deploy.sh", "docker run --env-file .env.prod app\n"),
    ];
    let project = Project::new("output-input", &files);
    for name in [".env.prod", "gonogo.yaml", "own.yaml", "./deploy.sh", "../output-input/../own.yaml"] {
        let name = name.replace("output-input", project.0.file_name().unwrap().to_str().unwrap());
        let name = if name.starts_with("..") { format!("{}/own.yaml", project.path()) } else { name };
        let run = check(&project, &["--output", &format!("json={name}")]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{name}");
        let expected = format!("cannot write a report to `{name}`: it is a file of the project, and was read");
        assert_eq!(run.err, format!("gonogo: error: {expected}\n"));
    }
    for (name, text) in files {
        assert_eq!(fs::read_to_string(project.0.join(name)).unwrap(), text);
    }
    // A report may take the place of an earlier one.
    for _ in 0..2 {
        assert_eq!(check(&project, &["--output", "summary=report.md"]).code, 1);
    }
}

#[cfg(unix)]
#[test]
fn a_report_replaces_a_link_and_writes_to_devices() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let victim = Project::new("output-victim", &[("victim", "precious\n")]);
    let project = Project::new("output-link", &[BAD, ("old.json", "x")]);
    symlink(victim.0.join("victim"), project.0.join("report.sarif")).unwrap();
    symlink("nowhere", project.0.join("report.xml")).unwrap();
    fs::set_permissions(project.0.join("old.json"), fs::Permissions::from_mode(0o640)).unwrap();
    let outputs = ["sarif=report.sarif", "junit=report.xml", "json=old.json", "terminal=/dev/null"];
    let arguments: Vec<&str> = outputs.iter().flat_map(|output| ["--output", output]).collect();
    let run = check(&project, &arguments);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert_eq!(fs::read_to_string(victim.0.join("victim")).unwrap(), "precious\n");
    for name in ["report.sarif", "report.xml", "old.json"] {
        assert!(fs::symlink_metadata(project.0.join(name)).unwrap().is_file(), "{name}");
    }
    assert_eq!(fs::metadata(project.0.join("old.json")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(&project.0).unwrap().count(), 4, "nothing else is left");
    // A link to a file that is read is another name of it.
    symlink(".env.prod", project.0.join("linked.json")).unwrap();
    let run = check(&project, &["--output", "json=linked.json"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert_eq!(fs::read_to_string(project.0.join("linked.json")).unwrap(), BAD.1);
}

/// The report is the more needed when its file is lost.
#[cfg(unix)]
#[test]
fn a_report_is_printed_when_its_file_cannot_be_written() {
    let project = Project::new("output-full", &[(".env.prod", "DEBUG=false\n")]);
    for place in ["/dev/full", "/proc/self/mem/x"] {
        let run = check(&project, &["--output", &format!("json={place}"), "--output", "concise=fine.txt"]);
        assert_eq!(run.code, 2, "{place}");
        assert!(run.err.starts_with(&format!("gonogo: error: cannot write `{place}`: ")), "{}", run.err);
    }
    let bad = Project::new("output-full-bad", &[BAD]);
    let run = check(&bad, &["--output", "json=/dev/full", "--output", "concise=fine.txt"]);
    assert_eq!((run.code, run.findings()), (2, vec![DEBUG_ON.to_owned()]));
    assert_eq!(fs::read_to_string(bad.0.join("fine.txt")).unwrap(), run.out);
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_is_gone_is_not_judged() {
    let project = Project::new("gone", &[]);
    let script = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" check";
    let run = Command::new("sh").args(["-c", script, env!("CARGO_BIN_EXE_gonogo")]).current_dir(&project.0).output();
    let run = Run::of(run.unwrap());
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert_eq!(run.err, "gonogo: error: the project cannot be read: entity not found\n");
    // Nothing is no proof of anything.
    let empty = Project::new("nothing", &[]);
    let run = empty.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(run.out.ends_with("UNDECIDED   no findings   0 files, no checks\n"), "{}", run.out);
    project.write(".env", "A=1\n");
    project.write("notes.txt", "x\n");
    let run = project.run(&["check", "notes.txt"]);
    let expected =
        "no file to check: what was asked about is of no kind that gonogo reads; `--list-files` shows what is\n";
    assert!(run.code == 2 && run.out.starts_with(expected), "{}", run.out);
}

#[test]
fn files_are_listed_with_the_reasons() {
    let files = [
        BAD,
        ("ci.yml", "jobs: {}\n"),
        ("nginx/nginx.conf", "events {}\n"),
        ("node_modules/a/.env", "DEBUG=true\n"),
        ("notes.txt", "x"),
    ];
    let project = Project::new("list", &files);
    let run = check(&project, &["--list-files"]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.out,
        ".env.prod  env (by its name)  production (by its name)\n\
         ci.yml  passed over: not in a format gonogo reads\n\
         nginx/nginx.conf  nginx (by its name)  production (nothing says otherwise)\n\
         node_modules  passed over: not searched (other people's files, build results, history)\n"
    );
    assert_eq!(check(&project, &["--list-files", "nginx", "ci.yml"]).out.lines().count(), 2);
}

#[test]
fn output_is_the_same_for_any_number_of_threads_and_order_of_arguments() {
    let files: Vec<(String, String)> =
        (0..40).map(|n| (format!("d{}/{n}.env", n % 7), format!("A={n}\nDEBUG=true\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = Project::new("order", &files);
    let expected = check(&project, &["--threads", "1"]);
    assert_eq!(expected.findings().len(), 40);
    for threads in ["2", "8"] {
        assert_eq!(check(&project, &["--threads", threads]).out, expected.out);
    }
    let names: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    let shuffled: Vec<&str> = (0..40).map(|n| names[n * 17 % 40]).collect();
    assert_eq!(check(&project, &shuffled).out, expected.out);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = Project::new("pipe", &[BAD]);
    let mut child =
        project.command(&["rules", "--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn rules_are_listed() {
    let project = Project::new("rules", &[]);
    let table = project.run(&["rules"]);
    assert_eq!(table.code, 0);
    assert!(table.out.lines().any(|line| line.starts_with("env/debug-on ")), "{}", table.out);
    let json: serde_json::Value = serde_json::from_str(&project.run(&["rules", "--format", "json"]).out).unwrap();
    let rule = json.as_array().unwrap().iter().find(|rule| rule["id"] == "env/debug-on").unwrap();
    assert_eq!(
        (&rule["severity"], &rule["reads"]),
        (&"high".into(), &"env file, environment of a service or image".into())
    );
    assert_eq!(json.as_array().unwrap().len(), table.out.lines().count());
}

#[test]
fn a_rule_is_explained_with_what_is_in_effect() {
    let project = Project::new("explain", &[]);
    let run = project.run(&["explain", "env/debug-on", "--rule", "env/debug-on=low"]);
    assert_eq!(run.code, 0);
    assert!(run.out.starts_with("env/debug-on\n\n"), "{}", run.out);
    assert!(run.out.contains("production   low       set by the command line"), "{}", run.out);
    let run = project.run(&["explain", "compose/invalid-value"]);
    assert!(run.out.contains("This id stands for 23 rules") && run.out.contains("compose/bad-size"), "{}", run.out);
    let run = project.run(&["explain", "env/debug-no"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert_eq!(run.err, "gonogo: error: there is no rule `env/debug-no`; did you mean `env/debug-on`?\n");
}

#[test]
fn completions_and_the_manual_are_printed() {
    let project = Project::new("generated", &[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = project.run(&["completions", shell]);
        assert_eq!(run.code, 0);
        assert!(run.out.contains("stdin-filename"), "{shell}");
    }
    assert!(project.run(&["man"]).out.contains(".TH gonogo"));
    assert!(project.run(&["man", "check"]).out.contains("fail"));
    assert_eq!(project.run(&["man", "nothing"]).code, 2);
    let version = project.run(&["--version"]);
    assert_eq!((version.code, version.out), (0, format!("gonogo {}\n", env!("CARGO_PKG_VERSION"))));
}

/// Names come from strangers: they neither steer the terminal nor speak to the log of a job, on any stream.
#[cfg(unix)]
#[test]
fn names_are_only_read() {
    use std::os::unix::ffi::OsStringExt;
    let project = Project::new("names", &[(".env", "A=1\n")]);
    for name in [
        &b"a\n::add-mask::1\n\xff.env"[..],
        b"b##[add-mask]e\xff.env",
        b"c\x1b]0;title\x07\x1b[2J.env",
        b"d\r::stop-commands::x.env",
        b"e\xe2\x80\xae\xd8\x9cf.env",
        b"g\n::error::h.env",
    ] {
        fs::write(project.0.join(std::ffi::OsString::from_vec(name.to_vec())), "DEBUG=true\nDEBUG=true\n").unwrap();
    }
    let name = "g\n::error::h.env";
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["check", "--list-files"],
        vec!["check", "--color", "always"],
        vec!["check", "--fix"],
        vec!["check", name],
        vec!["check", "no\n::error::such\u{1b}"],
        vec!["check", "--no\n::error::such\u{1b}"],
        vec!["check", "--config", "no\n::error::such\u{1b}"],
        vec!["explain", "no\n::error::such\u{1b}"],
        vec!["packs", "show", "no\n::error::such\u{1b}"],
        vec!["env", "values", name],
        vec!["env", "values", "--format", "json", name],
        vec!["env", "diff", name],
        vec!["env", "diff", name, ".env"],
        vec!["env", "diff", "--format", "json", name, ".env"],
    ];
    let formats = ["terminal", "concise", "json", "sarif", "summary", "junit"];
    runs.extend(formats.map(|format| vec!["check", "--format", format]));
    for arguments in runs {
        let run = project.run(&arguments);
        for text in [&run.out, &run.err] {
            let steers = |c: &char| c.is_control() && *c != '\n' || matches!(c, '\u{202e}' | '\u{61c}');
            let painted = arguments.contains(&"always");
            let found = text.chars().filter(|c| !(painted && *c == '\u{1b}')).find(steers);
            assert_eq!(found, None, "{arguments:?}: {text:?}");
            let obeyed = text.lines().find(|line| line.trim_start().starts_with("::") || line.contains("##["));
            assert_eq!(obeyed, None, "{arguments:?}: {text}");
        }
    }
    let list = project.run(&["check", "--list-files"]).out;
    assert!(list.contains("\ng ::error::h.env  env"), "one line for each file: {list}");
}

#[test]
fn a_wide_blank_in_an_env_file_is_no_reason_to_stop() {
    for blank in ["\u{a0}", "\u{85}", "\u{2028}", "\u{3000}"] {
        let text = format!("SECRET_KEY=changeme\nDB_PASS{blank}kanarie\n");
        let project = Project::new("wide-blank", &[(".env.prod", &text)]);
        let run = check(&project, &[]);
        assert_eq!(run.code, 1, "{}", run.err);
        assert!(run.out.contains(".env.prod:1:12: high env/placeholder-secret"), "{}", run.out);
        for arguments in [&["env", "values", ".env.prod"][..], &["env", "diff", ".env.prod"]] {
            let run = project.run(arguments);
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{arguments:?}");
            assert!(!run.out.contains("kanarie"), "{}", run.out);
        }
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "says what was not tried")]
fn every_shell_loads_its_completions() {
    let project = Project::new("completions", &[]);
    for (shell, arguments) in [
        ("bash", &["--norc", "-c", "set -eu; . ./gonogo.bash; complete -p gonogo"][..]),
        ("zsh", &["-f", "-c", "autoload -U compinit; compinit -D -u; . ./gonogo.zsh; print $_comps[gonogo]"]),
        ("fish", &["--no-config", "-c", "source gonogo.fish; or exit 1; complete -C 'gonogo check --format '"]),
        ("pwsh", &["-NoProfile", "-Command", ". ./gonogo.ps1; 'gonogo'"]),
        ("elvish", &["-norc", "-c", "eval (slurp < gonogo.elv); echo gonogo"]),
    ] {
        let (name, ending) = match shell {
            "pwsh" => ("powershell", "ps1"),
            "elvish" => ("elvish", "elv"),
            other => (other, other),
        };
        let script = project.run(&["completions", name]);
        assert!(script.code == 0 && script.out.contains("gonogo"), "{shell}");
        project.write(&format!("gonogo.{ending}"), &script.out);
        let loaded = Command::new(shell).args(arguments).current_dir(project.path()).output();
        let Ok(loaded) = loaded else {
            println!("skipped: {shell} is not installed");
            continue;
        };
        let (out, err) = (String::from_utf8_lossy(&loaded.stdout), String::from_utf8_lossy(&loaded.stderr));
        assert!(loaded.status.success() && err.is_empty(), "{shell}: {err}");
        assert!(out.contains("gonogo") || out.contains("$GITHUB_STEP_SUMMARY"), "{shell}: {out}");
    }
}

#[test]
fn a_line_from_a_log_finds_its_rules() {
    let project = Project::new("explain", &[]);
    for (line, rule) in [
        ("host not found in upstream", "project/upstream-unknown"),
        (
            "nginx: [emerg] host not found in upstream \"shop\" in /etc/nginx/conf.d/shop.conf:7",
            "project/upstream-unknown",
        ),
        ("exec: \"curl\": executable file not found in $PATH", "project/probe-tool-missing"),
        ("client intended to send too large body: 2097152 bytes", "project/upload-limit-mismatch"),
        ("zero size shared memory zone \"one\"", "nginx/undefined-zone"),
    ] {
        let run = project.run(&["explain", line]);
        assert!(run.code == 0 && run.out.starts_with(rule), "{line}: {}{}", run.out, run.err);
    }
    let several = project.run(&["explain", "refuses to start"]);
    assert!(several.code == 0 && several.out.lines().count() > 2, "a list: {}", several.out);
    assert!(several.out.lines().all(|line| line.contains('/') && line.contains("  ")), "{}", several.out);
    let nothing = project.run(&["explain", "quux frobnicate"]);
    assert!(nothing.code == 2 && nothing.err.contains("there is no rule"), "{}", nothing.err);
    let typo = project.run(&["explain", "env/debug-onn"]);
    assert!(typo.code == 2 && typo.err.contains("did you mean `env/debug-on`?"), "{}", typo.err);
}

#[test]
fn what_belongs_to_a_deployment_and_is_not_read_is_listed() {
    let project =
        Project::new("unread", &[(".env", "A=1\n"), ("deploy/haproxy.cfg", "frontend web\n"), ("notes.txt", "x\n")]);
    project.write("k8s/web.yaml", "kind: Deployment\n");
    project.write("Caddyfile", "example.com\n");
    let listed = project.run(&["check", "--list-files"]).out;
    for (path, what) in [
        ("deploy/haproxy.cfg", "HAProxy configuration"),
        ("k8s/web.yaml", "Kubernetes manifest"),
        ("Caddyfile", "Caddyfile (but for its upstreams)"),
    ] {
        assert!(listed.contains(&format!("{path}  not read: {what}, for which")), "{path}: {listed}");
    }
    assert!(listed.contains(".env  env (by its name)  production (nothing says otherwise)"), "{listed}");
    assert!(!listed.contains("notes.txt"), "{listed}");
}
