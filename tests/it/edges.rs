//! The edges between files: images, paths in containers, proxies.

use gonogo::engine;
use gonogo::model::image::{Image, RunsAs, Tool};
use gonogo::policy::Policy;
use gonogo::project::{Inside, Located, Machine, Nowhere, OnHost, Project, Reach, Substitute};
use gonogo::source::{Answer, Workspace};

fn project(files: &[(&str, &str)]) -> Project {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    engine::load(Workspace::in_memory(files), &Policy::default(), time::macros::datetime!(2026-11-20 12:00 UTC)).0
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
        ("app/main.py", ""),
        ("app/conf/gunicorn.conf.py", ""),
        ("nginx/special.conf", "gzip on;\n"),
        ("nginx/shop.conf", "server {\n  location / {\n    proxy_pass http://app:8000;\n  }\n}\n"),
    ])
}

#[test]
fn a_service_is_the_stage_it_builds() {
    let project = deployed();
    let image = project.image_of(&project.compose()[0].services[0]);
    assert!(matches!(image, Image::Built(_, 0)));
    assert_eq!(image.runs_as(), RunsAs::Other);
    assert!(matches!(image.tool("curl"), Tool::No { certain: true, .. }));
}

#[test]
fn container_paths_lead_back_into_the_project() {
    let project = deployed();
    let [app, web] = &project.compose()[0].services[..] else { panic!("two services") };
    let own = |path: &str| Answer::Yes(Located::Project(path.to_owned()));
    for (service, path, located) in [
        (web, "/etc/nginx/conf.d/shop.conf", own("nginx/shop.conf")),
        (web, "/etc/nginx/conf.d/x.conf", own("nginx/special.conf")),
        (web, "/etc/nginx/certs/a.pem", Answer::Yes(Located::Volume)),
        (web, "/etc/letsencrypt/live/a", Answer::Yes(Located::Host("/etc/letsencrypt/live/a".into()))),
        (web, "/etc/nginx/nginx.conf", Answer::Yes(Located::Image)),
        (app, "/srv/static/a.css", own("app/static/a.css")),
        (app, "static/a.css", own("app/static/a.css")),
        (app, "/srv/main.py", own("app/main.py")),
        (app, "/srv/gunicorn.conf.py", own("app/conf/gunicorn.conf.py")),
    ] {
        assert_eq!(project.locate(service, path), located, "{path}");
    }
    let Answer::No(why) = project.locate(web, "/etc/nginx/conf.d/other.conf") else { panic!("it is not there") };
    assert_eq!(why.text, "`nginx/other.conf` is missing");
}

/// Where the paths of one container lead: `path -> project path`, or what else is there.
fn lead(files: &[(&str, &str)], paths: &[&str]) -> Vec<String> {
    let project = project(files);
    let service = &project.compose()[0].services[0];
    let said = |path: &&str| match project.locate(service, path) {
        Answer::Yes(Located::Project(own)) => own,
        Answer::Yes(other) => format!("{other:?}"),
        Answer::No(why) => format!("no: {}", why.text),
        Answer::Unknown(why) => format!("unknown: {}", why.text),
    };
    paths.iter().map(said).collect()
}

#[test]
fn what_is_copied_is_what_docker_copies() {
    let compose = "services:\n  web:\n    build: .\n    volumes: ['./over.conf:/etc/nginx/conf.d/b.conf']\n";
    let dockerfile = "FROM node:22 AS build
WORKDIR /src
COPY . .
RUN npm run build
FROM nginx:1.28 AS base
WORKDIR /etc/nginx
COPY conf/nginx.conf .
FROM base
COPY conf/sites/*.conf conf.d/
COPY --from=build /src/dist /usr/share/nginx/html
COPY --from=build /src/public /usr/share/nginx/html
";
    let files = [
        ("compose.yaml", compose),
        ("Dockerfile", dockerfile),
        (".dockerignore", "**/secret.conf\n"),
        ("conf/nginx.conf", ""),
        ("conf/sites/a.conf", ""),
        ("conf/sites/b.conf", ""),
        ("conf/sites/secret.conf", ""),
        ("over.conf", ""),
        ("public/robots.txt", ""),
    ];
    let paths = [
        "/etc/nginx/nginx.conf",
        "nginx.conf",
        "/etc/nginx/conf.d/a.conf",
        "/etc/nginx/conf.d/b.conf",
        "/etc/nginx/conf.d/secret.conf",
        "/usr/share/nginx/html/robots.txt",
        "/usr/share/nginx/html/index.html",
    ];
    let expected =
        ["conf/nginx.conf", "conf/nginx.conf", "conf/sites/a.conf", "over.conf", "Image", "public/robots.txt", "Image"];
    assert_eq!(lead(&files, &paths), expected);
}

