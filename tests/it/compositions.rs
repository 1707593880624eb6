//! Compose files that are started together are judged as Compose reads them.

use crate::sandbox::Sandbox;

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
