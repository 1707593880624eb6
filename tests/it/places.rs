//! Secrets by the place they stand in: planted on lines that are whole and lines that are broken, they are masked in what is
//! shown of the file and in every output; what people have to read at the same places is shown.

use std::collections::HashSet;
use std::fs;

use gonogo::model::{Class, Document};
use gonogo::report::Format;
use gonogo::source::{FileId, Role, RoleWhy, Source};

use crate::sandbox::Sandbox;

/// A leak of this many bytes in a row is a leak.
const PIECE: usize = 8;

const ENV: &[&str] = &[
    "SECRET_KEY={}",
    "DB_PASSWORD=\"{}\"",
    "DB_PASSWORD='{}'",
    "DB_PASSWORD=`{}`",
    "export API_TOKEN={}",
    "API_TOKEN = {}",
    "API_TOKEN: {}",
    "PORT=80 # old password {}",
    "# DB_PASSWORD={}",
    "# the old admin password is {}",
    "FOO={}",
    "DATABASE_URL=postgres://app:{}@db:5432/app",
    "REDIS_URL=redis://:{}@r:6379/0",
    "SENTRY_DSN=https://{}@o1.ingest.example.com/2",
    "DATABASE_URL=postgres://db/app?user=a&password={}",
    "HOOK_URL=https://hooks.example.com/services/T0/B0/{}",
    "BLOB_URL=https://x.example.com/c?sv=1&sig={}",
    "JDBC=jdbc:mysql://db/app?user=a&password={}",
    "DSN=app:{}@tcp(db:3306)/app",
    "PGDSN=host=db user=app password={} dbname=app",
    "CS=Server=db;User Id=sa;Password={};",
    "AZURE=DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};EndpointSuffix=x",
    "CREDS={\"type\":\"svc\",\"private_key\":\"{}\"}",
    "PRIVATE_KEY=\"-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\"",
    "SECRET_KEY=abc\\\n{}",
    "X=${DB_PASSWORD:-{}}",
    "ADMINS=[{}]",
    "API_KEY={}\nAPI_KEY=other",
    "AUTH=Basic {}",
    "AUTH=Bearer {}",
    "BASIC_AUTH=admin:{}",
    "HT=admin:$apr1$abc${}",
    "MAIL=smtp://u:{}@m",
    "SLACK_WEBHOOK={}",
    "PASSWORD my {}",
    "config[password]={}",
    "SSH_PASSPHRASE=correct {} horse",
    "PW=ab#{}",
    "KENNWORT={}",
    "SEED_PHRASE={}",
    "{}=1",
    "DB_PASSWORD=ab {}",
    "DB_PASSWORD=ab\"{}\"cd",
    "DB_PASSWORD==={}",
    "DB_PASSWORD<<EOF\n{}\nEOF",
    "DB_PASSWORD\u{a0}=\u{a0}{}",
    "DB_PASS\u{200b}WORD={}",
    "DATABASE_URL=postgres://app:'{}@db/app",
    "# gonogo: allow[env/debug-on] token {}",
    "# gonogo: allow[env/debug-on] x until={}",
];

