//! The parts of the model in Compose's order, and the form of each (compose-go, `types/types.go`; tried with Compose
//! 2.40.3). What is not listed is left out: `extends`, `env_file` and `label_file` are put in by then.

use super::Form;
use super::Form::*;
use super::long::{
    additional, depends, devices, gpus, hosts, keys, links, mounts, networks, ports, request, secrets, test,
};

type Parts = &'static [(&'static str, Form)];

/// The whole model.
pub(super) const PROJECT: Parts = &[
    ("services", Named(&Kept(SERVICE))),
    ("networks", Named(&Kept(NETWORK))),
    ("volumes", Named(&Kept(VOLUME))),
    ("secrets", Named(&Kept(FILE))),
    ("configs", Named(&Kept(FILE))),
    ("models", Named(&Kept(MODEL))),
];

const SERVICE: Parts = &[
    ("profiles", Texts),
    ("annotations", Pairs),
    ("attach", Choice),
    ("build", Kept(BUILD)),
    ("develop", Kept(&[("watch", List(&Kept(WATCH)))])),
    ("blkio_config", Kept(BLKIO)),
    ("cap_add", Texts),
    ("cap_drop", Texts),
    ("cgroup_parent", Text),
    ("cgroup", Text),
    ("cpu_count", Int),
    ("cpu_percent", Float),
    ("cpu_period", Int),
    ("cpu_quota", Int),
    ("cpu_rt_period", Int),
    ("cpu_rt_runtime", Int),
    ("cpus", Float),
    ("cpuset", Text),
    ("cpu_shares", Int),
    ("command", Command),
    ("configs", Made(links, &List(&Kept(GRANT)))),
    ("container_name", Text),
    ("credential_spec", Kept(&[("config", Text), ("file", Text), ("registry", Text)])),
    ("depends_on", Made(depends, &Named(&Kept(DEPENDENCY)))),
    ("deploy", Kept(DEPLOY)),
    ("device_cgroup_rules", Texts),
    ("devices", Made(devices, &List(&Kept(DEVICE)))),
    ("dns", Texts),
    ("dns_opt", Texts),
    ("dns_search", Texts),
    ("domainname", Text),
    ("entrypoint", Command),
    ("provider", Kept(&[("type", Text), ("options", Named(&Texts))])),
    ("environment", Maybe),
    ("expose", Texts),
    ("external_links", Texts),
    ("extra_hosts", Made(hosts, &Command)),
    ("group_add", Texts),
    ("gpus", Made(gpus, &List(&Kept(GPU)))),
    ("hostname", Text),
    ("healthcheck", Kept(HEALTHCHECK)),
    ("image", Text),
    ("init", Choice),
    ("ipc", Text),
    ("isolation", Text),
    ("labels", Pairs),
    ("links", Texts),
    ("logging", Kept(&[("driver", Text), ("options", Pairs)])),
    ("mem_limit", Size),
    ("mem_reservation", Size),
    ("memswap_limit", Size),
    ("mem_swappiness", Size),
    ("mac_address", Text),
    ("models", Made(networks, &Named(&Kept(&[("endpoint_var", Text), ("model_var", Text)])))),
    ("network_mode", Text),
    ("networks", Made(networks, &Named(&Kept(MEMBER)))),
    ("oom_kill_disable", Flag),
    ("oom_score_adj", Int),
    ("pid", Text),
    ("pids_limit", Int),
    ("platform", Text),
    ("ports", Made(ports, &List(&Kept(PORT)))),
    ("privileged", Flag),
    ("pull_policy", Text),
    ("read_only", Flag),
    ("restart", Text),
    ("runtime", Text),
    ("scale", Count),
    ("secrets", Made(secrets, &List(&Kept(GRANT)))),
    ("security_opt", Texts),
    ("shm_size", Size),
    ("stdin_open", Flag),
    ("stop_grace_period", Period),
    ("stop_signal", Text),
    ("storage_opt", Pairs),
    ("sysctls", Pairs),
    ("tmpfs", Texts),
    ("tty", Flag),
    ("ulimits", Named(&Limit)),
    ("use_api_socket", Flag),
    ("user", Text),
    ("userns_mode", Text),
    ("uts", Text),
    ("volumes", Made(mounts, &List(&Kept(MOUNT)))),
    ("volumes_from", Texts),
    ("working_dir", Text),
    ("post_start", List(&Kept(HOOK))),
    ("pre_stop", List(&Kept(HOOK))),
];

const BUILD: Parts = &[
    ("context", Context),
    ("dockerfile", Text),
    ("dockerfile_inline", Text),
    ("entitlements", Texts),
    ("args", Set),
    ("provenance", Text),
    ("sbom", Text),
    ("ssh", Made(keys, &Texts)),
    ("labels", Pairs),
    ("cache_from", Texts),
    ("cache_to", Texts),
    ("no_cache", Flag),
    ("no_cache_filter", Texts),
    ("additional_contexts", Made(additional, &Pairs)),
    ("pull", Flag),
    ("extra_hosts", Made(hosts, &Command)),
    ("isolation", Text),
    ("network", Text),
    ("target", Text),
    ("secrets", Made(links, &List(&Kept(GRANT)))),
    ("shm_size", Size),
    ("tags", Texts),
    ("ulimits", Named(&Limit)),
    ("platforms", Texts),
    ("privileged", Flag),
];

