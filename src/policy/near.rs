//! The nearest valid name, for error messages.

use crate::rules;
use crate::syntax::near::letters_apart;

/// The name closest to a misspelt one, when it is close enough to be meant.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    // A third of the letters may be wrong; a long text is not a misspelt name.
    let limit = (word.chars().count() / 3).max(1);
    if word.len() > 100 {
        return None;
    }
    let names: Vec<&str> = names.into_iter().collect();
    let close = names
        .iter()
        .map(|name| (letters_apart(&word, &name.to_ascii_lowercase()), *name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name);
    close.or_else(|| {
        // A beginning that only one name has.
        let letters = word.chars().count();
        let beginning: String = word.chars().take(letters.saturating_sub(1).max(3)).collect();
        let mut fits = names.into_iter().filter(|name| letters >= 3 && name.starts_with(&beginning));
        fits.next().filter(|_| fits.next().is_none())
    })
}

/// Says that a rule does not exist, and which one may be meant.
pub fn unknown_rule(id: &str) -> String {
    let hint = match nearest_rule(id) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`gonogo rules` lists them".to_owned(),
    };
    format!("there is no rule `{id}`; {hint}")
}

/// The rule that may be meant: the nearest id, or the only one whose part after the slash is this word.
pub fn nearest_rule(id: &str) -> Option<&'static str> {
    let close = nearest(id, rules::all().map(|rule| rule.id));
    let name = id.rsplit('/').next().unwrap_or(id);
    let mut same = rules::all().map(|rule| rule.id).filter(|id| id.split('/').nth(1) == Some(name));
    close.or_else(|| same.next().filter(|_| same.next().is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_word_and_nonsense_finds_nothing() {
        let names = ["critical", "high", "medium", "low", "info", "off"];
        assert_eq!(nearest("hgih", names), Some("high"));
        assert_eq!(nearest("Medum", names), Some("medium"));
        assert_eq!(nearest("critcl", names), Some("critical"));
        assert_eq!(nearest("prodd", ["staging", "production"]), Some("production"));
        assert_eq!(nearest("a", ["audience", "rules"]), None);
        assert_eq!(nearest("banana", names), None);
        assert_eq!(nearest(&"x".repeat(5000), names), None);
    }

    #[test]
    fn a_rule_is_found_by_its_last_part() {
        assert_eq!(nearest_rule("debug-on"), Some("env/debug-on"));
        assert_eq!(nearest_rule("env/debug-onn"), Some("env/debug-on"));
        assert_eq!(nearest_rule("nothing/like-it"), None);
    }
}
