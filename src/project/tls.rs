//! Which certificate is served with which key under which names.

use std::collections::{BTreeMap, HashSet};

use super::Project;
use super::locate::Agreed;
use crate::model::Meaning;
use crate::model::compose::Service;
use crate::model::nginx::{Config, Server};
use crate::model::tls::{Chain, KeyRef, PemFile, Roots, Served, Use};
use crate::source::{Answer, Cut, FileId, Presence, Role, RoleWhy, Spanned, Why, below, directory, join};
use crate::syntax::shell::base_name;

/// The files that servers serve as certificate or key.
pub(super) fn served(chains: &[Chain]) -> HashSet<FileId> {
    let served = chains.iter().filter(|chain| chain.origin == Served::Server);
    served.flat_map(|chain| chain.keys.iter().map(|key| key.file).chain([chain.file])).collect()
}

impl Project {
    /// The view of a PEM file.
    pub fn pem_file(&self, file: FileId) -> Option<&PemFile> {
        let index = self.pem.binary_search_by_key(&file, |pem| pem.file).ok()?;
        Some(&self.pem[index])
    }

    /// The roots that clients have besides the public ones.
    pub fn roots(&self) -> &Roots {
        &self.roots
    }

    /// Whether an nginx `server` serves the file as certificate or key.
    pub fn is_served(&self, file: FileId) -> bool {
        self.served.contains(&file)
    }

    /// The chains of the project: those that servers name, then pairs of files, then single files.
    pub(super) fn build_chains(&self) -> Vec<Chain> {
        let mut served: BTreeMap<FileId, (Vec<KeyRef>, Vec<Use>)> = BTreeMap::new();
        for config in self.configs() {
            for server in config.servers.iter().filter(|server| speaks_tls(server)) {
                self.serve(config, server, &mut served);
            }
        }
        let keyed: HashSet<FileId> = served.values().flat_map(|(keys, _)| keys).map(|key| key.file).collect();
        let mut chains = Vec::new();
        for pem in &self.pem {
            if let Some((keys, uses)) = served.remove(&pem.file) {
                chains.push(Chain::new(pem, Served::Server, keys, uses, &self.roots));
            } else if !keyed.contains(&pem.file) {
                chains.extend(self.unserved(pem));
            }
        }
        chains
    }

    fn serve(&self, config: &Config, server: &Server, served: &mut BTreeMap<FileId, (Vec<KeyRef>, Vec<Use>)>) {
        for (index, written) in server.certificates.iter().enumerate() {
            let Answer::Yes(file) = self.tls_file(config, &written.value) else { continue };
            let (keys, uses) = served.entry(file).or_default();
            if !self.look(keys.len()) || !self.budget.nodes(server.names.len(), written.span) {
                return;
            }
            uses.push(Use { written: written.span, names: server.names.clone() });
            // The n-th certificate goes with the n-th key (`ngx_http_ssl_merge_srv_conf`).
            let Some(key) = server.certificate_keys.get(index) else { continue };
            if let Answer::Yes(key_file) = self.tls_file(config, &key.value)
                && keys.iter().all(|known| known.file != key_file)
            {
                keys.push(self.key_ref(key_file, Some(key)));
            }
        }
    }

    fn key_ref(&self, file: FileId, written: Option<&Spanned<String>>) -> KeyRef {
        let key = self.pem_file(file).and_then(|pem| pem.keys.first().cloned());
        KeyRef { file, key, written: written.map(|value| value.span) }
    }

