//! git's objects: what the files of a commit hold (git, `gitformat-pack`; loose objects are a zlib stream of a header and
//! the content).
//!
//! Only files that the index names are asked for, by the digest of their content, and what is found is checked against
//! it: whatever lies there, nothing else comes out. The reader is our own because the libraries bring an object
//! database with threads, caches and maps of memory for three lookups.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit as inflate;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};

use super::index::{Cursor, hex};
use super::read;
use crate::source::budget::LARGEST;

/// What one object may cost: it and all it is made from.
const MOST: usize = 8 * LARGEST;
/// Deltas of deltas; git itself ends at 4,095.
const DEEPEST: usize = 4096;
/// Places where objects may be, and packs in one of them.
const MOST_STORES: usize = 16;
const MOST_PACKS: usize = 4096;
/// Largest list of other places.
const SMALL: u64 = 64 << 10;
/// What a stream of no bytes takes, and what one takes more than its content at most, by a part of it.
const OVERHEAD: usize = 1024;

/// An entry of a tree: mode, name and id.
pub type Listed = (u32, Vec<u8>, Vec<u8>);

/// The places where the objects of a repository are.
#[derive(Debug)]
pub struct Objects {
    stores: Vec<Store>,
}

#[derive(Debug)]
struct Store {
    dir: PathBuf,
    /// The packs, without their ending.
    packs: OnceLock<Vec<PathBuf>>,
}

/// What is left to do for an object of a pack.
enum Base {
    Content(Vec<u8>),
    /// At another place of the same pack.
    At(u64),
    /// Wherever it is.
    Named(Vec<u8>),
}

impl Objects {
    /// The objects of a repository, by the directory that all its worktrees share.
    pub fn new(common: &Path) -> Self {
        let mut stores = Vec::new();
        let mut next = vec![common.join("objects")];
        while let Some(dir) = next.pop() {
            if stores.len() == MOST_STORES || stores.iter().any(|store: &Store| store.dir == dir) {
                continue;
            }
            let others = read(&dir.join("info/alternates"), SMALL).ok().flatten().unwrap_or_default();
            let others = String::from_utf8_lossy(&others).into_owned();
            next.extend(
                others.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| dir.join(line)),
            );
            stores.push(Store { dir, packs: OnceLock::new() });
        }
        Objects { stores }
    }

    /// The content of a file, by its id.
    ///
    /// # Errors
    /// When it is not there, too large or damaged; in words for people.
    pub fn blob(&self, id: &[u8]) -> Result<Vec<u8>, String> {
        self.object("blob", id)
    }

    /// The content of an object of a kind, likewise.
    fn object(&self, kind: &str, id: &[u8]) -> Result<Vec<u8>, String> {
        let content = self.content(id)?;
        if is(kind, id, &content) { Ok(content) } else { Err(damaged()) }
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// As [`Objects::blob`].
    pub fn tree_of(&self, commit: &[u8]) -> Result<Vec<u8>, String> {
        let text = self.object("commit", commit)?;
        let name = text.strip_prefix(b"tree ").and_then(|rest| rest.split(|&b| b == b'\n').next());
        name.and_then(unhex).ok_or_else(damaged)
    }

    /// What a tree lists: mode, name and id.
    ///
    /// # Errors
    /// As [`Objects::blob`].
    pub fn tree(&self, id: &[u8]) -> Result<Vec<Listed>, String> {
        let text = self.object("tree", id)?;
        let mut cursor = Cursor(&text);
        let mut entries = Vec::new();
        while !cursor.0.is_empty() {
            let mut field = |end: u8| {
                let length = memchr::memchr(end, cursor.0)?;
                cursor.take(length + 1).map(|field| field[..length].to_vec())
            };
            let (mode, name) = field(b' ').zip(field(0)).ok_or_else(damaged)?;
            let mode = std::str::from_utf8(&mode).ok().and_then(|mode| u32::from_str_radix(mode, 8).ok());
            let own = cursor.take(id.len()).ok_or_else(damaged)?.to_vec();
            entries.push((mode.ok_or_else(damaged)?, name, own));
        }
        Ok(entries)
    }

    fn content(&self, id: &[u8]) -> Result<Vec<u8>, String> {
        let mut id = id.to_vec();
        let mut deltas: Vec<Vec<u8>> = Vec::new();
        let mut room = MOST;
        let mut content = 'found: loop {
            let (mut pack, mut at) = match self.find(&id)? {
                Found::Content(content) => break content,
                Found::Packed(pack, at) => (pack, at),
            };
            loop {
                let (base, delta) = entry(&mut pack, at, id.len(), &mut room)?;
                deltas.extend(delta);
                if deltas.len() > DEEPEST {
                    return Err(damaged());
                }
                match base {
                    Base::Content(content) => break 'found content,
                    Base::At(earlier) => at = earlier,
                    Base::Named(base) => {
                        id = base;
                        continue 'found;
                    }
                }
            }
        };
        for delta in deltas.iter().rev() {
            content = apply(&content, delta, &mut room).ok_or_else(damaged)?;
        }
        Ok(content)
    }

    fn find(&self, id: &[u8]) -> Result<Found, String> {
        let name = hex(id);
        let (folder, file) = name.split_at(2);
        for store in &self.stores {
            if let Some(bytes) = read(&store.dir.join(folder).join(file), (LARGEST + OVERHEAD) as u64)? {
                let content = inflate(&bytes, LARGEST + OVERHEAD).map_err(|_| damaged())?;
                let header = memchr::memchr(0, &content).ok_or_else(damaged)?;
                return Ok(Found::Content(content.get(header + 1..).unwrap_or_default().to_vec()));
            }
            for pack in store.packs() {
                if let Some(at) = offset(&pack.with_extension("idx"), id)? {
                    return Ok(Found::Packed(open(&pack.with_extension("pack"))?.ok_or_else(missing)?, at));
                }
            }
        }
        Err(missing())
    }
}

