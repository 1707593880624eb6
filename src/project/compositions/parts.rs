//! What sets of Compose files are made of, and which of them start the same things.

use std::collections::HashSet;

use super::sets::{Set, Sets};
use super::signs::{is_of_operations, keeps_files};
use crate::model::compose::{Made, made};
use crate::model::image::{ImageRef, Store, notes};
use crate::source::{directory, join};

/// What one set starts, or several of them together.
#[derive(Default)]
pub(super) struct Parts {
    /// What is built or is no data store: the name of the service, and the folder it is built in.
    own: Vec<(String, Option<String>)>,
    /// Names of services of `own`, below each folder that leads to their file.
    named: HashSet<(String, String)>,
    /// The folders that are built.
    built: HashSet<String>,
    /// The same, each behind the folder of the file that has it built.
    built_from: HashSet<(String, String)>,
    /// Images that are not built, with the folder of the file, data stores by what people call them. What people look at
    /// stores with is left out.
    images: HashSet<(String, String)>,
    /// The same below each folder that leads to the file.
    below: HashSet<(String, String)>,
    /// The names that containers are given: a host has each of them once.
    containers: HashSet<String>,
}

impl Parts {
    /// Whether something of it is built: the application itself, or a part of it.
    pub(super) fn build(&self) -> bool {
        !self.built.is_empty()
    }

    /// Whether it is nothing but data stores: the program that uses them runs elsewhere.
    pub(super) fn are_stores(&self) -> bool {
        self.own.is_empty() && !self.images.is_empty()
    }

    /// Takes in what another set starts, as files above its folder know it.
    pub(super) fn add_names(&mut self, other: &Parts) {
        self.named.extend(other.named.iter().cloned());
        self.containers.extend(other.containers.iter().cloned());
    }

    /// Takes in what another set starts.
    pub(super) fn add(&mut self, other: &Parts) {
        self.named.extend(other.named.iter().cloned());
        self.built.extend(other.built.iter().cloned());
        self.built_from.extend(other.built_from.iter().cloned());
        self.images.extend(other.images.iter().cloned());
        self.below.extend(other.below.iter().cloned());
        self.containers.extend(other.containers.iter().cloned());
    }

    /// Whether another set cannot run beside this one: half of the names of its containers are taken.
    pub(super) fn exclude(&self, other: &Parts) -> bool {
        let taken = other.containers.intersection(&self.containers).count();
        taken > 1 && taken * 2 >= other.containers.len()
    }

    /// Whether another set is a part of what is started here: its data stores alone, or one thing that is built.
    pub(super) fn hold_part_of(&self, other: &Parts, folder: &str) -> bool {
        self.hold_images_of(other, folder) || self.hold_built_of(other, folder)
    }

    /// Whether another set builds nothing, and all its images are started here, too, by a file above or below its folder:
    /// the data stores alone.
    fn hold_images_of(&self, other: &Parts, folder: &str) -> bool {
        let held = |image: &String| {
            let from = |set: &HashSet<(String, String)>, place: &str| set.contains(&(place.to_owned(), image.clone()));
            from(&self.below, folder) || above(folder).any(|place| from(&self.images, place))
        };
        !other.build() && !other.images.is_empty() && other.images.iter().all(|(_, image)| held(image))
    }

    /// Whether the one thing that another set builds is built by a file above its folder, too.
    fn hold_built_of(&self, other: &Parts, folder: &str) -> bool {
        let [(_, Some(built))] = &other.own[..] else { return false };
        let from = |place: &str| self.built_from.contains(&(place.to_owned(), built.clone()));
        other.images.is_empty() && above(folder).skip(1).any(from)
    }

    /// Whether half of what another set starts is started here, too: built in the same folder, or called the same by a file
    /// below its folder.
    pub(super) fn hold_most_of(&self, other: &Parts, folder: &str) -> bool {
        let held = |(name, built): &&(String, Option<String>)| {
            built.as_ref().is_some_and(|built| self.built.contains(built))
                || self.named.contains(&(folder.to_owned(), name.clone()))
        };
        let count = other.own.iter().filter(held).count();
        count > 0 && count * 2 >= other.own.len()
    }
}

impl Sets<'_> {
    /// What a set starts.
    pub(super) fn parts(&self, set: &Set) -> Parts {
        let mut parts = Parts::default();
        for file in &set.plan.files {
            let (Some(tree), folder) = (self.tree(*file), directory(self.path(*file))) else { continue };
            for Made { name, image, context, container, .. } in made(tree) {
                parts.containers.extend(container.map(str::to_owned));
                let image = image.map(ImageRef::parse).filter(|_| context.is_none());
                let store = image.as_ref().and_then(|image| Store::of(&image.name));
                if image.as_ref().and_then(notes).is_some_and(|notes| notes.admin.is_some()) && store.is_none() {
                    continue;
                }
                let keeps_files = image.as_ref().is_some_and(keeps_files);
                // `deploy/compose.yml` is about what lies beside `deploy`.
                let home = if is_of_operations(folder) { directory(folder) } else { folder };
                if let Some(image) = image.map(|image| store.map_or(image.name, |store| store.name.to_owned())) {
                    parts.below.extend(above(folder).map(|above| (above.to_owned(), image.clone())));
                    parts.images.insert((home.to_owned(), image));
                }
                if store.is_none() && !keeps_files {
                    let built = context.map(|context| join(folder, context));
                    parts.built.extend(built.clone());
                    parts.built_from.extend(built.clone().map(|built| (folder.to_owned(), built)));
                    parts.named.extend(above(folder).map(|above| (above.to_owned(), name.to_owned())));
                    parts.own.push((name.to_owned(), built));
                }
            }
        }
        parts
    }
}

/// A folder and those that lead to it.
fn above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| directory(folder))).take(8)
}
