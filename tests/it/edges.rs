//! The edges between files: images, paths in containers, proxies.

use gonogo::engine;
use gonogo::model::image::{Image, RunsAs, Tool};
use gonogo::policy::Policy;
use gonogo::project::{Inside, Lead, Nowhere, OnHost, Origin, Place, Project, Substitute};
use gonogo::source::Workspace;

fn project(files: &[(&str, &str)]) -> Project {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    engine::load(Workspace::in_memory(files), &Policy::default()).0
}

const COMPOSE: &str = "services:
  app:
    build: {context: app, target: prod}
    ports: ['127.0.0.1:9000:8000']
  web:
    image: nginx:1.28
    volumes:
      - ./nginx:/etc/nginx/conf.d:ro
      - ./nginx/special.conf:/etc/nginx/conf.d/x.conf
      - certs:/etc/nginx/certs
      - /etc/letsencrypt:/etc/letsencrypt
volumes: {certs: {}}
";

const DOCKERFILE: &str = "FROM python:3.12-slim AS prod
WORKDIR /srv
COPY static ./static
COPY main.py conf/gunicorn.conf.py ./
USER app
FROM python:3.12 AS dev
";

fn deployed() -> Project {
    project(&[
        ("compose.yaml", COMPOSE),
        ("app/Dockerfile", DOCKERFILE),
        ("app/static/a.css", ""),
        ("nginx/shop.conf", "server {\n  location / {\n    proxy_pass http://app:8000;\n  }\n}\n"),
    ])
}

#[test]
fn a_service_is_the_stage_it_builds() {
    let project = deployed();
    let image = project.image_of(&project.compose[0].services[0]);
    assert!(matches!(image, Image::Built(_, 0)));
    assert_eq!(image.runs_as(), RunsAs::Other);
    assert!(matches!(image.tool("curl"), Tool::No { certain: true, .. }));
}

#[test]
fn container_paths_lead_back_into_the_project() {
    let project = deployed();
    let [app, web] = &project.compose[0].services[..] else { panic!("two services") };
    for (service, path, origin) in [
        (web, "/etc/nginx/conf.d/shop.conf", Origin::Mounted("nginx/shop.conf".into())),
        (web, "/etc/nginx/conf.d/x.conf", Origin::Mounted("nginx/special.conf".into())),
        (web, "/etc/nginx/certs/a.pem", Origin::Volume),
        (web, "/etc/letsencrypt/live/a", Origin::Host("/etc/letsencrypt/live/a".into())),
        (web, "/etc/nginx/nginx.conf", Origin::Image),
        (app, "/srv/static/a.css", Origin::Copied("app/static/a.css".into())),
        (app, "/srv/main.py", Origin::Copied("app/main.py".into())),
        (app, "/srv/gunicorn.conf.py", Origin::Copied("app/conf/gunicorn.conf.py".into())),
    ] {
        assert_eq!(project.origin(service, path), origin, "{path}");
    }
}

#[test]
fn proxies_reach_services() {
    let project = deployed();
    let server = project.servers().next().unwrap();
    assert!(matches!(project.place_of(server.file), Place::Container(service) if service.name.value == "web"));
    let hops = project.hops(server);
    let reached = project.reached(server.file, &hops[0]);
    assert_eq!(
        reached.iter().map(|(service, port)| (service.name.as_str(), *port)).collect::<Vec<_>>(),
        [("app", 8000)]
    );
}

#[test]
fn a_copy_of_the_whole_project_does_not_make_a_proxy() {
    let project = project(&[
        ("compose.yaml", "services:\n  app:\n    build: .\n    ports: ['8000:8000']\n"),
        ("Dockerfile", "FROM python:3.12-slim\nCOPY . /app\n"),
        ("deploy/shop.conf", "server {\n  location / {\n    proxy_pass http://127.0.0.1:8000;\n  }\n}\n"),
    ]);
    assert!(matches!(project.place_of(project.servers().next().unwrap().file), Place::Host));
}

