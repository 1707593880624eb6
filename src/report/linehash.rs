//! `primaryLocationLineHash`: the key by which GitHub tells that an alert of this run is one of the last run.
//!
//! The upload action computes it when a tool does not, and warns when a tool's value differs, so it has to be exact:
//! `github/codeql-action`, `src/fingerprints.ts`. For every line it hashes the next 100 UTF-16 units from the line's
//! start, across line ends, without spaces and tabs, with CR and CRLF as LF, then one unit 65535 for the end of the
//! file, then zeros. The hash is a polynomial in 37 modulo 2^64, in hexadecimal; a count tells equal ones apart.

use std::collections::HashMap;
use std::ops::Range;

const WINDOW: usize = 100;
const BASE: u64 = 37;
const END_OF_FILE: u16 = 65535;

/// The hash of one line and the bytes that went into it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineHash {
    /// `hash:count`.
    pub value: String,
    /// From the line's start to the last byte hashed.
    pub bytes: Range<usize>,
}

/// The hashes of all lines of `text`, in order. A lone CR ends a line here, which it does not in editors.
pub fn line_hashes(text: &str) -> Vec<LineHash> {
    let (units, starts) = units(text);
    // Zeros fill the window beyond the end.
    let unit = |index: usize| u64::from(units.get(index).map_or(0, |&(unit, _)| unit));
    let leading = (1..WINDOW).fold(1u64, |power, _| power.wrapping_mul(BASE));
    let mut hash = (0..WINDOW).fold(0u64, |hash, index| hash.wrapping_mul(BASE).wrapping_add(unit(index)));
    let mut at = 0;
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut hashes = Vec::with_capacity(starts.len());
    for start in starts {
        while at < start {
            hash = hash.wrapping_sub(unit(at).wrapping_mul(leading)).wrapping_mul(BASE).wrapping_add(unit(at + WINDOW));
            at += 1;
        }
        let count = seen.entry(hash).or_default();
        *count += 1;
        let offset = |index: usize| units.get(index).map_or(text.len(), |&(_, offset)| offset as usize);
        hashes.push(LineHash { value: format!("{hash:x}:{count}"), bytes: offset(start)..offset(start + WINDOW) });
    }
    hashes
}

/// The units that count, each with its byte offset, and the indices among them at which lines start.
fn units(text: &str) -> (Vec<(u16, u32)>, Vec<usize>) {
    let (mut units, mut starts) = (Vec::with_capacity(text.len() + 1), Vec::new());
    let (mut line_start, mut after_cr) = (true, false);
    let mut buffer = [0u16; 2];
    for (offset, c) in text.char_indices() {
        let skipped = c == ' ' || c == '\t' || c == '\n' && after_cr;
        after_cr = c == '\r';
        if skipped {
            continue;
        }
        if line_start {
            starts.push(units.len());
        }
        let c = if c == '\r' { '\n' } else { c };
        line_start = c == '\n';
        units.extend(c.encode_utf16(&mut buffer).iter().map(|&unit| (unit, offset as u32)));
    }
    if line_start {
        starts.push(units.len());
    }
    units.push((END_OF_FILE, text.len() as u32));
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        line_hashes(text).into_iter().map(|hash| hash.value).collect()
    }

    /// The vectors of `github/codeql-action`, `src/fingerprints.test.ts`, test "hash".
    #[test]
    fn agrees_with_githubs_vectors() {
        assert_eq!(values(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            values(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        assert_eq!(
            values(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End"),
            [
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1",
            ]
        );
        for text in [
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
            " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        ] {
            assert_eq!(
                values(text),
                [
                    "e9496ae3ebfced30:1",
                    "fb7c023a8b9ccb3f:1",
                    "ce8ba1a563dcdaca:1",
                    "e20e36e16fcb0cc8:1",
                    "b3edc88f2938467e:1",
                    "c8e28b0b4002a3a0:1",
                    "c129715d7a2bc9a3:1",
                ],
                "{text:?}"
            );
        }
        assert_eq!(
            values(&"Lorem ipsum dolor sit amet.\n".repeat(10)),
            [
                "a7f2ff13bc495cf2:1",
                "a7f2ff13bc495cf2:2",
                "a7f2ff13bc495cf2:3",
                "a7f2ff13bc495cf2:4",
                "a7f2ff13bc495cf2:5",
                "a7f2ff13bc495cf2:6",
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ]
        );
        assert_eq!(
            values("x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n"),
            [
                "e54938cc54b302f1:1",
                "bb609acbe9138d60:1",
                "1131fd5871777f34:1",
                "5c482a0f8b35ea28:1",
                "54517377da7028d2:1",
                "2c644846cb18d53e:1",
                "f1b89f20de0d133:1",
                "c129715d7a2bc9a3:1",
            ]
        );
    }

    #[test]
    fn the_bytes_of_a_window_reach_over_lines() {
        let text = format!("{}\nKEY=1\n", "a".repeat(99));
        let hashes = line_hashes(&text);
        assert_eq!(hashes[0].bytes, 0..100);
        assert_eq!(hashes[1].bytes, 100..text.len());
    }
}
