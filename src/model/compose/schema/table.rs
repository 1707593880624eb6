//! Every key Compose knows, with the types it takes. The facts are those of the Compose Specification (June 2026); keys
//! that are newer than a given Compose are accepted here.

use super::{BOOL, CLOSED, INT, Map, NONE, NULL, NUMBER, Names, Shape, TEXT};

static BOOL_ONLY: Shape = Shape { scalars: BOOL, ..NONE };
static INT_ONLY: Shape = Shape { scalars: INT, ..NONE };
static NULL_TEXT_ONLY: Shape = Shape { scalars: NULL | TEXT, ..NONE };
static NULL_TEXT_BOOL_NUMBER_ONLY: Shape = Shape { scalars: NULL | TEXT | BOOL | NUMBER, ..NONE };
static NULL_TEXT_NUMBER_ONLY: Shape = Shape { scalars: NULL | TEXT | NUMBER, ..NONE };
static NUMBER_ONLY: Shape = Shape { scalars: NUMBER, ..NONE };
static TEXT_ONLY: Shape = Shape { scalars: TEXT, ..NONE };
static TEXT_BOOL_ONLY: Shape = Shape { scalars: TEXT | BOOL, ..NONE };
static TEXT_BOOL_NUMBER_ONLY: Shape = Shape { scalars: TEXT | BOOL | NUMBER, ..NONE };
static TEXT_INT_ONLY: Shape = Shape { scalars: TEXT | INT, ..NONE };
static TEXT_NUMBER_ONLY: Shape = Shape { scalars: TEXT | NUMBER, ..NONE };

