//! What is not known: said where it could be what breaks, and answered for good.

use serde_json::Value;

use crate::sandbox::{Sandbox, said};

/// A server that may or may not have a certificate: what includes this file is not in the project.
const SITE: &str = "server {\n  listen 443 ssl;\n  server_name shop.example;\n  location / { return 204; }\n}\n";
const FORMATS: [&str; 4] = ["terminal", "concise", "github", "summary"];

fn project(files: &[(&str, &str)]) -> Sandbox {
    let project = Sandbox::new("open");
    files.iter().for_each(|(path, text)| _ = project.write(path, text));
    project
}

/// The exit code and what is said.
fn check(project: &Sandbox, more: &[&str]) -> (Option<i32>, String) {
    let mut arguments = vec!["check", "--at", "2026-11-20T12:00:00Z"];
    arguments.extend(more);
    let output = project.run(&arguments);
    (output.status.code(), said(&output))
}

/// With an answer it is a verdict: people who do run that on a server get the findings.
#[test]
fn whether_a_stack_for_developers_is_what_ships_is_asked_when_nothing_else_does() {
    let stack = "services:\n  api:\n    build: ./api\n    command: uvicorn shop:app --reload --host 0.0.0.0\n    \
                 volumes: [\"./api:/app\"]\n    environment: {APP_ENV: development}\n  web:\n    build: ./web\n    \
                 command: npm run dev\n    volumes: [\"./web:/app\"]\n  db:\n    image: postgres:17.2\n    \
                 ports: [\"5432:5432\"]\n    environment: {POSTGRES_PASSWORD: postgres}\n    \
                 volumes: [\"data:/var/lib/postgresql/data\"]\nvolumes:\n  data:\n";
    let built = "FROM python:3.13.1-slim\nCOPY . .\nUSER 1000\n";
    let shop = project(&[("docker-compose.yml", stack), ("api/Dockerfile", built), ("web/Dockerfile", built)]);
    let (code, said) = check(&shop, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains(
            "does `docker-compose.yml` ship? It looks like the developers' own (it runs a server for development, or is told \
             to be in development), and nothing here shows"
        ),
        "{said}"
    );
    assert!(said.contains("GO, if all is well with") && said.contains("compose/database-port-public"), "{said}");
    assert!(!said.contains("is taken for"), "{said}");
    shop.write("gonogo.yaml", "files: {docker-compose.yml: production}\n");
    let (code, said) = check(&shop, &[]);
    assert_eq!(code, Some(1), "{said}");
    shop.write("gonogo.yaml", "files: {docker-compose.yml: development}\n");
    let (code, said) = check(&shop, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("GO ") && !said.contains("not known"), "{said}");
}

/// Nobody has to guess why a file is not judged as what ships.
#[test]
fn what_shows_for_whom_a_file_is_is_said() {
    let stack = "services:\n  web:\n    build: .\n    env_file: .env\n    ports: [\"127.0.0.1:8000:8000\"]\n";
    let shop = project(&[
        ("docker-compose.yml", stack),
        (
            "docker-compose.prod.yml",
            &stack.replace("    build: .", "    restart: always\n    build: .").replace(".env", "web.env"),
        ),
        (".env", "NAME=shop\n"),
        ("web.env", "NAME=shop\n"),
        (
            "Dockerfile",
            "FROM python:3.13.1-slim\nCOPY . .\nUSER 1000\nCMD [\"gunicorn\", \"shop:app\", \"--bind\", \"0.0.0.0:8000\"]\n",
        ),
        ("old/archive/site.conf", "server { listen 80; root /srv; }\n"),
    ]);
    let listed = said(&shop.run(&["check", "--list-files"]));
    for line in [
        ".env  env (by its name)  development (`docker-compose.yml` loads it)",
        "docker-compose.prod.yml  compose (by its name)  production (by its name)",
        "docker-compose.yml  compose (by its name)  development (users get what `docker-compose.prod.yml` starts)",
        "old/archive/site.conf  nginx (it has nginx directives)  development (it lies in an archive, and nothing names it)",
        "web.env  env (by its name)  production (nothing says otherwise)",
    ] {
        assert!(listed.lines().any(|own| own == line), "{line}\nis not in\n{listed}");
    }
    let said = check(&shop, &[]).1.split_whitespace().collect::<Vec<_>>().join(" ");
    let note = "`docker-compose.yml` is taken for the developers' own: users get what `docker-compose.prod.yml` starts; `files:`";
    assert!(said.contains(note), "{said}");
}

