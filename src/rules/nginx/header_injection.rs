//! `nginx/header-injection`

use crate::model::nginx::flow::{Flow, Holds, variables};
use crate::model::nginx::{Expanded, Level, Node};
use crate::rules::prelude::*;
use crate::syntax::nginx::{Directive, Word};

rule! {
    /// A part of the request is put into a header with its line breaks.
    ///
    /// ## Why
    /// nginx decodes `%0d%0a` in the path. Put into a header as it is, it ends the line: whoever sends somebody a link to your
    /// site writes headers, and with an empty line the page behind them.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       return 301 https://shop.de$uri;
    /// #                ^^^^^^^^^^^^^^^^^^^ nginx/header-injection
    /// # | `%0d%0a` in the path comes through `$uri` as a line break: a link can write into the answer
    /// # | help: use `$request_uri`, which stays encoded
    /// # >       return 301 https://shop.de$request_uri;
    ///     }
    ///     location ~ ^/v/([^/]*) {
    /// # >     location ~ ^/v/([0-9]+) {
    ///       add_header X-Version $1;
    /// #                          ^^ nginx/header-injection
    ///       root /srv;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       return 301 https://shop.de$request_uri;
    ///     }
    ///     location ~ ^/v/([a-z0-9]*) {
    ///       add_header X-Version $1;
    ///       root /srv;
    ///     }
    ///     location ~ ^/w/(.*) {
    ///       return 302 /v/$1;
    ///     }
    ///     location /uri {
    ///       return 200 "$uri";
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Groups that fit no line break, which is what a dot does not; `$request_uri` and `$args`, which stay encoded.
    "nginx/header-injection" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://owasp.org/www-community/attacks/HTTP_Response_Splitting"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let flow = Flow::new(tree);
    for node in tree.nodes.iter().filter(|node| node.place.is_http()) {
        let Some((word, what)) = header(node.directive) else { continue };
        let broken = variables(&word.value).find(|variable| {
            // `rewrite` encodes what its own groups hold.
            let own = node.directive.is("rewrite") && variable.name.starts_with(|c: char| c.is_ascii_digit());
            !own && matches!(flow.holds(node.parent, variable.name), Holds::Client { line_breaks: true, .. })
        });
        let Some(variable) = broken.filter(|_| !is_for_programs(tree, node.parent)) else { continue };
        let name = variable.name;
        let message =
            format!("`%0d%0a` in the path comes through `${name}` as a line break: a link can write into {what}");
        let finding = sink.report(word.span, message).help(match name {
            "uri" | "document_uri" => "use `$request_uri`, which stays encoded".to_owned(),
            _ => "leave line breaks out of what the expression takes: `[^/\\r\\n]`".to_owned(),
        });
        if node.directive.name.value.starts_with("proxy_") {
            finding.severity(Medium);
        }
    }
}

/// Whether clients never choose the path of a level: a location that is `internal`, which nothing in the configuration leads to. The
/// application names the files there (`X-Accel-Redirect`).
fn is_for_programs(tree: &Expanded, level: Level) -> bool {
    let mut inside = std::iter::successors(Some(level), |level| tree.around(*level)).take(100);
    let Some(place) = inside.find(|level| tree.own(*level, "internal").next().is_some()).flatten() else {
        return false;
    };
    let words = &tree.nodes[place as usize].directive.args;
    let Some(path) = words.last().map(|word| word.value.as_ref()).filter(|path: &&str| path.starts_with('/')) else {
        return false;
    };
    let leads = |node: &Node| {
        let sends = ["try_files", "error_page", "rewrite", "index"].iter().any(|name| node.directive.is(name));
        sends && node.directive.args.iter().any(|word| word.value.starts_with(path) || word.value.starts_with('$'))
    };
    !tree.nodes.iter().any(leads)
}

/// The word of a directive that becomes part of a header, and whose header that is.
fn header(directive: &Directive) -> Option<(&Word, &'static str)> {
    let (first, second) = (directive.args.first()?, directive.args.get(1));
    match &*directive.name.value {
        "return" if second.is_none() => Some((first, "the answer")),
        "return" if first.value.starts_with("30") => Some((second?, "the answer")),
        "rewrite" => {
            let target = second?;
            let sends = ["http://", "https://", "$scheme"].iter().any(|start| target.value.starts_with(start));
            let flag = directive.arg(2).is_some_and(|flag| matches!(flag, "redirect" | "permanent"));
            (sends || flag).then_some((target, "the answer"))
        }
        "add_header" => Some((second?, "the answer")),
        "proxy_set_header" => Some((second?, "the request to the application")),
        "proxy_pass" => Some((first, "the request to the application")),
        _ => None,
    }
}
