//! Service to image: what a service runs, named or built here; and the images that ship.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use super::Project;
use super::said::lines_with;
use crate::model::compose::{Build, Mount, MountKind, Service};
use crate::model::image::{Copy, CopyFrom, Dockerfile, Ignore, Image, Refused, Stage, Step, covers};
use crate::model::{Document, Known, Unjudged};
use crate::source::{
    Answer, Cut, FileId, Presence, Role, RoleWhy, Span, Spanned, Why, below, directory, join, normalize,
};
use crate::syntax::Fault;
use crate::syntax::near::letters_apart;
use crate::syntax::shell::{self, base_name};

/// An image that ships: a stage of a Dockerfile that services run, or the last one of a Dockerfile that nobody here builds.
#[derive(Clone, Debug)]
pub struct Shipped<'a> {
    /// Its Dockerfile.
    pub file: &'a Dockerfile,
    /// The index of the stage.
    pub stage: usize,
    /// The directories it may be built in: one when a service says so, else those that have what it copies.
    pub contexts: Vec<String>,
    /// The services that run it.
    pub services: Vec<&'a Service>,
    /// The environment it is for.
    pub role: Role,
}

/// An image that ships, found out once for all that ask which files it takes.
#[derive(Debug)]
pub(super) struct BuiltImage {
    /// The index of its Dockerfile.
    dockerfile: usize,
    stage: usize,
    contexts: Vec<String>,
    role: Role,
    /// Whether a service runs it.
    runs: bool,
}

impl BuiltImage {
    /// Those that are known by now.
    pub(super) fn all(project: &Project) -> Vec<BuiltImage> {
        let index = |file: &Dockerfile| project.dockerfiles.iter().position(|other| other.file == file.file);
        let one = |Shipped { file, stage, contexts, role, services }: Shipped| {
            Some(BuiltImage { dockerfile: index(file)?, stage, contexts, role, runs: !services.is_empty() })
        };
        project.images().into_iter().filter_map(one).collect()
    }

    /// It without the services that run it.
    fn image<'a>(&self, project: &'a Project) -> Shipped<'a> {
        let BuiltImage { dockerfile, stage, ref contexts, role, .. } = *self;
        let file = &project.dockerfiles[dockerfile];
        Shipped { file, stage, contexts: contexts.clone(), services: Vec::new(), role }
    }
}

/// Whether a path looks like something that is built, downloaded or issued before an image is built from it, and not like
/// a source.
pub(super) fn is_made(path: &str) -> bool {
    const FOLDERS: [&str; 22] = [
        "dist",
        "build",
        "target",
        "out",
        "bin",
        "output",
        "release",
        "releases",
        "artifacts",
        "artifact",
        "publish",
        "node_modules",
        "vendor",
        "_build",
        "pkg",
        "tmp",
        "rootfs",
        "certs",
        "ssl",
        "secrets",
        "cache",
        "wheels",
    ];
    const SOURCES: [&str; 34] = [
        "py", "js", "ts", "mjs", "cjs", "tsx", "jsx", "json", "toml", "txt", "conf", "cfg", "ini", "sh", "yml", "yaml",
        "lock", "html", "css", "rb", "go", "mod", "sum", "php", "rs", "java", "kt", "xml", "gradle", "sql", "md", "cs",
        "csproj", "sln",
    ];
    let mut parts = path.split('/');
    let name = parts.next_back().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let source = SOURCES.contains(&ending) || matches!(name, "src" | "Gemfile" | "Pipfile" | "Makefile" | "Procfile");
    !source || parts.any(|folder| FOLDERS.contains(&folder) || folder.starts_with('.'))
}

