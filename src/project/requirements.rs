//! Image to the packages of Python that its build installs.

use super::{Project, Shipped};
use crate::source::{Spanned, directory, join};
use crate::syntax::shell::base_name;

/// What `pip` is told to install.
#[derive(Clone, Default, Debug)]
pub struct Requirements {
    /// The names as PyPI compares them: small letters, `-` between words (PEP 503); extras behind them, `fastapi[all]`.
    names: Vec<String>,
    /// Whether something else is installed that nobody can look into.
    open: bool,
}

impl Requirements {
    /// Whether a package is among them, whatever its extras.
    pub fn has(&self, package: &str) -> bool {
        self.names.iter().any(|name| name.split('[').next() == Some(package))
    }

    /// Whether a package is among them whose name, with its extras, fits.
    pub fn any(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.names.iter().any(|name| fits(name))
    }

    /// Whether these are all, and there are some.
    pub fn are_all(&self) -> bool {
        !self.open && !self.names.is_empty()
    }

    fn add(&mut self, requirement: &str) {
        let text = requirement.trim();
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.[],".contains(c)).unwrap_or(text.len());
        let name = text.get(..end).unwrap_or_default();
        // A path, an address, an archive.
        if name.is_empty()
            || text.contains("://")
            || text.starts_with('.')
            || text.get(end..).is_some_and(|rest| rest.starts_with('/'))
        {
            self.open = true;
            return;
        }
        let spelt = name.to_ascii_lowercase().replace(['_', '.'], "-");
        self.names.push(spelt);
    }
}

/// Files that name one another: nobody has more.
const MOST_FILES: usize = 20;

impl Project {
    /// The packages that the build of an image installs, in all of its stages.
    pub fn requirements_of(&self, image: &Shipped) -> Requirements {
        let mut found = Requirements::default();
        for (_, stage) in image.built() {
            for command in stage.runs().flat_map(|run| &run.commands) {
                self.installed(image, command, &mut found);
            }
        }
        found.open |= image.file.gap.is_some();
        found
    }

    /// The packages that a command of a build installs, if it is one of pip.
    pub fn requirements_in(&self, image: &Shipped, command: &[Spanned<String>]) -> Requirements {
        let mut found = Requirements::default();
        self.installed(image, command, &mut found);
        found
    }

    fn installed(&self, image: &Shipped, command: &[Spanned<String>], found: &mut Requirements) {
        let words: Vec<&str> = command.iter().map(|word| word.value.as_str()).collect();
        let program = words.first().map_or("", |word| base_name(word));
        let pip = matches!(program, "pip" | "pip3")
            || words.windows(2).any(|two| two == ["-m", "pip"])
            || words.starts_with(&["uv", "pip"]);
        if !pip {
            let other = matches!(
                program,
                "poetry" | "pipenv" | "uv" | "pdm" | "conda" | "mamba" | "micromamba" | "pipx" | "hatch"
            );
            found.open |= other || program.ends_with(".sh") || words.contains(&"setup.py") || program == "make";
            return;
        }
        let Some(at) = words.iter().position(|word| *word == "install") else {
            found.open |= words.iter().any(|word| matches!(*word, "wheel" | "download" | "sync"));
            return;
        };
        let mut rest = words.iter().skip(at + 1);
        while let Some(&word) = rest.next() {
            match word {
                "-r" | "--requirement" => {
                    let file = rest.next().copied().unwrap_or_default();
                    self.listed(image, file, found);
                }
                "-e" | "--editable" | "--no-index" => found.open = true,
                "-c" | "--constraint" | "-i" | "--index-url" | "--extra-index-url" | "-t" | "--target" | "--prefix"
                | "-f" | "--find-links" | "--trusted-host" | "--python" => {
                    rest.next();
                }
                _ if word.starts_with("-r") => self.listed(image, word.trim_start_matches("-r"), found),
                _ if word.starts_with("--requirement=") => {
                    self.listed(image, word.trim_start_matches("--requirement="), found);
                }
                _ if word.starts_with('-') => {}
                _ if word.contains('$') || word.ends_with(".whl") || word.contains('/') => found.open = true,
                _ => found.add(word),
            }
        }
    }

    /// Adds what stands in a list of requirements, which a build names by its path in the image.
    fn listed(&self, image: &Shipped, file: &str, found: &mut Requirements) {
        let [context] = &image.contexts[..] else {
            found.open = true;
            return;
        };
        let relative = file.trim_start_matches("./");
        let ways = [join(context, relative), join(context, base_name(file))];
        let mut open: Vec<String> = ways
            .into_iter()
            .filter(|_| !file.starts_with(".."))
            .find(|path| self.at(path).is_some())
            .into_iter()
            .collect();
        found.open |= open.is_empty();
        let mut left = MOST_FILES;
        while let Some(path) = open.pop() {
            let Some(text) = self.at(&path).and_then(|document| self.text_of(document)).filter(|_| left > 0) else {
                found.open = true;
                continue;
            };
            left -= 1;
            for line in text.lines().filter(|_| self.look(1)) {
                let line = line.split(" #").next().unwrap_or(line).trim();
                match line.split_once([' ', '=']) {
                    _ if line.is_empty() || line.starts_with('#') => {}
                    Some(("-r" | "--requirement", other)) => open.push(join(directory(&path), other.trim())),
                    _ if line.starts_with("-r") => open.push(join(directory(&path), line.trim_start_matches("-r"))),
                    _ if line.starts_with("-e") || line.starts_with("--editable") => found.open = true,
                    // What stands below a package are its hashes.
                    _ if line.starts_with('-') => {}
                    _ => found.add(line),
                }
            }
        }
    }
}
