//! Service to image: what a service runs, named or built here.

use super::Project;
use crate::model::Known;
use crate::model::compose::{Build, Service};
use crate::model::image::{Dockerfile, Ignore, Image, Refused};
use crate::source::join;
use crate::syntax::Fault;

impl Project {
    /// The image a service runs. With `build:` it is the stage of the Dockerfile that is built, whatever `image:` calls
    /// the result. What cannot be followed (remote contexts, a Dockerfile outside the project, build arguments that
    /// choose another base image) is [`Image::Unknown`] with the reason.
    ///
    /// Ask the result: `tool("curl")`, `runs_as()`, `checks_itself()`, `healthcheck()`, `command()`, `entrypoint()`,
    /// `exposed()`, `env("PORT")`, `base()`.
    pub fn image_of<'a>(&'a self, service: &'a Service) -> Image<'a> {
        if let Some(build) = &service.build {
            return self.built(build);
        }
        match &service.image {
            Known::Set(image) => Image::Named(image),
            Known::Unresolved { why, .. } => Image::Unknown(format!("the image is not known: {why}").into()),
            Known::Default(_) | Known::Absent => Image::Unknown("the service names no image here".into()),
        }
    }

    /// The Dockerfile at a path.
    pub fn dockerfile_at(&self, path: &str) -> Option<&Dockerfile> {
        let file = self.at(path)?.source.id;
        let index = self.dockerfiles.binary_search_by_key(&file, |dockerfile| dockerfile.file).ok()?;
        Some(&self.dockerfiles[index])
    }

    /// What BuildKit refuses in a Dockerfile; nothing of one that only tests or examples use.
    pub fn refused<'a>(&self, file: &'a Dockerfile, what: Refused) -> impl Iterator<Item = &'a Fault> + use<'a> {
        let all = if self.git.is_fixture(&file.path) { &[][..] } else { &file.refused[..] };
        all.iter().filter(move |refusal| refusal.what == what).map(|refusal| &refusal.fault)
    }

    /// The ignore list of a build: `<Dockerfile>.dockerignore` beside the Dockerfile, else `.dockerignore` at the top of
    /// the context. `None`: there is none, everything is sent.
    pub fn dockerignore(&self, dockerfile: &str, context: &str) -> Option<&Ignore> {
        let own = self.at(&format!("{dockerfile}.dockerignore"));
        let file = own.or_else(|| self.at(&join(context, ".dockerignore")))?.source.id;
        let index = self.ignores.binary_search_by_key(&file, |ignore| ignore.file).ok()?;
        Some(&self.ignores[index])
    }

    fn built<'a>(&'a self, build: &'a Build) -> Image<'a> {
        let unknown = |why: &str| Image::Unknown(why.into());
        let path = match &build.dockerfile {
            Known::Set(path) => &path.value,
            Known::Default(path) => path,
            Known::Unresolved { why, .. } => {
                return Image::Unknown(format!("the Dockerfile is not known: {why}").into());
            }
            Known::Absent => return unknown("the Dockerfile is not known"),
        };
        let Some(file) = self.dockerfile_at(path) else {
            return unknown("its Dockerfile is not in the project");
        };
        // An argument in front of the first FROM is there to choose the base image.
        for (name, value) in &build.args {
            let default = file.args.iter().rev().find(|(own, _)| own.value == name.value).map(|(_, default)| default);
            let same = |default: &str| value.get().is_some_and(|value| value == default);
            if default.is_some_and(|default| !default.as_ref().is_some_and(|default| same(&default.value))) {
                return unknown("build arguments choose the base image");
            }
        }
        if build.target.is_unresolved() {
            return unknown("the stage that is built is not known");
        }
        // Whoever asks it goes through all of it, and reads the commands.
        if !self.look(4 * file.weight) {
            return unknown("too many services were looked at");
        }
        match file.target(build.target.get().map(String::as_str)) {
            Some(stage) => Image::Built(file, stage),
            None => unknown("its Dockerfile has no such stage"),
        }
    }
}
