//! Image names.

use crate::source::Cut;

/// An image name taken apart: `registry.example.com:5000/team/app:1.2@sha256:...`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImageRef {
    /// `docker.io` unless written.
    pub registry: String,
    /// The path without registry, tag, digest; `library/` is dropped for official images.
    pub name: String,
    /// The tag, if written.
    pub tag: Option<String>,
    /// The digest, if written.
    pub digest: Option<String>,
}

impl ImageRef {
    /// Takes an image name apart. A first part with a dot, a colon, or `localhost` is a registry; a colon after the
    /// last slash starts the tag (reference grammar of the distribution project).
    pub fn parse(text: &str) -> ImageRef {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (text, None),
        };
        let (registry, path) = match rest.split_once('/') {
            Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (first, path),
            _ => ("docker.io", rest),
        };
        let last = path.rfind('/').map_or(0, |slash| slash + 1);
        // That of `${VERSION:-16}` starts nothing.
        let mut depth = 0_i32;
        let colon = path.cut(last..).bytes().position(|byte| {
            depth += i32::from(byte == b'{') - i32::from(byte == b'}');
            byte == b':' && depth == 0
        });
        let (name, tag) = match colon {
            Some(at) => (path.cut(..last + at), Some(path.cut(last + at + 1..).to_owned())),
            None => (path, None),
        };
        let name = name.strip_prefix("library/").unwrap_or(name).to_owned();
        ImageRef { registry: registry.to_owned(), name, tag, digest }
    }

    /// What the reference grammar of the distribution project has against a name; BuildKit refuses it then.
    pub fn refused(text: &str) -> Option<&'static str> {
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        if digest.is_some_and(|digest| {
            let hex = digest.split_once(':').map_or("", |(_, hex)| hex);
            hex.len() < 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit())
        }) {
            return Some("its digest is not one");
        }
        let (path, tag) = match rest.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
            _ => (rest, None),
        };
        if tag == Some("") {
            return Some("its tag is empty");
        }
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if tag.is_some_and(|t| {
            t.len() > 128 || !t.bytes().all(|b| word(b) || b".-".contains(&b)) || b".-".contains(&t.as_bytes()[0])
        }) {
            return Some("its tag holds a character that tags cannot have");
        }
        let mut parts = path.split('/').peekable();
        if path.contains('/') && parts.peek().is_some_and(|first| first.contains(['.', ':']) || *first == "localhost") {
            parts.next();
        }
        for part in parts {
            let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
            let ends = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
            if part.is_empty() {
                return Some("a part of its name is empty");
            }
            if part.bytes().any(|b| b.is_ascii_uppercase()) {
                return Some("names of images are written in small letters");
            }
            if !part.bytes().all(inner) || !ends(part.as_bytes().first()) || !ends(part.as_bytes().last()) {
                return Some("its name holds a character that names cannot have");
            }
        }
        None
    }

    /// The name of a Docker official image (`python`, `postgres`), also when it comes from a mirror of them.
    pub fn official(&self) -> Option<&str> {
        match self.registry.as_str() {
            "docker.io" | "index.docker.io" | "registry-1.docker.io" => Some(self.name.as_str()),
            "public.ecr.aws" => self.name.strip_prefix("docker/library/"),
            "mirror.gcr.io" => Some(self.name.as_str()),
            _ => None,
        }
        .filter(|name| !name.contains('/'))
    }

    /// Whether Docker has an official image of this name.
    pub fn is_official(name: &str) -> bool {
        let names = include_str!("official.txt").lines().filter(|line| !line.starts_with('#'));
        names.flat_map(str::split_whitespace).chain(["scratch"]).any(|own| own == name)
    }

    /// The tag, `latest` when none is written. With a digest and no tag nothing is known of it.
    pub fn tag(&self) -> Option<&str> {
        match (&self.tag, &self.digest) {
            (Some(tag), _) => Some(tag),
            (None, None) => Some("latest"),
            (None, Some(_)) => None,
        }
    }

    /// The number that the tag begins with: 17 of `17.2-alpine`.
    pub fn major(&self) -> Option<u32> {
        self.tag()?.split(['.', '-']).next()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let image = ImageRef::parse("registry.example.com:5000/team/app:1.2@sha256:ab");
        assert_eq!((image.registry.as_str(), image.name.as_str()), ("registry.example.com:5000", "team/app"));
        assert_eq!((image.tag(), image.digest.as_deref()), (Some("1.2"), Some("sha256:ab")));
        assert_eq!(ImageRef::parse("library/nginx").official(), Some("nginx"));
        assert_eq!(ImageRef::parse("public.ecr.aws/docker/library/python:3").official(), Some("python"));
        assert_eq!(ImageRef::parse("bitnami/redis").official(), None);
        assert_eq!(ImageRef::parse("postgres:${VERSION:-17}-alpine").official(), Some("postgres"));
    }
}
