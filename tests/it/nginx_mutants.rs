//! What gonogo says nginx will not start with, against nginx itself, where it is installed, on generated configurations.
//!
//! `GONOGO_SEED` and `GONOGO_MUTANTS` ask for other and for more of them. Same seed, same configurations.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use gonogo::engine;
use gonogo::policy::Policy;
use gonogo::rules::{Effect, Severity};
use gonogo::source::Workspace;
use time::macros::datetime;

use crate::numbers::Numbers;
use crate::sandbox::Sandbox;

const AT: time::OffsetDateTime = datetime!(2026-11-20 12:00 UTC);
const SEED: u64 = 20_261_128;
const MUTANTS: usize = 1_000;

/// A good configuration. `@place` is where something is added; it is no line of the file.
const BASE: &str = "\
worker_processes auto;
pid nginx.pid;
error_log stderr;
@main
events {
    worker_connections 512;
    @events
}
http {
    log_format main '$remote_addr \"$request\" $status';
    access_log off;
    limit_req_zone $binary_remote_addr zone=api:1m rate=10r/s;
    limit_conn_zone $binary_remote_addr zone=addr:1m;
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
        @map
    }
    geo $inside {
        default 0;
        10.0.0.0/8 1;
        @geo
    }
    upstream app {
        server 127.0.0.1:8000 weight=2;
        server 127.0.0.1:8001 backup;
        keepalive 8;
        @upstream
    }
    @http
    server {
        listen 8080 default_server;
        server_name shop.example www.shop.example;
        @server
        location / {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Connection $connection_upgrade;
            proxy_buffers 8 16k;
            limit_req zone=api burst=20 nodelay;
            @location
        }
        location ~ ^/u/(?<name>[a-z]+)$ {
            return 200 $name;
        }
        location @named {
            root html;
        }
        error_page 500 502 /50x.html;
    }
    server {
        listen 127.0.0.1:8081;
        server_name admin.example;
        location /files/ {
            alias html/;
            try_files $uri =404;
            expires 1d;
            if ($request_method = POST) {
                return 405;
            }
        }
    }
}
";

