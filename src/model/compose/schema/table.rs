//! Written by `generate.py`, which says where the facts are from: Docker Compose 2.40.3 (compose-go 2.9.1), and, as
//! `newer`, keys that only later versions know.

use super::form::Form;
use super::{BOOL, CLOSED, EXACT, INT, Map, NONE, NULL, NUMBER, Names, Shape, TEXT};

static ARGS: Shape = Shape {
    list: Some(&VARIABLE_TEXT_ONLY),
    map: Some(&Map { others: Some(&TEXT_NUMBER_BOOL_NULL_ONLY), ..CLOSED }),
    ..NONE
};
static AUX_ADDRESSES: Shape = Shape { map: Some(&Map { others: Some(&TEXT_ONLY), ..CLOSED }), ..NONE };
static BIND: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("create_host_path", &BOOLEAN_BOOL_TEXT_ONLY),
            ("propagation", &TEXT_ONLY),
            ("recursive", &Shape { scalars: TEXT, words: &["enabled", "disabled", "writable", "readonly"], ..NONE }),
            ("selinux", &Shape { scalars: TEXT, words: &["z", "Z"], ..NONE }),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static BLKIO_CONFIG: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("device_read_bps", &DEVICE_READ_BPS),
            ("device_read_iops", &DEVICE_READ_BPS),
            ("device_write_bps", &DEVICE_READ_BPS),
            ("device_write_iops", &DEVICE_READ_BPS),
            ("weight", &UNSIGNED_INT_ONLY),
            (
                "weight_device",
                &Shape {
                    list: Some(&Shape {
                        map: Some(&Map { keys: &[("path", &TEXT_ONLY), ("weight", &UNSIGNED_INT_ONLY)], ..CLOSED }),
                        ..NONE
                    }),
                    ..NONE
                },
            ),
        ],
        ..CLOSED
    }),
    ..NONE
};
static BOOLEAN_BOOL_ONLY: Shape = Shape { scalars: BOOL, form: Form::Boolean, ..NONE };
static BOOLEAN_BOOL_TEXT_ONLY: Shape = Shape { scalars: BOOL | TEXT, form: Form::Boolean, ..NONE };
static BUILD: Shape = Shape {
    scalars: TEXT,
    map: Some(&Map {
        keys: &[
            (
                "additional_contexts",
                &Shape {
                    list: Some(&Shape { scalars: TEXT, form: Form::Pair, ..NONE }),
                    map: Some(&Map { others: Some(&TEXT_ONLY), ..CLOSED }),
                    ..NONE
                },
            ),
            ("args", &ARGS),
            ("cache_from", &LIST),
            ("cache_to", &LIST),
            ("context", &TEXT_ONLY),
            ("dockerfile", &TEXT_ONLY),
            ("dockerfile_inline", &TEXT_ONLY),
            ("entitlements", &LIST),
            ("extra_hosts", &EXTRA_HOSTS),
            ("isolation", &TEXT_ONLY),
            ("labels", &OTHER_LABELS),
            ("network", &TEXT_ONLY),
            ("no_cache", &BOOLEAN_BOOL_TEXT_ONLY),
            ("no_cache_filter", &UNIQUE_TEXT_OR_LIST),
            ("platforms", &LIST),
            ("privileged", &BOOLEAN_BOOL_TEXT_ONLY),
            ("provenance", &TEXT_BOOL_ONLY),
            ("pull", &BOOLEAN_BOOL_TEXT_ONLY),
            ("sbom", &TEXT_BOOL_ONLY),
            ("secrets", &OTHER_LIST),
            ("shm_size", &SIZE_INT_TEXT_ONLY),
            (
                "ssh",
                &Shape {
                    list: Some(&Shape { scalars: TEXT, form: Form::SshKey, ..NONE }),
                    unique: true,
                    map: Some(&Map { others: Some(&TEXT_NUMBER_BOOL_NULL_ONLY), ..CLOSED }),
                    ..NONE
                },
            ),
            ("tags", &LIST),
            ("target", &TEXT_ONLY),
            (
                "ulimits",
                &Shape {
                    map: Some(&Map {
                        others: Some(&Shape {
                            scalars: EXACT,
                            form: Form::Whole,
                            map: Some(&Map {
                                keys: &[("hard", &WHOLE_EXACT_ONLY), ("soft", &WHOLE_EXACT_ONLY)],
                                extensions: true,
                                required: &["hard", "soft"],
                                ..CLOSED
                            }),
                            ..NONE
                        }),
                        open: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
        ],
        newer: &["no_cache_filter"],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static CAST_BOOLEAN_BOOL_TEXT_ONLY: Shape = Shape { scalars: BOOL | TEXT, form: Form::Boolean, cast: true, ..NONE };
static CAST_NUMBER_NUMBER_TEXT_ONLY: Shape = Shape { scalars: NUMBER | TEXT, form: Form::Number, cast: true, ..NONE };
static CAST_UNSIGNED_INT_TEXT_ONLY: Shape = Shape { scalars: INT | TEXT, form: Form::Unsigned, cast: true, ..NONE };
static CAST_WHOLE_INT_TEXT_ONLY: Shape = Shape { scalars: INT | TEXT, form: Form::Whole, cast: true, ..NONE };
static CAST_WHOLE_NUMBER_TEXT_ONLY: Shape = Shape { scalars: NUMBER | TEXT, form: Form::Whole, cast: true, ..NONE };
static CAST_WHOLE_TEXT_EXACT_ONLY: Shape = Shape { scalars: TEXT | EXACT, form: Form::Whole, cast: true, ..NONE };
static CONFIG: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("content", &TEXT_ONLY),
            ("environment", &TEXT_ONLY),
            ("external", &EXTERNAL),
            ("file", &TEXT_ONLY),
            ("labels", &LABELS),
            ("name", &TEXT_ONLY),
            ("template_driver", &TEXT_ONLY),
        ],
        extensions: true,
        exclusive: &[&["file", "environment", "content"]],
        ..CLOSED
    }),
    ..NONE
};
static CONFIG_ITEM: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("aux_addresses", &AUX_ADDRESSES),
            ("gateway", &TEXT_ONLY),
            ("ip_range", &TEXT_ONLY),
            ("subnet", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static COUNT_TEXT_EXACT_ONLY: Shape = Shape { scalars: TEXT | EXACT, form: Form::Count, ..NONE };
static DEPLOY: Shape = Shape {
    scalars: NULL,
    map: Some(&Map {
        keys: &[
            ("endpoint_mode", &TEXT_ONLY),
            ("labels", &OTHER_LABELS),
            ("mode", &TEXT_ONLY),
            (
                "placement",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            ("constraints", &LIST),
                            ("max_replicas_per_node", &CAST_UNSIGNED_INT_TEXT_ONLY),
                            (
                                "preferences",
                                &Shape {
                                    list: Some(&Shape {
                                        map: Some(&Map { keys: &[("spread", &TEXT_ONLY)], extensions: true, ..CLOSED }),
                                        ..NONE
                                    }),
                                    ..NONE
                                },
                            ),
                        ],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("replicas", &CAST_WHOLE_INT_TEXT_ONLY),
            (
                "resources",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            (
                                "limits",
                                &Shape {
                                    map: Some(&Map {
                                        keys: &[
                                            ("cpus", &NUMBER_NUMBER_TEXT_ONLY),
                                            ("memory", &SIZE_TEXT_ONLY),
                                            ("pids", &Shape { scalars: INT | TEXT, form: Form::Whole, ..NONE }),
                                        ],
                                        extensions: true,
                                        ..CLOSED
                                    }),
                                    ..NONE
                                },
                            ),
                            ("reservations", &RESERVATIONS),
                        ],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("restart_policy", &RESTART_POLICY),
            ("rollback_config", &ROLLBACK_CONFIG),
            ("update_config", &ROLLBACK_CONFIG),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static DEVICES_ITEM: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("capabilities", &UNIQUE_LIST),
            ("count", &COUNT_TEXT_EXACT_ONLY),
            ("device_ids", &UNIQUE_LIST),
            ("driver", &TEXT_ONLY),
            ("options", &LABELS),
        ],
        extensions: true,
        required: &["capabilities"],
        exclusive: &[&["count", "device_ids"]],
        ..CLOSED
    }),
    ..NONE
};
static DEVICE_READ_BPS: Shape = Shape { list: Some(&DEVICE_READ_BPS_ITEM), ..NONE };
static DEVICE_READ_BPS_ITEM: Shape =
    Shape { map: Some(&Map { keys: &[("path", &TEXT_ONLY), ("rate", &SIZE_INT_TEXT_ONLY)], ..CLOSED }), ..NONE };
static DRIVER_OPTS: Shape = Shape { map: Some(&Map { others: Some(&TEXT_NUMBER_ONLY), open: true, ..CLOSED }), ..NONE };
static DURATION_TEXT_ONLY: Shape = Shape { scalars: TEXT, form: Form::Duration, ..NONE };
static ENVIRONMENT: Shape = Shape {
    list: Some(&VARIABLE_TEXT_ONLY),
    unique: true,
    map: Some(&Map { others: Some(&TEXT_NUMBER_BOOL_NULL_ONLY), ..CLOSED }),
    ..NONE
};
static EXEC: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("command", &OTHER_TEXT_OR_LIST),
            ("environment", &ENVIRONMENT),
            ("privileged", &BOOLEAN_BOOL_TEXT_ONLY),
            ("user", &TEXT_ONLY),
            ("working_dir", &TEXT_ONLY),
        ],
        extensions: true,
        required: &["command"],
        ..CLOSED
    }),
    ..NONE
};
static EXTERNAL: Shape = Shape {
    scalars: BOOL | TEXT,
    form: Form::Boolean,
    cast: true,
    map: Some(&Map { keys: &[("name", &TEXT_ONLY)], open: true, ..CLOSED }),
    ..NONE
};
static EXTRA_HOSTS: Shape = Shape {
    list: Some(&HOST_TEXT_ONLY),
    unique: true,
    map: Some(&Map { others: Some(&TEXT_OR_LIST), ..CLOSED }),
    ..NONE
};
static GPUS_ITEM: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("capabilities", &UNIQUE_LIST),
            ("count", &COUNT_TEXT_EXACT_ONLY),
            ("device_ids", &UNIQUE_LIST),
            ("driver", &TEXT_ONLY),
            ("options", &LABELS),
        ],
        open: true,
        exclusive: &[&["count", "device_ids"]],
        ..CLOSED
    }),
    ..NONE
};
static HEALTHCHECK: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("disable", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            ("interval", &DURATION_TEXT_ONLY),
            ("retries", &Shape { scalars: NUMBER | TEXT, form: Form::Unsigned, cast: true, ..NONE }),
            ("start_interval", &DURATION_TEXT_ONLY),
            ("start_period", &DURATION_TEXT_ONLY),
            ("test", &TEXT_OR_LIST),
            ("timeout", &DURATION_TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static HOST_TEXT_ONLY: Shape = Shape { scalars: TEXT, form: Form::Host, ..NONE };
static LABELS: Shape = Shape {
    list: Some(&TEXT_ONLY),
    unique: true,
    map: Some(&Map { others: Some(&TEXT_NUMBER_BOOL_NULL_ONLY), ..CLOSED }),
    ..NONE
};
static LIST: Shape = Shape { list: Some(&TEXT_ONLY), ..NONE };
static MODEL: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("context_size", &Shape { scalars: INT, form: Form::Whole, ..NONE }),
            ("model", &TEXT_ONLY),
            ("name", &TEXT_ONLY),
            ("runtime_flags", &LIST),
        ],
        extensions: true,
        required: &["model"],
        ..CLOSED
    }),
    ..NONE
};
static MODE_TEXT_EXACT_ONLY: Shape = Shape { scalars: TEXT | EXACT, form: Form::Mode, ..NONE };
static NETWORK: Shape = Shape {
    scalars: NULL,
    map: Some(&Map {
        keys: &[
            ("attachable", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            ("driver", &TEXT_ONLY),
            ("driver_opts", &DRIVER_OPTS),
            ("enable_ipv4", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            ("enable_ipv6", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            ("external", &OTHER_EXTERNAL),
            ("internal", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            (
                "ipam",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            ("config", &Shape { list: Some(&CONFIG_ITEM), ..NONE }),
                            ("driver", &TEXT_ONLY),
                            ("options", &AUX_ADDRESSES),
                        ],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("labels", &OTHER_LABELS),
            ("name", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static NUMBER_NUMBER_TEXT_ONLY: Shape = Shape { scalars: NUMBER | TEXT, form: Form::Number, ..NONE };
static ORDER: Shape = Shape { scalars: TEXT, words: &["start-first", "stop-first"], ..NONE };
static OTHER_EXTERNAL: Shape = Shape {
    scalars: BOOL | TEXT,
    form: Form::Boolean,
    cast: true,
    map: Some(&Map { keys: &[("name", &TEXT_ONLY)], extensions: true, ..CLOSED }),
    ..NONE
};
static OTHER_LABELS: Shape =
    Shape { list: Some(&TEXT_ONLY), map: Some(&Map { others: Some(&TEXT_NUMBER_BOOL_NULL_ONLY), ..CLOSED }), ..NONE };
static OTHER_LIST: Shape = Shape { list: Some(&SECRETS_ITEM), ..NONE };
static OTHER_NETWORK: Shape = Shape {
    scalars: NULL,
    map: Some(&Map {
        keys: &[
            ("aliases", &LIST),
            ("driver_opts", &DRIVER_OPTS),
            ("gw_priority", &WHOLE_NUMBER_ONLY),
            ("interface_name", &TEXT_ONLY),
            ("ipv4_address", &TEXT_ONLY),
            ("ipv6_address", &TEXT_ONLY),
            ("link_local_ips", &LIST),
            ("mac_address", &TEXT_ONLY),
            ("priority", &WHOLE_NUMBER_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static OTHER_TEXT_OR_LIST: Shape = Shape { scalars: NULL | TEXT, form: Form::Command, list: Some(&TEXT_ONLY), ..NONE };
static PORTS_ITEM: Shape = Shape {
    scalars: TEXT | EXACT,
    map: Some(&Map {
        keys: &[
            ("app_protocol", &TEXT_ONLY),
            ("host_ip", &TEXT_ONLY),
            ("mode", &TEXT_ONLY),
            ("name", &TEXT_ONLY),
            ("protocol", &TEXT_ONLY),
            ("published", &TEXT_EXACT_ONLY),
            ("target", &CAST_UNSIGNED_INT_TEXT_ONLY),
        ],
        extensions: true,
        required: &["target"],
        ..CLOSED
    }),
    ..NONE
};
static POST_START: Shape = Shape { list: Some(&EXEC), ..NONE };
static PRE_START_ITEM: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("command", &OTHER_TEXT_OR_LIST),
            ("environment", &ENVIRONMENT),
            ("image", &TEXT_ONLY),
            ("per_replica", &BOOLEAN_BOOL_TEXT_ONLY),
            ("privileged", &BOOLEAN_BOOL_TEXT_ONLY),
            ("user", &TEXT_ONLY),
            ("working_dir", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static RESERVATIONS: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("cpus", &NUMBER_NUMBER_TEXT_ONLY),
            ("devices", &Shape { list: Some(&DEVICES_ITEM), ..NONE }),
            (
                "generic_resources",
                &Shape {
                    list: Some(&Shape {
                        map: Some(&Map {
                            keys: &[(
                                "discrete_resource_spec",
                                &Shape {
                                    map: Some(&Map {
                                        keys: &[
                                            ("kind", &TEXT_ONLY),
                                            ("value", &Shape { scalars: NUMBER | TEXT, form: Form::Whole, ..NONE }),
                                        ],
                                        extensions: true,
                                        ..CLOSED
                                    }),
                                    ..NONE
                                },
                            )],
                            extensions: true,
                            ..CLOSED
                        }),
                        ..NONE
                    }),
                    ..NONE
                },
            ),
            ("memory", &SIZE_TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static RESTART_POLICY: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("condition", &TEXT_ONLY),
            ("delay", &DURATION_TEXT_ONLY),
            ("max_attempts", &CAST_UNSIGNED_INT_TEXT_ONLY),
            ("window", &DURATION_TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static ROLLBACK_CONFIG: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("delay", &DURATION_TEXT_ONLY),
            ("failure_action", &TEXT_ONLY),
            ("max_failure_ratio", &CAST_NUMBER_NUMBER_TEXT_ONLY),
            ("monitor", &DURATION_TEXT_ONLY),
            ("order", &ORDER),
            ("parallelism", &CAST_UNSIGNED_INT_TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static SECRET: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("driver", &TEXT_ONLY),
            ("driver_opts", &DRIVER_OPTS),
            ("environment", &TEXT_ONLY),
            ("external", &EXTERNAL),
            ("file", &TEXT_ONLY),
            ("labels", &LABELS),
            ("name", &TEXT_ONLY),
            ("template_driver", &TEXT_ONLY),
        ],
        extensions: true,
        exclusive: &[&["file", "environment"]],
        ..CLOSED
    }),
    ..NONE
};
static SECRETS_ITEM: Shape = Shape {
    scalars: TEXT,
    map: Some(&Map {
        keys: &[
            ("gid", &TEXT_ONLY),
            ("mode", &MODE_TEXT_EXACT_ONLY),
            ("source", &TEXT_ONLY),
            ("target", &TEXT_ONLY),
            ("uid", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
pub static SERVICE: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("annotations", &OTHER_LABELS),
            ("attach", &BOOLEAN_BOOL_TEXT_ONLY),
            ("blkio_config", &BLKIO_CONFIG),
            ("build", &BUILD),
            ("cap_add", &LIST),
            ("cap_drop", &LIST),
            ("cgroup", &Shape { scalars: TEXT, words: &["host", "private"], ..NONE }),
            ("cgroup_parent", &TEXT_ONLY),
            ("command", &OTHER_TEXT_OR_LIST),
            ("configs", &OTHER_LIST),
            ("container_name", &Shape { scalars: TEXT, form: Form::ContainerName, ..NONE }),
            ("cpu_count", &Shape { scalars: TEXT | INT, form: Form::Whole, cast: true, range: (0, i64::MAX), ..NONE }),
            ("cpu_percent", &Shape { scalars: TEXT | INT, form: Form::Number, cast: true, range: (0, 100), ..NONE }),
            ("cpu_period", &CAST_WHOLE_NUMBER_TEXT_ONLY),
            ("cpu_quota", &CAST_WHOLE_NUMBER_TEXT_ONLY),
            ("cpu_rt_period", &CAST_WHOLE_NUMBER_TEXT_ONLY),
            ("cpu_rt_runtime", &CAST_WHOLE_NUMBER_TEXT_ONLY),
            ("cpu_shares", &CAST_WHOLE_NUMBER_TEXT_ONLY),
            ("cpus", &CAST_NUMBER_NUMBER_TEXT_ONLY),
            ("cpuset", &TEXT_ONLY),
            (
                "credential_spec",
                &Shape {
                    map: Some(&Map {
                        keys: &[("config", &TEXT_ONLY), ("file", &TEXT_ONLY), ("registry", &TEXT_ONLY)],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            (
                "depends_on",
                &Shape {
                    list: Some(&TEXT_ONLY),
                    unique: true,
                    map: Some(&Map {
                        names: Names::Identifier,
                        others: Some(&Shape {
                            map: Some(&Map {
                                keys: &[
                                    (
                                        "condition",
                                        &Shape {
                                            scalars: TEXT,
                                            words: &[
                                                "service_started",
                                                "service_healthy",
                                                "service_completed_successfully",
                                            ],
                                            ..NONE
                                        },
                                    ),
                                    ("required", &BOOLEAN_BOOL_ONLY),
                                    ("restart", &BOOLEAN_BOOL_TEXT_ONLY),
                                ],
                                extensions: true,
                                required: &["condition"],
                                ..CLOSED
                            }),
                            ..NONE
                        }),
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("deploy", &DEPLOY),
            (
                "develop",
                &Shape {
                    scalars: NULL,
                    map: Some(&Map {
                        keys: &[("watch", &Shape { list: Some(&WATCH_ITEM), ..NONE })],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("device_cgroup_rules", &UNIQUE_LIST),
            (
                "devices",
                &Shape {
                    list: Some(&Shape {
                        scalars: TEXT,
                        form: Form::Device,
                        map: Some(&Map {
                            keys: &[("permissions", &TEXT_ONLY), ("source", &TEXT_ONLY), ("target", &TEXT_ONLY)],
                            extensions: true,
                            required: &["source", "target"],
                            ..CLOSED
                        }),
                        ..NONE
                    }),
                    ..NONE
                },
            ),
            ("dns", &TEXT_OR_LIST),
            ("dns_opt", &LIST),
            ("dns_search", &TEXT_OR_LIST),
            ("domainname", &TEXT_ONLY),
            ("entrypoint", &OTHER_TEXT_OR_LIST),
            (
                "env_file",
                &Shape {
                    scalars: TEXT,
                    list: Some(&Shape {
                        scalars: TEXT,
                        map: Some(&Map {
                            keys: &[
                                ("format", &TEXT_ONLY),
                                ("path", &TEXT_ONLY),
                                ("required", &BOOLEAN_BOOL_TEXT_ONLY),
                            ],
                            required: &["path"],
                            ..CLOSED
                        }),
                        ..NONE
                    }),
                    ..NONE
                },
            ),
            ("environment", &ARGS),
            ("expose", &Shape { list: Some(&TEXT_EXACT_ONLY), ..NONE }),
            (
                "extends",
                &Shape {
                    scalars: TEXT,
                    map: Some(&Map {
                        keys: &[("file", &TEXT_ONLY), ("service", &TEXT_ONLY)],
                        open: true,
                        required: &["service"],
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("external_links", &UNIQUE_LIST),
            ("extra_hosts", &EXTRA_HOSTS),
            ("gpus", &Shape { scalars: TEXT, words: &["all"], list: Some(&GPUS_ITEM), ..NONE }),
            ("group_add", &Shape { list: Some(&TEXT_EXACT_ONLY), unique: true, ..NONE }),
            ("healthcheck", &HEALTHCHECK),
            ("hostname", &TEXT_ONLY),
            ("image", &TEXT_ONLY),
            ("init", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            ("ipc", &TEXT_ONLY),
            ("isolation", &TEXT_ONLY),
            ("label_file", &TEXT_OR_LIST),
            ("labels", &OTHER_LABELS),
            ("links", &LIST),
            (
                "logging",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            ("driver", &TEXT_ONLY),
                            (
                                "options",
                                &Shape {
                                    map: Some(&Map {
                                        others: Some(&Shape { scalars: TEXT | NUMBER | NULL, ..NONE }),
                                        open: true,
                                        ..CLOSED
                                    }),
                                    ..NONE
                                },
                            ),
                        ],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("mac_address", &TEXT_ONLY),
            ("mem_limit", &SIZE_NUMBER_TEXT_ONLY),
            ("mem_reservation", &Shape { scalars: TEXT | INT, form: Form::Size, ..NONE }),
            ("mem_swappiness", &SIZE_INT_TEXT_ONLY),
            ("memswap_limit", &SIZE_NUMBER_TEXT_ONLY),
            (
                "models",
                &Shape {
                    list: Some(&TEXT_ONLY),
                    unique: true,
                    map: Some(&Map {
                        names: Names::Identifier,
                        others: Some(&Shape {
                            scalars: NULL,
                            map: Some(&Map {
                                keys: &[("endpoint_var", &TEXT_ONLY), ("model_var", &TEXT_ONLY)],
                                extensions: true,
                                ..CLOSED
                            }),
                            ..NONE
                        }),
                        open: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("network_mode", &TEXT_ONLY),
            (
                "networks",
                &Shape {
                    list: Some(&TEXT_ONLY),
                    unique: true,
                    map: Some(&Map { names: Names::Identifier, others: Some(&OTHER_NETWORK), ..CLOSED }),
                    ..NONE
                },
            ),
            ("oom_kill_disable", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            (
                "oom_score_adj",
                &Shape { scalars: TEXT | INT, form: Form::Whole, cast: true, range: (-1000, 1000), ..NONE },
            ),
            ("pid", &Shape { scalars: TEXT | NULL, ..NONE }),
            ("pids_limit", &CAST_WHOLE_NUMBER_TEXT_ONLY),
            ("platform", &TEXT_ONLY),
            ("ports", &Shape { list: Some(&PORTS_ITEM), ..NONE }),
            ("post_start", &POST_START),
            ("pre_start", &Shape { list: Some(&PRE_START_ITEM), ..NONE }),
            ("pre_stop", &POST_START),
            ("privileged", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            ("profiles", &LIST),
            (
                "provider",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            (
                                "options",
                                &Shape {
                                    map: Some(&Map {
                                        others: Some(&Shape {
                                            scalars: TEXT | BOOL | NUMBER,
                                            list: Some(&Shape { scalars: TEXT | NUMBER | BOOL, ..NONE }),
                                            ..NONE
                                        }),
                                        open: true,
                                        ..CLOSED
                                    }),
                                    ..NONE
                                },
                            ),
                            ("type", &TEXT_ONLY),
                        ],
                        extensions: true,
                        required: &["type"],
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("pull_policy", &Shape { scalars: TEXT, form: Form::PullPolicy, ..NONE }),
            ("pull_refresh_after", &TEXT_ONLY),
            ("read_only", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            ("restart", &TEXT_ONLY),
            ("runtime", &TEXT_ONLY),
            ("scale", &CAST_WHOLE_INT_TEXT_ONLY),
            ("secrets", &OTHER_LIST),
            ("security_opt", &UNIQUE_LIST),
            ("shm_size", &SIZE_NUMBER_TEXT_ONLY),
            ("stdin_open", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            ("stop_grace_period", &DURATION_TEXT_ONLY),
            ("stop_signal", &TEXT_ONLY),
            (
                "storage_opt",
                &Shape {
                    map: Some(&Map { others: Some(&Shape { scalars: NULL | TEXT | INT, ..NONE }), ..CLOSED }),
                    ..NONE
                },
            ),
            ("sysctls", &OTHER_LABELS),
            ("tmpfs", &TEXT_OR_LIST),
            ("tty", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            (
                "ulimits",
                &Shape {
                    map: Some(&Map {
                        others: Some(&Shape {
                            scalars: TEXT | EXACT,
                            form: Form::Whole,
                            cast: true,
                            map: Some(&Map {
                                keys: &[("hard", &CAST_WHOLE_TEXT_EXACT_ONLY), ("soft", &CAST_WHOLE_TEXT_EXACT_ONLY)],
                                extensions: true,
                                required: &["hard", "soft"],
                                ..CLOSED
                            }),
                            ..NONE
                        }),
                        open: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("use_api_socket", &BOOLEAN_BOOL_ONLY),
            ("user", &TEXT_ONLY),
            ("userns_mode", &TEXT_ONLY),
            ("uts", &TEXT_ONLY),
            ("volumes", &Shape { list: Some(&VOLUMES_ITEM), ..NONE }),
            ("volumes_from", &UNIQUE_LIST),
            ("working_dir", &TEXT_ONLY),
        ],
        newer: &["pre_start"],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static SIZE_INT_TEXT_ONLY: Shape = Shape { scalars: INT | TEXT, form: Form::Size, ..NONE };
static SIZE_NUMBER_TEXT_ONLY: Shape = Shape { scalars: NUMBER | TEXT, form: Form::Size, ..NONE };
static SIZE_TEXT_ONLY: Shape = Shape { scalars: TEXT, form: Form::Size, ..NONE };
static TEXT_BOOL_ONLY: Shape = Shape { scalars: TEXT | BOOL, ..NONE };
static TEXT_EXACT_ONLY: Shape = Shape { scalars: TEXT | EXACT, ..NONE };
static TEXT_NUMBER_BOOL_NULL_ONLY: Shape = Shape { scalars: TEXT | NUMBER | BOOL | NULL, ..NONE };
static TEXT_NUMBER_ONLY: Shape = Shape { scalars: TEXT | NUMBER, ..NONE };
static TEXT_ONLY: Shape = Shape { scalars: TEXT, ..NONE };
static TEXT_OR_LIST: Shape = Shape { scalars: TEXT, list: Some(&TEXT_ONLY), ..NONE };
static UNIQUE_LIST: Shape = Shape { list: Some(&TEXT_ONLY), unique: true, ..NONE };
static UNIQUE_TEXT_OR_LIST: Shape = Shape { scalars: TEXT, list: Some(&TEXT_ONLY), unique: true, ..NONE };
static UNSIGNED_INT_ONLY: Shape = Shape { scalars: INT, form: Form::Unsigned, ..NONE };
static VARIABLE_TEXT_ONLY: Shape = Shape { scalars: TEXT, form: Form::Variable, ..NONE };
static VOLUME: Shape = Shape {
    scalars: NULL,
    map: Some(&Map {
        keys: &[
            ("driver", &TEXT_ONLY),
            ("driver_opts", &DRIVER_OPTS),
            ("external", &OTHER_EXTERNAL),
            ("labels", &LABELS),
            ("name", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static VOLUMES_ITEM: Shape = Shape {
    scalars: TEXT,
    map: Some(&Map {
        keys: &[
            ("bind", &BIND),
            ("consistency", &TEXT_ONLY),
            (
                "image",
                &Shape { map: Some(&Map { keys: &[("subpath", &TEXT_ONLY)], extensions: true, ..CLOSED }), ..NONE },
            ),
            ("read_only", &CAST_BOOLEAN_BOOL_TEXT_ONLY),
            ("source", &TEXT_ONLY),
            ("target", &TEXT_ONLY),
            (
                "tmpfs",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            ("mode", &Shape { scalars: NUMBER, form: Form::Unsigned, ..NONE }),
                            ("size", &Shape { scalars: TEXT | INT, form: Form::Size, range: (0, i64::MAX), ..NONE }),
                        ],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            (
                "type",
                &Shape { scalars: TEXT, words: &["bind", "volume", "tmpfs", "cluster", "npipe", "image"], ..NONE },
            ),
            (
                "volume",
                &Shape {
                    map: Some(&Map {
                        keys: &[("labels", &LABELS), ("nocopy", &CAST_BOOLEAN_BOOL_TEXT_ONLY), ("subpath", &TEXT_ONLY)],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
        ],
        extensions: true,
        required: &["target", "type"],
        ..CLOSED
    }),
    ..NONE
};
static WATCH_ITEM: Shape = Shape {
    map: Some(&Map {
        keys: &[
            (
                "action",
                &Shape { scalars: TEXT, words: &["rebuild", "sync", "restart", "sync+restart", "sync+exec"], ..NONE },
            ),
            ("exec", &EXEC),
            ("ignore", &UNIQUE_TEXT_OR_LIST),
            ("include", &UNIQUE_TEXT_OR_LIST),
            ("initial_sync", &BOOLEAN_BOOL_ONLY),
            ("path", &Shape { scalars: TEXT, form: Form::Filled, ..NONE }),
            ("target", &TEXT_ONLY),
        ],
        extensions: true,
        required: &["action", "path"],
        ..CLOSED
    }),
    ..NONE
};
static WHOLE_EXACT_ONLY: Shape = Shape { scalars: EXACT, form: Form::Whole, ..NONE };
static WHOLE_NUMBER_ONLY: Shape = Shape { scalars: NUMBER, form: Form::Whole, ..NONE };
/// A Compose file.
pub static ROOT: Shape = Shape {
    map: Some(&Map {
        keys: &[
            (
                "configs",
                &Shape { map: Some(&Map { names: Names::Identifier, others: Some(&CONFIG), ..CLOSED }), ..NONE },
            ),
            (
                "include",
                &Shape {
                    list: Some(&Shape {
                        scalars: TEXT,
                        map: Some(&Map {
                            keys: &[
                                ("env_file", &UNIQUE_TEXT_OR_LIST),
                                ("path", &UNIQUE_TEXT_OR_LIST),
                                ("project_directory", &TEXT_ONLY),
                            ],
                            open: true,
                            ..CLOSED
                        }),
                        ..NONE
                    }),
                    ..NONE
                },
            ),
            (
                "models",
                &Shape {
                    map: Some(&Map { names: Names::Identifier, others: Some(&MODEL), open: true, ..CLOSED }),
                    ..NONE
                },
            ),
            ("name", &TEXT_ONLY),
            (
                "networks",
                &Shape {
                    map: Some(&Map { names: Names::Identifier, others: Some(&NETWORK), open: true, ..CLOSED }),
                    ..NONE
                },
            ),
            (
                "secrets",
                &Shape { map: Some(&Map { names: Names::Identifier, others: Some(&SECRET), ..CLOSED }), ..NONE },
            ),
            (
                "services",
                &Shape { map: Some(&Map { names: Names::Identifier, others: Some(&SERVICE), ..CLOSED }), ..NONE },
            ),
            ("version", &TEXT_ONLY),
            (
                "volumes",
                &Shape { map: Some(&Map { names: Names::Identifier, others: Some(&VOLUME), ..CLOSED }), ..NONE },
            ),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
