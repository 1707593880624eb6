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