/// What may be added, and where; `%` is what stands there.
#[rustfmt::skip]
const LINES: &[(&str, &str)] = &[
    ("main", "worker_rlimit_nofile %;"), ("main", "worker_priority %;"), ("main", "thread_pool a threads=%;"), ("main", "env %;"),
    ("main", "pcre_jit %;"), ("main", "debug_points %;"), ("main", "timer_resolution %;"), ("main", "worker_cpu_affinity %;"),
    ("events", "multi_accept %;"), ("events", "use %;"), ("events", "accept_mutex_delay %;"), ("events", "worker_aio_requests %;"),
    ("http", "gzip %;"), ("http", "gzip_comp_level %;"), ("http", "gzip_proxied %;"), ("http", "gzip_buffers %;"), ("http", "gzip_types %;"),
    ("http", "client_max_body_size %;"), ("http", "client_body_timeout %;"), ("http", "keepalive_timeout %;"), ("http", "sendfile %;"),
    ("http", "server_tokens %;"), ("http", "large_client_header_buffers %;"), ("http", "open_file_cache %;"), ("http", "resolver %;"),
    ("http", "limit_req_status %;"), ("http", "limit_req_log_level %;"), ("http", "log_format other %;"), ("http", "log_format % '$uri';"),
    ("http", "limit_req_zone % zone=b:1m rate=1r/s;"), ("http", "limit_req_zone $uri zone=% rate=1r/s;"), ("http", "limit_req_zone $uri zone=c:1m rate=%;"),
    ("http", "limit_conn_zone $uri zone=%;"), ("http", "proxy_cache_path cache keys_zone=%;"), ("http", "proxy_cache_path cache keys_zone=d:1m inactive=%;"),
    ("http", "proxy_cache_path cache keys_zone=d:1m levels=%;"), ("http", "map $uri $m { % 1; }"), ("http", "map $uri $m { a %; }"), ("http", "map $uri % { a 1; }"),
    ("http", "map $uri $m { hostnames; % 1; }"), ("http", "geo $g { % 1; }"), ("http", "geo % { 10.0.0.0/8 1; }"), ("http", "geo $g { ranges; % 1; }"),
    ("http", "split_clients $uri $s { % a; * b; }"), ("http", "split_clients $uri $s { 60% a; % b; }"), ("http", "upstream b { server %; }"),
    ("http", "upstream b { server 127.0.0.1 %; }"), ("http", "upstream b { % server 127.0.0.1; }"), ("http", "upstream b { keepalive %; server 127.0.0.1; }"),
    ("http", "server { listen %; server_name b.example; }"), ("http", "server { listen 8090 %; server_name b.example; }"),
    ("http", "server { listen 8080 %; server_name b.example; }"), ("http", "server { listen 8091 %; } server { listen *:8091 %; }"),
    ("http", "server { listen 8092; server_name %; } server { listen 8092; }"), ("http", "ssl_protocols %;"), ("http", "ssl_session_cache %;"),
    ("http", "charset %;"), ("http", "underscores_in_headers %;"), ("http", "if_modified_since %;"), ("http", "server_names_hash_bucket_size %;"),
    ("server", "listen %;"), ("server", "listen 8093 %;"), ("server", "server_name %;"), ("server", "location % { return 204; }"),
    ("server", "location ~ % { return 204; }"), ("server", "location % /x { return 204; }"), ("server", "location /y { location % { return 204; } }"),
    ("server", "error_page 404 %;"), ("server", "error_page % /x;"), ("server", "error_page 404 =% /x;"), ("server", "rewrite % /x last;"),
    ("server", "rewrite ^/a$ % last;"), ("server", "rewrite ^/a$ /b %;"), ("server", "return %;"), ("server", "return 200 %;"), ("server", "set % 1;"),
    ("server", "set $v %;"), ("server", "access_log logs/a.log %;"), ("server", "access_log logs/a.log main %;"), ("server", "error_log stderr %;"),
    ("server", "root %;"), ("server", "index %;"), ("server", "limit_conn addr %;"), ("server", "client_body_temp_path cache/t %;"),
    ("server", "location /p { proxy_pass %; }"), ("server", "location ~ /p { proxy_pass %; }"), ("server", "location /f { fastcgi_pass %; }"),
    ("server", "location /f { fastcgi_pass 127.0.0.1:9000; fastcgi_buffer_size %; }"), ("server", "location /g { grpc_pass %; }"),
    ("server", "location /f { proxy_buffer_size %; }"), ("server", "location /f { proxy_busy_buffers_size %; }"), ("server", "location /h { uwsgi_modifier1 %; }"),
    ("server", "if (%) { return 204; }"), ("server", "if ($uri % a) { return 204; }"), ("server", "if ($uri ~ %) { return 204; }"), ("server", "if (-f %) { return 204; }"),
    ("location", "add_header X-A %;"), ("location", "add_header X-A b %;"), ("location", "proxy_set_header X-A %;"), ("location", "proxy_next_upstream %;"),
    ("location", "proxy_cache_valid 200 %;"), ("location", "proxy_cache_valid % 1m;"), ("location", "proxy_cache %;"), ("location", "proxy_redirect %;"),
    ("location", "proxy_redirect % /a;"), ("location", "proxy_cookie_path / %;"), ("location", "proxy_read_timeout %;"), ("location", "proxy_buffering %;"),
    ("location", "proxy_ignore_headers %;"), ("location", "proxy_max_temp_file_size %;"), ("location", "proxy_bind %;"), ("location", "expires %;"),
    ("location", "allow %;"), ("location", "deny %;"), ("location", "set_real_ip_from %;"), ("location", "valid_referers %;"), ("location", "limit_req zone=%;"),
    ("location", "limit_req zone=api %;"), ("location", "limit_rate %;"), ("location", "limit_except % { deny all; }"), ("location", "satisfy %;"),
    ("location", "sub_filter % b;"), ("location", "autoindex_format %;"), ("location", "etag %;"), ("location", "auth_basic %;"), ("location", "userid_expires %;"),
    ("location", "disable_symlinks %;"), ("location", "directio %;"), ("location", "aio %;"), ("location", "max_ranges %;"), ("location", "auth_request_set % $uri;"),
    ("map", "% 1;"), ("map", "a %;"), ("geo", "% 1;"), ("upstream", "server %;"), ("upstream", "server 127.0.0.1:8002 %;"), ("upstream", "zone a %;"),
];

