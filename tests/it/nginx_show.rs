//! `gonogo nginx show`: which server and location answer, what is in effect there, and what is sent upstream.

use crate::sandbox::Sandbox;

const MAIN: &str = r#"events {}
http {
    client_max_body_size 20m;
    proxy_set_header Host $host;
    upstream app { server 10.0.0.1:8000; }
    server {
        listen 80 default_server;
        server_name shop.example;
        return 301 https://$host$request_uri;
    }
    server {
        listen 443 ssl;
        server_name shop.example *.shop.example;
        ssl_certificate /etc/ssl/a.pem;
        ssl_certificate_key /etc/ssl/a.key;
        include snippets/headers.conf;
        location /api/ {
            proxy_set_header Authorization "Bearer uGf72kPq9xWm4vTz8sLd";
            proxy_pass http://app/v1;
            client_max_body_size 50m;
        }
        location ~ \.php$ { return 404; }
        location /old/ { rewrite ^/old/(.*)$ /api/$1 last; }
        location /static/ { alias /srv/static/; }
    }
    server {
        listen 81;
        server_name shop.example;
        location ~ (?<=x)y { return 204; }
    }
}
"#;

fn shop() -> Sandbox {
    let sandbox = Sandbox::new("nginx-show");
    sandbox.write("nginx.conf", MAIN);
    sandbox.write("snippets/headers.conf", "add_header X-Frame-Options DENY always;\n");
    sandbox
}

