//! Projects of several files that are put together.

use super::{Kind, Numbers, Piece, Project};

/// What a service may have. Values of one key fit together, and say something different.
#[rustfmt::skip]
const SERVICE: &[(&str, &[&str])] = &[
    ("image", &["shop:2", "\"shop:${TAG:-3}\"", "shop:$B"]),
    ("command", &["a b", "[a, \"b c\"]", "[]", "\"\"", "a 'b c' $$D"]),
    ("entrypoint", &["x y", "[x]", "[]"]),
    ("environment", &["{A: 1, B: two}", "[A=3, C]", "{A: , D: \"x y\"}", "[\"E=${A}\", F=, A]", "{C: $B, G: 1.50, H: true}", "[\"A=a=b\"]", "{}"]),
    ("env_file", &["a.env", "[a.env, b.env]", "[{path: b.env, required: false}]", "[{path: none.env, required: false}, a.env]", "[{path: a.env, format: raw}]", "[b.env, a.env]"]),
    ("label_file", &["l.env", "[l.env]"]),
    ("ports", &["[80]", "[\"8080:80\"]", "[\"127.0.0.1:8080:80\"]", "[{target: 80, published: 8080}]", "[\"8080:80/udp\", 9000]", "[{target: 80, published: \"8080\", host_ip: 127.0.0.1}]", "[\"8000-8001:80-81\"]", "[\"8080:80/tcp\", \"80\"]", "[{target: 80, mode: host}]", "[\"${PORT:-80}:80\"]"]),
    ("volumes", &["[\"data:/a\"]", "[\"./x:/a\"]", "[\"/abs:/b:ro\"]", "[{type: bind, source: ./y, target: /a}]", "[{type: volume, source: data, target: /b, read_only: true}]", "[/a]", "[\"./x:/a/\"]", "[{type: tmpfs, target: /a}]", "[\"../up:/up\", \"data:/b\"]", "[\"${DIR:-.}:/a:z\"]"]),
    ("depends_on", &["[db]", "{db: {condition: service_healthy}}", "{db: {condition: service_started, required: false, restart: true}}", "[db, cache]"]),
    ("links", &["[db]", "[\"db:d\", cache]", "[db, db]"]),
    ("networks", &["[front]", "{front: {aliases: [a]}}", "{front: , back: {aliases: [b, c]}}", "[front, back]", "{front: {ipv4_address: 1.2.3.4}}", "{front: {aliases: [a, c], priority: 3}}"]),
    ("healthcheck", &["{test: a}", "{test: [CMD, b], interval: 10s}", "{disable: true}", "{interval: 5s, retries: 3}", "{test: [NONE]}", "{timeout: 90s, start_period: 1h}"]),
    ("deploy", &["{replicas: 2}", "{resources: {limits: {memory: 1g, cpus: \"0.5\"}}}", "{labels: [a=b]}", "{labels: {a: c}}", "{resources: {limits: {pids: 3}, reservations: {memory: 10m}}}", "{placement: {constraints: [a]}}", "{placement: {constraints: [b], preferences: [{spread: a}]}}", "{resources: {reservations: {devices: [{capabilities: [gpu], count: 1}]}}}", "{update_config: {parallelism: 2, delay: 10s}}", "{restart_policy: {condition: any, window: 5s}}", "{mode: global}"]),
    ("labels", &["[a=b]", "{a: c, d: 1}", "[e, a=]", "{e: , \"x.y\": true}"]),
    ("annotations", &["[a=b]", "{a: c}"]),
    ("logging", &["{driver: syslog}", "{driver: json-file, options: {max-size: 1m}}", "{options: {max-file: 3}}", "{driver: json-file, options: {max-file: \"2\"}}"]),
    ("extra_hosts", &["[\"a:1.1.1.1\"]", "{a: 2.2.2.2}", "[\"b=::1\", \"a=3.3.3.3\"]", "{a: [1.1.1.1, 4.4.4.4]}"]),
    ("dns", &["1.1.1.1", "[1.1.1.1, 8.8.8.8]", "[8.8.8.8]"]),
    ("dns_search", &["a.b", "[a.b, c]"]),
    ("dns_opt", &["[a]", "[\"a=1\", \"a=2\"]"]),
    ("tmpfs", &["/a", "[\"/b\", \"/c:size=1m\"]", "[\"/b:mode=1\"]"]),
    ("cap_add", &["[A]", "[A, B]", "[B]"]),
    ("cap_drop", &["[ALL]", "[A, ALL]"]),
    ("devices", &["[\"/dev/a:/dev/b\"]", "[\"/dev/c:/dev/b:r\"]", "[{source: /dev/d, target: /dev/b}]", "[/dev/e]"]),
    ("secrets", &["[token]", "[{source: token, target: t}]", "[{source: token, mode: 0440}]", "[other, token]", "[{source: other, target: /run/secrets/token}]"]),
    ("configs", &["[page]", "[{source: page, target: /t}]", "[{source: page, mode: \"0440\"}]"]),
    ("ulimits", &["{nofile: 3}", "{nofile: {soft: 1, hard: 2}}", "{nproc: 5, nofile: 4}"]),
    ("sysctls", &["[a=1]", "{a: 2, b: 3}"]),
    ("expose", &["[80]", "[\"80\", \"81-82\"]", "[81]"]),
    ("build", &[".", "{context: ./b, args: {A: 1}}", "{dockerfile: D}", "{args: [A=2, B]}", "{context: ., target: t, labels: [a=b]}", "{context: ., extra_hosts: [\"a=1.1.1.1\"], tags: [x]}", "{context: ., tags: [x, y], cache_from: [c]}", "{context: ., additional_contexts: [\"a=./x\"]}", "{context: ., ulimits: {nofile: 1}, ssh: [default]}", "{context: ., platforms: [linux/amd64]}"]),
    ("restart", &["always", "\"no\"", "on-failure:3"]),
    ("user", &["\"1000\"", "a:b"]),
    ("group_add", &["[a]", "[1, a]"]),
    ("security_opt", &["[a:b]", "[a:b, c]"]),
    ("profiles", &["[p]", "[q, p]"]),
    ("privileged", &["true", "\"false\""]),
    ("cpus", &["1.5", "\"0.25\""]),
    ("mem_limit", &["1g", "512m", "\"${MEM:-64m}\""]),
    ("shm_size", &["64m", "\"1024\""]),
    ("scale", &["1", "3"]),
    ("stop_grace_period", &["90s", "1m"]),
    ("pids_limit", &["10", "20"]),
    ("gpus", &["all", "[{driver: a, count: 2}]"]),
    ("storage_opt", &["{size: 1g}", "{size: 2g, a: b}"]),
    ("blkio_config", &["{weight: 10}", "{device_read_bps: [{path: /a, rate: 1m}]}", "{device_read_bps: [{path: /a, rate: 2m}, {path: /b, rate: 1k}]}"]),
    ("develop", &["{watch: [{path: ./a, action: rebuild}]}", "{watch: [{path: ./b, action: sync, target: /b}]}"]),
    ("post_start", &["[{command: a}]", "[{command: [b], user: c}]"]),
    ("volumes_from", &["[db]", "[\"cache:ro\"]"]),
    ("working_dir", &["/a", "/b"]),
    ("hostname", &["a", "b"]),
    ("init", &["true", "false"]),
    ("pull_policy", &["always", "missing"]),
    ("device_cgroup_rules", &["[\"c 1:3 mr\"]", "[\"a 7:* rmw\"]"]),
    ("x-own", &["{b: 1, a: [1]}", "{a: 2}", "text"]),
    ("models", &["[llm]", "{llm: {endpoint_var: A}}"]),
];
/// What may stand at the top.
#[rustfmt::skip]
const TOP: &[(&str, &[&str])] = &[
    ("volumes", &["data: {labels: [a=b]}", "data: {driver: local}", "data: {driver_opts: {a: 1}}", "data: {name: own}", "data: {external: true}"]),
    ("networks", &["front: {driver: bridge}", "front: {internal: true}", "front: {ipam: {config: [{subnet: 1.0.0.0/8}]}}", "front: {labels: {a: b}}", "front: {driver_opts: {a: b}}", "default: {name: mine}"]),
    ("secrets", &["token: {file: ./other}", "token: {environment: TOKEN}"]),
    ("configs", &["page: {content: \"x ${A}\"}", "page: {file: ./p}"]),
    ("", &["name: mine", "x-top: {a: 1}", "x-top: [b]"]),
];
/// What every project has.
const BASE: &[(&str, &str)] = &[
    ("services.db", "image: postgres:17"),
    ("services.cache", "image: redis:7"),
    ("volumes", "data:"),
    ("networks", "front:\nback:"),
    ("secrets", "token: {file: ./token}\nother: {file: ./other}"),
    ("configs", "page: {content: hello}"),
    ("models", "llm: {model: a}"),
];
/// Files beside it.
const BESIDE: &[(&str, &str)] = &[
    (".env", "A=one\nTAG=9"),
    ("a.env", "A=file\nX=${A}\nY=\"q ${B:-r}\""),
    ("b.env", "A=other\nZ='${A}'\nC=see"),
    ("l.env", "l.x=1\na=label"),
];

