//! The deployment as a picture that every browser and editor shows: layers from left to right, nothing that runs or is loaded.

use std::fmt::Write;

use super::Seen;
use super::graph::{Arrow, Graph, Kind, Mark};
use super::layers::{Layout, Sizes, lay_out};

const WIDTH: f32 = 200.0;
const HEIGHT: f32 = 62.0;
/// Between two layers: arrows and their words.
const GAP: f32 = 130.0;
const MARGIN: f32 = 24.0;
const TITLE: f32 = 44.0;
const SIZES: Sizes = Sizes { box_height: HEIGHT, bend_height: 12.0, between: 22.0 };
/// Letters that fit a box, its second lines, and the space between two layers.
const FIT: [usize; 3] = [24, 31, 17];
/// More services of one set than this are counted, not drawn.
const MOST: usize = 150;
/// More arrows than this nobody can follow.
const MOST_ARROWS: usize = 400;

const STYLE: &str = "text{font-family:DejaVu Sans,Verdana,Arial,sans-serif;fill:#222}.n{font-size:13px;font-weight:bold}\
.w{font-size:10px;fill:#555}.t{font-size:14px;fill:#333}.l{font-size:10px;fill:#333;paint-order:stroke;stroke:#fff;stroke-width:4px}\
rect{stroke-width:1.3;rx:7;fill:#f5f8fc;stroke:#5b7ba5}.outside{fill:#eee;stroke:#888;stroke-dasharray:5 4}\
.told{fill:#fff8d6;stroke:#a80}.stops{fill:#fde0e0;stroke:#c00;stroke-width:2.6}path{fill:none;stroke-width:1.4;stroke:#5a6b80}\
.uses{stroke:#2f7d5b}.waits{stroke:#999;stroke-dasharray:4 4}.never{stroke:#c00;stroke-dasharray:4 4;stroke-width:2.2}";

impl Seen {
    /// One picture with all sets, one below the other.
    pub fn svg(&self) -> String {
        let mut body = String::new();
        let (mut right, mut top) = (560.0_f32, MARGIN);
        for graph in distinct(self.graphs()) {
            let (width, height) = draw(&mut body, graph, top);
            right = right.max(width);
            top += height + MARGIN;
        }
        if body.is_empty() {
            let _ = writeln!(
                body,
                "<text class=\"t\" x=\"{MARGIN}\" y=\"{:.0}\">no Compose file was found</text>",
                top + 14.0
            );
            top += 30.0;
        }
        legend(&mut body, top);
        let (width, height) = (right + MARGIN, top + 40.0);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} \
             {height:.0}\" role=\"img\">\n<title>The deployment as gonogo sees it</title>\n<style>{STYLE}</style>\n{MARKERS}\
             <rect x=\"0\" y=\"0\" width=\"100%\" height=\"100%\" style=\"fill:#fff;stroke:none;rx:0\"/>\n{body}</svg>\n"
        )
    }
}

/// Each picture once: a set that several commands start looks the same each time.
fn distinct(graphs: Vec<Graph>) -> Vec<Graph> {
    let mut kept: Vec<(Graph, usize)> = Vec::new();
    for graph in graphs {
        match kept.iter_mut().find(|(own, _)| own.looks_like(&graph)) {
            Some((_, times)) => *times += 1,
            None => kept.push((graph, 1)),
        }
    }
    let title = |mut graph: Graph, times: usize| {
        if times > 1 {
            graph.title = format!("{}, started in {times} ways", graph.title);
        }
        graph
    };
    kept.into_iter().map(|(graph, times)| title(graph, times)).collect()
}

/// The heads of arrows, in the colours of their lines.
const MARKERS: &str = concat!(
    "<defs><marker id=\"h\" markerUnits=\"userSpaceOnUse\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"11\" markerHeight=\"11\" orient=\"auto-start-reverse\">",
    "<path d=\"M0 0 8 4 0 8z\" style=\"fill:#5a6b80;stroke:none\"/></marker></defs>\n"
);

