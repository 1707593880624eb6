//! A deployment guide that is named on the command line is judged as the files it shows.

use gonogo::report::Format;

use crate::sandbox::Sandbox;

/// A guide as people write them: labels that lie, a fence in a list, here-documents, names in the text and in comments.
const GUIDE: &str = r#"# Deploying the shop

## Application

1. Create the `docker-compose.prod.yml`:

   ```yaml
   services:
     web:
       image: python:3.12-slim
       command: gunicorn shop:app --bind 0.0.0.0:8000
       env_file: .env.prod
       restart: always
     db:
       image: postgres:17
       volumes: ["data:/var/lib/postgresql/data"]
   volumes:
     data:
   ```

Secrets go into a file that is never committed:

```bash
cat > /opt/shop/.env.prod <<EOF
DEBUG=true
SECRET_KEY=$(openssl rand -hex 32)
API_TOKEN=change-me
DATABASE_URL=postgresql://shop:Vq7-kkPz-2mXw-9tRb@db:5432/shop
EOF
chmod 600 /opt/shop/.env.prod
```

## Web server

```bash
# /etc/nginx/sites-available/shop
limit_req_zone $binary_remote_addr zone=api:10m rate=10r/h;
server {
    listen 80;
    server_name your-domain.com;
    location / { proxy_pass http://127.0.0.1:8000; }
}
```

To run several copies, update `docker-compose.prod.yml`:

```yaml
services:
  web:
    container_name: shop
    deploy:
      replicas: 3
```

```nginx
# ... the other settings
gzip on;
```
"#;