/// A project while it is put together.
struct Making<'a> {
    pieces: Vec<Piece>,
    numbers: &'a mut Numbers,
    /// One key is what all files are about, so that they meet.
    about: usize,
}

impl Making<'_> {
    fn new(numbers: &mut Numbers) -> Making<'_> {
        let about = numbers.below(SERVICE.len());
        Making { pieces: Vec::new(), numbers, about }
    }

    fn add(&mut self, file: &'static str, place: &'static str, text: impl Into<String>) {
        self.pieces.push(Piece { file, place, text: text.into() });
    }

    /// The parts that every project needs.
    fn base(&mut self, file: &'static str) {
        for (place, text) in BASE {
            self.add(file, place, *text);
        }
    }

    fn beside(&mut self, folder: &[(&'static str, &'static str)]) {
        for (path, text) in folder {
            self.add(path, "", *text);
        }
    }

    fn tag(&mut self, tags: bool) -> &'static str {
        match self.numbers.below(8) {
            0 if tags => "!reset ",
            1 if tags => "!override ",
            _ => "",
        }
    }

    /// Some keys of a service; `tags`: some of them with `!reset` or `!override`.
    fn service(&mut self, file: &'static str, place: &'static str, tags: bool) {
        let mut used = Vec::new();
        for at in 0..=self.numbers.below(3) {
            let key = if at == 0 { self.about } else { self.numbers.below(SERVICE.len()) };
            if !used.contains(&key) {
                used.push(key);
                let (name, values) = SERVICE[key];
                let (tag, value) = (self.tag(tags), self.numbers.pick(values));
                self.add(file, place, format!("{name}: {tag}{value}"));
            }
        }
    }

    /// The same for a service that has all it needs.
    fn whole(&mut self, file: &'static str, place: &'static str, tags: bool) {
        let before = self.pieces.len();
        self.service(file, place, tags);
        let brings = |piece: &Piece| piece.text.starts_with("image:") || piece.text.starts_with("build:");
        if !self.pieces[before..].iter().any(brings) {
            self.add(file, place, "image: shop:1");
        }
    }

    /// Now and then something at the top.
    fn top(&mut self, file: &'static str) {
        if self.numbers.below(4) == 0 {
            let (place, values) = TOP[self.numbers.below(TOP.len())];
            let text = self.numbers.pick(values).to_owned();
            let name = text.split(':').next().unwrap_or("").to_owned();
            let place_taken = |piece: &Piece| piece.file == file && piece.place == place;
            // What is defined again in one file would be there twice.
            for piece in self.pieces.iter_mut().filter(|piece| place_taken(piece)) {
                let kept: Vec<&str> =
                    piece.text.lines().filter(|line| !line.starts_with(&format!("{name}:"))).collect();
                piece.text = kept.join("\n");
            }
            self.pieces.retain(|piece| !piece.text.is_empty());
            self.add(file, place, text);
        }
    }

    fn made(self, arguments: &[&str]) -> Project {
        let arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
        Project { pieces: self.pieces, arguments }
    }
}