    /// A certificate file no server names: with the key beside it, or alone.
    fn unserved(&self, pem: &PemFile) -> Option<Chain> {
        // `openssl req -x509` makes servers' certificates that say they are authorities; the name tells them apart.
        let authority = pem.is_authority_bundle() && (pem.certificates.len() > 1 || named_authority(&pem.path));
        let trusted = pem.keys.is_empty() && in_trust_store(&pem.path) && self.key_beside(pem).is_none();
        let own = pem.certificates.first().is_some_and(|first| first.is_for_this_machine() || first.is_made_by_mysql());
        if authority || trusted || own || !pem.keys.is_empty() && pem.certificates.is_empty() {
            return None;
        }
        if let Some(key) = self.key_beside(pem) {
            return Some(Chain::new(pem, Served::Pair, vec![self.key_ref(key, None)], Vec::new(), &self.roots));
        }
        let mut leaves: Vec<_> = pem.certificates.iter().filter(|certificate| !certificate.is_ca()).collect();
        leaves.dedup_by(|a, b| a.is_same(b));
        let leaves = leaves.len();
        if !pem.keys.is_empty() && leaves > 0 {
            return Some(Chain::new(pem, Served::Pair, vec![self.key_ref(pem.file, None)], Vec::new(), &self.roots));
        }
        // Two leaves in a file are a list of something else: pinned peers, a collection.
        let served = leaves == 1 && pem.certificates.iter().any(|c| c.is_for_server());
        served.then(|| Chain::new(pem, Served::Alone, Vec::new(), Vec::new(), &self.roots))
    }

    /// The certificates that the deployment leaves out: no server names them, no file speaks of them, and no container has
    /// them but those of an nginx that is given others. They are for whoever made them.
    pub(super) fn left_over(&self) -> Vec<FileId> {
        let known = self.services().next().is_some() && !self.files.is_open();
        let unserved = self.pem.iter().filter(|pem| {
            let unnamed = self.document(pem.file).own_role_why == RoleWhy::Unnamed;
            known && unnamed && pem.keys.is_empty() && !self.is_served(pem.file)
        });
        let unserved: Vec<&PemFile> = unserved.collect();
        if unserved.is_empty() {
            return Vec::new();
        }
        let (spoken, taken) = (self.spoken_of(&unserved), self.taken());
        let own = unserved.into_iter().filter(|pem| {
            let above = pem.path.match_indices('/').map(|(at, _)| pem.path.cut(..at));
            !names_of(&pem.path).iter().any(|name| spoken.contains(name))
                && !above.chain([pem.path.as_str()]).any(|path| taken.contains(path))
                && !self.is_put_into_image(&pem.path)
                && !self.services().any(|service| !self.look(1) || self.may_have(service, &pem.path))
        });
        own.map(|pem| pem.file).collect()
    }

    /// The certificates that servers for developers alone serve, with their keys.
    pub(super) fn served_at_home(&self) -> Vec<FileId> {
        let of_developers = |file: FileId| matches!(self.role(file), Role::Development | Role::Test);
        let at_home = self.chains.iter().filter(|chain| {
            let mut uses = chain.uses.iter().filter(|_| self.look(1));
            !chain.uses.is_empty() && uses.all(|own| of_developers(own.written.file))
        });
        let files = at_home.flat_map(|chain| chain.keys.iter().map(|key| key.file).chain([chain.file]));
        files.filter(|file| self.document(*file).own_role_why == RoleWhy::Unnamed).collect()
    }

