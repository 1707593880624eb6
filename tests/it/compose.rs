//! What gonogo says will not start, against Docker Compose itself, where it is installed, on generated projects.
//!
//! The program is `docker-compose` on the path or what `GONOGO_COMPOSE` names; no engine is needed. `GONOGO_SEED` and
//! `GONOGO_PROJECTS` ask for other and for more projects. A project on which the two disagree is made as small as it can
//! be and printed.
#![allow(clippy::print_stdout)]

mod sets;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use gonogo::engine;
use gonogo::policy::{Policy, Request};
use gonogo::report::composed_json;
use gonogo::rules::{Effect, Severity};
use gonogo::source::Workspace;
use serde_json::Value as Json;
use time::macros::datetime;

use crate::numbers::Numbers;
use crate::sandbox::Sandbox;

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

/// The version whose words stand in the table of the schema.
const VERSION: &str = "2.40.";
const SEED: u64 = 20_261_128;
const PROJECTS: usize = 1_000;

/// A kind of projects.
trait Kind: Sync {
    fn name(&self) -> &'static str;
    fn project(&self, numbers: &mut Numbers) -> Project;
}

/// Every kind there is; each gets the same share.
const KINDS: &[&dyn Kind] =
    &[&OneFile, &sets::Override, &sets::Flags, &sets::Include, &sets::Extends, &sets::Environment, &sets::Tags];

/// A project in pieces, so that it can be made smaller.
#[derive(Clone)]
struct Project {
    pieces: Vec<Piece>,
    /// What stands between `docker-compose` and `config`.
    arguments: Vec<String>,
}

/// Lines of a file, below a key at its top or below a service.
#[derive(Clone)]
struct Piece {
    file: &'static str,
    /// `services.web`, `volumes`, or nothing for the top.
    place: &'static str,
    text: String,
}

impl Project {
    fn files(&self) -> BTreeMap<&'static str, String> {
        let mut files: BTreeMap<&'static str, BTreeMap<&'static str, Vec<&str>>> = BTreeMap::new();
        for piece in &self.pieces {
            files.entry(piece.file).or_default().entry(piece.place).or_default().push(&piece.text);
        }
        let mut files: BTreeMap<&'static str, String> =
            files.into_iter().map(|(file, places)| (file, text(&places))).collect();
        if !self.arguments.is_empty() {
            files.insert("deploy.sh", format!("#!/bin/sh\ndocker compose {} up -d\n", self.arguments.join(" ")));
        }
        files
    }
}

fn text(places: &BTreeMap<&'static str, Vec<&str>>) -> String {
    let mut text = String::new();
    let mut above = "";
    for (place, pieces) in places {
        let (section, name) = place.split_once('.').unwrap_or((place, ""));
        if section != above && !section.is_empty() {
            text += &format!("{section}:\n");
            above = section;
        }
        if !name.is_empty() {
            text += &format!("  {name}:\n");
        }
        let indent = "  ".repeat(usize::from(!section.is_empty()) + usize::from(!name.is_empty()));
        for line in pieces.iter().flat_map(|piece| piece.lines()) {
            text += &format!("{indent}{line}\n");
        }
    }
    text
}

/// One Compose file: services with keys that are right, and values of all kinds in places of all kinds.
struct OneFile;

