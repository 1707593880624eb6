//! What AWS Elastic Beanstalk is told about the machines of an application.

use crate::model::starts::{self, Starts};
use crate::model::{Head, Meaning};
use crate::source::{FileId, Spanned};
use crate::syntax::beanstalk;
use crate::syntax::yaml::Node;

/// One file of `.ebextensions`.
#[derive(Clone, Debug)]
pub struct Beanstalk {
    /// Its path.
    pub path: String,
    /// The settings: namespace, name, value.
    pub options: Vec<(String, String, Spanned<String>)>,
    /// The file.
    pub file: FileId,
    starts: Starts,
}

impl Meaning for Beanstalk {
    fn started(&self) -> Option<&Starts> {
        Some(&self.starts)
    }
}

impl Beanstalk {
    /// The view of one file: `option_settings` as a map of namespaces, or as a list of settings.
    pub fn new(head: &Head, tree: &beanstalk::File) -> Self {
        let mut options = Vec::new();
        let settings = tree.root().and_then(|root| root.get("option_settings"));
        let text = |node: Node| Some(Spanned::new(node.as_str()?.to_owned(), node.span()));
        for entry in settings.iter().flat_map(|settings| settings.entries()) {
            let Some(namespace) = entry.name() else { continue };
            for setting in entry.value.entries() {
                let named = setting.name().zip(text(setting.value));
                options.extend(named.map(|(name, value)| (namespace.to_owned(), name.to_owned(), value)));
            }
        }
        for item in settings.iter().flat_map(|settings| settings.items()) {
            let part = |key: &str| item.get(key).and_then(text);
            let (Some(name), Some(value)) = (part("option_name"), part("value")) else { continue };
            options.push((part("namespace").map(|own| own.value).unwrap_or_default(), name.value, value));
        }
        let lists = ["commands", "container_commands"].iter().filter_map(|key| tree.root()?.get(key));
        let entries = lists.flat_map(|list| list.entries().collect::<Vec<_>>());
        let commands: Vec<Spanned<String>> =
            entries.filter_map(|entry| entry.value.get("command").and_then(text)).collect();
        let starts = starts::of_beanstalk(head, &commands);
        Beanstalk { path: head.source.path.clone(), options, file: head.source.id, starts }
    }
}
