//! The same for people.

use std::fmt::Write;

use super::{Card, Certificates, Key, Shown, Way};
use crate::model::tls::when;
use crate::report::flat;

/// How many names of a certificate are listed.
const NAMES: usize = 8;
/// How wide a lifetime is drawn.
const CELLS: i64 = 24;

impl Certificates {
    /// One paragraph a file, then what is wrong.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for file in &self.files {
            let instead = file.instead.as_ref().map(|it| format!("   {}; {}", it.what, it.help)).unwrap_or_default();
            let _ = writeln!(out, "{}{instead}", flat(&file.path));
            describe(&mut out, file);
            out.push('\n');
        }
        match &self.findings[..] {
            [] if !self.all_read() => {}
            [] => out.push_str("nothing is wrong with what these files say by themselves\n"),
            some => {
                let _ = writeln!(out, "{} wrong:", if some.len() == 1 { "1 thing is" } else { "these things are" });
                for wrong in some {
                    let (place, message) = (flat(&wrong.place), flat(&wrong.message));
                    let _ = writeln!(out, "  {:8}  {place}  {message}  [{}]", wrong.severity, wrong.rule);
                    let _ = wrong.help.as_ref().map(|help| writeln!(out, "            help: {}", flat(help)));
                }
            }
        }
        out
    }
}

fn describe(out: &mut String, file: &Shown) {
    for card in &file.certificates {
        let kind = if card.authority { "authority" } else { "certificate" };
        let _ = writeln!(out, "  {}  {kind} {}   line {}", card.number, flat(&card.subject), card.line);
        for (what, said) in details(card) {
            let _ = writeln!(out, "     {what:9} {said}");
        }
    }
    for key in &file.keys {
        let _ = writeln!(out, "  private key, {}   line {}", key.kind, key.line);
        let _ = writeln!(out, "     {}", belongs(key));
    }
    for other in &file.others {
        let _ = writeln!(out, "  {}   line {}", flat(&other.what), other.line);
    }
    let _ = file.chain.as_ref().map(|way| writeln!(out, "  chain: {}", chain(way)));
}

fn details(card: &Card) -> Vec<(&'static str, String)> {
    let mut names: Vec<String> = card.names.iter().take(NAMES).map(|name| flat(name)).collect();
    if card.names.len() > NAMES {
        names.push(format!("and {} more", card.names.len() - NAMES));
    }
    let issuer = match &card.issued_by {
        Some(by) if by == "itself" => "itself".to_owned(),
        Some(by) => format!("{}, {}", flat(&card.issuer), flat(by)),
        None => flat(&card.issuer),
    };
    let key = match &card.keys[..] {
        [] => format!("{}, its private key is not in these files", card.key),
        some => format!("{}, its private key is {}", card.key, flat(&some.join(" and "))),
    };
    let mut lines = vec![("valid", timeline(card))];
    match &names[..] {
        [] if card.authority => {}
        [] => lines.push(("names", "none".to_owned())),
        some => lines.push(("names", some.join(", "))),
    }
    lines.push(("issued by", issuer));
    // Nobody serves with the key of an authority, and it should be nowhere near.
    let key = if card.authority && card.keys.is_empty() { card.key.clone() } else { key };
    lines.push(("key", key));
    lines.push(("sha256", card.sha256.clone()));
    lines
}

/// `2026-10-21 [######------------------] 2027-01-19   60 of 90 days left`
fn timeline(card: &Card) -> String {
    let day = |moment: &str| moment.split('T').next().unwrap_or(moment).to_owned();
    let (from, to) = (day(&card.not_before), day(&card.not_after));
    if card.lifetime < 0 {
        return format!("never: it begins on {from} and ends before that, on {to}");
    }
    let over = (card.lifetime - card.seconds_left).clamp(0, card.lifetime);
    let full = (over * CELLS).checked_div(card.lifetime).unwrap_or(CELLS);
    let bar: String = (0..CELLS).map(|cell| if cell < full { '#' } else { '-' }).collect();
    let said = match card.state {
        "expired" => format!("over for {}", when::span(card.seconds_left)),
        "not yet valid" => format!("begins in {}", when::span(card.seconds_left - card.lifetime)),
        _ => format!("{} of {} left", when::span(card.seconds_left), when::span(card.lifetime)),
    };
    format!("{from} [{bar}] {to}   {said}")
}

fn belongs(key: &Key) -> String {
    match key.certificates.as_deref() {
        None if key.encrypted => "a pass phrase protects it: which certificate it belongs to cannot be told".to_owned(),
        None => "which certificate it belongs to cannot be told".to_owned(),
        Some([]) => "belongs to no certificate of these files".to_owned(),
        Some(some) => format!("belongs to {}", flat(&some.join(" and "))),
    }
}

fn chain(way: &Way) -> String {
    let numbers: Vec<String> = way.order.iter().map(ToString::to_string).collect();
    let numbers = numbers.join(", ");
    let order = if way.in_order { numbers } else { format!("{numbers} would be the right order") };
    let end = flat(&way.end);
    match way.ends_at {
        "public root" => format!("{order}; ends at `{end}`, a root browsers trust"),
        "named root" => format!("{order}; ends at `{end}`, a root that is named"),
        "self-signed" => format!("{order}; ends at `{end}`, which nobody else signed"),
        "missing issuer" => format!("{order}; then `{end}`, which is not in the file"),
        "too long" => format!("{order}; too long to follow"),
        _ => format!("{order}; the `{end}` in the file did not sign the last one"),
    }
}
