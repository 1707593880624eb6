//! The directives nginx knows: where they may stand and what they take.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{LazyLock, OnceLock};

use crate::syntax::near::distance_within;

/// Where a directive stands. A directive of the table is allowed in a set of these.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// The top of the main file.
    Main,
    /// `events {}`
    Events,
    /// `http {}`
    Http,
    /// `server {}` in `http`.
    Server,
    /// `location {}`
    Location,
    /// `if {}` in a server.
    ServerIf,
    /// `if {}` in a location.
    LocationIf,
    /// `limit_except {}`
    LimitExcept,
    /// `upstream {}` in `http`.
    Upstream,
    /// `stream {}`
    Stream,
    /// `server {}` in `stream`.
    StreamServer,
    /// `upstream {}` in `stream`.
    StreamUpstream,
    /// `mail {}`
    Mail,
    /// `server {}` in `mail`.
    MailServer,
    /// Inside `map`, `geo`, `types`, `split_clients`, `charset_map`: entries, not directives.
    Entries,
    /// Inside a block of a module that is not nginx's own: anything may stand there.
    Foreign,
}

impl Place {
    /// The places that hold directives of the table.
    pub const ALL: [Place; 14] = [
        Place::Main,
        Place::Http,
        Place::Server,
        Place::Location,
        Place::Upstream,
        Place::Events,
        Place::ServerIf,
        Place::LocationIf,
        Place::LimitExcept,
        Place::Stream,
        Place::StreamServer,
        Place::StreamUpstream,
        Place::Mail,
        Place::MailServer,
    ];

    /// How people call it.
    pub fn name(self) -> &'static str {
        match self {
            Place::Main => "the main level",
            Place::Events => "`events`",
            Place::Http => "`http`",
            Place::Server => "`server`",
            Place::Location => "`location`",
            Place::ServerIf => "`if` in `server`",
            Place::LocationIf => "`if` in `location`",
            Place::LimitExcept => "`limit_except`",
            Place::Upstream => "`upstream`",
            Place::Stream => "`stream`",
            Place::StreamServer => "`server` in `stream`",
            Place::StreamUpstream => "`upstream` in `stream`",
            Place::Mail => "`mail`",
            Place::MailServer => "`server` in `mail`",
            Place::Entries => "a list of entries",
            Place::Foreign => "the block of a module",
        }
    }

    fn bit(self) -> u16 {
        1 << self as u16
    }

    /// Whether requests are answered there: in `http`, or in a block of it that is neither an upstream nor a list.
    pub fn is_http(self) -> bool {
        use Place::{Http, LimitExcept, Location, LocationIf, Server, ServerIf};
        matches!(self, Http | Server | Location | ServerIf | LocationIf | LimitExcept)
    }

    /// Where the content of block directive `name` stands, when the directive itself stands here.
    pub fn inside(self, name: &str) -> Place {
        match (name, self) {
            ("events", _) => Place::Events,
            ("http", _) => Place::Http,
            ("stream", _) => Place::Stream,
            ("mail", _) => Place::Mail,
            ("server", Place::Stream) => Place::StreamServer,
            ("server", Place::Mail) => Place::MailServer,
            ("server", _) => Place::Server,
            ("upstream", Place::Stream) => Place::StreamUpstream,
            ("upstream", _) => Place::Upstream,
            ("location", _) => Place::Location,
            ("if", Place::Server) => Place::ServerIf,
            ("if", _) => Place::LocationIf,
            ("limit_except", _) => Place::LimitExcept,
            ("map" | "geo" | "types" | "split_clients" | "charset_map" | "geoip2" | "keyval" | "match", _) => {
                Place::Entries
            }
            _ => Place::Foreign,
        }
    }
}

/// One row of the table: a directive of one module.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The directive.
    pub name: &'static str,
    places: u16,
    any_place: bool,
    arguments: u16,
    typed: bool,
    /// Whether a block follows the arguments.
    pub block: bool,
    /// The function of nginx that reads the value (`flag_slot`, `size_slot`, ...).
    pub setter: &'static str,
    /// The words of an enumeration or bit mask with commas between, `1..9` for a number, `@name` for a check of its own.
    pub values: &'static str,
    /// Whether it may stand twice at a level.
    pub repeat: Repeat,
    /// Whether nginx looks for variables in its values.
    pub variables: bool,
    /// The module.
    pub module: &'static str,
    /// The first version that has it, where nginx's change log says so.
    pub since: &'static str,
    /// Whether a block takes it over from the one around it.
    pub inherits: bool,
    /// What is in effect where it is not written, as the manual has it.
    pub default: &'static str,
    /// The first version that does not know it any more; empty as long as the newest one does.
    pub removed: &'static str,
}

