//! What can be said of a service from its fields and from what everybody knows of well-known images.

use super::{ComposeFile, Port, Service};
use crate::model::image::ImageRef;
use crate::model::{Host, Known};

/// A data store by the last part of its image's name, with the TCP ports it listens on.
#[derive(Copy, Clone, Debug)]
pub struct Store {
    /// What people call it.
    pub name: &'static str,
    /// Words one of which is part of the image's name.
    words: &'static [&'static str],
    /// Its ports.
    pub ports: &'static [u16],
}

/// The data stores gonogo knows, by their official images and the usual variants of them.
const STORES: &[Store] = &[
    Store {
        name: "PostgreSQL",
        words: &["postgres", "postgresql", "postgis", "pgvector", "timescaledb", "pgbouncer", "cockroach"],
        ports: &[5432, 6432, 26257],
    },
    Store { name: "MySQL", words: &["mysql", "percona"], ports: &[3306, 33060] },
    Store { name: "MariaDB", words: &["mariadb"], ports: &[3306] },
    Store { name: "MongoDB", words: &["mongo", "mongodb"], ports: &[27017, 27018, 27019] },
    Store { name: "Redis", words: &["redis", "valkey", "keydb", "dragonfly"], ports: &[6379, 16379, 26379] },
    Store { name: "Elasticsearch", words: &["elasticsearch", "opensearch"], ports: &[9200, 9300] },
    Store { name: "Memcached", words: &["memcached"], ports: &[11211] },
    Store { name: "RabbitMQ", words: &["rabbitmq"], ports: &[5672, 25672, 4369] },
    Store { name: "SQL Server", words: &["mssql"], ports: &[1433] },
    Store { name: "Oracle", words: &["oracle"], ports: &[1521] },
    Store { name: "ClickHouse", words: &["clickhouse"], ports: &[8123, 9000, 9009] },
    Store { name: "Cassandra", words: &["cassandra", "scylla"], ports: &[9042, 7000, 7199] },
    Store { name: "CouchDB", words: &["couchdb"], ports: &[5984] },
    Store { name: "etcd", words: &["etcd"], ports: &[2379, 2380] },
    Store { name: "ZooKeeper", words: &["zookeeper"], ports: &[2181] },
    Store { name: "Neo4j", words: &["neo4j"], ports: &[7474, 7687] },
    Store { name: "Kafka", words: &["kafka", "redpanda"], ports: &[9092, 9093] },
    Store { name: "InfluxDB", words: &["influxdb"], ports: &[8086] },
    Store { name: "Qdrant", words: &["qdrant"], ports: &[6333, 6334] },
    Store { name: "Milvus", words: &["milvus"], ports: &[19530] },
    Store { name: "Weaviate", words: &["weaviate"], ports: &[8080, 50051] },
    Store { name: "Meilisearch", words: &["meilisearch"], ports: &[7700] },
];

/// Words that make another program of an image with a store's name in it.
const NOT_THE_STORE: [&str; 16] = [
    "exporter",
    "commander",
    "insight",
    "express",
    "ui",
    "admin",
    "backup",
    "proxy",
    "connect",
    "manager",
    "schema",
    "gui",
    "dashboards",
    "cerebro",
    "kibana",
    "client",
];

impl Store {
    /// The store an image holds, by the words of the last part of its name.
    pub fn of(image: &str) -> Option<&'static Store> {
        let last = image.rsplit('/').next()?.to_ascii_lowercase();
        let words: Vec<&str> = last.split(['-', '_', '.']).collect();
        if words.iter().any(|word| NOT_THE_STORE.contains(word)) {
            return None;
        }
        STORES.iter().find(|store| words.iter().any(|word| store.words.contains(word)))
    }

    /// Whether one version reads what another one wrote only after an upgrade that somebody plans.
    pub fn binds_data_to_version(&self) -> bool {
        matches!(self.name, "PostgreSQL" | "MySQL" | "MariaDB" | "MongoDB" | "Elasticsearch" | "Neo4j")
    }

    /// The store that listens on a port, where the image says nothing: only ports nobody else uses.
    pub fn by_port(port: u16) -> Option<&'static Store> {
        const UNMISTAKABLE: [u16; 9] = [5432, 3306, 27017, 6379, 9200, 11211, 5672, 1433, 9042];
        STORES.iter().find(|store| UNMISTAKABLE.contains(&port) && store.ports.contains(&port))
    }
}

impl Port {
    /// Whether it is reachable from outside the host; `None`: not known.
    pub fn is_public(&self) -> Option<bool> {
        match &self.host_ip {
            Known::Unresolved { .. } => None,
            ip => Some(ip.get().is_none_or(|ip| matches!(Host::of(ip), Host::Any | Host::Public))),
        }
    }

    /// Whether it is published on every interface of the host; `None`: not known.
    pub fn on_all_interfaces(&self) -> Option<bool> {
        match &self.host_ip {
            Known::Absent => Some(true),
            Known::Set(ip) => Some(Host::of(&ip.value) == Host::Any),
            Known::Default(ip) => Some(Host::of(ip) == Host::Any),
            Known::Unresolved { .. } => None,
        }
    }

    /// The host port that leads to a container port.
    pub fn host_port_of(&self, container: u16) -> Option<u16> {
        let (first, last) = *self.target.get()?;
        let (host, _) = *self.published.get()?;
        (first..=last).contains(&container).then(|| host.checked_add(container - first)).flatten()
    }

    /// The container port a host port leads to.
    pub fn container_port_of(&self, host: u16) -> Option<u16> {
        let (first, last) = *self.published.get()?;
        let (container, _) = *self.target.get()?;
        (first..=last).contains(&host).then(|| container.checked_add(host - first)).flatten()
    }
}

impl Service {
    /// Whether only its host and its neighbours reach it: it publishes no port to others.
    pub fn is_closed(&self) -> bool {
        self.ports.iter().all(|port| port.is_public() == Some(false)) && self.network_mode.is_absent()
    }

    /// The names of users and databases that it is told.
    pub fn told_names(&self) -> impl Iterator<Item = &str> {
        let is_name = |key: &str| {
            let last = key.rsplit('_').next();
            last.is_some_and(|word| matches!(word, "USER" | "USERNAME" | "DB" | "DATABASE" | "DBNAME"))
        };
        let told = self.environment.iter().filter(move |(key, _)| is_name(&key.value));
        told.filter_map(|(_, value)| value.get().map(String::as_str))
    }

    /// The data store it runs, by its image.
    pub fn store(&self) -> Option<&'static Store> {
        Store::of(&self.image.get()?.name)
    }

    /// Whether it runs a published program that works on the host because that is what it is for.
    pub fn works_on_host(&self) -> bool {
        self.build.is_none() && self.image.get().is_some_and(ImageRef::works_on_host)
    }
}

impl ComposeFile {
    /// Whether a service does its work and ends: a migration, an initialisation, a tool of a profile.
    pub fn is_one_shot(&self, service: &Service) -> bool {
        const WORDS: [&str; 14] = [
            "migrate",
            "migration",
            "migrations",
            "init",
            "setup",
            "seed",
            "seeder",
            "bootstrap",
            "prepare",
            "build",
            "installer",
            "permissions",
            "createbuckets",
            "certs",
        ];
        let name = &service.name.value;
        service.restart.get().is_some_and(|restart| restart == "no" || restart == "false")
            || !service.profiles.is_empty()
            || name.split(['-', '_', '.']).any(|word| WORDS.contains(&word))
            || self.completed.contains(name)
    }
}