#[test]
fn what_nobody_makes_and_nobody_copies_is_not_there() {
    let compose = "services:\n  web:\n    build: .\n";
    let files = |dockerfile| [("compose.yaml", compose), ("Dockerfile", dockerfile), ("certs/a.pem", "")];
    let copied = "FROM nginx:1.28\nCOPY certs /certs\n";
    let paths = ["/certs/a.pem", "/certs/b.pem"];
    assert_eq!(lead(&files(copied), &paths), ["certs/a.pem", "no: `certs/b.pem` is missing"]);
    let made = "FROM nginx:1.28\nCOPY certs /certs\nRUN /certs/make.sh\n";
    assert_eq!(lead(&files(made), &paths), ["certs/a.pem", "Image"]);
}

#[test]
fn where_a_mount_depends_on_the_outside_nothing_is_known_below_it() {
    let compose = "services:\n  web:\n    image: nginx:1.28\n    volumes: ['${DATA}:/data', './conf:/etc/nginx', 'web:/etc/nginx/certs']\nvolumes: {web: {}}\n";
    let led = lead(
        &[("compose.yaml", compose), ("conf/a.conf", "")],
        &["/data/a", "/etc/nginx/a.conf", "/etc/nginx/certs/a"],
    );
    assert_eq!(
        led,
        [
            "unknown: what is mounted there is not known: the variable `DATA` is not set in the project",
            "conf/a.conf",
            "Volume"
        ]
    );
}

#[test]
fn proxies_reach_services() {
    let project = deployed();
    let server = project.servers().next().unwrap();
    assert!(
        matches!(project.machine(server.file), Answer::Yes(Machine::Container(service)) if service.name.value == "web")
    );
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
    assert!(matches!(project.machine(project.servers().next().unwrap().file), Answer::Yes(Machine::Host)));
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
        Reach::Nowhere(Nowhere::Inside(Inside::OwnContainer { meant, .. }), _) => format!("own container, {meant:?}"),
        Reach::Nowhere(Nowhere::Inside(Inside::NoSuchName { names, .. }), _) => format!("no such name, {names:?}"),
        Reach::Nowhere(Nowhere::Inside(Inside::NoSharedNetwork { network, .. }), _) => format!("not in {network}"),
        Reach::Nowhere(Nowhere::Inside(Inside::OnHostNetwork { .. }), _) => "on the host's network".to_owned(),
        Reach::Nowhere(Nowhere::Inside(Inside::OtherPort { inside, published, .. }), _) => {
            format!("other port, {inside} {published}")
        }
        Reach::Nowhere(Nowhere::OnHost(OnHost::SpareServer { service }), _) => format!("spare server of {service}"),
        Reach::Nowhere(Nowhere::OnHost(OnHost::PublishedElsewhere { host, .. }), _) => format!("published on {host}"),
        Reach::Nowhere(Nowhere::OnHost(OnHost::NotPublished { service }), _) => format!("{service} is not published"),
        Reach::Nowhere(Nowhere::OnHost(OnHost::ServiceName { host, .. }), _) => format!("service name, {host:?}"),
        Reach::Nowhere(Nowhere::OnHost(OnHost::UnitElsewhere { address, .. }), _) => format!("a unit on {address}"),
        Reach::Somewhere | Reach::Unclaimed => "somewhere".to_owned(),
        Reach::Unknown(_) => "unknown".to_owned(),
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
        let probes = project.probes();
        assert_eq!(probes.len(), 1);
        let programs = project.needed_by(&probes[0]);
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
    assert_eq!(substitute("alpine:3.20", "psql localhost"), Substitute::Apk("postgresql-client".into()));
    // No package is known to bring it.
    assert_eq!(substitute("alpine:3.20", "curl2 localhost"), Substitute::Unknown);
    assert_eq!(substitute("gcr.io/distroless/static", "['CMD', 'curl', 'localhost']"), Substitute::Nothing);
}
