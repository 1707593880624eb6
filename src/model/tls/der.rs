//! Just enough DER to look into private keys: tag, length, value.

/// One element: its tag byte, its content, and what follows it.
pub(super) struct Element<'a> {
    pub tag: u8,
    pub value: &'a [u8],
    pub rest: &'a [u8],
}

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// Reads the element at the start of `bytes`; `None` when it is not complete.
pub(super) fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let (&[tag, size], rest) = bytes.split_first_chunk::<2>()?;
    let (length, rest) = match size {
        0..=0x7f => (usize::from(size), rest),
        0x81..=0x84 => {
            let count = usize::from(size - 0x80);
            let length = rest.get(..count)?.iter().fold(0usize, |sum, &b| sum << 8 | usize::from(b));
            (length, &rest[count..])
        }
        _ => return None,
    };
    Some(Element { tag, value: rest.get(..length)?, rest: &rest[length..] })
}

/// The content of an element of this tag, and what follows.
pub(super) fn expect(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let element = element(bytes)?;
    (element.tag == tag).then_some((element.value, element.rest))
}

/// A positive number without leading zeros.
pub(super) fn unsigned(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|&&b| b == 0).count();
    &bytes[zeros..]
}