/// `compose.yaml` and `compose.override.yaml`.
pub struct Override;

impl Kind for Override {
    fn name(&self) -> &'static str {
        "override"
    }

    fn project(&self, numbers: &mut Numbers) -> Project {
        let mut making = Making::new(numbers);
        making.beside(BESIDE);
        making.base("compose.yaml");
        making.whole("compose.yaml", "services.web", false);
        making.top("compose.yaml");
        making.service("compose.override.yaml", "services.web", true);
        making.top("compose.override.yaml");
        making.made(&[])
    }
}

/// `-f`, with other directories, profiles and env files.
pub struct Flags;

impl Kind for Flags {
    fn name(&self) -> &'static str {
        "-f"
    }

    fn project(&self, numbers: &mut Numbers) -> Project {
        let mut making = Making::new(numbers);
        making.beside(BESIDE);
        making.add("x.env", "", "A=flag\nB=two");
        making.base("base.compose.yaml");
        making.whole("base.compose.yaml", "services.web", false);
        making.add("base.compose.yaml", "services.api", "image: shop:1");
        making.service("prod.compose.yaml", "services.web", true);
        making.top("prod.compose.yaml");
        let mut arguments = vec!["-f", "base.compose.yaml", "-f", "prod.compose.yaml"];
        if making.numbers.below(2) == 0 {
            making.service("ops/extra.compose.yaml", "services.web", true);
            arguments.extend(["-f", "ops/extra.compose.yaml"]);
        }
        for (chance, words) in
            [(3, ["--profile", "p"]), (4, ["--env-file", "x.env"]), (6, ["--project-directory", "ops"])]
        {
            if making.numbers.below(chance) == 0 {
                arguments.extend(words);
            }
        }
        making.made(&arguments)
    }
}

