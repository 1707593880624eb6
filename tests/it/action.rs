//! The GitHub action and the pre-commit hook: what can be said about them without GitHub.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regex::Regex;
use serde_json::Value;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn action() -> Value {
    serde_yaml::from_str(&read("action.yml")).unwrap()
}

fn steps() -> Vec<Value> {
    action()["runs"]["steps"].as_array().unwrap().clone()
}

/// The shell text of a step, by its name.
fn shell(name: &str) -> String {
    let step = steps().into_iter().find(|step| step["name"] == name).unwrap();
    step["run"].as_str().unwrap().to_owned()
}

#[test]
fn inputs_are_never_code() {
    let mut runs = 0;
    for step in steps() {
        if let Some(run) = step["run"].as_str() {
            runs += 1;
            assert!(!run.contains("${{"), "an expression inside `run` is code: {run}");
            assert_eq!(step["shell"], "bash", "a composite action must name its shell");
        }
    }
    assert!(runs >= 3);
}

#[test]
fn one_run_gives_everything() {
    let text: String = steps().iter().filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(text.matches(" check ").count(), 1, "the program runs once");
    for part in ["--format github", "sarif=", "summary=$GITHUB_STEP_SUMMARY"] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn actions_are_pinned_to_commits() {
    let pinned = Regex::new("^[a-z-]+/[a-z/-]+@[0-9a-f]{40}$").unwrap();
    let used: Vec<Value> = steps().into_iter().map(|step| step["uses"].clone()).filter(Value::is_string).collect();
    assert_eq!(used.len(), 2);
    for action in used {
        assert!(pinned.is_match(action.as_str().unwrap()), "{action}");
    }
}

#[test]
fn the_verdict_comes_last_and_outputs_name_real_steps() {
    let steps = steps();
    assert_eq!(steps.last().unwrap()["name"], "Verdict");
    let ids: Vec<&str> = steps.iter().filter_map(|step| step["id"].as_str()).collect();
    let named = Regex::new(r"steps\.([a-z]+)\.outputs\.([a-z]+)").unwrap();
    let text = read("action.yml");
    for found in named.captures_iter(&text) {
        assert!(ids.contains(&&found[1]), "{}", &found[0]);
        assert!(text.contains(&format!("echo \"{}=", &found[2])), "{} is never written", &found[0]);
    }
    let inputs = Regex::new(r"inputs\.([a-z-]+)").unwrap();
    let declared = action();
    for found in inputs.captures_iter(&text) {
        assert!(!declared["inputs"][&found[1]].is_null(), "{}", &found[0]);
    }
}

/// A deleted file breaks a deployment like a changed one, and no list of names covers what is read.
#[test]
fn the_hook_always_runs_and_judges_the_commit() {
    let hooks: Value = serde_yaml::from_str(&read(".pre-commit-hooks.yaml")).unwrap();
    let hook = &hooks[0];
    assert_eq!((&hook["language"], &hook["entry"]), (&"rust".into(), &"gonogo check --staged".into()));
    assert_eq!((&hook["pass_filenames"], &hook["require_serial"]), (&false.into(), &true.into()));
    assert_eq!((&hook["always_run"], &hook["files"]), (&true.into(), &Value::Null));
}

#[test]
fn a_failed_upload_hides_no_verdict() {
    let upload = steps().into_iter().find(|step| step["id"] == "upload").unwrap();
    assert_eq!(upload["continue-on-error"], true);
}

/// The workflows of the README are whole, and ask for no more than they need.
#[test]
fn the_samples_of_the_readme_work_when_copied() {
    let readme = read("README.md");
    let samples: Vec<Value> = readme
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .filter(|text| text.contains("runs-on:"))
        .map(|text| serde_yaml::from_str(text).unwrap())
        .collect();
    assert!(samples.len() >= 3, "{}", samples.len());
    let pinned = Regex::new("^[a-zA-Z/-]+@([0-9a-f]{40}|COMMIT)$").unwrap();
    let declared = action();
    for sample in samples {
        let job = sample["jobs"]["gonogo"].clone();
        assert!(!sample["on"].is_null() && job["steps"].is_array(), "{sample}");
        assert_eq!(job["permissions"]["contents"], "read");
        let steps = job["steps"].as_array().unwrap();
        for step in steps {
            let used = step["uses"].as_str().unwrap();
            assert!(pinned.is_match(used) || used.starts_with("./"), "{used}");
            if used.starts_with("actions/checkout@") {
                assert_eq!(step["with"]["persist-credentials"], false, "{sample}");
            } else {
                let inputs = step["with"].as_object().cloned().unwrap_or_default();
                assert!(inputs.keys().all(|input| !declared["inputs"][input].is_null()), "{inputs:?}");
                let uploads = inputs.get("upload") != Some(&Value::Bool(false));
                assert_eq!(uploads, job["permissions"]["security-events"] == "write", "{sample}");
            }
        }
    }
}

#[cfg(unix)]
mod executed {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;
    use crate::cli::Project;

    /// Runs a step's shell text as the runner does, in a project, and returns exit code, outputs and standard output.
    fn step(project: &Project, name: &str, variables: &[(&str, &str)]) -> (i32, BTreeMap<String, String>, String) {
        project.write(".runner/output", "");
        let at = |name: &str| format!("{}/.runner/{name}", project.path());
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", &shell(name)])
            .current_dir(project.path())
            .env("RUNNER_TEMP", at(""))
            .env("GITHUB_OUTPUT", at("output"))
            .env("GITHUB_STEP_SUMMARY", at("summary"))
            .env("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR"));
        for variable in
            ["BINARY", "ROOT", "PROJECT", "FAIL_ON", "PACKS", "ENVIRONMENT", "POLICY_FROM", "ARGS", "UPLOAD"]
        {
            command.env(variable, "");
        }
        command.envs(variables.iter().copied());
        let done = command.output().unwrap();
        let outputs = fs::read_to_string(at("output")).unwrap();
        let outputs = outputs.lines().filter_map(|line| line.split_once('='));
        let outputs = outputs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        (done.status.code().unwrap(), outputs, String::from_utf8(done.stdout).unwrap())
    }

    const GONOGO: (&str, &str) = ("BINARY", env!("CARGO_BIN_EXE_gonogo"));

    #[test]
    fn a_no_go_is_reported_everywhere_and_fails_last() {
        let project = Project::new("action-no-go", &[("app/.env.prod", "DEBUG=true\n")]);
        let (code, outputs, out) = step(&project, "Check", &[GONOGO, ("PROJECT", "app")]);
        assert_eq!(code, 0, "the step goes on so that the upload happens");
        assert_eq!((outputs["verdict"].as_str(), outputs["code"].as_str()), ("no-go", "1"));
        assert!(out.starts_with("::error file="), "{out}");
        let sarif: Value = serde_json::from_str(&fs::read_to_string(&outputs["sarif"]).unwrap()).unwrap();
        assert!(!sarif["runs"][0]["results"].as_array().unwrap().is_empty());
        let summary = fs::read_to_string(format!("{}/.runner/summary", project.path())).unwrap();
        assert!(summary.contains("gonogo: NO-GO"), "{summary}");
        assert_eq!(step(&project, "Verdict", &[("CODE", "1")]).0, 1);
        assert_eq!(step(&project, "Verdict", &[("CODE", "0"), ("UPLOAD", "success")]).0, 0);
        let (code, _, out) = step(&project, "Verdict", &[("CODE", "1"), ("UPLOAD", "failure")]);
        assert!(code == 1 && out.starts_with("::warning title=gonogo::The findings could not be uploaded"), "{out}");
    }

    #[test]
    fn a_go_and_an_undecided() {
        let project = Project::new("action-go", &[("go/.env.prod", "NAME=shop\n"), ("empty/README", "")]);
        let (_, outputs, _) = step(&project, "Check", &[GONOGO, ("PROJECT", "go")]);
        assert_eq!((outputs["verdict"].as_str(), outputs["code"].as_str()), ("go", "0"));
        let (_, outputs, _) = step(&project, "Check", &[GONOGO, ("PROJECT", "empty")]);
        assert_eq!(outputs["verdict"], "undecided");
        let (_, outputs, _) = step(&project, "Check", &[GONOGO, ("PROJECT", "not-there")]);
        assert_eq!((outputs["verdict"].as_str(), outputs["code"].as_str()), ("undecided", "2"));
        assert!(!outputs.contains_key("sarif"), "nothing to upload: {outputs:?}");
    }

    #[test]
    fn a_pull_request_is_judged_by_the_policy_of_its_base() {
        let files = [
            ("base/.env.prod", "DEBUG=true\n"),
            ("change/.env.prod", "DEBUG=true\n"),
            ("change/gonogo.yaml", "rules: { env/debug-on: off }\n"),
        ];
        let project = Project::new("action-base", &files);
        let (_, outputs, _) = step(&project, "Check", &[GONOGO, ("PROJECT", "change")]);
        assert_eq!(outputs["verdict"], "go", "it judges itself");
        let settings = [GONOGO, ("PROJECT", "change"), ("POLICY_FROM", "base")];
        let (_, outputs, out) = step(&project, "Check", &settings);
        assert_eq!(outputs["verdict"], "no-go");
        let notice = "::warning title=gonogo::the project changes its own policy (`gonogo.yaml`)";
        assert!(out.contains(notice), "{out}");
        let summary = fs::read_to_string(format!("{}/.runner/summary", project.path())).unwrap();
        assert!(summary.contains("changes its own policy"), "{summary}");
    }

    #[test]
    fn arguments_are_split_and_nothing_is_executed() {
        let project = Project::new("action-args", &[("a b/.env.prod", "DEBUG=true\n"), ("x.conf", "")]);
        let settings = [GONOGO, ("PROJECT", "a b"), ("FAIL_ON", "critical"), ("ARGS", "--at\n2026-11-20  --threads 1")];
        let (_, outputs, _) = step(&project, "Check", &settings);
        assert_eq!(outputs["verdict"], "go", "{outputs:?}");
        let settings =
            [GONOGO, ("PROJECT", "a b"), ("PACKS", "./none.yaml\n./more.yaml"), ("ENVIRONMENT", "production")];
        assert_eq!(step(&project, "Check", &settings).1["code"], "2", "a pack that does not exist");
        for hostile in ["$(touch pwned)", "`touch pwned`", "; touch pwned", "\"; touch pwned; \"", "*"] {
            for variable in ["PROJECT", "FAIL_ON", "PACKS", "ENVIRONMENT", "POLICY_FROM", "ARGS"] {
                let (code, outputs, _) = step(&project, "Check", &[GONOGO, ("PROJECT", "a b"), (variable, hostile)]);
                assert_eq!((code, outputs["code"].as_str()), (0, "2"), "{variable}={hostile}");
                assert!(!Path::new(project.path()).join("pwned").exists(), "{variable}={hostile}");
            }
        }
    }

    #[test]
    fn gonogo_is_built_once_from_the_action() {
        let project = Project::new("action-build", &[("bin/cargo", "#!/bin/sh\necho \"$@\" >> cargo.log\n")]);
        let cargo = Path::new(project.path()).join("bin/cargo");
        fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}/bin:{}", project.path(), std::env::var("PATH").unwrap());
        let root = format!("{}/root", project.path());
        let log = || fs::read_to_string(Path::new(project.path()).join("cargo.log")).unwrap_or_default();
        assert_eq!(step(&project, "Build gonogo", &[("PATH", &path), ("ROOT", &root)]).0, 0);
        let expected = format!("install --locked --quiet --root {root} --path {}\n", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(log(), expected);
        project.write("root/bin/gonogo", "");
        let built = Path::new(&root).join("bin/gonogo");
        fs::set_permissions(built, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(step(&project, "Build gonogo", &[("PATH", &path), ("ROOT", &root)]).0, 0);
        assert_eq!(log(), expected, "a restored program is not built again");
        let (_, outputs, _) = step(&project, "Locate gonogo", &[("BINARY", "")]);
        assert_eq!(outputs["build"], "true");
        let key = Regex::new("^(rustc-[0-9]|none-)[A-Za-z0-9.-]+-[0-9]+-[0-9]+$").unwrap();
        assert!(key.is_match(&outputs["key"]), "compiler and sources: {outputs:?}");
        let (_, outputs, _) = step(&project, "Locate gonogo", &[GONOGO]);
        assert_eq!(outputs["build"], "false");
    }

    #[test]
    fn shellcheck_has_nothing_to_say() {
        let project = Project::new("action-shellcheck", &[]);
        for step in steps() {
            let Some(run) = step["run"].as_str() else { continue };
            project.write("step.sh", &format!("#!/usr/bin/env bash\n{run}"));
            let file = Path::new(project.path()).join("step.sh");
            // Not everybody has it; the continuous integration does.
            let Ok(done) = Command::new("shellcheck").arg(file).output() else { return };
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        }
    }
}
