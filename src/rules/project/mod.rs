//! Rules that join files.

use super::{Effect, Finding, Severity};
use crate::model::compose::Service;
use crate::project::{Kept, Project, Watcher};

mod admin_ui_for_everybody;
mod app_port_bypasses_proxy;
mod application_missing;
mod caddy_upstream_unknown;
mod caddy_variable_missing;
mod certificate_file_missing;
mod certificate_lacks_name;
mod certificate_made_elsewhere;
mod challenge_not_served;
mod cors_twice;
mod cron_without_environment;
mod dashboard_for_everybody;
mod database_behind_stream;
mod debug_in_settings;
mod debugger_open;
mod driver_missing;
mod dump_client_older;
mod env_file_missing;
mod env_file_served;
mod envsubst_without_list;
mod git_folder_served;
mod host_not_allowed;
mod idle_connection_closed;
mod image_copies_env;
mod inner_port_shown;
mod label_name_unknown;
mod label_network_wrong;
mod label_not_enabled;
mod label_port_wrong;
mod listens_on_loopback;
mod origin_refused;
mod password_file_missing;
mod path_doubled;
mod path_not_in_container;
mod port_beside_proxy;
mod port_not_answered;
mod port_not_published;
mod probe_cannot_fail;
mod probe_cannot_pass;
mod probe_host_refused;
mod probe_misses_server;
mod probe_sent_to_https;
mod probe_tool_missing;
mod probe_turned_away;
mod queue_evicted;
mod redirect_behind_traefik;
mod redirect_loop;
mod renewal_without_reload;
mod schedule_not_writable;
mod scheduler_without_root;
mod scheme_overwritten;
mod scrape_unanswered;
mod scripts_mounted_elsewhere;
mod secret_in_pages;
mod secret_in_settings;
mod socket_unknown;
mod sqlite_several_writers;
mod startup_name_unknown;
mod stock_page_first;
mod templates_not_filled;
mod timeout_mismatch;
mod too_many_connections;
mod upload_limit_mismatch;
mod upstream_unknown;
mod visitors_taken_for_one;
mod volume_not_writable;
mod wrong_protocol;
mod wrong_worker;

rules! {
    admin_ui_for_everybody,
    app_port_bypasses_proxy,
    certificate_file_missing,
    certificate_lacks_name,
    certificate_made_elsewhere,
    env_file_missing,
    env_file_served,
    git_folder_served,
    idle_connection_closed,
    image_copies_env,
    probe_sent_to_https,
    probe_tool_missing,
    sqlite_several_writers,
    startup_name_unknown,
    timeout_mismatch,
    too_many_connections,
    dump_client_older,
    upload_limit_mismatch,
    upstream_unknown,
    socket_unknown,
    probe_cannot_pass,
    probe_cannot_fail,
    probe_turned_away,
    listens_on_loopback,
    schedule_not_writable,
    scheduler_without_root,
    cron_without_environment,
    scrape_unanswered,
    secret_in_pages,
    secret_in_settings,
    debug_in_settings,
    debugger_open,
    volume_not_writable,
    envsubst_without_list,
    probe_host_refused,
    probe_misses_server,
    templates_not_filled,
    scheme_overwritten,
    label_port_wrong,
    label_name_unknown,
    label_network_wrong,
    label_not_enabled,
    queue_evicted,
    driver_missing,
    port_not_answered,
    port_beside_proxy,
    port_not_published,
    redirect_loop,
    cors_twice,
    path_not_in_container,
    path_doubled,
    renewal_without_reload,
    host_not_allowed,
    origin_refused,
    password_file_missing,
    wrong_worker,
    application_missing,
    challenge_not_served,
    caddy_upstream_unknown,
    caddy_variable_missing,
    wrong_protocol,
    redirect_behind_traefik,
    visitors_taken_for_one,
    stock_page_first,
    scripts_mounted_elsewhere,
    dashboard_for_everybody,
    database_behind_stream,
    inner_port_shown,
}

/// Whether `curl` is told to look at the status of an answer, by the words behind it.
fn curl_fails<'a>(mut options: impl Iterator<Item = &'a str>) -> bool {
    // Behind a letter that takes a value there are no further letters.
    let valued = |letter: &char| "oHXdumAebxTEUKFQrCctyYzDPh".contains(*letter);
    options.any(|word| match word.strip_prefix("--") {
        Some(long) => long.starts_with("fail") || long.starts_with("write-out") || long == "config",
        None => word.strip_prefix('-').is_some_and(|letters| {
            letters.chars().take_while(|letter| !valued(letter)).any(|letter| matches!(letter, 'f' | 'w' | 'K'))
        }),
    })
}

/// Adds to a health check of a service that fails every time who is never started because of it, or what else acts on it. Where
/// nobody looks, the container only seems ill.
fn tell_who_waits(project: &Project, service: &Service, finding: &mut Finding) {
    let kept = project.kept_by(service);
    if !kept.is_empty() {
        finding.effect(Effect::WillNotStart);
    }
    match project.watches(service).filter(|_| kept.is_empty()) {
        None if kept.is_empty() => finding.severity(Severity::Low),
        None => finding,
        Some(Watcher::Traefik(label)) => {
            finding.related(label, "Traefik passes nothing to a container that is not healthy: visitors get 404")
        }
        Some(Watcher::Swarm) => finding.related(
            service.name.span,
            "a Swarm stops a container that is not healthy and starts another one, again and again",
        ),
        Some(Watcher::Restarter(other)) => {
            finding.related(other.name.span, "this starts a container again that is not healthy, again and again")
        }
        Some(Watcher::Command(up)) => finding.related(up, "this waits until it is healthy, and ends with an error"),
    };
    for Kept { service, at, behind } in kept.into_iter().take(3) {
        let name = &service.name.value;
        finding.related(
            at,
            match behind {
                None => format!("service `{name}` waits until it is healthy, and is never started"),
                Some(other) => format!("service `{name}` waits for `{other}`, and is never started either"),
            },
        );
    }
}