fn concise(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let mut all = vec!["check", "--format=concise", "--at=2026-11-20"];
    all.extend(arguments);
    let output = sandbox.run(&all);
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

fn guide() -> Sandbox {
    let sandbox = Sandbox::new("guide");
    sandbox.write("docs/DEPLOYMENT.md", GUIDE);
    sandbox
}

#[test]
fn what_is_wrong_in_the_files_is_told_in_the_guide() {
    let said = concise(&guide(), &["docs/DEPLOYMENT.md"]);
    for (place, rule) in [
        // In a fence in a list: the column is that of the guide.
        ("14:6: high", "compose/init-variable-missing: service `db` does not get `POSTGRES_PASSWORD`"),
        ("25:7: high", "env/debug-on"),
        ("37:49: critical", "nginx/invalid-rate"),
        // What is added to a file later is part of it.
        ("50:21: critical", "compose/contradiction"),
        // The files are joined.
        ("41:29: high", "project/upstream-unknown: service `web` listens on 8000 but publishes no port"),
    ] {
        let place = format!("docs/DEPLOYMENT.md:{place}");
        let found = said.lines().any(|line| line.starts_with(&place) && line.contains(rule));
        assert!(found, "{place} {rule} is not in\n{said}");
    }
    assert!(said.contains("shows a file only in part, which is not judged: line 56"), "{said}");
}

#[test]
fn what_the_reader_fills_in_and_what_a_command_makes_up_are_no_findings() {
    let said = concise(&guide(), &["docs/DEPLOYMENT.md"]);
    for left_open in ["DEPLOYMENT.md:26:", "DEPLOYMENT.md:27:", "DEPLOYMENT.md:40:"] {
        assert!(!said.contains(left_open), "{left_open} is in\n{said}");
    }
}

#[test]
fn the_files_of_a_guide_are_judged_only_where_it_is_named() {
    let sandbox = guide();
    sandbox.write("compose.yaml", "services:\n  web:\n    image: shop/web:1.2\n");
    // A secret that anybody can read is told all the same.
    let said = concise(&sandbox, &[]);
    let mut of_guide = said.lines().filter(|line| line.contains("DEPLOYMENT.md"));
    assert!(of_guide.all(|line| line.contains("guide/literal-secret")), "{said}");
}

/// A key that stands twice is a mistake of the file, not a sign that more of it is to come.
#[test]
fn a_file_with_a_key_twice_is_no_part_of_one() {
    let sandbox = Sandbox::new("guide");
    let compose = "services:\n  db:\n    image: postgres:17\n    restart: always\n    environment: [POSTGRES_PASSWORD]\n    restart: always\n";
    sandbox.write("DEPLOYMENT.md", format!("# Shop\n\n```bash\ncat > compose.yaml << 'EOF'\n{compose}EOF\n```\n"));
    let said = concise(&sandbox, &["DEPLOYMENT.md"]);
    assert!(said.contains("DEPLOYMENT.md:10:5: critical"), "{said}");
}

/// A chapter for the server, one for developers, and a scratch copy.
const COMMANDS: &str = "# Shop\n\n## Server\n\n1. Firewall:\n\n   ```bash\n   sudo ufw enable\n   ```\n\n   Then:\n\n   \
    ```bash\n   sudo ufw allow 443/tcp\n   ```\n\n## Try it\n\n```bash\ncp shop.db /tmp/copy.db\n```\n\n## Local \
    development\n\n```bash\ndocker scan shop:1\n```\n";

#[test]
fn the_commands_of_a_deployment_guide_are_judged_chapter_by_chapter() {
    let sandbox = Sandbox::new("guide");
    sandbox.write("compose.yaml", "services:\n  web:\n    image: shop/web:1.2\n");
    for path in ["docs/DEPLOYMENT.md", "deploy/README.md", "README.md", "docs/development.md", ".agents/deployment.md"]
    {
        sandbox.write(path, COMMANDS);
    }
    let said = concise(&sandbox, &[]);
    let found: Vec<&str> = said.lines().filter(|line| line.contains(".md:")).collect();
    let [one, other] = &found[..] else { panic!("{said}") };
    assert!(one.starts_with("deploy/README.md:8:9: high script/firewall-before-ssh"), "{said}");
    assert!(other.starts_with("docs/DEPLOYMENT.md:8:9: high script/firewall-before-ssh"), "{said}");
}

#[test]
fn commands_alone_are_enough_to_judge_a_guide_that_is_named() {
    let sandbox = Sandbox::new("guide");
    sandbox.write("NOTES.md", COMMANDS);
    assert_eq!(sandbox.run(&["check", "NOTES.md"]).status.code(), Some(1));
    // Where nobody names it, there is no project to judge.
    assert_eq!(sandbox.run(&["check"]).status.code(), Some(2));
}

#[test]
fn a_file_that_is_there_counts_and_not_what_the_guide_shows_of_it() {
    let sandbox = guide();
    let nginx = "server {\n    listen 80;\n    server_name shop.de;\n    root /srv/shop;\n}\n";
    sandbox.write("etc/nginx/sites-available/shop", nginx);
    let said = concise(&sandbox, &["docs/DEPLOYMENT.md"]);
    assert!(!said.contains("nginx/invalid-rate") && said.contains("env/debug-on"), "{said}");
}

#[test]
fn a_guide_without_files_is_not_called_good() {
    let sandbox = Sandbox::new("guide");
    sandbox.write("DEPLOYMENT.md", "# Deploying\n\nAsk Ada.\n");
    let output = sandbox.run(&["check", "DEPLOYMENT.md"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn two_ways_to_deploy_are_two_deployments() {
    let sandbox = Sandbox::new("guide");
    let way = |title: &str, image: &str, key: &str| {
        format!(
            "## {title}\n\n`compose.yml`:\n\n```yaml\nservices:\n  db:\n    image: {image}\n    env_file: .env\n    restart: \
             always\n```\n\n`.env`:\n\n```ini\n{key}=Vq7kkPz2mXw9tRb\nLOG_LEVEL=info\n```\n\n"
        )
    };
    let guide =
        way("PostgreSQL", "postgres:17", "POSTGRES_PASSWORD") + &way("MySQL", "mysql:8.4", "MYSQL_ROOT_PASSWORD");
    sandbox.write("INSTALL.md", guide);
    let said = concise(&sandbox, &["INSTALL.md"]);
    assert!(!said.contains("init-variable-missing"), "each database has the password of its own way:\n{said}");
    assert!(!said.contains("way-2"), "people do not know the folder:\n{said}");
}

/// Its unit and its nginx, and its stack and its `.env`, say different things.
const TWO_THINGS: &str = "# Deploying\n\nCreate `docker-compose.yml`:\n\n```yaml\nservices:\n  jobs:\n    image: \
    shop/jobs:1.4\n    environment:\n      API_KEY: ${API_KEY:?}\n      TOKEN: ${TOKEN:?}\n```\n\nCreate `.env`:\n\n\
    ```env\nAPIKEY=change-me\nJOBS=4\n```\n\n```bash\necho \"TOKEN=$(openssl rand -hex 16)\" >> .env\n```\n\nCreate \
    `/etc/systemd/system/shop.service`:\n\n```ini\n[Service]\nUser=shop\nExecStart=/opt/shop/venv/bin/gunicorn --bind \
    127.0.0.1:8000 shop.wsgi\n```\n\nCreate `/etc/nginx/sites-available/shop`:\n\n```nginx\nserver {\n    listen 80;\n    \
    server_name shop.de;\n    location / { proxy_pass http://127.0.0.1:5000; }\n}\n```\n";

#[test]
fn a_guide_that_contradicts_itself_is_told_where() {
    let sandbox = Sandbox::new("guide");
    sandbox.write("INSTALL.md", TWO_THINGS);
    let said = concise(&sandbox, &["INSTALL.md"]);
    let line = |at: &str| TWO_THINGS.lines().position(|line| line.contains(at)).unwrap() + 1;
    let found = |at: &str, rule: &str| {
        let place = format!("INSTALL.md:{}:", line(at));
        said.lines().any(|said| said.starts_with(&place) && said.contains(rule))
    };
    assert!(found("API_KEY: ", "compose/variable-unset: nothing sets `API_KEY`; Compose refuses to start"), "{said}");
    assert!(found("proxy_pass", "project/upstream-unknown: nothing listens on port 5000 of the host"), "{said}");
    assert!(!said.contains("`TOKEN`"), "a command adds it:\n{said}");
}

#[test]
fn secrets_of_a_guide_are_in_no_report() {
    let sandbox = guide();
    for format in Format::ALL {
        let output = sandbox.run(&["check", "--verbose", &format!("--format={}", format.name()), "docs/DEPLOYMENT.md"]);
        for text in [output.stdout, output.stderr] {
            let text = String::from_utf8(text).unwrap();
            assert!(!text.contains("kkPz-2mXw"), "{}:\n{text}", format.name());
        }
    }
}

#[test]
fn the_files_of_a_guide_can_be_listed() {
    let output = guide().run(&["check", "--list-files", "docs/DEPLOYMENT.md"]);
    let said = String::from_utf8(output.stdout).unwrap();
    for file in [".env.prod", "docker-compose.prod.yml", "etc/nginx/sites-available/shop"] {
        assert!(said.contains(&format!("docs/DEPLOYMENT.md  shows {file}: ")), "{file} is not in\n{said}");
    }
}

#[test]
fn what_is_no_mistake_in_a_guide_is_not_told() {
    let sandbox = Sandbox::new("guide");
    sandbox.write("DEPLOYMENT.md", include_str!("quiet-guide.md"));
    let said = concise(&sandbox, &["DEPLOYMENT.md"]);
    let findings: Vec<&str> = said.lines().filter(|line| line.starts_with("DEPLOYMENT.md:")).collect();
    assert!(findings.is_empty(), "{said}");
    assert!(said.contains("GO: no findings"), "{said}");
    let listed = String::from_utf8(sandbox.run(&["check", "--list-files", "DEPLOYMENT.md"]).stdout).unwrap();
    for file in ["shows .env: ", "shows etc/nginx/sites-available/shop: "] {
        assert!(listed.contains(file), "{file} is not in\n{listed}");
    }
}

#[test]
fn the_chapter_that_developers_install_by_is_for_their_machines() {
    let text = |desk: &str, last: &str| {
        format!(
            "# Shop\n\n## Installation & Setup\n\n```bash\n{desk}\n```\n\n```bash\ndocker run -d -p 6379:6379 redis:7\n```\n\n\
             ## {last}\n\n```bash\ndocker compose up -d\n```\n"
        )
    };
    for (desk, last, told) in [
        ("brew install redis", "Deployment", false),
        ("brew install redis", "Licence", true),
        ("sudo apt install -y curl", "Deployment", true),
    ] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("README.md", text(desk, last));
        let said = concise(&sandbox, &["README.md"]);
        assert_eq!(said.contains("docker/run-exposes"), told, "{desk}, {last}: {said}");
    }
}

#[test]
fn a_command_that_nothing_runs_is_no_placeholder() {
    let sandbox = Sandbox::new("guide");
    sandbox
        .write("GUIDE.md", "Put this into `.env`:\n\n```ini\nDEBUG=false\nSECRET_KEY=$(openssl rand -hex 32)\n```\n");
    let said = concise(&sandbox, &["GUIDE.md"]);
    assert!(
        said.contains("GUIDE.md:5:12: high env/placeholder-secret: `SECRET_KEY` is a shell command that nothing runs")
    );
}

#[test]
fn the_commands_of_a_guide_are_told_where_they_stand() {
    let sandbox = Sandbox::new("guide");
    let guide = "# Shop\n\n## Metrics\n\n```console\n$ docker run -d -p 8086:8086 influxdb:2.7\ne5f1\n```\n";
    sandbox.write("GUIDE.md", guide);
    let said = concise(&sandbox, &["GUIDE.md"]);
    assert!(said.contains("GUIDE.md:6:20: high docker/run-exposes"), "{said}");
    assert!(!said.contains(".sh"), "there is no script:\n{said}");
}

#[test]
fn a_guide_that_shows_too_much_is_not_called_good() {
    let sandbox = Sandbox::new("guide");
    sandbox.write("GUIDE.md", "```env\nDEBUG=false\nSTAGE=live\n```\n\n".repeat(500));
    let output = sandbox.run(&["check", "GUIDE.md"]);
    let said = String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("it shows more files than are looked at"), "{said}");
}

#[test]
fn a_comment_that_describes_a_file_does_not_name_it() {
    let sandbox = Sandbox::new("guide");
    let guide = "Create `pages/Dockerfile.prod`:\n\n```dockerfile\n# Production Dockerfile of the pages\nFROM node:22\n\
        CMD [\"node\", \"server.js\"]\n```\n\nAnd this:\n\n```dockerfile\n# Dockerfile\nFROM python:3.13\n```\n";
    sandbox.write("GUIDE.md", guide);
    let listed = String::from_utf8(sandbox.run(&["check", "--list-files", "GUIDE.md"]).stdout).unwrap();
    for file in ["shows pages/Dockerfile.prod: ", "shows Dockerfile: "] {
        assert!(listed.contains(file), "{file} is not in\n{listed}");
    }
}

#[test]
fn lines_to_choose_from_are_no_mistakes() {
    let sandbox = Sandbox::new("guide");
    let guide = "`.env`:\n\n```env\nCORS_ORIGIN=https://shop.de\n# For development (not recommended for production)\n\
        CORS_ORIGIN=*\nDEBUG=true\n```\n";
    sandbox.write("DEPLOYMENT.md", guide);
    let said = concise(&sandbox, &["DEPLOYMENT.md"]);
    assert!(!said.contains("cors-wildcard") && said.contains("DEPLOYMENT.md:7:7: high env/debug-on"), "{said}");
    // What is no text about a deployment is typed by developers.
    sandbox.write("GUIDE.md", guide);
    let said = concise(&sandbox, &["GUIDE.md"]);
    assert!(said.contains("GUIDE.md:7:7: low env/debug-on"), "{said}");
}

#[test]
fn what_a_guide_for_developers_shows_is_for_them() {
    let sandbox = Sandbox::new("guide");
    let guide = "`.env`:\n\n```env\nDEBUG=true\nLOG_LEVEL=debug\n```\n";
    for (name, told) in [("docs/local-development.md", false), ("docs/production.md", true)] {
        sandbox.write(name, guide);
        assert_eq!(concise(&sandbox, &[name]).contains("high env/debug-on"), told, "{name}");
    }
}

#[test]
fn what_a_guide_shows_is_not_in_front_of_containers_it_does_not_speak_of() {
    let site = "# Deployment\n\nPut this into `/etc/nginx/sites-available/shop`:\n\n```nginx\nserver {\n    listen 443 ssl;\n    \
        server_name shop.acme.de;\n    location / {\n        proxy_pass http://127.0.0.1:8000;\n    }\n}\n```\n\n";
    let compose = "services:\n  web:\n    image: shop/web:1.2\n    ports: [\"8000:8000\"]\n";
    for (way, told) in [("pm2 start server.js", false), ("docker compose up -d", true)] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("compose.yaml", compose);
        sandbox.write("DEPLOYMENT.md", format!("{site}```bash\n{way}\n```\n"));
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("project/app-port-bypasses-proxy"), told, "{way}: {said}");
    }
}

