//! Lists of things in sentences.

/// `a`, `a and b`, `a, b and c`.
pub fn all(things: &[impl AsRef<str>]) -> String {
    match things {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => format!("{} and {}", join(first), last.as_ref()),
    }
}

/// The first few of many: `a, b and 3 more`.
pub fn some(things: &[impl AsRef<str>], few: usize) -> String {
    match things.split_at_checked(few) {
        None | Some((_, [])) => join(things),
        Some((first, more)) => format!("{} and {} more", join(first), more.len()),
    }
}

/// Names in backticks, the first four of many.
pub fn named<'a>(names: impl Iterator<Item = &'a str>) -> String {
    some(&names.map(|name| format!("`{name}`")).collect::<Vec<_>>(), 4)
}

fn join(things: &[impl AsRef<str>]) -> String {
    things.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_people_write_them() {
        assert_eq!([all(&[""; 0]), all(&["a"]), all(&["a", "b", "c"])], ["", "a", "a, b and c"]);
        assert_eq!(named(["a", "b", "c", "d", "e"].into_iter()), "`a`, `b`, `c`, `d` and 1 more");
        assert_eq!([some(&["a", "b"], 2), some(&["a", "b", "c", "d"], 2)], ["a, b", "a, b and 2 more"]);
    }
}
