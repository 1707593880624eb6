//! What rules look at, one subject at a time: the table.

use std::ops::Deref;

use super::context::{Context, Sink};
use super::finding::Finding;
use super::rule::Rule;
use crate::model::compose::{Composition, Service, Standalone};
use crate::model::crontab::Crontab;
use crate::model::env::EnvFacts;
use crate::model::gunicorn::GunicornConf;
use crate::model::image::Dockerfile;
use crate::model::logrotate::Logrotate;
use crate::model::nginx::{Config, Expanded, NginxFile, Server};
use crate::model::prometheus::Prometheus;
use crate::model::tls::{Chain, PemFile};
use crate::model::units::Unit;
use crate::project::{Commands, Probe, Process, Project, Setter, Shipped, Variables};
use crate::source::{FileId, Role};

/// What is common to all subjects.
trait About {
    /// The file it stands in, or starts from; a project has many.
    fn file(&self) -> Option<FileId>;

    /// The environment it is judged for, where that is not the one of its file.
    fn own_role(&self) -> Option<Role> {
        None
    }
}

macro_rules! in_file {
    ($($subject:ty),*) => { $(impl About for $subject {
        fn file(&self) -> Option<FileId> {
            Some(self.file)
        }
    })* };
}

in_file!(
    GunicornConf,
    EnvFacts<'_>,
    Dockerfile,
    NginxFile,
    Config,
    Expanded<'_>,
    Server,
    PemFile,
    Chain,
    Unit,
    Crontab,
    Logrotate,
    Prometheus
);

impl About for Composition {
    fn file(&self) -> Option<FileId> {
        Some(self.file)
    }

    fn own_role(&self) -> Option<Role> {
        Some(self.role)
    }
}

impl About for Service {
    fn file(&self) -> Option<FileId> {
        Some(self.file)
    }

    fn own_role(&self) -> Option<Role> {
        Some(self.role)
    }
}

impl About for Standalone {
    fn file(&self) -> Option<FileId> {
        Some(self.service.file)
    }

    fn own_role(&self) -> Option<Role> {
        Some(self.service.role)
    }
}

impl About for Setter<'_> {
    fn file(&self) -> Option<FileId> {
        Some(self.file)
    }

    fn own_role(&self) -> Option<Role> {
        Some(self.role)
    }
}

impl About for Shipped<'_> {
    fn file(&self) -> Option<FileId> {
        Some(self.file.file)
    }

    fn own_role(&self) -> Option<Role> {
        Some(self.role)
    }
}

impl About for Commands<'_> {
    fn file(&self) -> Option<FileId> {
        Some(self.file)
    }
}

impl About for Process<'_> {
    fn file(&self) -> Option<FileId> {
        Some(Process::file(self))
    }

    fn own_role(&self) -> Option<Role> {
        self.role()
    }
}

impl About for Probe<'_> {
    fn file(&self) -> Option<FileId> {
        Probe::file(self)
    }

    fn own_role(&self) -> Option<Role> {
        self.service.map(|service| service.role)
    }
}

impl About for Project {
    fn file(&self) -> Option<FileId> {
        None
    }
}