/// Draws a set below what is there; its right end, and its height.
fn draw(out: &mut String, mut graph: Graph, top: f32) -> (f32, f32) {
    let all = graph.boxes.len();
    let kept: Vec<bool> = (0..all).map(|at| at < MOST || graph.boxes[at].mark == Mark::Outside).collect();
    let number: Vec<usize> = kept
        .iter()
        .scan(0, |next, kept| {
            let own = *next;
            *next += usize::from(*kept);
            Some(own)
        })
        .collect();
    graph.arrows.retain(|arrow| kept[arrow.from] && kept[arrow.to]);
    let mut at = 0..all;
    graph.boxes.retain(|_| at.next().is_some_and(|at| kept[at]));
    graph.arrows.iter_mut().for_each(|arrow| (arrow.from, arrow.to) = (number[arrow.from], number[arrow.to]));
    let mut arrows = joined(graph.arrows);
    arrows.truncate(MOST_ARROWS);
    let ends: Vec<(usize, usize)> = arrows.iter().map(|arrow| (arrow.from, arrow.to)).collect();
    let layout = lay_out(graph.boxes.len(), &ends, SIZES);
    let title = match all - graph.boxes.len() {
        0 => graph.title,
        more => format!("{} (and {more} services more)", graph.title),
    };
    let _ =
        writeln!(out, "<text class=\"t\" x=\"{MARGIN}\" y=\"{:.0}\">{}</text>", top + 16.0, escaped(&cut(&title, 90)));
    let place = |(layer, middle): (usize, f32)| {
        let layer = (0..layer).fold(0.0, |x, _| x + WIDTH + GAP);
        (MARGIN + layer, top + TITLE + middle)
    };
    lines(out, &arrows, &layout, &place);
    for (part, at) in graph.boxes.iter().zip(&layout.boxes) {
        let (x, y) = place(*at);
        let class = match part.mark {
            Mark::Outside => "outside",
            Mark::Clean => "clean",
            Mark::Told => "told",
            Mark::Stops => "stops",
        };
        let _ = writeln!(
            out,
            "<g><title>{}</title><rect class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>",
            escaped(&[part.name.as_str(), &part.what, &part.listens].join("\n")),
            y - HEIGHT / 2.0
        );
        let listens = if part.listens.is_empty() { String::new() } else { format!("listens on {}", part.listens) };
        let rows = [("n", &part.name, FIT[0]), ("w", &part.what, FIT[1]), ("w", &listens, FIT[1])];
        let rows: Vec<_> = rows.into_iter().filter(|(_, text, _)| !text.is_empty()).collect();
        let mut line = y + 5.0 - 8.5 * rows.iter().skip(1).fold(0.0, |count, _| count + 1.0_f32);
        for (class, text, most) in rows {
            let _ = writeln!(
                out,
                "<text class=\"{class}\" x=\"{:.1}\" y=\"{line:.1}\">{}</text>",
                x + 10.0,
                escaped(&cut(text, most))
            );
            line += 17.0;
        }
        out.push_str("</g>\n");
    }
    let right = place((layout.layers.saturating_sub(1), 0.0)).0 + WIDTH;
    (right, TITLE + layout.height)
}

/// One arrow for all of one kind between two boxes; who uses another one need not say that it waits for it.
fn joined(mut arrows: Vec<Arrow>) -> Vec<Arrow> {
    arrows.sort_by_key(|arrow| (arrow.from, arrow.to, arrow.kind));
    let mut found: Vec<Arrow> = Vec::new();
    for arrow in arrows {
        match found.last_mut().filter(|last| (last.from, last.to) == (arrow.from, arrow.to)) {
            Some(last) if arrow.kind == Kind::NeverComes => last.kind = Kind::NeverComes,
            Some(_) if arrow.kind == Kind::Waits => {}
            Some(last) if last.kind == arrow.kind => {
                if !arrow.label.is_empty() && !last.label.split(", ").any(|own| own == arrow.label) {
                    last.label = format!("{}, {}", last.label, arrow.label);
                }
            }
            _ => found.push(arrow),
        }
    }
    found
}

