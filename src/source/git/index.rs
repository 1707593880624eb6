//! git's index: the list of tracked files (git, `Documentation/gitformat-index`, versions 2 to 4).
//!
//! A split index is put together from its two files; what a sparse index leaves out is not known. Nothing in the
//! repository's configuration is asked.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

use super::read;
use crate::source::answer::{Answer, Why};

/// Largest index that is read; a million files take about 100 MiB.
const LARGEST: u64 = 256 << 20;
/// Longest name; systems end at 4,096.
const LONGEST_NAME: usize = 1 << 15;
/// All names that are kept, together.
const MOST_NAMES: usize = 64 << 20;

/// What the index says about the files below one directory.
#[derive(Debug, Default)]
pub struct Index {
    tracked: HashSet<Box<[u8]>>,
    /// Directories, with their final `/`, that a sparse index names as a whole.
    sparse: Vec<Box<[u8]>>,
    /// Ignore files that are tracked and kept out of the working tree: git reads them from its objects.
    hidden_rules: HashSet<Box<[u8]>>,
}

impl Index {
    /// Reads the index in a repository's directory, and keeps the names that start with `below`. No index means that
    /// nothing is tracked yet.
    pub fn read(repository: &Path, below: &[u8]) -> Result<Index, String> {
        let mut index = Index::default();
        let mut room = MOST_NAMES;
        walk(repository, "index", &mut |entry| index.add(entry, below, &mut room))?;
        Ok(index)
    }

    fn add(&mut self, entry: &Entry, below: &[u8], room: &mut usize) -> Result<(), String> {
        let name = entry.name;
        let rules = entry.is_skipped() && (name == b".gitignore" || name.ends_with(b"/.gitignore"));
        if !entry.is_directory() && !rules && !name.starts_with(below) {
            return Ok(());
        }
        *room = room.checked_sub(name.len()).ok_or("names too many files for gonogo")?;
        if rules {
            self.hidden_rules.insert(name.into());
        }
        if entry.is_directory() {
            self.sparse.push(name.into());
        } else {
            self.tracked.insert(name.into());
        }
        Ok(())
    }

    /// Whether the file is in it.
    pub fn holds(&self, path: &[u8]) -> Answer<()> {
        if self.tracked.contains(path) {
            return Answer::Yes(());
        }
        if let Some(directory) = self.sparse.iter().find(|directory| path.starts_with(directory)) {
            let directory = String::from_utf8_lossy(directory);
            return Answer::Unknown(Why::new(format!(
                "git's index is sparse and names only `{directory}` as a whole, so nobody can tell which files in it are tracked; \
                 `git sparse-checkout reapply --no-sparse-index` writes them out"
            )));
        }
        Answer::No(Why::new("git's index does not name it"))
    }

    /// Whether the working tree lacks an ignore file that counts.
    pub fn hides(&self, rules: &[u8]) -> bool {
        self.hidden_rules.contains(rules)
    }
}

/// The trees that git has worked out already of what is staged: by directory, `""` for the top.
pub type Trees = HashMap<Vec<u8>, Vec<u8>>;

/// Goes through the entries of the index that is called `name` in a repository's directory; those of a split one are put
/// together.
pub fn walk(
    repository: &Path,
    name: &str,
    each: &mut dyn FnMut(&Entry) -> Result<(), String>,
) -> Result<Trees, String> {
    let Some(bytes) = open(&repository.join(name))? else { return Ok(Trees::new()) };
    let mut own = File::parse(&bytes)?;
    if let Some(link) = own.link.take() {
        let base = open(&repository.join(format!("sharedindex.{}", hex(link.base))))?;
        let base = base.ok_or_else(|| format!("is split, and the shared part is not there{ANEW}"))?;
        let base = File::parse(&base)?;
        let mut bitmaps = Cursor(link.bitmaps);
        let (deleted, replaced) = (bitmap(&mut bitmaps, base.count)?, bitmap(&mut bitmaps, base.count)?);
        // An entry without a name stands for the next one of the shared part that is replaced.
        let mut newer = Vec::new();
        own.entries(&mut |_, entry| {
            if entry.name.is_empty() {
                newer.push((entry.id.to_vec(), entry.mode, entry.flags, entry.more));
            }
            Ok(())
        })?;
        let mut newer = newer.iter();
        base.entries(&mut |position, entry| {
            let newer = replaced.contains(&position).then(|| newer.next()).flatten();
            let entry = newer.map_or(*entry, |(id, mode, flags, more)| Entry {
                name: entry.name,
                id,
                mode: *mode,
                flags: *flags,
                more: *more,
            });
            if deleted.contains(&position) { Ok(()) } else { each(&entry) }
        })?;
    }
    own.entries(&mut |_, entry| if entry.name.is_empty() { Ok(()) } else { each(entry) })?;
    Ok(own.trees.and_then(|trees| read_trees(trees, own.hash)).unwrap_or_default())
}

