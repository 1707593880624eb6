//! File of the project to the web server that hands it out.

use super::{Machine, Project};
use crate::model::Tree;
use crate::model::compose::Service;
use crate::model::nginx::turns_away;
use crate::source::{Answer, FileId, Span, Why, below};
use crate::syntax::nginx::File;

impl Project {
    /// Whether an nginx in a container serves a mounted file to everyone, and the `root` it does it from. What an image
    /// copies is left out: its ignore list has a say in that.
    pub fn served(&self, path: &str) -> Answer<Span> {
        let containers: Vec<_> = self.web_containers(path).into_iter().filter(|seen| seen.mounted).collect();
        let nowhere = || Answer::No(Why::new("no directory it lies in is served"));
        if containers.is_empty() {
            return nowhere();
        }
        let served = self.trees().find_map(|(file, tree)| {
            let Answer::Yes(Machine::Container(nginx)) = self.machine(file) else { return None };
            let path = &containers.iter().find(|seen| seen.service.span == nginx.span)?.path;
            let mut roots = tree.directives.iter().filter(|directive| directive.is("root"));
            roots.find_map(|root| {
                let root = root.args.first()?;
                let address = below(path, &root.value).filter(|_| &*root.value != "/")?;
                (!address.is_empty()).then(|| (root.span, format!("/{address}")))
            })
        });
        let Some((root, address)) = served else { return nowhere() };
        match self.turned_away(&address) {
            Answer::No(_) => Answer::Yes(root),
            Answer::Yes(()) => Answer::No(Why::new("a location turns requests for it away")),
            Answer::Unknown(why) => Answer::Unknown(Why { at: why.at.or(Some(root)), ..why }),
        }
    }

    /// Whether the nginx in the container of a service hands out what is in a directory of it.
    pub fn hands_out(&self, service: &Service, directory: &str) -> Answer<()> {
        let runs = |file: FileId| self.look(1) && self.readers(file).any(|reader| reader.span == service.span);
        let own: Vec<&File> = self.trees().filter(|(file, _)| runs(*file)).map(|(_, tree)| tree).collect();
        if own.is_empty() || !self.servers().any(|server| runs(server.file)) {
            return Answer::Unknown(Why::new("the nginx configuration of the container is not in the project"));
        }
        let directives = || own.iter().flat_map(|tree| &tree.directives);
        let roots = directives().filter(|directive| directive.is("root") || directive.is("alias"));
        for root in roots.filter_map(|directive| directive.args.first()) {
            if root.value.contains('$') {
                return Answer::Unknown(Why { text: "a variable says what is served".to_owned(), at: Some(root.span) });
            }
            if below(root.value.trim_end_matches('/'), directory.trim_end_matches('/')).is_some() {
                return Answer::Yes(());
            }
        }
        // What it includes may come from the image or from the server.
        let unread = self.servers().filter(|server| runs(server.file)).find_map(|server| server.inner_gap.as_ref());
        match unread {
            Some(why) => Answer::Unknown(Why::new(why.leaves("the directory may be served elsewhere"))),
            None => Answer::No(Why::new("no location leads to it")),
        }
    }

    /// Whether some location answers requests for an address with an error.
    fn turned_away(&self, address: &str) -> Answer<()> {
        let mut unknown = None;
        for (_, tree) in self.trees() {
            for (index, location) in (0..).zip(&tree.directives).filter(|(_, directive)| directive.is("location")) {
                match turns_away(tree, index, address) {
                    Answer::Yes(()) => return Answer::Yes(()),
                    Answer::Unknown(why) => unknown = Some(Why { at: Some(location.words()), ..why }),
                    Answer::No(_) => {}
                }
            }
        }
        unknown.map_or(Answer::No(Why::new("no location turns it away")), Answer::Unknown)
    }

    /// The syntax trees of the nginx files.
    fn trees(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.nginx.iter().filter_map(|nginx| match &self.document(nginx.file).tree {
            Tree::Nginx(tree) => Some((nginx.file, tree)),
            _ => None,
        })
    }
}
