//! `gonogo compose show`, as its users meet it.

use serde_json::Value;

use crate::cli::Project;
use crate::sandbox::Sandbox;

/// Recorded from `docker compose config` 2.40.3: projects, what stands behind `docker compose`, and the model; `W` is the
/// directory of the project. What is empty in one and absent in the other is left out of both.
#[test]
fn the_model_is_that_of_docker_compose_config() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/compose/models.json");
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for case in cases.as_array().unwrap() {
        let sandbox = Sandbox::new("models");
        for (path, text) in case["files"].as_object().unwrap() {
            sandbox.write(&format!("shop/{path}"), text.as_str().unwrap());
        }
        let words = case["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
        let arguments: Vec<&str> =
            ["compose", "show", "--format", "json", "--reveal"].into_iter().chain(words).collect();
        let folder = sandbox.path().join("shop").canonicalize().unwrap();
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_gonogo"));
        let output = command.current_dir(&folder).args(&arguments).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap().replace(folder.to_str().unwrap(), "W");
        let model: Value = serde_json::from_str(&printed).unwrap_or_default();
        if numbers(model.clone()) != numbers(case["model"].clone()) {
            wrong.push(format!("{}: {model}", case["name"]));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// `1` and `1.0` are one number.
fn numbers(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields.into_iter().map(|(key, value)| (key, numbers(value))).collect(),
        Value::Array(items) => items.into_iter().map(numbers).collect(),
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        other => other,
    }
}

const BASE: &str = "\
services:
  web:
    image: shop:${TAG}
    env_file: web.env
    command: run --token kanarie-4711-zebra
    ports: [\"8080:80\"]
";
const PROD: &str = "\
services:
  web:
    environment: {DB_URL: \"postgres://app:${DB_PASSWORD}@db/x\", HOST: $HOST}
    restart: always
";
const FILES: &[(&str, &str)] = &[
    ("compose.yml", BASE),
    ("compose.prod.yml", PROD),
    (".env", "TAG=1.4\nDB_PASSWORD=uHu-9913-zebra\n"),
    ("web.env", "MODE=live\nAPI_TOKEN=kanarie-4711-zebra\nCOPY=uHu-9913-zebra\n"),
];

#[test]
fn every_value_has_its_origin_and_secrets_are_masked() {
    let project = Project::new("compose-show", FILES);
    let run = project.run(&["compose", "show", "-f", "compose.yml", "-f", "compose.prod.yml", "-p", "shop"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let expected = "\
name: shop
services:
  web:
    command:
      - run  # compose.yml:5
      - --token  # compose.yml:5
      - '******************'  # compose.yml:5
    environment:
      API_TOKEN: '******************'  # web.env:2
      COPY: '**************'  # web.env:3
      DB_URL: postgres://app:**************@db/x  # compose.prod.yml:3, DB_PASSWORD from .env:2
      HOST: \"\"  # compose.prod.yml:3, HOST is not set
      MODE: live  # web.env:1
    image: shop:1.4  # compose.yml:3, TAG from .env:1
    networks:
      default: null
    ports:
      - mode: ingress  # compose.yml:6
        target: 80  # compose.yml:6
        published: \"8080\"  # compose.yml:6
        protocol: tcp  # compose.yml:6
    restart: always  # compose.prod.yml:4
networks:
  default:
    name: shop_default
";
    assert_eq!(run.out, expected);
    let json = project.run(&["compose", "show", "--format", "json", "-f", "compose.yml", "-f", "compose.prod.yml"]);
    assert!(!json.out.contains("zebra") && json.out.contains("live"), "{}", json.out);
}

#[test]
fn secrets_are_revealed_to_people_and_programs_that_ask() {
    let project = Project::new("compose-reveal", FILES);
    let run = project.run(&["compose", "show", "-f", "compose.yml", "--reveal"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("only on a terminal") && run.out.is_empty(), "{}", run.err);
    let run = project.run(&["compose", "show", "-f", "compose.yml", "--reveal", "--format", "json"]);
    let model: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(model["services"]["web"]["environment"]["API_TOKEN"], "kanarie-4711-zebra");
}

#[test]
fn of_several_sets_the_user_names_one() {
    let script =
        "#!/bin/sh\ndocker compose -f compose.yml up -d\ndocker compose -f compose.yml -f compose.prod.yml up -d\n";
    let project = Project::new("compose-sets", &[FILES, &[("deploy.sh", script)]].concat());
    let run = project.run(&["compose", "show"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("2 sets of Compose files"), "{}", run.err);
    assert!(run.err.contains("-f compose.yml -f compose.prod.yml (deploy.sh:3)"), "{}", run.err);
    assert!(run.out.is_empty());
    let run = project.run(&["compose", "show", "compose.prod.yml"]);
    assert!(run.code == 0 && run.out.contains("restart: always"), "{}{}", run.out, run.err);
}

#[test]
fn the_set_that_is_started_is_shown_with_its_profiles() {
    let files = [
        ("base.compose.yml", "services:\n  web: {image: shop:1}\n  tool: {image: shop:1, profiles: [ops]}\n"),
        ("deploy.sh", "docker compose -f base.compose.yml --profile ops up -d\n"),
    ];
    let project = Project::new("compose-profile", &files);
    let run = project.run(&["compose", "show"]);
    assert!(run.code == 0 && run.out.contains("  tool:\n"), "{}{}", run.out, run.err);
    let run = project.run(&["compose", "show", "-f", "base.compose.yml"]);
    assert!(run.code == 0 && !run.out.contains("  tool:\n"), "{}{}", run.out, run.err);
}

#[test]
fn what_cannot_be_shown_is_said() {
    let bad = ("bad.compose.yml", "services:\n  web: {image: shop:1, ports: [q]}\n");
    let project = Project::new("compose-bad", &[FILES, &[bad, ("notes.env", "A=1\n")]].concat());
    for (arguments, code, expected) in [
        (&["-f", "none.yml"][..], 2, "`none.yml` was not found"),
        (&["-f", "notes.env"], 1, "notes.env:1: Compose refuses the files"),
        (&["-f", "../x.yml"], 2, "outside of the project"),
        (&["-f", "compose.yml", "--env-file", "none.env"], 2, "`none.env` was not found"),
        (&["-f", "bad.compose.yml"], 1, "bad.compose.yml:2: Compose refuses the files"),
    ] {
        let run = project.run(&[&["compose", "show"], arguments].concat());
        assert_eq!(run.code, code, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(expected), "{}", run.err);
    }
    let empty = Project::new("compose-none", &[("a.env", "A=1\n")]);
    let run = empty.run(&["compose", "show"]);
    assert!(run.code == 2 && run.err.contains("there is no Compose file"), "{}", run.err);
}

#[test]
fn a_file_that_is_named_is_one_whatever_it_is_called() {
    let files = [("stack.txt", "x-name: &name shop:1\nservices:\n  web: {image: *name}\n"), (".env", "")];
    let project = Project::new("compose-any-name", &files);
    let run = project.run(&["compose", "show", "-f", "stack.txt"]);
    assert!(run.code == 0 && run.out.contains("image: shop:1"), "{}{}", run.out, run.err);
    let run = project.run(&["compose", "show", "-f", "missing.txt"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`missing.txt` was not found"), "{}", run.err);
}
