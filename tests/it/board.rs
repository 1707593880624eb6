//! `gonogo board`: the requirements of a release, and how each of them stands.

use gonogo::policy::Requirements;
use gonogo::report::BoardFormat;
use gonogo::rules;

use crate::sandbox::Sandbox;

const COMPOSE: &str = "\
services:
  web:
    image: shop/web:1.2
    restart: always
    ports: [\"127.0.0.1:8000:8000\"]
    healthcheck: {test: [\"CMD\", \"/probe\"]}
    deploy: {resources: {limits: {memory: 512m}}}
";

fn project() -> Sandbox {
    let sandbox = Sandbox::new("board");
    sandbox.write("compose.yaml", COMPOSE);
    sandbox
}

fn board(sandbox: &Sandbox, arguments: &[&str]) -> (String, Option<i32>) {
    let mut all = vec!["board", "--at=2026-11-20"];
    all.extend(arguments);
    let output = sandbox.run(&all);
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

/// The state of a requirement, and the rest of what is said of it.
fn row(sandbox: &Sandbox, id: &str) -> serde_json::Value {
    let (text, _) = board(sandbox, &["--format=json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let sections = json["sections"].as_array().unwrap().iter();
    let mut rows = sections.flat_map(|section| section["controls"].as_array().unwrap());
    rows.find(|row| row["id"] == id).unwrap_or_else(|| panic!("there is no {id}")).clone()
}

#[test]
fn every_requirement_names_rules_and_kinds_that_exist() {
    let requirements = Requirements::shipped();
    assert!(requirements.controls().count() > 50);
    let mut seen = std::collections::HashSet::new();
    for control in requirements.controls() {
        assert!(seen.insert(control.id.as_str()), "{} is there twice", control.id);
        assert!(!control.rules.is_empty() || control.attest.is_some(), "nothing answers {}", control.id);
        for id in control.rules.iter().chain(&control.shown_by) {
            let known = match id.strip_suffix('*') {
                Some(start) => rules::all().any(|rule| rule.id.starts_with(start)),
                None => rules::find(id).is_some(),
            };
            assert!(known, "{} names {id}, and there is no such rule", control.id);
        }
        for kind in &control.about {
            assert!(gonogo::model::Kind::ALL.iter().any(|known| known.name() == kind), "{}: {kind}", control.id);
        }
    }
}

#[test]
fn what_is_not_met_stands_there_with_its_place_and_what_to_do() {
    let sandbox = project();
    sandbox
        .write("conf.d/shop.conf", "limit_req_zone $binary_remote_addr zone=a:1m rate=10r/h;\nserver { listen 80; }\n");
    let (text, code) = board(&sandbox, &[]);
    assert_eq!(code, Some(1), "the exit code is that of check");
    assert!(text.starts_with("NO-GO  1 requirement is not met and stops the deployment."), "{text}");
    for line in [
        "  FAIL            nginx takes its configuration.  [nginx-accepts]",
        "                  conf.d/shop.conf:1:46: nginx knows rates as whole numbers with `r/s` or `r/m`, and this is none",
        "                  -> write `rate=1r/m`, the slowest rate nginx can express",
        "  pass            Docker Compose takes the files.",
    ] {
        assert!(text.lines().any(|own| own == line), "{line:?} is not in\n{text}");
    }
}

#[test]
fn nothing_is_met_because_there_is_nothing() {
    let sandbox = project();
    for (id, why) in [
        ("nginx-accepts", "there is no nginx configuration here"),
        ("certificate-valid", "there is no certificate or key here"),
        ("secrets-strong", "nothing here that it could be about"),
        ("databases-private", "nothing here that it could be about"),
    ] {
        let row = row(&sandbox, id);
        assert_eq!(
            (row["state"].as_str(), row["evidence"][0]["text"].as_str()),
            (Some("not-applicable"), Some(why)),
            "{id}"
        );
    }
    // A site that speaks no HTTPS redirects nobody to it.
    sandbox.write("conf.d/shop.conf", "server {\n    listen 80;\n    server_name shop.de;\n    root /srv/shop;\n}\n");
    for id in ["https-only", "hsts", "tls-modern", "headers-sent"] {
        assert_eq!(row(&sandbox, id)["state"], "unknown", "{id}");
    }
}

#[test]
fn what_is_met_says_where_it_was_seen() {
    let row = row(&project(), "limits");
    assert_eq!(row["state"], "pass");
    assert_eq!(row["evidence"][0]["text"], "1 check of 1 rule found nothing wrong");
    assert_eq!(row["evidence"][1]["path"], "compose.yaml");
}

#[test]
fn people_say_what_no_file_can_show_and_for_how_long() {
    let sandbox = project();
    assert_eq!(row(&sandbox, "restore-tested")["state"], "unknown");
    sandbox.write(
        "gonogo.yaml",
        "attest:\n  - control: restore-tested\n    by: Ada\n    reason: loaded on staging\n    until: 2026-11-20\n  \
         - control: monitored\n    by: Bob\n    reason: a probe asks each minute\n    until: 2026-11-19\n  \
         - control: load-tested\n    by: Ada\n    reason: twelve users\n    applies: false\n  \
         - control: compose-accepts\n    by: Eve\n    reason: looks fine\n",
    );
    let attested = row(&sandbox, "restore-tested");
    assert_eq!(
        (&attested["state"], &attested["by"], &attested["until"]),
        (&"attested".into(), &"Ada".into(), &"2026-11-20".into())
    );
    let ended = row(&sandbox, "monitored");
    assert_eq!(
        (&ended["state"], &ended["settle"]),
        (&"unknown".into(), &"say it anew in `gonogo.yaml`: that day is over".into())
    );
    assert_eq!(row(&sandbox, "load-tested")["state"], "not-applicable");
    assert_eq!(row(&sandbox, "compose-accepts")["state"], "pass", "what was judged needs nobody's word");
    // Nobody's word counts against what is found.
    sandbox.write("compose.yaml", "services:\n  web: {}\n");
    let row = row(&sandbox, "compose-accepts");
    assert_eq!(row["state"], "fail");
    assert!(row.to_string().contains("Eve said otherwise: looks fine"), "{row}");
}

#[test]
fn an_attestation_of_nothing_is_refused() {
    let sandbox = project();
    for (entry, message) in [
        (
            "control: restore-testet, by: A, reason: b",
            "there is no requirement `restore-testet`; did you mean `restore-tested`?",
        ),
        ("control: restore-tested, by: ' ', reason: b", "somebody answers for it: `by` is empty"),
        ("control: restore-tested, by: A, reason: ''", "an attestation says what was done: the reason is empty"),
        ("control: restore-tested, by: A, reason: b, until: soon", "expected a date like 2027-01-31"),
    ] {
        sandbox.write("gonogo.yaml", format!("attest:\n  - {{{entry}}}\n"));
        let output = sandbox.run(&["board"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("gonogo.yaml:2:") && said.contains(message), "{message} is not in {said}");
    }
}

#[test]
fn an_accepted_finding_is_somebodys_word() {
    let sandbox = project();
    sandbox.write(
        "compose.yaml",
        "services:\n  # gonogo: allow[compose/no-resource-limits] the host has room\n  web:\n    image: shop/web:1.2\n",
    );
    let row = row(&sandbox, "limits");
    assert_eq!((&row["state"], &row["evidence"][0]["text"]), (&"attested".into(), &"the host has room".into()));
}

#[test]
fn a_guide_has_a_board() {
    let sandbox = Sandbox::new("board");
    sandbox.write(
        "GUIDE.md",
        "Write `compose.yaml`:\n\n```yaml\nservices:\n  web:\n    image: a:1\n    restart: sometimes\n```\n",
    );
    let (text, code) = board(&sandbox, &["GUIDE.md"]);
    assert!(text.contains("GUIDE.md:7:14"), "{text}");
    assert_eq!(code, Some(1));
}

#[test]
fn the_page_stands_alone_and_nothing_on_it_is_markup_of_others() {
    let sandbox = project();
    sandbox.write("<img src=x>/compose.yaml", "services:\n  web:\n    image: a:1\n    restart: \"<b>&\"\n");
    sandbox.write(
        "gonogo.yaml",
        "attest:\n  - {control: told, by: \"<script>alert(1)</script>\", reason: \"see https://e.org\"}\n",
    );
    let (page, _) = board(&sandbox, &["--format=html"]);
    for markup in ["<img", "<script", "<b>&", "src=", "href=", "url(", "@import"] {
        assert!(!page.replace("&lt;img src=x&gt;", "").contains(markup), "{markup} is in the page");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn all_formats_give_the_same_answer() {
    let sandbox = project();
    for format in BoardFormat::ALL {
        let (text, code) = board(&sandbox, &[&format!("--format={}", format.name())]);
        assert_eq!(code, Some(0), "{}", format.name());
        assert!(text.contains("GO") || text.contains("\"verdict\": \"go\""), "{}", format.name());
        assert!(text.contains("Images have a version that is still maintained."), "{}", format.name());
    }
}

#[test]
fn no_secret_is_on_the_board_in_any_format() {
    let sandbox = project();
    sandbox.write(".env", "SECRET_KEY=Vq7kkPz2mXw9tRbAAA\nOLD_SECRET_KEY=Vq7kkPz2mXw9tRbAAA\n");
    sandbox.write(
        "compose.yaml",
        "services:\n  web:\n    image: a:1\n    environment:\n      DB_PASSWORD: Zt4-wwQx-8nLm-2vKd\n",
    );
    for format in BoardFormat::ALL {
        let (text, _) = board(&sandbox, &[&format!("--format={}", format.name())]);
        assert!(!text.contains("Pz2mXw9t") && !text.contains("wwQx-8nLm"), "{}:\n{text}", format.name());
        assert!(text.contains("PASSWORD"), "{}", format.name());
    }
}

/// A checklist as people write it, with boxes that are ticked.
const CHECKLIST: &str = "# Go live\n\n- [x] **HTTPS** redirect from http to https\n- [x] Memory limits set\n- [ ] PDF export \
    tried by Ada\n- [x] Backup restore tested\n- [ ] Security headers enabled\n";

#[test]
fn boxes_of_a_checklist_are_answered_by_rules_or_by_people() {
    let sandbox = project();
    sandbox.write("docs/deployment-checklist.md", CHECKLIST);
    let state = |id: &str| {
        let row = row(&sandbox, id);
        let first = row["evidence"][0]["text"].as_str().unwrap_or("").to_owned();
        (row["state"].as_str().unwrap().to_owned(), first, row["settle"].as_str().unwrap_or("").to_owned())
    };
    // A rule has looked.
    let (limits, why, _) = state("checklist/memory-limits-set");
    assert_eq!((limits.as_str(), why.as_str()), ("pass", "see `limits`"));
    // Nothing here could show it.
    let (headers, why, _) = state("checklist/security-headers-enabled");
    assert_eq!((headers.as_str(), why.as_str()), ("not-applicable", "see `headers-sent`: not to be seen here"));
    // A tick is no name.
    let (restored, why, settle) = state("checklist/backup-restore-tested");
    assert_eq!(restored, "unknown");
    assert!(why.contains("see `restore-tested`: the box is ticked, and nothing here shows it"), "{why}");
    assert!(settle.contains("attest:"), "{settle}");
    // No requirement means it.
    let (export, _, settle) = state("checklist/pdf-export-tried-by-ada");
    assert_eq!(export, "unknown");
    assert!(settle.contains("`attest:` of `checklist/pdf-export-tried-by-ada`"), "{settle}");
}

#[test]
fn a_ticked_box_that_the_files_contradict_is_not_met() {
    let sandbox = project();
    sandbox.write("compose.yaml", COMPOSE.replace("    deploy: {resources: {limits: {memory: 512m}}}\n", ""));
    sandbox.write("docs/deployment-checklist.md", CHECKLIST);
    let row = row(&sandbox, "checklist/memory-limits-set");
    assert_eq!((&row["state"], &row["stops"]), (&"fail".into(), &false.into()));
    let why = row["evidence"][0].clone();
    assert_eq!(why["text"], "see `limits`: the box is ticked, and the files say otherwise");
    assert_eq!((&why["path"], &why["line"]), (&"docs/deployment-checklist.md".into(), &4.into()));
}

#[test]
fn somebody_can_answer_for_a_box_until_a_day() {
    let sandbox = project();
    sandbox.write("docs/deployment-checklist.md", CHECKLIST);
    let say = |id: &str, until: &str| {
        format!("attest:\n  - {{control: {id}, by: Ada, reason: seen on the server, until: {until}}}\n")
    };
    sandbox.write("gonogo.yaml", say("checklist/pdf-export-tried-by-ada", "2027-01-01"));
    assert_eq!(row(&sandbox, "checklist/pdf-export-tried-by-ada")["state"], "attested");
    sandbox.write("gonogo.yaml", say("checklist/pdf-export-tried-by-ada", "2026-11-01"));
    assert_eq!(row(&sandbox, "checklist/pdf-export-tried-by-ada")["state"], "unknown");
    sandbox.write("gonogo.yaml", say("checklist/gone", "2027-01-01"));
    let gone = row(&sandbox, "checklist/gone");
    assert!(gone["settle"].as_str().unwrap().contains("no checklist has this box any more"), "{gone}");
}

#[test]
fn what_is_not_judged_is_asked_of_somebody() {
    let sandbox = project();
    assert!(!board(&sandbox, &[]).0.contains("is not judged"));
    sandbox.write("k8s/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n");
    let open = row(&sandbox, "not-judged/kubernetes-manifests");
    assert_eq!(open["state"], "unknown", "{open}");
    assert!(open["evidence"].to_string().contains("k8s/web.yaml"), "{open}");
    let says = "attest:\n  - control: not-judged/kubernetes-manifests\n    by: ada@example.com\n    \
        reason: kube-linter finds nothing\n    until: 2027-01-31\n";
    sandbox.write("gonogo.yaml", says);
    let said = row(&sandbox, "not-judged/kubernetes-manifests");
    assert_eq!(said["state"], "attested", "{said}");
}