const FILE: &str = "compose.yaml";
/// What may stand anywhere; `%` is what stands there.
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "annotations: %", "attach: %", "blkio_config: {weight: %}", "blkio_config: {device_read_bps: [{path: /a, rate: %}]}",
    "build: %", "build: {context: ., args: %}", "build: {context: ., shm_size: %}", "build: {context: ., no_cache: %}",
    "build: {context: ., ssh: %}", "build: {context: ., additional_contexts: %}", "build: {context: ., platforms: %}",
    "build: {context: ., tags: %}", "build: {context: ., ulimits: {nofile: %}}", "build: {context: ., pull: %}",
    "build: {context: ., extra_hosts: %}", "build: {context: ., secrets: %}", "cap_add: %", "cap_drop: %", "cgroup: %",
    "cgroup_parent: %", "command: %", "configs: %", "container_name: %", "cpu_count: %", "cpu_percent: %", "cpu_period: %",
    "cpu_quota: %", "cpu_rt_period: %", "cpu_shares: %", "cpus: %", "cpuset: %", "credential_spec: %", "depends_on: %",
    "depends_on: {db: {condition: %}}", "depends_on: {db: {condition: service_started, required: %}}",
    "depends_on: {db: {condition: service_started, restart: %}}", "deploy: %", "deploy: {mode: %}", "deploy: {replicas: %}",
    "deploy: {labels: %}", "deploy: {resources: {limits: {cpus: %}}}", "deploy: {resources: {limits: {memory: %}}}",
    "deploy: {resources: {limits: {pids: %}}}", "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: %}]}}}",
    "deploy: {resources: {reservations: {devices: [{capabilities: %}]}}}", "deploy: {restart_policy: {delay: %}}",
    "deploy: {restart_policy: {max_attempts: %}}", "deploy: {restart_policy: {condition: %}}",
    "deploy: {update_config: {parallelism: %}}", "deploy: {update_config: {order: %}}", "deploy: {update_config: {delay: %}}",
    "deploy: {update_config: {max_failure_ratio: %}}", "deploy: {placement: {constraints: %}}",
    "deploy: {placement: {max_replicas_per_node: %}}", "develop: %", "develop: {watch: [{path: ./a, action: %}]}",
    "develop: {watch: [{path: %, action: rebuild}]}", "develop: {watch: [{path: ./a, action: sync, target: %}]}",
    "device_cgroup_rules: %", "devices: %", "devices: [{source: /a, target: %}]", "dns: %", "dns_opt: %", "dns_search: %",
    "domainname: %", "entrypoint: %", "env_file: [{path: a.env, required: false, format: %}]",
    "env_file: [{path: a.env, required: %}]", "environment: %", "environment: {A: %}", "environment: [%]", "expose: %",
    "extends: %", "external_links: %", "extra_hosts: %", "extra_hosts: {a: %}", "gpus: %", "gpus: [{count: %}]", "group_add: %",
    "healthcheck: %", "healthcheck: {test: %}", "healthcheck: {test: [CMD, a], interval: %}",
    "healthcheck: {test: [CMD, a], retries: %}", "healthcheck: {disable: %}", "healthcheck: {test: [CMD, a], timeout: %}",
    "hostname: %", "image: %", "init: %", "ipc: %", "isolation: %", "labels: %", "labels: {A: %}", "links: %", "logging: %",
    "logging: {driver: %}", "logging: {options: {a: %}}", "mac_address: %", "mem_limit: %", "mem_reservation: %",
    "mem_swappiness: %", "memswap_limit: %", "models: %", "network_mode: %", "networks: %", "networks: {default: {aliases: %}}",
    "networks: {default: {priority: %}}", "networks: {default: {ipv4_address: %}}", "oom_kill_disable: %", "oom_score_adj: %",
    "pid: %", "pids_limit: %", "platform: %", "ports: %", "ports: [%]", "ports: [{target: %}]",
    "ports: [{target: 80, published: %}]", "ports: [{target: 80, host_ip: %}]", "ports: [{target: 80, protocol: %}]",
    "post_start: [{command: %}]", "post_start: [{command: a, privileged: %}]", "pre_stop: [{command: a, environment: %}]",
    "privileged: %", "profiles: %", "provider: {type: %}", "provider: {type: a, options: {b: %}}", "pull_policy: %",
    "read_only: %", "restart: %", "runtime: %", "scale: %", "secrets: %", "secrets: [{source: token, mode: %}]",
    "security_opt: %", "shm_size: %", "stdin_open: %", "stop_grace_period: %", "stop_signal: %", "storage_opt: %",
    "storage_opt: {size: %}", "sysctls: %", "tmpfs: %", "tty: %", "ulimits: {nofile: %}", "ulimits: {nofile: {soft: 1, hard: %}}",
    "ulimits: %", "use_api_socket: %", "user: %", "userns_mode: %", "uts: %", "volumes: %", "volumes: [%]",
    "volumes: [{type: %, source: data, target: /a}]", "volumes: [{type: bind, source: %, target: /a}]",
    "volumes: [{type: volume, source: data, target: %}]", "volumes: [{type: tmpfs, target: /a, tmpfs: {size: %}}]",
    "volumes: [{type: tmpfs, target: /a, tmpfs: {mode: %}}]", "volumes: [{type: bind, source: ., target: /a, read_only: %}]",
    "volumes: [{type: volume, source: data, target: /a, volume: {nocopy: %}}]", "volumes_from: %", "working_dir: %",
    "<<: %", "x-a: %", "%: a", "environment: {%: a}", "cpus: %\ndeploy: {resources: {limits: {cpus: 1}}}",
    "mem_limit: %\ndeploy: {resources: {limits: {memory: 512m}}}", "pids_limit: %\ndeploy: {resources: {limits: {}}}",
    "mem_reservation: %\ndeploy: {resources: {reservations: {cpus: 1}}}", "scale: %\ndeploy: {replicas: 1}",
    "container_name: web\nscale: %", "network_mode: %\nnetworks: [front]", "platform: %\nbuild: {context: ., platforms: [linux/amd64]}",
    "tmpfs: [/a]\nvolumes: [%]", "tmpfs: %\nvolumes: [\"data:/a\"]", "depends_on: [db]\nlinks: %",
    "build: {context: ., dockerfile: a, dockerfile_inline: %}", "build: {context: ., additional_contexts: {a: %}}",
];
/// What stands at the top.
#[rustfmt::skip]
const TOP: &[(&str, &str)] = &[
    ("volumes", "data: %"), ("volumes", "data: {external: %}"), ("volumes", "data: {name: %}"), ("volumes", "data: {driver_opts: {a: %}}"),
    ("volumes", "data: {external: true, driver: %}"), ("volumes", "data: {labels: %}"), ("networks", "front: %"),
    ("networks", "front: {external: %}"), ("networks", "front: {internal: %}"), ("networks", "front: {attachable: %}"),
    ("networks", "front: {ipam: {config: [{subnet: %}]}}"), ("networks", "front: {driver_opts: {a: %}}"),
    ("networks", "front: {name: front, external: {name: %}}"), ("secrets", "token: %"), ("secrets", "token: {file: ./t, environment: %}"),
    ("secrets", "token: {external: %}"), ("secrets", "token: {driver: %}"), ("secrets", "token: {file: %}"), ("configs", "page: %"),
    ("configs", "page: {content: %}"), ("configs", "page: {external: %}"), ("configs", "page: {file: ./p, content: %}"),
    ("models", "llm: {model: %}"), ("models", "llm: %"), ("models", "llm: {model: a, context_size: %}"), ("", "version: %"), ("", "name: %"),
    ("", "x-a: %"), ("", "x-a: {%: a}"), ("", "---"), ("", "--- %"), ("", "services2: %"),
];
/// What is written there: values that are often right, and those that go wrong.
#[rustfmt::skip]
const VALUES: &[&str] = &[
    "", "null", "~", "true", "\"true\"", "yes", "\"maybe\"", "0", "1", "-1", "\"1\"", "\"-1\"", "1.5", "\"1.5\"", "2.0", "1e3",
    "100000", "0440", "\"0440\"", ".inf", "2024-01-01", "a", "\"\"", "\" \"", "a b", "\"a 'b\"", "'a \"b\" c'", "a=b", "\"a =b\"", "a:b",
    "\"a:b:c\"", "\"a:b:c:d\"", "512m", "512Mi", "\"1 g\"", "30s", "30", "1m 30s", "2d", "always", "missing", "every_5h", "all", "host",
    "bridge", "none", "service:db", "service:nobody", "service:tool", "container:x", "db", "nobody", "tool", "service_healthy",
    "service_started", "stop-first", "sync", "rebuild", "raw", "bind", "volume", "tmpfs", "image", "npipe", "default", "linux/amd64",
    "80", "\"80\"", "\"80:80\"", "\"80:0\"", "\"8080:80/udp\"", "\"80:80/\"", "\"80-81:80\"", "\"80:80-81\"", "\"127.0.0.1:80:80\"",
    "\"localhost:80:80\"", "\"[::1]:80:80\"", "\"::1:80:80\"", "\"70000:80\"", "\"90-80:1\"", "127.0.0.1", "\"::1\"", "./a", "/a", "\"./a:/b\"",
    "\"data:/b:ro\"", "\"nodata:/b\"", "\":/b\"", "\"/a:/b:ro:z\"", "\"v:/v\"", "[]", "{}", "[a]", "[a, b]", "[a, a]", "[1, \"1\"]", "[1, 1]",
    "[~]", "[[a]]", "[{a: b}]", "{a: b}", "{a: ~}", "{a: 1.5}", "{a: [b]}", "{a: {b: c}}", "{x-a: b}", "{1: a}", "[db]", "[db, db]",
    "[nobody]", "[tool]", "[default]", "[front]", "[token]", "[page]", "[llm]", "[\"a=b\"]", "[\"a=b\", \"a=c\"]", "[\"a =b\"]", "[CMD, a]",
    "[CMD-SHELL, a]", "[NONE]", "[curl, a]", "[/a, /a]", "[/a, \"/a:size=1\"]", "[/a, /b]", "[\"/a:/a\", \"/b:/a\"]", "[\"data:/a\", \"./b:/a/\"]",
    "[80, 80]", "[80, \"80\"]", "[{target: 80}]", "[{published: 80}]", "[{source: token}]", "[{target: token}]", "[\"/dev/a:/dev/b:r\"]",
    "{db: {condition: service_started}}", "{db: {}}", "{tool: {condition: service_started, required: false}}", "{db: }", "{file: ./a}",
    "{environment: A}", "{name: a}", "{external: true}", "{context: .}", "{service: db}", "{soft: 1, hard: 2}", "{soft: 1}",
    "\"$A\"", "\"${A}\"", "\"${A:-1}\"", "\"${A:-b}\"", "\"${A:?no}\"", "\"${A\"", "\"$${A}\"", "\"${A:-${B}\"", "\"${A:+b}c\"", "!reset 1",
    "!reset ~", "!override a", "!!str 1", "\"café\"", "&a b", "*b",
];

