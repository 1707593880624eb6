use super::*;
use crate::model::{Class, Head};
use crate::source::{FileId, Role, Source};
use crate::syntax::commands;
use crate::syntax::dotenv::Dialect;

fn uses(path: &str, text: &str) -> Vec<(Dialect, Option<String>)> {
    let source = Source::new(FileId(0), path, text.as_bytes().to_vec());
    let kind = Class::of(path, text.as_bytes()).unwrap().kind;
    let head = Head { source: &source, kind, role: Role::Production };
    let uses = LoadingFile::new(&head, &commands::parse(&source)).starts.loads;
    uses.into_iter().map(|used| (used.dialect, used.path)).collect()
}

#[test]
fn scripts_name_files_and_programs() {
    for (path, text, expected) in [
        (
            "deploy.sh",
            "docker run -d \\\n  --name app \\\n  --env-file .env.prod app:1\n",
            (Dialect::Docker, ".env.prod"),
        ),
        (
            "README.md",
            "Run `docker compose --env-file deploy/.env.prod up -d`.\n",
            (Dialect::Compose, "deploy/.env.prod"),
        ),
        ("x.sh", "set -a; source ./.env; set +a\n", (Dialect::Bash, "./.env")),
        ("x.sh", "#!/bin/sh\n. ./.env\n", (Dialect::Dash, "./.env")),
        ("x.sh", "export $(grep -v '^#' .env | xargs)\n", (Dialect::Xargs, ".env")),
        ("app.service", "[Service]\nEnvironmentFile=-/opt/app/.env\n", (Dialect::Systemd, "/opt/app/.env")),
        ("crontab", "0 3 * * * cd /srv/shop && . ./.env && ./backup\n", (Dialect::Dash, "./.env")),
        ("deploy/shop.cron", "SHELL=/bin/bash\n@daily . /srv/.env; backup\n", (Dialect::Bash, "/srv/.env")),
        (
            "cron.d/shop",
            "0 3 * * * root docker compose --env-file .env.prod run app\n",
            (Dialect::Compose, ".env.prod"),
        ),
        ("Makefile", "-include .env\nexport\n", (Dialect::Make, ".env")),
        (".envrc", "dotenv\n", (Dialect::Direnv, ".env")),
        ("Procfile", "web: node --env-file=.env server.js\n", (Dialect::NodeParse, ".env")),
    ] {
        assert_eq!(uses(path, text), [(expected.0, Some(expected.1.to_owned()))], "{text}");
    }
    for (path, text) in [
        ("deploy.sh", "# docker run --env-file .env.prod app\n"),
        ("deploy.sh", "python manage.py --env-file\n"),
        ("README.md", "Copy `.env.example` to `.env`. Include .env in your backups.\n"),
    ] {
        assert_eq!(uses(path, text), [], "{text}");
    }
}

#[test]
fn manifests_name_libraries() {
    assert_eq!(
        uses("package.json", "{\n \"dependencies\": {\n  \"next\": \"15\"\n }\n}\n"),
        [(Dialect::NodeNext, None)]
    );
    assert_eq!(uses("requirements.txt", "flask==3\npython-dotenv>=1 # settings\n"), [(Dialect::PythonDotenv, None)]);
    assert_eq!(uses("requirements.txt", "pytest-environs==3\n#python-dotenv\n"), []);
    assert_eq!(uses("Cargo.toml", "[dependencies]\ndotenvy = \"0.15\"\n"), [(Dialect::Dotenvy, None)]);
}