/// The stack is all there is, so it is what ships; the file beside it may be the developer's or the server's.
#[test]
fn whether_an_env_file_that_calls_itself_development_is_the_servers_is_asked() {
    let stack = "services:\n  web:\n    image: example/shop:1.4\n    restart: always\n    env_file: .env\n    \
                 deploy: {resources: {limits: {memory: 512m}}}\n    healthcheck: {test: [CMD, /bin/up]}\n";
    let env = "ENVIRONMENT=development\nFLASK_DEBUG=1\nSECRET_KEY=dev\n";
    let shop = project(&[("docker-compose.yml", stack), (".env", env)]);
    let (code, said) = check(&shop, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("is `.env` the file that the server gets? It says that it is for development"), "{said}");
    assert!(said.contains("GO, if all is well with env/debug-on and env/default-secret"), "{said}");
    shop.write("gonogo.yaml", "files: {.env: production}\n");
    assert_eq!(check(&shop, &[]).0, Some(1));
    shop.write("gonogo.yaml", "files: {.env: development}\n");
    let (code, said) = check(&shop, &[]);
    assert!(code == Some(0) && !said.contains("not known"), "{said}");
}

/// A platform puts its proxy into the network; whoever runs Traefik by hand has to.
#[test]
fn how_a_traefik_elsewhere_gets_to_a_service_is_asked() {
    let shop = |rest: &str| {
        format!(
            "services:\n  shop:\n    image: example/shop:1.4\n    labels:\n      - traefik.http.routers.shop.rule=Host(`shop.example.com`)\n{rest}"
        )
    };
    let asked = "how does Traefik get to service `shop`?";
    let stack = project(&[("compose.yml", &shop(""))]);
    let (code, said) = check(&stack, &[]);
    assert!(code == Some(0) && said.contains(asked), "{said}");
    assert!(said.contains("GO, if all is well with project/label-network-wrong"), "{said}");
    for answered in [
        "    networks: [proxy]\nnetworks: {proxy: {external: true}}\n",
        "    ports: ['127.0.0.1:8000:8000']\n",
        "    network_mode: host\n",
    ] {
        stack.write("compose.yml", shop(answered));
        let (_, said) = check(&stack, &[]);
        assert!(!said.contains(asked), "{said}");
    }
}

#[test]
fn whether_the_name_of_an_example_is_replaced_is_asked() {
    let site = |name: &str| {
        format!(
            "server {{\n  listen 443 ssl;\n  server_name {name};\n  ssl_certificate /etc/letsencrypt/live/{name}/fullchain.pem;\n  \
             ssl_certificate_key /etc/letsencrypt/live/{name}/privkey.pem;\n  location / {{ return 204; }}\n}}\n"
        )
    };
    let asked = "is `YOUR_DOMAIN` replaced before this is served?";
    let shop = project(&[("sites/shop.conf", site("YOUR_DOMAIN").as_str())]);
    let (code, said) = check(&shop, &[]);
    assert!(code == Some(0) && said.matches(asked).count() == 1, "{said}");
    assert!(said.contains("GO, if all is well with project/certificate-file-missing"), "{said}");
    shop.write("deploy.sh", "sed -i \"s/YOUR_DOMAIN/$1/g\" sites/shop.conf\nnginx -s reload\n");
    assert!(!check(&shop, &[]).1.contains(asked));
    let named = project(&[("sites/shop.conf", site("hanseshop.de").as_str())]);
    assert!(!check(&named, &[]).1.contains("replaced before"));
}

