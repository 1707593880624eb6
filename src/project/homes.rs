//! The homes of users on the host, and who may enter them.

use super::Project;
use crate::syntax::shell::base_name;

impl Project {
    /// Whether a text of the project opens a home to other users: `chmod o+x /home/ubuntu`, `usermod -aG ubuntu www-data`.
    pub fn opens_home(&self, home: &str) -> bool {
        let user = base_name(home);
        let opens = |line: &str| {
            let rights = ["chmod", "setfacl", "chown"].iter().any(|word| line.contains(word));
            let groups = ["usermod", "gpasswd", "adduser"].iter().any(|word| line.contains(word));
            let whose = line.contains(home) || line.contains("~") || line.contains("$HOME");
            let servers = line.contains("www-data") || line.contains("nginx");
            rights && whose || groups && servers && line.contains(user)
        };
        self.texts().any(|text| text.lines().any(opens))
    }
}