/// The extension `TREE`: each directory with its name, the number of its files (or -1: to be worked out anew), that of
/// its subdirectories, which follow, and its tree.
fn read_trees(bytes: &[u8], hash: usize) -> Option<Trees> {
    let mut cursor = Cursor(bytes);
    let mut trees = Trees::new();
    // The directories that are open, and how many of each are still to come.
    let mut open: Vec<(Vec<u8>, usize)> = Vec::new();
    while !cursor.0.is_empty() {
        let mut field = |end: u8| {
            let length = memchr::memchr(end, cursor.0)?;
            cursor.take(length + 1).map(|field| &field[..length])
        };
        let (name, files, inner) = (field(0)?, field(b' ')?, field(b'\n')?);
        while open.pop_if(|(_, left)| *left == 0).is_some() {}
        let mut path = open.last().map(|(path, _)| path.clone()).unwrap_or_default();
        if let Some((_, left)) = open.last_mut() {
            *left -= 1;
        }
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        open.push((path.clone(), std::str::from_utf8(inner).ok()?.parse().ok()?));
        if path.len() > LONGEST_NAME {
            return None;
        }
        if files != b"-1" {
            trees.insert(path, cursor.take(hash)?.to_vec());
        }
    }
    Some(trees)
}

const ANEW: &str = "; `rm .git/index && git reset` makes a new one";

fn damaged(how: &str) -> String {
    format!("is damaged ({how}){ANEW}")
}

fn open(path: &Path) -> Result<Option<Vec<u8>>, String> {
    read(path, LARGEST)
}

/// Bytes as git writes them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One index file, checked but for its entries.
struct File<'a> {
    version: u32,
    count: u32,
    /// Bytes of an object's name: 20 with SHA-1, 32 with SHA-256. Only the configuration says which; the checksum at
    /// the end fits one of them.
    hash: usize,
    body: &'a [u8],
    link: Option<Link<'a>>,
    trees: Option<&'a [u8]>,
}

struct Link<'a> {
    base: &'a [u8],
    bitmaps: &'a [u8],
}

/// One entry.
#[derive(Copy, Clone)]
pub struct Entry<'a> {
    /// Its path from the top.
    pub name: &'a [u8],
    /// The name of its object.
    pub id: &'a [u8],
    /// What it is, as in a tree: `0o100644` a file, `0o120000` a link, `0o160000` a submodule.
    pub mode: u32,
    flags: u16,
    more: u16,
}

impl Entry<'_> {
    /// A whole directory, in a sparse index.
    pub fn is_directory(&self) -> bool {
        self.mode == 0o40000
    }

    /// Kept out of the working tree.
    fn is_skipped(&self) -> bool {
        self.more & 0x4000 != 0
    }

    /// Named, and not in the next commit (`git add --intent-to-add`).
    pub fn is_for_later(&self) -> bool {
        self.more & 0x2000 != 0
    }

    /// One side of a conflict.
    pub fn is_in_conflict(&self) -> bool {
        self.flags & 0x3000 != 0
    }
}

