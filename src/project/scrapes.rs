//! Prometheus to the addresses it asks, as its container sees them.

use super::{Inside, Nowhere, Project, Reach};
use crate::model::compose::Service;
use crate::model::prometheus::{Prometheus, Target};
use crate::source::Why;

/// An address that a Prometheus asks.
pub struct Scrape<'a> {
    /// Where it is written.
    pub target: &'a Target,
    /// Whose Prometheus asks it.
    pub from: &'a Service,
    /// What is there.
    pub reach: Reach<'a>,
    /// The service that has the name.
    pub asked: Option<&'a Service>,
}

impl Project {
    /// The services whose Prometheus reads a configuration.
    pub(super) fn scrapers<'a>(&'a self, conf: &'a Prometheus) -> impl Iterator<Item = &'a Service> {
        self.services().filter(|service| {
            let runs = self.image_of(service).base().is_some_and(|(image, _)| image.name.contains("prometheus"));
            runs && self.sees(service, &conf.path).is_some()
        })
    }

    /// What the Prometheus that reads a configuration asks: nothing, when no service is seen to read it. What users meet
    /// counts, not the developers' variant of it.
    pub fn scrapes<'a>(&'a self, conf: &'a Prometheus) -> Vec<Scrape<'a>> {
        let strictest = self.scrapers(conf).map(|service| service.role).max();
        let mut found = Vec::new();
        for service in self.scrapers(conf).filter(|service| Some(service.role) == strictest) {
            let from = self.from_service(service);
            for target in conf.targets.iter().filter(|_| self.look(1)) {
                let reach = self.reach(&from, &target.host, Some(target.port), false);
                let asked = self.behind(&from, &target.host, target.port).first().map(|(service, _)| *service);
                // Many images have a port of their own for metrics that few people know.
                let reach = match reach {
                    Reach::Nowhere(Nowhere::Inside(Inside::OtherPort { published: false, .. }), _)
                        if asked.is_some_and(|service| self.sockets(service).gap.is_some()) =>
                    {
                        Reach::Unknown(Why::new("whether its image has metrics on that port is not known"))
                    }
                    reach => reach,
                };
                found.push(Scrape { target, from: service, reach, asked });
            }
        }
        found
    }
}
