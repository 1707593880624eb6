//! Packs, configuration and environments, as a user meets them.

use gonogo::policy::{PACKS, Policy, Request};
use gonogo::rules::{self, Effect, Severity};
use gonogo::source::Role;

use crate::cli::{Project, check};

const ENV: (&str, &str) = (".env.prod", "DEBUG=true\n");

fn with_config(name: &str, config: &str) -> Project {
    Project::new(&format!("policy-{name}"), &[ENV, ("gonogo.yaml", config)])
}

#[test]
fn every_mistake_in_a_configuration_is_placed_and_answered() {
    for (name, config, expected) in [
        ("key", "fail_on: high\nruls: {}\n", "gonogo.yaml:2:1: there is no key `ruls`; did you mean `rules`?"),
        (
            "rule",
            "rules:\n  env/debug-onn: high\n",
            "gonogo.yaml:2:3: there is no rule `env/debug-onn`; did you mean `env/debug-on`?",
        ),
        (
            "severity",
            "rules:\n  env/debug-on: hgih\n",
            "gonogo.yaml:2:17: there is no severity `hgih`; did you mean `high`?",
        ),
        (
            "severity-in-map",
            "rules:\n  env/debug-on: { severity: { prod: lwo } }\n",
            "gonogo.yaml:2:37: there is no severity `lwo`; did you mean `low`?",
        ),
        (
            "severity-environment",
            "rules:\n  env/debug-on:\n    severity:\n      prodd: low\n",
            "gonogo.yaml:4:7: there is no environment `prodd`; did you mean `production`?",
        ),
        (
            "parameter",
            "rules:\n  env/debug-on: { severty: low }\n",
            "gonogo.yaml:2:19: there is no parameter of `env/debug-on` `severty`; did you mean `severity`?",
        ),
        ("type", "rules: [a]\n", "gonogo.yaml:1:8: expected a map"),
        (
            "rule-type",
            "rules:\n  env/debug-on: 7\n",
            "gonogo.yaml:2:17: expected a severity, or a map with `severity` and the rule's parameters",
        ),
        (
            "environment",
            "environments:\n  stagng: { cap: low }\n",
            "gonogo.yaml:2:3: there is no environment `stagng`; did you mean `staging`?",
        ),
        (
            "environment-key",
            "environments:\n  staging: { cpa: low }\n",
            "gonogo.yaml:2:14: there is no key `cpa`; did you mean `cap`?",
        ),
        (
            "keep",
            "environments:\n  staging:\n    keep:\n      - env/debug-off\n",
            "gonogo.yaml:4:9: there is no rule `env/debug-off`; did you mean `env/debug-on`?",
        ),
        ("pack", "packs: [core, strit]\n", "gonogo.yaml:1:15: there is no pack `strit`; did you mean `strict`?"),
        ("pack-file", "packs: [./no.yaml]\n", "gonogo.yaml:1:9: pack `no.yaml` cannot be read"),
        ("audience", "audience: stricd\n", "gonogo.yaml:1:11: there is no audience `stricd`; did you mean `strict`?"),
        ("fail-on", "fail_on: off\n", "gonogo.yaml:1:10: `fail_on` takes a severity"),
        (
            "file-role",
            "files:\n  a.env: stagin\n",
            "gonogo.yaml:2:10: there is no environment `stagin`; did you mean `staging`?",
        ),
        ("file-type", "files:\n  a.env: [1]\n", "gonogo.yaml:2:10: expected an environment, or a map with `role`"),
        (
            "waiver-reason",
            "waivers:\n  - rule: env/debug-on\n    path: .env\n",
            "gonogo.yaml:2:5: `reason` is missing here",
        ),
        (
            "waiver-empty-reason",
            "waivers:\n  - rule: env/debug-on\n    path: .env\n    reason: ''\n",
            "gonogo.yaml:4:13: a waiver says why: the reason is empty",
        ),
        (
            "waiver-date",
            "waivers:\n  - { rule: env/debug-on, path: .env, reason: x, until: 2027-02-30 }\n",
            "gonogo.yaml:2:57: expected a date like 2027-01-31",
        ),
        (
            "waiver-key",
            "waivers:\n  - { rule: env/debug-on, file: .env, reason: x }\n",
            "gonogo.yaml:2:27: there is no key `file`; ",
        ),
        (
            "waiver-rule",
            "waivers:\n  - { rule: debug-on, path: .env, reason: x }\n",
            "gonogo.yaml:2:13: there is no rule `debug-on`; did you mean `env/debug-on`?",
        ),
        (
            "switches-type",
            "rules:\n  env/insecure-switch: { switches: [A] }\n",
            "gonogo.yaml:2:36: expected a map of variables",
        ),
        (
            "switch-name",
            "rules:\n  env/insecure-switch:\n    switches:\n      A B: { bad: on, why: x, set: 0 }\n",
            "gonogo.yaml:4:7: expected the name of a variable, a pattern with `*`, or several with commas between them",
        ),
        (
            "switch-key",
            "rules:\n  env/insecure-switch:\n    switches:\n      A: { bad: on, wy: x, set: 0 }\n",
            "gonogo.yaml:4:21: there is no key `wy`; did you mean `why`?",
        ),
        (
            "switch-why",
            "rules:\n  env/insecure-switch:\n    switches:\n      A: { bad: on, set: 0 }\n",
            "gonogo.yaml:4:7: `why` is missing here: what happens because of it",
        ),
        (
            "switch-bad",
            "rules:\n  env/insecure-switch:\n    switches:\n      A: { why: x, set: 0 }\n",
            "gonogo.yaml:4:7: `bad` is missing here: the values that are wrong",
        ),
        (
            "switch-set",
            "rules:\n  env/insecure-switch:\n    switches:\n      A: { bad: on, why: x }\n",
            "gonogo.yaml:4:7: `set` or `help` is missing here: what to do",
        ),
        (
            "switch-number",
            "rules:\n  env/insecure-switch:\n    switches:\n      A: { below: a year, why: x, set: 0 }\n",
            "gonogo.yaml:4:19: `below` takes a whole number",
        ),
        (
            "switch-severity",
            "rules:\n  env/insecure-switch:\n    switches:\n      A: { bad: on, why: x, set: 0, severity: hihg }\n",
            "gonogo.yaml:4:47: there is no severity `hihg`; did you mean `high`?",
        ),
        (
            "switch-unknown",
            "rules:\n  env/insecure-switch:\n    switches:\n      AUTH_ENABELD: low\n",
            "gonogo.yaml:4:7: there is no switch `AUTH_ENABELD` yet; did you mean `AUTH_ENABLED`?",
        ),
        ("format", "pack: gonogo/v9\n", "gonogo.yaml:1:7: this pack needs a newer gonogo"),
        ("duplicate", "rules: {}\nrules: {}\n", "gonogo.yaml:2:1: "),
        ("yaml", "rules:\n  - a: [\n", "gonogo.yaml:"),
        ("documents", "rules: {}\n---\nrules: {}\n", "gonogo.yaml:3:1: only one document may be in this file"),
        ("top", "- rules\n", "gonogo.yaml:1:1: expected a map"),
    ] {
        let project = with_config(&format!("mistake-{name}"), config);
        let run = check(&project, &[]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{name}: {}", run.err);
        assert!(run.err.starts_with(&format!("gonogo: error: {expected}")), "{name}: {}", run.err);
    }
}

#[test]
fn errors_show_no_values() {
    for config in [
        "rules:\n  env/debug-on: CANARY 4711\n",
        "rules: CANARY4711canary\n",
        "fail_on: \"CANARY 4711\"\n",
        "extends: {CANARY: 4711}\n",
        "packs: CANARY\nrules:\n",
        "waivers: [CANARY]\n",
        "CANARY 4711: x\n",
        "files: {a: CANARY 4711}\n",
        "a: \"CANARY\n",
        "rules: *CANARY\n",
    ] {
        let run = check(&with_config("canary", config), &[]);
        assert_eq!(run.code, 2, "{config}");
        assert!(!run.err.contains("CANARY"), "{config}: {}", run.err);
    }
}

#[test]
fn all_mistakes_are_said_at_once() {
    let project = with_config("many", "rules:\n  env/debug-onn: high\n  env/debug-on: hgih\n");
    let run = check(&project, &[]);
    assert_eq!(run.err.lines().filter(|line| line.starts_with("gonogo: error: gonogo.yaml:")).count(), 2);
}

#[test]
fn a_configuration_is_honoured() {
    let project = with_config("honoured", "rules: { env/debug-on: low }\n");
    let run = check(&project, &[]);
    assert_eq!((run.code, run.findings()), (0, vec![".env.prod:1:7 low env/debug-on".to_owned()]));
    project.write("gonogo.yaml", "fail_on: low\nrules: { env/debug-on: low }\n");
    assert_eq!(check(&project, &[]).code, 1);
    assert_eq!(check(&project, &["--fail-on", "medium"]).code, 0);
    assert_eq!(
        check(&project, &["--rule", "env/debug-on=critical"]).findings(),
        [".env.prod:1:7 critical env/debug-on"]
    );
    project.write("other.yaml", "rules: { env/debug-on: off }\n");
    assert_eq!(check(&project, &["--config", "other.yaml"]).findings(), [""; 0]);
    assert_eq!(check(&project, &["--config", "no.yaml"]).code, 2);
    project.write(".gonogo.yaml", "");
    let run = check(&project, &[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("two configurations"), "{}", run.err);
}

#[test]
fn an_empty_configuration_is_fine() {
    for text in ["", "# nothing\n", "rules:\npacks:\nfiles:\nwaivers:\nenvironments:\n", "rules: {}\n"] {
        let run = check(&with_config("empty", text), &[]);
        assert_eq!((run.code, run.err.as_str()), (1, ""), "{text:?}");
    }
}

#[test]
fn later_layers_win_and_say_who_they_are() {
    let project = with_config("layers", "packs: [./a.yaml]\n\nrules:\n  env/debug-on: low\n");
    project.write("a.yaml", "pack: gonogo/v1\nextends: [./b.yaml]\nrules: { env/debug-on: medium }\n");
    project.write("b.yaml", "pack: gonogo/v1\nrules:\n  env/debug-on: critical\n");
    let effective = || project.run(&["explain", "env/debug-on"]).out;
    assert!(effective().contains("production   low       set by gonogo.yaml:4\n"), "{}", effective());
    project.write("gonogo.yaml", "packs: [./a.yaml]\n");
    assert!(effective().contains("production   medium    set by a.yaml:3\n"), "{}", effective());
    project.write("a.yaml", "pack: gonogo/v1\nextends: [./b.yaml]\n");
    assert!(effective().contains("production   critical  set by b.yaml:3\n"), "{}", effective());
    project.write("gonogo.yaml", "");
    assert!(effective().contains("production   high      set by the rule itself\n"), "{}", effective());
    assert!(effective().contains("development  off       set by pack core:"), "{}", effective());
    let out = project.run(&["explain", "env/debug-on", "--pack", "./b.yaml"]).out;
    assert!(out.contains("production   critical  set by b.yaml:3\n"), "{out}");
}

#[test]
fn packs_that_extend_each_other_in_a_circle_are_refused() {
    let project = with_config("circle", "packs: [./a.yaml]\n");
    project.write("a.yaml", "pack: gonogo/v1\nextends: [./b.yaml]\n");
    project.write("b.yaml", "pack: gonogo/v1\nextends:\n  - ./a.yaml\n");
    let run = check(&project, &[]);
    assert_eq!(run.code, 2);
    assert_eq!(run.err, "gonogo: error: b.yaml:3:5: packs extend each other in a circle: a.yaml -> b.yaml -> a.yaml\n");
}

#[test]
fn a_pack_holds_nothing_of_a_single_project() {
    let project = with_config("pack-only", "");
    project.write("p.yaml", "pack: gonogo/v1\nwaivers: [{rule: env/debug-on, path: x, reason: y}]\n");
    let run = check(&project, &["--pack", "p.yaml"]);
    assert!(run.err.contains("p.yaml:2:1: `waivers` belongs into a project's gonogo.yaml"), "{}", run.err);
    project.write("p.yaml", "rules: {}\n");
    assert!(check(&project, &["--pack", "p.yaml"]).err.contains("add `pack: gonogo/v1`"));
}

#[test]
fn environments_cap_and_files_are_assigned() {
    let files = [
        (".env", "DEBUG=true\n"),
        (".env.dev", "DEBUG=true\nA=1\nA=2\n"),
        (".env.example", "DEBUG=true\n"),
        (".env.staging", "DEBUG=true\n"),
        ("odd/values.env", "DEBUG=true\n"),
    ];
    let project = Project::new("policy-environments", &files);
    let expected = [
        ".env:1:7 high env/debug-on",
        "odd/values.env:1:7 high env/debug-on",
        ".env.staging:1:7 medium env/debug-on",
        ".env.dev:3:1 info env/duplicate-key",
    ];
    assert_eq!(check(&project, &[]).findings(), expected);
    project.write("gonogo.yaml", "files: { 'odd/*': dev }\nenvironments: { staging: { keep: [env/debug-on] } }\n");
    let run = check(&project, &[]);
    assert_eq!(run.findings()[1..2], [".env.staging:1:7 high env/debug-on"]);
    let listed = check(&project, &["--list-files"]).out;
    assert!(listed.contains("odd/values.env  env (by its name)  development (set in the configuration)"), "{listed}");
    project.write("gonogo.yaml", "rules: { env/debug-on: { severity: { dev: critical, staging: off } } }\n");
    let found = check(&project, &[]).findings();
    let expected = [".env:1:7 high", "odd/values.env:1:7 high", ".env.dev:1:7 critical"];
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.iter().zip(expected).all(|(line, place)| line.starts_with(place)), "what ships is first: {found:?}");
    assert!(!check(&project, &[]).out.contains(".env.staging"));
}

#[test]
fn one_environment_is_judged() {
    let files = [(".env", "DEBUG=true\n"), (".env.prod", "DEBUG=true\n"), (".env.staging", "DEBUG=true\n")];
    let project = Project::new("policy-env", &files);
    let found = |name: &str| check(&project, &["--env", name]).findings();
    assert_eq!(found("production"), [".env:1:7 high env/debug-on", ".env.prod:1:7 high env/debug-on"]);
    assert_eq!(found("staging"), [".env:1:7 medium env/debug-on", ".env.staging:1:7 medium env/debug-on"]);
    let run = check(&project, &["--env", "prodcution"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `production`?"), "{}", run.err);
}

/// What a shipped pack asks for keeps to the scale: critical is certain, hygiene stops nothing unless a pack is for that.
#[test]
fn packs_and_rules_keep_to_the_scale() {
    let read = |_: &str| Err(String::new());
    for pack in PACKS {
        let request = Request { config: None, packs: vec![pack.id.to_owned()] };
        let policy = Policy::load(request, &read).unwrap();
        for rule in rules::all() {
            let Some(level) = policy.levels(rule)[Role::Production as usize] else { continue };
            assert!(level.usual <= rule.confidence.worst(), "{}: {} is {}", pack.id, rule.id, level.usual);
        }
    }
    for rule in rules::all().filter(|rule| rule.effect == Effect::Hygiene) {
        assert!(rule.severity <= Severity::Low, "{} is hygiene and stops a deployment", rule.id);
    }
}

#[test]
fn built_in_packs_are_shown_and_load_again() {
    let project = Project::new("policy-packs", &[ENV]);
    let list = project.run(&["packs"]).out;
    assert!(list.starts_with("core "), "{list}");
    for line in list.lines() {
        let name = line.split_whitespace().next().unwrap();
        let shown = project.run(&["packs", "show", name]);
        assert_eq!(shown.code, 0);
        project.write("copy.yaml", &shown.out);
        for pack in [name, "copy.yaml"] {
            let run = check(&project, &["--pack", pack]);
            assert_eq!((run.code, run.err.as_str()), (1, ""), "{name}");
        }
        assert!(line.len() > name.len() + 10, "{name} has no title");
        let first = shown.out.lines().find(|line| line.starts_with("id: ")).unwrap();
        assert_eq!(first, format!("id: {name}"));
    }
    let run = project.run(&["packs", "show", "stict"]);
    assert_eq!((run.code, run.err.as_str()), (2, "gonogo: error: there is no pack `stict`; did you mean `strict`?\n"));
}

#[test]
fn packs_of_frameworks_know_what_production_is() {
    for (pack, bad, good) in [
        ("core", "POSTGRES_HOST_AUTH_METHOD=trust", "POSTGRES_HOST_AUTH_METHOD=scram-sha-256"),
        ("core", "MYSQL_ALLOW_EMPTY_PASSWORD=yes", "MYSQL_ALLOW_EMPTY_PASSWORD=yes\nMYSQL_RANDOM_ROOT_PASSWORD=yes"),
        ("core", "JAVA_OPTS=-Xmx1g -agentlib:jdwp=transport=dt_socket,address=*:5005", "JAVA_OPTS=-Xmx1g"),
        ("core", "API_DISABLE_SSL_VERIFY=true", "API_DISABLE_SSL_VERIFY=false"),
        ("core", "TYPEORM_SYNCHRONIZE=true", "TYPEORM_SYNCHRONIZE=false"),
        (
            "core",
            "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE=health,env",
            "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE=health",
        ),
        ("django", "ALLOWED_HOSTS=*", "ALLOWED_HOSTS=shop.de"),
        ("django", "SECURE_HSTS_SECONDS=3600", "SECURE_HSTS_SECONDS=31536000"),
        ("django", "EMAIL_USE_TLS=False", "EMAIL_USE_TLS=False\nEMAIL_USE_SSL=True"),
        ("django", "DJANGO_SETTINGS_MODULE=shop.settings.dev", "DJANGO_SETTINGS_MODULE=shop.settings.production"),
        ("fastapi", "ACCESS_TOKEN_EXPIRE_MINUTES=11520", "ACCESS_TOKEN_EXPIRE_MINUTES=30"),
        ("flask", "SESSION_COOKIE_SECURE=False", "SESSION_COOKIE_SECURE=True"),
        ("laravel", "MAIL_MAILER=log", "MAIL_MAILER=ses"),
        ("nextjs", "GRAPHQL_PLAYGROUND=true", "GRAPHQL_PLAYGROUND=false"),
        ("node", "JWT_EXPIRES_IN=365d", "JWT_EXPIRES_IN=15m"),
        ("rails", "RAILS_FORCE_SSL=false", "RAILS_FORCE_SSL=true"),
        ("spring", "SERVER_ERROR_INCLUDE_STACKTRACE=always", "SERVER_ERROR_INCLUDE_STACKTRACE=never"),
    ] {
        let config = "rules: { env/required-missing: off }\nfail_on: low\n";
        for (text, expected) in [(bad, 1), (good, 0)] {
            let files = [(".env.prod", text), (".env.dev", bad), (".env.test", bad), ("gonogo.yaml", config)];
            let run = check(&Project::new("policy-framework", &files), &["--pack", pack]);
            assert_eq!(run.findings().len(), expected, "{pack}: {text}\n{}{}", run.out, run.err);
        }
    }
}

#[test]
fn a_switch_is_made_milder_or_taken_away() {
    let text = "AUTH_ENABLED=false\nSESSION_COOKIE_SECURE=false\n";
    let project = Project::new("policy-switch", &[(".env.prod", text)]);
    let found = |project: &Project| check(project, &[]).findings();
    let both = [".env.prod:1:14 medium env/insecure-switch", ".env.prod:2:23 medium env/insecure-switch"];
    assert_eq!(found(&project), both);
    let table = "AUTH_ENABLED: low, SESSION_COOKIE_SECURE: off";
    project.write("gonogo.yaml", &format!("rules: {{ env/insecure-switch: {{ switches: {{ {table} }} }} }}\n"));
    assert_eq!(found(&project), [".env.prod:1:14 low env/insecure-switch"]);
}

#[test]
fn init_proposes_the_packs_that_fit_what_is_there() {
    let files = [
        ("api/requirements.txt", "Flask==3.1\ngunicorn\n"),
        ("web/package.json", "{\"dependencies\": {\"next\": \"15\", \"@clerk/nextjs\": \"6\"}}"),
        ("lib/package.json", "{\"dependencies\": {\"expressive\": \"1\"}}"),
        ("compose.yml", "services: { web: { image: 'nginx:1.29' } }\n"),
    ];
    let project = Project::new("policy-init-packs", &files);
    let run = project.run(&["init"]);
    assert_eq!(run.out, "wrote gonogo.yaml; packs that fit: flask, hardening, nextjs-clerk\n");
    let text = std::fs::read_to_string(format!("{}/gonogo.yaml", project.path())).unwrap();
    assert!(text.contains("  # - release\n  # - flask         # api/requirements.txt\n"), "{text}");
    let uncommented = text.replace("  # - flask", "  - flask");
    project.write("gonogo.yaml", &uncommented);
    let shown = project.run(&["explain", "env/required-missing"]).out;
    assert!(shown.contains("flask"), "{shown}");
}

#[test]
fn init_writes_a_configuration_that_loads_and_never_overwrites() {
    let project = Project::new("policy-init", &[ENV]);
    assert_eq!(project.run(&["init"]).code, 0);
    let run = check(&project, &[]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let again = project.run(&["init"]);
    assert_eq!((again.code, again.err.as_str()), (2, "gonogo: error: gonogo.yaml is there already\n"));
    // Every suggestion in it is true: without the comment signs it loads as well.
    let text = std::fs::read_to_string(format!("{}/gonogo.yaml", project.path())).unwrap();
    let mut seen_rule = false;
    let uncommented: Vec<String> = text
        .lines()
        .filter(|line| {
            // The same rule is shown in two forms.
            let again = line.contains("# env/debug-on: {") && seen_rule;
            seen_rule |= line.contains("# env/debug-on:");
            !again
        })
        .map(|line| line.strip_prefix("  # ").map_or(line.to_owned(), |rest| format!("  {rest}")))
        .collect();
    project.write("gonogo.yaml", &uncommented.join("\n"));
    let run = check(&project, &[]);
    assert_eq!(run.err, "", "{}", uncommented.join("\n"));
}

/// A complete file for pack `fastapi-nextjs-clerk`; every secret is made up.
const COMPLETE: &str = "\
ENVIRONMENT=production
DATABASE_URL=postgresql://quill:k01HTLL5OzQKBXt4C3ruuFE5jTdz@db:5432/quill
POSTGRES_USER=quill
POSTGRES_PASSWORD=k01HTLL5OzQKBXt4C3ruuFE5jTdz
POSTGRES_DB=quill
CLERK_SECRET_KEY=sk_live_izYkchHTgauTBKz0GfwkQnfZs27vuSSxF5Wd3vVQ0L
CLERK_WEBHOOK_SECRET=whsec_8fK2mQ9vLx71aBcDeFgHiJkLmNoPqRsT
NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_live_Y2xlcmsucXVpbGxtYXRjaC5vcmck
NEXT_PUBLIC_API_URL=https://api.quillmatch.org
CORS_ORIGINS=https://quillmatch.org
RATE_LIMIT_PER_MINUTE=60
MISTRAL_API_KEY=6nTjvalMSzD68NYDInLcAjVHr7xChoiU
PINECONE_API_KEY=pcsk_4Vx9Lq2mTz7Rw1Kb8Nd5Hs3Jf6Yg0Pc
PINECONE_INDEX_NAME=papers
SECRET_KEY=f3a9c1d27b60e84512aa90bc7d3e5f18c0de77ab
ALLOWED_HOSTS=quillmatch.org
SENTRY_DSN=https://9f8e7d6c5b4a39281706f5e4d3c2b1a0@o450.ingest.sentry.io/450
LOG_LEVEL=INFO
DEBUG=false
";

fn judged_with_pack(name: &str, text: &str) -> Vec<String> {
    let project = Project::new(&format!("pack-{name}"), &[(".env.production", text)]);
    let run = check(&project, &["--pack", "fastapi-nextjs-clerk", "--off", "env/readable-by-others"]);
    let rule = |line: &String| line.rsplit(' ').next().unwrap().to_owned();
    run.findings().iter().map(rule).collect()
}

#[test]
fn the_pack_for_fastapi_and_nextjs_asks_for_18_variables_and_their_quality() {
    assert_eq!(judged_with_pack("complete", COMPLETE), [""; 0]);
    let required: Vec<&str> =
        COMPLETE.lines().filter_map(|line| line.split('=').next()).filter(|k| *k != "DEBUG").collect();
    assert_eq!(required.len(), 18);
    for key in required {
        let without: String =
            COMPLETE.lines().filter(|l| !l.starts_with(&format!("{key}="))).fold(String::new(), |t, l| t + l + "\n");
        assert!(judged_with_pack("missing", &without).contains(&"env/required-missing".to_owned()), "{key}");
    }
    for (key, value, rule) in [
        ("SECRET_KEY", "CHANGE_ME", "env/placeholder-secret"),
        ("POSTGRES_PASSWORD", "postgres", "env/default-secret"),
        ("POSTGRES_PASSWORD", "admin", "env/default-secret"),
        ("POSTGRES_PASSWORD", "k01HTLL5OzQ", "env/weak-secret"),
        ("SECRET_KEY", "f3a9c1d27b60e84512aa90bc7d3e5f1", "env/weak-secret"),
        ("NEXT_PUBLIC_API_URL", "http://api.quillmatch.org", "env/plain-http-url"),
        ("CLERK_SECRET_KEY", "sk_test_izYkchHTgauTBKz0GfwkQnfZs27vuSSxF5Wd3vVQ0L", "env/test-mode-key"),
        ("NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY", "pk_test_YnJpc2staGVyb24tODUuY2xlcms", "env/test-mode-key"),
        ("DEBUG", "true", "env/debug-on"),
    ] {
        let line = |line: &str| {
            if line.starts_with(&format!("{key}=")) { format!("{key}={value}\n") } else { format!("{line}\n") }
        };
        let text: String = COMPLETE.lines().map(line).collect();
        assert!(judged_with_pack("quality", &text).contains(&rule.to_owned()), "{key} {rule}");
    }
}

/// A project (`change`) and a checkout that is trusted (`base`).
fn beside(name: &str, base: &[(&str, &str)], change: &[(&str, &str)]) -> Project {
    let under = |dir: &str, files: &[(&str, &str)]| -> Vec<(String, String)> {
        files.iter().map(|(path, text)| (format!("{dir}/{path}"), (*text).to_owned())).collect()
    };
    let files = [under("base", base), under("change", change)].concat();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Project::new(&format!("policy-from-{name}"), &files)
}

const FROM_BASE: [&str; 6] = ["check", "change", "--policy-from", "base", "--at", "2026-11-20"];

#[test]
fn a_change_cannot_alter_the_judgement_about_itself() {
    for (name, change) in [
        ("off", &[ENV, ("gonogo.yaml", "rules: { env/debug-on: off }\n")][..]),
        ("waived", &[ENV, (".gonogo.yml", "waivers: [{rule: env/debug-on, path: '**', reason: x}]\n")]),
        ("comment", &[(".env.prod", "DEBUG=true # gonogo: allow[env/debug-on] trust me\n")]),
        ("role", &[ENV, ("gonogo.yaml", "files: { '**': development }\n")]),
        ("broken", &[ENV, ("gonogo.yaml", "rules: [\n")]),
    ] {
        let project = beside(name, &[ENV], change);
        let run = project.run(&FROM_BASE);
        assert_eq!(run.code, 1, "{name}: {}{}", run.out, run.err);
        assert!(run.out.contains("env/debug-on"), "{name}: {}", run.out);
        let told = run.out.contains("note: the project changes its own policy (`");
        assert_eq!(told, name != "comment", "{name}: {}", run.out);
    }
}

#[test]
fn the_policy_of_the_base_counts_with_its_packs_and_waivers() {
    let pack = ("team.yaml", "pack: gonogo/v1\nrules: { env/debug-on: low }\n");
    let config = ("gonogo.yaml", "packs: [team.yaml]\n");
    let same = beside("packs", &[ENV, config, pack], &[ENV, config, pack]);
    let run = same.run(&FROM_BASE);
    assert_eq!((run.code, run.out.contains("changes its own policy")), (0, false), "{}", run.out);

    let weaker = ("team.yaml", "pack: gonogo/v1\nrules: { env/debug-on: off }\n");
    let run = beside("pack-changed", &[ENV, config, pack], &[ENV, config, weaker]).run(&FROM_BASE);
    assert!(run.out.contains("changes its own policy (`team.yaml`)"), "{}", run.out);
    assert!(run.out.contains("1 low"), "{}", run.out);

    let waived = ("gonogo.yaml", "waivers: [{rule: env/debug-on, path: .env.prod, reason: the demo}]\n");
    let run = beside("waived-in-base", &[ENV, waived], &[ENV, waived]).run(&FROM_BASE);
    assert_eq!((run.code, run.out.contains("1 waived")), (0, true), "{}", run.out);

    let run = beside("removed", &[ENV, config, pack], &[ENV, pack]).run(&FROM_BASE);
    assert!(run.out.contains("changes its own policy (`gonogo.yaml`)"), "a policy that is gone: {}", run.out);
}

#[test]
fn a_base_that_is_not_there_is_an_error() {
    let run = beside("missing", &[ENV], &[ENV]).run(&["check", "change", "--policy-from", "bass"]);
    assert_eq!(
        (run.code, run.err.contains("`bass`: the directory of --policy-from cannot be read")),
        (2, true),
        "{}",
        run.err
    );
}

/// What lies outside is neither read nor told about.
#[test]
fn a_project_reads_policies_inside_of_it_only() {
    let outside = Project::new("policy-outside", &[("x.yaml", "pack: gonogo/v1\nrules:\n  env/kanarie: high\n")]);
    let there = format!("{}/x.yaml", outside.path());
    let missing = format!("{}/missing.yaml", outside.path());
    for config in [
        format!("packs: [{there}]\n"),
        format!("extends: [{there}]\n"),
        format!("packs: [{missing}]\n"),
        "packs: [../x.yaml]\n".into(),
        "extends: [sub/../../x.yaml]\n".into(),
        "packs: [../../../../../../../../../../../etc/x.yaml]\n".into(),
        "packs: [inside.yaml]\n".into(),
    ] {
        let project = with_config("inside", &config);
        project.write("inside.yaml", &format!("pack: gonogo/v1\nextends: [{there}]\n"));
        for arguments in [&["check"][..], &["explain", "env/debug-on"]] {
            let run = project.run(arguments);
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{config}");
            assert!(run.err.contains(" lies outside the project\n"), "{config}: {}", run.err);
            assert!(!run.err.contains("kanarie") && !run.err.contains("not found"), "{config}: {}", run.err);
            assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        }
    }
}

/// The command line may name files anywhere; what these name lies in their folder.
#[test]
fn the_command_line_reads_policies_anywhere() {
    let base = Project::new(
        "policy-base",
        &[
            ("in/base.yaml", "packs: [packs/own.yaml]\n"),
            ("in/packs/own.yaml", "pack: gonogo/v1\nrules:\n  env/debug-on: low\n"),
            ("in/beyond.yaml", "packs: [../other.yaml]\n"),
            ("other.yaml", "pack: gonogo/v1\n"),
        ],
    );
    let at = |name: &str| format!("{}/in/{name}", base.path());
    let project = with_config("anywhere", "rules: {}\n");
    let run = check(&project, &["--config", &at("base.yaml")]);
    assert_eq!(run.findings(), [".env.prod:1:7 low env/debug-on"], "{}", run.err);
    let run = check(&project, &["--pack", &at("packs/own.yaml")]);
    assert_eq!(run.findings(), [".env.prod:1:7 low env/debug-on"], "{}", run.err);
    let run = check(&project, &["--config", &at("beyond.yaml")]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("lies outside the project"), "{}", run.err);
    // A project cannot make use of it.
    project.write("gonogo.yaml", &format!("packs: [{}]\n", at("packs/own.yaml")));
    let run = check(&project, &["--pack", &at("packs/own.yaml")]);
    assert!(run.code == 2 && run.err.contains("lies outside the project"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn policies_are_regular_files_of_a_decent_size() {
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::process::Command;
    let outside = Project::new("policy-linked", &[("x.yaml", "kanarie: 1\n")]);
    let there = format!("{}/x.yaml", outside.path());
    let link = "a link leads out of it, or nowhere";
    for (target, expected) in [
        (there.as_str(), link),
        ("../nowhere", link),
        ("/dev/zero", link),
        ("/proc/self/fd/1", link),
        ("gonogo.yaml", link),
        ("pipe", "is not a regular file"),
        ("sub", "is not a regular file"),
        ("large", "is larger than 1 MiB and was not read"),
    ] {
        let project = Project::new("policy-kind", &[ENV, ("sub/a", ""), ("large", &"#".repeat((1 << 20) + 1))]);
        let root = Path::new(project.path());
        if !Command::new("mkfifo").arg(root.join("pipe")).status().is_ok_and(|status| status.success()) {
            println!("skipped: no mkfifo");
            return;
        }
        symlink(target, root.join("gonogo.yaml")).unwrap();
        symlink(target, root.join("own.yaml")).unwrap();
        let expected = if expected == link { format!("lies outside the project: {link}") } else { expected.to_owned() };
        for arguments in [&["check"][..], &["explain", "env/debug-on"], &["check", "--config", "gonogo.yaml"]] {
            let run = project.run(arguments);
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{target}");
            assert_eq!(run.err, format!("gonogo: error: configuration `gonogo.yaml` {expected}\n"));
        }
        if target == "gonogo.yaml" {
            continue;
        }
        std::fs::remove_file(root.join("gonogo.yaml")).unwrap();
        project.write("gonogo.yaml", "packs: [own.yaml]\n");
        let run = project.run(&["check"]);
        assert_eq!(run.err, format!("gonogo: error: gonogo.yaml:1:9: pack `own.yaml` {expected}\n"), "{target}");
        let run = project.run(&["check", "--pack", "own.yaml"]);
        assert!(run.code == 2 && run.err.contains(&expected), "{target}: {}", run.err);
    }
    // A link inside the project is a file of the project.
    let project = Project::new("policy-link-inside", &[ENV, ("policy/own.yaml", "rules:\n  env/debug-on: low\n")]);
    symlink("policy/own.yaml", Path::new(project.path()).join("gonogo.yaml")).unwrap();
    assert_eq!(check(&project, &[]).findings(), [".env.prod:1:7 low env/debug-on"]);
}

/// A project whose configuration lies at its top.
fn with_config_above(name: &str) -> Project {
    let config = "files: { 'app/*.env': development }\nrules: { env/debug-on: critical }\n";
    let files = [("gonogo.yaml", config), ("app/a.env", "DEBUG=true\n"), ("api/.env.prod", "DEBUG=true\n")];
    Project::new(name, &files)
}

#[test]
fn the_configuration_is_found_above() {
    let project = with_config_above("above");
    let from = |dir: &str, arguments: &[&str]| project.run_in(dir, &[&["check"], arguments].concat());
    let run = from("app", &[]);
    assert!(
        run.code == 0 && run.out.starts_with("note: the project is where its configuration lies: `../gonogo.yaml`")
    );
    let run = from("api", &[]);
    assert!(run.out.starts_with(".env.prod:1:7  critical"), "from where one stands: {}", run.out);
    let run = from("app", &["../api"]);
    assert!(run.out.starts_with("../api/.env.prod:1:7  critical"), "{}", run.out);
    let run = from("app", &["../api/.env.prod"]);
    assert!(run.out.starts_with("../api/.env.prod:1:7  critical"), "{}", run.out);
    let run = from(".", &["api"]);
    assert!(run.out.starts_with("api/.env.prod:1:7  critical") && !run.out.contains("note:"), "{}", run.out);
    let explained = project.run_in("app", &["explain", "env/debug-on"]).out;
    assert!(explained.contains("gonogo.yaml:2"), "{explained}");
    // One that is nearer counts, and its directory is the project.
    project.write("api/.gonogo.yaml", "rules: { env/debug-on: medium }\n");
    let run = from(".", &["api"]);
    assert!(run.out.starts_with("api/.env.prod:1:7  medium"), "{}", run.out);
}

#[test]
fn a_broken_configuration_above_is_named_from_here() {
    let project = with_config_above("above-broken");
    project.write("gonogo.yaml", "ruls: {}\n");
    let run = project.run_in("api", &["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("../gonogo.yaml:1:1: there is no key `ruls`"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn the_search_ends_where_somebody_else_may_write_and_at_the_top_of_a_checkout() {
    let project = with_config_above("above-end");
    crate::sandbox::chmod(std::path::Path::new(project.path()), 0o777);
    assert!(project.run_in("api", &["check"]).out.starts_with(".env.prod:1:7  high"), "anybody may write there");
    crate::sandbox::chmod(std::path::Path::new(project.path()), 0o755);
    for (path, text) in [("HEAD", "ref: refs/heads/main\n"), ("objects/x", ""), ("refs/x", "")] {
        project.write(&format!("api/.git/{path}"), text);
    }
    assert!(project.run_in("api", &["check"]).out.starts_with(".env.prod:1:7  high"), "another checkout");
}

#[test]
fn patterns_know_choices_and_ranges() {
    for pattern in ["deploy/{demo,test}/*", "deploy/[c-e]emo/**", "*.{env,conf}"] {
        let config = format!("files: {{ '{pattern}': development }}\n");
        let project = Project::new("pattern", &[("deploy/demo/a.env", "DEBUG=true\n"), ("gonogo.yaml", &config)]);
        let run = check(&project, &[]);
        assert_eq!((run.code, run.findings()), (0, vec![]), "{pattern}: {}", run.out);
    }
    let run = check(&with_config("pattern-broken", "files:\n  'a[': development\n"), &[]);
    assert!(
        run.code == 2 && run.err.contains("gonogo.yaml:2:3: this is no pattern for paths: unclosed"),
        "{}",
        run.err
    );
}

#[test]
fn what_is_excluded_is_not_read_unless_it_is_named() {
    let config = "exclude: [old/, vendored.env]\n";
    let files = [("old/.env.prod", "DEBUG=true\n"), ("vendored.env", "DEBUG=true\n"), (".env", "A=1\n")];
    let project = Project::new("exclude", &files);
    project.write("gonogo.yaml", config);
    let run = check(&project, &[]);
    assert_eq!((run.code, run.findings()), (0, vec![]), "{}", run.out);
    let listed = project.run(&["check", "--list-files"]).out;
    assert!(listed.contains("old/.env.prod  passed over: excluded in `gonogo.yaml`"), "{listed}");
    project.write("compose.yaml", "services:\n  web:\n    image: nginx:1.27\n    env_file: vendored.env\n");
    let run = check(&project, &[]);
    assert!(run.findings().iter().any(|line| line.starts_with("vendored.env:1:7 high env/debug-on")), "{}", run.out);
    let listed = project.run(&["check", "--list-files"]).out;
    assert!(!listed.contains("vendored.env  passed over"), "{listed}");
    let run = check(&with_config("exclude-nothing", "exclude: [nowhere/]\n"), &["--off", "env/debug-on"]);
    assert_eq!(run.findings(), ["gonogo.yaml:1:11 low config/unmatched-pattern"]);
}

#[test]
fn a_directory_is_judged_as_the_project_judges_it() {
    let project = Project::new("part", &[("test/.env", "DEBUG=true\n"), ("app/.env", "A=1\n")]);
    for arguments in [&["check", "test"][..], &["check"]] {
        assert_eq!(project.run(arguments).code, 0, "a file of a test: {arguments:?}");
    }
    assert!(project.run(&["check", "--list-files", "test"]).out.starts_with("test/.env  env (by its name)  test ("));
}
