//! What a project tells of the servers that it is for: how else its program gets there, and what runs on them beside containers.

use super::sets::Sets;
use crate::model::{Document, Kind, Unjudged};
use crate::project::Project;

impl Project {
    /// Whether the project shows how else its program gets to users: a platform, a cluster, or a script, pipeline or guide
    /// about deployment.
    pub(in crate::project) fn ships_otherwise(&self) -> bool {
        let written = self.documents.iter().any(|document| match document.class.kind {
            Kind::Procfile | Kind::Beanstalk => true,
            _ => tells_of_deployment(document),
        });
        written || self.files.files().any(|path| Unjudged::of(path).is_some_and(Unjudged::ships))
    }
}

impl Sets<'_> {
    /// Whether something shows that programs run on the host of the server, beside containers: a unit, a site of nginx, a
    /// crontab, a script or guide about deployment that has commands for a server.
    pub(super) fn runs_on_host(&self) -> bool {
        self.project.documents.iter().any(|document| self.tells_of_host(document))
    }

    fn tells_of_host(&self, document: &Document) -> bool {
        const OF_SERVERS: [&str; 9] =
            ["systemctl ", "apt install", "apt-get ", "dnf ", "pm2 ", "certbot", "ssh ", "ufw ", "gunicorn "];
        let tells = || OF_SERVERS.iter().any(|word| document.source.text().contains(word));
        match document.class.kind {
            Kind::Unit | Kind::Supervisor | Kind::Crontab | Kind::Gunicorn => true,
            Kind::Nginx => !self.project.is_put_into_image(&document.source.path),
            Kind::Script | Kind::Makefile => document.is_for_deployment(),
            Kind::Guide => document.is_for_deployment() && tells(),
            _ => false,
        }
    }

    /// Whether a guide about deployment says how the programs get onto the host of a server, and nothing that is about servers speaks
    /// of containers: whoever follows it has no Docker there.
    pub(super) fn server_goes_without_containers(&self) -> bool {
        const COMMANDS: [&str; 10] = [
            "docker compose",
            "docker-compose",
            "docker run",
            "docker exec",
            "docker build",
            "docker pull",
            "docker.io",
            "docker-ce",
            "get.docker.com",
            "podman ",
        ];
        let mut guided = false;
        for document in &self.project.documents {
            let host = self.tells_of_host(document);
            let about = host || tells_of_deployment(document);
            let contained = |text: &str| COMMANDS.iter().any(|command| text.contains(command));
            if about && self.project.text_of(document).is_none_or(contained) {
                return false;
            }
            guided |= host && document.class.kind == Kind::Guide;
        }
        guided
    }
}

/// Whether a text that people or pipelines follow is about a deployment.
fn tells_of_deployment(document: &Document) -> bool {
    matches!(document.class.kind, Kind::Guide | Kind::Workflow | Kind::Script) && document.is_for_deployment()
}
