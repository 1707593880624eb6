//! Another set that starts the same, and shows by how it differs whom this one is for.

use std::collections::HashSet;

use super::parts::Parts;
use super::sets::{Set, Sets};
use crate::model::Host;
use crate::model::compose::variables;
use crate::model::env::urls;
use crate::source::directory;

impl Sets<'_> {
    /// Whether another set starts the same here, and visitors find it at a public address where this one has their own machine:
    /// `BACKEND_URL` is `http://localhost:3000` in one, `https://api.shop.de` in the other.
    pub(super) fn has_public_twin(&self, set: &Set, parts: &Parts) -> bool {
        let folder = |set: &Set| set.plan.files.first().map_or("", |file| directory(self.path(*file)));
        let here = folder(set);
        let named = |set: &Set, fits: &dyn Fn(&str) -> bool| -> HashSet<String> {
            let trees = set.plan.files.iter().filter_map(|file| self.tree(*file));
            let fit = |value: &str| urls(value).iter().any(|url| fits(url.host));
            trees.flat_map(variables).filter(|(_, value)| fit(value)).map(|(name, _)| name.to_owned()).collect()
        };
        let own = named(set, &Host::is_loopback);
        let beside = |other: &&Set| {
            let another = other.plan.files.iter().all(|file| !set.plan.files.contains(file)) && folder(other) == here;
            another && self.project.look(1) && self.parts(other).hold_most_of(parts, here)
        };
        let is_public = |host: &str| Host::of(host) == Host::Public;
        !own.is_empty() && self.list.iter().filter(beside).any(|other| !own.is_disjoint(&named(other, &is_public)))
    }
}
