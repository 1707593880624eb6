//! Files of a host that are kept for memory: they lie in an archive, and nothing outside of it names them.

use super::Project;
use crate::model::Kind;
use crate::source::{FileId, Role, RoleWhy, directory};
use crate::syntax::commands::is_past;
use crate::syntax::shell::base_name;

impl Project {
    /// The units, scripts, schedules and nginx files of archives. They are judged as what no user meets.
    pub(super) fn put_away(&self) -> Vec<(FileId, Role)> {
        const KINDS: [Kind; 6] =
            [Kind::Unit, Kind::Script, Kind::Crontab, Kind::Nginx, Kind::Supervisor, Kind::Logrotate];
        let kept = self.documents.iter().filter(|document| {
            let unnamed = document.own_role_why == RoleWhy::Unnamed;
            unnamed && KINDS.contains(&document.class.kind) && is_past(directory(&document.source.path))
        });
        let unused = kept.filter(|document| {
            let path = &document.source.path;
            let name = format!("{}/{}", base_name(directory(path)), base_name(path));
            let mut others = self.documents.iter().filter(|other| !is_past(directory(&other.source.path)));
            !others.any(|other| self.text_of(other).is_none_or(|text| text.contains(&name)))
        });
        unused.map(|document| (document.source.id, Role::Development)).collect()
    }
}
