//! The same as text.

use std::fmt::Write;

use super::{Answered, Site, Sites, Then};

impl Sites {
    /// For people.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (index, site) in self.servers.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            describe(&mut out, site);
        }
        out
    }
}

fn describe(out: &mut String, site: &Site) {
    let names = if site.names.is_empty() { "a server without a name".to_owned() } else { site.names.join(" ") };
    let at = if site.answers_at.is_empty() { String::new() } else { format!(" on {}", site.answers_at.join(", ")) };
    let because = site.because.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let _ = writeln!(out, "{names}{at}{because}   {}", site.at);
    let width = |text: &String| text.chars().count();
    let longest = site.locations.iter().map(|entry| width(&entry.location)).max().unwrap_or_default().min(40);
    for entry in &site.locations {
        let inner = if entry.nested { "  " } else { "" };
        let _ = writeln!(out, "  {inner}{:longest$}  {}   {}", entry.location, entry.does, entry.at);
    }
    if let Some(rest) = &site.other_paths {
        let _ = writeln!(out, "  no location takes other paths: {rest}");
    }
    if let Some(request) = &site.request {
        describe_request(out, request, "", true);
    }
}

/// How far a way on stands to the right of the one it leads from.
const STEP: &str = "  ";

fn describe_request(out: &mut String, request: &Answered, indent: &str, fully: bool) {
    let becomes = request.becomes.as_ref().map(|path| format!(", rewritten to {path}")).unwrap_or_default();
    let location = match &request.location {
        Some(location) => format!("location {location}"),
        None => "no location".to_owned(),
    };
    let _ = writeln!(out, "{indent}  {}{becomes}: {location}   {}", request.path, request.at);
    let _ = writeln!(out, "{indent}  {}", request.does);
    if let Some(sent) = &request.sent {
        let _ = writeln!(out, "{indent}  sent upstream as {sent}");
    }
    if let Some(why) = &request.unknown {
        let _ = writeln!(out, "{indent}  what is sent is not known: {why}");
    }
    for value in request.in_effect.iter().filter(|_| fully) {
        let _ = writeln!(out, "{indent}    {:<8}  {}   {}", value.level, value.directive, value.at);
    }
    for then in &request.then {
        describe_way(out, then, indent, fully);
    }
}

fn describe_way(out: &mut String, then: &Then, indent: &str, fully: bool) {
    let end = match (&then.ends, &then.unknown) {
        (Some(end), _) => format!(" {end}"),
        (None, Some(why)) => format!(" where it goes is not known, {why}"),
        (None, None) => String::new(),
    };
    // What `try_files` says is told above.
    let by = match (then.again, end.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!(" {}   {}", then.by, then.at),
        (false, false) => format!(" ({})   {}", then.by, then.at),
    };
    let _ = writeln!(out, "{indent}  {}:{end}{by}", then.when);
    if let Some(request) = &then.request {
        describe_request(out, request, &format!("{indent}{STEP}"), fully && then.likely);
    }
}