impl<'a> File<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let mut cursor = Cursor(bytes);
        if cursor.take(4) != Some(b"DIRC") {
            return Err(damaged("it does not start like one"));
        }
        let (Some(version), Some(count)) = (cursor.number(), cursor.number()) else {
            return Err(damaged("it is cut off"));
        };
        if !(2..=4).contains(&version) {
            return Err(format!(
                "has version {version}, and gonogo reads 2 to 4; `git update-index --index-version 4` rewrites it"
            ));
        }
        let mut outcome = Err(damaged("its checksum is wrong"));
        for hash in sums(bytes) {
            outcome = File { version, count, hash, body: cursor.0, link: None, trees: None }.check();
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    /// Walks over everything once, and finds the extensions.
    fn check(mut self) -> Result<Self, String> {
        let file = &mut self;
        file.body = file.body.get(..file.body.len().saturating_sub(file.hash)).unwrap_or(&[]);
        let mut rest = Cursor(file.entries(&mut |_, _| Ok(()))?);
        while !rest.0.is_empty() {
            let (Some(name), Some(size)) = (rest.take(4), rest.number()) else { return Err(damaged("it is cut off")) };
            let Some(content) = rest.take(size as usize) else { return Err(damaged("it is cut off")) };
            match name {
                b"link" if content.len() >= file.hash => {
                    let (base, bitmaps) = content.split_at(file.hash);
                    file.link = base.iter().any(|&b| b != 0).then_some(Link { base, bitmaps });
                }
                b"TREE" => file.trees = Some(content),
                b"sdir" => {}
                // A capital letter: made to be skipped by those who do not know it.
                [b'A'..=b'Z', ..] => {}
                _ => return Err("uses an extension that gonogo does not know; a newer gonogo may".into()),
            }
        }
        Ok(self)
    }

    /// Goes through the entries and returns what follows them.
    fn entries(&self, each: &mut dyn FnMut(u32, &Entry) -> Result<(), String>) -> Result<&'a [u8], String> {
        let cut = || damaged("it is cut off");
        let mut cursor = Cursor(self.body);
        let mut name: Vec<u8> = Vec::new();
        for position in 0..self.count {
            let before = cursor.0.len();
            // Times, device, inode; the mode; owner, group, size; the object.
            cursor.take(24).ok_or_else(cut)?;
            let mode = cursor.number().ok_or_else(cut)?;
            cursor.take(12).ok_or_else(cut)?;
            let id = cursor.take(self.hash).ok_or_else(cut)?;
            let flags = cursor.short().ok_or_else(cut)?;
            let more = if flags & 0x4000 != 0 { cursor.short().ok_or_else(cut)? } else { 0 };
            if self.version == 4 {
                let strip = cursor.offset().ok_or_else(cut)?;
                let keep = name.len().checked_sub(strip).ok_or_else(|| damaged("a name is wrong"))?;
                name.truncate(keep);
            } else {
                name.clear();
            }
            let length = memchr::memchr(0, cursor.0).ok_or_else(cut)?;
            name.extend_from_slice(cursor.take(length).ok_or_else(cut)?);
            if name.len() > LONGEST_NAME {
                return Err(damaged("a name is too long"));
            }
            cursor.take(1).ok_or_else(cut)?;
            if self.version < 4 {
                // Up to seven more zeros: an entry is a multiple of eight bytes long.
                let used = before - cursor.0.len();
                cursor.take(used.next_multiple_of(8) - used).ok_or_else(cut)?;
            }
            each(position, &Entry { name: &name, id, mode, flags, more })?;
        }
        Ok(cursor.0)
    }
}

/// The lengths that the checksum at the end of the file can have. With `index.skipHash` it is all zeros and fits both.
fn sums(bytes: &[u8]) -> Vec<usize> {
    let fits = |algorithm: &'static Algorithm| {
        let split = bytes.len().checked_sub(algorithm.output_len()).and_then(|at| bytes.split_at_checked(at));
        let (content, sum) = split?;
        let fits = sum.iter().all(|&byte| byte == 0) || digest(algorithm, content).as_ref() == sum;
        fits.then_some(sum.len())
    };
    [&SHA1_FOR_LEGACY_USE_ONLY, &SHA256].into_iter().filter_map(fits).collect()
}

/// The positions that are set in the next EWAH bitmap (git, `ewah/ewah_io.c`): words of 64 bits, some of them markers that
/// say how many equal words and how many plain words follow.
fn bitmap(cursor: &mut Cursor, most: u32) -> Result<HashSet<u32>, String> {
    let wrong = || damaged("what is changed cannot be read");
    let mut set = HashSet::new();
    if cursor.0.is_empty() {
        return Ok(set);
    }
    let (bits, words) = (cursor.number().ok_or_else(wrong)?, cursor.number().ok_or_else(wrong)?);
    if bits > most {
        return Err(wrong());
    }
    let mut words = Cursor(cursor.take((words as usize).checked_mul(8).ok_or_else(wrong)?).ok_or_else(wrong)?);
    let mut at: u64 = 0;
    while let Some(marker) = words.long() {
        let (value, run, plain) = (marker & 1, (marker >> 1) & 0xffff_ffff, marker >> 33);
        let end = at + run * 64;
        if value == 1 {
            set.extend((at..end.min(u64::from(bits))).map(|bit| bit as u32));
        }
        at = end;
        for _ in 0..plain {
            let word = words.long().ok_or_else(wrong)?;
            set.extend((0..64).filter(|bit| word >> bit & 1 == 1).map(|bit| (at + bit) as u32));
            at += 64;
        }
        if at > u64::from(bits).next_multiple_of(64) {
            return Err(wrong());
        }
    }
    // Where the last marker is: for who appends.
    cursor.take(4);
    Ok(set)
}

/// Bytes that are taken from the front.
pub struct Cursor<'a>(pub &'a [u8]);

impl<'a> Cursor<'a> {
    /// The next bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    /// The next four bytes.
    pub fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// The next eight bytes.
    pub fn long(&mut self) -> Option<u64> {
        Some(u64::from_be_bytes(self.take(8)?.try_into().ok()?))
    }