impl Kind for OneFile {
    fn name(&self) -> &'static str {
        "one file"
    }

    fn project(&self, numbers: &mut Numbers) -> Project {
        let mut pieces = Vec::new();
        // With a `.env` it is known what is not set.
        pieces.push(Piece { file: ".env", place: "", text: "Z=1".into() });
        let mut add = |place, text: &str| pieces.push(Piece { file: FILE, place, text: text.to_owned() });
        for (place, text) in [
            ("services.db", "image: postgres:17"),
            ("services.tool", "image: shop:1\nprofiles: [tools]"),
            ("volumes", "data:"),
            ("networks", "front:"),
            ("secrets", "token: {file: ./token}"),
            ("configs", "page: {content: hello}"),
        ] {
            add(place, text);
        }
        let mut used = Vec::new();
        for _ in 0..=numbers.below(3) {
            let value = numbers.pick(VALUES);
            let place = *["services.web", "services.web", "services.web", "services.tool", ""]
                .get(numbers.below(5))
                .unwrap_or(&"");
            let (place, key) =
                if place.is_empty() { TOP[numbers.below(TOP.len())] } else { (place, numbers.pick(KEYS)) };
            // Most keys may stand once; what is twice is refused for that alone.
            let name = (place, key.split(':').next().unwrap_or(key));
            // Two braces are the sign of a template, which is not judged.
            let text = key.replace('%', value);
            if !used.contains(&name) && !text.contains("{{") {
                used.push(name);
                add(place, &text);
            }
        }
        if !used.contains(&("services.web", "image")) && numbers.below(20) > 0 {
            add("services.web", "image: shop:1");
        }
        // What defines a name again takes the place of what was there.
        let again = |piece: &Piece| {
            let name = (piece.place, piece.text.split(':').next().unwrap_or(""));
            piece.file == FILE
                && !piece.place.starts_with("services.")
                && !piece.place.is_empty()
                && used.contains(&name)
        };
        let first: Vec<bool> = pieces.iter().take(7).map(again).collect();
        let mut index = 0;
        pieces.retain(|_| {
            index += 1;
            !first.get(index - 1).copied().unwrap_or(false)
        });
        Project { pieces, arguments: Vec::new() }
    }
}