const WATCH: Parts = &[
    ("path", Path),
    ("action", Text),
    ("target", Text),
    ("exec", Kept(HOOK)),
    ("include", Texts),
    ("ignore", Texts),
    ("initial_sync", Flag),
];

const BLKIO: Parts = &[
    ("weight", Int),
    ("weight_device", List(&Kept(&[("path", Text), ("weight", Int)]))),
    ("device_read_bps", List(&Kept(RATE))),
    ("device_read_iops", List(&Kept(RATE))),
    ("device_write_bps", List(&Kept(RATE))),
    ("device_write_iops", List(&Kept(RATE))),
];
const RATE: Parts = &[("path", Text), ("rate", Size)];

const GRANT: Parts = &[("source", Text), ("target", Text), ("uid", Text), ("gid", Text), ("mode", Mode)];
const DEPENDENCY: Parts = &[("condition", Text), ("restart", Flag), ("required", Choice)];
const DEVICE: Parts = &[("source", Text), ("target", Text), ("permissions", Text)];

const DEPLOY: Parts = &[
    ("mode", Text),
    ("replicas", Count),
    ("labels", Pairs),
    ("update_config", Kept(UPDATE)),
    ("rollback_config", Kept(UPDATE)),
    ("resources", Object(&[("limits", Kept(RESOURCE)), ("reservations", Kept(RESOURCE))])),
    ("restart_policy", Kept(&[("condition", Text), ("delay", Period), ("max_attempts", Count), ("window", Period)])),
    (
        "placement",
        Object(&[
            ("constraints", Texts),
            ("preferences", List(&Kept(&[("spread", Text)]))),
            ("max_replicas_per_node", Int),
        ]),
    ),
    ("endpoint_mode", Text),
];
const UPDATE: Parts = &[
    ("parallelism", Count),
    ("delay", Duration),
    ("failure_action", Text),
    ("monitor", Duration),
    ("max_failure_ratio", Float),
    ("order", Text),
];
const RESOURCE: Parts = &[
    ("cpus", Float),
    ("memory", Size),
    ("pids", Int),
    ("devices", List(&Made(request, &Kept(GPU)))),
    ("generic_resources", List(&Kept(&[("discrete_resource_spec", Kept(&[("kind", Text), ("value", Count)]))]))),
];
const GPU: Parts =
    &[("capabilities", Texts), ("driver", Text), ("count", All), ("device_ids", Texts), ("options", Pairs)];

const HEALTHCHECK: Parts = &[
    ("test", Made(test, &Texts)),
    ("timeout", Period),
    ("interval", Period),
    ("retries", Count),
    ("start_period", Period),
    ("start_interval", Period),
    ("disable", Flag),
];

const MEMBER: Parts = &[
    ("aliases", Texts),
    ("driver_opts", Pairs),
    ("gw_priority", Int),
    ("interface_name", Text),
    ("ipv4_address", Text),
    ("ipv6_address", Text),
    ("link_local_ips", Texts),
    ("mac_address", Text),
    ("priority", Int),
];

const PORT: Parts = &[
    ("name", Text),
    ("mode", Text),
    ("host_ip", Text),
    ("target", Int),
    ("published", Text),
    ("protocol", Text),
    ("app_protocol", Text),
];

const MOUNT: Parts = &[
    ("type", Text),
    ("source", Text),
    ("target", Text),
    ("read_only", Flag),
    ("consistency", Text),
    ("bind", Kept(&[("selinux", Text), ("propagation", Text), ("create_host_path", Flag), ("recursive", Text)])),
    ("volume", Kept(&[("labels", Pairs), ("nocopy", Flag), ("subpath", Text)])),
    ("tmpfs", Kept(&[("size", Size), ("mode", Int)])),
    ("image", Kept(&[("subpath", Text)])),
];

const HOOK: Parts =
    &[("command", Command), ("user", Text), ("privileged", Flag), ("working_dir", Text), ("environment", Maybe)];

const NETWORK: Parts = &[
    ("name", Text),
    ("driver", Text),
    ("driver_opts", Pairs),
    (
        "ipam",
        Object(&[
            ("driver", Text),
            (
                "config",
                List(&Kept(&[("subnet", Text), ("gateway", Text), ("ip_range", Text), ("aux_addresses", Pairs)])),
            ),
        ]),
    ),
    ("external", Flag),
    ("internal", Flag),
    ("attachable", Flag),
    ("labels", Pairs),
    ("enable_ipv4", Choice),
    ("enable_ipv6", Choice),
];

const VOLUME: Parts =
    &[("name", Text), ("driver", Text), ("driver_opts", Pairs), ("external", Flag), ("labels", Pairs)];

const FILE: Parts = &[
    ("name", Text),
    ("file", Path),
    ("environment", Text),
    ("content", Text),
    ("external", Flag),
    ("labels", Pairs),
    ("driver", Text),
    ("driver_opts", Pairs),
    ("template_driver", Text),
];

const MODEL: Parts = &[("model", Text), ("context_size", Int), ("runtime_flags", Texts)];