    /// A size as deltas have it: seven bits a byte, the lowest first.
    pub fn size(&mut self) -> Option<usize> {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = *self.take(1)?.first()?;
            value |= usize::from(byte & 127).checked_shl(shift).filter(|_| shift < 57)?;
            shift += 7;
            if byte & 128 == 0 {
                return Some(value);
            }
        }
    }

    /// A number in git's own variable length (`varint.c`): seven bits a byte, each further byte counts one more.
    pub fn offset(&mut self) -> Option<usize> {
        let mut byte = *self.take(1)?.first()?;
        let mut value = usize::from(byte & 127);
        while byte & 128 != 0 {
            byte = *self.take(1)?.first()?;
            value = value.checked_add(1)?.checked_mul(128)? + usize::from(byte & 127);
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &[u8]) -> Vec<u8> {
        let mut bytes =
            [&[0; 24][..], &0o100_644u32.to_be_bytes(), &[0; 32], &(name.len() as u16).to_be_bytes(), name].concat();
        bytes.resize(bytes.len() / 8 * 8 + 8, 0);
        bytes
    }

    fn file(count: u32, rest: &[u8]) -> Vec<u8> {
        let mut bytes = [&b"DIRC\0\0\0\x02"[..], &count.to_be_bytes(), rest].concat();
        let sum = digest(&SHA1_FOR_LEGACY_USE_ONLY, &bytes);
        bytes.extend_from_slice(sum.as_ref());
        bytes
    }

    fn names(bytes: &[u8]) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        File::parse(bytes)?.entries(&mut |_, entry| {
            names.push(String::from_utf8_lossy(entry.name).into_owned());
            Ok(())
        })?;
        Ok(names)
    }

    #[test]
    fn entries_have_names() {
        let bytes = file(2, &[entry(b".env"), entry(b"a/longer-name.txt")].concat());
        assert_eq!(names(&bytes), Ok(vec![".env".to_owned(), "a/longer-name.txt".to_owned()]));
    }

    #[test]
    fn whatever_is_damaged_is_an_error_and_no_panic() {
        let good = file(2, &[entry(b".env"), entry(b"b")].concat());
        for length in 0..good.len() {
            assert!(names(&good[..length]).is_err(), "cut off at {length}");
            let mut changed = good.clone();
            changed[length] ^= 0x55;
            assert!(names(&changed).is_err(), "changed at {length}");
        }
        // With a right checksum, too.
        for count in [0, 1, 3, u32::MAX] {
            assert!(names(&file(count, &[entry(b".env"), entry(b"b")].concat())).is_err(), "{count} entries");
        }
        for end in ["TREE\0\0\0\x09abc", "link\0\0\0\x01a", "new!\0\0\0\x01a", "UNTR"] {
            assert!(names(&file(0, end.as_bytes())).is_err(), "{end:?}");
        }
        assert!(names(&file(0, b"TREE\0\0\0\x03abc")).is_ok());
    }

    #[test]
    fn a_bitmap_has_runs_and_words() {
        let marker = |value: u64, run: u64, plain: u64| (value | run << 1 | plain << 33).to_be_bytes();
        let bytes =
            [&200u32.to_be_bytes()[..], &3u32.to_be_bytes(), &marker(0, 1, 1), &5u64.to_be_bytes(), &marker(1, 1, 0)];
        let set = bitmap(&mut Cursor(&bytes.concat()), 200).unwrap();
        assert!(
            set.contains(&64) && set.contains(&66) && !set.contains(&65) && set.contains(&128) && set.contains(&191)
        );
        assert_eq!(set.len(), 66);
        let endless = [&200u32.to_be_bytes()[..], &1u32.to_be_bytes(), &marker(1, 0xffff_ffff, 0)].concat();
        assert!(bitmap(&mut Cursor(&endless), 200).is_err());
        assert!(bitmap(&mut Cursor(&endless), 100).is_err());
    }

    #[test]
    fn trees_have_their_paths() {
        let id = |byte: u8| vec![byte; 20];
        let bytes = [&b"\x003 2\n"[..], &id(1), b"a\x00-1 1\n", b"b\x001 0\n", &id(2), b"c\x001 0\n", &id(3)];
        let trees = read_trees(&bytes.concat(), 20).unwrap();
        let tree = |path: &str| trees.get(path.as_bytes()).map(|id| id[0]);
        assert_eq!((tree(""), tree("a"), tree("a/b"), tree("c")), (Some(1), None, Some(2), Some(3)));
        for length in 1..bytes.concat().len() {
            let _ = read_trees(&bytes.concat()[..length], 20);
        }
        assert_eq!(read_trees(b"\x00x y\n", 20), None);
    }

    #[test]
    fn offsets_are_those_of_git() {
        for (bytes, value) in [(&[5][..], 5), (&[0x80, 0][..], 128), (&[0x80, 0x7f][..], 255), (&[0x81, 0][..], 256)] {
            assert_eq!(Cursor(bytes).offset(), Some(value));
        }
        assert_eq!(Cursor(&[0xff; 40]).offset(), None);
    }
}
