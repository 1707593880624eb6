//! Path of a server to the home it lies in: who may go in there.

use super::Project;
use crate::model::image::Release;

/// The users that images of clouds come with, and that guides make.
const USUAL: [&str; 12] = [
    "ubuntu",
    "debian",
    "ec2-user",
    "admin",
    "deploy",
    "deployer",
    "opc",
    "azureuser",
    "rocky",
    "almalinux",
    "centos",
    "fedora",
];

impl Project {
    /// Whose home a path lies in, when systems make that home for its user alone and nothing here opens it: `deploy` for
    /// `/home/deploy/shop`.
    ///
    /// `/root` is closed everywhere. Ubuntu since 21.04 and Debian since 12 (`adduser`), Fedora and its kin (`useradd`): 0750 or 0700.
    pub fn closed_home<'a>(&self, path: &'a str) -> Option<&'a str> {
        if path.starts_with("/root/") {
            return path.get(1..5);
        }
        let user = path.strip_prefix("/home/")?.split('/').next()?;
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if user.is_empty() || !plain(user) || crate::secret::is_placeholder(user) {
            return None;
        }
        if !USUAL.contains(&user)
            && !self.makes_user_on_server(user)
            && !self.units.iter().any(|unit| unit.user().is_some_and(|own| own.value == user))
        {
            return None;
        }
        // `usermod -aG deploy www-data`, `adduser www-data deploy`; the other way round it opens nothing.
        let joins = |command: &str| {
            let last = command.split_whitespace().next_back().map(|word| word.trim_matches(['`', '"', '\'', '.', ')']));
            let server = last == Some("www-data");
            let other = ["gpasswd", "adduser", "addgroup"].iter().any(|word| command.contains(word));
            // The primary group is that of the home, too.
            let primary =
                ["-g www-data", "--ingroup www-data", "--gid www-data"].iter().any(|word| command.contains(word));
            primary || server && command.contains("usermod") || !server && other && command.contains("www-data")
        };
        // `chmod 755 /home/deploy`, `chmod o+x ~`, `usermod -aG deploy www-data`, `setfacl`; another user for nginx.
        let opens = |line: &str| {
            // What lies in the home does not open it.
            let is_home = |word: &str| {
                let word = word.trim_matches(['"', '\'', '`', ';', ')']).trim_end_matches('/');
                let below = word.strip_prefix("/home/");
                matches!(word, "~" | "$HOME" | "${HOME}" | "/home" | "~/..")
                    || word.strip_prefix('~') == Some(user)
                    || below
                        .is_some_and(|name| name == user || !name.contains('/') && name.contains(['$', '*', '<', '{']))
            };
            let named = line.split_whitespace().any(is_home);
            (line.contains("chmod") || line.contains("chown")) && named
                || line.contains("setfacl")
                || line.split(['&', ';', '|']).any(joins)
                || line.contains("HOME_MODE")
                || line.contains("DIR_MODE")
        };
        // `Ubuntu 20.04 or newer` may be any of them.
        let old = |text: &str| {
            let told = Release::all_told(text);
            let open = |own: &&Release| ["Ubuntu 20.04", "Ubuntu 18.04", "Debian 11", "Debian 10"].contains(&own.name);
            !told.is_empty() && told.iter().all(open)
        };
        let words = ["home", "chmod", "www-data", "20.04", "18.04", "ebian 1"];
        let mut texts = self.texts().filter(|text| words.iter().any(|word| text.contains(word)));
        let opened = texts.any(|text| old(text) || text.lines().any(opens));
        (!opened).then_some(user)
    }
}