#[test]
fn a_question_that_could_stop_it_is_a_condition_of_the_go() {
    let site = project(&[("sites/shop.conf", SITE)]);
    for format in FORMATS {
        let (code, said) = check(&site, &["--format", format]);
        assert_eq!(code, Some(0), "{said}");
        let plain = said.replace("&#95;", "_").replace("&#39;", "'");
        assert!(
            plain.contains("a server is to speak TLS and has no certificate? the certificate may be set"),
            "{plain}"
        );
        assert!(format == "concise" || said.contains("GO, if all is well with nginx/missing-certificate"), "{said}");
    }
    let json: Value = serde_json::from_str(&check(&site, &["--format", "json"]).1).unwrap();
    assert_eq!(json["conditions"], serde_json::json!(["nginx/missing-certificate"]));
    // Its bad answer stops nothing where the rule stops nothing.
    let (_, said) = check(&site, &["--rule", "nginx/missing-certificate=low"]);
    assert!(!said.contains("not known"), "{said}");
}

#[test]
fn what_nginx_needs_of_its_machine_is_a_condition_until_somebody_answers() {
    let tls = "listen 443 ssl; ssl_certificate /etc/tls/a.pem; ssl_certificate_key /etc/tls/a.key;";
    for (main, server, rule, answer) in [
        ("", tls, "project/certificate-file-missing", Some("files: [/etc/tls/a.pem, /etc/tls/a.key]")),
        (
            "",
            "listen 80; location / { proxy_pass http://nohost; }",
            "project/upstream-unknown",
            Some("hosts: [nohost]"),
        ),
        (
            "",
            "listen 80; } upstream spare { server nohost:80;",
            "project/startup-name-unknown",
            Some("hosts: [nohost]"),
        ),
        ("", "listen 80; set_real_ip_from nohost;", "project/startup-name-unknown", Some("hosts: [nohost]")),
        ("", "listen 80; access_log /data/logs/a.log;", "nginx/log-folder-missing", Some("files: [/data/logs]")),
        ("user shop;", "listen 80;", "nginx/user-missing", None),
        ("", "listen 80; ssl_ecdh_curve X25519MLKEM768:X25519;", "nginx/other-version", Some("systems: [debian 13]")),
    ] {
        let site = project(&[("nginx.conf", &format!("{main}\nevents {{}}\nhttp {{ server {{ {server} }} }}\n"))]);
        let (code, said) = check(&site, &[]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(&format!("GO, if all is well with {rule}")), "{said}");
        if let Some(answer) = answer {
            site.write("gonogo.yaml", format!("assume:\n  - {answer}\n    reason: it is so\n"));
            let (_, said) = check(&site, &[]);
            assert!(!said.contains("GO, if"), "{said}");
        }
    }
    // What a script of the project makes is there.
    let site = project(&[
        ("nginx.conf", "user shop;\nevents {}\nhttp { server { listen 80; access_log /data/logs/a.log; } }\n"),
        ("setup.sh", "#!/bin/sh\nset -e\nuseradd --system shop\nmkdir -p /data/logs\n"),
    ]);
    let (_, said) = check(&site, &[]);
    assert!(!said.contains("GO, if"), "{said}");
}

#[test]
fn who_may_write_everywhere_is_not_asked_about_the_main_file() {
    let stack = "services:\n  web:\n    image: nginx:1.29\n    ports: ['80:80']\n    volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro']\n";
    let generated = project(&[("compose.yaml", stack), (".gitignore", "nginx.conf\n")]);
    let (_, said) = check(&generated, &[]);
    assert!(!said.contains("nginx/cannot-write"), "{said}");
    generated.write("compose.yaml", format!("{stack}    read_only: true\n"));
    let (_, said) = check(&generated, &[]);
    assert!(said.contains("nginx/cannot-write"), "{said}");
}