enum Found {
    Content(Vec<u8>),
    Packed(File, u64),
}

impl Store {
    fn packs(&self) -> &[PathBuf] {
        self.packs.get_or_init(|| {
            let entries = fs::read_dir(self.dir.join("pack")).into_iter().flatten().flatten();
            let index = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "idx");
            let mut packs: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(index).take(MOST_PACKS).collect();
            packs.sort();
            packs
        })
    }
}

fn missing() -> String {
    "its content is not among git's objects; `git fetch --refetch` brings what a partial clone left out".to_owned()
}

fn damaged() -> String {
    "its content in git's objects is damaged; `git fsck` tells more".to_owned()
}

fn too_large() -> String {
    format!("is larger than {} MiB and was not read", LARGEST >> 20)
}

/// Whether the bytes are those of the file with this id.
pub fn is_blob(id: &[u8], bytes: &[u8]) -> bool {
    is("blob", id, bytes)
}

/// What [`hex`] makes hex of.
pub fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |&byte: &u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let pair = |pair: &[u8]| Some(digit(&pair[0])? << 4 | digit(pair.get(1)?)?);
    let bytes: Option<Vec<u8>> = text.chunks(2).map(pair).collect();
    bytes.filter(|bytes| bytes.len() == 20 || bytes.len() == 32)
}

fn is(kind: &str, id: &[u8], bytes: &[u8]) -> bool {
    let mut context = Context::new(if id.len() == 20 { &SHA1_FOR_LEGACY_USE_ONLY } else { &SHA256 });
    context.update(format!("{kind} {}\0", bytes.len()).as_bytes());
    context.update(bytes);
    context.finish().as_ref() == id
}

/// Opens a regular file.
fn open(path: &Path) -> Result<Option<File>, String> {
    if !fs::metadata(path).is_ok_and(|found| found.is_file()) {
        return Ok(None);
    }
    File::open(path).map(Some).map_err(|error| format!("git's objects cannot be read: {}", error.kind()))
}

fn part(file: &mut File, at: u64, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.take(most as u64).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| format!("git's objects cannot be read: {}", error.kind()))
}

/// Where an object is in a pack, from the pack's index (version 2: a table of 256 counts by the first byte of the id,
/// then the ids, checksums and offsets).
fn offset(index: &Path, id: &[u8]) -> Result<Option<u64>, String> {
    const TABLE: u64 = 8;
    const IDS: u64 = TABLE + 256 * 4;
    let Some(mut file) = open(index)? else { return Ok(None) };
    let head = part(&mut file, 0, IDS as usize)?;
    let mut cursor = Cursor(&head);
    if cursor.take(4) != Some(&[0xff, b't', b'O', b'c']) || cursor.number() != Some(2) {
        return Err("git's pack is in a form that gonogo does not know; `git repack -a -d` rewrites it".to_owned());
    }
    let counts: Vec<u64> = std::iter::from_fn(|| cursor.number().map(u64::from)).collect();
    let first = usize::from(id[0]);
    let (Some(&end), Some(&all)) = (counts.get(first), counts.get(255)) else { return Err(damaged()) };
    let start = first.checked_sub(1).map_or(0, |before| counts[before]);
    let length = id.len() as u64;
    let (mut low, mut high) = (start, end);
    while low < high {
        let middle = low + (high - low) / 2;
        let found = part(&mut file, IDS + middle * length, id.len())?;
        match found.as_slice().cmp(id) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => {
                let offsets = IDS + all * (length + 4);
                let at = part(&mut file, offsets + middle * 4, 4)?;
                let at = u64::from(Cursor(&at).number().ok_or_else(damaged)?);
                if at & 0x8000_0000 == 0 {
                    return Ok(Some(at));
                }
                let far = part(&mut file, offsets + all * 4 + (at & 0x7fff_ffff) * 8, 8)?;
                return Cursor(&far).long().map(Some).ok_or_else(damaged);
            }
        }
    }
    Ok(None)
}