/// What Compose makes of a project: its model, or what it says against it.
fn theirs(program: &PathBuf, project: &Project, folder: &Sandbox) -> Result<Json, String> {
    let shop = folder.path().join("shop");
    for (file, text) in project.files() {
        folder.write(&format!("shop/{file}"), text);
    }
    let done = Command::new(program)
        .args(&project.arguments)
        .args(["config", "--format", "json"])
        .current_dir(&shop)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder.path())
        .output()
        .unwrap();
    if done.status.success() {
        return Ok(serde_json::from_slice(&done.stdout).unwrap());
    }
    let words = String::from_utf8_lossy(&done.stderr);
    Err(words.lines().last().unwrap_or("").to_owned())
}

/// What gonogo makes of it: its model, and what it says will not start.
fn ours(project: &Project, folder: &Sandbox) -> (Option<Json>, Vec<String>) {
    let files = project.files().into_iter().map(|(file, text)| (file.to_owned(), text.into_bytes()));
    let policy = Policy::load(Request::default(), &|_| Err(String::new())).unwrap();
    let (loaded, faults) = engine::load(Workspace::in_memory(files), &policy, AT);
    let report = engine::judge(loaded, faults, &policy, AT, Severity::Medium);
    // `config` looks at no file that is not started, at nothing that is built, and at no restart policy.
    let compositions = report.project.compose().iter();
    let aside: Vec<_> = compositions.filter(|compose| compose.alone).flat_map(|compose| &compose.files).collect();
    let others = |id: &str| matches!(id, "compose/build-missing" | "compose/bad-restart") || id.starts_with("docker/");
    let stops = report.findings.iter().filter(|finding| finding.effect == Effect::WillNotStart);
    let stops = stops.filter(|finding| !others(finding.rule.id) && !aside.contains(&&finding.primary.span.file));
    let stops = stops.map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect();
    let plans = report.project.plans();
    let started = plans.iter().find(|plan| plan.started_by.is_some()).or(plans.iter().find(|plan| !plan.alone));
    let root = folder.path().join("shop");
    let model = started.or(plans.first()).map(|plan| {
        let (_, model) = report.project.resolve(plan.clone(), &root.to_string_lossy(), None);
        serde_json::from_str(&composed_json(&model)).unwrap()
    });
    (model, stops)
}

