use proptest::prelude::*;

use super::ProblemKind::*;
use super::*;
use crate::source::FileId;

fn file(text: &[u8]) -> File {
    parse(&Source::new(FileId(0), "a.pem", text.to_vec()))
}

fn kinds(text: &str) -> Vec<ProblemKind> {
    file(text.as_bytes()).problems.into_iter().map(|problem| problem.kind).collect()
}

const BODY: &str = "Zm9v\nYmFy\n";

fn block(label: &str) -> String {
    format!("-----BEGIN {label}-----\n{BODY}-----END {label}-----\n")
}

#[test]
fn blocks_have_spans_and_bytes() {
    let text = format!("# leaf\r\n{}text between\n{}", block("CERTIFICATE"), block("EC PRIVATE KEY"));
    let file = file(text.as_bytes());
    assert_eq!(file.problems, []);
    assert_eq!(file.content, Content::Pem);
    assert_eq!(file.comments.len(), 1);
    let shown: Vec<_> = file.blocks.iter().map(|b| (b.label.as_str(), b.der.clone().unwrap(), b.sound)).collect();
    let plain = b"foobar".to_vec();
    assert_eq!(shown, [("CERTIFICATE", plain.clone(), true), ("EC PRIVATE KEY", plain, true)]);
    assert_eq!(&text[file.blocks[0].begin.range()], "-----BEGIN CERTIFICATE-----");
    assert_eq!(&text[file.blocks[0].end.unwrap().range()], "-----END CERTIFICATE-----");
    assert_eq!(&text[file.blocks[0].body.range()], "\nZm9v\nYmFy\n");
}

#[test]
fn broken_boundaries() {
    let good = block("CERTIFICATE");
    let joined = format!("{}{good}", good.trim_end());
    assert_eq!(kinds(&joined), [Joined]);
    assert_eq!(file(joined.as_bytes()).blocks.len(), 2);
    let short = format!("{}-----{good}", good.trim_end().trim_end_matches('-'));
    assert_eq!(kinds(&short.replacen("----------", "-----", 1)), [Joined]);
    assert_eq!(kinds(&good.replacen("-----BEGIN", "----BEGIN", 1)), [Dashes(4, 5)]);
    assert_eq!(kinds(&good.replacen("-----END", "------END", 1)), [Dashes(6, 5)]);
    assert_eq!(kinds(&good.replacen("E-----\nZ", "E----- # leaf\nZ", 1)), [TextOnMarker]);
    assert_eq!(kinds(&good.replacen("-----END CERTIFICATE-----", "-----END CERTIFICATE-----;", 1)), [TextOnMarker]);
    assert_eq!(kinds(&good.replacen("END CERTIFICATE", "END X509 CERTIFICATE", 1)), [LabelMismatch]);
    assert_eq!(kinds(&format!("-----BEGIN CERTIFICATE-----\n{BODY}{good}")), [MissingEnd]);
    assert_eq!(kinds(&format!("{good}-----END CERTIFICATE-----\n")), [MissingBegin]);
    assert_eq!(kinds(&format!("-----BEGIN CERTIFICATE-----\n{BODY}")), [Truncated]);
    assert_eq!(kinds(&format!("-----BEGIN CERTIFICATE-----\n{BODY}-----END CERTIF")), [Truncated]);
    assert_eq!(kinds(&good.replace("\n-----END", "-----END")), [TextOnMarker]);
}

#[test]
fn broken_bodies() {
    let good = block("CERTIFICATE");
    assert_eq!(kinds(&good.replacen("Zm9v", "Zm9!", 1)), [BadBase64]);
    assert_eq!(kinds(&good.replacen("Zm9v", "Zm9", 1)), [BadBase64]);
    assert_eq!(kinds(&good.replacen(BODY, "", 1)), [EmptyBlock]);
    assert_eq!(kinds(&good.replacen(BODY, "YOUR_CERTIFICATE_HERE\n", 1)), [Placeholder]);
    assert_eq!(kinds(&good.replacen(BODY, "...\n", 1)), [Placeholder]);
    assert_eq!(kinds(&good.replacen(BODY, "MIIB...snip...\n", 1)), [Placeholder]);
    assert_eq!(kinds(&good.replacen("Zm9v\n", &"Zm9v".repeat(20), 1)), [LongLine(84)]);
}