#[test]
fn the_host_stands_behind_what_the_reader_fills_in() {
    let sandbox = Sandbox::new("guide");
    sandbox.write(
        "docker-compose.yml",
        "services:\n  web:\n    image: shop/web:1.2\n    env_file: .env\n  db:\n    image: postgres:17\n",
    );
    let address = "postgresql+asyncpg://shop:<тот же пароль>@db:5432/shop";
    sandbox.write(
        "DEPLOYMENT.md",
        format!("`.env`:\n\n```env\nDATABASE_URL={address}\nSTAGE=live\n```\n\n```bash\ndocker compose up -d\n```\n"),
    );
    let said = concise(&sandbox, &["DEPLOYMENT.md"]);
    assert!(!said.contains("env/host-unknown"), "{said}");
}

#[test]
fn what_is_wanted_or_for_trouble_is_no_value() {
    let sandbox = Sandbox::new("guide");
    let guide = "`docker-compose.yml`:\n\n```yaml\nservices:\n  db:\n    image: postgres:17\n    environment:\n      \
        POSTGRES_PASSWORD: strong-password\n```\n\n## Debug mode\n\n```env\nLOG_LEVEL=debug\nDEBUG=true\n```\n";
    sandbox.write("DEPLOYMENT.md", guide);
    let said = concise(&sandbox, &["DEPLOYMENT.md"]);
    assert!(!said.contains("default-password") && !said.contains("debug-on"), "{said}");
    sandbox.write(
        "DEPLOYMENT.md",
        "### Отладка\n\nВключите режим отладки в `.env`:\n\n```env\nDEBUG=true\nLOG=all\n```\n",
    );
    let said = concise(&sandbox, &["DEPLOYMENT.md"]);
    assert!(!said.contains("debug-on"), "{said}");
}

