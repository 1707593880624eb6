use super::*;
use crate::model::{Class, Head};
use crate::source::{FileId, Source};
use crate::syntax::dotenv::Dialect;
use crate::syntax::{commands, crontab, systemd};

fn started(head: &Head) -> Starts {
    match head.kind {
        Kind::Unit => of_unit(head, &systemd::parse(head.source).sections),
        Kind::Crontab => {
            let lines = crontab::parse(head.source).lines;
            of_crontab(head, &lines, crontab::is_of_system(&head.source.path))
        }
        _ => LoadingFile::new(head, &commands::parse(head.source)).starts,
    }
}

fn uses(path: &str, text: &str) -> Vec<(Dialect, Option<String>)> {
    let source = Source::new(FileId(0), path, text.as_bytes().to_vec());
    let kind = Class::of(path, text.as_bytes()).unwrap().kind;
    let head = Head { source: &source, kind };
    started(&head).loads.into_iter().map(|used| (used.dialect, used.path)).collect()
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

/// The calls of a file, one line for each: where, `-f`, `--env-file`, what is set, verb and services.
fn calls(path: &str, text: &str) -> Vec<String> {
    let source = Source::new(FileId(0), path, text.as_bytes().to_vec());
    let kind = Class::of(path, text.as_bytes()).unwrap().kind;
    let head = Head { source: &source, kind };
    started(&head).compose.iter().map(|call| line(&source, call)).collect()
}

fn line(source: &Source, call: &ComposeCall) -> String {
    let place = &call.place;
    let mut line = match (&place.directory, &place.elsewhere) {
        (Some(directory), _) => format!("in {directory:?}"),
        (None, Some(elsewhere)) => format!("at {elsewhere}"),
        (None, None) => format!("perhaps in {:?}", place.perhaps),
    };
    let values = |words: &[Spanned<String>]| words.iter().map(|word| word.value.clone()).collect::<Vec<_>>().join(",");
    for (name, text) in [
        ("-f", values(&call.files)),
        ("--env-file", values(&call.env_files)),
        ("--profile", values(&call.profiles)),
        ("sourced", values(&call.sourced)),
    ] {
        if !text.is_empty() {
            line += &format!(" {name} {text}");
        }
    }
    for (name, value) in &call.sets {
        line += &format!(" {name}={}", value.as_deref().unwrap_or("?"));
    }
    line += &format!(" {} {}", call.verb.as_deref().unwrap_or("-"), call.services.join(","));
    for (flag, text) in
        [(call.remote, " remote"), (call.told, " told"), (!call.whole, " open"), (call.one_of, " one of")]
    {
        if flag {
            line += text;
        }
    }
    // The place is that of the words.
    let words = source.text().get(call.span.range()).unwrap();
    assert!(!words.is_empty() && !words.starts_with(' '), "{words:?}");
    line.trim_end().to_owned()
}

#[test]
fn scripts_start_compose_where_they_say() {
    for (text, expected) in [
        ("docker compose -f a.yml --file=b.yml up -d web\n", "perhaps in [\"\", \"ops\"] -f a.yml,b.yml up web"),
        ("cd \"$(dirname \"$0\")/..\"\ndocker-compose up\n", "in \"\" up"),
        (
            "HERE=\"$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\"\ndocker compose -f \"$HERE/../c.yml\" pull\n",
            "perhaps in [\"\", \"ops\"] -f //c.yml pull",
        ),
        ("cd /srv/shop || exit 1\ndocker compose up\n", "at /srv/shop up"),
        ("(cd app && make)\ndocker compose up\n", "perhaps in [\"\", \"ops\"] up"),
        ("cd $(git rev-parse --show-toplevel)/infra\ndocker compose up\n", "in \"infra\" up"),
        ("C=\"docker compose -f a.yml\"\n$C -f b.yml up\n", "perhaps in [\"\", \"ops\"] -f a.yml,b.yml up"),
        ("F=(-f a.yml -f b.yml)\ndocker compose \"${F[@]}\" up\n", "perhaps in [\"\", \"ops\"] -f a.yml,b.yml up"),
        ("docker compose -f ${FILE:-prod.yml} up\n", "perhaps in [\"\", \"ops\"] -f prod.yml up"),
        ("docker compose $ARGS up\n", "perhaps in [\"\", \"ops\"] up  open"),
        ("docker compose -p $STACK up\n", "perhaps in [\"\", \"ops\"] up"),
        (
            "export TAG=1\nLOCAL=2\nNAME=x docker compose --profile jobs run --rm -e A=1 web sh -c ls\n",
            "perhaps in [\"\", \"ops\"] --profile jobs TAG=1 NAME=x run web",
        ),
        ("export SHA=$(git rev-parse HEAD)\ndocker compose build\n", "perhaps in [\"\", \"ops\"] SHA=? build"),
        ("set -a; . ./.env; set +a\nsudo -E docker compose up\n", "perhaps in [\"\", \"ops\"] sourced ./.env up"),
        ("ssh user@host \"cd app && docker compose up -d\"\n", "at ~/app up  remote"),
        ("ssh -p 22 host <<'EOF'\ncd /opt/a\ndocker compose up\nEOF\n", "at /opt/a up  remote"),
        ("dc() { docker compose -f a.yml \"$@\"; }\ndc up -d\n", "perhaps in [\"\", \"ops\"] -f a.yml up"),
        (
            "on() { NAME=$1 docker compose -f a.yml \"${@:2}\"; }\non blue up -d web\n",
            "perhaps in [\"\", \"ops\"] -f a.yml NAME=blue up web",
        ),
        ("alias dc='docker compose -f a.yml'\ndc pull\n", "perhaps in [\"\", \"ops\"] -f a.yml pull"),
        ("timeout 60 bash -c 'docker compose ps -q'\n", "perhaps in [\"\", \"ops\"] ps"),
        ("ids=$(docker compose ps -q web)\n", "perhaps in [\"\", \"ops\"] ps web"),
        ("retry 3 docker compose pull\n", "perhaps in [\"\", \"ops\"] pull"),
    ] {
        let found = calls("ops/deploy.sh", text);
        assert!(found.iter().any(|call| call == expected), "{text}\n{found:#?}");
    }
    for text in [
        "# docker compose up\n",
        "echo 'docker compose up'\n",
        "cat <<EOF\ndocker compose up\nEOF\n",
        "apt-get install -y docker-compose\n",
        "command -v docker-compose\n",
        "for f in docker-compose up; do :; done\n",
        "cp docker-compose.yml /tmp\n",
    ] {
        assert_eq!(calls("ops/deploy.sh", &format!("{text}# docker compose\n")), [""; 0], "{text}");
    }
}

#[test]
fn branches_make_several_calls() {
    let text = "if [ \"$1\" = prod ]; then F=prod.yml; else F=dev.yml; fi\ndocker compose -f base.yml -f $F up\n";
    assert_eq!(
        calls("deploy.sh", text),
        ["in \"\" -f base.yml,prod.yml up  one of", "in \"\" -f base.yml,dev.yml up  one of"]
    );
    let text = "for f in a b; do F=\"$F -f $f\"; done\ndocker compose $F up\n";
    assert_eq!(calls("deploy.sh", text), ["in \"\" up  open"]);
}

#[test]
fn other_files_start_compose() {
    for (path, text, expected) in [
        (
            "ops/Makefile",
            "FILES ?= -f a.yml\nDC := docker compose $(FILES)\nexport TAG = 2\nup:\n\t@$(DC) \\\n\t  up -d\n",
            "in \"ops\" -f a.yml TAG=2 up",
        ),
        ("Makefile", "up: ; cd app && docker compose up $$SERVICE\n", "in \"app\" up $SERVICE open"),
        ("justfile", "dc := \"docker compose -f a.yml\"\nup:\n    @{{dc}} up -d\n", "in \"\" -f a.yml up"),
        (
            "Taskfile.yml",
            "vars:\n  F: a.yml\ntasks:\n  up:\n    dir: app\n    cmds:\n      - docker compose -f {{.F}} up\n",
            "in \"app\" -f a.yml F=a.yml up",
        ),
        (
            ".github/workflows/deploy.yml",
            "env:\n  A: 1\njobs:\n  d:\n    env:\n      B: ${{ secrets.B }}\n    steps:\n      - working-directory: app\n        run: |\n          docker compose \\\n            -f a.yml up -d\n",
            "in \"app\" -f a.yml A=1 B=? up",
        ),
        (
            ".github/workflows/ship-docker-compose.yml",
            "jobs:\n  d:\n    steps:\n      - uses: x/ssh@v1\n        with:\n          script: cd /opt/a && docker compose pull\n",
            "at /opt/a pull  remote",
        ),
        (
            ".gitlab-ci.yml",
            "variables:\n  TAG: x\ndeploy:\n  script:\n    - cd app\n    - docker compose up -d\n",
            "in \"app\" TAG=x up",
        ),
        (
            "ops/shop.service",
            "[Service]\nWorkingDirectory=/opt/shop\nEnvironment=TAG=1 \"A=b c\"\nExecStart=-/usr/bin/docker compose \\\n  -f a.yml up\n",
            "at /opt/shop -f a.yml A=b c TAG=1 up",
        ),
        ("Procfile", "web: docker compose up\n", "in \"\" up"),
        (
            "cron.d/shop",
            "TAG=1\n0 3 * * * root cd /srv && docker compose run --rm backup\n",
            "at /srv TAG=1 run backup",
        ),
        (
            "web/package.json",
            "{\n\t\"scripts\": {\"up\": \"docker compose -f ../a.yml up\"}\n}\n",
            "in \"web\" -f ../a.yml up",
        ),
        ("bin/up", "#!/usr/bin/env bash\ndocker compose up\n", "perhaps in [\"\", \"bin\"] up"),
        (
            "README.md",
            "```console\n$ git clone https://x/shop.git\n$ cd shop\n$ docker compose up\n```\n",
            "in \"\" up  told",
        ),
        ("README.md", "Then `TAG=1 docker compose -f a.yml up -d`, and wait.\n", "in \"\" -f a.yml TAG=1 up  told"),
        ("docs/x.md", "    docker compose -p <name> -f a.yml up\n", "perhaps in [\"docs\", \"\"] -f a.yml up  told"),
    ] {
        assert_eq!(calls(path, text), [expected], "{path}\n{text}");
    }
}

#[test]
fn comments_tell_how_a_file_is_started() {
    let text = "# Usage: docker compose -f a.yml \\\n#   -f b.yml up -d\n# not docker compose up alone\n# `docker compose down`\n";
    let source = Source::new(FileId(0), "ops/b.yml", text.as_bytes().to_vec());
    let comments = crate::syntax::lines::parse(&source).comments;
    let found: Vec<String> = in_comments(&source, &comments).iter().map(|call| line(&source, call)).collect();
    assert_eq!(found, ["perhaps in [\"ops\", \"\"] -f a.yml,b.yml up  told", "perhaps in [\"ops\", \"\"] down  told"]);
}

#[test]
fn paths_are_looked_for_where_a_command_runs() {
    let place = Place { directory: None, perhaps: vec![String::new(), "ops".into()], elsewhere: Some("/srv/a".into()) };
    assert_eq!(place.resolve("a.yml"), ["a.yml", "ops/a.yml"]);
    assert_eq!(place.resolve("../a.yml"), ["a.yml"]);
    assert_eq!(place.resolve("//x/../a.yml"), ["a.yml"]);
    assert_eq!(place.resolve("/srv/a/b.yml"), ["b.yml", "ops/b.yml"]);
    for path in ["/etc/a.yml", "~/a.yml", "$X/a.yml", "{name}.yml", ""] {
        assert_eq!(place.resolve(path), [""; 0], "{path}");
    }
}

#[test]
fn other_lines_start_containers() {
    let text = "docker run -d --name web -p80:80 -v ./a:/b --env-file .env --rm -it nginx:1 -g x\n\
                docker stack deploy -c a.yml -c b.yml shop\n";
    let source = Source::new(FileId(0), "run.sh", text.as_bytes().to_vec());
    let head = Head { source: &source, kind: Kind::Script };
    let found = read(&head);
    let [run] = found.runs.as_slice() else { panic!("{:?}", found.runs) };
    let options: Vec<String> = run
        .options
        .iter()
        .map(|(name, value)| format!("{name}={}", value.as_ref().map_or("", |value| value.value.as_str())))
        .collect();
    assert_eq!(
        options.join(" "),
        "--detach= --name=web --publish=80:80 --volume=./a:/b --env-file=.env --rm= --interactive= --tty="
    );
    assert_eq!(run.image.as_ref().unwrap().value, "nginx:1");
    assert_eq!(run.command.len(), 2);
    let [stack] = found.stacks.as_slice() else { panic!("{:?}", found.stacks) };
    assert_eq!((stack.files.len(), stack.stack.as_ref().unwrap().value.as_str()), (2, "shop"));
}
