//! Compose files that are started together are judged as Compose reads them.

use crate::sandbox::{Sandbox, said};

/// Recorded from `docker compose config` 2.40.3: projects with override files, `COMPOSE_FILE`, `include`, `extends` over
/// files, and scripts with `-f`, `--env-file` and `--profile`.
#[test]
fn verdicts_about_several_files_are_those_of_docker_compose_config() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/compose/set-verdicts.json");
    let cases: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for case in cases.as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let sandbox = Sandbox::new("sets");
        for (path, text) in case["files"].as_object().unwrap() {
            sandbox.write(path, text.as_str().unwrap());
        }
        let output = sandbox.run(&["check", "--format", "json", "--at", "2026-11-20"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let refusals = report["findings"].as_array().unwrap().iter();
        // `config` does not look at what is built.
        let mut refusals = refusals.filter(|f| f["effect"] == "will-not-start" && f["rule"] != "compose/build-missing");
        let (said, refused) = (refusals.next().map(|finding| finding["message"].clone()), case["refused"] == true);
        if said.is_some() != refused {
            wrong.push(format!("{name}: Compose says {}, gonogo {said:?}", case["stderr"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(files: &[(&str, &str)]) -> String {
    let sandbox = Sandbox::new("sets");
    for (path, text) in files {
        sandbox.write(path, *text);
    }
    said(&sandbox.run(&["check", "--at", "2026-11-20"]))
}

const BASE: &str = "services:\n  web:\n    image: shop:1.2\n    networks: [back]\n";
const HOSTING: &str = "services:\n  web:\n    privileged: true\nnetworks:\n  back:\n";

/// Recorded from `docker compose config` 2.40.3: without the profile it reads neither env file, with it both stop it.
#[test]
fn a_service_of_a_profile_counts_where_a_command_switches_it_on() {
    let service = |name: &str, file: &str, port: &str| {
        format!("  {name}:\n    image: shop:1.2\n    profiles: [tools]\n    env_file: {file}\n    ports: [{port}]\n")
    };
    let compose = format!("services:\n{}{}", service("a", "a.env", "'80:80'"), service("b", "b.env", "'80:81'"));
    let judged =
        |line: &str| check(&[("compose.yaml", &compose), ("a.env", "A=1\n<<<<<<< HEAD\n"), ("start.sh", line)]);
    let (off, on) = (judged("docker compose up -d\n"), judged("docker compose --profile tools up -d\n"));
    for (rule, idle, running) in [
        ("env/unparsable", Some("high  breaks at run time"), "high  will not start"),
        ("project/env-file-missing", Some("medium  breaks at run time"), "critical  will not start"),
        ("compose/port-taken", None, "high  breaks at run time"),
    ] {
        let said = |text: &str| text.lines().find(|line| line.ends_with(rule)).map(str::to_owned);
        assert_eq!(said(&off).is_some(), idle.is_some(), "{off}");
        assert!(said(&off).is_none_or(|line| line.contains(idle.unwrap())), "{off}");
        assert!(said(&on).is_some_and(|line| line.contains(running)), "{rule}: {on}");
    }
}

#[test]
fn the_configuration_may_say_how_compose_is_started() {
    let alone = check(&[("compose.yaml", BASE), ("hosting.yaml", HOSTING)]);
    assert!(alone.contains("uses the network `back`, which is not defined"), "{alone}");
    let config =
        "assume:\n  - compose: ['-f compose.yaml -f hosting.yaml up -d']\n    reason: the hoster starts it so\n";
    let told = check(&[("compose.yaml", BASE), ("hosting.yaml", HOSTING), ("gonogo.yaml", config)]);
    assert!(!told.contains("not defined") && told.contains("hosting.yaml:3:17"), "{told}");
}

#[test]
fn a_comment_that_tells_how_to_start_a_file_counts() {
    let hosting = format!("# docker compose -f compose.yaml -f compose.hosting.yaml up -d\n{HOSTING}");
    let told = check(&[("compose.yaml", BASE), ("compose.hosting.yaml", &hosting)]);
    assert!(!told.contains("not defined") && told.contains("compose.hosting.yaml:4:17"), "{told}");
}

#[test]
fn what_several_sets_have_is_said_once_and_with_the_set_it_holds_in() {
    let base = "services:\n  web:\n    image: shop:1.2\n    container_name: shop\n";
    let more = "services:\n  web:\n    deploy: {replicas: 2}\n";
    let script = "docker compose up -d\ndocker compose -f compose.yaml -f compose.more.yaml up -d\n";
    let told = check(&[("compose.yaml", base), ("compose.more.yaml", more), ("deploy.sh", script)]);
    assert!(told.contains("compose.yaml:4:21") && told.contains("more than one replica"), "{told}");
    assert!(told.contains("only when it is started together with `compose.more.yaml`"), "{told}");
    assert_eq!(told.matches("compose/no-resource-limits").count(), 1, "{told}");
}
