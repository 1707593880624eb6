//! The deployment in words, and as a picture that Markdown shows.

use std::fmt::Write;

use super::graph::{Kind, Mark};
use super::{Container, Node, Seen, Set, Site};

impl Seen {
    /// For people: one paragraph for a set of files or a server.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for set in &self.sets {
            describe_set(&mut out, set);
        }
        for program in &self.units {
            let listens = match &program.listens[..] {
                [] => "not known".to_owned(),
                some => some.join("; "),
            };
            let _ = writeln!(out, "{}   on the host   {}", program.unit, program.at);
            let _ = writeln!(out, "  runs {}\n  listens on {listens}\n", program.runs);
        }
        for container in &self.containers {
            let Container { title, image, role, at, .. } = container;
            let _ = writeln!(out, "{title}   {role}, started by {at}\n  image {image}");
            for (words, items) in [("published:", &container.published), ("mounts:", &container.mounts)] {
                if !items.is_empty() {
                    let _ = writeln!(out, "  {words} {}", items.join("; "));
                }
            }
            out.push('\n');
        }
        for site in &self.sites {
            describe_site(&mut out, site);
        }
        if out.is_empty() {
            out.push_str("no Compose file and no nginx server was found\n");
        }
        out
    }

    /// How many services there are.
    pub fn size(&self) -> usize {
        self.sets.iter().map(|set| set.services.len()).sum()
    }

    /// Only the sets that a finding is about.
    #[must_use]
    pub fn with_findings(mut self) -> Seen {
        self.sets.retain(|set| set.services.iter().any(|node| node.worst.is_some()));
        self
    }

    /// A flow chart: what is reached from outside, and who reaches whom.
    pub fn mermaid(&self) -> String {
        let mut out = String::from("flowchart LR\n  outside((internet))\n");
        let graphs = self.graphs();
        for (number, graph) in graphs.iter().enumerate() {
            let _ = writeln!(out, "  subgraph s{number}[\"{}\"]", quoted(&graph.title));
            for part in graph.boxes.iter().filter(|part| part.mark != Mark::Outside) {
                let _ = writeln!(out, "    {}[\"{}<br/>{}\"]", part.id, quoted(&part.name), quoted(&part.what));
            }
            out.push_str("  end\n");
            for part in graph.boxes.iter().filter(|part| part.id.starts_with("host")) {
                let _ = writeln!(out, "  {}[\"{}\"]", part.id, quoted(&part.name));
            }
            for part in &graph.boxes {
                let class = match part.mark {
                    Mark::Stops => "stops",
                    Mark::Told => "told",
                    Mark::Clean | Mark::Outside => continue,
                };
                let _ = writeln!(out, "  class {} {class}", part.id);
            }
            for arrow in &graph.arrows {
                let (from, to) = (&graph.boxes[arrow.from].id, &graph.boxes[arrow.to].id);
                let _ = match arrow.kind {
                    Kind::Waits => writeln!(out, "  {from} -. waits for .-> {to}"),
                    Kind::NeverComes => writeln!(out, "  {from} -. waits for ever .-> {to}"),
                    Kind::Published | Kind::Passes | Kind::Uses if !arrow.label.is_empty() => {
                        writeln!(out, "  {from} -- \"{}\" --> {to}", quoted(&arrow.label))
                    }
                    Kind::Published | Kind::Passes | Kind::Uses => writeln!(out, "  {from} --> {to}"),
                };
            }
        }
        if graphs.iter().flat_map(|graph| &graph.boxes).any(|part| matches!(part.mark, Mark::Told | Mark::Stops)) {
            out.push_str("  classDef stops fill:#fdd,stroke:#c00,stroke-width:3px\n");
            out.push_str("  classDef told fill:#ffd,stroke:#a80\n");
        }
        out
    }
}

/// A text between the quotes of a picture: without what Mermaid or Markdown takes for its own, `%%{init}%%` above all.
fn quoted(text: &str) -> String {
    let own = |c: char| matches!(c, '#' | '&' | '"' | '<' | '>' | '%' | '`' | '{' | '}' | '[' | ']' | ';');
    text.chars().map(|c| if own(c) { format!("#{};", u32::from(c)) } else { c.to_string() }).collect()
}

