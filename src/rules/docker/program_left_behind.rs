//! `docker/program-left-behind`

use super::program_not_installed::BROUGHT;
use crate::model::Known;
use crate::model::image::{CopyFrom, Image, RunsAs, Stage, Step};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::source::{below, directory, join};
use crate::syntax::shell::base_name;

rule! {
    /// The program that an image starts is installed where the image does not find it.
    ///
    /// ## Why
    /// What `pip` installs has two halves: libraries below `site-packages`, programs in a folder `bin`. When a second stage takes only
    /// the first half, or the folder `bin` is not on the `PATH`, Docker says `exec: "gunicorn": executable file not found in $PATH`.
    /// And `/root` may be entered by root alone: what `pip install --user` put there is out of reach for any other user.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim AS build
    /// COPY requirements.txt .
    /// RUN pip install -r requirements.txt
    ///
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY --from=build /usr/local/lib/python3.13/site-packages /usr/local/lib/python3.13/site-packages
    /// # > COPY --from=build /usr/local/lib/python3.13/site-packages /usr/local/lib/python3.13/site-packages
    /// # > COPY --from=build /usr/local/bin /usr/local/bin
    /// COPY . .
    /// USER 1000
    /// CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop:app"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker/program-left-behind
    /// # | `gunicorn` is installed into `/usr/local/bin` of another stage, and that folder is not copied: it is not
    /// # | found, and the container does not start
    /// # | help: copy that folder as well: `COPY --from=build /usr/local/bin /usr/local/bin`
    /// ```
    /// ```text both file=requirements.txt
    /// flask==3.1.0
    /// gunicorn==23.0.0
    /// ```
    /// ### Not on the PATH
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// # > WORKDIR /app
    /// # > ENV PATH=/opt/venv/bin:$PATH
    /// COPY requirements.txt .
    /// RUN python -m venv /opt/venv && /opt/venv/bin/pip install -r requirements.txt
    /// COPY . .
    /// USER 1000
    /// CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop:app"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker/program-left-behind
    /// # | `gunicorn` is installed into `/opt/venv/bin`, which is not on the `PATH`: it is not found, and the container
    /// # | does not start
    /// # | help: write `ENV PATH=/opt/venv/bin:$PATH`
    /// ```
    /// ```text both file=requirements.txt
    /// flask==3.1.0
    /// gunicorn==23.0.0
    /// ```
    /// ### Out of reach
    /// ```dockerfile bad
    /// FROM python:3.13-slim AS build
    /// COPY requirements.txt .
    /// RUN pip install --user -r requirements.txt
    ///
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// RUN useradd --create-home shop
    /// COPY --from=build /root/.local /root/.local
    /// ENV PATH=/root/.local/bin:$PATH
    /// # > COPY --from=build --chown=shop /root/.local /home/shop/.local
    /// # > ENV PATH=/home/shop/.local/bin:$PATH
    /// COPY . .
    /// USER shop
    /// CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop:app"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker/program-left-behind
    /// # | `gunicorn` is installed into `/root/.local/bin`, and only root may enter `/root`: it is not found, and the
    /// # | container does not start
    /// # | help: copy it into the home of the user, `/home/NAME/.local`, and put that on the `PATH`
    /// ```
    /// ```text both file=requirements.txt
    /// flask==3.1.0
    /// gunicorn==23.0.0
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim AS build
    /// RUN pip install --prefix=/install gunicorn==23.0.0
    ///
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY --from=build /install /usr/local
    /// COPY . .
    /// USER 1000
    /// CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop:app"]
    /// ```
    ///
    /// ## What it does not report
    /// Images with an entry point of their own; what poetry, uv or conda install; folders that variables name.
    "docker/program-left-behind" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-user"],
        check: Check::Image(check),
    }
}

/// Where Docker looks when no `ENV` says otherwise.
const USUAL: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// Why a folder is of no use.
enum Lost {
    NotCopied(usize, String),
    NotOnPath(String),
    OutOfReach(String),
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let built = image.image();
    let official = built.base().is_some_and(|(base, _)| base.official() == Some("python"));
    if !official || built.entrypoint().is_some() || !image.runs_own_command() {
        return sink.not_applicable();
    }
    let Some(line) = built.command() else { return sink.not_applicable() };
    let program = line.words().into_iter().next().unwrap_or_default();
    let Some((_, package, _)) = BROUGHT.iter().find(|(name, ..)| *name == program) else { return };
    if !ctx.project.requirements_of(image).are_all() {
        return;
    }
    let Some(path) = folders(ctx, &built) else { return };
    let mut lost = None;
    for (index, stage) in image.built() {
        for run in stage.runs() {
            for command in run.commands.iter().filter(|own| ctx.project.requirements_in(image, own).has(package)) {
                let Some(folder) = lands(ctx, image, index, &run.commands, command) else { return };
                match loses(image, stage, index, folder, &path) {
                    Some(why) => lost = Some(why),
                    None => return,
                }
            }
        }
    }
    let Some(lost) = lost else { return };
    let (into, help) = match &lost {
        Lost::NotCopied(stage, folder) => {
            let name = image.file.stages.get(*stage).and_then(|stage| stage.name.as_ref());
            let name = name.map_or_else(|| stage.to_string(), |name| name.value.clone());
            let help = format!("copy that folder as well: `COPY --from={name} {folder} {folder}`");
            (format!("`{folder}` of another stage, and that folder is not copied"), help)
        }
        Lost::NotOnPath(folder) => {
            (format!("`{folder}`, which is not on the `PATH`"), format!("write `ENV PATH={folder}:$PATH`"))
        }
        Lost::OutOfReach(folder) => {
            let help = "copy it into the home of the user, `/home/NAME/.local`, and put that on the `PATH`";
            (format!("`{folder}`, and only root may enter `/root`"), help.to_owned())
        }
    };
    let message = format!("`{program}` is installed into {into}: it is not found, and the container does not start");
    sink.report(line.span(), message).help(help);
}