#[test]
fn what_must_be_known_is_undecided_as_long_as_it_is_not() {
    let site = project(&[("sites/shop.conf", SITE)]);
    for format in FORMATS {
        let (code, said) = check(&site, &["--format", format, "--fail-on-unknown", "leaks-secret,will-not-start"]);
        assert_eq!(code, Some(2), "{said}");
    }
    let (_, junit) = check(&site, &["--format", "junit"]);
    assert!(
        junit.contains("skipped=\"1\"") && junit.contains("<skipped message=\"a server is to speak TLS"),
        "{junit}"
    );
    let (_, junit) = check(&site, &["--format", "junit", "--fail-on-unknown", "will-not-start"]);
    assert!(
        junit.contains("errors=\"1\" skipped=\"0\"") && junit.contains("the certificate may be set elsewhere"),
        "{junit}"
    );
    assert_eq!(check(&site, &["--fail-on-unknown", "leaks-secret"]).0, Some(0));
    site.write("gonogo.yaml", "fail_on_unknown: [will-not-start, exposes]\n");
    assert_eq!(check(&site, &[]).0, Some(2));
    site.write("gonogo.yaml", "fail_on_unknown: [will-not-strat]\n");
    let (code, said) = check(&site, &[]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("gonogo.yaml:1:19: there is no effect `will-not-strat`; did you mean `will-not-start`?"),
        "{said}"
    );
}

#[test]
fn a_waiver_accepts_whatever_the_answer_is() {
    let site =
        SITE.replace("server {", "# gonogo: allow[nginx/missing-certificate] the image's main file sets it\nserver {");
    let (code, said) = check(&project(&[("sites/shop.conf", &site)]), &["--fail-on-unknown", "will-not-start"]);
    assert_eq!(code, Some(0));
    assert!(!said.contains("not known") && !said.contains("GO, if"), "{said}");
}

#[test]
fn three_are_listed_and_the_others_counted() {
    let stack = "include: ['../network/net.yml']\nservices:\n  web:\n    image: nginx:1.29\n    networks: [back]\n    env_file: '${FILE}'\n  job:\n    restart: always\n";
    let files = [("sites/a.conf", SITE), ("sites/b.conf", SITE), ("docker-compose.prod.yml", stack)];
    let four = project(&files);
    for format in ["terminal", "summary"] {
        let (_, few) = check(&four, &["--format", format]);
        let (_, all) = check(&four, &["--format", format, "--verbose"]);
        let count = |said: &str| said.matches("? ").count();
        assert_eq!((count(&few), count(&all)), (3, 4), "{few}\n{all}");
        assert!(few.contains("and 1 more thing not known") && !all.contains("more thing"), "{few}\n{all}");
        assert!(all.contains("(2 places)"), "{all}");
    }
}

const STACK: &str = "services:
  web:
    image: nginx:1.29
    environment: { DSN: '${SENTRY_DSN:?}' }
    env_file: server.env
    volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro', './tls:/etc/tls:ro']
