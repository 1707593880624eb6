//! Which services the findings of a report are about.

use std::collections::HashMap;

use crate::engine::Report;
use crate::model::compose::ServiceId;
use crate::model::image::Image;
use crate::project::Project;
use crate::rules::Severity;
use crate::source::{FileId, Span};

/// The worst finding about each service.
#[derive(Default)]
pub(super) struct Marks(HashMap<ServiceId, Severity>);

impl Marks {
    /// Of what counts in a report.
    pub(super) fn new(report: &Report) -> Self {
        let about = About::new(&report.project);
        let mut worst = HashMap::new();
        for finding in report.findings.iter().filter(|finding| finding.live()) {
            for service in about.services(finding.primary.span) {
                let mark = worst.entry(service).or_insert(finding.severity);
                *mark = finding.severity.max(*mark);
            }
        }
        Marks(worst)
    }

    pub(super) fn worst(&self, service: ServiceId) -> Option<Severity> {
        self.0.get(&service).copied()
    }
}

/// The services that a file is about: those that stand in it, get it as env file, run the image it builds, or read it as nginx's.
struct About {
    /// The entries of a Compose file, in order.
    entries: HashMap<FileId, Vec<(Span, ServiceId)>>,
    files: HashMap<FileId, Vec<ServiceId>>,
}

impl About {
    fn new(project: &Project) -> Self {
        let mut about = About { entries: HashMap::new(), files: HashMap::new() };
        for service in project.services() {
            about.entries.entry(service.span.file).or_default().push((service.span, service.id));
            let env = service.env_files.iter().filter_map(|file| Some(project.env_at(file.path.get()?)?.file));
            let image = match project.image_of(service) {
                Image::Built(dockerfile, _) => Some(dockerfile.file),
                _ => None,
            };
            for file in env.chain(image) {
                about.files.entry(file).or_default().push(service.id);
            }
        }
        for view in &project.nginx {
            let readers = project.readers(view.file).map(|service| service.id);
            about.files.entry(view.file).or_default().extend(readers);
        }
        about.entries.values_mut().for_each(|entries| entries.sort());
        about
    }

    fn services(&self, at: Span) -> Vec<ServiceId> {
        let entries = self.entries.get(&at.file).map_or(&[][..], Vec::as_slice);
        let next = entries.partition_point(|(span, _)| span.start <= at.start);
        // Several sets of files may have the same entry.
        let inside = entries[..next].iter().rev().take_while(|(span, _)| at.start < span.end).map(|(_, id)| *id);
        inside.chain(self.files.get(&at.file).into_iter().flatten().copied()).collect()
    }
}