/// Below a service.
const COMPOSE: &[&str] = &[
    "    environment:\n      DB_PASSWORD: {}",
    "    environment:\n      DB_PASSWORD: \"{}\"",
    "    environment:\n      - DB_PASSWORD={}",
    "    environment: {DB_PASSWORD: {}, A: b}",
    "    environment:\n      FOO: {}",
    "    environment:\n      DB_PASSWORD: |-\n        {}",
    "    environment:\n      DB_PASSWORD: abc\n        {}",
    "    environment:\n      DB_PASSWORD: \"abc\n        {}\"",
    "    environment:\n      DB_PASSWORD: !!str {}",
    "    environment:\n      DB_PASSWORD: ${DB_PASSWORD:?{}}",
    "    environment:\n      DB_PASSWORD:\n        value: {}",
    "    environment:\n      DB_PASSWORD: [a, {}]",
    "    environment:\n      DB_PASSWORD: `{}`",
    "    environment:\n      DB_PASSWORD: ab: {}",
    "    environment:\n      DB_PASSWORD: ab #{}",
    "    environment:\n      DB_PASSWORD:{}",
    "    environment:\n     A: a\n      API_TOKEN: {}",
    "    environment:\n      DB_PASSWORD={}",
    "    command: run --password {} --x",
    "    command: [\"run\", \"--password\", \"{}\"]",
    "    command:\n      - run\n      - --api-key\n      - {}",
    "    command: mysql -uroot -p{}",
    "    command: curl -u admin:{} http://x",
    "    command: \"curl -H 'X-Api-Key: {}' http://x\"",
    "    command: redis-server --requirepass {}",
    "    healthcheck:\n      test: [\"CMD\", \"redis-cli\", \"-a\", \"{}\", \"ping\"]",
    "    healthcheck:\n      test: [\"CMD-SHELL\",\"mysqladmin ping -uroot -p{}\"]",
    "    healthcheck:\n      test: curl -fu admin:{} http://localhost/",
    "    build: https://u:{}@git.example.com/x.git",
    "    build:\n      context: .\n      args:\n        NPM_TOKEN: {}",
    "    passwrd: {}",
    "    labels:\n      - traefik.http.middlewares.a.basicauth.users=admin:$$apr1$$ab$${}",
    "    restart: always # pw {}",
    "    logging:\n      driver: splunk\n      options:\n        splunk-token: {}",
    "secrets:\n  c:\n    content: {}",
    "configs:\n  a:\n    content: |\n      password={}",
    "x-common:\n  API_TOKEN: {}",
];

const DOCKERFILE: &[&str] = &[
    "ARG NPM_TOKEN={}",
    "ENV DB_PASSWORD {}",
    "ENV A=b \\\n    API_KEY={}",
    "RUN export TOKEN={} && run",
    "RUN git clone https://{}@git.example.com/x",
    "RUN npm config set //registry.example.com/:_authToken {}",
    "RUN curl -H \"Authorization: token {}\" https://x",
    "RUN curl -u me:{} https://x",
    "RUN wget --password={} https://x",
    "RUN echo 'root:{}' | chpasswd",
    "RUN mysql -uroot -p{} -e x",
    "RUN <<EOF\nexport PW={}\nEOF",
    "COPY <<EOF /x\npassword={}\nEOF",
    "# password: {}",
    "HEALTHCHECK CMD curl -fu a:{} http://localhost",
    "RUN sshpass -p {} ssh x",
    "RUN docker login -u a -p {}",
    "RUN echo \"machine x login a password {}\" > ~/.netrc",
    "PASSWORD {}",
    "ENV DB_PASSWORD=\\\n{}",
    "FROM u:{}@reg.example.com/x",
];

/// Inside `[Service]`.
const UNIT: &[&str] = &[
    "Environment=DB_PASSWORD={}",
    "Environment=\"DB_PASSWORD={}\" A=1",
    "Environment=A=1 'API_TOKEN={}'",
    "Environment=API_TOKEN=\"{}\"",
    "Environment=A=1 \\\n  DB_PASSWORD={}",
    "Environment=DATABASE_URL=postgres://app:{}@db:5432/app",
    "Environment=DB_PASSWORD={} # old",
    "Environment = DB_PASSWORD = {}",
    "Enviroment=DB_PASSWORD={}",
    "ExecStart=/opt/app/run --token {}",
    "ExecStart=/opt/app/run --db-password={}",
    "ExecStart=/opt/app/run \"--api-key={}\"",
    "ExecStart=/bin/sh -c 'DB_PASSWORD={} exec run'",
    "ExecStart=/usr/bin/env DB_PASSWORD={} run",
    "ExecStart=./run --password {}",
    "SetCredential=db_password:{}",
    "# DB_PASSWORD={}",
    "DB_PASSWORD={}",
];