#[test]
fn what_goes_to_a_developer_or_a_platform_is_no_file_of_the_server() {
    let env = "```env\nNODE_ENV=development\nLOG_LEVEL=debug\nDATABASE_URL=postgres://db/shop\n```\n";
    for (lead, told) in [("**In DEV:**", false), ("**In production:**", true), ("`.env` below /opt/dev/shop:", true)] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("DEPLOYMENT.md", format!("# Deployment\n\n## Variables (`.env`)\n\n{lead}\n\n{env}"));
        let listed = String::from_utf8(sandbox.run(&["check", "--list-files", "DEPLOYMENT.md"]).stdout).unwrap();
        assert_eq!(listed.contains("shows .env: "), told, "{lead}: {listed}");
    }
    let sandbox = Sandbox::new("guide");
    sandbox.write("DEPLOYMENT.md", "# Deployment\n\n```env\nDATABASE_URL=${{Postgres.DATABASE_URL}}\nPORT=8000\n```\n");
    let said = concise(&sandbox, &["DEPLOYMENT.md"]);
    assert!(!said.contains("env/unparsable"), "{said}");
}

#[test]
fn the_last_stage_of_a_dockerfile_is_no_whole_one() {
    for (first, told) in [("", false), ("FROM node:24 AS app\nRUN npm run build\n\n", true)] {
        let sandbox = Sandbox::new("guide");
        let last = "FROM nginx:alpine\nCOPY --from=build /app/dist /usr/share/nginx/html\nEXPOSE 80\n";
        sandbox.write("DEPLOYMENT.md", format!("# Deployment\n\n```dockerfile\n{first}{last}```\n"));
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("docker/unknown-stage"), told, "{said}");
    }
}

#[test]
fn what_an_image_leaves_out_it_leaves_out_in_every_chapter() {
    let shown = |value: &str| format!("`.env` on the server:\n\n```env\nSTAGE=live\nAPI_TOKEN={value}\n```\n\n");
    let guide = format!(
        "# Deployment\n\n## With Compose\n\n{}```bash\ndocker compose up -d\n```\n\n## By hand\n\n{}",
        shown("9f8a7s6d5f4g3h2j1k0l9m8n7b6v5c4x"),
        shown("9f8a7s6d5f4g3h2j1k0l9m8n7b6v5c4x")
    );
    for (ignored, told) in [(".env\n", false), ("*.md\n", true)] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("docker-compose.yml", "services:\n  web:\n    build: .\n    env_file: .env\n");
        sandbox
            .write("Dockerfile", "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD [\"gunicorn\", \"shop:app\"]\n");
        sandbox.write(".dockerignore", ignored);
        sandbox.write("DEPLOYMENT.md", &guide);
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("project/image-copies-env"), told, "{ignored}: {said}");
    }
}