/// `include`, in its forms.
pub struct Include;

impl Kind for Include {
    fn name(&self) -> &'static str {
        "include"
    }

    fn project(&self, numbers: &mut Numbers) -> Project {
        let mut making = Making::new(numbers);
        making.beside(BESIDE);
        making.beside(&[
            ("sub/.env", "A=sub\nTAG=8\nB=subtwo"),
            ("sub/a.env", "A=subfile\nX=${A}-${B}"),
            ("sub/l.env", "l.y=2"),
        ]);
        making.add("sub/b.env", "", "C=subc");
        let form = making.numbers.pick(&[
            "[sub/part.yaml]",
            "[{path: sub/part.yaml}]",
            "[{path: sub/part.yaml, project_directory: .}]",
            "[{path: sub/part.yaml, env_file: b.env}]",
            "[{path: sub/part.yaml, env_file: [a.env, b.env]}]",
            "[{path: [sub/part.yaml, sub/over.yaml]}]",
            "[sub/missing.yaml]",
            "[\"${A:+sub}/part.yaml\"]",
        ]);
        making.add("compose.yaml", "", format!("include: {form}"));
        making.base("sub/part.yaml");
        making.whole("sub/part.yaml", "services.web", false);
        making.add("sub/part.yaml", "services.api", "image: shop:1");
        making.service("sub/over.yaml", "services.web", true);
        making.whole("compose.yaml", "services.own", false);
        making.add("compose.yaml", "services.top", "image: shop:5");
        if making.numbers.below(6) == 0 {
            making.add("compose.yaml", "services.web", "image: shop:6");
        }
        making.made(&[])
    }
}

/// `extends`, over files and in chains.
pub struct Extends;

