//! What the pictures show: who is reached from outside, who passes requests to whom, who uses and who waits for whom.

use super::{Node, Program, Seen, Set};

/// One set of files, as boxes and arrows.
pub(super) struct Graph {
    /// Its files.
    pub title: String,
    /// The boxes.
    pub boxes: Vec<Part>,
    /// The arrows.
    pub arrows: Vec<Arrow>,
}

/// A box.
pub(super) struct Part {
    /// A name without spaces of its own in all graphs; what is outside of all sets has one in all of them.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is, in a line.
    pub what: String,
    /// Where it listens; empty when that is not known.
    pub listens: String,
    /// What was found about it.
    pub mark: Mark,
}

/// What was found about a box.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    /// It is no part of the deployment.
    Outside,
    /// Nothing.
    Clean,
    /// Something that is told.
    Told,
    /// Something that stops the deployment.
    Stops,
}

/// An arrow between two boxes, by their numbers.
pub(super) struct Arrow {
    pub from: usize,
    pub to: usize,
    pub label: String,
    pub kind: Kind,
}

/// What an arrow means.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    /// A port of the host leads there.
    Published,
    /// nginx passes requests on.
    Passes,
    /// A variable holds its address.
    Uses,
    /// It is started later.
    Waits,
    /// It is never started: what it waits for does not come.
    NeverComes,
}

impl Graph {
    /// Whether another one shows the same.
    pub(super) fn looks_like(&self, other: &Graph) -> bool {
        let same =
            |(a, b): (&Part, &Part)| (&a.name, &a.what, &a.listens, a.mark) == (&b.name, &b.what, &b.listens, b.mark);
        let drawn = |(a, b): (&Arrow, &Arrow)| (a.from, a.to, &a.label, a.kind) == (b.from, b.to, &b.label, b.kind);
        self.title == other.title
            && (self.boxes.len(), self.arrows.len()) == (other.boxes.len(), other.arrows.len())
            && self.boxes.iter().zip(&other.boxes).all(same)
            && self.arrows.iter().zip(&other.arrows).all(drawn)
    }
}

impl Seen {
    /// A graph for each set of files, and one for what units run.
    pub(super) fn graphs(&self) -> Vec<Graph> {
        let sets = self.sets.iter().enumerate().map(|(number, set)| self.graph(number, set));
        sets.chain(self.host()).collect()
    }

    /// What runs on the host besides containers; `None`: nothing.
    fn host(&self) -> Option<Graph> {
        let unit = |(at, program): (usize, &Program)| Part {
            id: format!("u{at}"),
            name: program.unit.clone(),
            what: program.runs.clone(),
            listens: program.listens.join("; "),
            mark: Mark::Clean,
        };
        let mut boxes: Vec<Part> = self.units.iter().enumerate().map(unit).collect();
        if boxes.is_empty() {
            return None;
        }
        let port = |address: &str| address.rsplit(':').next().map(str::to_owned);
        let listens = |to: &str| {
            let wanted = port(to);
            self.units.iter().position(|program| program.listens.iter().any(|own| port(own) == wanted))
        };
        let (nginx, outside_of) = (boxes.len(), boxes.len() + 1);
        let routes = self.sites.iter().filter(|site| site.runs_in == "on the host").flat_map(|site| &site.routes);
        let passed = routes.filter_map(|route| Some((listens(&route.to)?, route.location.clone())));
        let mut arrows: Vec<Arrow> =
            passed.map(|(to, label)| Arrow { from: nginx, to, label, kind: Kind::Passes }).collect();
        if !arrows.is_empty() {
            boxes.push(outside("hostnginx".to_owned(), "nginx on the host"));
            boxes.push(outside("outside".to_owned(), "internet"));
            arrows.push(Arrow { from: outside_of, to: nginx, label: String::new(), kind: Kind::Published });
        }
        Some(Graph { title: "on the host".to_owned(), boxes, arrows })
    }

    fn graph(&self, number: usize, set: &Set) -> Graph {
        let mut boxes: Vec<Part> =
            set.services.iter().enumerate().map(|(at, node)| service(number, at, node)).collect();
        let found = |name: &str| set.services.iter().position(|node| node.name == name);
        let mut arrows = Vec::new();
        for (at, node) in set.services.iter().enumerate() {
            for (name, never) in &node.waits {
                let kind = if *never { Kind::NeverComes } else { Kind::Waits };
                arrows.extend(found(name).map(|to| Arrow { from: at, to, label: "waits for".to_owned(), kind }));
            }
            for used in &node.uses {
                let to = found(&used.service).filter(|to| *to != at);
                let label = used.variable.clone();
                arrows.extend(to.map(|to| Arrow { from: at, to, label, kind: Kind::Uses }));
            }
        }
        let mut host = None;
        for site in &self.sites {
            let inside = site.runs_in.strip_prefix("in service ").map(found);
            for route in &site.routes {
                for to in route.services.iter().filter_map(|name| found(name)) {
                    let from = match inside {
                        Some(Some(own)) => own,
                        Some(None) => continue,
                        None => *host.get_or_insert_with(|| {
                            boxes.push(outside(format!("host{number}"), "nginx on the host"));
                            boxes.len() - 1
                        }),
                    };
                    if from != to {
                        arrows.push(Arrow { from, to, label: route.location.clone(), kind: Kind::Passes });
                    }
                }
            }
        }
        let published =
            set.services.iter().enumerate().flat_map(|(at, node)| node.published.iter().map(move |port| (at, port)));
        // What only the host reaches is no part of the outside.
        let mut open: Vec<(usize, String)> = published
            .filter(|(_, port)| !port.contains("127.0.0.1"))
            .map(|(at, port)| (at, port.split(' ').next().unwrap_or(port).to_owned()))
            .collect();
        open.extend(host.map(|host| (host, String::new())));
        if !open.is_empty() {
            boxes.push(outside("outside".to_owned(), "internet"));
            let from = boxes.len() - 1;
            arrows.extend(open.into_iter().map(|(to, label)| Arrow { from, to, label, kind: Kind::Published }));
        }
        Graph { title: format!("{}, {}", set.files.join(" + "), set.role), boxes, arrows }
    }
}

fn outside(id: String, name: &str) -> Part {
    Part { id, name: name.to_owned(), what: String::new(), listens: String::new(), mark: Mark::Outside }
}

fn service(set: usize, at: usize, node: &Node) -> Part {
    let mark = match node.worst {
        None => Mark::Clean,
        Some(_) if node.stops => Mark::Stops,
        Some(_) => Mark::Told,
    };
    Part {
        id: format!("s{set}_{at}"),
        name: node.name.clone(),
        what: node.image.clone(),
        listens: node.listens.join("; "),
        mark,
    }
}
