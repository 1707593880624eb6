//! A directory to try things in, and the program run on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// The built program.
pub const BIN: &str = env!("CARGO_BIN_EXE_gonogo");

/// A directory that goes away with the test.
pub struct Sandbox(PathBuf);

impl Sandbox {
    /// An empty directory, readable by everyone, outside any git checkout.
    pub fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("gonogo-{name}-{}-{count}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        Sandbox(dir.canonicalize().unwrap())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file and the directories above it.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Copies a directory tree into this one.
    pub fn copy(&self, from: &Path) {
        copy(from, &self.0);
    }

    /// Copies a directory tree to a place in this one.
    pub fn copy_to(&self, place: &str, from: &Path) {
        copy(from, &self.0.join(place));
    }

    /// Moves the whole directory elsewhere; its parent is made.
    pub fn move_to(self, target: &Path) {
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::rename(&self.0, target).unwrap();
    }

    /// Runs `gonogo` with these arguments inside the directory.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(BIN).args(arguments).output().unwrap()
    }

    /// A program to be run inside the directory, with nothing of the caller's taste in its environment.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.0).env_remove("RAYON_NUM_THREADS").env_remove("NO_COLOR");
        command
    }

    /// Runs git inside the directory; `false` when there is none.
    pub fn git(&self, arguments: &[&str]) -> bool {
        let mut command = self.command("git");
        command
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE");
        command.output().is_ok_and(|output| output.status.success())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(source, target).unwrap();
        }
    }
}

/// Everything a run said, for assertions about what must not be in it.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Sets the permission bits of a file.
#[cfg(unix)]
pub fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Sets the permission bits of a file, where there are any.
#[cfg(not(unix))]
pub fn chmod(_: &Path, _: u32) {}
