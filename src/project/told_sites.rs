//! The server that stands in no file of the project: what a guide about deployment shows of nginx, and what scripts write there.

use super::Project;
use crate::model::compose::Service;
use crate::model::guide::{self, Shown};
use crate::model::starts::{LoadingFile, Step, WrittenHere, written_here};
use crate::model::{Document, Kind, Meaning, Unjudged};
use crate::source::{Embedded, Excerpt, FileId, Role};
use crate::syntax::shell::base_name;

impl Project {
    /// The files of nginx that the one guide shows which shows any, each with the path it is kept at; none where the project has
    /// such files, or another server.
    pub fn told_sites(&self) -> Vec<(String, Embedded)> {
        let is_apache =
            |service: &Service| service.image.get().is_some_and(|image| base_name(&image.name).contains("httpd"));
        let is_other = |path: &str| Unjudged::of(path).is_some_and(Unjudged::serves);
        if self.files.is_open()
            || self.documents.iter().any(|document| document.class.kind == Kind::Nginx)
            || self.files.files().any(is_other)
            || self.services().any(|service| self.may_be_proxy(service) || is_apache(service))
        {
            return Vec::new();
        }
        let is_about = |document: &&Document| document.class.kind == Kind::Guide && document.is_for_deployment();
        let mut telling = self.documents.iter().filter(is_about).filter_map(|document| {
            let path = &document.source.path;
            let text = self.text_of(document).filter(|text| text.contains("proxy_pass"))?;
            let (files, _) = guide::shown(path, text)?;
            let sites: Vec<_> = files.into_iter().filter(is_nginx).map(|site| kept(path, site)).collect();
            (!sites.is_empty()).then_some(sites)
        });
        let first = telling.next().unwrap_or_default();
        // Two of them may be two ways.
        if telling.next().is_some() { Vec::new() } else { first }
    }

    /// The files of nginx that scripts write on the server (`tee /etc/nginx/sites-available/shop <<EOF`), each with the path it is
    /// kept at: beside the script. None where a container may be the proxy, or a file of the project that somebody names.
    pub fn written_sites(&self) -> Vec<(String, Embedded)> {
        let speaks =
            |document: &Document| document.class.kind == Kind::Script && self.role(document.source.id) >= Role::Staging;
        let scripts = self.loading.iter().filter(|file| speaks(self.document(file.file)));
        let written = |file: &LoadingFile| {
            let text = self.text_of(self.document(file.file)).filter(|text| text.contains("proxy_pass"))?;
            let sites = written_by(text, file.steps()).into_iter();
            Some(sites.map(|(name, excerpt)| kept_beside(&file.path, &name, excerpt)).collect::<Vec<_>>())
        };
        let mut found: Vec<_> = scripts.filter_map(written).flatten().collect();
        if found.is_empty() || self.files.is_open() {
            return Vec::new();
        }
        let own = |document: &&Document| document.class.kind == Kind::Nginx && document.source.embedded.is_none();
        let named = |document: &Document| {
            let name = base_name(&document.source.path);
            self.is_said(|text| text.contains(name))
        };
        if self.documents.iter().filter(own).any(named) || self.services().any(|service| self.may_be_proxy(service)) {
            return Vec::new();
        }
        found.retain(|(path, _)| self.at(path).is_none());
        found
    }

    /// Whether a file is one of these: it is there for what it does to the others, and judged where its guide is named.
    pub fn is_told_site(&self, file: FileId) -> bool {
        let document = self.document(file);
        document.class.kind == Kind::Nginx && document.source.embedded.is_some() && !self.files.is_open()
    }
}

/// What the commands of a script write into the folders of nginx: the name of each file, and its text. What is added later belongs
/// to it.
fn written_by(text: &str, steps: &[Step]) -> Vec<(String, Excerpt)> {
    let mut code = Excerpt::default();
    code.push(text, 0..text.len());
    let mut found: Vec<(&str, Excerpt)> = Vec::new();
    for (step, WrittenHere { target, adds, word, body }) in written_here(steps) {
        if step.contained || step.inside.is_some() || !is_of_nginx(target, text) {
            continue;
        }
        let quoted = text.get(word.span.range()).is_some_and(|word| word.starts_with(['\'', '"', '\\']));
        let part = guide::here_document(&code, body.span.range(), quoted);
        match found.iter_mut().rev().find(|(own, _)| adds && *own == target) {
            Some((_, site)) => site.append(&part),
            None => found.push((target, part)),
        }
    }
    let whole = |text: &str| text.matches('{').count() == text.matches('}').count() && text.contains("server");
    found.retain(|(_, site)| whole(site.text()) && site.text().contains("proxy_pass"));
    found.into_iter().map(|(target, site)| (base_name(target).replace(['$', '{', '}'], ""), site)).collect()
}

/// Whether a file is in the folders of nginx, also where branches of the script set its name.
fn is_of_nginx(target: &str, text: &str) -> bool {
    let set = |name: &str| ["", "\"", "'"].iter().any(|quote| text.contains(&format!("{name}={quote}/etc/nginx/")));
    target.starts_with("/etc/nginx/") || target.strip_prefix('$').is_some_and(|name| set(name.trim_matches(['{', '}'])))
}

fn kept_beside(script: &str, name: &str, excerpt: Excerpt) -> (String, Embedded) {
    let made_up = format!("{script}.writes");
    let path = format!("{made_up}/etc/nginx/sites-available/{name}");
    (path, Embedded { path: script.to_owned(), made_up, as_it_is: true, excerpt })
}

fn is_nginx(file: &Shown) -> bool {
    let own = file.name.ends_with(".conf") || file.name.contains("/sites-");
    own && file.name.contains("nginx")
}

fn kept(guide: &str, Shown { made_up, name, as_it_is, excerpt }: Shown) -> (String, Embedded) {
    (format!("{made_up}{name}"), Embedded { path: guide.to_owned(), made_up, as_it_is, excerpt })
}