impl<'a> Shipped<'a> {
    /// What can be asked of it.
    pub fn image(&self) -> Image<'a> {
        Image::Built(self.file, self.stage)
    }

    /// Its last stage.
    pub fn last(&self) -> Option<&'a Stage> {
        self.file.stages.get(self.stage)
    }

    /// The stages it is made of and those that files are copied from, in the order of the file.
    pub fn built(&self) -> Vec<(usize, &'a Stage)> {
        let mut needed: HashSet<usize> = HashSet::new();
        let mut open = vec![self.stage];
        while let Some(index) = open.pop() {
            if !needed.insert(index) {
                continue;
            }
            open.extend(self.file.parent(index));
            let copies = self.file.stages.get(index).into_iter().flat_map(|stage| &stage.steps).filter_map(Step::copy);
            open.extend(copies.filter_map(|copy| match copy.from {
                CopyFrom::Stage(from) => Some(from),
                _ => None,
            }));
        }
        self.file.stages.iter().enumerate().filter(|(index, _)| needed.contains(index)).collect()
    }

    /// Whose it is, for people.
    pub fn owner(&self) -> String {
        let mut names: Vec<String> = self.services.iter().map(|service| format!("`{}`", service.name.value)).collect();
        // Several sets of files have the same service.
        names.sort_unstable();
        names.dedup();
        match &names[..] {
            [] => "the image".to_owned(),
            [only] => format!("service {only}"),
            [first, second] => format!("the image of services {first} and {second}"),
            [first, more @ ..] => format!("the image of service {first} and {} more", more.len()),
        }
    }

    /// Whether a service runs it with its own command: `command:` or `entrypoint:` of all others replace it. What users meet
    /// counts, not the developers' variant of it.
    pub fn runs_own_command(&self) -> bool {
        let strictest = self.services.iter().map(|service| service.role).max();
        let mut serving = self.services.iter().filter(|service| Some(service.role) == strictest);
        self.services.is_empty() || serving.any(|service| service.command.is_absent() && service.entrypoint.is_absent())
    }
}

/// How a program got into an image.
#[derive(Clone, Debug)]
pub(super) struct Started {
    /// Whether `--chmod` makes it executable; none: it keeps what it has.
    flag: Option<bool>,
    /// The stages it was copied from.
    stages: Vec<usize>,
}

/// A script of the project that an image starts with.
#[derive(Clone, Debug)]
pub struct Script<'a> {
    /// The file.
    pub document: &'a Document,
    /// Its first line.
    pub first: Span,
    /// The first line, when it ends as in Windows.
    pub crlf: Option<Span>,
    /// The program behind `#!`, without its directory.
    pub interpreter: Option<String>,
    /// Whether it can be started in the image.
    pub executable: bool,
}

/// Why what is copied is not in the build context.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Absent {
    /// This ignore list leaves it out.
    Ignored(String),
    /// There is nothing at this path; perhaps at another one of nearly the same name.
    Missing(String, Option<String>),
    /// There is nothing at this path. Git does not say that the sources are here as a whole, but everything else that is copied is.
    Alone(String),
}

