//! What a guide about deployment shows of nginx, where the project has no configuration of its own: the server that its reader has.

use super::Project;
use crate::model::compose::Service;
use crate::model::guide::{self, Shown};

use crate::model::{Document, Kind, Unjudged};
use crate::source::{Embedded, FileId};
use crate::syntax::Name;
use crate::syntax::commands::is_for_deployment;
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
        let is_about = |document: &&Document| {
            document.class.kind == Kind::Guide && is_for_deployment(&Name::new(&document.source.path))
        };
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

    /// Whether a file is one of these: it is there for what it does to the others, and judged where its guide is named.
    pub fn is_told_site(&self, file: FileId) -> bool {
        let document = self.document(file);
        document.class.kind == Kind::Nginx && document.source.embedded.is_some() && !self.files.is_open()
    }
}

fn is_nginx(file: &Shown) -> bool {
    let own = file.name.ends_with(".conf") || file.name.contains("/sites-");
    own && file.name.contains("nginx")
}

fn kept(guide: &str, Shown { made_up, name, as_it_is, excerpt }: Shown) -> (String, Embedded) {
    (format!("{made_up}{name}"), Embedded { path: guide.to_owned(), made_up, as_it_is, excerpt })
}
