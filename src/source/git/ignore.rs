//! Ignore rules: what the lines of a `.gitignore` mean (git, `dir.c` and `wildmatch.c`).
//!
//! The match is a walk over pattern and path together, never a search that goes back: its time is at most their product.

/// Steps that one question may take; a rule file of a thousand lines takes some thousands.
const MOST_STEPS: usize = 1 << 20;

/// What is left of the steps of one question.
pub struct Steps(usize);

impl Steps {
    /// All of them.
    pub fn new() -> Self {
        Steps(MOST_STEPS)
    }

    fn spend(&mut self, count: usize) -> Option<()> {
        self.0 = self.0.checked_sub(count)?;
        Some(())
    }
}

/// The rules of one file.
#[derive(Debug)]
pub struct Rules {
    /// The file, relative to the top of the checkout.
    pub file: String,
    /// The directory it is about, relative to the top, with a final `/` unless it is the top.
    base: Vec<u8>,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    ignores: bool,
    only_directories: bool,
    /// Without a slash: the pattern is about names at any depth.
    any_depth: bool,
    /// What the name, or the path below the directory, starts with.
    literal: Vec<u8>,
    /// What follows, when there is more than letters.
    pattern: Option<Pattern>,
}

impl Rules {
    /// Reads a rule file that lies in, or is about, the directory `base`.
    pub fn parse(file: String, base: &[u8], bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut base = base.to_vec();
        if !base.is_empty() {
            base.push(b'/');
        }
        Rules { file, base, rules: bytes.split(|&b| b == b'\n').filter_map(Rule::parse).collect() }
    }

    /// What the last rule that fits says: `Some(true)` ignored, `Some(false)` taken back. `Err` when the rules are too
    /// many and too long to be tried.
    pub fn last_word(&self, path: &[u8], directory: bool, steps: &mut Steps) -> Result<Option<bool>, ()> {
        let Some(below) = path.strip_prefix(self.base.as_slice()) else { return Ok(None) };
        let name = below.rsplit(|&b| b == b'/').next().unwrap_or(below);
        for rule in self.rules.iter().rev().filter(|rule| directory || !rule.only_directories) {
            if rule.fits(if rule.any_depth { name } else { below }, steps).ok_or(())? {
                return Ok(Some(rule.ignores));
            }
        }
        Ok(None)
    }
}

impl Rule {
    fn parse(line: &[u8]) -> Option<Self> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // git reads lines as C strings.
        let line = line.split(|&b| b == 0).next().unwrap_or(line);
        let line = without_trailing_spaces(line);
        if line.is_empty() || line.starts_with(b"#") {
            return None;
        }
        let (ignores, line) = line.strip_prefix(b"!").map_or((true, line), |rest| (false, rest));
        let (only_directories, line) = line.strip_suffix(b"/").map_or((false, line), |rest| (true, rest));
        let any_depth = !line.contains(&b'/');
        let line = if any_depth { line } else { line.strip_prefix(b"/").unwrap_or(line) };
        if line.is_empty() {
            return None;
        }
        // git compares what is plain first and matches the rest alone: `a**/b` is `a`, then `**/b`.
        let plain = line.iter().position(|b| matches!(b, b'*' | b'?' | b'[' | b'\\')).unwrap_or(line.len());
        let (literal, rest) = line.split_at(if any_depth && plain < line.len() { 0 } else { plain });
        let pattern = (!rest.is_empty()).then(|| Pattern::parse(rest));
        Some(Rule { ignores, only_directories, any_depth, literal: literal.to_vec(), pattern })
    }

    fn fits(&self, text: &[u8], steps: &mut Steps) -> Option<bool> {
        steps.spend(1)?;
        let Some(rest) = text.strip_prefix(self.literal.as_slice()) else { return Some(false) };
        match &self.pattern {
            None => Some(rest.is_empty()),
            Some(pattern) => pattern.fits(rest, steps),
        }
    }
}

/// Spaces at the end do not count, unless a backslash stands before them.
fn without_trailing_spaces(line: &[u8]) -> &[u8] {
    let (mut at, mut end) = (0, 0);
    while at < line.len() {
        match line[at] {
            b' ' => at += 1,
            b'\\' => {
                at = (at + 2).min(line.len());
                end = at;
            }
            _ => {
                at += 1;
                end = at;
            }
        }
    }
    &line[..end]
}

/// A wildcard pattern in which `*` stays within a name.
#[derive(Debug)]
struct Pattern {
    pieces: Vec<Piece>,
    /// Bytes that a text must have at least.
    least: usize,
}

#[derive(PartialEq, Eq, Debug)]
enum Piece {
    Byte(u8),
    /// One of these bytes; never `/`.
    Class(Box<[bool; 256]>),
    /// `?`: any byte but `/`.
    Any,
    /// `*`: any number of bytes but `/`.
    Star,
    /// `**` at the end: anything.
    Deep,
    /// `**/`: nothing, or directories.
    Directories,
    /// A class that git cannot read: nothing fits.
    Nothing,
}