/// Inside a server.
const NGINX: &[&str] = &[
    "proxy_set_header Authorization \"Basic {}\";",
    "proxy_set_header X-Api-Key {};",
    "proxy_set_header X-Api-Key {}",
    "proxy_set_header X-Api-Key \"{};",
    "proxy_set_header X-Api-Key\n      {};",
    "proxy_set_header X-Shared-Secret \"{}\";",
    "set $secret \"{}\";",
    "set $secret {}}",
    "if ($http_x_token != \"{}\") { return 403; }",
    "if ($arg_key = {}) { return 200; }",
    "secure_link_secret {};",
    "proxy_pass http://u:{}@127.0.0.1;",
    "return 200 \"token={}\";",
    "fastcgi_param DB_PASSWORD {};",
    "fastcgi_param DB_PASSWORD {}",
    "add_header Set-Cookie \"session={}; Path=/\";",
    "# password {}",
    "location /hook/{} { return 200; }",
    "auth_ldap_binddn_passwd {};",
    "passwrd {};",
    "rewrite ^/a /b?token={} permanent;",
    "sub_filter \"__TOKEN__\" \"{}\";",
    "ssl_certificate_key \"data:-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\";",
];

const PEM: &[&str] = &[
    "-----BEGIN PRIVATE KEY-----\nMIIE{}\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIE*{}\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KKEY-----\\nMIIE{}\\n-----END PRIVATE KKEY-----",
    "----BEGIN PRIVATE KEY----\nMIIE{}\n----END PRIVATE KEY----",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{}\"\n-----END PGP PRIVATE KEY BLOCK-----",
    "-----BEGIN PRIVATE KEY----- MIIE{} -----END PRIVATE KEY-----",
    "-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0B*{}\n-----END CERTIFICATE-----",
    "Bag Attributes\n    password: {}\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
];

/// What people have to read, on lines that could hold a secret.
const PLAIN: &[(&str, &[&str])] = &[
    (
        ".env.prod",
        &[
            "SECRET_KEY=changeme",
            "POSTGRES_PASSWORD=postgres",
            "API_KEY_ENABLED=false",
            "TOKEN_TTL=3600",
            "PASSWORD_MIN_LENGTH=12",
            "SESSION_COOKIE_NAME=sid",
            "DB_PASSWORD=${DB_PASSWORD}",
            "DB_PASSWORD_FILE=/run/secrets/db",
            "GIT_SHA=3f2a9c1b7d4e8f605a1b2c3d4e5f60718293a4b5",
            "REQUEST_ID=6fa459ea-ee8a-3ca4-894e-db77e160355e",
            "DB_HOST=db-cluster.cluster-c9xyz8abcdef.eu-central-1.rds.amazonaws.com",
            "LANG=C.UTF-8 # every password is in the vault",
            "ALLOWED_HOSTS=shop.example.com,www.example.com",
            "URL=https://example.com:8443/a/b?page=2&sort=name",
            "JWT_SECRET=your-secret-here",
        ],
    ),
    (
        "compose.yml",
        &[
            "services:\n  web:\n    image: registry.example.com/team/app@sha256:3f2a9c1b7d4e8f605a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071",
            "services:\n  onetimesecret:\n    image: app:3f2a9c1b7d4e\n    depends_on:\n      - db",
            "services:\n  web:\n    secrets:\n      - db_password\nsecrets:\n  db_password:\n    file: ./db.txt",
            "services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=${DB_PASSWORD:?set it in .env}\n      - POSTGRES_DB=app",
            "services:\n  db:\n    healthcheck:\n      test: [\"CMD-SHELL\", \"mysqladmin ping -uroot -p$$MYSQL_ROOT_PASSWORD\"]",
            "services:\n  web:\n    ports: [\"127.0.0.1:8080:80\"]\n    command: uvicorn app.main:app --host 0.0.0.0 --proxy-headers",
        ],
    ),
    (
        "Dockerfile",
        &[
            "FROM python:3.12.4-slim-bookworm AS base",
            "RUN --mount=type=secret,id=npm_token npm ci",
            "HEALTHCHECK CMD curl -fsS http://localhost:8000/health",
            "RUN pip install git+https://github.com/a/b@3f2a9c1b7d4e8f605a1b2c3d4e5f60718293a4b5",
            "ENV TOKEN_TTL=3600 PYTHONDONTWRITEBYTECODE=1",
        ],
    ),
    (
        "nginx.conf",
        &[
            "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_256_GCM_SHA384:!aNULL:!PSK:!SRP;",
            "proxy_set_header Authorization $http_authorization;",
            "add_header Strict-Transport-Security \"max-age=63072000; includeSubDomains; preload\" always;",
            "proxy_pass http://backend:8000;",
            "location ~* \\.(js|css)$ { expires 30d; }",
            "limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;",
            "ssl_certificate_key /etc/ssl/private/shop.key;",
        ],
    ),
];