fn describe_set(out: &mut String, set: &Set) {
    let by = set.started_by.as_ref().map(|place| format!(", started by {place}")).unwrap_or_default();
    let _ = writeln!(out, "{}   {} ({}){by}", set.files.join(" + "), set.role, set.role_why);
    let width = set.services.iter().map(|node| node.name.chars().count()).max().unwrap_or(0).min(24);
    for node in &set.services {
        let _ = writeln!(out, "  {:width$}  {}   {}", node.name, node.image, node.at);
        for line in details(node) {
            let _ = writeln!(out, "  {:width$}  {line}", "");
        }
    }
    if set.starts.len() > 1 || !set.never_starts.is_empty() {
        let waves: Vec<String> = set.starts.iter().map(|wave| few(wave)).collect();
        let _ = writeln!(out, "  starts {}", waves.join("; then "));
    }
    if !set.never_starts.is_empty() {
        let _ = writeln!(out, "  never starts {}", few(&set.never_starts));
    }
    out.push('\n');
}

/// As many names as a line of a screen takes.
const FEW: usize = 8;

/// `db, cache`, or the first of them and how many there are.
fn few(names: &[String]) -> String {
    match names.len() {
        0..=FEW => names.join(", "),
        all => format!("{} and {} more", names[..FEW - 1].join(", "), all + 1 - FEW),
    }
}

/// What a service sees: the names, or how many come from where.
fn variables(node: &Node) -> Option<String> {
    let mut sources: Vec<(&str, Vec<&str>)> = Vec::new();
    for variable in &node.environment {
        match sources.iter_mut().find(|(from, _)| *from == variable.from) {
            Some((_, names)) => names.push(&variable.name),
            None => sources.push((&variable.from, vec![&variable.name])),
        }
    }
    let all = node.environment.len() <= FEW / 2;
    let told = sources.iter().map(|(from, names)| {
        let what = if all { names.join(", ") } else { names.len().to_string() };
        if *from == "here" { format!("{what} here") } else { format!("{what} from {from}") }
    });
    // What no file of the project sets is named all the same.
    let lost = node.env_files.iter().filter(|file| sources.iter().all(|(from, _)| from != file));
    let told: Vec<String> = told.chain(lost.map(|file| format!("what {file} sets"))).collect();
    (!told.is_empty()).then(|| format!("variables: {}", told.join("; ")))
}

fn details(node: &Node) -> Vec<String> {
    let list = |words: &str, items: &[String]| (!items.is_empty()).then(|| format!("{words} {}", items.join("; ")));
    let listens = match &node.listens[..] {
        [] => "listens: not known".to_owned(),
        some => format!("listens on {}", some.join("; ")),
    };
    let restart = node.restart.as_ref().map(|word| format!(", restart {word}")).unwrap_or_default();
    let memory = node.memory.as_ref().map(|limit| format!(", memory up to {limit}")).unwrap_or_default();
    let lines = [
        node.runs.as_ref().map(|line| format!("runs {line}")),
        Some(format!("as user {}{restart}{memory}", node.user)),
        Some(listens),
        list("published:", &node.published),
        list("networks:", &node.networks),
        list("mounts:", &node.mounts),
        variables(node),
        list("waits for", &node.needs),
    ];
    lines.into_iter().flatten().collect()
}

fn describe_site(out: &mut String, site: &Site) {
    let names = if site.names.is_empty() { "a server without a name".to_owned() } else { site.names.join(" ") };
    let listens = if site.listens.is_empty() { "80".to_owned() } else { site.listens.join(", ") };
    let _ = writeln!(out, "{names}   on {listens}, {}   {}", site.runs_in, site.at);
    if !site.certificates.is_empty() {
        let _ = writeln!(out, "  certificate {}", site.certificates.join(", "));
    }
    for route in &site.routes {
        let services = match &route.services[..] {
            [] => String::new(),
            some => format!(", service {}", some.join(" and ")),
        };
        let wrong = route.wrong.as_ref().map(|why| format!("   {why}")).unwrap_or_default();
        let _ = writeln!(out, "  {}  to {}{services}{wrong}", route.location, route.to);
    }
    out.push('\n');
}
