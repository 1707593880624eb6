use std::collections::BTreeMap;

use super::*;
use crate::source::{Budget, FileId, Source};
use crate::syntax::dotenv::{Dialect, Environment, Reading};
use crate::syntax::yaml;

fn read_with(text: &str, env: &BTreeMap<String, String>) -> (Source, yaml::File, Composition) {
    let source = Source::new(FileId(0), "compose.yaml", text.as_bytes().to_vec());
    let tree = yaml::parse(&source);
    let lookup = |name: &str| {
        let value = env.get(name)?.clone();
        Some(Spanned::new(value, Span::new(FileId(1), 0, 0)))
    };
    let plan = Plan {
        files: vec![source.id],
        path: source.path.clone(),
        directory: String::new(),
        env: vec![".env".into()],
        missing: Vec::new(),
        supplied: HashSet::new(),
        given: std::collections::HashMap::new(),
        profiles: Vec::new(),
        started_plain: None,
        role: Role::Production,
        role_said: false,
        role_why: None,
        started_by: None,
        commands: Vec::new(),
        alone: false,
    };
    let budget = Budget::of(text.len());
    let compose = Composition::new(plan, &One { source: &source, tree: &tree, lookup: &lookup }, &budget);
    (source, tree, compose)
}

/// A project of one file and its variables.
struct One<'a> {
    source: &'a Source,
    tree: &'a yaml::File,
    lookup: &'a dyn Fn(&str) -> Option<Spanned<String>>,
}

impl Library for One<'_> {
    fn file(&self, _: FileId) -> Option<(&Source, &yaml::File)> {
        Some((self.source, self.tree))
    }

    fn compose(&self, path: &str) -> Shelf {
        if path == self.source.path { Shelf::File(self.source.id) } else { Shelf::Unknown }
    }

    fn variable(&self, _: &str, name: &str) -> Option<Spanned<String>> {
        (self.lookup)(name)
    }

    fn secret(&self, _: &str) -> Option<&Spanned<String>> {
        None
    }

    fn reading(&self, _: &str, _: Dialect, _: &Environment) -> Option<Reading> {
        None
    }
}

fn read(text: &str) -> (Source, Composition) {
    let (source, _, compose) = read_with(text, &BTreeMap::new());
    (source, compose)
}

fn slice(source: &Source, span: Span) -> &str {
    &source.text()[span.range()]
}

/// Whether Compose would refuse the file, when the shell sets nothing more.
fn refused(tree: &yaml::File, compose: &Composition) -> bool {
    let required = |variable: &Variable| {
        let empty = variable.value.as_ref().is_none_or(|value| value.value.is_empty());
        variable.evaluated
            && match variable.operator {
                Operator::Required => variable.value.is_none(),
                Operator::RequiredNotEmpty => empty,
                _ => false,
            }
    };
    !tree.faults.is_empty()
        || !compose.faults.is_empty()
        || !compose.unknown_keys.is_empty()
        || !compose.undefined.is_empty()
        || !compose.imageless.is_empty()
        || !compose.breaks.is_empty()
        || compose.variables.iter().any(required)
}

/// What cannot be seen without a disk.
const BEYOND_ONE_FILE: [&str; 2] = ["include-cycle", "env_file-in-dir"];

#[test]
fn verdicts_are_those_of_docker_compose_config() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/compose/config-verdicts.json");
    let cases: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (mut total, mut wrong) = (0, Vec::new());
    for case in cases.as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let files = case["files"].as_object().unwrap();
        let Some(text) = files.get("compose.yaml").and_then(|text| text.as_str()) else { continue };
        // Several files are asked for through the binary.
        let several = files.keys().filter(|path| path.ends_with(".yaml") || path.ends_with(".yml")).count() > 1;
        if BEYOND_ONE_FILE.contains(&name) || several || !case["args"].as_array().unwrap().is_empty() {
            continue;
        }
        let mut env: BTreeMap<String, String> = BTreeMap::new();
        for line in files.get(".env").and_then(|text| text.as_str()).unwrap_or("").lines() {
            if let Some((key, value)) = line.split_once('=') {
                env.insert(key.to_owned(), value.to_owned());
            }
        }
        for (key, value) in case["env"].as_object().unwrap() {
            env.insert(key.clone(), value.as_str().unwrap().to_owned());
        }
        let (_, tree, compose) = read_with(text, &env);
        total += 1;
        if refused(&tree, &compose) != (case["exit"].as_i64() != Some(0)) {
            wrong.push(format!(
                "{name}: Compose says {}, {:?} {:?} {:?} {:?} {:?}",
                case["exit"], tree.faults, compose.faults, compose.unknown_keys, compose.undefined, compose.breaks
            ));
        }
    }
    assert!(total >= 130, "only {total} cases");
    assert!(wrong.is_empty(), "{} of {total}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn list_and_map_values_keep_their_places() {
    let text = "services:\n  web:\n    image: \"nginx:1.27\"\n    environment:\n      - A=one\n      - \"B=${C:-two}\"\n      - D\n    ports: [\"127.0.0.1:8080:80\", \"${P}:443/tcp\", 9000]\n    volumes: [./a/../b:/x:ro, data:/y]\n";
    let (source, compose) = read(text);
    let web = compose.service("web").unwrap();
    let set = |known: &Known<String>| known.set().map(|text| slice(&source, text.span).to_owned());
    let env: Vec<_> = web.environment.iter().map(|(key, value)| (slice(&source, key.span), set(value))).collect();
    assert_eq!(env, [("A", Some("one".into())), ("B", Some("${C:-two}".into())), ("D", None)]);
    assert_eq!(web.environment[1].1.get().map(String::as_str), Some("two"));
    assert_eq!(slice(&source, web.image.span().unwrap()), "nginx:1.27");
    assert_eq!(web.ports[0].host_ip.get().map(String::as_str), Some("127.0.0.1"));
    assert!(web.ports[1].published.is_unresolved() && web.ports[1].target.get() == Some(&(443, 443)));
    assert!(web.ports[2].published.is_absent());
    assert_eq!(web.mounts[0].source.get().map(String::as_str), Some("b"));
    assert!(web.mounts[0].read_only && web.mounts[1].kind == MountKind::Volume);
    assert_eq!(compose.undefined.len(), 1);
    assert_eq!(slice(&source, compose.variables[0].span), "${C:-two}");
    assert_eq!(slice(&source, compose.variables[1].span), "${P}");
}

