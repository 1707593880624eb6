//! The deployment of a project, for the commands that show it.

use std::path::PathBuf;

use super::output::{Failure, say};
use super::scope::Scope;
use super::{now, policy};
use crate::engine;
use crate::model::candidate;
use crate::project::Project;
use crate::source::{Here, Span, discover};

/// A project that was read and joined.
pub struct Deployment {
    /// Which part of it was asked for.
    pub scope: Scope,
    /// What was read.
    pub project: Project,
    /// Where the person stands.
    pub here: Here,
}

impl Deployment {
    /// Reads the project of some paths. What could not be read is said.
    ///
    /// # Errors
    /// When a path does not exist, or the configuration is refused.
    pub fn load(paths: &[PathBuf]) -> Result<Self, Failure> {
        Deployment::with_compose(paths, &[])
    }

    /// The same, with files that are given to Compose whatever they are called.
    ///
    /// # Errors
    /// The same, and when one lies outside of the project.
    pub fn with_compose(paths: &[PathBuf], files: &[PathBuf]) -> Result<Self, Failure> {
        let mut scope = Scope::new(paths, None)?;
        scope.find_configuration()?;
        let laid = policy::Options::default().policy(&scope.root, &scope.here(), &|_| None)?;
        let mut workspace = discover(&scope.root, candidate);
        scope.arrange(&mut workspace, &laid.policy, laid.config);
        for file in files {
            let path = scope.inside(file)?;
            workspace.take_in(&path);
            workspace.compose.push(path);
        }
        let (project, faults) = engine::load(workspace, &laid.policy, now());
        let here = scope.here();
        for fault in faults.iter().filter(|fault| fault.is_whole() || scope.covers(&fault.path)) {
            let path = if fault.is_whole() { fault.path.clone() } else { here.path(&fault.path).into_owned() };
            say(&format!("{path}: {}", fault.message));
        }
        Ok(Deployment { scope, project, here })
    }

    /// File and line of a place, so that it can be opened from where the person stands.
    pub fn place(&self, at: Span) -> String {
        let source = self.project.source(at.file);
        format!("{}:{}", self.here.path(&source.path), source.position(at.start).line)
    }
}