    /// Which of the names of some certificates stand in other files.
    fn spoken_of<'a>(&'a self, certificates: &[&'a PemFile]) -> HashSet<&'a str> {
        let wanted: HashSet<&str> = certificates.iter().flat_map(|pem| names_of(&pem.path)).collect();
        let others = self.documents.iter().filter(|document| self.pem_file(document.source.id).is_none());
        let texts = others.map(|document| document.source.text()).filter(|text| self.look(1 + text.len() / 4096));
        let words = texts.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)));
        words.filter_map(|word| wanted.get(word).copied()).collect()
    }

    /// The files and folders that commands do something with.
    fn taken(&self) -> HashSet<String> {
        let steps = self.loading.iter().flat_map(|file| file.steps()).filter(|_| self.look(1));
        steps.flat_map(|step| step.words.iter().skip(1).flat_map(|word| step.place.resolve(&word.value))).collect()
    }

    /// Whether what runs in a container may find a file there. An nginx reads no other certificates than it is given.
    fn may_have(&self, service: &Service, path: &str) -> bool {
        let mut configs = self.configs_of(service).peekable();
        let beside = |file: &FileId| directory(&self.source(*file).path) == directory(path);
        let is_told =
            configs.peek().is_some() && (self.served.iter().any(beside) || configs.all(|config| config.gap.is_none()));
        // What lies beside the files of nginx is meant for nginx, whatever image takes the whole project.
        let for_nginx = || {
            let folders = self.configs().iter().map(|config| directory(&self.source(config.file).path));
            self.look(1) && folders.filter(|folder| !folder.is_empty()).any(|folder| below(path, folder).is_some())
        };
        !is_told && (self.sees(service, path).is_some() || self.may_copy(service, path) && !for_nginx())
    }

    /// Whether a key belongs to a certificate beside it that is for the machine alone it lies on, and no server has either.
    pub fn guards_nothing(&self, key: &PemFile) -> bool {
        let own = |pem: &&PemFile| {
            directory(&pem.path) == directory(&key.path)
                && pem.certificates.first().is_some_and(|first| first.is_for_this_machine())
                && (pem.file == key.file || self.key_beside(pem) == Some(key.file))
        };
        !self.is_served(key.file) && self.look(self.pem.len()) && self.pem.iter().any(|pem| own(&pem))
    }

    /// `privkey.pem` beside `fullchain.pem` or `cert.pem` (certbot's names), or the same name with `.key`, `-key.pem`.
    fn key_beside(&self, pem: &PemFile) -> Option<FileId> {
        let dir = directory(&pem.path);
        let name = pem.path.rsplit('/').next().unwrap_or(&pem.path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let mut wanted = vec![
            format!("{stem}.key"),
            format!("{stem}-key.pem"),
            format!("{stem}.key.pem"),
            format!("{stem}_key.pem"),
        ];
        for cert in ["-cert", "_cert", ".cert", "-fullchain", "-chain", ".crt"] {
            if let Some(base) = stem.strip_suffix(cert) {
                wanted.extend([
                    format!("{base}-key.pem"),
                    format!("{base}.key"),
                    format!("{base}.key.pem"),
                    format!("{base}_key.pem"),
                ]);
            }
        }
        if matches!(stem, "fullchain" | "cert" | "certificate" | "server" | "tls" | "chain") && stem != "chain" {
            wanted.extend(["privkey.pem", "key.pem", "private.pem", "private.key", "privkey.key"].map(str::to_owned));
        }
        wanted.iter().filter(|name| *name != pem.path.rsplit('/').next().unwrap_or("")).find_map(|name| {
            let other = self.pem_file(self.at(&join(dir, name))?.source.id)?;
            (!other.keys.is_empty() && other.certificates.is_empty()).then_some(other.file)
        })
    }

    /// The PEM file that a path in an `ssl_*` directive leads to; no: it leads into the project, and nothing is there.
    /// nginx takes a relative path from the directory of its main configuration (`ngx_conf_full_name`); an absolute one is
    /// a path in the container or on the host.
    pub fn tls_file(&self, config: &Config, written: &str) -> Answer<FileId> {
        if !is_path(written) {
            return Answer::Unknown("it is no plain path".into());
        }
        let start = self.source(config.file).path.as_str();
        let mut missing = None;
        for candidate in self.tls_candidates(config, start, written) {
            let path = self.files.resolve(&candidate.path).into_owned();
            match self.files.presence(&path) {
                Presence::File => {
                    let pem = self.at(&path).and_then(|document| self.pem_file(document.source.id));
                    let other = || Answer::Unknown(Why::new(format!("`{path}` was not read as PEM")));
                    return pem.map_or_else(other, |pem| Answer::Yes(pem.file));
                }
                Presence::Missing if candidate.sure && missing.is_none() => missing = Some(path),
                _ => {}
            }
        }
        match missing {
            Some(path) => Answer::No(Why::new(format!("{path} is not there"))),
            None => Answer::Unknown("only the server knows what is there".into()),
        }
    }

    /// The file of the project that a path in an `ssl_*` directive means, when it is there and was not read as PEM, or
    /// lies where the walk did not look.
    pub fn tls_place(&self, config: &Config, written: &str) -> Option<String> {
        if !is_path(written) || !matches!(self.tls_file(config, written), Answer::Unknown(_)) {
            return None;
        }
        let start = self.source(config.file).path.as_str();
        let there = |candidate: &Candidate| match self.files.presence(&candidate.path) {
            Presence::File => true,
            Presence::Unknown => !candidate.path.starts_with(['/', '~', '.']),
            _ => false,
        };
        self.tls_candidates(config, start, written).into_iter().find(there).map(|candidate| candidate.path)
    }

    fn tls_candidates(&self, config: &Config, start: &str, written: &str) -> Vec<Candidate> {
        let dir = directory(start);
        let mut found = Vec::new();
        // A fragment in `conf.d` is included from a main file one level up.
        let above = if matches!(
            dir.rsplit('/').next(),
            Some("conf.d" | "sites-enabled" | "sites-available" | "snippets" | "templates" | "http.d")
        ) {
            Some(directory(dir))
        } else {
            None
        };
        if !written.starts_with('/') {
            found.push(Candidate { path: join(dir, written), sure: config.gap.is_none() });
            found.extend(above.map(|above| Candidate { path: join(above, written), sure: false }));
            return found;
        }
        match self.in_world(config.file, written) {
            Agreed::Project(path) => found.push(Candidate { path, sure: false }),
            Agreed::Elsewhere => return found,
            Agreed::Image => {}
        }
        if written.starts_with("/etc/letsencrypt/") {
            return found;
        }
        for prefix in ["/etc/nginx/", "/usr/local/nginx/conf/", "/usr/local/openresty/nginx/conf/"] {
            if let Some(rest) = written.strip_prefix(prefix) {
                found.push(Candidate { path: join(dir, rest), sure: false });
                found.extend(above.map(|above| Candidate { path: join(above, rest), sure: false }));
            }
        }
        found.push(Candidate { path: written.trim_start_matches('/').to_owned(), sure: false });
        found
    }
}

