//! `project/certificate-file-missing`

use crate::model::nginx::Server;
use crate::model::tls::is_placeholder_name;
use crate::project::{Located, Machine, lineage};
use crate::rules::prelude::*;
use crate::source::{Why, directory};

rule! {
    /// A certificate or key that nginx names is not in the directory mounted for it.
    ///
    /// ## Why
    /// nginx opens every certificate and key when it loads its configuration. When one is missing it does not start,
    /// and a reload keeps the old configuration: `cannot load certificate ... BIO_new_file() failed`.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx/nginx.conf
    /// events {}
    /// http {
    ///     server {
    ///         listen 443 ssl;
    ///         ssl_certificate /etc/nginx/certs/shop.pem;
    /// #                       ^^^^^^^^^^^^^^^^^^^^^^^^^ project/certificate-file-missing
    /// # | the certificate is not there: `certs/shop.pem` is missing, so nginx does not start
    /// # | help: put the certificate at `certs/shop.pem`, or correct the path
    /// # >         ssl_certificate /etc/nginx/certs/example.pem;
    ///     }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./nginx/nginx.conf:/etc/nginx/nginx.conf:ro
    ///       - ./certs:/etc/nginx/certs:ro
    /// ```
    /// ```pem both file=certs/example.pem
    /// -----BEGIN CERTIFICATE-----
    /// -----END CERTIFICATE-----
    /// ```
    /// ```nginx good file=nginx/nginx.conf
    /// events {}
    /// http {
    ///     server {
    ///         listen 443 ssl;
    ///         ssl_certificate /etc/nginx/certs/example.pem;
    ///     }
    /// }
    /// ```
    ///
    /// ### Not mounted
    /// ```nginx bad file=site.conf
    /// server {
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/certificate-file-missing
    /// # | the certificate is not in the container of service `nginx`: nothing is mounted there, so nginx does not
    /// # | start
    /// # | help: mount its folder, `/etc/letsencrypt:/etc/letsencrypt:ro`
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   nginx:
    ///     image: nginx:1.28
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// # >     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro", "/etc/letsencrypt:/etc/letsencrypt:ro"]
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   nginx:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - /etc/letsencrypt:/etc/letsencrypt:ro
    /// ```
    ///
    /// ### What else nginx opens
    /// ```nginx bad file=site.conf
    /// server {
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     ssl_dhparam /etc/ssl/certs/dhparam.pem;
    /// #               ^^^^^^^^^^^^^^^^^^^^^^^^^^ project/certificate-file-missing
    /// # | the file for Diffie-Hellman is not in the container of service `nginx`: nothing is mounted there, so nginx
    /// # | does not start
    /// # | help: remove the line, then ECDHE is used; or mount the file, `./dhparam.pem:/etc/ssl/certs/dhparam.pem:ro`
    /// # >
    ///     ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   nginx:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - /etc/letsencrypt:/etc/letsencrypt:ro
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     ssl_dhparam /etc/letsencrypt/ssl-dhparams.pem;
    ///     ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
    /// }
    /// ```
    ///
    /// ### The key is kept out of the project
    /// ```nginx good file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/nginx/public/example.pem;
    ///     ssl_certificate_key /etc/nginx/public/example.key;
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./shop.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - ./certs:/etc/nginx/public:ro
    /// ```
    /// ```pem good file=certs/example.pem
    /// -----BEGIN CERTIFICATE-----
    /// -----END CERTIFICATE-----
    /// ```
    ///
    /// ## What it does not report
    /// Keys, where no key lies in the folder. Files below `/etc/letsencrypt` and other places of the host, volumes, directories of the project that hold no
    /// certificate at all or that git ignores: what lies there on the server is unknown.
    "project/certificate-file-missing" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate"],
        at_first: true,
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let named = server.certificates.iter().map(|file| (file, "certificate"));
    let named = named.chain(server.certificate_keys.iter().map(|file| (file, "key")));
    // Those that everybody trusts come with the image.
    let own = |file: &&Spanned<String>| !file.value.starts_with("/etc/ssl/") && !file.value.starts_with("/usr/share/");
    let authorities = server.authorities.iter().filter(own).map(|file| (file, "certificate of the authority"));
    let named = named.chain(authorities).chain(server.dhparam.iter().map(|file| (file, "file for Diffie-Hellman")));
    // Without a certificate nginx does not look at the others.
    let named: Vec<_> = named.filter(|_| !server.certificates.is_empty()).collect();
    if named.is_empty() {
        sink.not_applicable();
    }
    for (file, what) in named {
        if file.value.contains(['$', '{']) || file.value.starts_with("data:") || file.value.starts_with("engine:") {
            continue;
        }
        if file.value.starts_with("/path/to/") {
            let message = format!("the path of the {what} is a placeholder, so nginx finds nothing and does not start");
            sink.report(file.span, message)
                .help(format!("write the path of the {what} on the server"))
                .confidence(Certain);
            continue;
        }
        let example = lineage(&file.value).filter(|name| is_of_an_example(name) && !project.is_replaced(file.span));
        if let Some(name) = example.filter(|_| !project.assumed().file(&file.value)) {
            let why = format!(
                "is `{name}` replaced before this is served? It is a name of an example, and nginx does not start without a \
                 certificate of that name"
            );
            sink.unanswered(file.span, Why::new(why));
            continue;
        }
        let nginx = match project.machine(server.file) {
            Answer::Yes(Machine::Container(nginx)) => nginx,
            _ if project.assumed().file(&file.value) => continue,
            machine => {
                let why = match machine {
                    Answer::No(why) | Answer::Unknown(why) => why.text,
                    Answer::Yes(_) => "what lies on the host is not known".to_owned(),
                };
                // certbot puts its own there.
                if file.value.starts_with("/etc/letsencrypt/") {
                    sink.unknown_as_usual(file.span, why);
                } else {
                    let shown = ctx.quote(file.span);
                    sink.unknown_start(file.span, format!("nginx does not start without `{shown}`, and {why}"));
                    // The key lies beside it.
                    break;
                }
                continue;
            }
        };
        // A relative path counts from nginx's own directory.
        let path = if file.value.starts_with('/') { file.value.clone() } else { format!("/etc/nginx/{}", file.value) };
        let mount = match project.locate(nginx, &path) {
            Answer::Yes(Located::Project(_)) => continue,
            _ if project.assumed().file(&file.value) => continue,
            Answer::Yes(_) if project.has_nothing_at(nginx, &path) => {
                let name = &nginx.name.value;
                let message = format!(
                    "the {what} is not in the container of service `{name}`: nothing is mounted there, so nginx does not start"
                );
                let folder = directory(&path).trim_end_matches("/live").split("/live/").next().unwrap_or("");
                let mut help = format!("mount its folder, `{folder}:{folder}:ro`");
                if server.dhparam.as_ref().is_some_and(|own| own.span == file.span) {
                    // A folder mounted over those of the image hides what is there.
                    help = format!("remove the line, then ECDHE is used; or mount the file, `./dhparam.pem:{path}:ro`");
                }
                sink.report(file.span, message).help(help).related(nginx.name.span, "nginx runs here");
                // The key lies beside it.
                break;
            }
            Answer::Yes(_) => {
                sink.unknown(file.span, "it comes from outside the project");
                continue;
            }
            Answer::Unknown(why) => {
                sink.unknown(file.span, why.text);
                continue;
            }
            Answer::No(why) => why.at,
        };
        let Some(place) = project.leads_to(nginx, &path) else { continue };
        if !project.look(project.pem.len()) {
            return;
        }
        let folder = directory(&place);
        let mut beside = project.pem.iter().filter(|pem| directory(&pem.path) == folder).peekable();
        let some = beside.peek().is_some();
        // Who keeps certificates in the project may rightly keep all keys out of it.
        let holds_some = beside.any(|pem| what != "key" || !pem.keys.is_empty());
        if some && !holds_some {
            sink.unknown_start(
                file.span,
                format!("nginx does not start without `{place}`, which is kept out of the project"),
            );
            continue;
        }
        if !holds_some {
            sink.unknown(file.span, "the certificates of this directory are not part of the project");
            continue;
        }
        let message = format!("the {what} is not there: `{place}` is missing, so nginx does not start");
        let finding = sink.report(file.span, message);
        finding.help(format!("put the {what} at `{place}`, or correct the path"));
        if let Some(mount) = mount {
            finding.related(mount, "it is looked up through this mount");
        }
    }
}

/// Whether a name stands for that of the site: `your-domain.com`, `YOUR_DOMAIN`, `example.com`.
fn is_of_an_example(name: &str) -> bool {
    is_placeholder_name(name) || matches!(name, "example" | "example.com" | "example.org" | "example.net")
}