";
const NGINX: &str = "events {}
http {
  server {
    listen 443 ssl;
    ssl_certificate /etc/tls/shop.crt;
    ssl_certificate_key /etc/tls/shop.key;
    location / { proxy_pass http://legacy:8080; }
  }
}
";
const ASSUME: &str = "assume:
  - variables: [SENTRY_DSN]
    reason: the platform sets it
  - hosts: [Legacy]
    files: [server.env, /etc/tls/shop.crt, /etc/tls/shop.key]
    compose: ['-f compose.yml up -d']
    reason: as the server is set up
    until: 2026-11-20
    owner: ops
";

/// `rule` of everything that stops the deployment, and of what is wrong with assumptions.
fn rules(project: &Sandbox, more: &[&str]) -> Vec<String> {
    let arguments = [&["--format", "json"], more].concat();
    let report: Value = serde_json::from_str(&check(project, &arguments).1).unwrap();
    let wanted =
        |finding: &&Value| finding["severity"] != "low" || finding["rule"].as_str().unwrap().starts_with("waiver/");
    let findings = report["findings"].as_array().unwrap().iter().filter(wanted);
    findings.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_assumed_is_not_asked() {
    let other = include_str!("../../testdata/projects/go/two-certificate-folders/certs/shop/fullchain.pem");
    let files = [("compose.yml", STACK), ("nginx.conf", NGINX), (".env", "A=1\n"), ("tls/other.crt", other)];
    let project = project(&files);
    let asked = [
        "project/env-file-missing",
        "compose/variable-unset",
        "project/certificate-file-missing",
        "project/upstream-unknown",
    ];
    let mut found = rules(&project, &[]);
    found.sort();
    let mut expected = asked.map(str::to_owned);
    expected.sort();
    assert_eq!(found, expected);
    project.write("gonogo.yaml", ASSUME);
    assert_eq!(rules(&project, &[]), [""; 0]);
    // After its last day it is an open question again, and that is said.
    let later = ["--at", "2026-11-21"];
    let output = project.run(&[&["check", "--format", "concise"], &later[..]].concat());
    let said = said(&output);
    assert!(said.contains("project/upstream-unknown"), "{said}");
    assert!(said.contains("that host `Legacy` is found was assumed until 2026-11-20"), "{said}");
    assert!(said.contains("ask ops whether it still holds"), "{said}");
    assert!(!said.contains("SENTRY_DSN"), "{said}");
}

#[test]
fn a_file_that_is_brought_later_may_be_included_and_built() {
    let compose = "include: [infra.yaml]\nservices:\n  web:\n    build: {context: ., dockerfile: web/Dockerfile}\n";
    let project = project(&[("compose.yaml", compose)]);
    assert!(project.git(&["init", "-q"]) && project.git(&["add", "-A"]));
    let asked = ["compose/build-missing", "compose/file-missing"];
    let sorted = |more: &[&str]| {
        let mut found = rules(&project, more);
        found.sort();
        found
    };
    assert_eq!(sorted(&[]), asked);
    let assume = "assume:\n  - files: [infra.yaml, web/Dockerfile]\n    reason: x\n    until: 2026-11-20\n";
    project.write("gonogo.yaml", assume);
    assert_eq!(sorted(&[]), [""; 0]);
    let output = project.run(&["check", "--format", "concise", "--at", "2026-11-21"]);
    let said = said(&output);
    assert!(asked.iter().all(|rule| said.contains(rule)), "{said}");
}

#[test]
fn an_assumption_that_answers_nothing_is_said() {
    let project = project(&[("compose.yml", "services: { web: { image: 'nginx:1.29' } }\n"), ("gonogo.yaml", ASSUME)]);
    assert_eq!(rules(&project, &[]), ["waiver/unused"; 5]);
    for (config, expected) in [
        ("assume:\n  - variables: [A]\n", "`reason` is missing here"),
        ("assume:\n  - variables: [A]\n    reason: ''\n", "an assumption says why: the reason is empty"),
        ("assume:\n  - reason: x\n", "an assumption names what it is about: variables, hosts, files, compose"),
        ("assume:\n  - variabels: [A]\n    reason: x\n", "did you mean `variables`?"),
        ("assume:\n  - hosts: [a]\n    reason: x\n    until: soon\n", "expected a date like 2027-01-31"),
    ] {
        project.write("gonogo.yaml", config);
        let (code, said) = check(&project, &[]);
        assert!(code == Some(2) && said.contains(expected), "{said}");
    }
}

#[test]
fn what_is_not_judged_is_counted() {
    let files = [
        ("app.env.prod", "A=1\n"),
        ("deploy/haproxy.cfg", "frontend web\n"),
        ("deploy/crontab", "5 4 * * * root /opt/shop/nightly\n"),
        ("deploy/Caddyfile", "shop.de\n"),
        ("proxy/Caddyfile", "shop.de\n"),
        ("scripts/backup.sh", "true\n"),
        ("k8s/app.yaml", "kind: Deployment\n"),
        ("deploy/templates/docker-compose.yml.j2", "services: {{ services }}\n"),
    ];
    let project = project(&files);
    for format in FORMATS {
        let (_, said) = check(&project, &["--format", format]);
        let expected = "not judged: 1 Kubernetes manifest, 2 Caddyfiles (but for their upstreams), 1 HAProxy configuration, \
                        1 template that another tool fills in\n";
        assert!(said.contains(expected), "{format}: {said}");
    }
    let json: Value = serde_json::from_str(&check(&project, &["--format", "json"]).1).unwrap();
    assert_eq!(
        json["not_judged"][0],
        serde_json::json!({"path": "deploy/Caddyfile", "what": "Caddyfile (but for its upstreams)"})
    );
    let (_, said) = check(&project, &["app.env.prod"]);
    assert!(!said.contains("not judged"), "only what the report is about: {said}");
}
