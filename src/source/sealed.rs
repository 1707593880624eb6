//! Files that are encrypted as a whole: they are not what they are called.

/// What has sealed the file, so that it is not what it is called: its first line says so, and the rest looks like it. A
/// first line alone must not hide what stands below it.
pub fn sealed(bytes: &[u8]) -> Option<&'static str> {
    let after = |start: &[u8]| bytes.strip_prefix(start);
    let lines = || bytes.split(|&b| b == b'\n').skip(1).map(<[u8]>::trim_ascii);
    if after(b"$ANSIBLE_VAULT;").is_some() {
        let mut body = lines().filter(|line| !line.is_empty()).peekable();
        let hex = body.peek().is_some() && body.all(|line| line.iter().all(u8::is_ascii_hexdigit));
        return hex.then_some("ansible-vault");
    }
    if after(b"-----BEGIN AGE ENCRYPTED FILE-----").is_some() {
        let base64 = |line: &[u8]| line.iter().all(|&b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
        let mut body = lines().filter(|line| *line != b"-----END AGE ENCRYPTED FILE-----").peekable();
        return (body.peek().is_some() && body.all(base64)).then_some("age");
    }
    if let Some(body) = after(b"\0GITCRYPT\0") {
        return is_cipher(body).then_some("git-crypt");
    }
    let body = after(b"age-encryption.org/v1\n").and_then(|rest| rest.get(memchr::memmem::find(rest, b"\n--- ")?..));
    body.is_some_and(is_cipher).then_some("age")
}

/// Encrypted bytes: a dozen of them are never text by chance.
fn is_cipher(body: &[u8]) -> bool {
    body.len() >= 12 && std::str::from_utf8(body).is_ok_and(|text| text.contains('\0'))
        || std::str::from_utf8(body).is_err()
}