/// Declares the subjects: name, what a rule gets, what is held until then, the words for listings, and where they are
/// found.
macro_rules! subjects {
    ($($(#[doc = $doc:literal])* $name:ident $type:ty, $held:ty, $words:literal = $list:expr;)*) => {
        /// The function of a rule. The variant says what the rule looks at, one subject at a time.
        #[derive(Copy, Clone)]
        pub enum Check {
            $($(#[doc = $doc])* $name(fn(&$type, &Context, &mut Sink)),)*
            /// Reported by the policy layer itself (waivers).
            Policy,
        }

        impl Check {
            /// What the rule reads, for listings.
            pub fn reads(&self) -> &'static str {
                match self {
                    $(Check::$name(_) => $words,)*
                    Check::Policy => "waivers",
                }
            }
        }

        /// One thing to judge.
        pub(crate) enum Subject<'a> {
            $($name($held),)*
        }

        impl<'a> Subject<'a> {
            /// All subjects of a project, in the order of the table.
            pub(crate) fn all(project: &'a Project) -> Vec<Subject<'a>> {
                let mut all: Vec<Subject> = Vec::new();
                $({
                    let list: fn(&'a Project) -> Vec<$held> = $list;
                    let list = list(project);
                    // There may be very many of one kind.
                    all.reserve_exact(list.len());
                    all.extend(list.into_iter().map(Subject::$name));
                })*
                all
            }

            /// Whether a rule is about subjects of this kind.
            pub(crate) fn is_judged_by(&self, rule: &Rule) -> bool {
                matches!((&rule.check, self), $((Check::$name(_), Subject::$name(_)))|*)
            }

            /// Runs a rule; one about other subjects says nothing.
            pub(crate) fn run(&self, rule: &Rule, context: &Context, sink: &mut Sink) {
                match (&rule.check, self) {
                    $((Check::$name(check), Subject::$name(subject)) => check(subject, context, sink),)*
                    _ => {}
                }
            }

            fn about(&self) -> &dyn About {
                match self {
                    $(Subject::$name(subject) => subject,)*
                }
            }
        }
    };
}

impl<T: Deref<Target: About>> About for T {
    fn file(&self) -> Option<FileId> {
        (**self).file()
    }

    fn own_role(&self) -> Option<Role> {
        (**self).own_role()
    }
}

subjects! {
    /// One env file.
    Env EnvFacts, EnvFacts<'a>, "env file" = |project| project.env_files().collect();
    /// What one place sets: an env file, `environment:` of a Compose service, `ENV` of a Dockerfile.
    Variables Variables, Setter<'a>, "env file, environment of a service or image" = |project| project.setters();
    /// The Compose files that are started together, as a whole.
    Compose Composition, &'a Composition, "compose file" = |project| project.compose().iter().collect();
    /// One Compose service.
    Service Service, &'a Service, "compose service" = |project| project.services().collect();
    /// What a `docker run` leaves running, as a service.
    Standalone Standalone, &'a Standalone, "container of `docker run`" = |project| project.standalone().iter().collect();
    /// What a container runs: the command of a service, or of an image that no service is built from.
    Process Process, Process<'a>, "program of a container" = |project| project.processes();
    /// A health check: of a service, or of an image.
    Probe Probe, Probe<'a>, "health check" = |project| project.probes();
    /// The commands of a script, of recipes, of steps of a build server, of a schedule, of a unit, of an image.
    Commands Commands, Commands<'a>, "commands of a file" = |project| {
        let mut all = project.commands();
        all.extend(project.commands_of_images());
        all
    };
    /// One configuration of gunicorn.
    Gunicorn GunicornConf, &'a GunicornConf, "gunicorn configuration" = |project| project.gunicorn.iter().collect();
    /// One configuration of Prometheus.
    Prometheus Prometheus, &'a Prometheus, "Prometheus configuration" = |project| project.prometheus.iter().collect();
    /// One Dockerfile.
    Dockerfile Dockerfile, &'a Dockerfile, "dockerfile" = |project| project.buildable();
    /// One image that ships: a stage of a Dockerfile, with the services that run it.
    Image Shipped, Shipped<'a>, "image that is built" = |project| project.images();
    /// One nginx file as written, whether main file or fragment.
    Nginx NginxFile, &'a NginxFile, "nginx file" = |project| project.nginx.iter().collect();
    /// One nginx configuration with its includes: a main file, or a fragment nobody includes.
    Config Config, &'a Config, "nginx configuration" = |project| project.configs().iter().collect();
    /// The same, block by block, with what each of them inherits.
    Blocks Expanded, Box<Expanded<'a>>, "nginx configuration" = |project| {
        project.nginx_trees().into_iter().map(Box::new).collect()
    };
    /// One nginx `server` with the values that are in effect in it.
    Server Server, &'a Server, "nginx server" = |project| project.servers().collect();
    /// One unit of systemd as written, or what is put on top of one.
    UnitFile Unit, &'a Unit, "systemd unit as written" = |project| project.units.iter().collect();
    /// One unit of systemd with what the project puts on top of it.
    Unit Unit, &'a Unit, "systemd unit" = |project| project.units_of_host().iter().collect();
    /// One crontab.
    Crontab Crontab, &'a Crontab, "crontab" = |project| project.crontabs.iter().collect();
    /// One configuration of logrotate.
    Logrotate Logrotate, &'a Logrotate, "logrotate file" = |project| project.logrotate.iter().collect();
    /// One file of PEM blocks.
    Pem PemFile, &'a PemFile, "pem file" = |project| project.pem.iter().collect();
    /// One certificate chain as it is served, with its key and the names it must cover.
    Chain Chain, &'a Chain, "certificate chain" = |project| project.chains().iter().collect();
    /// The deployment as a whole: rules that compare its parts with each other.
    Project Project, &'a Project, "project" = |project| vec![project];
}

impl Subject<'_> {
    /// Adds to a finding how the one it is about comes by what stands elsewhere.
    pub(crate) fn explain(&self, finding: &mut Finding) {
        let Subject::Variables(set) = self else { return };
        let Some(var) = set.passes_on(finding.primary.span) else { return };
        let Some(service) = set.services.first() else { return };
        finding.passed_on = true;
        finding.related(var.key.span, format!("service `{}` gets it as `{}`", service.name.value, var.key.value));
    }

    /// The file it stands in, or starts from; none for a project.
    pub(crate) fn file(&self) -> Option<FileId> {
        self.about().file()
    }

    /// The Compose files that are started together and that it belongs to, as index.
    pub(crate) fn composition(&self) -> Option<usize> {
        match self {
            Subject::Compose(composition) => Some(composition.id),
            Subject::Service(service) => Some(service.id.composition),
            Subject::Process(process) => Some(process.service()?.id.composition),
            Subject::Probe(probe) => Some(probe.service?.id.composition),
            _ => None,
        }
    }

    /// The environment it is judged for; a project has files of all of them.
    pub(crate) fn role(&self, project: &Project) -> Option<Role> {
        let of_file = || self.file().map(|file| project.role(file));
        self.about().own_role().or_else(of_file)
    }
}
