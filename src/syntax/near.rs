//! How far two words are apart, for "did you mean". What is near enough to be a slip differs by format and stays there.

/// Edits that turn `a` into `b`: insert, delete, replace, swap two neighbours (optimal string alignment).
pub fn distance<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    distance_within(a, b, usize::MAX).unwrap_or(usize::MAX)
}

/// [`distance`] if it is `most` at most.
pub fn distance_within<T: PartialEq>(a: &[T], b: &[T], most: usize) -> Option<usize> {
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let (mut before, mut row) = (last.clone(), last.clone());
    for i in 1..=a.len() {
        row[0] = i;
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
        // No later row goes below the least of the two before it.
        if most < a.len() && last.iter().chain(&before).all(|edits| *edits > most) {
            return None;
        }
    }
    Some(last[b.len()]).filter(|edits| *edits <= most)
}

/// [`distance`] in characters.
pub fn letters_apart(a: &str, b: &str) -> usize {
    let letters = |word: &str| word.chars().collect::<Vec<char>>();
    distance(&letters(a), &letters(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (a, b, edits) in [
            ("", "", 0),
            ("", "ab", 2),
            ("image", "image", 0),
            ("imagee", "image", 1),
            ("lsiten", "listen", 1),
            ("ü", "u", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!((letters_apart(a, b), letters_apart(b, a)), (edits, edits), "{a} {b}");
            for most in 0..4 {
                let within = distance_within(a.as_bytes(), b.as_bytes(), most);
                assert_eq!(
                    within,
                    Some(distance(a.as_bytes(), b.as_bytes())).filter(|edits| *edits <= most),
                    "{a} {b}"
                );
            }
        }
    }
}
