//! Made-up projects for measuring: the same bytes on every machine, no file taken from anybody.

/// The files of a project: path and text.
pub type Files = Vec<(String, String)>;

/// Numbers that look random and are always the same (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below as u64) as usize
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len())]
    }

    fn word(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
        (0..length).map(|_| char::from(LETTERS[self.roll(LETTERS.len())])).collect()
    }
}

/// Env files of about 1.9 kB, four to a directory: comments, secrets good and bad, URLs, references, switches.
pub fn env_files(count: usize) -> Files {
    const NAMES: [&str; 4] = [".env", ".env.example", ".env.production", ".env.staging"];
    (0..count).map(|at| (format!("apps/a{:04}/{}", at / 4, NAMES[at % 4]), env_file(at))).collect()
}

fn env_file(at: usize) -> String {
    let mut dice = Dice(at as u64);
    let template = at % 4 == 1;
    let mut text =
        format!("# Settings of service {at}\n# Copied from the wiki; ask the platform team before you change it.\n\n");
    let sections = ["APP", "DB", "CACHE", "MAIL", "PAYMENT", "AUTH", "QUEUE"];
    for (index, name) in sections.iter().enumerate() {
        let secret = if template { "changeme".to_owned() } else { dice.word(32) };
        text += &format!("# {name}: what the {} part of service {at} needs\n", name.to_lowercase());
        text += &format!("{name}_HOST={}.internal.acme.net\n", name.to_lowercase());
        text += &format!("{name}_PORT={}\n", 1000 + dice.roll(60_000));
        text += &match dice.roll(6) {
            0 => format!("{name}_SECRET_KEY=\"{secret}\"\n"),
            1 => format!("export {name}_PASSWORD='{secret}'\n"),
            2 => format!("{name}_API_KEY={secret} # rotated in spring\n"),
            3 => format!(
                "{name}_TOKEN={}\n",
                dice.one_of(&["changeme", "${VAULT_TOKEN}", "${VAULT_TOKEN}", "${VAULT_TOKEN}"])
            ),
            4 => format!("{name}_PASSWORD={secret}\n"),
            _ => format!("{name}_SECRET={secret}\n"),
        };
        text += &match dice.roll(4) {
            0 => format!("{name}_URL=postgres://service:{secret}@${{{name}_HOST}}:${{{name}_PORT}}/db{index}\n"),
            1 => format!("{name}_URL=redis://{}.internal:6379/{index}\n", name.to_lowercase()),
            2 => format!("{name}_URL=http://{}:{}/v1\n", name.to_lowercase(), 3000 + index),
            _ => format!("{name}_URL=https://{}.acme.net/v{index}\n", name.to_lowercase()),
        };
        text += &format!("{name}_{}={}\n", dice.one_of(&["ENABLED", "TIMEOUT", "RETRIES", "REPLICAS"]), dice.roll(2));
        text += &format!("{name}_OPTIONS=\"level={}, retry=3\"\n\n", dice.one_of(&["info", "warn", "debug"]));
    }
    text
}

/// Whole configurations of nginx, one to a directory: a TLS front with a handful of locations.
pub fn nginx_files(count: usize) -> Files {
    (0..count).map(|at| (format!("sites/s{at:04}/nginx.conf"), nginx_file(at))).collect()
}

fn nginx_file(at: usize) -> String {
    let mut dice = Dice(at as u64);
    let mut text =
        format!("worker_processes auto;\nevents {{ worker_connections {}; }}\nhttp {{\n", 512 + dice.roll(8) * 256);
    text += "    include /etc/nginx/mime.types;\n    log_format main '$remote_addr \"$request\" $status';\n";
    text += &format!("    upstream app{at} {{ server app{at}:8000; keepalive 16; }}\n");
    text +=
        &format!("    server {{ listen 80; server_name s{at}.example.com; return 301 https://$host$request_uri; }}\n");
    text += &format!("    server {{\n        listen 443 ssl;\n        server_name s{at}.example.com;\n");
    text += &format!("        ssl_certificate /etc/ssl/s{at}.pem;\n        ssl_certificate_key /etc/ssl/s{at}.key;\n");
    text += &format!("        ssl_protocols {};\n", dice.one_of(&["TLSv1.2 TLSv1.3", "TLSv1 TLSv1.2", "TLSv1.3"]));
    text += "        add_header Strict-Transport-Security \"max-age=31536000\" always;\n";
    for name in ["api", "static", "admin", "ws", "health"] {
        text += &format!("        location /{name}/ {{ # {name}\n");
        text += &match dice.roll(4) {
            0 => format!("            proxy_pass http://app{at};\n            proxy_set_header Host $host;\n"),
            1 => format!("            proxy_pass http://app{at}/{name}/;\n            proxy_read_timeout 60s;\n"),
            2 => format!("            alias /srv/{name}/;\n            expires 7d;\n            add_header X-A b;\n"),
            _ => "            if ($request_method = POST) { return 405; }\n            root /srv;\n".to_owned(),
        };
        text += "        }\n";
    }
    text += "    }\n}\n";
    text
}

/// Files that are small in what they say and large in how often they say it: what a byte of input costs.
pub fn degenerate(name: &str, bytes: usize) -> Files {
    let (path, start, line) = match name {
        "env" => (".env.prod", "", "A=b\n"),
        "dockerfile" => ("Dockerfile", "FROM scratch\n", "RUN x\n"),
        "compose" => ("compose.yml", "services:\n a:\n  image: a:1\n  command:\n", "  - a\n"),
        "nginx" => ("nginx.conf", "events {}\nhttp {\n", "gzip on;\n"),
        _ => ("bundle.pem", "", "x\n"),
    };
    let mut text = String::with_capacity(bytes + 64);
    text += start;
    while text.len() < bytes {
        text += line;
    }
    text += if name == "nginx" { "}\n" } else { "" };
    vec![(path.to_owned(), text)]
}