/// A model without the empty parts that Compose prints in JSON only.
fn bare(model: Json) -> Json {
    match model {
        Json::Object(fields) => {
            let empty = |key: &str, value: &Json| match key {
                "command" | "entrypoint" => value.is_null(),
                "exec" | "ipam" | "resources" | "placement" => value.as_object().is_some_and(serde_json::Map::is_empty),
                // Only its YAML has them.
                "models" => value["llm"]["model"].is_string(),
                _ => false,
            };
            // What is the user's own is in the YAML only, too.
            let own = |key: &String| key.starts_with("x-");
            let inside = fields.into_iter().filter(|(key, _)| !own(key)).map(|(key, value)| (key, bare(value)));
            let kept = inside.filter(|(key, value)| !empty(key, value));
            let name = |key: String| if matches!(key.as_str(), "Path" | "Rate") { key.to_lowercase() } else { key };
            Json::Object(kept.map(|(key, value)| (name(key), value)).collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(bare).collect()),
        // `1` and `1.0` are one number.
        Json::Number(number) => number.as_f64().map_or(Json::Null, Json::from),
        other => other,
    }
}

/// The first place where two models differ.
fn difference(path: &str, ours: &Json, theirs: &Json) -> Option<String> {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            keys.into_iter().find_map(|key| match (a.get(key), b.get(key)) {
                (Some(a), Some(b)) => difference(&format!("{path}.{key}"), a, b),
                (a, b) => {
                    let said = |value: Option<&Json>| value.map_or("nothing".to_owned(), Json::to_string);
                    Some(format!("{path}.{key}: gonogo has {}, Compose {}", said(a), said(b)))
                }
            })
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(at, (a, b))| difference(&format!("{path}[{at}]"), a, b))
        }
        _ => (ours != theirs).then(|| format!("{path}: gonogo has {ours}, Compose {theirs}")),
    }
}