impl Kind for Extends {
    fn name(&self) -> &'static str {
        "extends"
    }

    fn project(&self, numbers: &mut Numbers) -> Project {
        let mut making = Making::new(numbers);
        making.beside(BESIDE);
        making.beside(&[("sub/a.env", "A=subfile\nX=${A}-${B}"), ("sub/b.env", "C=subc"), ("sub/l.env", "l.y=2")]);
        making.base("compose.yaml");
        let form = making.numbers.pick(&[
            "{file: sub/common.yaml, service: base}",
            "{file: ./sub/common.yaml, service: chained}",
            "{file: common.yaml, service: base}",
            "{service: near}",
            "near",
            "{file: sub/missing.yaml, service: base}",
            "{file: common.yaml, service: nobody}",
            "{file: common.yaml, service: round}",
        ]);
        making.service("compose.yaml", "services.web", true);
        making.add("compose.yaml", "services.web", format!("extends: {form}"));
        making.whole("compose.yaml", "services.near", false);
        making.add("compose.yaml", "services.near", "tty: true");
        // A file that nobody names is judged for itself.
        if form.contains("file: common") {
            making.whole("common.yaml", "services.base", false);
            making.add("common.yaml", "services.round", "extends: {file: compose.yaml, service: web}");
        }
        if form.contains("sub/common") {
            making.whole("sub/common.yaml", "services.base", false);
            making.add("sub/common.yaml", "services.chained", "extends: {service: base}");
            making.service("sub/common.yaml", "services.chained", true);
        }
        making.made(&[])
    }
}

/// What the `.env` says of files and profiles.
pub struct Environment;

impl Kind for Environment {
    fn name(&self) -> &'static str {
        "environment"
    }

    fn project(&self, numbers: &mut Numbers) -> Project {
        let mut making = Making::new(numbers);
        making.beside(&BESIDE[1..]);
        let said = making.numbers.pick(&[
            "COMPOSE_FILE=one.compose.yaml:two.compose.yaml",
            "COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=one.compose.yaml,two.compose.yaml",
            "COMPOSE_FILE=one.compose.yaml",
            "COMPOSE_FILE=one.compose.yaml:none.compose.yaml",
            "COMPOSE_FILE=one.compose.yaml:two.compose.yaml\nCOMPOSE_PROFILES=p",
            "COMPOSE_FILE=one.compose.yaml\nCOMPOSE_PROFILES=q,r",
            "COMPOSE_FILE=one.compose.yaml\nCOMPOSE_PROFILES=*",
            "COMPOSE_FILE=one.compose.yaml\nCOMPOSE_PROJECT_NAME=said",
        ]);
        making.add(".env", "", format!("A=one\n{said}"));
        making.base("one.compose.yaml");
        making.whole("one.compose.yaml", "services.web", false);
        making.add("one.compose.yaml", "services.api", "image: shop:1");
        making.add("one.compose.yaml", "services.tool", "image: shop:1\nprofiles: [p]\ndepends_on: [db]");
        making.service("two.compose.yaml", "services.web", true);
        making.top("two.compose.yaml");
        making.made(&[])
    }
}

/// Tags within one file, in documents and behind anchors.
pub struct Tags;

impl Kind for Tags {
    fn name(&self) -> &'static str {
        "tags"
    }

    fn project(&self, numbers: &mut Numbers) -> Project {
        let mut making = Making::new(numbers);
        making.beside(BESIDE);
        making.base("compose.yaml");
        making.whole("compose.yaml", "services.web", true);
        making.whole("compose.yaml", "services.api", true);
        making.add("compose.yaml", "services.end", "image: shop:1");
        let second = making.numbers.pick(&[
            "services: {api: !reset , end: {image: shop:2}}",
            "services: !override {end: {image: shop:3}}",
            "services: {end: !override {image: shop:4, tty: true}}",
            "services: {end: {image: !reset x, build: .}}",
            "volumes: !reset {}",
            "services: {end: {environment: {A: !reset 1, B: 2}, ports: !override [1]}}",
            "services: {db: !reset {image: a}}",
            "networks: {front: !reset }",
        ]);
        making.add("compose.override.yaml", "", second);
        making.made(&[])
    }
}
