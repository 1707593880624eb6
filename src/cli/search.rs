//! Finding rules by what a program said when it failed: `gonogo explain "host not found in upstream"`.

use std::collections::{HashMap, HashSet};

use crate::rules::{self, Rule, doc};

/// How many rules are listed.
const MOST: usize = 8;
/// Words a line may have; a log says the rest again.
const WORDS: usize = 60;

/// The rules whose text holds what was asked for, best first: those of a family, those that hold it as it is, else those
/// that hold most of its words, where a word counts more the fewer rules have it.
pub fn search(asked: &str) -> Vec<&'static Rule> {
    let family: Vec<&Rule> = rules::all().filter(|rule| rule.family() == asked).collect();
    if !family.is_empty() {
        return family;
    }
    let texts: Vec<(&Rule, String)> = rules::all().map(|rule| (rule, plain(&text(rule)))).collect();
    let asked = plain(asked);
    let literal = |text: &str| asked.split(' ').nth(1).is_some() && format!(" {text} ").contains(&format!(" {asked} "));
    let mut whole: Vec<&Rule> = texts.iter().filter(|(_, text)| literal(text)).map(|(rule, _)| *rule).collect();
    // The rule with the plainer name is about the usual case: `upstream-unknown` before `startup-name-unknown`.
    whole.sort_by_key(|rule| rule.id.len());
    if !whole.is_empty() {
        return whole;
    }
    let bags: Vec<(&Rule, HashSet<&str>)> =
        texts.iter().map(|(rule, text)| (*rule, text.split(' ').collect())).collect();
    let mut weights: HashMap<&str, f64> = HashMap::new();
    for word in asked.split(' ').filter(|word| word.len() > 2).take(WORDS) {
        let having = bags.iter().filter(|(_, bag)| bag.contains(word)).count();
        // A name of the project's own is in no rule.
        if having > 0 {
            weights.insert(word, (bags.len() as f64 / having as f64).ln());
        }
    }
    let all: f64 = weights.values().sum();
    let score =
        |bag: &HashSet<&str>| weights.iter().filter(|(word, _)| bag.contains(*word)).map(|(_, weight)| weight).sum();
    let mut found: Vec<(f64, &Rule)> = bags.iter().map(|(rule, bag)| (score(bag), *rule)).collect();
    found.sort_by(|(a, one), (b, other)| b.total_cmp(a).then((one.id.len(), one.id).cmp(&(other.id.len(), other.id))));
    // Half of what can be found at all, and near the best.
    let best = found.first().map_or(0.0, |(score, _)| *score);
    found.retain(|(score, _)| *score > 0.0 && *score >= all / 2.0 && *score >= best * 0.75);
    found.into_iter().take(MOST).map(|(_, rule)| rule).collect()
}

/// All that a rule says of itself.
fn text(rule: &Rule) -> String {
    format!("{} {}", rule.id, doc::readable(rule))
}

/// Words in small letters with one blank between them.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
