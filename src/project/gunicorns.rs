//! Service and port to the configuration of their gunicorn.

use super::Project;
use crate::model::compose::Service;
use crate::model::gunicorn::GunicornConf;
use crate::source::below;

impl Project {
    /// The gunicorn configuration of a service: the only one in its build context.
    pub fn gunicorn_of(&self, service: &Service) -> Option<&GunicornConf> {
        let context = service.build.as_ref()?.context.get()?;
        let inside = |conf: &&GunicornConf| below(&conf.path, context).is_some();
        let mut found = self.gunicorn.iter().filter(inside);
        found.next().filter(|_| found.next().is_none())
    }

    /// The gunicorn configuration that binds to a port, for programs that run on the host. The only one of its port.
    pub fn gunicorn_on(&self, port: u16) -> Option<&GunicornConf> {
        let mut found = self.gunicorn.iter().filter(|conf| conf.port() == Some(port));
        found.next().filter(|_| found.next().is_none())
    }
}
