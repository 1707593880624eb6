//! Where a file's content stands when nothing includes it.

use crate::syntax::nginx::{Directive, File, Place};

/// The main level for a file with `events`, or with several directives that stand nowhere else: what lies beside them is
/// misplaced, however much it is. Else the place that allows most of its outermost directives. Seven of ten nginx files are
/// not main files; among places that fit equally well the content of blocks decides, then the path, then the order main,
/// http, server, location.
pub fn infer(path: &str, file: &File) -> Place {
    let hint = hint(path);
    let known = |directive: &&Directive| !directive.is("include") && !directive.id.entries().is_empty();
    let top: Vec<(u32, &Directive)> = file.top().filter(|(_, directive)| known(directive)).take(MOST).collect();
    if top.is_empty() {
        return hint;
    }
    let only_main =
        |directive: &Directive| Place::ALL.iter().all(|place| fits(directive, *place) == (*place == Place::Main));
    let own = top.iter().filter(|(_, directive)| only_main(directive));
    if own.clone().any(|(_, directive)| directive.is("events")) || own.count() > 1 {
        return Place::Main;
    }
    // A file with a whole server is in no server, and what is in that counts, however much has slipped out of it.
    let whole = top.iter().find(|(_, directive)| directive.is("server") && directive.block.is_some());
    let score = |place: Place| {
        let outer = top.iter().filter(|(_, directive)| fits(directive, place)).count();
        let blocks = top.iter().filter(|(_, directive)| directive.block.is_some());
        let inner = blocks
            .flat_map(|(index, directive)| {
                let inside = place.inside(&directive.name.value);
                file.children(*index).filter(move |(_, child)| fits(child, inside))
            })
            .take(MOST)
            .count();
        let hinted = usize::from(place == hint);
        if whole.is_some() { [inner, hinted, outer] } else { [outer, inner, hinted] }
    };
    let takes = |place: &Place| whole.is_none_or(|(_, server)| fits(server, *place));
    let mut best: Option<([usize; 3], Place)> = None;
    for place in Place::ALL.iter().filter(|place| takes(place)) {
        let here = score(*place);
        if best.as_ref().is_none_or(|best| here > best.0) {
            best = Some((here, *place));
        }
    }
    best.map_or(hint, |best| best.1)
}

/// More directives than this at one level do not change the picture.
const MOST: usize = 2000;

fn fits(directive: &Directive, place: Place) -> bool {
    let block = directive.block.is_some();
    directive.id.entries().iter().any(|entry| entry.allowed(place) && entry.block == block)
}

fn hint(path: &str) -> Place {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    if name == "nginx.conf" {
        return Place::Main;
    }
    let place = parts.find_map(|dir| {
        Some(match dir {
            "conf.d" | "sites-available" | "sites-enabled" | "http.d" | "vhosts" | "vhost.d" => Place::Http,
            "stream.d" | "streams-available" | "streams-enabled" | "stream-conf.d" => Place::Stream,
            "modules-enabled" | "modules-available" => Place::Main,
            "locations" | "location.d" => Place::Server,
            _ => return None,
        })
    });
    place.unwrap_or(Place::Http)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Source};
    use crate::syntax::nginx::parse;

    #[test]
    fn places_by_content_then_path() {
        for (path, text, place) in [
            ("nginx.conf", "worker_processes 1; events {} http {}", Place::Main),
            ("nginx.conf", "server { listen 80; }", Place::Http),
            ("nginx.conf", "user www; gzip on; sendfile on; keepalive_timeout 65; events {} http {}", Place::Main),
            ("n.conf", "gzip on; events {}", Place::Main),
            ("n.conf", "upstream a { server a; } upstream b { server b; } http { server { listen 80; } }", Place::Http),
            ("site.conf", "listen 80; server_name a;", Place::Server),
            ("n.conf", "server { listen 80; } server_name a; server_name b; location / {} location /b {}", Place::Http),
            ("snippets/a.conf", "location / {} location /a {}", Place::Server),
            ("proxy.conf", "proxy_pass http://a; proxy_set_header A b;", Place::Location),
            ("ssl.conf", "ssl_protocols TLSv1.2;", Place::Http),
            ("ups.conf", "server a:80; server b:80; keepalive 8;", Place::Upstream),
            ("s.conf", "server { listen 53 udp; proxy_pass dns; } upstream dns { server a:53; }", Place::Stream),
        ] {
            let source = Source::new(FileId(0), path, text.as_bytes().to_vec());
            assert_eq!(infer(path, &parse(&source)), place, "{path}: {text}");
        }
    }
}
