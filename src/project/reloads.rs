//! nginx to what tells it to read its files again.

use super::Project;
use crate::model::Kind;
use crate::source::FileId;

/// How scripts, schedules and guides say it, in small letters.
const SAYS: [&str; 10] = [
    "nginx -s reload",
    "nginx reload",
    "nginx restart",
    "reload nginx",
    "restart nginx",
    "reload-nginx",
    "nginx-reload",
    "sighup",
    "-s hup",
    "kill -hup",
];

/// Lines that belong to the one below them.
const NEAR: usize = 8;

impl Project {
    /// Whether certificates are fetched by a certbot that takes port 80 itself, and nothing is said of one that writes files for nginx.
    pub fn renews_without_files(&self) -> bool {
        let (mut alone, mut files) = (false, false);
        for text in self.texts().filter(|text| text.contains("certbot")) {
            alone |= text.contains("--standalone");
            files |= text.contains("webroot");
        }
        alone && !files
    }

    /// Whether anything outside of the Compose files reloads or restarts nginx now and then, or tells people to: a script or a
    /// pipeline, unless it fetches the first certificate, and a guide where it speaks of renewals or of a schedule.
    pub fn says_reload(&self) -> bool {
        const REPEATS: [&str; 7] = ["renew", "cron", "* * ", "@daily", "daily", "weekly", "oncalendar"];
        let reloads = |text: &str| SAYS.iter().any(|words| text.contains(words));
        let scheduled = |text: &str| {
            let lines: Vec<&str> = text.lines().collect();
            (0..lines.len()).filter(|at| reloads(lines[*at])).any(|at| {
                let above = &lines[at.saturating_sub(NEAR)..=at];
                above.iter().any(|line| REPEATS.iter().any(|word| line.contains(word)))
            })
        };
        let others = self.documents.iter().filter(|own| !matches!(own.class.kind, Kind::Compose | Kind::Nginx));
        others.filter_map(|own| Some((own.class.kind, self.text_of(own)?.to_ascii_lowercase()))).any(|(kind, text)| {
            match kind {
                Kind::Guide => scheduled(&text),
                _ => reloads(&text) && !text.contains("certonly"),
            }
        })
    }

    /// Whether a schedule or a hook that renews certificates makes nginx read them, or a container does so in a loop.
    pub fn renewals_reload(&self) -> bool {
        const HOOKS: [&str; 5] = ["renewal-hooks", "renew-hook", "renew_hook", "deploy-hook", "post-hook"];
        let line = |line: &str| {
            let renews = line.contains("renew") || line.contains("@daily") || line.contains("* * ");
            HOOKS.iter().any(|word| line.contains(word))
                || renews && line.contains("nginx") && (line.contains("reload") || line.contains("restart"))
                // Whatever the service is called: `certbot renew && docker compose restart web`.
                || line.contains("renew") && line.contains("docker") && line.contains(" restart") && !line.contains("restart certbot")
                || line.contains("nginx -s reload") && (line.contains("sleep") || line.contains("while"))
        };
        self.has_renewal_hooks() || self.texts().any(|text| text.lines().any(line))
    }

    /// Whether a file lies where certbot keeps its hooks.
    fn has_renewal_hooks(&self) -> bool {
        self.files.files().any(|path| path.contains("renewal-hooks"))
    }

    /// Whether a renewal may find port 80 free, or need it no more: a hook or a line stops what has it, or another way to renew is
    /// named. The file that gets the certificate stops things for the first time.
    pub fn frees_port_for_renewal(&self, first: FileId) -> bool {
        const OTHERS: [&str; 7] = [
            "pre-hook",
            "pre_hook",
            "renewal-hooks",
            "--webroot",
            "certbot --nginx",
            "--preferred-challenges",
            "http-01-port",
        ];
        let stops = |text: &str| {
            ["stop nginx", "nginx stop", "compose stop", "compose down", "docker stop", "stop proxy"]
                .iter()
                .any(|words| text.contains(words))
        };
        // `compose down`, `certbot renew`, `compose up`: one below the other.
        let around = |text: &str| {
            let lines: Vec<&str> = text.lines().collect();
            let renews = |(at, line): (usize, &&str)| {
                line.contains("certbot renew")
                    && lines.get(at.saturating_sub(4)..at).is_some_and(|own| own.iter().any(|line| stops(line)))
            };
            lines.iter().enumerate().any(renews)
        };
        let frees = |text: &str| {
            around(text)
                || text.lines().any(|line| {
                    OTHERS.iter().any(|word| line.contains(word))
                        || line.contains("renew")
                            && (line.contains("--nginx") || line.contains("webroot") || stops(line))
                })
        };
        let renews = |text: &str| text.contains("certbot renew") && stops(text);
        self.has_renewal_hooks()
            || self.documents.iter().any(|document| {
                let other = document.source.id != first;
                self.text_of(document).is_some_and(|text| other && renews(text) || frees(text))
            })
    }
}
