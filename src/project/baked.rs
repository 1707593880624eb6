//! Service to the build of its image: which of its variables are written into pages long before it starts.

use std::cell::LazyCell;

use super::loaders::becomes;
use super::{Project, Variables};
use crate::model::compose::Service;
use crate::model::image::{CommandLine, Dockerfile, Image};
use crate::model::next_config::NextConfig;
use crate::model::{Document, Host, Kind, Known};
use crate::secret::client_prefix;
use crate::source::{Span, Spanned, below, directory, join};
use crate::syntax::shell;

/// Those that are read at build time only; Nuxt and SvelteKit also read theirs when they start.
const BAKED: [&str; 6] = ["NEXT_PUBLIC_", "VITE_", "REACT_APP_", "VUE_APP_", "GATSBY_", "EXPO_PUBLIC_"];

/// What writes a variable of this name into the pages when it builds them.
pub fn baked_by(name: &str) -> Option<&'static str> {
    client_prefix(name).filter(|(prefix, _)| BAKED.contains(prefix)).map(|(_, tool)| tool)
}

/// Variables that a service gets when its pages have long been built.
pub struct TooLate<'a> {
    /// Their names; never empty.
    pub names: Vec<&'a Spanned<String>>,
    /// The Dockerfile that builds the pages without them.
    pub file: &'a Dockerfile,
    /// The step that does.
    pub build: Span,
    /// Why the pages may be changed, or built, when the container starts.
    pub later: Option<&'static str>,
}

impl Project {
    /// Whether anything but a `COPY` may bring `.next/static` to the server of Next.js, or send browsers elsewhere for it.
    pub fn brings_static(&self) -> bool {
        const SAYS: [&str; 5] = ["standalone/.next", "cp -r .next", "ASSET_PREFIX", "assetPrefix", "CDN"];
        let copies = |line: &str| line.contains(".next/static") && !line.contains("COPY ");
        self.texts().any(|text| SAYS.iter().any(|word| text.contains(word)) || text.lines().any(copies))
    }

    /// The variables in `environment:` that the build of the service's image would have needed for its pages.
    pub fn set_too_late<'a>(&'a self, service: &'a Service) -> Option<TooLate<'a>> {
        self.too_late(service, |name| baked_by(name).is_some())
    }

    /// The configuration of Next.js in a folder.
    pub fn next_config_in(&self, folder: &str) -> Option<&NextConfig> {
        self.next_configs.iter().find(|config| directory(&config.path) == folder && self.look(1))
    }

