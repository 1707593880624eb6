//! PEM armour (RFC 7468) as OpenSSL reads it: blocks with byte spans, and everything that keeps a program from
//! finding them.
//!
//! OpenSSL (`crypto/pem/pem_lib.c`) takes a line as a marker only when it starts at the first column, has five dashes
//! on both sides and nothing but blanks behind them. The scanner also recognises markers that miss this, so that it
//! can say what is wrong with them.

mod content;
mod scan;

pub use crate::secret::base64::Base64Error;
pub use content::Content;

use std::fmt;
use std::ops::Range;

use super::{Claim, Name, Tree};
use crate::secret::base64;
use crate::source::{Source, Span, Spanned};

/// A file as written.
#[derive(Clone, Debug)]
pub struct File {
    /// The whole file.
    pub span: Span,
    /// The blocks in order, broken ones included.
    pub blocks: Vec<Block>,
    /// What is wrong with the armour, in order of place.
    pub problems: Vec<Problem>,
    /// What the file is.
    pub content: Content,
    /// The comments between blocks, each from `#` to the end of its line.
    pub comments: Vec<Span>,
}

/// Broken armour is in [`File::problems`] and has rules of its own: there are no faults.
impl Tree for File {
    fn comments(&self) -> &[Span] {
        &self.comments
    }
}

/// Which files are certificates and keys.
pub fn claim(name: &Name) -> Claim {
    if is_keyring(name) { Claim::Likely(holds_a_key) } else { Claim::by_content(is_name(name), look) }
}

/// JSON that programs keep keys in, by its name: accounts of services, signing keys.
fn is_keyring(name: &Name) -> bool {
    const WORDS: [&str; 8] = ["key", "account", "credential", "secret", "firebase", "auth", "cert", "acme"];
    let own = name.lower();
    name.ending() == "json" && WORDS.iter().any(|word| own.contains(word))
}

fn holds_a_key(_: &Name, bytes: &[u8]) -> Option<&'static str> {
    let json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    let plain = || memchr::memmem::find(bytes, b"PRIVATE KEY-----").is_some();
    let packed = || std::str::from_utf8(bytes).is_ok_and(|text| packed(text).next().is_some());
    (json && (plain() || packed())).then_some("it holds a private key")
}

/// What a base64 of `-----BEGIN ` begins with.
const PACKED: &str = "LS0tLS1CRUdJTi";

/// The private keys in JSON that stand there as base64 of a PEM file, or of the key itself: those of the certificates and of the
/// account in the `acme.json` of Traefik. Each with its label and what is in it.
fn packed(text: &str) -> impl Iterator<Item = (Range<usize>, String, Vec<u8>)> {
    let (mut at, mut name, mut between) = (0, "", "");
    text.split('"').filter_map(move |piece| {
        let place = at..at + piece.len();
        at = place.end + 1;
        let is_key = name == "PrivateKey" && between.trim() == ":" && piece.len() >= SHORTEST;
        (name, between) = (between, piece);
        let (label, der) = match is_key {
            true => ("RSA PRIVATE KEY".to_owned(), base64::decode_value(piece)?),
            false => unpacked(piece)?,
        };
        Some((place, label, der))
    })
}

/// The label and the body of a private key that a value is the base64 of.
fn unpacked(value: &str) -> Option<(String, Vec<u8>)> {
    let pem = String::from_utf8(value.starts_with(PACKED).then(|| base64::decode_value(value))??).ok()?;
    let (label, rest) = pem.strip_prefix("-----BEGIN ")?.split_once("-----")?;
    let body = rest.split_once("-----END")?.0;
    let der = base64::decode(body.as_bytes(), false).ok().filter(|_| label.ends_with("PRIVATE KEY"))?;
    Some((label.to_owned(), der))
}

/// What is shorter, or no base64, stands for a key.
const SHORTEST: usize = 48;

/// Whether a file of this name may hold certificates and keys.
pub fn is_name(name: &Name) -> bool {
    matches!(name.ending(), "pem" | "crt" | "cer" | "cert" | "key" | "der")
}

fn look(name: &Name, bytes: &[u8]) -> Option<&'static str> {
    let text = memchr::memmem::find(bytes, b"-----BEGIN").is_some();
    let der = bytes.first() == Some(&0x30) && bytes.get(1).is_some_and(|&b| b >= 0x80);
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    // A `.key` can be anything (Keynote, licence keys); a certificate's name is a promise.
    let promised = match name.ending() {
        "pem" | "crt" => true,
        "key" => false,
        _ => bytes.is_empty(),
    };
    (text || der || utf16 || promised).then_some("by its name and what is in it")
}

