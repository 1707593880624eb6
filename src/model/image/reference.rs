//! Image names.

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
        let (name, tag) = match path.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned())),
            _ => (path, None),
        };
        let name = name.strip_prefix("library/").unwrap_or(name).to_owned();
        ImageRef { registry: registry.to_owned(), name, tag, digest }
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

    /// The tag, `latest` when none is written. With a digest and no tag nothing is known of it.
    pub fn tag(&self) -> Option<&str> {
        match (&self.tag, &self.digest) {
            (Some(tag), _) => Some(tag),
            (None, None) => Some("latest"),
            (None, Some(_)) => None,
        }
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
    }
}