/// The folders in which an image looks for programs; none: a variable decides.
fn folders(ctx: &Context, image: &Image) -> Option<Vec<String>> {
    let usual = || USUAL.iter().map(|folder| (*folder).to_owned());
    let span = match image.env("PATH") {
        Known::Absent => return Some(usual().collect()),
        Known::Set(value) => value.span,
        Known::Default(_) => return None,
        Known::Unresolved { span, .. } => span,
    };
    let written = ctx.quote(span);
    let parts: Vec<&str> = written.trim_matches('"').split(':').collect();
    let own = |part: &&str| !matches!(*part, "$PATH" | "${PATH}");
    let known = parts.iter().filter(|part| own(part)).all(|part| part.starts_with('/') && !part.contains('$'));
    let kept = parts.iter().any(|part| !own(part));
    let usual = usual().filter(|_| kept);
    known.then(|| {
        parts.iter().filter(|part| own(part)).map(|part| part.trim_end_matches('/').to_owned()).chain(usual).collect()
    })
}

/// The folder into which a command of pip puts programs; none: not known.
fn lands(
    ctx: &Context,
    image: &Shipped,
    stage: usize,
    run: &[Vec<Spanned<String>>],
    command: &[Spanned<String>],
) -> Option<String> {
    let own = Image::Built(image.file, stage);
    let words: Vec<&str> = command.iter().map(|word| word.value.as_str()).collect();
    let program = words.first()?;
    if words
        .iter()
        .any(|word| word.contains('$') || word.starts_with("--target") || word.starts_with("--root") || *word == "-t")
    {
        return None;
    }
    if program.contains('/') {
        return program.starts_with('/').then(|| directory(program).to_owned());
    }
    let prefix = words.iter().position(|word| *word == "--prefix").and_then(|at| words.get(at + 1).copied());
    if let Some(prefix) = prefix.or_else(|| words.iter().find_map(|word| word.strip_prefix("--prefix="))) {
        return Some(join(prefix, "bin"));
    }
    if words.contains(&"--user") {
        let root = own.chain().iter().all(|stage| stage.user.is_absent());
        return root.then(|| "/root/.local/bin".to_owned());
    }
    let activates =
        |own: &Vec<Spanned<String>>| matches!(own.first().map(|word| word.value.as_str()), Some("." | "source"));
    if let Some(activated) = run.iter().find(|own| activates(own)) {
        let file = &activated.get(1)?.value;
        return (file.starts_with('/') && base_name(file) == "activate").then(|| directory(file).to_owned());
    }
    folders(ctx, &own)?.into_iter().find(|folder| folder == "/usr/local/bin" || !USUAL.contains(&folder.as_str()))
}

/// Why programs that are in a folder of a stage are not found in the image that ships.
fn loses(image: &Shipped, stage: &Stage, index: usize, folder: String, path: &[String]) -> Option<Lost> {
    let chain = image.image().chain();
    let mut places = Vec::new();
    if chain.iter().any(|own| own.span == stage.span) {
        places.push(folder.clone());
    }
    for copy in chain.iter().flat_map(|own| &own.steps).filter_map(Step::copy) {
        if copy.from != CopyFrom::Stage(index) {
            continue;
        }
        // What a variable names may be that folder.
        let to = copy.to.as_deref()?;
        for source in &copy.sources {
            let source = source.value.trim_end_matches('/');
            if source.contains(['$', '*']) || !source.starts_with('/') {
                return None;
            }
            if let Some(rest) = below(&folder, source) {
                places.push(join(to, rest));
            } else if below(source, &folder).is_some() {
                places.push(directory(to).to_owned());
            }
        }
    }
    let Some(found) = places.first() else { return Some(Lost::NotCopied(index, folder)) };
    let others = matches!(image.image().runs_as(), RunsAs::Other);
    let good = |place: &&String| path.contains(place) && !(others && below(place, "/root").is_some());
    if places.iter().any(|place| good(&place)) {
        return None;
    }
    if others && below(found, "/root").is_some() {
        return Some(Lost::OutOfReach(found.clone()));
    }
    Some(Lost::NotOnPath(found.clone()))
}
