//! `nginx/condition-never-true`

use std::collections::{HashMap, HashSet};

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// A condition asks for a value that its `map` never gives.
    ///
    /// ## Why
    /// What fits no line of a `map` without `default` becomes the empty text, not 0. A condition that waits for another value
    /// is never true, and what it protects stands open.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   map $uri $allowed {
    ///     /a 1;
    /// # >     /a 1;
    /// # >     default 0;
    ///   }
    ///   server {
    ///     listen 80;
    ///     if ($allowed = 0) {
    /// #       ^^^^^^^^ nginx/condition-never-true
    /// # | `$allowed` is never `0`: the `map` gives other values, so this block is never entered
    /// # | help: add `default 0;` to the `map`, or ask for a value it gives
    ///       return 403;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   map $uri $allowed {
    ///     default 0;
    ///     /a 1;
    ///   }
    ///   map $uri $fine {
    ///     /a 1;
    ///   }
    ///   server {
    ///     listen 80;
    ///     if ($allowed = 0) {
    ///       return 403;
    ///     }
    ///     if ($fine = "") {
    ///       return 404;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/condition-never-true" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_map_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let mut maps: HashMap<&str, Vec<u32>> = HashMap::new();
    for (at, node) in tree.named("map").filter(|(_, node)| node.directive.block.is_some()) {
        if let Some(name) = node.directive.arg(1).and_then(|name| name.strip_prefix('$')) {
            maps.entry(name).or_default().push(at);
        }
    }
    let set: HashSet<&str> =
        tree.named("set").filter_map(|(_, node)| node.directive.arg(0)?.strip_prefix('$')).collect();
    for (_, node) in tree.named("if") {
        let [variable, sign, value] = &node.directive.args[..] else { continue };
        let Some(name) = variable.value.strip_prefix("($").filter(|_| &*sign.value == "=") else { continue };
        let value = value.value.trim_end_matches(')');
        let Some([at]) = maps.get(name).map(Vec::as_slice).filter(|_| !set.contains(name) && !value.contains('$'))
        else {
            continue;
        };
        if !ctx.project.look(tree.size(Some(*at))) {
            return;
        }
        let Some(values) = values(tree, *at) else { continue };
        if !values.iter().any(|given| given.eq_ignore_ascii_case(value)) {
            let Some(map) = tree.block(Some(*at)) else { continue };
            let message =
                format!("`${name}` is never `{value}`: the `map` gives other values, so this block is never entered");
            let place = Span::new(variable.span.file, variable.span.start as usize + 1, variable.span.end as usize);
            sink.report(place, message)
                .help(format!("add `default {value};` to the `map`, or ask for a value it gives"))
                .related(map.words(), "the map");
        }
    }
}

/// All values that a `map` gives; `None` when that cannot be told.
fn values<'a>(tree: &Expanded<'a>, map: u32) -> Option<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut default = "";
    if tree.gap(Some(map)).is_some() {
        return None;
    }
    for (_, entry) in tree.level(Some(map)) {
        match (&*entry.directive.name.value, entry.directive.arg(0)) {
            ("include", _) => return None,
            ("hostnames" | "volatile", None) => {}
            (_, None) => return None,
            (_, Some(value)) if value.contains('$') => return None,
            ("default", Some(value)) => default = value,
            (_, Some(value)) => found.push(value),
        }
    }
    found.push(default);
    Some(found)
}