#[test]
fn odd_encodings() {
    let good = block("CERTIFICATE");
    assert_eq!(kinds(&format!("\u{feff}{good}")), [ByteOrderMark]);
    assert_eq!(kinds(&format!("{good}\u{feff}{good}")), [ByteOrderMark]);
    assert_eq!(file(format!("\u{feff}{good}").as_bytes()).blocks.len(), 1);
    assert_eq!(kinds(&good.replace('\n', "\n    ").replacen("-----", "    -----", 1)), [Indented]);
    let escaped = good.trim_end().replace('\n', "\\n");
    assert_eq!(kinds(&escaped), [EscapedNewlines]);
    assert_eq!(file(escaped.as_bytes()).blocks[0].der, Ok(b"foobar".to_vec()));
    assert_eq!(kinds(&good.replace('\n', "\r\n")), []);
    let utf16: Vec<u8> = [0xfeffu16].into_iter().chain(good.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(file(&utf16).content, Content::Utf16);
}

#[test]
fn prose_is_not_armour() {
    assert_eq!(kinds("# paste it between BEGIN and END here\n-- BEGIN OF FILE --\n"), []);
    assert_eq!(file(b"hello\n").content, Content::Other);
    assert_eq!(file(b" \n").content, Content::Empty);
    assert_eq!(file(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n").content, Content::GitLfs);
    assert_eq!(file(b"<!DOCTYPE html><html></html>").content, Content::Html);
}

#[test]
fn old_headers_are_read() {
    let text = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nZm9v\n-----END RSA PRIVATE KEY-----\n";
    let file = file(text.as_bytes());
    assert_eq!(file.blocks[0].header("Proc-Type"), Some("4,ENCRYPTED"));
    assert_eq!(file.blocks[0].der, Ok(b"foo".to_vec()));
    assert!(!format!("{file:?}").contains("102, 111"), "a debug print must not show the body");
}

#[test]
fn size_does_not_matter() {
    let long = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", "A".repeat(10 << 20));
    assert_eq!(file(long.as_bytes()).blocks.len(), 1);
    let many = "-----BEGIN CERTIFICATE-----".repeat(100_000);
    assert_eq!(file(many.as_bytes()).blocks.len(), 100_000);
    let ends = "-----END X-----\\n".repeat(100_000);
    let _ = file(ends.as_bytes());
    let words = "BEGIN END ".repeat(1_000_000);
    assert_eq!(file(words.as_bytes()).blocks.len(), 0);
}

proptest! {
    /// Whatever the bytes, all spans are inside the file and on character boundaries.
    #[test]
    fn spans_are_sound(parts in prop::collection::vec(prop_oneof![
        Just("-----BEGIN CERTIFICATE-----".to_owned()),
        Just("-----END CERTIFICATE-----".to_owned()),
        Just("----BEGIN PRIVATE KEY----".to_owned()),
        Just("\n".to_owned()), Just("\\n".to_owned()), Just("\u{feff}".to_owned()), Just(" ".to_owned()),
        "[A-Za-z0-9+/=\n]{0,80}", "\\PC{0,8}",
    ], 0..24)) {
        let text = parts.concat();
        let file = file(text.as_bytes());
        let spans = file.blocks.iter().flat_map(|b| [b.begin, b.body, b.span()]);
        for span in spans.chain(file.problems.iter().map(|p| p.span)).chain(file.comments.iter().copied()) {
            prop_assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
        }
        for problem in &file.problems {
            prop_assert!(problem.block.is_none_or(|index| index <= file.blocks.len()));
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = file(&bytes);
    }

    /// What is put into armour comes out of it.
    #[test]
    fn armour_round_trips(bytes in prop::collection::vec(any::<u8>(), 1..300), width in 1usize..76) {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let mut group = [0u8; 3];
            group[..chunk.len()].copy_from_slice(chunk);
            let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
            for index in 0..4 {
                let digit = ALPHABET[(bits >> (18 - 6 * index)) as usize & 63];
                text.push(if index <= chunk.len() { digit as char } else { '=' });
            }
        }
        let lines: Vec<&str> = text.as_bytes().chunks(width).map(|c| std::str::from_utf8(c).unwrap()).collect();
        let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
        let file = file(pem.as_bytes());
        prop_assert_eq!(file.blocks[0].der.clone(), Ok(bytes));
    }
}