/// One block, from `BEGIN` to `END`.
#[derive(Clone)]
pub struct Block {
    /// What the `BEGIN` line says: `CERTIFICATE`, `PRIVATE KEY`, ...
    pub label: String,
    /// The `BEGIN` marker, dashes included.
    pub begin: Span,
    /// The `END` marker; `None` when the file or the next block comes first.
    pub end: Option<Span>,
    /// Everything between the markers.
    pub body: Span,
    /// Headers of the old form (`Proc-Type: 4,ENCRYPTED`), name and value.
    pub headers: Vec<(Spanned<String>, String)>,
    /// The decoded body, or the place where decoding stopped.
    pub der: Result<Vec<u8>, Base64Error>,
    /// Whether OpenSSL would read the block: marker lines, body and end are as they must be.
    pub sound: bool,
}

/// Something wrong with the armour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// What it is.
    pub kind: ProblemKind,
    /// Where it is.
    pub span: Span,
    /// The block it belongs to, an index into [`File::blocks`].
    pub block: Option<usize>,
}

/// The ways armour breaks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// `-----END X----------BEGIN Y-----`: two markers on one line.
    Joined,
    /// Not five dashes; how many there are left and right.
    Dashes(usize, usize),
    /// Other text on the marker's line.
    TextOnMarker,
    /// `END` names something other than `BEGIN`.
    LabelMismatch,
    /// The next `BEGIN` comes before this block's `END`.
    MissingEnd,
    /// An `END` nobody began.
    MissingBegin,
    /// The file ends inside the block.
    Truncated,
    /// A character that base64 does not have, or a body of impossible length.
    BadBase64,
    /// Nothing between the markers.
    EmptyBlock,
    /// Text that stands for a certificate instead of one.
    Placeholder,
    /// A UTF-8 byte order mark before a marker.
    ByteOrderMark,
    /// The file is UTF-16.
    Utf16,
    /// Blanks before the markers.
    Indented,
    /// `\n` written as two characters instead of line ends.
    EscapedNewlines,
    /// A base64 line of more than 76 characters; its length.
    LongLine(usize),
}

impl ProblemKind {
    /// Whether a block may be lost to a reader because of it, so that nothing may be called missing.
    pub fn hides_blocks(&self) -> bool {
        !matches!(self, ProblemKind::ByteOrderMark | ProblemKind::LongLine(_))
    }
}

impl fmt::Debug for Block {
    /// Never the body: it may be a private key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let der = self.der.as_ref().map(Vec::len);
        f.debug_struct("Block").field("label", &self.label).field("begin", &self.begin).field("der", &der).finish()
    }
}

impl Block {
    /// From the first byte of `BEGIN` to the last of `END` (or of the body).
    pub fn span(&self) -> Span {
        self.begin.to(self.end.unwrap_or(self.body))
    }

    /// A certificate under any of the labels OpenSSL takes for one (`PEM_STRING_X509*`).
    pub fn is_certificate(&self) -> bool {
        matches!(self.label.as_str(), "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE")
    }

    /// Everybody may see what is under these labels; what is under one that nobody knows may be a key.
    pub fn is_public(&self) -> bool {
        const PUBLIC: [&str; 14] = [
            "CERTIFICATE",
            "X509 CERTIFICATE",
            "TRUSTED CERTIFICATE",
            "CERTIFICATE REQUEST",
            "NEW CERTIFICATE REQUEST",
            "ATTRIBUTE CERTIFICATE",
            "PUBLIC KEY",
            "RSA PUBLIC KEY",
            "DH PARAMETERS",
            "X9.42 DH PARAMETERS",
            "EC PARAMETERS",
            "X509 CRL",
            "PKCS7",
            "CMS",
        ];
        PUBLIC.contains(&self.label.as_str())
    }

    /// A private key in any form.
    pub fn is_private_key(&self) -> bool {
        self.label == "PRIVATE KEY" || self.label.ends_with(" PRIVATE KEY")
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.value == name).map(|(_, value)| value.as_str())
    }
}

/// So many keys of one file are read.
const MOST_PACKED: usize = 100;

/// Scans a file. Never fails: what is broken is in [`File::problems`].
pub fn parse(source: &Source) -> File {
    let mut file = scan::scan(source);
    if source.path.ends_with(".json") {
        // The lines of a key in JSON are not those of a file.
        let may_be = |block: &Block| {
            let decodes = matches!(&block.der, Ok(_) | Err(Base64Error::Length(_)));
            decodes && (block.body.end - block.body.start) as usize >= SHORTEST
        };
        file.problems.clear();
        file.blocks.retain(|block| block.is_private_key() && may_be(block));
        let at = |range: Range<usize>| Span::new(source.id, range.start, range.end);
        file.blocks.extend(packed(source.text()).take(MOST_PACKED).map(|(range, label, der)| Block {
            label,
            begin: at(range.start..range.start + PACKED.len()),
            end: None,
            body: at(range),
            headers: Vec::new(),
            der: Ok(der),
            sound: true,
        }));
        file.content = Content::Pem;
        return file;
    }
    file.content = content::content(source, &file.blocks);
    if file.content == Content::Utf16 {
        let span = Span::new(source.id, 0, source.text().len().min(2));
        file.problems.push(Problem { kind: ProblemKind::Utf16, span, block: None });
    }
    file
}

#[cfg(test)]
mod tests;
