//! Rules about what a platform starts: `Procfile`.

mod development_server;
mod one_worker;
mod port_ignored;
mod port_not_reached;
mod started_without_env;
mod wsgi_path;

rules! {
    one_worker,
    port_ignored,
    development_server,
    wsgi_path,
    port_not_reached,
    started_without_env,
}