#[test]
fn a_way_without_containers_is_not_in_front_of_those_of_another_way() {
    let site = "```nginx\nserver {\n    listen 443 ssl;\n    server_name shop.acme.de;\n    location / {\n        proxy_pass \
        http://127.0.0.1:3000;\n    }\n}\n```\n\n";
    let compose = "`docker-compose.yml`:\n\n```yaml\nservices:\n  app:\n    image: shop/web:1.2\n    ports: [\"3000:3000\"]\n\
        ```\n\n```bash\ndocker compose up -d\n```\n\n";
    let host = "```bash\npm2 start npm --name shop -- start\n```\n\n";
    for (guide, told) in [
        (format!("# Deployment\n\n## On a VPS\n\n{host}### nginx\n\n{site}## With Docker\n\n{compose}"), false),
        (format!("# Deployment\n\n## The app\n\n{compose}## nginx\n\n{site}"), true),
    ] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("DEPLOYMENT.md", &guide);
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("project/app-port-bypasses-proxy"), told, "{guide}\n{said}");
    }
}

#[test]
fn the_nginx_of_a_guide_without_containers_is_not_in_front_of_those_that_lie_there() {
    let site = "`/etc/nginx/sites-available/shop`:\n\n```nginx\nserver {\n    listen 80;\n    location / {\n        proxy_pass \
        http://127.0.0.1:8000;\n    }\n}\n```\n\n";
    let unit = "`/etc/systemd/system/shop.service`:\n\n```ini\n[Service]\nUser=shop\nExecStart=/opt/shop/venv/bin/python \
        /opt/shop/app.py\n```\n\n";
    for (way, told) in [("sudo systemctl enable --now shop", false), ("docker compose up -d", true)] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("docker-compose.yml", "services:\n  app:\n    image: shop/web:1.2\n    ports: [\"8000:8000\"]\n");
        sandbox.write("DEPLOYMENT.md", format!("# Deployment\n\n{unit}```bash\n{way}\n```\n\n{site}"));
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("project/app-port-bypasses-proxy"), told, "{way}\n{said}");
    }
}

#[test]
fn ports_are_not_shut_for_containers_that_a_guide_does_not_start() {
    let compose = "services:\n  web:\n    image: shop/web:1.2\n    ports: [\"8000:8000\"]\n";
    let unit = "`/etc/systemd/system/shop.service`:\n\n```ini\n[Service]\nUser=shop\nExecStart=/usr/bin/php8.3 \
        /opt/shop/server.php\n```\n\n";
    for (way, script, told) in [
        ("sudo systemctl enable --now shop", "", false),
        ("sudo systemctl enable --now shop\n/opt/shop/migrate.sh", "php migrate.php\n", false),
        ("sudo systemctl enable --now shop\n/opt/shop/migrate.sh", "docker compose up -d\n", true),
        ("sudo systemctl enable --now shop\ndocker compose up -d", "", true),
    ] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("compose.yaml", compose);
        sandbox.write("migrate.sh", format!("#!/bin/sh\n{script}"));
        let block = format!("```bash\n{way}\nsudo ufw deny 8000/tcp\nsudo ufw enable\n```\n");
        sandbox.write("DEPLOYMENT.md", format!("# Deployment\n\n{unit}{block}"));
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("script/port-not-shut"), told, "{way}: {said}");
    }
}

#[test]
fn what_the_application_is_told_through_another_value_is_filled_in_there() {
    let sandbox = Sandbox::new("guide");
    let lines = "APP_URL=https://your-domain.com\nVITE_HOST=\"${APP_URL}\"\nREVERB_APP_KEY=shop-key\n\
        VITE_REVERB_APP_KEY=\"${REVERB_APP_KEY}\"\n";
    sandbox.write("DEPLOYMENT.md", format!("# Deployment\n\n`.env`:\n\n```env\n{lines}```\n"));
    let said = concise(&sandbox, &["DEPLOYMENT.md"]);
    assert!(!said.lines().any(|line| line.starts_with("DEPLOYMENT.md:")), "{said}");
}

#[test]
fn what_a_guide_puts_on_the_server_is_in_no_checkout() {
    let guide = |path: &str| {
        format!(
            "# Deployment\n\n```bash\ncat > {path} <<'EOF'\nDB_PASSWORD=hT7-vq2Lx9_mRw\nSECRET_KEY=new_value\nEOF\n```\n"
        )
    };
    for (path, own, told) in [
        ("/etc/shop.env", "", false),
        ("/tmp/new.env", "", false),
        ("/opt/shop/.env", "", true),
        ("etc/shop.env", "etc/a.conf", true),
    ] {
        let sandbox = Sandbox::new("guide");
        if !sandbox.git(&["init", "-q"]) {
            return;
        }
        sandbox.write("DEPLOYMENT.md", guide(path));
        if !own.is_empty() {
            sandbox.write(own, "x\n");
        }
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("env/not-ignored"), told, "{path}: {said}");
        assert!(!said.contains("env/weak-secret"), "{path}: {said}");
    }
}