    /// The same of those that its routes to other servers are made of, and what reads each.
    pub fn rewritten_too_late<'a>(&'a self, service: &'a Service) -> Option<(TooLate<'a>, &'a NextConfig)> {
        let folder = service.build.as_ref().and_then(|build| build.context.get())?;
        let config = self.next_config_in(folder)?;
        // What it falls back to is what it is given: nothing is lost.
        let given = |name: &str| service.environment.iter().find(|(own, _)| own.value == name)?.1.get();
        let falls_back = |name: &str| given(name).is_some_and(|value| config.has_address(value));
        let reads = |name: &str| {
            let own = || config.rewritten.iter().any(|own| own.value == name);
            own() && baked_by(name).is_none() && !falls_back(name)
        };
        self.too_late(service, reads).map(|late| (late, config))
    }

    /// Whether pages of the same deployment ask a published port of a service by themselves: `VITE_API_URL: http://localhost:8000`.
    pub fn pages_ask(&self, service: &Service, published: u16) -> bool {
        let asks = |(name, value): &(Spanned<String>, Known<String>)| {
            let address = value.get().and_then(|value| value.split_once("://"));
            let host = address.and_then(|(_, rest)| rest.split('/').next()).filter(|_| baked_by(&name.value).is_some());
            // Browsers know no name of a service.
            host.and_then(|host| host.rsplit_once(':')).is_some_and(|(host, port)| {
                port.parse() == Ok(published) && (host.contains('.') || Host::is_loopback(host))
            })
        };
        let own = |other: &&Service| other.id.composition == service.id.composition && self.look(1);
        self.services().filter(own).any(|service| {
            let args = service.build.iter().flat_map(|build| &build.args);
            service.environment.iter().chain(args).any(asks)
        })
    }

    /// Whether the pages that are made of the sources below a folder may use a variable: one of them names it, they cannot all
    /// be read, or it has another name there (`NUXT_PUBLIC_MAPS_KEY` is `mapsKey`).
    pub fn may_be_in_pages(&self, folder: &str, variable: &str) -> bool {
        baked_by(variable).is_none() || self.files.named_by_pages(folder).is_none_or(|named| named.contains(variable))
    }

    /// Whether services get a variable whose images are all built here, of sources that do not name it.
    pub fn is_in_no_pages(&self, env: &Variables, variable: &str) -> bool {
        let lost = |service: &&Service| {
            let folder = service.build.as_ref().and_then(|build| build.context.get());
            folder.is_some_and(|folder| !self.may_be_in_pages(folder, variable))
        };
        !env.services.is_empty() && env.services.iter().all(lost)
    }

    fn too_late<'a>(&'a self, service: &'a Service, needs: impl Fn(&str) -> bool) -> Option<TooLate<'a>> {
        let Image::Built(file, stage) = self.image_of(service) else { return None };
        let build = build_step(file, stage).filter(|_| file.gap.is_none())?;
        let text = self.document(file.file).source.text();
        let folder = service.build.as_ref().and_then(|build| build.context.get()).map_or("", String::as_str);
        // The file of the service itself counts when it lies where the build finds it, and so does what is made from a template.
        let images = LazyCell::new(|| self.images());
        let kept_out = |path: &str| {
            let image = images.iter().find(|image| image.file.file == file.file);
            image.is_some_and(|image| self.build_takes(image, &becomes(path)) == Some(false))
        };
        let in_context = |name: &str| {
            self.documents().iter().any(|document| {
                let path = &document.source.path;
                let inside = self.look(1) && below(path, folder).is_some();
                inside && self.env_at(path).is_some_and(|env| env.get(name).is_some()) && !kept_out(path)
            })
        };
        // Those of Create React App mean nothing to a project that went on to Vite.
        let manifest = self.at(&join(folder, "package.json")).map_or("", |document| document.source.shown());
        let gone = manifest.contains("\"vite\"") && !manifest.contains("react-scripts");
        let read = |name: &str| !(gone && name.starts_with("REACT_APP_"));
        // Stages that judge the code show no pages to anybody.
        let target = service.build.as_ref().and_then(|build| build.target.get()).map_or("", String::as_str);
        if ["lint", "test", "check"].iter().any(|word| target.contains(word)) {
            return None;
        }
        // Nobody wants a secret in the pages. A path of the same address is what pages usually fall back to, where there are any.
        let has_pages = || {
            let page =
                |path: &str| [".ts", ".tsx", ".js", ".jsx", ".vue", ".svelte"].iter().any(|end| path.ends_with(end));
            self.files
                .files()
                .any(|path| below(path, folder).is_some() && page(path) && !path.contains(".config.") && self.look(1))
        };
        let wanted = |name: &str, value: Option<&String>| {
            let secret = ["SECRET", "PASSWORD"].iter().any(|word| name.contains(word));
            let path = value.is_some_and(|value| value.starts_with('/') && !value.starts_with("//"));
            !(secret || path && has_pages())
        };
        let given = service.environment.iter().filter(|(name, value)| wanted(&name.value, value.get()));
        let names = given.map(|(name, _)| name).filter(|name| read(&name.value));
        let names: Vec<_> = names
            .filter(|name| needs(&name.value) && !text.contains(&name.value) && !in_context(&name.value))
            .filter(|name| self.may_be_in_pages(folder, &name.value))
            .collect();
        let served = || manifest.contains("\"start\": \"react-scripts") && starts_package(service);
        let later = || {
            later(service, self, file, stage)
                .or_else(|| served().then_some("a server for development makes the pages when the container starts"))
        };
        let later = (!names.is_empty()).then(later)?;
        Some(TooLate { names, file, build, later })
    }
}