#[test]
fn extends_merges_like_compose() {
    let text = "services:\n  base:\n    image: a:1\n    environment: {A: \"1\", B: \"1\"}\n    command: [x]\n    ports: [\"80:80\"]\n  web:\n    extends: {service: base}\n    environment: [B=2]\n    command: [y]\n    ports: [\"81:80\"]\n  far:\n    extends: {file: other.yaml, service: x}\n";
    let (_, compose) = read(text);
    assert!(compose.faults.is_empty(), "{:?}", compose.faults);
    let web = compose.service("web").unwrap();
    let env: Vec<_> = web.environment.iter().map(|(k, v)| (k.value.as_str(), v.get().unwrap().as_str())).collect();
    assert_eq!(env, [("A", "1"), ("B", "2")]);
    assert_eq!(web.command.get().unwrap(), &["y"]);
    assert_eq!(web.ports.len(), 2);
    assert!(compose.service("far").unwrap().gap.is_some());
}

#[test]
fn secrets_are_found_wherever_they_stand() {
    let text = "x-env: &env\n  DB_PASSWORD: canary-one\nservices:\n  a:\n    image: redis:7\n    command: redis-server --requirepass canary-two\n    environment:\n      <<: *env\n      URL: postgres://u:canary-three@db/x\n      API_KEY: ${API_KEY:-canary-four}\n      TOKEN_FILE: /run/secrets/token\n      JWT_SECRET: ${JWT_SECRET}\n    labels: [\"app.admin.password=canary-five\"]\n    build:\n      context: .\n      args: {NPM_TOKEN: canary-six}\n    healthcheck:\n      test: [\"CMD\", \"redis-cli\", \"-a\", \"canary-seven\", \"ping\"]\n  b:\n    image: x\n    command: [\"--password=canary-eight\"]\n";
    let (source, compose) = read(text);
    let hidden: Vec<_> = compose.hidden().into_iter().map(|span| slice(&source, span)).collect();
    for word in ["one", "two", "three", "four", "five", "six", "seven", "eight"] {
        assert!(hidden.contains(&format!("canary-{word}").as_str()), "{word} is not in {hidden:?}");
    }
    assert_eq!(hidden.len(), 8, "{hidden:?}");
}

#[test]
fn what_comes_from_elsewhere_is_no_literal() {
    let env = BTreeMap::from([("PW".to_owned(), "from-the-env-file".to_owned())]);
    let text = "services:\n  a:\n    image: redis:7\n    command: redis-server --requirepass ${PW}\n    environment:\n      - DB_PASSWORD=${PW}\n      - CLUSTER=MkU3OEVBNTcwNTJENDM2Qk\n    healthcheck:\n      test: [CMD, redis-cli, -a, \"${PW}\", ping]\n  b:\n    image: redis:7\n    healthcheck:\n      test: redis-cli -a $$PW ping\n";
    let (_, _, compose) = read_with(text, &env);
    let judged: Vec<_> =
        compose.literals.iter().filter(|literal| literal.holds != crate::secret::Holds::Lesser).collect();
    assert!(judged.is_empty(), "{} literals", judged.len());
}

#[test]
fn hostile_files_end_quickly() {
    let mut bomb = String::from("x0: &x0 [a, a, a, a, a, a, a, a, a]\n");
    for n in 1..30 {
        let before = format!("*x{}", n - 1);
        bomb += &format!("x{n}: &x{n} [{}]\n", vec![before; 9].join(", "));
    }
    let (_, compose) = read(&(bomb + "services:\n  a: {image: b, command: *x29}\n"));
    assert!(compose.gap.is_some());
    read("services: &s\n  a: {image: b, extends: a, environment: *s}\n");
    read("a: &a {b: *a}\nservices: *a\n");
    let names: String = (0..3_000).map(|n| format!("  s{n}: {{image: a, depends_on: [s{}]}}\n", n + 1)).collect();
    read(&format!("services:\n{names}"));
    for text in
        ["", "services", "services: []", "services: {a: }", "- a", "services: {a: {build: , ports: , volumes: [,]}}"]
    {
        read(text);
    }
}