/// The disagreement on a project, if there is one.
fn disagreement(program: &PathBuf, project: &Project) -> Option<String> {
    // Two braces in a row are what a template looks like, and gonogo judges none.
    if project.files().values().any(|text| text.contains("{{")) {
        return None;
    }
    let folder = Sandbox::new("compose");
    let (theirs, (model, stops)) = (theirs(program, project, &folder), ours(project, &folder));
    // An SSH key with a path is taken, and only the printer of JSON stumbles over it.
    let unprinted = |why: &String| why.starts_with("json: error calling MarshalJSON");
    match (theirs, &stops[..]) {
        (Err(why), []) if unprinted(&why) => None,
        (Err(why), [_, ..]) if !unprinted(&why) => None,
        (Err(why), []) => Some(format!("Compose refuses it, gonogo does not say so: {why}")),
        (_, [_, ..]) => Some(format!("Compose takes it, gonogo says: {}", stops.join("; "))),
        (Ok(theirs), []) => {
            let found = difference("", &bare(model.unwrap_or_default()), &bare(theirs))?;
            Some(format!("The models differ, {found}"))
        }
    }
}

/// Takes pieces away as long as the two disagree in the same way.
fn shrink(program: &PathBuf, mut project: Project) -> (Project, String) {
    let direction = |project: &Project| disagreement(program, project);
    let mut why = direction(&project).unwrap_or_default();
    let kind = |why: &str| why.split(',').next().unwrap_or("").to_owned();
    let mut at = project.pieces.len();
    while at > 0 {
        at -= 1;
        let mut smaller = project.clone();
        smaller.pieces.remove(at);
        if let Some(said) = direction(&smaller).filter(|said| kind(said) == kind(&why)) {
            (project, why) = (smaller, said);
        }
    }
    (project, why)
}

fn program() -> Option<PathBuf> {
    let named = std::env::var_os("GONOGO_COMPOSE").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = || std::env::split_paths(&path).map(|folder| folder.join("docker-compose")).find(|file| file.is_file());
    let program = named.or_else(found)?;
    let version = Command::new(&program).args(["version", "--short"]).output().ok()?;
    String::from_utf8_lossy(&version.stdout).trim_start_matches('v').starts_with(VERSION).then_some(program)
}

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn compose_refuses_what_will_not_start_and_prints_the_same_model() {
    let Some(program) = program() else {
        println!("skipped: there is no docker-compose {VERSION}x");
        return;
    };
    let count = asked("GONOGO_PROJECTS").map_or(PROJECTS, |count| count as usize);
    let seed = asked("GONOGO_SEED").unwrap_or(SEED);
    let (next, disagreements) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let kind = KINDS[number % KINDS.len()];
                    let project = kind.project(&mut Numbers::new(seed.wrapping_add(number as u64 * 7_919)));
                    if disagreement(&program, &project).is_some() {
                        let (small, why) = shrink(&program, project);
                        let files: Vec<String> =
                            small.files().into_iter().map(|(file, text)| format!("# {file}\n{text}")).collect();
                        let told = format!("{} {number}: {why}\n{}", kind.name(), files.concat());
                        disagreements.lock().unwrap().push(told);
                    }
                }
            });
        }
    });
    let mut disagreements = disagreements.into_inner().unwrap();
    disagreements.sort();
    assert!(
        disagreements.is_empty(),
        "{} of {count}, seed {seed}:\n\n{}",
        disagreements.len(),
        disagreements.join("\n")
    );
}