fn said(arguments: &[&str]) -> (String, Option<i32>) {
    let output = shop().run(arguments);
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

#[test]
fn a_request_is_followed_to_what_is_sent() {
    let (text, code) = said(&["nginx", "show", "--host", "www.shop.example:443", "--location", "/old/items?a=1"]);
    assert_eq!(code, Some(0));
    assert_eq!(
        text,
        "shop.example *.shop.example on 443 tls: it has this name   nginx.conf:11\n  \
         /old/items?a=1, rewritten to /api/items: location /api/   nginx.conf:17\n  \
         proxy_pass http://app/v1\n  \
         sent upstream as /v1items?a=1\n    \
         location  proxy_set_header Authorization \"***************************\"   nginx.conf:18\n    \
         location  proxy_pass http://app/v1   nginx.conf:19\n    \
         location  client_max_body_size 50m   nginx.conf:20\n    \
         server    add_header X-Frame-Options DENY always   snippets/headers.conf:1\n"
    );
}

#[test]
fn the_map_names_what_no_location_takes() {
    let (text, code) = said(&["nginx", "show"]);
    assert_eq!(code, Some(0));
    for line in [
        "shop.example on 80   nginx.conf:6",
        "  no location takes other paths: return 301 https://$host$request_uri",
        "  /api/     proxy_pass http://app/v1   nginx.conf:17",
        "  /static/  files: alias /srv/static/   nginx.conf:24",
        "  no location takes other paths: files of nginx's own directory",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn what_cannot_be_told_is_said_and_nobody_is_an_answer_too() {
    let (text, _) = said(&["nginx", "show", "--host", "shop.example:81", "--location", "/other"]);
    assert!(text.contains("not known: only PCRE can tell what the expression of this location fits"), "{text}");
    let (json, _) = said(&["nginx", "show", "--host", "else.example", "--location", "/api/x", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["servers"][1]["because"], "no server has this name, and it is the default");
    assert_eq!(json["servers"][1]["request"]["sent"], "/v1x");
    assert_eq!(said(&["nginx", "show", "--host", "shop.example:99"]), (String::new(), Some(1)));
    assert_eq!(said(&["nginx", "show", "--location", "api"]).1, Some(2));
}

#[test]
fn a_secret_in_an_address_is_not_shown() {
    let sandbox = Sandbox::new("nginx-show-secret");
    let secret = "uGf72kPq9xWm4vTz8sLdQy3n";
    let text = format!(
        "events {{}}\nhttp {{\n  server {{\n    listen 80;\n    location /a/ {{ proxy_pass \
         http://10.0.0.1/v1?api_key={secret}&p=; }}\n    location /b/ {{ rewrite ^/b/(.*)$ /c/$1?token={secret} break; \
         proxy_pass http://10.0.0.1; }}\n  }}\n}}\n"
    );
    sandbox.write("nginx.conf", &text);
    for arguments in
        [&["nginx", "show"][..], &["nginx", "show", "--location", "/a/x"], &["nginx", "show", "--location", "/b/x"]]
    {
        let output = sandbox.run(arguments);
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains("proxy_pass") && !shown.contains(secret), "{shown}");
    }
}

const ONWARD: &str = r#"events {}
http {
    server {
        listen 80;
        root /srv/www;
        error_page 404 /404.html;
        location / { try_files $uri $uri/ /index.php$is_args$args; }
        location ~ \.php$ { fastcgi_pass 127.0.0.1:9000; }
        location /app/ { try_files $uri @app; }
        location @app {
            rewrite ^/app(/.*)$ $1 break;
            proxy_pass http://127.0.0.1:8000;
            error_page 502 504 =503 /busy.html;
        }
        location = /busy.html { internal; }
        location /files/ { try_files $uri =404; }
        location = /404.html { return 404; }
        location /old/ { return 410; error_page 410 https://old.example$request_uri; }
        location /spa/ { try_files $uri /spa/index.html; }
        location /by-cookie/ { try_files $uri /$cookie_a.html; }
        location /lost/ { try_files $uri @lost; }
    }
}
"#;

#[test]
fn a_request_is_followed_on_when_its_location_has_no_answer() {
    let sandbox = Sandbox::new("nginx-show-onward");
    sandbox.write("nginx.conf", ONWARD);
    for (path, expected) in [
        ("/x?a=1", &["if none of these files is there:", "/index.php?a=1: location ~ \\.php$   nginx.conf:8"][..]),
        (
            "/app/x?q=1",
            &[
                "/app/x?q=1: location /app/   nginx.conf:9",
                "/x?q=1: location @app   nginx.conf:10",
                "sent upstream as /x?q=1",
                "if the answer is 502 or 504: error_page 502 504 =503 /busy.html   nginx.conf:13",
                "/busy.html: location = /busy.html   nginx.conf:15",
                "files: root /srv/www",
            ],
        ),
        ("/busy.html", &["internal", "because the answer is 404: error_page 404 /404.html   nginx.conf:6"]),
        // The page for the error is the last one: what it answers itself leads nowhere.
        (
            "/files/x",
            &[
                "if none of these files is there: 404",
                "if the answer is 404: error_page 404 /404.html   nginx.conf:6",
                "/404.html: location = /404.html   nginx.conf:17",
                "return 404",
            ],
        ),
        (
            "/old/x",
            &["because the answer is 410: where it goes is not known, it holds variables (error_page 410 \
               https://old.example$request_uri)   nginx.conf:18"],
        ),
        (
            "/spa/x",
            &[
                "/spa/index.html: location /spa/   nginx.conf:19",
                "if none of these files is there: 500, it leads back to itself",
            ],
        ),
        ("/by-cookie/x", &["if none of these files is there: where it goes is not known, it holds variables"]),
        ("/lost/x", &["if none of these files is there: 500, there is no such location"]),
    ] {
        let output = sandbox.run(&["nginx", "show", "--location", path]);
        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines = text.lines().map(str::trim);
        for line in expected {
            assert!(lines.any(|own| own == *line), "{path}: {line}\nis not in\n{text}");
        }
    }
    let output = sandbox.run(&["nginx", "show", "--location", "/files/x", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let then = &json["servers"][0]["request"]["then"];
    assert_eq!(then[0]["ends"], "404");
    assert_eq!(then[1]["request"]["location"], "= /404.html");
    assert_eq!(then[1]["request"]["then"], serde_json::Value::Null);
}

#[test]
fn a_secret_in_the_way_on_is_not_shown() {
    let sandbox = Sandbox::new("nginx-show-onward-secret");
    let secret = "uGf72kPq9xWm4vTz8sLdQy3n";
    let text = format!(
        "events {{}}\nhttp {{\n  server {{\n    listen 80;\n    location / {{ try_files $uri /a?api_key={secret}; }}\n    \
         location = /a {{ try_files $uri /b?$args; }}\n    location = /b {{ proxy_pass http://10.0.0.1; }}\n  }}\n}}\n"
    );
    sandbox.write("nginx.conf", &text);
    for format in ["text", "json"] {
        let output = sandbox.run(&["nginx", "show", "--location", "/x", "--format", format]);
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains("proxy_pass") && !shown.contains(secret), "{shown}");
    }
}