fn lines(out: &mut String, arrows: &[Arrow], layout: &Layout, place: &dyn Fn((usize, f32)) -> (f32, f32)) {
    let ends =
        |at: usize| if layout.turned[at] { (arrows[at].to, arrows[at].from) } else { (arrows[at].from, arrows[at].to) };
    // The place on the side of a box: in the order of where the arrows go to, or come from.
    let port = |at: usize, right: bool| {
        let (from, to) = ends(at);
        let own = if right { from } else { to };
        let other = |at: usize| {
            let (from, to) = ends(at);
            let bends = &layout.bends[at];
            let far = if right { bends.first() } else { bends.last() };
            far.map_or(layout.boxes[if right { to } else { from }].1, |bend| bend.1)
        };
        let beside = (0..arrows.len()).filter(|at| (if right { ends(*at).0 } else { ends(*at).1 }) == own);
        let mut beside: Vec<usize> = beside.collect();
        beside.sort_by(|a, b| other(*a).total_cmp(&other(*b)).then(a.cmp(b)));
        let step = (HEIGHT - 16.0) / beside.iter().fold(1.0_f32, |count, _| count + 1.0);
        let above = beside.iter().take_while(|other| **other != at).fold(1.0_f32, |count, _| count + 1.0);
        let (layer, middle) = layout.boxes[own];
        let (x, y) = place((layer, middle - HEIGHT / 2.0 + 8.0 + step * above));
        (if right { x + WIDTH } else { x }, y)
    };
    for (at, arrow) in arrows.iter().enumerate() {
        let (start, end) = (port(at, true), port(at, false));
        let mut path = format!("M{:.1} {:.1}", start.0, start.1);
        let mut last = start;
        for bend in &layout.bends[at] {
            let (x, y) = place(*bend);
            curve(&mut path, last, (x, y));
            last = (x + WIDTH, y);
            let _ = write!(path, "H{:.1}", last.0);
        }
        curve(&mut path, last, end);
        let class = match arrow.kind {
            Kind::Published | Kind::Passes => "passes",
            Kind::Uses => "uses",
            Kind::Waits => "waits",
            Kind::NeverComes => "never",
        };
        let head = if layout.turned[at] { "start" } else { "end" };
        let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\" marker-{head}=\"url(#h)\"/>");
        let label = match arrow.kind {
            Kind::Waits => "",
            Kind::NeverComes => "never comes",
            _ => &arrow.label,
        };
        if !label.is_empty() {
            // Beside the box that has fewer arrows on this side, where they lie apart.
            let beside = |own: usize, right: bool| {
                (0..arrows.len()).filter(|at| (if right { ends(*at).0 } else { ends(*at).1 }) == own).count()
            };
            let (from, to) = ends(at);
            let near_end = beside(to, false) <= beside(from, true) || !layout.bends[at].is_empty();
            let (anchor, x, y) = match near_end {
                true => ("end", end.0 - 12.0, end.1 - 4.0 - (end.1 - last.1) * 0.02),
                false => ("start", start.0 + 6.0, start.1 - 4.0),
            };
            let _ = writeln!(
                out,
                "<text class=\"l\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
                escaped(&cut(label, FIT[2]))
            );
        }
    }
}

fn curve(path: &mut String, from: (f32, f32), to: (f32, f32)) {
    let middle = (from.0 + to.0) / 2.0;
    let _ = write!(path, "C{middle:.1} {:.1} {middle:.1} {:.1} {:.1} {:.1}", from.1, to.1, to.0, to.1);
}

fn legend(out: &mut String, top: f32) {
    let mut x = MARGIN;
    let y = top + 8.0;
    for (class, text, width) in [
        ("passes", "passes requests", 150.0),
        ("uses", "has its address", 150.0),
        ("waits", "waits for", 115.0),
        ("never", "waits for ever", 140.0),
    ] {
        let _ = writeln!(out, "<path class=\"{class}\" d=\"M{x:.0} {y:.0}h30\" marker-end=\"url(#h)\"/>");
        let _ = writeln!(out, "<text class=\"w\" x=\"{:.0}\" y=\"{:.0}\">{text}</text>", x + 36.0, y + 4.0);
        x += width;
    }
}

/// As many letters of a text as fit; those of a double width count for two.
fn cut(text: &str, most: usize) -> String {
    let width = |c: char| if u32::from(c) >= 0x1100 { 2 } else { 1 };
    if text.chars().map(width).sum::<usize>() <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(1);
    let fit = |c: &char| left.checked_sub(width(*c)).map(|rest| left = rest).is_some();
    text.chars().take_while(fit).chain(['…']).collect()
}

/// A text inside of an element or between quotes of XML, which has no control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}