#[test]
fn what_a_guide_shows_lies_where_its_pattern_does() {
    let guide = "# Deployment\n\n```bash\ncd /var/www/shop/backend\ncp .env.example .env\n```\n\n`.env`:\n\n\
        ```env\nDB_PASSWORD=hT7-vq2Lx9_mRw\n```\n";
    for (ignores, pattern, told) in [
        ("backend/.env\n", "backend/.env.example", false),
        ("backend/.env\n", "frontend/.env.example", true),
        ("frontend/.env\n", "backend/.env.example", true),
        ("*.log\n", "backend/.env.example", true),
    ] {
        let sandbox = Sandbox::new("guide");
        if !sandbox.git(&["init", "-q"]) {
            return;
        }
        sandbox.write("DEPLOYMENT.md", guide);
        sandbox.write(".gitignore", ignores);
        sandbox.write(pattern, "DB_PASSWORD=\n");
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("env/not-ignored"), told, "{ignores} {pattern}: {said}");
    }
}

#[test]
fn what_a_guide_shows_as_wrong_or_for_a_unit_is_no_env_file() {
    for (lead, told) in [
        ("The frontend:", true),
        ("**The frontend (this was wrong):**", false),
        ("Set these variables (in the systemd service file):", false),
        ("`.env`, which the systemd service reads:", true),
    ] {
        let sandbox = Sandbox::new("guide");
        let block = "```env\nNODE_ENV=production\nVITE_API_URL=http://203.0.113.9:3001\n```\n";
        sandbox.write("DEPLOYMENT.md", format!("# Deployment\n\n{lead}\n\n{block}"));
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("env/plain-http-url"), told, "{lead}: {said}");
    }
}

#[test]
fn a_container_of_another_guide_is_behind_no_nginx_of_a_way_without() {
    let unit = "`/etc/systemd/system/shop.service`:\n\n```ini\n[Unit]\nDescription=Shop\n\n[Service]\nUser=shop\n\
        ExecStart=/opt/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:app\n\n[Install]\nWantedBy=multi-user.target\n```\n";
    let site = "`/etc/nginx/sites-available/shop`:\n\n```nginx\nserver {\n    listen 80;\n    server_name shop.de;\n    \
        location / {\n        proxy_pass http://127.0.0.1:8000;\n    }\n}\n```\n";
    let run = "# Docker\n\nBehind nginx, or without:\n\n```bash\ndocker build -t shop:1 .\n\
        docker run -d --name shop -p 8000:8000 --restart unless-stopped shop:1\n```\n";
    for (own, told) in [(unit, false), ("", true)] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("Dockerfile", "FROM python:3.14-slim\nUSER nobody\nCMD [\"gunicorn\", \"shop:app\"]\n");
        sandbox.write("UBUNTU_DEPLOYMENT.md", format!("# Deployment\n\n{own}\n{site}"));
        sandbox.write("DOCKER_DEPLOYMENT.md", run);
        let said = concise(&sandbox, &["UBUNTU_DEPLOYMENT.md", "DOCKER_DEPLOYMENT.md"]);
        assert_eq!(said.contains("project/app-port-bypasses-proxy"), told, "{said}");
    }
}

#[test]
fn the_text_of_a_site_in_another_guide_is_not_what_this_one_puts_in() {
    let site = |listen: &str| {
        format!(
            "Create `/etc/nginx/sites-available/shop`:\n\n```nginx\nserver {{\n    {listen}\n    server_name shop.de;\n    location / {{\n        proxy_pass http://127.0.0.1:8000;\n    }}\n}}\n```\n\n"
        )
    };
    let tls = "listen 443 ssl;\n    ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;\n    ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;";
    let steps = "```bash\nsudo ln -s /etc/nginx/sites-available/shop /etc/nginx/sites-enabled/\nsudo nginx -t\nsudo certbot --nginx -d shop.de\n```\n";
    for (own, told) in [("listen 80;", false), (tls, true)] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("DEPLOYMENT.md", format!("# Deployment\n\n{}", site(tls)));
        sandbox.write("docs/machine/DEPLOYMENT.md", format!("# Deployment\n\n{}{steps}", site(own)));
        for named in [&["DEPLOYMENT.md", "docs/machine/DEPLOYMENT.md"][..], &["docs/machine/DEPLOYMENT.md"]] {
            let said = concise(&sandbox, named);
            assert_eq!(said.contains("script/nginx-before-certificate"), told, "{own}: {said}");
        }
    }
}

#[test]
fn the_caddyfile_of_a_guide_is_judged_with_its_containers() {
    let sandbox = Sandbox::new("guide");
    let compose = "services:\n  web:\n    image: shop:1\n    command: gunicorn shop:app --bind 0.0.0.0:3000\n  caddy:\n    image: caddy:2\n    ports: [\"80:80\", \"443:443\"]\n    volumes: [\"./Caddyfile:/etc/caddy/Caddyfile\", \"kept:/data\"]\nvolumes: {kept: }\n";
    let guide = |to: &str, label: &str| {
        format!(
            "# Deploying\n\nPut `docker-compose.yml` there:\n\n```yaml\n{compose}```\n\n`Caddyfile`:\n\n```{label}\nshop.acme.de {{\n  reverse_proxy {to}\n}}\n```\n\n```bash\ndocker compose up -d\n```\n"
        )
    };
    for label in ["", "caddyfile"] {
        sandbox.write("docs/deployment.md", guide("127.0.0.1:3000", label));
        let text = concise(&sandbox, &["docs/deployment.md"]);
        assert!(text.contains("high project/caddy-upstream-unknown"), "{text}");
        sandbox.write("docs/deployment.md", guide("web:3000", label));
        let text = concise(&sandbox, &["docs/deployment.md"]);
        assert!(!text.contains("caddy-upstream"), "{text}");
    }
}

