//! The end of a `*_by_lua_block`: Lua's own idea of strings and comments decides which brace closes it.

/// The offset of the `}` that closes a block whose `{` ends right before `start`; `None` if nothing closes it.
pub fn block_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 1usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            b'"' | b'\'' => at = string_end(bytes, at, byte),
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at = match long_bracket(bytes, at + 2) {
                    Some(end) => end,
                    None => memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n),
                };
            }
            b'[' => {
                if let Some(end) = long_bracket(bytes, at) {
                    at = end;
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The closing quote of a short string, or the last byte of the file.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            _ if byte == quote => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The last byte of `[[ ... ]]` or `[=[ ... ]=]` that starts at `start`; `None` if none starts there.
fn long_bracket(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start) != Some(&b'[') {
        return None;
    }
    let level = bytes[start + 1..].iter().take_while(|&&byte| byte == b'=').count();
    if bytes.get(start + 1 + level) != Some(&b'[') {
        return None;
    }
    let mut close = vec![b'='; level + 2];
    close[0] = b']';
    close[level + 1] = b']';
    let from = start + level + 2;
    Some(memchr::memmem::find(&bytes[from..], &close).map_or(bytes.len(), |n| from + n + level + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_strings_and_comments_do_not_count() {
        for text in [
            "local t = {}",
            "-- it's } here\n local a = 1",
            "local s = \"}\" .. '\\'}'",
            "--[[ } ]] local t = {{1}}",
            "local s = [=[ }]] ]=]",
            "t[a[1]] = 2",
        ] {
            assert_eq!(block_end(format!("{text}}}").as_bytes(), 0), Some(text.len()), "{text}");
        }
        assert_eq!(block_end(b"local s = \"}", 0), None);
    }
}