impl Pattern {
    fn parse(text: &[u8]) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut at = 0;
        while let Some(&first) = text.get(at) {
            let piece = match first {
                b'*' => {
                    let stars = text[at..].iter().take_while(|&&b| b == b'*').count();
                    let starts = at == 0 || text[at - 1] == b'/';
                    at += stars;
                    match text.get(at..).unwrap_or(&[]) {
                        [] if stars > 1 && starts => Piece::Deep,
                        [b'/', ..] if stars > 1 && starts => {
                            at += 1;
                            Piece::Directories
                        }
                        [b'\\', b'/', ..] if stars > 1 && starts => Piece::Deep,
                        _ => Piece::Star,
                    }
                }
                b'?' => {
                    at += 1;
                    Piece::Any
                }
                b'[' => {
                    let (class, end) = class(text, at + 1);
                    at = end;
                    class
                }
                b'\\' => {
                    at += 2;
                    text.get(at - 1).map_or(Piece::Nothing, |&byte| Piece::Byte(byte))
                }
                byte => {
                    at += 1;
                    Piece::Byte(byte)
                }
            };
            // Twice `**/` is once; the walk below stays as short as the text.
            if !(piece == Piece::Directories && pieces.last() == Some(&Piece::Directories)) {
                pieces.push(piece);
            }
        }
        let least =
            pieces.iter().filter(|piece| !matches!(piece, Piece::Star | Piece::Deep | Piece::Directories)).count();
        Pattern { pieces, least }
    }

    fn fits(&self, text: &[u8], steps: &mut Steps) -> Option<bool> {
        if self.least > text.len() {
            return Some(false);
        }
        // For every length of the text: whether the pieces so far fit it.
        let mut reach = vec![false; text.len() + 1];
        reach[0] = true;
        for piece in &self.pieces {
            steps.spend(text.len() + 1)?;
            let one = |fits: &dyn Fn(u8) -> bool, reach: &mut Vec<bool>| {
                for at in (0..text.len()).rev() {
                    reach[at + 1] = reach[at] && fits(text[at]);
                }
                reach[0] = false;
            };
            match piece {
                Piece::Byte(byte) => one(&|b| b == *byte, &mut reach),
                Piece::Class(set) => one(&|b| set[usize::from(b)], &mut reach),
                Piece::Any => one(&|b| b != b'/', &mut reach),
                Piece::Nothing => return Some(false),
                Piece::Star | Piece::Deep => {
                    for at in 0..text.len() {
                        reach[at + 1] |= reach[at] && (*piece == Piece::Deep || text[at] != b'/');
                    }
                }
                Piece::Directories => {
                    let mut before = false;
                    for at in 0..text.len() {
                        before |= reach[at];
                        reach[at + 1] |= before && text[at] == b'/';
                    }
                }
            }
            if !reach.contains(&true) {
                return Some(false);
            }
        }
        Some(reach[text.len()])
    }
}

/// A class from behind its `[`, and where it ends. The quirks are git's.
fn class(text: &[u8], start: usize) -> (Piece, usize) {
    let never = (Piece::Nothing, text.len());
    let mut at = start;
    let negated = matches!(text.get(at), Some(b'!' | b'^'));
    at += usize::from(negated);
    let mut set = Box::new([false; 256]);
    let mut previous = 0;
    let mut first = true;
    // Where the next `]` is; looked for once, however many `[:` stand before it.
    let mut closing = at;
    loop {
        let Some(&byte) = text.get(at) else { return never };
        match byte {
            b']' if !first => break,
            b'\\' => {
                at += 1;
                let Some(&byte) = text.get(at) else { return never };
                set[usize::from(byte)] = true;
                previous = byte;
            }
            b'-' if previous != 0 && text.get(at + 1).is_some_and(|&b| b != b']') => {
                at += 1;
                if text[at] == b'\\' {
                    at += 1;
                }
                let Some(&last) = text.get(at) else { return never };
                (previous..=last).for_each(|byte| set[usize::from(byte)] = true);
                previous = 0;
            }
            b'[' if text.get(at + 1) == Some(&b':') => {
                if closing < at + 2 {
                    let Some(length) = memchr::memchr(b']', &text[at + 2..]) else { return never };
                    closing = at + 2 + length;
                }
                if let Some(name) = text[at + 2..closing].strip_suffix(b":") {
                    let Some(named) = named(name) else { return never };
                    (0..=u8::MAX).filter(named).for_each(|byte| set[usize::from(byte)] = true);
                    at = closing;
                    previous = 0;
                } else {
                    set[usize::from(b'[')] = true;
                    previous = b'[';
                }
            }
            byte => {
                set[usize::from(byte)] = true;
                previous = byte;
            }
        }
        first = false;
        at += 1;
    }
    if negated {
        set.iter_mut().for_each(|member| *member = !*member);
    }
    set[usize::from(b'/')] = false;
    (Piece::Class(set), at + 1)
}

/// The classes with names, for ASCII.
fn named(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alnum" => u8::is_ascii_alphanumeric,
        b"alpha" => u8::is_ascii_alphabetic,
        b"blank" => |b| matches!(b, b' ' | b'\t'),
        b"cntrl" => u8::is_ascii_control,
        b"digit" => u8::is_ascii_digit,
        b"graph" => u8::is_ascii_graphic,
        b"lower" => u8::is_ascii_lowercase,
        b"print" => |b| matches!(b, b' '..=b'~'),
        b"punct" => u8::is_ascii_punctuation,
        b"space" => |b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'),
        b"upper" => u8::is_ascii_uppercase,
        b"xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    })
}
