//! Rules about the commands of scripts, schedules, recipes and build servers.

mod firewall_before_ssh;

rules! {
    firewall_before_ssh,
}