#[test]
fn the_services_of_another_program_are_none_of_compose() {
    let sandbox = Sandbox::new("guide");
    let block = "services:\n  api:\n    build: ./api\n    port: 8080\n    health_check: /health\n    memory: 512mb\n";
    let guide = |name: &str| format!("# Deploying\n\n## {name}\n\n```yaml\n{block}```\n");
    sandbox.write("docs/deployment.md", guide("services"));
    assert!(!concise(&sandbox, &["docs/deployment.md"]).contains("compose/"));
    // Who calls it a Compose file means one.
    sandbox.write("docs/deployment.md", guide("docker-compose.yml"));
    let text = concise(&sandbox, &["docs/deployment.md"]);
    assert!(text.contains("critical compose/unknown-key"), "{text}");
}

#[test]
fn what_is_looked_at_or_grows_later_stops_no_deployment() {
    let sandbox = Sandbox::new("guide");
    let services = "  web:\n    image: python:3.12-slim\n    command: gunicorn shop:app\n    mem_limit: 512m\n  db:\n    image: mariadb:11.4\n";
    sandbox.write("compose.yaml", format!("services:\n{services}"));
    let guide = |heading: &str, command: &str| {
        format!(
            "# Deploying\n\n## Start\n\n```bash\ndocker compose up -d\n```\n\n## {heading}\n\n```bash\n{command}\n```\n"
        )
    };
    for (rule, heading, command, expected) in [
        ("script/service-missing", "Start", "docker compose logs -f shop", "low"),
        ("script/service-missing", "Start", "docker compose logs -f shop\ndocker compose restart shop", "medium"),
        ("script/program-not-in-image", "Troubleshooting", "docker compose exec web curl -s localhost", "low"),
        ("script/program-not-in-image", "Check", "docker compose exec web curl -s localhost", "medium"),
        ("script/program-not-in-image", "Maintenance", "docker compose exec -T db mysqldump shop > shop.sql", "medium"),
        ("compose/stack-refuses", "Scaling", "docker stack deploy -c compose.yaml shop", "low"),
        ("compose/stack-refuses", "Start", "docker stack deploy -c compose.yaml shop", "critical"),
    ] {
        sandbox.write("docs/deployment.md", guide(heading, command));
        let text = concise(&sandbox, &["docs/deployment.md"]);
        let severity = text.lines().find(|line| line.contains(rule)).and_then(|line| line.split(' ').nth(1));
        assert_eq!(severity.unwrap_or_default(), expected, "{heading}: {command}\n{text}");
    }
}

#[test]
fn the_manifest_of_a_project_is_that_of_its_folder_on_the_server() {
    let sandbox = Sandbox::new("guide");
    let manifest = r#"{
  "scripts": {
    "build": "tsc",
    "start": "node dist/index.js"
  },
  "devDependencies": {"typescript": "^5.9.0"}
}"#;
    sandbox.write("package.json", manifest);
    sandbox.write("package-lock.json", "{}");
    let guide = "# Shop\n\n## Build\n\n```bash\ncd /opt/shop\nnpm ci --omit=dev\nnpm run build\n```\n";
    sandbox.write("docs/DEPLOYMENT.md", guide);
    let said = concise(&sandbox, &["docs/DEPLOYMENT.md"]);
    assert!(said.contains("docs/DEPLOYMENT.md:8:1: medium script/build-without-tools"), "{said}");
}

#[test]
fn the_containers_of_one_place_are_not_behind_the_nginx_of_another() {
    let compose =
        "```yaml\n# compose.yaml\nservices:\n  api:\n    image: shop/api:1.4.2\n    ports: [\"8123:8123\"]\n```\n";
    let site = "```nginx\n# /etc/nginx/conf.d/shop.conf\nserver {\n    listen 80;\n    server_name shop.acme.de;\n    location / {\n        \
        proxy_pass http://127.0.0.1:8123;\n    }\n}\n```\n";
    let start = "```bash\ndocker compose up -d\n```\n";
    for (one, other, last, told) in [
        ("预发环境部署", "生产环境部署", "", false),
        ("Staging deployment", "Production deployment", "", false),
        ("Staging deployment", "Production deployment", start, true),
        ("Production deployment: containers", "Production deployment: nginx", "", true),
        ("Containers", "Production deployment", "", true),
    ] {
        let sandbox = Sandbox::new("guide");
        let guide = format!("# Shop\n\n## {one}\n\n{compose}\n{start}\n## {other}\n\n{site}\n{last}");
        sandbox.write("DEPLOYMENT.md", guide);
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("high project/app-port-bypasses-proxy"), told, "{one}, {other}: {said}");
    }
}

#[test]
fn what_a_deployment_for_developers_has_for_steps_is_for_them() {
    let steps = "```bash\nmysql -u root -p\n```\n";
    let server = "```bash\nsudo apt install mysql-server -y\n```\n";
    for (chapter, step, told) in [
        ("开发环境部署", "后端部署", false),
        ("测试环境部署", "MySQL", false),
        ("测试环境部署", "后端部署", false),
        ("生产环境部署", "后端部署", true),
        ("部署", "后端部署", true),
        ("Local development", "Deploy the database", false),
        ("Development and deployment", "Deploy the database", true),
    ] {
        let sandbox = Sandbox::new("guide");
        let guide = format!("# Shop\n\n## {chapter}\n\n### {step}\n\n{steps}\n## Server\n\n{server}");
        sandbox.write("DEPLOYMENT.md", guide);
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("medium script/mysql-root-refused"), told, "{chapter}: {said}");
    }
}

