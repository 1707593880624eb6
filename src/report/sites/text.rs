//! The same as text.

use std::fmt::Write;

use super::{Answered, Site, Sites};

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
        describe_request(out, request);
    }
}

fn describe_request(out: &mut String, request: &Answered) {
    let becomes = request.becomes.as_ref().map(|path| format!(", rewritten to {path}")).unwrap_or_default();
    let location = match &request.location {
        Some(location) => format!("location {location}"),
        None => "no location".to_owned(),
    };
    let _ = writeln!(out, "  {}{becomes}: {location}   {}", request.path, request.at);
    let _ = writeln!(out, "  {}", request.does);
    if let Some(sent) = &request.sent {
        let _ = writeln!(out, "  sent upstream as {sent}");
    }
    if let Some(why) = &request.unknown {
        let _ = writeln!(out, "  what is sent is not known: {why}");
    }
    for value in &request.in_effect {
        let _ = writeln!(out, "    {:<8}  {}   {}", value.level, value.directive, value.at);
    }
}
