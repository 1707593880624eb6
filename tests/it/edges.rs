//! The edges between files: images, paths in containers, proxies.

use gonogo::engine;
use gonogo::model::image::{Image, RunsAs, Tool};
use gonogo::policy::Policy;
use gonogo::project::{Origin, Place, Project};
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
