//! What one document means by itself, before anything is joined.

use super::document::{Document, Tree};
use super::env::{EnvFile, LoadingFile};
use super::gunicorn::{GunicornConf, is_conf};
use super::image::Dockerfile;
use super::nginx::NginxFile;
use super::tls::PemFile;
use crate::secret::is_open;
use crate::source::is_support_name;

/// The typed view of one document.
#[derive(Debug)]
pub enum View {
    /// An env file.
    Env(EnvFile),
    /// A Dockerfile.
    Dockerfile(Dockerfile),
    /// An nginx file.
    Nginx(NginxFile),
    /// Certificates and keys.
    Pem(PemFile),
    /// A script, manifest or unit that says how env files are loaded.
    Loading(LoadingFile),
    /// A configuration of gunicorn.
    Gunicorn(GunicornConf),
    /// Nothing by itself: a Compose file needs the `.env` beside it, others only say something about their neighbours.
    Later,
}

impl View {
    /// The view of a document; hides in its source what must not be printed.
    pub fn of(document: &mut Document) -> View {
        let (file, path, role) = (document.source.id, document.source.path.as_str(), document.role);
        let (view, secrets) = match &mut document.tree {
            Tree::Env(tree) => {
                let env = EnvFile::new(&document.source, role, tree);
                let secrets = env.secrets();
                (View::Env(env), secrets)
            }
            Tree::Pem(tree) => {
                let pem = PemFile::new(file, path, tree);
                let secrets = pem.secrets();
                document.source.publish(pem.public(tree));
                (View::Pem(pem), secrets)
            }
            Tree::Dockerfile(tree) => {
                let dockerfile = Dockerfile::new(file, path, tree, &document.source.budget);
                let hidden = dockerfile.literals.iter().filter(|literal| !is_open(&literal.value.value));
                let secrets = hidden.map(|literal| literal.value.span).collect();
                (View::Dockerfile(dockerfile), secrets)
            }
            Tree::Nginx(tree) => (View::Nginx(NginxFile::new(file, path, tree)), Vec::new()),
            Tree::Support(tree) if is_conf(path) => (View::Gunicorn(GunicornConf::new(file, path, tree)), Vec::new()),
            Tree::Support(tree) if !is_support_name(&document.source.name().to_ascii_lowercase()) => {
                (View::Loading(LoadingFile::new(file, path, tree)), Vec::new())
            }
            Tree::Compose(_) | Tree::Config(_) | Tree::Support(_) | Tree::Unread => (View::Later, Vec::new()),
        };
        document.source.hide(secrets);
        view
    }
}