/// What is at an address that nginx passes requests to, with these services beside it.
fn nowhere(services: &str, target: &str) -> String {
    let compose = format!("services:\n{services}");
    let conf = format!(
        "upstream two {{ server 127.0.0.1:9000; server 127.0.0.1:9001; }}\nserver {{ location / {{ proxy_pass http://{target}; }} }}\n"
    );
    let project = project(&[("compose.yaml", &compose), ("nginx/shop.conf", &conf)]);
    let leads = project.leads(project.servers().next().unwrap());
    match &leads.last().unwrap().1 {
        Lead::Nowhere(Nowhere::Inside(Inside::OwnContainer { meant, .. }), _) => format!("own container, {meant:?}"),
        Lead::Nowhere(Nowhere::Inside(Inside::NoSuchName { names, .. }), _) => format!("no such name, {names:?}"),
        Lead::Nowhere(Nowhere::Inside(Inside::OtherPort { inside, published, .. }), _) => {
            format!("other port, {inside} {published}")
        }
        Lead::Nowhere(Nowhere::OnHost(OnHost::SpareServer { service }), _) => format!("spare server of {service}"),
        Lead::Nowhere(Nowhere::OnHost(OnHost::PublishedElsewhere { host, .. }), _) => format!("published on {host}"),
        Lead::Nowhere(Nowhere::OnHost(OnHost::NotPublished { service }), _) => format!("{service} is not published"),
        Lead::Nowhere(Nowhere::OnHost(OnHost::ServiceName { host, .. }), _) => format!("service name, {host:?}"),
        Lead::Somewhere => "somewhere".to_owned(),
        Lead::Unknown(_) => "unknown".to_owned(),
    }
}

#[test]
fn dead_proxy_targets_say_what_was_meant() {
    let web = "  web:\n    image: nginx:1.28\n    volumes: ['./nginx:/etc/nginx/conf.d:ro']\n";
    let published = "  app:\n    image: example/app:1\n    ports: ['127.0.0.1:9000:8000']\n";
    let command = "  app:\n    image: example/app:1\n    command: gunicorn a:b --bind 0.0.0.0:8000\n";
    let inside = |app: &str, target: &str| nowhere(&format!("{app}{web}"), target);
    assert_eq!(inside(published, "localhost:9000"), "own container, Some((\"app\", 8000))");
    assert_eq!(inside(published, "localhost:5000"), "own container, None");
    assert_eq!(inside(published, "api:8000"), "no such name, [\"app\"]");
    assert_eq!(inside(published, "app:9000"), "other port, 8000 true");
    assert_eq!(inside(command, "app:9000"), "other port, 8000 false");
    assert_eq!(inside(published, "app:7000"), "unknown");
    assert_eq!(inside(published, "app:8000"), "somewhere");
    assert_eq!(inside(published, "pay.example.com"), "somewhere");
    assert_eq!(nowhere(published, "two"), "spare server of app");
    assert_eq!(nowhere(published, "127.0.0.1:8000"), "published on 9000");
    assert_eq!(nowhere(command, "127.0.0.1:8000"), "app is not published");
    assert_eq!(nowhere(published, "app:8000"), "service name, Some(9000)");
    assert_eq!(nowhere(command, "app-2:8000"), "service name, None");
    assert_eq!(nowhere(published, "127.0.0.1:9000"), "somewhere");
}

#[test]
fn a_missing_probe_has_a_substitute_the_image_can_run() {
    let substitute = |image: &str, test: &str| {
        let compose = format!("services:\n  a:\n    image: {image}\n    healthcheck: {{test: {test}}}\n");
        let project = project(&[("compose.yaml", &compose)]);
        let programs = project.programs();
        assert_eq!(programs.len(), 1);
        project.substitute(&programs[0])
    };
    let command = |words: &[&str]| Substitute::Command(words.iter().map(|&word| word.to_owned()).collect());
    let curl = "['CMD', 'curl', '-f', 'http://localhost/up']";
    let python = "import urllib.request as u; u.urlopen('http://localhost/up', timeout=5)";
    assert_eq!(substitute("python:3.12-slim", curl), command(&["python", "-c", python]));
    assert_eq!(substitute("alpine:3.20", curl), command(&["wget", "-q", "--spider", "http://localhost/up"]));
    // The address holds a password, or may: it is not repeated.
    assert_eq!(substitute("alpine:3.20", "['CMD', 'curl', 'http://a:b@localhost/']"), Substitute::Wget);
    assert_eq!(substitute("debian:12", "curl localhost"), Substitute::Apt("curl".into()));
    assert_eq!(substitute("debian:12", "nc -z localhost 80"), Substitute::Apt("netcat-openbsd".into()));
    assert_eq!(substitute("alpine:3.20", "curl2 localhost"), Substitute::Apk("curl2".into()));
    assert_eq!(substitute("gcr.io/distroless/static", "['CMD', 'curl', 'localhost']"), Substitute::Nothing);
}