type Damage = fn(&str) -> String;

/// On the line that holds the secret.
fn on_line(text: &str, change: impl Fn(&str) -> String) -> String {
    let line = |line: &str| if line.contains("{}") { change(line) } else { line.to_owned() };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

const DAMAGE: [(&str, Damage); 12] = [
    ("whole", str::to_owned),
    ("cut-behind", |text| text[..text.rfind("{}").unwrap() + 2].to_owned()),
    ("in-two-lines", |text| text.replace("{}", "{1}\n{2}")),
    ("blank-inside", |text| text.replace("{}", "{1} {2}")),
    ("quote-opened", |text| text.replace("{}", "\"{}")),
    ("quote-closed", |text| text.replace("{}", "{}\"")),
    ("single-quote", |text| text.replace("{}", "'{}")),
    ("junk-behind", |text| on_line(text, |line| format!("{line} }}{{ ; \""))),
    ("twice", |text| on_line(text, |line| format!("{line}\n{line}"))),
    ("no-sign", |text| text.replace("={}", " {}").replace(": {}", " {}")),
    ("bare-returns", |text| text.replace('\n', "\r")),
    ("indented", |text| on_line(text, |line| format!("   {line}"))),
];

/// Letters and digits without those that are easily taken for others, never the same again.
struct Secrets(u64);

impl Secrets {
    fn next(&mut self) -> String {
        const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let mut letter = |_| {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(LETTERS[(self.0 >> 33) as usize % LETTERS.len()])
        };
        (0..24).map(&mut letter).collect()
    }
}

/// A planted file: where, what, and the secret in it.
struct Planted {
    path: String,
    text: String,
    secret: String,
    what: String,
}

fn planted() -> Vec<Planted> {
    let mut secrets = Secrets(0x9e37_79b9_7f4a_7c15);
    let mut all = Vec::new();
    let kinds: [(&str, &[&str], &str, &str); 6] = [
        (".env.prod", ENV, "APP_NAME=shop\n", "\nDEBUG=0\n"),
        ("compose.yml", COMPOSE, "services:\n  web:\n    image: nginx:1.27\n", "\n"),
        ("Dockerfile", DOCKERFILE, "FROM python:3.12-slim\n", "\nCMD [\"python\",\"a.py\"]\n"),
        (
            "nginx.conf",
            NGINX,
            "events {}\nhttp {\n  server {\n    listen 80;\n    ",
            "\n    location / { return 200; }\n  }\n}\n",
        ),
        ("app.service", UNIT, "[Unit]\nDescription=x\n[Service]\n", "\nUser=app\n"),
        ("server.key", PEM, "", "\n"),
    ];
    for (file, places, before, after) in kinds {
        for (number, place) in places.iter().enumerate() {
            for (damage, apply) in DAMAGE {
                let secret = secrets.next();
                let text = format!("{before}{}{after}", apply(place));
                // `cut-behind` cuts what comes after as well.
                let text = if damage == "cut-behind" { format!("{before}{}", apply(place)) } else { text };
                let text = text.replace("{1}", &secret[..12]).replace("{2}", &secret[12..]).replace("{}", &secret);
                let path = format!("{}/{number}-{damage}/{file}", file.trim_start_matches('.'));
                all.push(Planted { path, text, secret, what: format!("{damage}: {place}") });
            }
        }
    }
    all
}

fn shown(path: &str, text: &str) -> String {
    let source = Source::new(FileId(0), path, text.as_bytes().to_vec());
    let Some(class) = Class::of(path, text.as_bytes()) else { return source.shown().to_owned() };
    let (document, _) = Document::read(source, class, Role::Production, RoleWhy::Unnamed);
    document.source.shown().to_owned()
}

fn pieces(secret: &str) -> impl Iterator<Item = &[u8]> {
    secret.as_bytes().windows(PIECE)
}

/// Whatever line a finding points at, the excerpt does not show the secret on it.
#[test]
fn lines_are_masked_wherever_a_secret_stands() {
    let mut leaks = Vec::new();
    for planted in planted() {
        let shown = shown(&planted.path, &planted.text);
        assert_eq!(shown.len(), planted.text.len());
        if pieces(&planted.secret).any(|piece| memchr::memmem::find(shown.as_bytes(), piece).is_some()) {
            leaks.push(format!("{} ({})", planted.path, planted.what));
        }
    }
    assert!(leaks.is_empty(), "{} places:\n{}", leaks.len(), leaks.join("\n"));
}

/// All of it in one project, through every format.
#[test]
fn outputs_are_silent_about_every_place() {
    let (sandbox, reports) = (Sandbox::new("places"), Sandbox::new("places-reports"));
    let planted = planted();
    for file in &planted {
        sandbox.write(&file.path, &file.text);
    }
    let mut arguments =
        vec!["check".to_owned(), ".".to_owned(), "--fail-on=info".to_owned(), "--color=always".to_owned()];
    let formats = || Format::ALL.iter().map(|format| format.name());
    arguments.extend(formats().map(|name| format!("--output={name}={}", reports.path().join(name).display())));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut outputs = Vec::new();
    for arguments in [&arguments[..], &["check", "--diff", "."], &["check", "--list-files", "."]] {
        let output = sandbox.run(arguments);
        outputs.extend([output.stdout, output.stderr]);
    }
    outputs.extend(formats().map(|name| fs::read(reports.path().join(name)).unwrap()));
    for file in planted
        .iter()
        .filter(|file| file.path.starts_with("env.prod/"))
        .filter(|file| ["/0-", "/6-", "/15-", "/18-", "/28-", "/41-"].iter().any(|place| file.path.contains(place)))
    {
        for arguments in [&["env", "values", &file.path, "--dialect=compose"][..], &["env", "diff", &file.path]] {
            let output = sandbox.run(arguments);
            outputs.extend([output.stdout, output.stderr]);
        }
    }
    let mut seen: HashSet<&[u8]> = HashSet::new();
    outputs.iter().for_each(|text| seen.extend(text.windows(PIECE)));
    let leaks: Vec<String> = planted
        .iter()
        .filter(|file| pieces(&file.secret).any(|piece| seen.contains(piece)))
        .map(|file| format!("{} ({})", file.path, file.what))
        .collect();
    assert!(leaks.is_empty(), "{} places:\n{}", leaks.len(), leaks.join("\n"));
}

#[test]
fn what_people_have_to_read_is_shown() {
    for (path, lines) in PLAIN {
        for line in *lines {
            assert_eq!(shown(path, line), *line, "{path}");
        }
    }
}

/// A mask is as long as the secret: the quotes, commas and brackets round it stay.
#[test]
fn masks_are_as_long_as_the_secret() {
    let secret = Secrets(7).next();
    let stars = "*".repeat(secret.len());
    for (path, line) in [
        (".env.prod", "DB_PASSWORD=\"{}\" # main"),
        (".env.prod", "DATABASE_URL=postgres://app:{}@db:5432/app"),
        (".env.prod", "CONFIG={\"type\":\"svc\",\"private_key\":\"{}\"}"),
        ("compose.yml", "services:\n  a:\n    command: [\"run\", \"--password\", \"{}\", \"-v\"]"),
        ("compose.yml", "services:\n  a:\n    environment: {DB_PASSWORD: {}, A: b}"),
        (
            "compose.yml",
            "services:\n  a:\n    healthcheck:\n      test: [\"CMD-SHELL\", \"mysqladmin ping -uroot -p{}\"]",
        ),
        ("Dockerfile", "HEALTHCHECK CMD curl -fu a:{} http://localhost"),
        ("nginx.conf", "proxy_set_header X-Api-Key \"{}\";"),
        ("nginx.conf", "if ($http_x_token != \"{}\") { return 403; }"),
    ] {
        assert_eq!(shown(path, &line.replace("{}", &secret)), line.replace("{}", &stars));
    }
}
