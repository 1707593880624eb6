//! How far two words are apart, for "did you mean". What is near enough to be a slip differs by format and stays there.

/// Edits that turn `a` into `b`: insert, delete, replace, swap two neighbours (optimal string alignment).
pub fn distance<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    distance_within(a, b, usize::MAX).unwrap_or(usize::MAX)
}

/// More edits than two words can take.
const FAR: usize = usize::MAX / 2;

/// [`distance`] if it is `most` at most.
pub fn distance_within<T: PartialEq>(a: &[T], b: &[T], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let (mut before, mut row) = (last.clone(), last.clone());
    for i in 1..=a.len() {
        // What lies farther from the diagonal takes more edits than there may be.
        let (first, end) = (i.saturating_sub(most).max(1), i.saturating_add(most).min(b.len()));
        row[first - 1] = if first == 1 { i } else { FAR };
        let mut least = row[first - 1];
        for j in first..=end {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
            least = least.min(row[j]);
        }
        if let Some(beyond) = row.get_mut(end + 1) {
            *beyond = FAR;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
        // No later row goes below the least of two in a row.
        if least > most && before[first - 1..=end].iter().all(|edits| *edits > most) {
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
            ("abcdefgh", "badcfehg", 4),
            ("proxy_add_forwarded_for", "proxy_add_x_forwarded_for", 2),
            ("document_root", "remote_user", 11),
        ] {
            assert_eq!((letters_apart(a, b), letters_apart(b, a)), (edits, edits), "{a} {b}");
            for most in 0..9 {
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
