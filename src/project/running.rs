//! Command line to container: what scripts and units start with `docker run` and leave running.

use std::collections::HashSet;

use super::Project;
use crate::model::starts::{RunCall, Step};
use crate::model::{Kind, Meaning};
use crate::source::{Span, Spanned};
use crate::syntax::shell::base_name;

impl Project {
    /// Whether a command of a script or guide makes a file of this name, wherever.
    pub fn makes_file(&self, name: &str) -> bool {
        let steps = self.meanings().filter_map(|view| view.started()).flat_map(|started| &started.steps);
        steps.filter(|_| self.look(1)).flat_map(|step| step.makes()).any(|path| base_name(&path.value) == name)
    }

    /// Whether something in the project makes databases of its own: a script, a recipe, a guide.
    pub fn makes_databases(&self) -> bool {
        let makes =
            |text: &str| ["CREATE DATABASE", "create database", "createdb "].iter().any(|own| text.contains(own));
        let written = self.documents.iter().filter(|document| document.class.kind.may_be_more());
        written.map(|document| document.source.text()).any(|text| self.look(1 + text.len() / 4096) && makes(text))
    }

    /// Whether an image that is run is one that the project builds: by a command, or for a service.
    pub fn builds_image(&self, call: &RunCall) -> bool {
        let bare = |image: &str| {
            let name = base_name(image);
            name.split(':').next().unwrap_or(name).to_owned()
        };
        let Some(own) = call.image.as_ref().map(|image| bare(&image.value)) else { return false };
        let steps = self.meanings().filter_map(|view| view.started()).flat_map(|started| &started.steps);
        let mut builds = steps.filter(|_| self.look(1)).filter(|step| step.is("docker", &["build"]));
        let tagged = |step: &Step| step.argv().iter().any(|word| bare(&word.value) == own);
        builds.any(tagged)
            || self.services().any(|service| {
                service.build.is_some() && service.image.get().is_some_and(|image| bare(&image.name) == own)
            })
    }

    /// The `docker run` lines of scripts, units and deployment guides whose containers go on running; build servers test.
    pub fn left_running(&self) -> impl Iterator<Item = &RunCall> {
        // What a guide has people type on the server, and not on their own machine.
        let steps = self.guides().filter(|guide| !guide.runs().is_empty()).flat_map(|guide| guide.steps());
        let steps: Vec<&Step> = steps.filter(|_| self.look(1)).collect();
        let typed: HashSet<Span> = steps.iter().map(|step| step.span).collect();
        // A container that is taken away again was only there to try something out.
        let removed = steps.iter().filter(|step| step.is("docker", &["rm"]) || step.is("docker", &["stop"]));
        let removed: HashSet<&str> = removed.flat_map(|step| step.argv()).map(|word| word.value.as_str()).collect();
        let stays = move |call: &&RunCall| {
            let detached = || call.options.iter().any(|(name, _)| name == "--detach" || name == "--restart");
            match self.document(call.span.file).class.kind {
                Kind::Script => detached(),
                Kind::Guide => {
                    let tried = |name: &str, value: &Option<Spanned<String>>| {
                        let own = value.as_ref().is_some_and(|value| removed.contains(value.value.as_str()));
                        name == "--rm" || name == "--name" && own
                    };
                    let tried = call.options.iter().any(|(name, value)| tried(name, value));
                    detached() && !tried && typed.contains(&call.span)
                }
                Kind::Unit => true,
                _ => false,
            }
        };
        self.meanings().flat_map(|view| view.runs()).filter(move |call| self.look(1) && stays(call))
    }
}