/// What a certificate is called, and what is left of `*.crt` in a pattern.
fn names_of(path: &str) -> [&str; 2] {
    let name = base_name(path);
    [name, name.rfind('.').map_or(name, |at| name.cut(at..))]
}

/// `ca.crt`, `rootCA.pem`, `ca-bundle.crt`, ...
fn named_authority(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.contains("root")
        || name.split(['.', '-', '_']).any(|word| matches!(word, "ca" | "cacert" | "authority" | "issuer"))
}

/// Whether a folder that leads to a file holds what somebody trusts, not what is served: `truststore/`,
/// `rootCertificates/`, `ca-certificates/`, `trusted_roots/`, ...
fn in_trust_store(path: &str) -> bool {
    let store = |folder: &str| {
        let folder = folder.to_ascii_lowercase();
        let word = |word: &str| matches!(word, "ca" | "cas" | "cacerts" | "roots" | "anchors" | "authorities");
        folder.contains("trust") || folder.contains("rootc") || folder.split(['.', '-', '_']).any(word)
    };
    directory(path).split('/').any(store)
}

/// Whether a value is a path: no variable, no template, not `data:` or `engine:`.
fn is_path(written: &str) -> bool {
    !written.is_empty() && !written.contains(['$', '{', '%', '<', ':'])
}

/// A path in the project that may be meant, and whether it is the only one that can be.
struct Candidate {
    path: String,
    sure: bool,
}

/// Whether a server takes TLS connections. A `listen` without `ssl` in a fragment may be completed elsewhere.
fn speaks_tls(server: &Server) -> bool {
    server.listens.iter().any(|listen| listen.tls) || server.listens.is_empty() || server.gap.is_some()
}
