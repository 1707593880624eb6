//! What a file is: by name where names are clear, by content where they are not.

use super::files::directory;
use super::role::Role;

/// The formats gonogo reads.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// `.env` files and their relatives.
    Env,
    /// Docker Compose files.
    Compose,
    /// Dockerfiles.
    Dockerfile,
    /// nginx configurations and fragments of them.
    Nginx,
    /// Certificates, keys and everything else in PEM armour (or DER, told apart to say so).
    Pem,
    /// Files that say something about others: `.dockerignore`, `gunicorn.conf.py`.
    Support,
    /// `gonogo.yaml` itself: read so that findings can point into it.
    Config,
}

impl Kind {
    /// The word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Env => "env",
            Kind::Compose => "compose",
            Kind::Dockerfile => "dockerfile",
            Kind::Nginx => "nginx",
            Kind::Pem => "pem",
            Kind::Support => "support",
            Kind::Config => "config",
        }
    }
}

/// A kind and the reason for it, for `--list-files`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Class {
    /// What the file is.
    pub kind: Kind,
    /// Why gonogo thinks so.
    pub why: &'static str,
}

const NAME: &str = "by its name";

/// Whether a path is worth reading at all. Cheap: looks at the name only.
pub fn candidate(path: &str) -> bool {
    by_name(path).is_some()
        || extension(path).is_some_and(|ext| {
            matches!(
                ext,
                "yml" | "yaml" | "conf" | "pem" | "crt" | "cer" | "cert" | "key" | "der" | "nginx" | "vhost" | "inc"
            )
        })
        || in_nginx_directory(path)
        || is_nginx_template(path)
        || may_speak_of_loading(path)
}

/// `templates/default.conf.template`: the nginx image fills these in with its environment when it starts
/// (`20-envsubst-on-templates.sh`), so this is what ships.
fn is_nginx_template(path: &str) -> bool {
    path.ends_with(".conf.template")
}