#[test]
fn a_sketch_of_what_grows_is_no_whole_file() {
    let text = |chapter: &str, url: &str| {
        format!(
            "# Shop\n\n## {chapter}\n\n```yaml\n# compose.yaml\nservices:\n  app:\n    image: shop:1\n    environment:\n      - \
             DATABASE_URL=postgresql://{url}\n    depends_on: [db]\n  db:\n    image: postgres:17\n```\n"
        )
    };
    for (chapter, url, told) in [("Scaling", "...", false), ("Scaling", "db/shop", true), ("Containers", "...", true)] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("DEPLOYMENT.md", text(chapter, url));
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("high compose/init-variable-missing"), told, "{chapter}, {url}: {said}");
        assert!(told || said.contains("shows a file only in part"), "{said}");
    }
}

#[test]
fn a_way_out_that_the_guide_calls_temporary_stops_no_deployment() {
    for (chapter, comment, told) in [
        ("Troubleshooting", "  # temporary fix", "low"),
        ("Troubleshooting", "", "medium"),
        ("Installation", "  # temporary fix", "medium"),
    ] {
        let sandbox = Sandbox::new("guide");
        let guide =
            format!("# Shop\n\n## {chapter}\n\n```bash\ngit config --global http.sslVerify false{comment}\n```\n");
        sandbox.write("DEPLOYMENT.md", guide);
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert!(said.contains(&format!("{told} script/download-unchecked")), "{chapter}: {said}");
    }
}

#[test]
fn a_guide_for_a_mac_is_for_no_server() {
    let guide =
        "# Shop\n\n```bash\nbrew install postgresql@17\necho 'host all all 0.0.0.0/0 md5' >> pg_hba.conf\n```\n";
    for (name, told) in [("docs/deploy-mac.md", false), ("docs/deploy-machine.md", true)] {
        let sandbox = Sandbox::new("guide");
        sandbox.write(name, guide);
        let said = concise(&sandbox, &[name]);
        assert_eq!(said.contains("medium script/database-opened"), told, "{name}: {said}");
    }
}

#[test]
fn a_script_that_a_guide_shows_is_run_by_its_crontab() {
    let guide = |path: &str| {
        format!(
            "# Deployment\n\n```bash\nnano {path}/backup.sh\n```\n\n```bash\n#!/bin/bash\nset -e\ndocker compose exec -T db pg_dump -U \
             shop shop > /var/backups/shop.sql\n```\n\n```bash\nchmod +x {path}/backup.sh\ncrontab -e\n# Add:\n0 3 * * * {path}/backup.sh\n```\n"
        )
    };
    for (path, told) in [("/opt/shop", true), ("/home/shop", false)] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("DEPLOYMENT.md", guide(path));
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains("DEPLOYMENT.md:10:1: medium cron/compose-file-not-found"), told, "{path}: {said}");
    }
}

#[test]
fn a_command_is_wrong_whatever_the_reader_puts_in_for_his_domain() {
    let guide = |certbot: &str| {
        format!(
            "# Deployment\n\n```bash\nsudo apt-get install certbot nginx\nsudo certbot certonly {certbot}\n```\n\n```nginx\n# \
             /etc/nginx/sites-available/shop\nserver {{\n    listen 80;\n    server_name your-domain.com;\n    return 301 \
             https://$server_name$request_uri;\n}}\nserver {{\n    listen 443 ssl;\n    server_name your-domain.com;\n    \
             ssl_certificate /etc/letsencrypt/live/your-domain.com/fullchain.pem;\n    ssl_certificate_key \
             /etc/letsencrypt/live/your-domain.com/privkey.pem;\n    location / {{ proxy_pass http://127.0.0.1:3000; }}\n}}\n```\n"
        )
    };
    for (certbot, rule, told) in [
        ("--standalone -d your-domain.com", "medium script/standalone-beside-nginx", true),
        ("--standalone -d your-domain.com --email you@your-domain.com", "medium script/standalone-beside-nginx", true),
        ("--webroot -w /var/www/html -d your-domain.com", "medium script/renewal-without-reload", true),
        ("--webroot -w /var/www/html -d your-domain.com", "standalone-beside-nginx", false),
        // Another rule tells that nothing renews it.
        ("--manual -d your-domain.com", "medium script/manual-certificate", true),
        ("--manual -d your-domain.com", "renewal-without-reload", false),
    ] {
        let sandbox = Sandbox::new("guide");
        sandbox.write("DEPLOYMENT.md", guide(certbot));
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert_eq!(said.contains(rule), told, "{certbot}, {rule}: {said}");
    }
}

#[test]
fn a_clone_is_refused_whatever_is_cloned() {
    for from in ["https://github.com/YOUR_ORG/shop.git", "<repository-url>", "YOUR_REPO_URL shop"] {
        let sandbox = Sandbox::new("guide");
        let guide = "# Deployment\n\n```bash\nsudo apt install -y git nginx\ncd /opt\ngit clone FROM\nsudo systemctl restart nginx\n```\n";
        sandbox.write("DEPLOYMENT.md", guide.replace("FROM", from));
        let said = concise(&sandbox, &["DEPLOYMENT.md"]);
        assert!(said.contains("DEPLOYMENT.md:6:1: medium script/folder-of-root"), "{from}: {said}");
    }
}
