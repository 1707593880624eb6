//! Rules about what a platform starts: `Procfile`.

mod development_server;
mod port_ignored;

rules! {
    port_ignored,
    development_server,
}
