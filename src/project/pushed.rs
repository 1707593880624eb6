//! The name of an image to the Dockerfile that a script or a pipeline of the project builds under that name.

use super::Project;
use crate::model::compose::Service;
use crate::model::image::{Dockerfile, Image, ImageRef};
use crate::model::starts::Step;
use crate::model::{Kind, Known};
use crate::source::{Role, join};
use crate::syntax::shell::base_name;

/// The action that builds and pushes images.
const ACTION: &str = "docker/build-push-action";

/// What builds an image.
#[derive(Debug)]
pub(super) struct Pushed {
    /// The last parts of the names it gets, without tags, as far as they are known.
    names: Vec<String>,
    /// Where its Dockerfile may be, relative to the project.
    dockerfiles: Vec<String>,
    /// The stage that is built, where one is named.
    target: Option<String>,
    /// Whether it may be for users, by what builds it.
    ships: bool,
}

impl Project {
    /// The image that the project builds under the name that a service takes from a registry; nothing when several could be meant.
    pub(super) fn built_under(&self, service: &Service) -> Option<Image<'_>> {
        let name = match &service.image {
            Known::Set(image) => base_name(&image.value.name),
            Known::Unresolved { .. } => base_name(self.name_before_tag(service)?),
            Known::Default(_) | Known::Absent => return None,
        };
        let called = |pushed: &&Pushed| pushed.names.iter().any(|own| own == name);
        let shipped = self.all_pushed().filter(|pushed| pushed.ships);
        let mut meant = shipped.filter(called).peekable();
        let first = meant.peek().copied()?;
        let built = |pushed: &Pushed| {
            let file: &Dockerfile = pushed.dockerfiles.iter().find_map(|path| self.dockerfile_at(path))?;
            Some((file, file.target(pushed.target.as_deref())?))
        };
        let (file, stage) = built(first)?;
        let same = |pushed: &Pushed| built(pushed).is_some_and(|(own, at)| (own.file, at) == (file.file, stage));
        meant.all(same).then_some(Image::Built(file, stage))
    }

    /// Whether an image is one that the project builds: by a command, in a pipeline, or for a service.
    pub fn builds_image(&self, image: &str) -> bool {
        let Some(own) = name_of(image) else { return false };
        self.all_pushed().any(|pushed| pushed.names.contains(&own))
            || self.services().any(|service| {
                let name = |image: &ImageRef| name_of(&image.name);
                service.build.is_some() && service.image.get().and_then(name).as_ref() == Some(&own)
            })
    }

    fn all_pushed(&self) -> impl Iterator<Item = &Pushed> {
        self.pushed.get_or_init(|| self.find_pushed()).iter().filter(|_| self.look(1))
    }

    /// The name of an image of which the tag alone is not known: `ghcr.io/acme/api:${TAG:?}`.
    fn name_before_tag(&self, service: &Service) -> Option<&str> {
        let span = service.image.span()?;
        let written = self.source(span.file).text().get(span.range())?;
        let (name, _) = written.split_once("${")?;
        name.trim_start_matches(['"', '\'']).strip_suffix(':').filter(|name| name.contains('/'))
    }

    fn find_pushed(&self) -> Vec<Pushed> {
        let shipped = |file| !matches!(self.role(file), Role::Development | Role::Test);
        let started = self.meanings().filter_map(|view| view.started());
        let steps = started.flat_map(|started| &started.steps).filter(|_| self.look(1));
        let built = steps.filter_map(|step| Some(Pushed { ships: shipped(step.span.file), ..of_command(step)? }));
        let mut found: Vec<Pushed> = built.collect();
        for own in self.documents.iter().filter(|document| document.class.kind == Kind::Workflow) {
            let text = self.text_of(own).filter(|text| text.contains(ACTION));
            let ships = shipped(own.source.id);
            found.extend(text.into_iter().flat_map(of_workflow).map(|pushed| Pushed { ships, ..pushed }));
        }
        found
    }
}

/// `docker build -t NAME -f FILE --target STAGE CONTEXT`
fn of_command(step: &Step) -> Option<Pushed> {
    let words: Vec<&str> = step.argv().iter().map(|word| word.value.as_str()).collect();
    let rest = match words.as_slice() {
        ["docker", "build", rest @ ..] | ["docker", "buildx" | "image", "build", rest @ ..] => rest,
        _ => return None,
    };
    let (mut names, mut file, mut target, mut context) = (Vec::new(), None, None, None);
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        let (option, value) = word.split_once('=').map_or((*word, None), |(option, value)| (option, Some(value)));
        let mut value = || value.or_else(|| rest.next().copied());
        match option {
            "-t" | "--tag" => names.extend(value().and_then(name_of)),
            "-f" | "--file" => file = value(),
            "--target" => target = value().map(str::to_owned),
            "--build-arg" | "--platform" | "--cache-from" | "--cache-to" | "--label" | "--network" | "--progress"
            | "--secret" | "--ssh" | "-o" | "--output" | "--builder" | "--build-context" => drop(value()),
            option if option.starts_with('-') => {}
            _ => context = Some(*word),
        }
    }
    let file = file.map_or_else(|| format!("{}/Dockerfile", context.unwrap_or(".")), str::to_owned);
    Some(Pushed { names, dockerfiles: step.place.resolve(&file), target, ships: true })
}