static SERVICE: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("annotations", &LIST_OR_DICT),
            ("attach", &TEXT_BOOL_ONLY),
            (
                "blkio_config",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            ("device_read_bps", &Shape { list: Some(&BLKIO_LIMIT), ..NONE }),
                            ("device_read_iops", &Shape { list: Some(&BLKIO_LIMIT), ..NONE }),
                            ("device_write_bps", &Shape { list: Some(&BLKIO_LIMIT), ..NONE }),
                            ("device_write_iops", &Shape { list: Some(&BLKIO_LIMIT), ..NONE }),
                            ("weight", &TEXT_INT_ONLY),
                            ("weight_device", &Shape { list: Some(&BLKIO_WEIGHT), ..NONE }),
                        ],
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            (
                "build",
                &Shape {
                    scalars: TEXT,
                    map: Some(&Map {
                        keys: &[
                            ("additional_contexts", &LIST_OR_DICT),
                            ("args", &LIST_OR_DICT),
                            ("cache_from", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
                            ("cache_to", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
                            ("context", &TEXT_ONLY),
                            ("dockerfile", &TEXT_ONLY),
                            ("dockerfile_inline", &TEXT_ONLY),
                            ("entitlements", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
                            ("extra_hosts", &EXTRA_HOSTS),
                            ("isolation", &TEXT_ONLY),
                            ("labels", &LIST_OR_DICT),
                            ("network", &TEXT_ONLY),
                            ("no_cache", &TEXT_BOOL_ONLY),
                            ("no_cache_filter", &STRING_OR_LIST),
                            ("platforms", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
                            ("privileged", &TEXT_BOOL_ONLY),
                            ("provenance", &TEXT_BOOL_ONLY),
                            ("pull", &TEXT_BOOL_ONLY),
                            ("sbom", &TEXT_BOOL_ONLY),
                            ("secrets", &SERVICE_CONFIG_OR_SECRET),
                            ("shm_size", &TEXT_INT_ONLY),
                            ("ssh", &LIST_OR_DICT),
                            ("tags", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
                            ("target", &TEXT_ONLY),
                            ("ulimits", &ULIMITS),
                        ],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("cap_add", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
            ("cap_drop", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
            ("cgroup", &Shape { scalars: TEXT, words: &["host", "private"], ..NONE }),
            ("cgroup_parent", &TEXT_ONLY),
            ("command", &COMMAND),
            ("configs", &SERVICE_CONFIG_OR_SECRET),
            ("container_name", &TEXT_ONLY),
            ("cpu_count", &TEXT_INT_ONLY),
            ("cpu_percent", &TEXT_INT_ONLY),
            ("cpu_period", &TEXT_NUMBER_ONLY),
            ("cpu_quota", &TEXT_NUMBER_ONLY),
            ("cpu_rt_period", &TEXT_NUMBER_ONLY),
            ("cpu_rt_runtime", &TEXT_NUMBER_ONLY),
            ("cpu_shares", &TEXT_NUMBER_ONLY),
            ("cpus", &TEXT_NUMBER_ONLY),
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
                                    ("required", &BOOL_ONLY),
                                    ("restart", &TEXT_BOOL_ONLY),
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
            ("deploy", &DEPLOYMENT),
            ("develop", &DEVELOPMENT),
            ("device_cgroup_rules", &LIST_OF_STRINGS),
            (
                "devices",
                &Shape {
                    list: Some(&Shape {
                        scalars: TEXT,
                        map: Some(&Map {
                            keys: &[("permissions", &TEXT_ONLY), ("source", &TEXT_ONLY), ("target", &TEXT_ONLY)],
                            extensions: true,
                            required: &["source"],
                            ..CLOSED
                        }),
                        ..NONE
                    }),
                    ..NONE
                },
            ),
            ("dns", &STRING_OR_LIST),
            ("dns_opt", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
            ("dns_search", &STRING_OR_LIST),
            ("domainname", &TEXT_ONLY),
            ("entrypoint", &COMMAND),
            ("env_file", &ENV_FILE),
            ("environment", &LIST_OR_DICT),
            ("expose", &Shape { list: Some(&TEXT_NUMBER_ONLY), ..NONE }),
            (
                "extends",
                &Shape {
                    scalars: TEXT,
                    map: Some(&Map {
                        keys: &[("file", &TEXT_ONLY), ("service", &TEXT_ONLY)],
                        required: &["service"],
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("external_links", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
            ("extra_hosts", &EXTRA_HOSTS),
            ("gpus", &GPUS),
            ("group_add", &Shape { list: Some(&TEXT_NUMBER_ONLY), ..NONE }),
            ("healthcheck", &HEALTHCHECK),
            ("hostname", &TEXT_ONLY),
            ("image", &TEXT_ONLY),
            ("init", &TEXT_BOOL_ONLY),
            ("ipc", &TEXT_ONLY),
            ("isolation", &TEXT_ONLY),
            ("label_file", &LABEL_FILE),
            ("labels", &LIST_OR_DICT),
            ("links", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
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
                                        names: Names::Any,
                                        others: Some(&NULL_TEXT_NUMBER_ONLY),
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
            ("mem_limit", &TEXT_NUMBER_ONLY),
            ("mem_reservation", &TEXT_INT_ONLY),
            ("mem_swappiness", &TEXT_INT_ONLY),
            ("memswap_limit", &TEXT_NUMBER_ONLY),
            (
                "models",
                &Shape {
                    list: Some(&TEXT_ONLY),
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
                    map: Some(&Map {
                        names: Names::Identifier,
                        others: Some(&Shape {
                            scalars: NULL,
                            map: Some(&Map {
                                keys: &[
                                    ("aliases", &LIST_OF_STRINGS),
                                    (
                                        "driver_opts",
                                        &Shape {
                                            map: Some(&Map {
                                                names: Names::Any,
                                                others: Some(&TEXT_NUMBER_ONLY),
                                                open: true,
                                                ..CLOSED
                                            }),
                                            ..NONE
                                        },
                                    ),
                                    ("gw_priority", &NUMBER_ONLY),
                                    ("interface_name", &TEXT_ONLY),
                                    ("ipv4_address", &TEXT_ONLY),
                                    ("ipv6_address", &TEXT_ONLY),
                                    ("link_local_ips", &LIST_OF_STRINGS),
                                    ("mac_address", &TEXT_ONLY),
                                    ("priority", &NUMBER_ONLY),
                                ],
                                extensions: true,
                                ..CLOSED
                            }),
                            ..NONE
                        }),
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            ("oom_kill_disable", &TEXT_BOOL_ONLY),
            ("oom_score_adj", &TEXT_INT_ONLY),
            ("pid", &NULL_TEXT_ONLY),
            ("pids_limit", &TEXT_NUMBER_ONLY),
            ("platform", &TEXT_ONLY),
            (
                "ports",
                &Shape {
                    list: Some(&Shape {
                        scalars: TEXT | NUMBER,
                        map: Some(&Map {
                            keys: &[
                                ("app_protocol", &TEXT_ONLY),
                                ("host_ip", &TEXT_ONLY),
                                ("mode", &TEXT_ONLY),
                                ("name", &TEXT_ONLY),
                                ("protocol", &TEXT_ONLY),
                                ("published", &TEXT_INT_ONLY),
                                ("target", &TEXT_INT_ONLY),
                            ],
                            extensions: true,
                            ..CLOSED
                        }),
                        ..NONE
                    }),
                    ..NONE
                },
            ),
            ("post_start", &Shape { list: Some(&SERVICE_HOOK), ..NONE }),
            ("pre_start", &Shape { list: Some(&PRE_START_HOOK), ..NONE }),
            ("pre_stop", &Shape { list: Some(&SERVICE_HOOK), ..NONE }),
            ("privileged", &TEXT_BOOL_ONLY),
            ("profiles", &LIST_OF_STRINGS),
            (
                "provider",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            (
                                "options",
                                &Shape {
                                    map: Some(&Map {
                                        names: Names::Any,
                                        others: Some(&Shape {
                                            scalars: TEXT | BOOL | NUMBER,
                                            list: Some(&TEXT_BOOL_NUMBER_ONLY),
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
            ("pull_policy", &TEXT_ONLY),
            ("pull_refresh_after", &TEXT_ONLY),
            ("read_only", &TEXT_BOOL_ONLY),
            ("restart", &TEXT_ONLY),
            ("runtime", &TEXT_ONLY),
            ("scale", &TEXT_INT_ONLY),
            ("secrets", &SERVICE_CONFIG_OR_SECRET),
            ("security_opt", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
            ("shm_size", &TEXT_NUMBER_ONLY),
            ("stdin_open", &TEXT_BOOL_ONLY),
            ("stop_grace_period", &TEXT_ONLY),
            ("stop_signal", &TEXT_ONLY),
            ("storage_opt", &Shape { map: Some(&Map { open: true, ..CLOSED }), ..NONE }),
            ("sysctls", &LIST_OR_DICT),
            ("tmpfs", &STRING_OR_LIST),
            ("tty", &TEXT_BOOL_ONLY),
            ("ulimits", &ULIMITS),
            ("use_api_socket", &BOOL_ONLY),
            ("user", &TEXT_ONLY),
            ("userns_mode", &TEXT_ONLY),
            ("uts", &TEXT_ONLY),
            (
                "volumes",
                &Shape {
                    list: Some(&Shape {
                        scalars: TEXT,
                        map: Some(&Map {
                            keys: &[
                                (
                                    "bind",
                                    &Shape {
                                        map: Some(&Map {
                                            keys: &[
                                                ("create_host_path", &TEXT_BOOL_ONLY),
                                                ("propagation", &TEXT_ONLY),
                                                (
                                                    "recursive",
                                                    &Shape {
                                                        scalars: TEXT,
                                                        words: &["enabled", "disabled", "writable", "readonly"],
                                                        ..NONE
                                                    },
                                                ),
                                                ("selinux", &Shape { scalars: TEXT, words: &["z", "Z"], ..NONE }),
                                            ],
                                            extensions: true,
                                            ..CLOSED
                                        }),
                                        ..NONE
                                    },
                                ),
                                ("consistency", &TEXT_ONLY),
                                (
                                    "image",
                                    &Shape {
                                        map: Some(&Map {
                                            keys: &[("subpath", &TEXT_ONLY)],
                                            extensions: true,
                                            ..CLOSED
                                        }),
                                        ..NONE
                                    },
                                ),
                                ("read_only", &TEXT_BOOL_ONLY),
                                ("source", &TEXT_ONLY),
                                ("target", &TEXT_ONLY),
                                (
                                    "tmpfs",
                                    &Shape {
                                        map: Some(&Map {
                                            keys: &[("mode", &TEXT_NUMBER_ONLY), ("size", &TEXT_INT_ONLY)],
                                            extensions: true,
                                            ..CLOSED
                                        }),
                                        ..NONE
                                    },
                                ),
                                (
                                    "type",
                                    &Shape {
                                        scalars: TEXT,
                                        words: &["bind", "volume", "tmpfs", "cluster", "npipe", "image"],
                                        ..NONE
                                    },
                                ),
                                (
                                    "volume",
                                    &Shape {
                                        map: Some(&Map {
                                            keys: &[
                                                ("labels", &LIST_OR_DICT),
                                                ("nocopy", &TEXT_BOOL_ONLY),
                                                ("subpath", &TEXT_ONLY),
                                            ],
                                            extensions: true,
                                            ..CLOSED
                                        }),
                                        ..NONE
                                    },
                                ),
                            ],
                            extensions: true,
                            required: &["type"],
                            ..CLOSED
                        }),
                        ..NONE
                    }),
                    ..NONE
                },
            ),
            ("volumes_from", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
            ("working_dir", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static HEALTHCHECK: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("disable", &TEXT_BOOL_ONLY),
            ("interval", &TEXT_ONLY),
            ("retries", &TEXT_NUMBER_ONLY),
            ("start_interval", &TEXT_ONLY),
            ("start_period", &TEXT_ONLY),
            ("test", &Shape { scalars: TEXT, list: Some(&TEXT_ONLY), ..NONE }),
            ("timeout", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static DEVELOPMENT: Shape = Shape {
    scalars: NULL,
    map: Some(&Map {
        keys: &[(
            "watch",
            &Shape {
                list: Some(&Shape {
                    map: Some(&Map {
                        keys: &[
                            (
                                "action",
                                &Shape {
                                    scalars: TEXT,
                                    words: &["rebuild", "sync", "restart", "sync+restart", "sync+exec"],
                                    ..NONE
                                },
                            ),
                            ("exec", &SERVICE_HOOK),
                            ("ignore", &STRING_OR_LIST),
                            ("include", &STRING_OR_LIST),
                            ("initial_sync", &BOOL_ONLY),
                            ("path", &TEXT_ONLY),
                            ("target", &TEXT_ONLY),
                        ],
                        extensions: true,
                        required: &["path", "action"],
                        ..CLOSED
                    }),
                    ..NONE
                }),
                ..NONE
            },
        )],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static DEPLOYMENT: Shape = Shape {
    scalars: NULL,
    map: Some(&Map {
        keys: &[
            ("endpoint_mode", &TEXT_ONLY),
            ("labels", &LIST_OR_DICT),
            ("mode", &TEXT_ONLY),
            (
                "placement",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            ("constraints", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
                            ("max_replicas_per_node", &TEXT_INT_ONLY),
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
            ("replicas", &TEXT_INT_ONLY),
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
                                            ("cpus", &TEXT_NUMBER_ONLY),
                                            ("memory", &TEXT_ONLY),
                                            ("pids", &TEXT_INT_ONLY),
                                        ],
                                        extensions: true,
                                        ..CLOSED
                                    }),
                                    ..NONE
                                },
                            ),
                            (
                                "reservations",
                                &Shape {
                                    map: Some(&Map {
                                        keys: &[
                                            ("cpus", &TEXT_NUMBER_ONLY),
                                            ("devices", &DEVICES),
                                            ("generic_resources", &GENERIC_RESOURCES),
                                            ("memory", &TEXT_ONLY),
                                        ],
                                        extensions: true,
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
            (
                "restart_policy",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            ("condition", &TEXT_ONLY),
                            ("delay", &TEXT_ONLY),
                            ("max_attempts", &TEXT_INT_ONLY),
                            ("window", &TEXT_ONLY),
                        ],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            (
                "rollback_config",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            ("delay", &TEXT_ONLY),
                            ("failure_action", &TEXT_ONLY),
                            ("max_failure_ratio", &TEXT_NUMBER_ONLY),
                            ("monitor", &TEXT_ONLY),
                            ("order", &Shape { scalars: TEXT, words: &["start-first", "stop-first"], ..NONE }),
                            ("parallelism", &TEXT_INT_ONLY),
                        ],
                        extensions: true,
                        ..CLOSED
                    }),
                    ..NONE
                },
            ),
            (
                "update_config",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            ("delay", &TEXT_ONLY),
                            ("failure_action", &TEXT_ONLY),
                            ("max_failure_ratio", &TEXT_NUMBER_ONLY),
                            ("monitor", &TEXT_ONLY),
                            ("order", &Shape { scalars: TEXT, words: &["start-first", "stop-first"], ..NONE }),
                            ("parallelism", &TEXT_INT_ONLY),
                        ],
                        extensions: true,
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
};
static GENERIC_RESOURCES: Shape = Shape {
    list: Some(&Shape {
        map: Some(&Map {
            keys: &[(
                "discrete_resource_spec",
                &Shape {
                    map: Some(&Map {
                        keys: &[("kind", &TEXT_ONLY), ("value", &TEXT_NUMBER_ONLY)],
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
};
static DEVICES: Shape = Shape {
    list: Some(&Shape {
        map: Some(&Map {
            keys: &[
                ("capabilities", &LIST_OF_STRINGS),
                ("count", &TEXT_INT_ONLY),
                ("device_ids", &LIST_OF_STRINGS),
                ("driver", &TEXT_ONLY),
                ("options", &LIST_OR_DICT),
            ],
            extensions: true,
            required: &["capabilities"],
            ..CLOSED
        }),
        ..NONE
    }),
    ..NONE
};
static GPUS: Shape = Shape {
    scalars: TEXT,
    words: &["all"],
    list: Some(&Shape {
        map: Some(&Map {
            keys: &[
                ("capabilities", &LIST_OF_STRINGS),
                ("count", &TEXT_INT_ONLY),
                ("device_ids", &LIST_OF_STRINGS),
                ("driver", &TEXT_ONLY),
                ("options", &LIST_OR_DICT),
            ],
            open: true,
            ..CLOSED
        }),
        ..NONE
    }),
    ..NONE
};
static INCLUDE: Shape = Shape {
    scalars: TEXT,
    map: Some(&Map {
        keys: &[("env_file", &STRING_OR_LIST), ("path", &STRING_OR_LIST), ("project_directory", &TEXT_ONLY)],
        ..CLOSED
    }),
    ..NONE
};
static NETWORK: Shape = Shape {
    scalars: NULL,
    map: Some(&Map {
        keys: &[
            ("attachable", &TEXT_BOOL_ONLY),
            ("driver", &TEXT_ONLY),
            (
                "driver_opts",
                &Shape {
                    map: Some(&Map { names: Names::Any, others: Some(&TEXT_NUMBER_ONLY), open: true, ..CLOSED }),
                    ..NONE
                },
            ),
            ("enable_ipv4", &TEXT_BOOL_ONLY),
            ("enable_ipv6", &TEXT_BOOL_ONLY),
            (
                "external",
                &Shape {
                    scalars: TEXT | BOOL,
                    map: Some(&Map { keys: &[("name", &TEXT_ONLY)], extensions: true, ..CLOSED }),
                    ..NONE
                },
            ),
            ("internal", &TEXT_BOOL_ONLY),
            (
                "ipam",
                &Shape {
                    map: Some(&Map {
                        keys: &[
                            (
                                "config",
                                &Shape {
                                    list: Some(&Shape {
                                        map: Some(&Map {
                                            keys: &[
                                                (
                                                    "aux_addresses",
                                                    &Shape {
                                                        map: Some(&Map {
                                                            names: Names::Any,
                                                            others: Some(&TEXT_ONLY),
                                                            ..CLOSED
                                                        }),
                                                        ..NONE
                                                    },
                                                ),
                                                ("gateway", &TEXT_ONLY),
                                                ("ip_range", &TEXT_ONLY),
                                                ("subnet", &TEXT_ONLY),
                                            ],
                                            extensions: true,
                                            ..CLOSED
                                        }),
                                        ..NONE
                                    }),
                                    ..NONE
                                },
                            ),
                            ("driver", &TEXT_ONLY),
                            (
                                "options",
                                &Shape {
                                    map: Some(&Map { names: Names::Any, others: Some(&TEXT_ONLY), ..CLOSED }),
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
            ("labels", &LIST_OR_DICT),
            ("name", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static VOLUME: Shape = Shape {
    scalars: NULL,
    map: Some(&Map {
        keys: &[
            ("driver", &TEXT_ONLY),
            (
                "driver_opts",
                &Shape {
                    map: Some(&Map { names: Names::Any, others: Some(&TEXT_NUMBER_ONLY), open: true, ..CLOSED }),
                    ..NONE
                },
            ),
            (
                "external",
                &Shape {
                    scalars: TEXT | BOOL,
                    map: Some(&Map { keys: &[("name", &TEXT_ONLY)], extensions: true, ..CLOSED }),
                    ..NONE
                },
            ),
            ("labels", &LIST_OR_DICT),
            ("name", &TEXT_ONLY),
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
            (
                "driver_opts",
                &Shape {
                    map: Some(&Map { names: Names::Any, others: Some(&TEXT_NUMBER_ONLY), open: true, ..CLOSED }),
                    ..NONE
                },
            ),
            ("environment", &TEXT_ONLY),
            (
                "external",
                &Shape {
                    scalars: TEXT | BOOL,
                    map: Some(&Map { keys: &[("name", &TEXT_ONLY)], open: true, ..CLOSED }),
                    ..NONE
                },
            ),
            ("file", &TEXT_ONLY),
            ("labels", &LIST_OR_DICT),
            ("name", &TEXT_ONLY),
            ("template_driver", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static CONFIG: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("content", &TEXT_ONLY),
            ("environment", &TEXT_ONLY),
            (
                "external",
                &Shape {
                    scalars: TEXT | BOOL,
                    map: Some(&Map { keys: &[("name", &TEXT_ONLY)], open: true, ..CLOSED }),
                    ..NONE
                },
            ),
            ("file", &TEXT_ONLY),
            ("labels", &LIST_OR_DICT),
            ("name", &TEXT_ONLY),
            ("template_driver", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static MODEL: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("context_size", &INT_ONLY),
            ("model", &TEXT_ONLY),
            ("name", &TEXT_ONLY),
            ("runtime_flags", &Shape { list: Some(&TEXT_ONLY), ..NONE }),
        ],
        extensions: true,
        required: &["model"],
        ..CLOSED
    }),
    ..NONE
};
static COMMAND: Shape = Shape { scalars: NULL | TEXT, list: Some(&TEXT_ONLY), ..NONE };
static SERVICE_HOOK: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("command", &COMMAND),
            ("environment", &LIST_OR_DICT),
            ("privileged", &TEXT_BOOL_ONLY),
            ("user", &TEXT_ONLY),
            ("working_dir", &TEXT_ONLY),
        ],
        extensions: true,
        required: &["command"],
        ..CLOSED
    }),
    ..NONE
};
static PRE_START_HOOK: Shape = Shape {
    map: Some(&Map {
        keys: &[
            ("command", &COMMAND),
            ("environment", &LIST_OR_DICT),
            ("image", &TEXT_ONLY),
            ("per_replica", &TEXT_BOOL_ONLY),
            ("privileged", &TEXT_BOOL_ONLY),
            ("user", &TEXT_ONLY),
            ("working_dir", &TEXT_ONLY),
        ],
        extensions: true,
        ..CLOSED
    }),
    ..NONE
};
static ENV_FILE: Shape = Shape {
    scalars: TEXT,
    list: Some(&Shape {
        scalars: TEXT,
        map: Some(&Map {
            keys: &[("format", &TEXT_ONLY), ("path", &TEXT_ONLY), ("required", &TEXT_BOOL_ONLY)],
            required: &["path"],
            ..CLOSED
        }),
        ..NONE
    }),
    ..NONE
};
static LABEL_FILE: Shape = Shape { scalars: TEXT, list: Some(&TEXT_ONLY), ..NONE };
static STRING_OR_LIST: Shape = Shape { scalars: TEXT, list: Some(&TEXT_ONLY), ..NONE };
static LIST_OF_STRINGS: Shape = Shape { list: Some(&TEXT_ONLY), ..NONE };
static LIST_OR_DICT: Shape = Shape {
    list: Some(&TEXT_ONLY),
    map: Some(&Map { names: Names::Any, others: Some(&NULL_TEXT_BOOL_NUMBER_ONLY), ..CLOSED }),
    ..NONE
};
static EXTRA_HOSTS: Shape = Shape {
    list: Some(&TEXT_ONLY),
    map: Some(&Map {
        names: Names::Any,
        others: Some(&Shape { scalars: TEXT, list: Some(&TEXT_ONLY), ..NONE }),
        ..CLOSED
    }),
    ..NONE
};
static BLKIO_LIMIT: Shape =
    Shape { map: Some(&Map { keys: &[("path", &TEXT_ONLY), ("rate", &TEXT_INT_ONLY)], ..CLOSED }), ..NONE };
static BLKIO_WEIGHT: Shape =
    Shape { map: Some(&Map { keys: &[("path", &TEXT_ONLY), ("weight", &TEXT_INT_ONLY)], ..CLOSED }), ..NONE };
static SERVICE_CONFIG_OR_SECRET: Shape = Shape {
    list: Some(&Shape {
        scalars: TEXT,
        map: Some(&Map {
            keys: &[
                ("gid", &TEXT_ONLY),
                ("mode", &TEXT_NUMBER_ONLY),
                ("source", &TEXT_ONLY),
                ("target", &TEXT_ONLY),
                ("uid", &TEXT_ONLY),
            ],
            extensions: true,
            ..CLOSED
        }),
        ..NONE
    }),
    ..NONE
};
static ULIMITS: Shape = Shape {
    map: Some(&Map {
        names: Names::Lower,
        others: Some(&Shape {
            scalars: TEXT | INT,
            map: Some(&Map {
                keys: &[("hard", &TEXT_INT_ONLY), ("soft", &TEXT_INT_ONLY)],
                extensions: true,
                required: &["soft", "hard"],
                ..CLOSED
            }),
            ..NONE
        }),
        open: true,
        ..CLOSED
    }),
    ..NONE
};
/// A Compose file.
pub static ROOT: Shape = Shape {
    map: Some(&Map {
        keys: &[
            (
                "configs",
                &Shape { map: Some(&Map { names: Names::Identifier, others: Some(&CONFIG), ..CLOSED }), ..NONE },
            ),
            ("include", &Shape { list: Some(&INCLUDE), ..NONE }),
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
