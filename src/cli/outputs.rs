//! `--output FORMAT=FILE`: where reports go.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::output::Failure;
use crate::model::Kind;
use crate::project::Project;
use crate::report::Format;
use crate::source::write_whole;

/// A format and the file it goes to, as it is written on the command line.
#[derive(Clone)]
pub struct Output {
    format: Format,
    file: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text.split_once('=').ok_or("expected FORMAT=FILE")?;
        let format = Format::parse(format).ok_or_else(|| {
            let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
            format!("`{format}` is not a format ({})", names.join(", "))
        })?;
        if file.is_empty() {
            return Err("expected FORMAT=FILE".into());
        }
        Ok(Output { format, file: file.into() })
    }
}

/// What the file of an output is.
#[derive(PartialEq)]
enum Target {
    /// A file that is written beside and then gets this name: its folder without links, and the name in it. A link of that
    /// name is replaced, never followed.
    File(PathBuf),
    /// A device or a pipe, which takes bytes as they come.
    Stream,
}

/// The outputs of a run, each with a place of its own.
pub struct Outputs<'a> {
    /// What standard output gets.
    pub stdout: Format,
    files: Vec<(&'a Output, Target)>,
}

impl<'a> Outputs<'a> {
    /// Sorts out what goes where. `format` is what the command line says for standard output, and `diff` whether a diff
    /// is printed there.
    ///
    /// # Errors
    /// When two reports go to one place, or there is no such place.
    pub fn new(outputs: &'a [Output], format: Option<Format>, diff: bool) -> Result<Self, Failure> {
        let (to_stdout, others): (Vec<&Output>, Vec<&Output>) =
            outputs.iter().partition(|output| is_stdout(&output.file));
        let mut stdout = format;
        for output in to_stdout {
            let name = format!("--output {}={}", output.format.name(), output.file.display());
            if diff {
                return Err(format!("`{name}` does not go with --diff, which is printed on standard output").into());
            }
            if let Some(first) = stdout.replace(output.format) {
                let first = first.name();
                return Err(format!("standard output holds one format: `{name}` does not go with `{first}`").into());
            }
        }
        let mut files: Vec<(&Output, Target)> = Vec::new();
        for output in others {
            let shown = output.file.display();
            let target = target(&output.file).map_err(|why| format!("cannot write `{shown}`: {why}"))?;
            if target != Target::Stream && files.iter().any(|(_, other)| *other == target) {
                return Err(format!("two outputs go to `{shown}`; give each a file of its own").into());
            }
            files.push((output, target));
        }
        Ok(Outputs { stdout: stdout.unwrap_or(Format::Terminal), files })
    }

    /// Refuses to write over what was read: documents of the project at `root`, and `policies`.
    ///
    /// # Errors
    /// When an output would.
    pub fn spare(&self, project: &Project, root: &Path, policies: &[PathBuf]) -> Result<(), Failure> {
        let Ok(root) = root.canonicalize() else { return Ok(()) };
        for (output, target) in &self.files {
            // `at` knows links: another name of a file is refused as well.
            let Target::File(target) = target else { continue };
            let inside = target.strip_prefix(&root).ok();
            let document = inside.and_then(|path| project.at(&path.to_string_lossy().replace('\\', "/")));
            // A report of an earlier run is a page like any other, which may speak of env files.
            let earlier = document.is_some_and(|document| {
                let first = document.source.shown().lines().next().unwrap_or_default();
                document.class.kind == Kind::Guide && first.starts_with("## ") && first.contains(" gonogo: ")
            });
            if document.is_some() && !earlier || policies.contains(target) {
                let shown = output.file.display();
                return Err(
                    format!("cannot write a report to `{shown}`: it is a file of the project, and was read").into()
                );
            }
        }
        Ok(())
    }

    /// Writes the files. The result is what could not be written, and why.
    pub fn write(&self, write: impl Fn(Format, &mut dyn Write) -> io::Result<()>) -> Vec<String> {
        let failed = |(output, target): &(&Output, Target)| {
            let buffered = |file: &mut File| {
                let mut out = BufWriter::new(file);
                write(output.format, &mut out)?;
                out.flush()
            };
            let written = match target {
                Target::File(path) => write_whole(path, buffered),
                Target::Stream => stream(&output.file, buffered),
            };
            written.err().map(|why| format!("cannot write `{}`: {why}", output.file.display()))
        };
        self.files.iter().filter_map(failed).collect()
    }
}

fn is_stdout(file: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| file == Path::new(name))
}

/// The streams of the process and devices are written to. Whatever else has the name, a link too, is replaced.
fn target(file: &Path) -> Result<Target, String> {
    let own = ["/dev/stderr", "/dev/fd", "/proc"].iter().any(|name| file.starts_with(name));
    match fs::symlink_metadata(file) {
        Ok(_) if own => Ok(Target::Stream),
        Ok(found) if found.is_dir() => Err("it is a folder".into()),
        Ok(found) if is_stream(&found) => Ok(Target::Stream),
        Ok(found) if !found.is_file() && !found.is_symlink() => Err("it is neither a file, a pipe nor a device".into()),
        _ => {
            let name = file.file_name().ok_or("it names no file")?;
            let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
            let shown = folder.display();
            match folder.canonicalize() {
                Ok(real) if real.is_dir() => Ok(Target::File(real.join(name))),
                Ok(_) => Err(format!("`{shown}` is not a folder")),
                Err(error) if error.kind() == ErrorKind::NotFound => Err(format!("there is no folder `{shown}`")),
                Err(error) => Err(error.kind().to_string()),
            }
        }
    }
}

#[cfg(unix)]
fn is_stream(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    found.file_type().is_char_device() || found.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_stream(_: &fs::Metadata) -> bool {
    false
}

fn stream(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), String> {
    let file = fs::OpenOptions::new().append(true).open(path);
    match file.and_then(|mut file| write(&mut file)) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.kind().to_string()),
        _ => Ok(()),
    }
}