/// Whether a directive may stand twice at a level.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// Yes.
    Free,
    /// No.
    Once,
    /// With another first word.
    First,
    /// Unless one of them says `off`.
    Off,
}

const ONE_MORE: u16 = 1 << 8;
const TWO_MORE: u16 = 1 << 9;

impl Entry {
    fn parse(line: &'static str) -> Option<Entry> {
        let mut columns = line.split('\t');
        let mut next = || columns.next();
        let (name, contexts, args, setter, values) = (next()?, next()?, next()?, next()?, next()?);
        let repeat = match next()? {
            "once" => Repeat::Once,
            "first" => Repeat::First,
            "off" => Repeat::Off,
            _ => Repeat::Free,
        };
        let (variables, module, since) = (next()? == "yes", next()?, next()?);
        let (inherits, default, removed) = (next()? != "no", next()?, next()?);
        let (mut places, mut any_place) = (0, false);
        for context in contexts.split('|') {
            places |= match context {
                "main" => Place::Main.bit(),
                "event" => Place::Events.bit(),
                "http_main" => Place::Http.bit(),
                "http_srv" => Place::Server.bit(),
                "http_loc" => Place::Location.bit(),
                "http_sif" => Place::ServerIf.bit(),
                "http_lif" => Place::LocationIf.bit(),
                "http_lmt" => Place::LimitExcept.bit(),
                "http_ups" => Place::Upstream.bit(),
                "stream_main" => Place::Stream.bit(),
                "stream_srv" => Place::StreamServer.bit(),
                "stream_ups" => Place::StreamUpstream.bit(),
                "mail_main" => Place::Mail.bit(),
                "mail_srv" => Place::MailServer.bit(),
                _ => 0,
            };
            any_place |= contexts == "any";
        }
        let (mut arguments, mut block) = (0, false);
        for word in args.split('|') {
            match word {
                "block" => block = true,
                "noargs" => arguments |= 1,
                "flag" => arguments |= 1 << 1,
                "1more" | "any" => arguments |= ONE_MORE,
                "2more" => arguments |= TWO_MORE,
                take => {
                    for digit in take.bytes().filter(u8::is_ascii_digit) {
                        arguments |= 1 << (digit - b'0');
                    }
                }
            }
        }
        // `include` takes one word everywhere.
        if any_place {
            arguments = 1 << 1;
        }
        let typed = setter.ends_with("_slot") || !values.is_empty();
        Some(Entry {
            name,
            places,
            any_place,
            arguments,
            typed,
            block,
            setter,
            values,
            repeat,
            variables,
            module,
            since,
            inherits,
            default,
            removed,
        })
    }

    /// Whether the table says what values it takes.
    pub fn is_typed(&self) -> bool {
        self.typed
    }

    /// Whether it may stand there.
    pub fn allowed(&self, place: Place) -> bool {
        self.any_place || place == Place::Foreign || self.places & place.bit() != 0
    }

    /// Whether it takes that many arguments (the words after the name).
    pub fn takes(&self, count: usize) -> bool {
        self.arguments & ONE_MORE != 0 && count >= 1
            || self.arguments & TWO_MORE != 0 && count >= 2
            || count < 8 && self.arguments & (1 << count) != 0
    }

    /// The number of arguments, in words.
    pub fn counts(&self) -> String {
        let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
        if self.arguments & ONE_MORE != 0 {
            return "one argument or more".into();
        }
        if self.arguments & TWO_MORE != 0 {
            return "two arguments or more".into();
        }
        let counts: Vec<usize> = (0..8).filter(|n| self.arguments & (1 << n) != 0).collect();
        match counts[..] {
            [] | [0] => "no arguments".into(),
            [n] => format!("{n} {}", plural(n)),
            [first, .., last] => format!("{first} to {last} {}", plural(last)),
        }
    }

    /// The words it takes, if it takes one of a list.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.values.split(',').filter(|word| !word.is_empty() && !word.starts_with('@'))
    }

    /// Whether both may stand at a common place.
    pub fn meets(&self, other: &Entry) -> bool {
        self.any_place || other.any_place || self.places & other.places != 0
    }
}