/// The steps of a pipeline of GitHub that use `docker/build-push-action`.
fn of_workflow(text: &str) -> Vec<Pushed> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for at in (0..lines.len()).filter(|at| lines[*at].contains(ACTION)) {
        let before = |word: &str| lines[..at].iter().rposition(|line| line.contains(word));
        let inputs = inputs(&lines, at);
        let get = |key: &str| inputs.iter().find(|(own, _)| *own == key).map(|(_, value)| value.as_slice());
        let one = |key: &str| get(key).and_then(<[&str]>::first).copied();
        let mut tags: Vec<&str> = get("tags").unwrap_or_default().to_vec();
        if tags.iter().any(|tag| tag.contains("steps.")) {
            let images = before("docker/metadata-action").map(|at| self::inputs(&lines, at)).unwrap_or_default();
            tags = images.into_iter().filter(|(key, _)| *key == "images").flat_map(|(_, value)| value).collect();
        }
        let context = one("context").unwrap_or(".");
        let file = one("file").map_or_else(|| join(context, "Dockerfile"), |file| join("", file));
        let known = |path: &String| !path.contains(['$', '{']);
        let dockerfiles = Some(file).filter(known).into_iter().collect();
        let names = tags.into_iter().filter_map(|tag| name_of(&filled(tag, text))).collect();
        found.push(Pushed { names, dockerfiles, target: one("target").map(str::to_owned), ships: true });
    }
    found
}

/// What a step is given below `with:`, each with its lines.
fn inputs<'a>(lines: &[&'a str], uses: usize) -> Vec<(&'a str, Vec<&'a str>)> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let own = indent(lines[uses]);
    let rest = lines[uses + 1..].iter().skip_while(|line| line.trim() != "with:" && indent(line) >= own);
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut level = None;
    for line in rest.skip(1).filter(|line| !line.trim().is_empty()) {
        let deep = indent(line);
        if deep <= own {
            break;
        }
        let unquoted = |text: &'a str| text.trim().trim_matches(['"', '\'']);
        if *level.get_or_insert(deep) == deep {
            let Some((key, value)) = line.split_once(':') else { continue };
            let values = value.split(',').map(unquoted).filter(|value| !matches!(*value, "" | "|" | ">" | "|-" | ">-"));
            found.push((key.trim(), values.collect()));
        } else if let Some((_, values)) = found.last_mut() {
            values.extend(line.split(',').map(unquoted).filter(|value| !value.is_empty()));
        }
    }
    found
}

/// A tag with what `env:` of the same file says put in: `${{ env.IMAGE }}`.
fn filled(tag: &str, text: &str) -> String {
    let mut tag = tag.to_owned();
    for part in tag.clone().split("${{").skip(1) {
        let Some((inner, _)) = part.split_once("}}") else { continue };
        let Some(name) = inner.trim().strip_prefix("env.") else { continue };
        let set = |line: &&str| line.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
        let Some(line) = text.lines().find(set) else { continue };
        let value = line.split_once(':').map_or("", |(_, value)| value).trim().trim_matches(['"', '\'']);
        tag = tag.replace(&format!("${{{{{inner}}}}}"), value);
    }
    tag
}

/// The last part of the name of an image, without its tag; nothing when that is not known.
fn name_of(tag: &str) -> Option<String> {
    // What is filled in may hold blanks and slashes.
    let mut plain = String::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("${{") {
        plain.push_str(before);
        plain.push('$');
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let last = base_name(&plain);
    let name = last.split([':', '@']).next().unwrap_or(last);
    (!name.is_empty() && !name.contains(['$', '{', '`', '<'])).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipeline_names_what_it_builds() {
        let text = "env:\n  IMAGE: ghcr.io/acme/shop\njobs:\n  build:\n    steps:\n      - name: Build\n        uses: docker/build-push-action@v6\n        \
            with:\n          context: ./api\n          target: live\n          tags: |\n            ${{ env.IMAGE }}-api:latest\n            \
            ghcr.io/${{ github.repository }}:x\n      - run: echo\n";
        let found = of_workflow(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].names, ["shop-api"]);
        assert_eq!(found[0].dockerfiles, ["api/Dockerfile"]);
        assert_eq!(found[0].target.as_deref(), Some("live"));
    }
}