/// An entry of a pack: what it is made from, and how if it is a delta.
fn entry(pack: &mut File, at: u64, hash: usize, room: &mut usize) -> Result<(Base, Option<Vec<u8>>), String> {
    let head = part(pack, at, 64)?;
    let mut cursor = Cursor(&head);
    let byte = || damaged();
    let mut next = *cursor.take(1).and_then(<[u8]>::first).ok_or_else(byte)?;
    let kind = next >> 4 & 7;
    let (mut size, mut shift) = (usize::from(next & 15), 4);
    while next & 128 != 0 {
        next = *cursor.take(1).and_then(<[u8]>::first).ok_or_else(byte)?;
        size |= usize::from(next & 127).checked_shl(shift).filter(|_| shift < 57).ok_or_else(byte)?;
        shift += 7;
    }
    let base = match kind {
        1..=3 => None,
        6 => {
            let back = cursor.offset().ok_or_else(byte)? as u64;
            Some(Base::At(at.checked_sub(back).filter(|_| back > 0).ok_or_else(byte)?))
        }
        7 => Some(Base::Named(cursor.take(hash).ok_or_else(byte)?.to_vec())),
        _ => return Err(damaged()),
    };
    if size > LARGEST {
        return Err(too_large());
    }
    *room = room.checked_sub(size + OVERHEAD).ok_or_else(too_large)?;
    let stream = at + (head.len() - cursor.0.len()) as u64;
    let bytes = part(pack, stream, size + size / 4 + OVERHEAD)?;
    let content = inflate(&bytes, size).map_err(|_| damaged())?;
    if content.len() != size {
        return Err(damaged());
    }
    Ok(match base {
        None => (Base::Content(content), None),
        Some(base) => (base, Some(content)),
    })
}

/// What a delta makes of its base. `None`: it is not about it.
fn apply(base: &[u8], delta: &[u8], room: &mut usize) -> Option<Vec<u8>> {
    let mut cursor = Cursor(delta);
    if cursor.size()? != base.len() {
        return None;
    }
    let size = cursor.size()?;
    if size > LARGEST {
        return None;
    }
    *room = room.checked_sub(size)?;
    let mut made = Vec::with_capacity(size);
    while let Some(&[op]) = cursor.take(1) {
        if op & 128 == 0 {
            made.extend_from_slice(cursor.take(usize::from(op)).filter(|new| !new.is_empty())?);
        } else {
            let mut number = |bits: std::ops::Range<u8>| {
                bits.clone().filter(|bit| op >> bit & 1 == 1).try_fold(0, |sum, bit| {
                    let byte = *cursor.take(1)?.first()?;
                    Some(sum | usize::from(byte) << ((bit - bits.start) * 8))
                })
            };
            let (from, length) = (number(0..4)?, number(4..7)?);
            let length = if length == 0 { 0x10000 } else { length };
            made.extend_from_slice(base.get(from..from.checked_add(length)?)?);
        }
        if made.len() > size {
            return None;
        }
    }
    (made.len() == size).then_some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delta_copies_and_adds() {
        let base = b"SECRET=one\nPORT=1\n";
        let delta = [&[18, 16][..], &[0x91, 11, 7], &[4], b"A=2\n", &[0x90, 5]].concat();
        assert_eq!(apply(base, &delta, &mut 1000).as_deref(), Some(&b"PORT=1\nA=2\nSECRE"[..]));
        for length in 0..delta.len() {
            assert_eq!(apply(base, &delta[..length], &mut 1000), None, "cut off at {length}");
        }
        assert_eq!(apply(b"another", &delta, &mut 1000), None);
        assert_eq!(apply(base, &delta, &mut 3), None, "no room");
        assert_eq!(apply(base, &[18, 1, 0], &mut 1000), None, "an operation of nothing");
    }

    #[test]
    fn a_file_is_known_by_its_digest() {
        let id = [
            0xe6, 0x9d, 0xe2, 0x9b, 0xb2, 0xd1, 0xd6, 0x43, 0x4b, 0x8b, 0x29, 0xae, 0x77, 0x5a, 0xd8, 0xc2, 0xe4, 0x8c,
            0x53, 0x91,
        ];
        assert!(is_blob(&id, b"") && !is_blob(&id, b"x"));
    }
}