impl Project {
    /// Whether a script that a container starts is the only one of its name here, and neither builds nor changes files.
    fn only_starts(&self, path: &str) -> bool {
        const CHANGES: [&str; 9] = ["build", "sed ", "envsubst", "replace", "perl", "awk", " dev", "npx", "find "];
        let called = |document: &&Document| {
            document.class.kind == Kind::Script && shell::base_name(&document.source.path) == shell::base_name(path)
        };
        let mut all = self.documents().iter().filter(|_| self.look(1)).filter(called);
        let (Some(one), None) = (all.next(), all.next()) else { return false };
        let text = one.source.shown();
        !CHANGES.iter().any(|word| text.contains(word))
    }
}

/// Whether a service is told to run the script `start` of its package, in place of what its image starts.
fn starts_package(service: &Service) -> bool {
    let told = [&service.entrypoint, &service.command].into_iter().filter_map(|words| words.get());
    let words: Vec<&str> = told.flatten().flat_map(|text| text.split_whitespace()).collect();
    words.windows(2).any(|pair| matches!(pair, ["npm" | "yarn" | "pnpm", "start"]))
}

/// The step that builds the pages.
fn build_step(file: &Dockerfile, stage: usize) -> Option<Span> {
    const TOOLS: [&str; 12] =
        ["npm", "yarn", "pnpm", "bun", "npx", "next", "vite", "turbo", "nx", "ng", "react-scripts", "gatsby"];
    let runs = file.stages.iter().take(stage + 1).flat_map(|stage| stage.runs());
    runs.flat_map(|run| &run.commands).find_map(|words| {
        let tool = words.first().is_some_and(|word| TOOLS.contains(&shell::base_name(&word.value)));
        let word = words.iter().find(|word| word.value == "build" || word.value.starts_with("build:"));
        word.filter(|_| tool).map(|word| word.span)
    })
}

/// Why the pages may be changed, or built, when the container starts.
fn later(service: &Service, project: &Project, file: &Dockerfile, stage: usize) -> Option<&'static str> {
    let image = Image::Built(file, stage);
    let own = [image.entrypoint(), image.command()].into_iter().flatten().map(CommandLine::words);
    let told = [&service.entrypoint, &service.command].into_iter().filter_map(|words| words.get().cloned());
    let builds = |word: &str| {
        matches!(word, "build" | "dev" | "start:dev" | "envsubst" | "sed")
            || (word.ends_with(".sh") || word.contains("entrypoint")) && !project.only_starts(word)
    };
    let text = |word: &String| word.split_whitespace().any(builds);
    if own.chain(told).flatten().any(|word| text(&word)) {
        return Some("the pages may be built or changed when the container starts");
    }
    // nginx fills in templates, and runs what is in /docker-entrypoint.d.
    let scripted = file.stages.get(stage).is_some_and(|stage| {
        stage.steps.iter().filter_map(|step| step.copy()).any(|copy| {
            let entry = copy.target.value.contains("entrypoint");
            let changes = |source: &Spanned<String>| {
                (entry || source.value.ends_with(".sh")) && !project.only_starts(&source.value)
            };
            copy.sources.iter().any(changes)
        })
    });
    let mounted = service.mounts.iter().any(|mount| mount.target.get().is_some_and(|path| path.contains("entrypoint")));
    let beside = project.documents().iter().any(|document| {
        let path = &document.source.path;
        project.look(1)
            && path.ends_with(".sh")
            && directory(path) == directory(&file.path)
            && BAKED.iter().any(|prefix| document.source.shown().contains(prefix))
    });
    (scripted || mounted || beside).then_some("a script may put it into the pages when the container starts")
}