/// What is written there: values that are often right, and those that go wrong.
#[rustfmt::skip]
const VALUES: &[&str] = &[
    "", "on", "off", "ON", "yes", "0", "1", "-1", "1.5", "5", "200", "404", "499", "600", "1000", "99999", "16", "64k", "10m", "1g", "10mb", "4 16k",
    "0 16k", "8 0", "30s", "1h30m", "30s1m", "10min", "500ms", "auto", "a", "a b", "\"a b\"", "''", "a=b", "max=10", "max=10 inactive=5s", "inactive=5s",
    "a:1m", "a:1k", "a:", ":1m", "api", "api:1m", "10r/s", "10r/h", "0.5r/s", "1:2", "1:3", "default", "max", "epoch", "modified +1d", "@15h", "@25h",
    "any", "all", "none", "error timeout", "error http_500", "http_5xx", "TLSv1.2 TLSv1.3", "TLSv1.4", "X-Accel-Expires", "X-Foo", "expired auth",
    "$host", "$uri$args", "${host}", "${host", "$hots", "$", "$arg_a", "$http_x", "$name", "$1", "http://$host", "https://a.example/", "/a", "/a$", "=/a",
    "@a", "= /a", "^~ /a", "~ /a", "~* \\.php$", "!", "==", "=", "!=", "~", "!~*", "^/(a", "^/a)", "[a-z", "a{2}", "\"a{2}\"", "*a", "(?<n>a)", "(?<1>a)",
    "(a)\\1", "a+", "last", "permanent", "301", "break", "always", "alwyas", "if=$host", "buffer=32k", "flush=5s", "gzip=4", "nodelay", "burst=5", "burst=0",
    "weight=2", "weight=0", "max_fails=3", "fail_timeout=5s", "backup", "down", "backu", "ip_hash;", "least_conn;", "hash $uri;", "8093", "8093 ssl",
    "*:8093", "[::1]:8093", "127.0.0.1:8093", "127.0.0.1", "300.1.1.1", "localhost:8093", ":8093", "unix:", "unix:/tmp/a.sock", "default_server", "backlog=5",
    "backlog=x", "reuseport", "so_keepalive=on", "so_keepalive=x", "http2", "udp", "10.0.0.0/8", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "::1/64", "unix:",
    "10.0.0.1-10.0.0.9", "10.0.0.9-10.0.0.1", "10.0.0", "shop.example", "*.shop.example", ".shop.example", "*.*.a", "a..b", "www.*", "*", "~^a", "~(", "_",
    "http://127.0.0.1", "http://127.0.0.1:1/x", "http://127.0.0.1:99999", "http://app", "http://app:80", "https://app/", "app", "app:80", "127.0.0.1:9000",
    "grpc://127.0.0.1:1", "ftp://a", "http://", "combined", "main", "main buffer=32k", "notice", "warn error", "info", "GET", "GET POST", "GETT", "threads",
    "epoll", "poll", "epol", "stop", "50%", "33.3%", "0%", "x%", "*", "60", "escape=json '$uri'", "127.0.0.1 valid=30s", "127.0.0.1 valid=x", "html", "json",
    "utf-8", "off from=$uri", "if_not_owner", "valid=30s", "0101",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example",
];

