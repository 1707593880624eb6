//! Projects that are fetched beside this one.

use std::collections::HashSet;

use super::Project;
use super::commands::Commands;
use crate::model::starts::Step;
use crate::source::Presence;
use crate::syntax::shell::base_name;

/// A repository that commands clone.
struct Clone<'a> {
    /// The folder that it goes to, on the server.
    folder: String,
    /// What it is called.
    name: &'a str,
    /// Whether the reader puts in whose it is: nobody writes that of the project of somebody else.
    is_filled_in: bool,
}

impl Project {
    /// Whether a command may be about a project that its guide or script clones beside this one: it runs in the folder of a clone
    /// that nothing makes this one's, or a stack is started in such a folder, and the command says of no folder that it is
    /// there.
    pub fn may_be_of_a_neighbour(&self, commands: &Commands, step: &Step) -> bool {
        let clones: Vec<Clone> = self.commands_of(commands).filter_map(cloned).collect();
        if clones.iter().map(|clone| clone.name).collect::<HashSet<_>>().len() < 2 {
            return false;
        }
        // The innermost: one may be cloned into the folder of another.
        let of_place = |place: &str| {
            let around = clones.iter().filter(|clone| is_below(place, &clone.folder));
            around.max_by_key(|clone| clone.folder.len())
        };
        let is_own = |clone: &Clone| clone.is_filled_in || self.starts_own_services(&clone.folder);
        match step.place.elsewhere.as_deref().and_then(of_place) {
            Some(clone) => !is_own(clone),
            None => self.commands_of(commands).any(|other| {
                let starts = other.name() == "docker-compose" || other.is("docker", &["compose"]);
                let clone = other.place.elsewhere.as_deref().filter(|_| starts).and_then(of_place);
                clone.is_some_and(|clone| !is_own(clone))
            }),
        }
    }

    /// Whether a command in a folder of the server names a service that this project has, or a Compose file of it.
    fn starts_own_services(&self, folder: &str) -> bool {
        let has = |name: &str| self.compose.iter().any(|set| set.service(name).is_some());
        // Every project has a file of the usual name.
        let usual = |file: &str| ["docker-compose.", "compose."].iter().any(|start| base_name(file).starts_with(start));
        let own = |file: &str| {
            base_name(file).matches('.').count() > 1 && usual(file) && self.files.presence(file) == Presence::File
        };
        let calls = self.calls().iter().map(|(_, call)| call).filter(|_| self.look(1));
        calls
            .filter(|call| call.place.elsewhere.as_deref().is_some_and(|place| is_below(place, folder)))
            .any(|call| call.services.iter().any(|name| has(name)) || call.files.iter().any(|file| own(&file.value)))
    }
}

fn is_below(place: &str, folder: &str) -> bool {
    place.trim_end_matches('/').strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What a command clones, and where to.
fn cloned(step: &Step) -> Option<Clone<'_>> {
    let clones = step.is("git", &["clone"]) && step.inside.is_none() && !step.contained;
    let words = step.argv().iter().skip(2).map(|word| word.value.as_str()).filter(|_| clones);
    let mut words = words.filter(|word| !word.starts_with('-')).skip_while(|word| !word.contains(['/', ':', '<']));
    let address = words.next()?;
    let last = address.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let name = last.strip_suffix(".git").unwrap_or(last);
    let path = words.next().unwrap_or(name).trim_end_matches('/');
    let folder = match step.place.elsewhere.as_deref().map(|place| place.trim_end_matches('/')) {
        _ if path.starts_with(['/', '~', '$']) => path.to_owned(),
        Some(place) if path == "." => place.to_owned(),
        Some(place) => format!("{place}/{path}"),
        None => return None,
    };
    let lower = address.to_ascii_lowercase();
    Some(Clone { folder, name, is_filled_in: lower.contains(['<', '{', '[']) || lower.contains("your") })
}