impl Project {
    /// The word of a `COPY` by which an image takes a file of the project, the ignore list counted. Where several folders may be
    /// the build context, it is the first.
    pub fn taken_into<'a>(&self, image: &Shipped<'a>, path: &str) -> Option<&'a Spanned<String>> {
        self.taken_from(image, image.contexts.first().map_or("", String::as_str), path, |_| true)
    }

    fn taken_from<'a>(
        &self,
        image: &Shipped<'a>,
        context: &str,
        path: &str,
        counts: impl Fn(&str) -> bool,
    ) -> Option<&'a Spanned<String>> {
        let inside = below(path, context)?;
        let steps = image.image().chain().into_iter().flat_map(|stage| &stage.steps).filter_map(Step::copy);
        let mut words = steps.filter(|copy| copy.from == CopyFrom::Context).flat_map(|copy| &copy.sources);
        let word = words.find(|word| self.look(1) && counts(&word.value) && covers(&word.value, inside))?;
        let list = self.dockerignore(&image.file.path, context).filter(|list| self.look(list.len()));
        (!list.is_some_and(|list| list.leaves_out(inside))).then_some(word)
    }

    /// Whether the build of an image takes a file, in whichever stage, or its ignore list leaves it out; `None` where no `COPY` means
    /// it.
    pub(super) fn build_takes(&self, image: &Shipped, path: &str) -> Option<bool> {
        let steps = image.file.stages.iter().flat_map(|stage| &stage.steps).filter_map(Step::copy);
        let words: Vec<_> =
            steps.filter(|copy| copy.from == CopyFrom::Context).flat_map(|copy| &copy.sources).collect();
        let answer = |context: &String| {
            let inside = below(path, context)?;
            words.iter().find(|word| self.look(1) && covers(&word.value, inside))?;
            let list = self.dockerignore(&image.file.path, context).filter(|list| self.look(list.len()));
            Some(!list.is_some_and(|list| list.leaves_out(inside)))
        };
        image.contexts.iter().filter_map(answer).max()
    }

    /// Whether an image takes a file by its name, or by that of a folder it is in: not only because it takes everything.
    pub fn is_put_into_image(&self, path: &str) -> bool {
        self.is_put_into(path, |_| true)
    }

    /// The same of the images that are not for developers or tests alone.
    pub fn is_put_into_image_for_users(&self, path: &str) -> bool {
        self.is_put_into(path, |image| image.role >= Role::Staging)
    }

    fn is_put_into(&self, path: &str, counts: impl Fn(&Shipped) -> bool) -> bool {
        let named = |word: &str| !matches!(word.trim_matches('/'), "" | "." | "./" | "*");
        let takes = |image: &Shipped| {
            image.contexts.iter().any(|context| self.taken_from(image, context, path, named).is_some())
        };
        let built = self.built.get_or_init(|| BuiltImage::all(self));
        built.iter().map(|built| built.image(self)).filter(|image| counts(image)).any(|image| takes(&image))
    }

    /// Whether a container gets this one file of the project.
    pub fn is_mounted(&self, path: &str) -> bool {
        let own = |mount: &Mount| mount.kind == MountKind::Bind && mount.source.get().is_some_and(|own| own == path);
        self.services()
            .filter(|service| self.look(1 + service.mounts.len()))
            .any(|service| service.mounts.iter().any(own))
    }

    /// Whether something of the build context is not there when the image is built; it counts from the context.
    pub fn absent(&self, image: &Shipped, path: &str) -> Answer<Absent> {
        let [context, more @ ..] = &image.contexts[..] else { return Answer::No(Why::new("it is there")) };
        let there = || Answer::No(Why::new("it is there"));
        if path.is_empty() || path.contains(['*', '?', '[', '\\']) {
            return there();
        }
        let list = self.dockerignore(&image.file.path, context).filter(|_| more.is_empty());
        if let Some(list) = list
            && self.look(list.len())
            && list.leaves_all_out(path)
        {
            return Answer::Yes(Absent::Ignored(self.source(list.file).path.clone()));
        }
        if image.contexts.iter().any(|context| self.files.presence(&join(context, path)) != Presence::Missing) {
            return there();
        }
        let place = join(context, path);
        if let Some(context) = image.contexts.iter().find(|context| !self.git.ignored(&join(context, path)).is_no()) {
            let own = join(context, path);
            return Answer::Unknown(Why::new(format!(
                "git ignores `{own}`: what is there when it is built is not known"
            )));
        }
        if image.file.path.contains("{{") {
            return Answer::Unknown(Why::new(format!("the project is a template, which may make `{place}`")));
        }
        // Nobody here builds it, and nothing of what it takes is here.
        if image.services.is_empty() && self.lacks_all(image) {
            return Answer::Unknown(Why::new(format!(
                "`{place}` is not here, nor anything else that is copied: other sources are sent"
            )));
        }
        // The project may be a part of what is sent.
        let part = image.services.is_empty() && !self.git.prefix().is_empty();
        if part
            || is_made(path)
            || self.is_made_by_command(path)
            || self.files.presence(".gitmodules") == Presence::File
        {
            return Answer::Unknown(Why::new(format!("`{place}` may be made before the build")));
        }
        // A slip of the pen is one; else the sources must be here as a whole, which git knows.
        let slip = image.contexts.iter().find_map(|context| self.nearly(&join(context, path)));
        if slip.is_none() && !image.contexts.iter().any(|context| self.has_sources(context)) {
            if more.is_empty() && self.has_all_else(image, context, path) {
                return Answer::Yes(Absent::Alone(place));
            }
            let why = "it is not known whether all sources are in the project: git does not track them";
            return Answer::Unknown(Why::new(format!("`{place}` is not in the project, and {why}")));
        }
        if slip.is_none() && self.is_built_elsewhere(image, context) {
            let why = "most of what is copied lies somewhere else";
            return Answer::Unknown(Why::new(format!("`{place}` is not in the project, and {why}")));
        }
        Answer::Yes(Absent::Missing(place, slip))
    }

    /// The paths that an image copies from its build context by their names.
    fn copied(image: &Shipped) -> Vec<String> {
        let steps = image.built().into_iter().flat_map(|(_, stage)| &stage.steps).filter_map(Step::copy);
        let plain = |path: &String| !path.is_empty() && !path.contains(['*', '?', '[', '$', '\\']);
        steps.flat_map(|copy| copy.taken().map(|(_, path)| path).collect::<Vec<_>>()).filter(plain).collect()
    }

    /// Whether a command of the project makes what an image copies, or a folder around it: `mkdir docker/src` in `build.sh`.
    fn is_made_by_command(&self, path: &str) -> bool {
        const MAKERS: [&str; 12] =
            ["mkdir", "cp", "mv", "ln", "rsync", "tar", "unzip", "curl", "wget", "tee", "touch", "install"];
        let meant = |word: &str| {
            let word = word.trim_start_matches("./").trim_end_matches('/');
            !word.is_empty() && word.split('/').count() > 1 && below(path, word).is_some() || word == path
        };
        let makes = |step: &crate::model::starts::Step| {
            let named = MAKERS.contains(&step.tool()) && step.words.iter().skip(1).any(|word| meant(&word.value));
            named || step.redirects.iter().any(|own| own.writes() && meant(&own.target.value))
        };
        self.commands().iter().flat_map(|commands| commands.steps).any(makes)
    }

    /// Whether an image copies several things from its build context, and none of them is there.
    fn lacks_all(&self, image: &Shipped) -> bool {
        let steps = image.built().into_iter().flat_map(|(_, stage)| &stage.steps).filter_map(Step::copy);
        let taken: Vec<String> =
            steps.flat_map(|copy| copy.taken().map(|(_, path)| path).collect::<Vec<_>>()).collect();
        let gone = |path: &String| {
            let at = |context: &String| self.files.presence(&join(context, path)) == Presence::Missing;
            self.look(1) && !path.is_empty() && !path.contains(['*', '?', '[', '$']) && image.contexts.iter().all(at)
        };
        taken.len() > 1 && taken.iter().all(gone)
    }

    /// Whether everything that an image copies from its build context is there, except for one path.
    fn has_all_else(&self, image: &Shipped, context: &str, path: &str) -> bool {
        let lock = path.rsplit('/').next().is_some_and(|name| name.contains("lock"));
        let others: Vec<String> = Self::copied(image).into_iter().filter(|other| !lock && other != path).collect();
        others.len() > 1 && others.iter().all(|other| self.is_there(context, other))
    }

    /// Whether a Dockerfile is that of other sources: most of what it copies is neither in its context nor beside it or
    /// above, where it would be if only the context were wrong.
    fn is_built_elsewhere(&self, image: &Shipped, context: &str) -> bool {
        let all = Self::copied(image);
        let lost: Vec<&String> = all.iter().filter(|path| !self.is_there(context, path)).collect();
        let beside = |path: &&String| {
            self.is_there(directory(&image.file.path), path) || self.found_above(context, path).is_some()
        };
        lost.len() > 2 && lost.len() * 2 > all.len() && !lost.iter().any(beside)
    }

    /// The nearest folder above one that has a path.
    pub fn found_above<'f>(&self, folder: &'f str, path: &str) -> Option<&'f str> {
        let mut folder = folder;
        while !folder.is_empty() {
            folder = directory(folder);
            if self.is_there(folder, path) {
                return Some(folder);
            }
        }
        None
    }

    fn is_there(&self, folder: &str, path: &str) -> bool {
        self.look(1) && self.files.presence(&join(folder, path)) != Presence::Missing
    }

    /// A file beside a path that is not there, with nearly its name.
    pub(super) fn nearly(&self, path: &str) -> Option<String> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let near = |own: &&String| self.look(1) && own.len() > 4 && letters_apart(own, name) <= 2;
        let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_owned());
        self.folder(folder).iter().filter(|own| ending(own) == ending(name)).find(near).map(|own| join(folder, own))
    }

    /// Whether git tracks sources in a folder: more than what says how to deploy them.
    pub(super) fn has_sources(&self, folder: &str) -> bool {
        self.files.files().any(|path| {
            let aside = |inside: &str| inside.starts_with('.') || inside.is_empty();
            let inside = below(path, folder).filter(|inside| !aside(inside) && self.look(1));
            inside.is_some() && self.at(path).is_none() && !path.ends_with(".md") && self.git.tracked(path).is_yes()
        })
    }

    /// The file of the project that an image starts as a program, if nothing in the build may have changed it. Its name is a
    /// path in the image, or is looked for in the usual folders of programs.
    pub fn script_of(&self, image: &Shipped, program: &str) -> Option<Script<'_>> {
        let (path, copy) = self.started(image, program)?;
        let document = self.at(&path)?;
        let stage = image.last()?;
        let name = program.rsplit('/').next().unwrap_or(program);
        // A command that names it, or that may reach all files, may have made it executable or another.
        let stages = std::iter::once(image.stage).chain(copy.stages.iter().copied());
        let touched = stages.flat_map(|stage| image.file.chain(stage)).flat_map(|stage| stage.runs()).any(|run| {
            let commands = || run.commands.iter().filter(|words| !is_chmod_of_others(words, name));
            let words = || commands().flatten().map(|word| word.value.as_str());
            let changes = |word: &str| matches!(word, "chmod" | "dos2unix" | "sed" | "tr");
            // Package managers have an `install`, too.
            let mut programs = run.commands.iter().filter_map(|words| Some(shell::base_name(&words.first()?.value)));
            let puts = programs.any(|program| matches!(program, "find" | "install" | "git"));
            puts || words().any(|word| word.contains(name) || changes(word))
        });
        if touched || image.file.gap.is_some() || stage.instructions.is_empty() {
            return None;
        }
        let text = document.source.text();
        // A program for the processor, or for a runtime of its own.
        if text.chars().take(256).any(|c| c == '\0') {
            return None;
        }
        let line = text.lines().next().unwrap_or("");
        let first = Span::new(document.source.id, 0, line.len());
        let interpreter = line.strip_prefix("#!").map(|rest| {
            let words: Vec<&str> = rest.split_whitespace().collect();
            shell::base_name(words.get(shell::program(&words)).or(words.first()).unwrap_or(&"")).to_owned()
        });
        let mode = copy.flag.map_or(document.source.mode, |mode| Some(if mode { 0o755 } else { 0o644 }));
        let crlf = text.cut(..(line.len() + 2).min(text.len())).ends_with("\r\n").then_some(first);
        Some(Script { document, first, crlf, interpreter, executable: mode.is_none_or(|mode| mode & 0o111 != 0) })
    }

    /// The path of the entry script of an image that does something which ends, and nothing with its arguments.
    pub fn ends_before_its_arguments(&self, image: &Shipped, entry: &[Spanned<String>]) -> Option<&str> {
        const READS: [&str; 8] = ["$@", "$*", "${@", "${*", "$1", "${1", "exec ", "trap "];
        const ENDS: [&str; 13] = [
            "echo ",
            "mkdir ",
            "chown ",
            "chmod ",
            "cp ",
            "alembic upgrade ",
            "flask db upgrade",
            "python manage.py migrate",
            "python manage.py collectstatic",
            "python3 manage.py migrate",
            "python3 manage.py collectstatic",
            "npx prisma migrate deploy",
            "npx prisma db push",
        ];
        let (first, rest) = entry.split_first()?;
        let script = match (shell::base_name(&first.value), rest) {
            ("sh" | "bash" | "ash", [script]) if script.value.starts_with('/') => script.value.clone(),
            ("sh" | "bash" | "ash", [script]) => format!("./{}", script.value),
            (_, []) => first.value.clone(),
            _ => return None,
        };
        let (path, _) = self.started(image, &script)?;
        let document = self.at(&path)?;
        let text = self.text_of(document)?;
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let is_shell = text.lines().next().is_some_and(|line| !line.starts_with("#!") || line.contains("sh"));
        let ends = |line: &str| ENDS.iter().any(|start| line.starts_with(start)) && !line.contains(['&', '|', ';']);
        let goes_on = |line: &str| READS.iter().any(|sign| line.contains(sign)) || line.ends_with('&');
        (is_shell && lines().next_back().is_some_and(ends) && !lines().any(goes_on))
            .then_some(document.source.path.as_str())
    }

    /// Where in the project the program comes from that an image starts.
    pub(super) fn started(&self, image: &Shipped, program: &str) -> Option<(String, Started)> {
        const FOLDERS: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        let [context] = &image.contexts[..] else { return None };
        let stage = image.last()?;
        let own = match stage.workdir.as_ref() {
            _ if program.starts_with('/') => vec![normalize(program)],
            Some(workdir) if program.contains('/') => vec![join(workdir, program)],
            None if program.contains('/') => vec![normalize(&format!("/{program}"))],
            _ => FOLDERS.iter().map(|folder| join(folder, program)).collect(),
        };
        self.brought(image.file, image.stage, context, own)
    }

    /// Where in the project what is at one of these paths in a stage comes from, through the stages it is copied from.
    fn brought(&self, file: &Dockerfile, stage: usize, context: &str, own: Vec<String>) -> Option<(String, Started)> {
        let chain = file.chain(stage).into_iter().rev();
        let copies: Vec<&Copy> = chain.flat_map(|stage| &stage.steps).filter_map(Step::copy).collect();
        // The last copy counts; one from elsewhere may have brought it.
        for copy in copies.iter().rev() {
            let Some(to) = &copy.to else { return None };
            let reaches = own.iter().find(|path| below(path, to).is_some() || *path == to);
            let Some(path) = reaches else { continue };
            let rest = below(path, to).unwrap_or("");
            let chmod = copy.chmod.as_deref();
            let flag = chmod
                .map(|mode| mode.contains('x') || u32::from_str_radix(mode, 8).is_ok_and(|mode| mode & 0o111 != 0));
            match copy.from {
                CopyFrom::Context => {}
                // An earlier stage, so this ends.
                CopyFrom::Stage(from) if from < stage && self.look(1) => {
                    let there = places_in_stage(copy, rest)?;
                    let (path, mut started) = self.brought(file, from, context, there)?;
                    started.stages.push(from);
                    return Some((path, Started { flag: flag.or(started.flag), ..started }));
                }
                _ => return None,
            }
            let sources: Vec<String> = copy.paths().collect();
            let found = sources.iter().find_map(|source| {
                let full = join(context, source);
                let inside = match self.files.presence(&full) {
                    Presence::Directory if !rest.is_empty() => join(&full, rest),
                    Presence::File if rest.is_empty() && sources.len() == 1 => full,
                    Presence::File if full.rsplit('/').next() == Some(rest) => full,
                    _ => return None,
                };
                self.files.is_file(&inside).then_some(inside)
            });
            let Some(found) = found else { continue };
            return Some((found, Started { flag, stages: Vec::new() }));
        }
        None
    }

    /// The Dockerfiles that something may build: not what lies beside the one for users, and is called by nothing.
    pub fn buildable(&self) -> Vec<&Dockerfile> {
        let built = self.built.get_or_init(|| BuiltImage::all(self));
        let idle = |file: &Dockerfile, image: &BuiltImage| {
            self.dockerfiles[image.dockerfile].file == file.file && !image.runs && image.role < self.role(file.file)
        };
        self.dockerfiles.iter().filter(|file| !built.iter().any(|image| self.look(1) && idle(file, image))).collect()
    }

    /// The images that ship, in the order of their Dockerfiles.
    pub fn images(&self) -> Vec<Shipped<'_>> {
        let mut by_build: BTreeMap<(FileId, usize, &str), Vec<&Service>> = BTreeMap::new();
        let mut used: HashSet<FileId> = HashSet::new();
        for service in self.services() {
            let Some(build) = &service.build else { continue };
            used.extend(self.dockerfile_of(build).map(|file| file.file));
            if let (Image::Built(file, stage), Some(context)) = (self.image_of(service), build.context.get()) {
                by_build.entry((file.file, stage, context)).or_default().push(service);
            }
        }
        let of = |file: FileId| self.dockerfiles.iter().find(|dockerfile| dockerfile.file == file);
        let mut all: Vec<Shipped> = Vec::new();
        for ((file, stage, context), services) in by_build {
            let Some(file) = of(file) else { continue };
            let role = self.role_of_image(file, stage, &services);
            all.push(Shipped { file, stage, contexts: vec![context.to_owned()], services, role });
        }
        for file in self.dockerfiles.iter().filter(|file| !used.contains(&file.file)) {
            let Some(stage) = file.target(None).filter(|_| self.look(file.weight)) else { continue };
            let (services, contexts) = (Vec::new(), self.contexts(file));
            // Beside the one for users, which services are built from, or which is named where this one is not.
            let beside = |other: &&Dockerfile| {
                let here = self.look(1) && other.file != file.file && directory(&other.path) == directory(&file.path);
                let ships = || self.role(other.file) == Role::Production && self.role_why(other.file) == RoleWhy::Name;
                here && (used.contains(&other.file) && ships() || self.is_built_instead(other, file, &used))
            };
            let left =
                || self.is_kept(file) || self.dockerfiles.iter().any(|d| beside(&d)) || self.is_taken_by_another(file);
            let unnamed = self.role_why(file.file) == RoleWhy::Unnamed;
            let role = match unnamed && left() || !unnamed && self.is_superseded(file) {
                true => Role::Development,
                false => self.role_of_image(file, stage, &[]),
            };
            all.push(Shipped { file, stage, contexts, services, role });
        }
        all.sort_by_key(|image| (image.file.file, image.stage));
        all
    }

    /// Whether a Dockerfile that nobody builds is a copy that somebody kept: `Dockerfile.old`.
    fn is_kept(&self, file: &Dockerfile) -> bool {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let mut words = name.split(['.', '-', '_']).skip(1);
        words.any(|word| matches!(word, "backup" | "bak" | "old" | "orig" | "copy"))
            && !self.says_name(&file.path, true)
    }

    /// Whether an image for users takes the sources beside a Dockerfile that nobody builds: `COPY frontend/ ./` in the one at
    /// the top. What a platform or command may build all the same is not left over.
    fn is_taken_by_another(&self, file: &Dockerfile) -> bool {
        let folder = directory(&file.path);
        let takes = |service: &Service| {
            let Some(build) = service.build.as_ref().filter(|_| self.look(1) && service.role == Role::Production)
            else {
                return false;
            };
            let (Some(context), Some(other)) = (build.context.get(), self.dockerfile_of(build)) else { return false };
            let steps = other.stages.iter().flat_map(|stage| &stage.steps).filter_map(Step::copy);
            let mut paths = steps.filter(|copy| copy.from == CopyFrom::Context).flat_map(Copy::paths);
            let above = directory(&other.path) != folder;
            above && paths.any(|path| !path.is_empty() && below(&join(context, &path), folder).is_some())
        };
        let name = base_name(folder);
        let builds = |line: &str| {
            line.contains("docker build") || line.contains("docker buildx") || line.trim_start().starts_with("context:")
        };
        !folder.is_empty()
            && !self.ships_on_platform()
            && self.services().any(takes)
            && !self.is_said(|text| lines_with(text, name).any(builds))
    }

    /// Whether a file of a platform is here, which may build what nothing else does.
    pub fn ships_on_platform(&self) -> bool {
        let file = |path: &str| Unjudged::of(path).is_some_and(|kind| kind.one == "platform file");
        // `heroku container:push --recursive` builds each `Dockerfile.web`.
        let any = || self.files.files().any(file) || self.says(&["heroku"]);
        *self.platform.get_or_init(any)
    }

    /// Whether nothing in the project says the name of a Dockerfile that nobody builds, and another one is built for users:
    /// `Dockerfile.pip` beside the `Dockerfile` of the stack.
    fn is_built_instead(&self, other: &Dockerfile, file: &Dockerfile, used: &HashSet<FileId>) -> bool {
        let usual = |path: &str| path.rsplit('/').next() == Some("Dockerfile");
        let builds = |service: &&Service| {
            let build = service.build.as_ref().and_then(|build| self.dockerfile_of(build));
            let ships = service.role == Role::Production || !self.ships_on_platform();
            ships && build.is_some_and(|built| built.file == other.file)
        };
        let ships = || used.contains(&other.file) && self.services().any(|service| self.look(1) && builds(&service));
        !usual(&file.path) && !self.says_name(&file.path, true) && (ships() || self.says_name(&other.path, false))
    }

    /// Whether a stack whose own name says production is built from another Dockerfile of the same folder, and nothing says the
    /// name of this one that says it, too: `Dockerfile.prod` beside what `docker-compose.production.yml` builds.
    fn is_superseded(&self, file: &Dockerfile) -> bool {
        let named = |id: FileId| self.role(id) == Role::Production && self.role_why(id) == RoleWhy::Name;
        let instead = |service: &Service| {
            let built = service.build.as_ref().filter(|_| self.look(1) && named(service.file));
            let other = built.and_then(|build| self.dockerfile_of(build));
            other.is_some_and(|other| other.file != file.file && directory(&other.path) == directory(&file.path))
        };
        let usual = base_name(&file.path).eq_ignore_ascii_case("Dockerfile");
        // These two build no images.
        let images = |path: &str| !matches!(base_name(path), "vercel.json" | "netlify.toml");
        let builds = |path: &str| images(path) && Unjudged::of(path).is_some_and(|kind| kind.one == "platform file");
        let said = || self.files.files().any(builds) || self.says_name(&file.path, true);
        !usual && named(file.file) && self.services().any(instead) && !said()
    }

    /// Where a Dockerfile that nobody here builds may be built: the folders from its own up that have all it copies, else
    /// another folder that has, else all of them.
    fn contexts(&self, file: &Dockerfile) -> Vec<String> {
        let mut folders = vec![directory(&file.path)];
        while let Some(last) = folders.last().filter(|last| !last.is_empty()) {
            folders.push(directory(last));
        }
        let steps = file.stages.iter().flat_map(|stage| &stage.steps).filter_map(Step::copy);
        let sources: Vec<String> = steps.flat_map(Copy::paths).filter(|path| !path.contains(['*', '?', '['])).collect();
        let has = |folder: &&str| {
            sources.iter().all(|source| self.look(1) && self.files.presence(&join(folder, source)) != Presence::Missing)
        };
        let mut fit: Vec<&str> = folders.iter().copied().filter(has).take(1).collect();
        if let Some(first) = sources.iter().find(|source| fit.is_empty() && !source.is_empty()) {
            // Where several fit nobody knows which one is meant.
            let others = self.files.files().filter_map(|path| path.strip_suffix(first.as_str())?.strip_suffix('/'));
            fit.extend(others.filter(has));
            fit.sort_unstable();
        }
        let found = if fit.is_empty() { folders } else { fit };
        found.into_iter().map(str::to_owned).collect()
    }

    /// The environment an image is for: what its Dockerfile is called, or its stage, or the files of its services.
    fn role_of_image(&self, file: &Dockerfile, stage: usize, services: &[&Service]) -> Role {
        let own = self.role(file.file);
        let name = file.stages.get(stage).and_then(|stage| stage.name.as_ref());
        if self.role_why(file.file) != RoleWhy::Unnamed {
            // `Dockerfile.production` whose last stage is `development`, and nothing builds it: which one is meant is open.
            let tame = |role: &Role| matches!(role, Role::Development | Role::Test) && services.is_empty();
            return name.and_then(|name| Role::parse(&name.value)).filter(tame).unwrap_or(own);
        }
        let of_services = || services.iter().map(|service| service.role).max();
        let aside = || (services.is_empty() && self.git.is_fixture(&file.path)).then_some(Role::Test);
        // A stack that says production and no stage gets the last one, whatever it is called.
        let is_built = |service: &&&Service| {
            let no_target = service.build.as_ref().is_some_and(|build| build.target.is_absent());
            no_target && service.role >= Role::Staging && self.compose[service.id.composition].role_said
        };
        if let Some(service) = services.iter().find(is_built) {
            return service.role;
        }
        let named = name.and_then(|name| Role::parse(&name.value));
        named.or_else(of_services).or_else(aside).unwrap_or(own)
    }

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
        if let Some(built) = self.built_under(service) {
            return built;
        }
        match &service.image {
            Known::Set(image) => Image::Named(image),
            Known::Unresolved { why, .. } => Image::Unknown(format!("the image is not known: {why}").into()),
            Known::Default(_) | Known::Absent => Image::Unknown("the service names no image here".into()),
        }
    }

    /// Whether a service runs a published program that works on the host because that is what it is for, be it with files put
    /// beside it.
    pub fn works_on_host(&self, service: &Service) -> bool {
        let of_base = || {
            let image = self.image_of(service);
            let own = image.chain().iter().any(|stage| stage.entrypoint.is_some() || stage.command.is_some());
            let base = image.base().filter(|_| !own && service.command.is_absent() && service.entrypoint.is_absent());
            base.is_some_and(|(base, _)| base.works_on_host())
        };
        service.works_on_host() || service.build.is_some() && of_base()
    }

    /// Whether a file of the project is known to hold nothing.
    pub fn is_blank(&self, path: &str) -> bool {
        self.at(path).is_some_and(|document| document.source.shown().trim().is_empty())
    }

    /// Where BuildKit finds a Dockerfile: for `Dockerfile` it takes `dockerfile` as well (`dockerui`, `ReadEntrypoint`).
    pub fn dockerfile_place<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let lower = path.strip_suffix("Dockerfile").filter(|folder| folder.is_empty() || folder.ends_with('/'));
        let lower = lower.filter(|_| self.files.presence(path) == Presence::Missing);
        let found = lower.map(|folder| format!("{folder}dockerfile")).filter(|other| self.files.is_file(other));
        found.map_or(Cow::Borrowed(path), Cow::Owned)
    }

    /// The Dockerfile at a path.
    pub fn dockerfile_at(&self, path: &str) -> Option<&Dockerfile> {
        let file = self.at(&self.dockerfile_place(path))?.source.id;
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
        let Some(file) = self.dockerfile_of(build) else {
            return match &build.dockerfile {
                Known::Set(_) | Known::Default(_) => unknown("its Dockerfile is not in the project"),
                Known::Unresolved { why, .. } => Image::Unknown(format!("the Dockerfile is not known: {why}").into()),
                Known::Absent => unknown("the Dockerfile is not known"),
            };
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
/// Where in its stage something may lie that a copy from there brings: what it names, or what is below that.
fn places_in_stage(copy: &Copy, rest: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for source in &copy.sources {
        if source.value.contains(['$', '*', '?', '[']) {
            return None;
        }
        let path = normalize(&format!("/{}", source.value));
        if rest.is_empty() || shell::base_name(&path) == rest {
            found.push(path.clone());
        }
        if !rest.is_empty() {
            found.push(join(&path, rest));
        }
    }
    Some(found)
}

/// Whether a command makes other files executable, by their names, and not one of this name: `chmod +x migrate.sh`.
fn is_chmod_of_others(words: &[Spanned<String>], name: &str) -> bool {
    let mut words = words.iter().map(|word| word.value.as_str());
    let others = |word: &str| {
        let base = shell::base_name(word);
        let is_file = base.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && !ending.is_empty());
        is_file && base != name && !word.contains(['*', '?', '$', '[', '{'])
    };
    words.next() == Some("chmod") && words.next().is_some_and(|mode| !mode.starts_with("-R")) && words.all(others)
}
