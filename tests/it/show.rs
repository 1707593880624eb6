//! `gonogo show`: the deployment as gonogo sees it, and its answers to single questions.

use crate::sandbox::Sandbox;

const COMPOSE: &str = "\
services:
  web:
    image: shop/web:1
    command: gunicorn shop:app --bind 0.0.0.0:8000
    env_file: web.env
    environment:
      REDIS_URL: redis://cache:6379/0
    networks: [front, data]
    depends_on: {cache: {condition: service_started}}
  cache:
    image: redis:7.4
    networks: [data]
  proxy:
    image: nginx:1.28
    ports: [\"80:80\"]
    volumes: [\"./site.conf:/etc/nginx/conf.d/default.conf:ro\"]
    networks: [front]
networks: {front: {}, data: {}}
";
const SITE: &str =
    "server {\n    listen 80;\n    server_name shop.de;\n    location / { proxy_pass http://web:8001; }\n}\n";

fn shop() -> Sandbox {
    let sandbox = Sandbox::new("show");
    sandbox.write("compose.yaml", COMPOSE);
    sandbox.write("site.conf", SITE);
    sandbox.write("web.env", "SECRET_KEY=uGf7-2kPq-9xWm-4vTz-8sLd\nNAME=shop\n");
    sandbox
}

fn said(sandbox: &Sandbox, arguments: &[&str]) -> (String, Option<i32>) {
    let output = sandbox.run(arguments);
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

#[test]
fn the_deployment_is_shown_with_what_leads_nowhere() {
    let (text, code) = said(&shop(), &["show"]);
    assert_eq!(code, Some(0));
    for line in [
        "compose.yaml   production (nothing says otherwise)",
        "  web    shop/web:1   compose.yaml:2",
        "         runs gunicorn shop:app --bind 0.0.0.0:8000",
        "         listens on 8000",
        "         waits for cache",
        "         published: 80 of every address leads to 80",
        "shop.de   on 80, in service proxy   site.conf:1",
        "  /  to web:8001, service web   `web` listens on 8000, not on 8001",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\nis not in\n{text}");
    }
    let (json, _) = said(&shop(), &["show", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["sets"][0]["services"][0]["listens"][0], "8000");
    assert_eq!(json["sites"][0]["routes"][0]["services"][0], "web");
    let (chart, _) = said(&shop(), &["show", "--format", "mermaid"]);
    assert!(
        chart.contains("  outside -- \"80\" --> s0_2\n") && chart.contains("  s0_2 -- \"/\" --> s0_0\n"),
        "{chart}"
    );
}

#[test]
fn what_a_service_sees_and_in_which_order_all_start_is_shown() {
    let sandbox = shop();
    let (text, _) = said(&sandbox, &["show"]);
    for line in ["         variables: NAME, SECRET_KEY from web.env; REDIS_URL here", "  starts cache, proxy; then web"]
    {
        assert!(text.lines().any(|own| own == line), "{line}\nis not in\n{text}");
    }
    let (json, _) = said(&sandbox, &["show", "--format", "json"]);
    assert!(!json.contains("uGf7-2kPq"), "{json}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let seen = &json["sets"][0]["services"][0]["environment"];
    assert_eq!((&seen[1]["name"], &seen[1]["at"]), (&"REDIS_URL".into(), &"compose.yaml:7".into()), "{seen}");
    assert_eq!(json["sets"][0]["starts"][1][0], "web");

    // Of many only the number is told, and where a stronger place wins, that is said.
    let many: String = (0..9).map(|at| format!("FLAG_{at}=on\n")).collect();
    sandbox.write("web.env", format!("NAME=shop\nREDIS_URL=redis://old:6379\n{many}"));
    let (text, _) = said(&sandbox, &["show"]);
    assert!(text.contains("variables: 10 from web.env; 1 here\n"), "{text}");
    let (text, _) = said(&sandbox, &["show", "env", "web", "REDIS_URL"]);
    assert_eq!(text, "REDIS_URL=redis://cache:6379/0  # compose.yaml:7, over web.env:2\n");
}

#[test]
fn what_docker_run_leaves_running_is_shown() {
    let sandbox = Sandbox::new("show-run");
    let line =
        "docker run -d --name db -p 127.0.0.1:5432:5432 -v data:/var/lib/postgresql/data --env-file db.env postgres:17";
    sandbox.write("deploy/start.sh", format!("#!/bin/sh\n{line}\ndocker run --rm postgres:17 psql --version\n"));
    sandbox.write("compose.yaml", "services:\n  cache: {image: redis:7.4}\n");
    let (text, code) = said(&sandbox, &["show"]);
    assert_eq!(code, Some(0));
    for line in [
        "         runs redis-server, as the image comes",
        "container `db`   production, started by deploy/start.sh:2",
        "  image postgres:17",
        "  published: 5432 of 127.0.0.1 leads to 5432",
        "  mounts: data:/var/lib/postgresql/data",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\nis not in\n{text}");
    }
    let (json, _) = said(&sandbox, &["show", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["containers"].as_array().unwrap().len(), 1);
}

#[test]
fn who_waits_for_somebody_that_waits_in_vain_is_never_started_either() {
    let sandbox = Sandbox::new("show-waits");
    sandbox.write(
        "compose.yaml",
        "services:\n  db: {image: shop/db:1, healthcheck: {test: [\"CMD\", \"ready -q || exit 1\"]}}\n  web: {image: shop:1, \
         depends_on: {db: {condition: service_healthy}}}\n  proxy: {image: shop:1, depends_on: [web]}\n",
    );
    let (text, _) = said(&sandbox, &["show"]);
    assert!(text.contains("waits for web, which never comes: it waits for `db` itself, for ever"), "{text}");
    let (text, _) = said(&sandbox, &["check", "--format", "json"]);
    for line in [
        "service `web` waits until it is healthy, and is never started",
        "service `proxy` waits for `web`, and is never started either",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn the_deployment_is_a_picture() {
    let (picture, code) = said(&shop(), &["show", "--format", "svg"]);
    assert_eq!(code, Some(0));
    let named = |name: &str| picture.contains(&format!(">{name}</text>"));
    for name in ["internet", "proxy", "web", "cache"] {
        assert!(named(name), "{name}: {picture}");
    }
    // An arrow from outside, one that passes requests on, and nothing drawn on something else.
    assert_eq!(picture.matches(r#"<path class="passes" d="M"#).count() - 1, 2, "{picture}");
    let place = |part: &str, name: &str| -> f32 {
        let rest = part.split(&format!(" {name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let boxes: Vec<(f32, f32)> = picture
        .lines()
        .filter(|line| line.contains("<rect class="))
        .map(|line| (place(line, "x"), place(line, "y")))
        .collect();
    assert_eq!(boxes.len(), 4);
    for (at, (x, y)) in boxes.iter().enumerate() {
        assert!(boxes[at + 1..].iter().all(|(a, b)| (x - a).abs() >= 200.0 || (y - b).abs() >= 62.0), "{boxes:?}");
    }
    // What is waited for in vain is red, and no name is taken for a part of the picture.
    let sandbox = Sandbox::new("show-picture");
    sandbox.write(
        "compose.yaml",
        "services:\n  web: {image: \"a</title><script>\", depends_on: {db: {condition: service_healthy}}}\n  db: {image: shop:1, \
         healthcheck: {disable: true}}\n",
    );
    let (picture, _) = said(&sandbox, &["show", "--format", "svg"]);
    assert!(picture.contains(r#"<path class="never" d="M2"#) && picture.contains(">never comes<"), "{picture}");
    assert!(picture.contains("a&lt;/title&gt;&lt;script&gt;") && !picture.contains("<script"), "{picture}");
}

#[test]
fn what_was_judged_is_shown_with_the_worst_of_each_service() {
    let (json, _) = said(&shop(), &["check", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let services = json["model"]["sets"][0]["services"].as_array().unwrap();
    let worst: Vec<_> = services.iter().map(|service| service["worst"].as_str().unwrap_or("-")).collect();
    assert_eq!(worst, ["low", "low", "high"]);
    let (page, _) = said(&shop(), &["check", "--format", "summary"]);
    for line in ["```mermaid", "  class s0_0 told", "  class s0_2 stops", "  s0_2 -- \"/\" --> s0_0"] {
        assert!(page.lines().any(|own| own == line), "{line}\nis not in\n{page}");
    }
    // One service is no picture, and no name is taken for a word of the picture's language.
    let sandbox = Sandbox::new("show-names");
    sandbox.write("compose.yaml", "services:\n  web: {image: shop:1}\n");
    assert!(!said(&sandbox, &["check", "--format", "summary"]).0.contains("mermaid"));
    sandbox.write("compose.yaml", "services:\n  web: {image: \"a%%{init: {}}%%```b\"}\n  db: {image: shop:1}\n");
    let (page, _) = said(&sandbox, &["check", "--format", "summary"]);
    assert!(page.contains("a#37;#37;#123;init: #123;#125;#125;#37;#37;#96;#96;#96;b"), "{page}");
}

#[test]
fn questions_are_answered_with_an_exit_code() {
    let sandbox = shop();
    for (arguments, answer, code) in [
        (
            ["show", "reach", "web", "cache:6379"].as_slice(),
            "yes: service `cache` answers on 6379 (compose.yaml:10)\n",
            0,
        ),
        (
            &["show", "reach", "proxy", "cache:6379"],
            "no: `proxy` and `cache` have no network in common (compose.yaml:10)\n",
            1,
        ),
        (&["show", "reach", "proxy", "web:80"], "no: `web` listens on 8000, not on 80 (compose.yaml:4)\n", 1),
        (&["show", "reach", "web", "db:5432"], "no: no service is called `db` (compose.yaml:2)\n", 1),
        (&["show", "path", "proxy", "/etc/nginx/conf.d/default.conf"], "`site.conf` of the project\n", 0),
        (&["show", "env", "web", "NAME"], "NAME=shop  # web.env:2\n", 0),
        (&["show", "env", "web", "SECRET_KEY"], "SECRET_KEY=************************  # web.env:1\n", 0),
        (&["show", "env", "web", "PORT"], "PORT  # not set\n", 1),
    ] {
        assert_eq!(said(&sandbox, arguments), (answer.to_owned(), Some(code)), "{arguments:?}");
    }
    let wrong = sandbox.run(&["show", "env", "webb"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&wrong.stderr)
            .contains("no service is called `webb`; there are `cache`, `proxy`, `web`")
    );
}