/// A name that the table knows, as a number: it is looked up once, when a file is read.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Id(u16);

impl Id {
    /// The number itself.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The number of a name; that of all names nobody knows for all others. Names are case-sensitive.
    pub fn of(name: &str) -> Id {
        TABLE.ids.get(name).copied().unwrap_or_default()
    }

    /// Whether it is a name that the table knows.
    pub fn is_known(self) -> bool {
        self != Id::default()
    }

    /// The rows of a directive of nginx itself; empty for all others.
    pub fn entries(self) -> &'static [Entry] {
        TABLE.rows.get(usize::from(self.0)).map_or(&[], Row::entries)
    }
}

/// Something that follows from the name of a directive, found out when it is first asked for.
pub struct ByName<T> {
    of: fn(&'static str) -> T,
    known: Vec<OnceLock<T>>,
}

impl<T: Copy> ByName<T> {
    /// With the function that finds it out; the empty name is asked for what the table does not know.
    pub fn new(of: fn(&'static str) -> T) -> ByName<T> {
        ByName { of, known: TABLE.rows.iter().map(|_| OnceLock::new()).collect() }
    }

    /// What follows from this name.
    pub fn get(&self, id: Id) -> Option<T> {
        let at = usize::from(id.0);
        Some(*self.known.get(at)?.get_or_init(|| (self.of)(TABLE.rows.get(at).map_or("", |row| row.name))))
    }
}

/// FNV-1a: the names in the table are always the same, so nobody can choose them to be slow.
#[derive(Copy, Clone)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

struct Table {
    ids: HashMap<&'static str, Id, BuildHasherDefault<Fnv>>,
    /// By number. The first has no lines: nobody knows it.
    rows: Vec<Row>,
}

/// The lines of a directive, one after the other, read when somebody asks: one configuration names few of them.
struct Row {
    name: &'static str,
    /// What the table holds from the first of its lines on.
    from: &'static str,
    entries: OnceLock<Vec<Entry>>,
}

impl Row {
    fn entries(&self) -> &[Entry] {
        let own = |line: &&str| line.strip_prefix(self.name).is_some_and(|rest| rest.starts_with('\t'));
        self.entries.get_or_init(|| self.from.lines().take_while(own).filter_map(Entry::parse).collect())
    }
}

/// Directives of other modules that rules ask for.
const OTHERS: [&str; 1] = ["more_set_headers"];

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let ids = HashMap::with_capacity_and_hasher(1000, BuildHasherDefault::default());
    let mut table = Table { ids, rows: Vec::with_capacity(1000) };
    let mut add = |name, from| {
        let next = Id(table.rows.len() as u16);
        if *table.ids.entry(name).or_insert(next) == next {
            table.rows.push(Row { name, from, entries: OnceLock::new() });
        }
    };
    add("", "");
    let mut rest = include_str!("directives.tsv");
    while let Some((line, after)) = rest.split_once('\n') {
        if let Some((name, _)) = line.split_once('\t').filter(|_| !line.starts_with('#')) {
            add(name, rest);
        }
        rest = after;
    }
    OTHERS.iter().for_each(|name| add(name, ""));
    table
});

/// The rows of a directive of nginx itself; empty for all others. Names are case-sensitive.
pub fn lookup(name: &str) -> &'static [Entry] {
    Id::of(name).entries()
}

/// Every name that the newest version knows, in no particular order.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE
        .rows
        .iter()
        .filter(|row| row.entries().first().is_some_and(|entry| entry.removed.is_empty()))
        .map(|row| row.name)
}

/// What is in effect where a directive is not written, if the manual says one thing for all modules that have it.
pub fn default(name: &str) -> Option<&'static str> {
    let (first, others) = lookup(name).split_first()?;
    let same = others.iter().all(|other| other.default == first.default);
    Some(first.default).filter(|default| same && !default.is_empty())
}

static FOREIGN: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let rows = include_str!("foreign.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t')).collect()
});

/// The module that a directive belongs to which is not nginx's own: what it is called where its sources are kept, or the
/// commercial version. Nothing else is known of the directive.
pub fn foreign(name: &str) -> Option<&'static str> {
    FOREIGN.get(name).copied()
}

/// A variable of nginx itself.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    /// Whether the name is the beginning of many.
    pub prefix: bool,
    /// Whether configurations may define it anew.
    pub changeable: bool,
    /// Whether only later versions have it.
    pub late: bool,
}