/// A configuration, changed in one place.
fn mutant(numbers: &mut Numbers) -> String {
    let lines: Vec<&str> = BASE.lines().collect();
    let real = |line: &&str| !line.trim_start().starts_with('@');
    let mut text: Vec<String> = Vec::new();
    let kind = numbers.below(10);
    let (place, form) = LINES[numbers.below(LINES.len())];
    let added = form.replace('%', numbers.pick(VALUES)).replace("60 ", "60% ");
    let other: Vec<&str> = lines.iter().copied().filter(real).collect();
    let at = numbers.below(other.len());
    let mut index = 0;
    for line in &lines {
        if let Some(name) = line.trim_start().strip_prefix('@') {
            if kind < 7 && name == place {
                text.push(added.clone());
            }
            continue;
        }
        let hit = index == at;
        index += 1;
        match kind {
            7 if hit => continue,
            8 if hit => text.push((*line).to_owned()),
            9 if hit => {
                let signs: Vec<usize> =
                    line.match_indices([';', '{', '}', '\'', '"', '$', ' ', '_']).map(|(at, _)| at).collect();
                let mut changed = (*line).to_owned();
                if !signs.is_empty() {
                    changed.remove(signs[numbers.below(signs.len())]);
                }
                text.push(changed);
                continue;
            }
            _ => {}
        }
        text.push((*line).to_owned());
    }
    text.join("\n") + "\n"
}

/// What nginx says against a configuration.
fn theirs(config: &str, folder: &Sandbox) -> Option<String> {
    folder.write("nginx.conf", config);
    let prefix = format!("{}/", folder.path().display());
    let done = Command::new("nginx").args(["-t", "-q", "-p", &prefix, "-c", "nginx.conf"]).output().unwrap();
    let words = String::from_utf8_lossy(&done.stderr);
    let said = words.lines().find(|line| line.contains("[emerg]")).unwrap_or("").to_owned();
    (!done.status.success()).then_some(said)
}

/// What gonogo says will not start.
fn ours(config: &str) -> Vec<String> {
    let workspace = Workspace::in_memory([("nginx.conf".to_owned(), config.as_bytes().to_vec())]);
    let policy = Policy::default();
    let (loaded, faults) = engine::load(workspace, &policy, AT);
    let report = engine::judge(loaded, faults, &policy, AT, Severity::Medium);
    let stops = report.findings.iter().filter(|finding| finding.effect == Effect::WillNotStart);
    stops.map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect()
}

/// What the machine says, not the text.
fn of_the_machine(said: &str) -> bool {
    ["host not found", "No such file", "bind()", "mkdir()", "Permission denied", "not supported", "Address family"]
        .iter()
        .any(|words| said.contains(words))
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn nginx_refuses_what_gonogo_says_it_refuses() {
    let Ok(version) = Command::new("nginx").arg("-v").output() else {
        println!("skipped: nginx is not installed");
        return;
    };
    let mut numbers = Numbers::new(setting("GONOGO_SEED", SEED));
    let configs: Vec<String> = (0..setting("GONOGO_MUTANTS", MUTANTS)).map(|_| mutant(&mut numbers)).collect();
    let next = AtomicUsize::new(0);
    let (wrong, missed) = (Mutex::new(Vec::new()), Mutex::new(BTreeMap::<String, usize>::new()));
    let (refused, found) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for worker in 0..2 {
            let (next, configs, wrong, missed, refused, found) = (&next, &configs, &wrong, &missed, &refused, &found);
            scope.spawn(move || {
                let folder = Sandbox::new(&format!("nginx-mutants-{worker}"));
                folder.write("logs/keep", "");
                while let Some(config) = configs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let claims = ours(config);
                    match theirs(config, &folder) {
                        None if !claims.is_empty() => {
                            wrong.lock().unwrap().push(format!("{}\n{config}", claims.join("\n")));
                        }
                        Some(said) if !of_the_machine(&said) => {
                            refused.fetch_add(1, Ordering::Relaxed);
                            if claims.is_empty() {
                                *missed.lock().unwrap().entry(said).or_default() += 1;
                            } else {
                                found.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                        _ => {}
                    }
                }
            });
        }
    });
    let (refused, found) = (refused.into_inner(), found.into_inner());
    let version = String::from_utf8_lossy(&version.stderr).trim().to_owned();
    println!("{version}: of {refused} configurations it refuses, {found} are found");
    for (said, times) in missed.into_inner().unwrap() {
        println!("  not found: {times} x {said}");
    }
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{version} accepts {} of these:\n{}", wrong.len(), wrong.join("\n---\n"));
    assert!(found * 100 >= refused * 95, "{found} of {refused} found");
}