/// What a file is, or `None` when gonogo has nothing to say about it.
pub fn classify(path: &str, bytes: &[u8]) -> Option<Class> {
    if let Some(class) = by_name(path) {
        return sealed(bytes).is_none().then_some(class);
    }
    by_content(path, bytes).or_else(|| {
        let speaks = may_speak_of_loading(path) && bytes.len() <= 1 << 20 && speaks_of_loading(bytes);
        speaks.then_some(Class { kind: Kind::Support, why: "it may say how env files are loaded" })
    })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn extension(path: &str) -> Option<&str> {
    file_name(path).rsplit_once('.').map(|(_, ext)| ext)
}

fn in_nginx_directory(path: &str) -> bool {
    let dir = directory(path);
    let named = |part: &str| matches!(part, "sites-available" | "sites-enabled" | "snippets");
    // `config/nginx/shop`: sites are often files without an ending. What is in them decides.
    let site = |part: &str| part.starts_with("nginx") && extension(path).is_none();
    dir.split('/').any(|part| named(part) || site(part)) && !file_name(path).contains(".md")
}

fn by_name(path: &str) -> Option<Class> {
    let name = file_name(path);
    let lower = name.to_ascii_lowercase();
    let class = |kind| Some(Class { kind, why: NAME });
    if matches!(name, "gonogo.yaml" | "gonogo.yml" | ".gonogo.yaml" | ".gonogo.yml") {
        return class(Kind::Config);
    }
    if is_support_name(&lower) {
        return class(Kind::Support);
    }
    if is_env_name(&lower) {
        return class(Kind::Env);
    }
    if is_dockerfile_name(&lower) {
        return class(Kind::Dockerfile);
    }
    let yaml = lower.ends_with(".yml") || lower.ends_with(".yaml");
    let stem = lower.trim_end_matches(".yaml").trim_end_matches(".yml");
    if yaml && (stem.split(['.', '-', '_']).any(|word| word == "compose") || stem.ends_with("docker-compose")) {
        return class(Kind::Compose);
    }
    if lower == "nginx.conf" || lower.ends_with(".nginx") || lower.starts_with("nginx.") && lower.ends_with(".conf") {
        return class(Kind::Nginx);
    }
    None
}

/// Whether a file of this name may say which programs load env files: scripts, manifests, units, instructions.
fn may_speak_of_loading(path: &str) -> bool {
    let name = file_name(path);
    let ci = || path.contains(".github/workflows/") || matches!(name, ".gitlab-ci.yml" | "bitbucket-pipelines.yml");
    match extension(path) {
        Some("sh" | "bash" | "mk" | "service" | "md") => true,
        Some("txt") => name.starts_with("requirements"),
        Some("yml" | "yaml") => ci() || name == "Taskfile.yml",
        _ => matches!(
            name,
            "package.json"
                | "pyproject.toml"
                | "Pipfile"
                | "setup.py"
                | "setup.cfg"
                | "Gemfile"
                | "composer.json"
                | "go.mod"
                | "Cargo.toml"
                | "Makefile"
                | "makefile"
                | "GNUmakefile"
                | "Justfile"
                | "justfile"
                | "Procfile"
                | ".envrc"
        ),
    }
}

/// Words without which no file speaks of the loading of env files.
fn speaks_of_loading(bytes: &[u8]) -> bool {
    const WORDS: [&[u8]; 14] = [
        b".env",
        b"dotenv",
        b"env-file",
        b"EnvironmentFile",
        b"environs",
        b"django-environ",
        b"decouple",
        b"pydantic",
        b"\"next\"",
        b"\"vite\"",
        b"\"react-scripts\"",
        b"@nestjs/config",
        b"laravel/framework",
        b"symfony/",
    ];
    let text = &bytes[..bytes.len().min(1 << 20)];
    WORDS.iter().any(|word| memchr::memmem::find(text, word).is_some())
}

/// `.env`, `.env.prod`, `prod.env`, `.flaskenv`, `env.example`; not `.env.d.ts`, `.env.js`, `.env.md`.
pub fn is_env_name(lower: &str) -> bool {
    const OTHER: [&str; 20] = [
        "ts", "js", "mjs", "cjs", "tsx", "py", "rb", "go", "rs", "php", "sh", "md", "patch", "diff", "json", "yml",
        "yaml", "toml", "gpg", "enc",
    ];
    let last = lower.rsplit('.').next().unwrap_or("");
    if OTHER.contains(&last) || lower.ends_with('~') && !lower.starts_with(".env") {
        return false;
    }
    let words: Vec<&str> = lower.split('.').collect();
    lower == ".flaskenv"
        || lower == ".envrc.local"
        || words.contains(&"env")
            && (lower.starts_with(".env") || lower.starts_with("env.") || last == "env" || words.len() > 2)
        || lower.strip_prefix(".env").is_some_and(|rest| rest.starts_with(['.', '-', '_', '~']))
        // Copies with a date: `env_20261120.prod`.
        || lower.strip_prefix("env").is_some_and(|rest| rest.starts_with(['-', '_']) && is_dated_copy(rest))
}

fn is_dated_copy(rest: &str) -> bool {
    let (date, last) = rest.rsplit_once('.').unwrap_or((rest, ""));
    date.bytes().any(|byte| byte.is_ascii_digit()) && (Role::parse(last).is_some() || matches!(last, "bak" | "old"))
}

/// Whether a file of this name (lower case) is about its neighbours and nothing else.
pub fn is_support_name(lower: &str) -> bool {
    lower == ".dockerignore"
        || lower.strip_suffix(".dockerignore").is_some_and(is_dockerfile_name)
        || matches!(lower, "gunicorn.conf.py" | "gunicorn_conf.py" | "gunicorn_config.py" | "gunicorn.config.py")
}

fn is_dockerfile_name(lower: &str) -> bool {
    let named = |stem: &str| {
        lower == stem
            || lower.strip_prefix(stem).is_some_and(|rest| rest.starts_with(['.', '-', '_']))
            || lower.strip_suffix(stem).is_some_and(|rest| rest.ends_with(['.', '-', '_']))
    };
    (named("dockerfile") || named("containerfile"))
        && !lower.ends_with(".dockerignore")
        && !lower.ends_with(".md")
        && !lower.ends_with(".sh")
}

/// What has sealed the file, so that it is not what it is called: its first line says so, and the rest looks like it. A
/// first line alone must not hide what stands below it.
pub fn sealed(bytes: &[u8]) -> Option<&'static str> {
    let after = |start: &[u8]| bytes.strip_prefix(start);
    let lines = || bytes.split(|&b| b == b'\n').skip(1).map(<[u8]>::trim_ascii);
    if after(b"$ANSIBLE_VAULT;").is_some() {
        let mut body = lines().filter(|line| !line.is_empty()).peekable();
        let hex = body.peek().is_some() && body.all(|line| line.iter().all(u8::is_ascii_hexdigit));
        return hex.then_some("ansible-vault");
    }
    if after(b"-----BEGIN AGE ENCRYPTED FILE-----").is_some() {
        let base64 = |line: &[u8]| line.iter().all(|&b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
        let mut body = lines().filter(|line| *line != b"-----END AGE ENCRYPTED FILE-----").peekable();
        return (body.peek().is_some() && body.all(base64)).then_some("age");
    }
    if let Some(body) = after(b"\0GITCRYPT\0") {
        return is_cipher(body).then_some("git-crypt");
    }
    let body = after(b"age-encryption.org/v1\n").and_then(|rest| rest.get(memchr::memmem::find(rest, b"\n--- ")?..));
    body.is_some_and(is_cipher).then_some("age")
}

/// Encrypted bytes: a dozen of them are never text by chance.
fn is_cipher(body: &[u8]) -> bool {
    body.len() >= 12 && std::str::from_utf8(body).is_ok_and(|text| text.contains('\0'))
        || std::str::from_utf8(body).is_err()
}

fn by_content(path: &str, bytes: &[u8]) -> Option<Class> {
    let name = file_name(path).to_ascii_lowercase();
    match extension(path).map(str::to_ascii_lowercase).as_deref() {
        Some("yml" | "yaml") => looks_like_compose(bytes)
            .then_some(Class { kind: Kind::Compose, why: "it has services with images or builds" }),
        Some("pem" | "crt" | "cer" | "cert" | "key" | "der") => {
            looks_like_pem(&name, bytes).then_some(Class { kind: Kind::Pem, why: "by its name and what is in it" })
        }
        // Guides and scripts hold configurations in parts, for many programs.
        _ if may_speak_of_loading(path) && !in_nginx_directory(path) => None,
        _ => looks_like_nginx(path, bytes).then_some(Class { kind: Kind::Nginx, why: "it has nginx directives" }),
    }
}

fn looks_like_pem(name: &str, bytes: &[u8]) -> bool {
    let text = memchr::memmem::find(bytes, b"-----BEGIN").is_some();
    let der = bytes.first() == Some(&0x30) && bytes.get(1).is_some_and(|&b| b >= 0x80);
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    // A `.key` can be anything (Keynote, licence keys); a certificate's name is a promise.
    text || der
        || utf16
        || !name.ends_with(".key") && (bytes.is_empty() || name.ends_with(".pem") || name.ends_with(".crt"))
}

/// A top-level `services:` whose children look like services. Kubernetes, Ansible and OpenAPI files have none.
fn looks_like_compose(bytes: &[u8]) -> bool {
    let Some(at) = memchr::memmem::find_iter(bytes, b"services:").find(|&at| at == 0 || bytes[at - 1] == b'\n') else {
        return false;
    };
    let after = &bytes[at..];
    [&b"image:"[..], b"build:", b"extends:"].iter().any(|key| {
        memchr::memmem::find_iter(after, key).any(|at| {
            // Indented by at least two levels, and first on its line.
            let line = &after[after[..at].iter().rposition(|&b| b == b'\n').map_or(0, |p| p + 1)..at];
            line.len() >= 2 && line.iter().all(|&b| b == b' ')
        })
    })
}

/// Words at the start of a line that only nginx uses, against words of the other owners of `.conf`.
fn looks_like_nginx(path: &str, bytes: &[u8]) -> bool {
    const STRONG: [&[u8]; 28] = [
        b"server",
        b"location",
        b"upstream",
        b"http",
        b"events",
        b"map",
        b"geo",
        b"proxy_pass",
        b"listen",
        b"server_name",
        b"ssl_certificate",
        b"ssl_protocols",
        b"ssl_ciphers",
        b"add_header",
        b"proxy_set_header",
        b"proxy_http_version",
        b"fastcgi_param",
        b"fastcgi_pass",
        b"uwsgi_pass",
        b"try_files",
        b"limit_req_zone",
        b"limit_req",
        b"client_max_body_size",
        b"gzip",
        b"gzip_types",
        b"expires",
        b"log_format",
        b"rewrite",
    ];
    let text = &bytes[..bytes.len().min(64 * 1024)];
    if memchr::memchr(0, text).is_some() {
        return false;
    }
    let mut hits = 0;
    let mut others = 0;
    for line in text.split(|&b| b == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        // Apache, INI (supervisord, php-fpm, PostgreSQL's `a = b`), redis (`save 900 1`) and friends.
        if line.starts_with(b"<")
            || line.starts_with(b"[")
            || memchr::memmem::find(line, b" = ").is_some_and(|at| at < 40 && !line.ends_with(b"{"))
        {
            others += 1;
            continue;
        }
        let word = line.split(|b| b.is_ascii_whitespace() || *b == b'{' || *b == b';').next().unwrap_or(line);
        let ends = line.ends_with(b";")
            || line.ends_with(b"{")
            || memchr::memchr(b'#', line).is_some()
            || line.contains(&b';');
        if STRONG.contains(&word) && ends {
            hits += 1;
        } else if !ends && !line.ends_with(b"}") && !line.ends_with(b"'") && !line.ends_with(b"\"") {
            others += 1;
        }
    }
    let placed = in_nginx_directory(path) || path.contains("nginx");
    hits > 0 && hits * 4 >= others || placed && others == 0 && text.contains(&b';')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str, text: &str) -> Option<Kind> {
        classify(path, text.as_bytes()).map(|class| class.kind)
    }

    #[test]
    fn names() {
        for (path, expected) in [
            (".env", Some(Kind::Env)),
            ("a/.env.prod", Some(Kind::Env)),
            ("prod.env", Some(Kind::Env)),
            ("env.example", Some(Kind::Env)),
            (".env~", Some(Kind::Env)),
            (".env.bak", Some(Kind::Env)),
            (".env_20261120.bak", Some(Kind::Env)),
            ("backups/env_20261120.prod", Some(Kind::Env)),
            ("env_2.rb", None),
            ("env_vars.prod", None),
            (".env.d.ts", None),
            (".environment.py", None),
            ("docker-compose.prod.yml", Some(Kind::Compose)),
            ("compose.yaml", Some(Kind::Compose)),
            ("Dockerfile.prod", Some(Kind::Dockerfile)),
            ("backend.Dockerfile", Some(Kind::Dockerfile)),
            (".dockerignore", Some(Kind::Support)),
            ("app/Dockerfile.dockerignore", Some(Kind::Support)),
            ("gunicorn.conf.py", Some(Kind::Support)),
            ("settings.py", None),
            ("nginx/nginx.conf", Some(Kind::Nginx)),
            ("gonogo.yaml", Some(Kind::Config)),
        ] {
            assert_eq!(kind(path, ""), expected, "{path}");
        }
    }

    #[test]
    fn conf_files_of_other_programs_are_not_nginx() {
        assert_eq!(kind("conf/supervisord.conf", "[supervisord]\nnodaemon=true\n"), None);
        assert_eq!(kind("redis.conf", "bind 127.0.0.1\nsave 900 1\nappendonly yes\n"), None);
        assert_eq!(kind("apache.conf", "<VirtualHost *:80>\nServerName a\n</VirtualHost>\n"), None);
        assert_eq!(kind("postgresql.conf", "listen_addresses = '*'\nport = 5432\n"), None);
        assert_eq!(kind("config/nginx/shop", "server {\n  listen 80;\n}\n"), Some(Kind::Nginx));
        assert_eq!(kind("nginx/entrypoint", "#!/bin/sh\nset -e\nexec nginx -g 'daemon off;'\n"), None);
        assert!(candidate("config/nginx/shop") && !candidate("config/shop"));
        assert_eq!(kind("conf.d/shop.conf", "# shop\nserver {\n  listen 80;\n}\n"), Some(Kind::Nginx));
        assert_eq!(kind("templates/default.conf.template", "server {\n  listen 80;\n}\n"), Some(Kind::Nginx));
        assert_eq!(kind("snippets/ssl-params.conf", "ssl_protocols TLSv1.2;\n"), Some(Kind::Nginx));
    }

    #[test]
    fn yaml_is_compose_only_with_services() {
        assert_eq!(kind("stack.yml", "services:\n  web:\n    image: nginx\n"), Some(Kind::Compose));
        assert_eq!(kind("k8s.yaml", "apiVersion: v1\nkind: Service\n"), None);
        assert_eq!(kind("ci.yml", "jobs:\n  test:\n    services:\n      db:\n        image: postgres\n"), None);
    }
}
