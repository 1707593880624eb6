//! The files that a service writes to, as far as its command and its variables say.

use super::Unit;
use crate::source::Span;
use crate::syntax::shell::base_name;

/// A file that a service writes to.
#[derive(Clone, Debug)]
pub struct Written {
    /// Where that is said.
    pub place: Span,
    /// Its path.
    pub path: String,
    /// The program that opens it when it starts, as a log, and ends when it cannot; `systemd` for the output of the program.
    pub logged_by: Option<&'static str>,
}

/// Options that take a path and write to it.
const OPTIONS: [&str; 9] = [
    "--access-logfile",
    "--error-logfile",
    "--log-file",
    "--logfile",
    "--pid",
    "--pidfile",
    "--uds",
    "--statedb",
    "--output-dir",
];

impl Unit {
    /// The files that the service writes to.
    pub fn writes(&self) -> Vec<Written> {
        let mut found = Vec::new();
        let mut add = |place, path: String, logged_by| found.push(Written { place, path, logged_by });
        for command in self.commands("ExecStart").iter().filter(|command| !command.privileged) {
            let program = command.words.iter().map(|word| base_name(&word.value)).find(|name| *name == "gunicorn");
            let gunicorn = program.map(|_| "gunicorn");
            for (at, word) in command.words.iter().enumerate() {
                let (option, inline) =
                    word.value.split_once('=').map_or((word.value.as_str(), None), |(a, b)| (a, Some(b)));
                if let Some(socket) = word.value.rsplit_once("unix:").map(|(_, path)| path) {
                    // In `/run` itself only root makes files, whatever the sandbox says.
                    let rights =
                        matches!(socket.rsplit_once('/'), Some(("/run" | "/var/run", _))) && self.user().is_some();
                    if !rights {
                        add(word.span, socket.to_owned(), None);
                    }
                } else if OPTIONS.contains(&option) {
                    let next = || command.words.get(at + 1).map(|next| (next.span, next.value.clone()));
                    let logged_by = gunicorn.filter(|_| option.ends_with("file") && option.contains("log"));
                    if let Some((place, path)) = inline.map(|value| (word.span, value.to_owned())).or_else(next) {
                        add(place, path, logged_by);
                    }
                }
            }
        }
        for key in ["StandardOutput", "StandardError"] {
            let Some(value) = self.last("Service", key) else { continue };
            let path = ["file:", "append:", "truncate:"].iter().find_map(|kind| value.value.strip_prefix(kind));
            if let Some(path) = path.and_then(|path| self.filled(path)) {
                add(value.span, path, Some("systemd"));
            }
        }
        let directory = self.service("WorkingDirectory").and_then(|path| self.filled(path.trim_start_matches('-')));
        for (_, value) in &self.environment {
            let Some(path) = value.value.strip_prefix("sqlite:///") else { continue };
            let path = path.split('?').next().unwrap_or(path);
            match (&directory, path.starts_with('/')) {
                _ if path.is_empty() || path.starts_with(':') => {}
                (_, true) => add(value.span, path.to_owned(), None),
                (Some(directory), false) => {
                    let path = format!("{}/{}", directory.trim_end_matches('/'), path.trim_start_matches("./"));
                    add(value.span, path, None);
                }
                _ => {}
            }
        }
        found.retain(|written| written.path.starts_with('/') && !written.path.contains(['$', '%']));
        found
    }
}