/// The variables of `http` and of `stream`, and the beginnings of names among them.
type Variables = (HashMap<&'static str, Variable, BuildHasherDefault<Fnv>>, Vec<&'static str>);

static VARIABLES: LazyLock<[Variables; 2]> = LazyLock::new(|| {
    let mut tables: [Variables; 2] = Default::default();
    for line in include_str!("variables.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (Some(space), Some(name), Some(kind)) = (columns.next(), columns.next(), columns.next()) else { continue };
        let is = |word: &str| kind.split(',').any(|one| one == word);
        let variable = Variable { prefix: is("prefix"), changeable: is("changeable"), late: is("late") };
        let table = &mut tables[usize::from(space == "stream")];
        table.0.insert(name, variable);
        if variable.prefix {
            table.1.push(name);
        }
    }
    tables
});

/// The variable of nginx itself that has this name, in small letters.
pub fn variable(name: &str, stream: bool) -> Option<Variable> {
    let (names, prefixes) = &VARIABLES[usize::from(stream)];
    let long = || prefixes.iter().find(|prefix| name.len() > prefix.len() && name.starts_with(**prefix));
    names.get(name).or_else(|| names.get(long()?)).copied()
}

/// The names of nginx's own variables, without those that begin many.
pub fn variables(stream: bool) -> impl Iterator<Item = &'static str> {
    VARIABLES[usize::from(stream)].0.iter().filter(|(_, variable)| !variable.prefix).map(|(name, _)| *name)
}

/// Whether a module that `load_module` names is one of nginx's own: the table knows its directives.
pub fn is_own_module(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let own = ["stream", "mail", "http_geoip", "stream_geoip", "http_image_filter", "http_xslt_filter", "http_perl"];
    own.iter().any(|one| name.strip_prefix("ngx_").and_then(|rest| rest.strip_suffix("_module.so")) == Some(one))
}

/// A name that nginx once had: what to do instead, and the version that dropped it.
pub fn removed(name: &str) -> Option<(&'static str, &'static str)> {
    let version = lookup(name).first().map(|entry| entry.removed).filter(|version| !version.is_empty())?;
    let help = match name {
        "ssl" => "write `ssl` on the `listen` line instead: `listen 443 ssl;`",
        "limit_zone" => "use `limit_conn_zone $binary_remote_addr zone=NAME:10m;`",
        name if name.starts_with("spdy_") => "remove it; HTTP/2 took the place of SPDY: `http2 on;`",
        _ => "remove it",
    };
    Some((help, version))
}

/// The name of the table nearest to a misspelt one, at most two edits away (one for short names).
pub fn nearest(name: &str) -> Option<&'static str> {
    let budget = if name.len() <= 4 { 1 } else { 2 };
    let mut best: Option<(usize, &str)> = None;
    for known in names().filter(|known| known.len().abs_diff(name.len()) <= budget) {
        let Some(apart) = distance_within(name.as_bytes(), known.as_bytes(), budget) else { continue };
        if best.is_none_or(|found| (apart, known) < found) {
            best = Some((apart, known));
        }
    }
    best.map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete_and_readable() {
        let lines = include_str!("directives.tsv").lines().filter(|line| !line.starts_with('#')).count();
        let entries: usize = TABLE.rows.iter().map(|row| row.entries().len()).sum();
        assert_eq!((lines, entries), (809, 809));
        for entry in TABLE.rows.iter().flat_map(Row::entries) {
            assert!(entry.any_place || entry.places != 0, "{} may stand nowhere", entry.name);
            assert!((0..10).any(|count| entry.takes(count)), "{} takes nothing", entry.name);
        }
    }

    #[test]
    fn places_and_arguments() {
        let proxy_set_header = &lookup("proxy_set_header")[0];
        assert!(proxy_set_header.allowed(Place::Location) && !proxy_set_header.allowed(Place::Main));
        assert!(proxy_set_header.takes(2) && !proxy_set_header.takes(1));
        assert!(lookup("include")[0].allowed(Place::LimitExcept));
        assert!(lookup("Server").is_empty());
    }

    #[test]
    fn nearest_name() {
        assert_eq!(nearest("proxy_passs"), Some("proxy_pass"));
        assert_eq!(nearest("sever_name"), Some("server_name"));
        assert_eq!(nearest("lsiten"), Some("listen"));
        assert_eq!(nearest("more_set_headers"), None);
    }
}
