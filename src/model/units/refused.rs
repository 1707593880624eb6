//! What keeps systemd from loading a unit: `bad-setting` in `systemctl status` (`config_parse_*` that answer `ENOEXEC`, and
//! `service_verify`, `timer_verify`, `socket_verify`, `path_verify`; versions 252 and 257).

use super::{Unit, UnitType, ignored, is_placeholder};
use crate::source::Span;
use crate::syntax::Fault;
use crate::syntax::systemd::{Entry, filled, table};

/// Which rule tells it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A section without an end.
    Section,
    /// A command line.
    Command,
    /// A path that must be absolute.
    Path,
    /// There is nothing to start or to wait for.
    Nothing,
    /// Settings that exclude each other.
    Combination,
}

/// A reason why a unit is not loaded.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Which rule tells it.
    pub kind: Kind,
    /// Where and why.
    pub fault: Fault,
}

/// The reasons why systemd does not load a unit.
pub fn refused(unit: &Unit) -> Vec<Refused> {
    let mut found = Vec::new();
    let mut add = |kind, fault| found.push(Refused { kind, fault });
    if let Some(broken) = &unit.broken {
        add(Kind::Section, broken.clone());
    }
    for section in unit.sections.iter().filter(|section| section.name.value == unit.kind.section()) {
        for entry in &section.entries {
            match table::key(&section.name.value, &entry.key.value).map(|key| key.reader) {
                Some("exec") => {
                    for command in super::command::read(unit, entry) {
                        let Some(fault) = command.fault else { continue };
                        // With `-` the command is left out, and the unit may have others.
                        if !command.ignored {
                            add(Kind::Command, fault);
                        }
                    }
                }
                Some("working_directory") if !entry.value.value.starts_with('-') && entry.value.value != "~" => {
                    relative(unit, entry).into_iter().for_each(|fault| add(Kind::Path, fault));
                }
                Some("unit_path_fatal") => relative(unit, entry).into_iter().for_each(|fault| add(Kind::Path, fault)),
                _ => {}
            }
        }
    }
    if !unit.drop_in && !unit.open && unit.sections.iter().all(|section| !is_placeholder(&section.name.value)) {
        whole(unit).into_iter().for_each(|(kind, fault)| add(kind, fault));
    }
    found
}

fn relative(unit: &Unit, entry: &Entry) -> Option<Fault> {
    let value = entry.value.value.as_str();
    let known = filled(value, &|sign| unit.specifier(sign)).ok().flatten();
    let path = match &known {
        Some(known) => known.as_str(),
        None if value.starts_with('%') => return None,
        None => value,
    };
    if path.is_empty() || path.starts_with('/') || is_placeholder(path) {
        return None;
    }
    let key = &entry.key.value;
    let help = if path.starts_with(['"', '\'']) {
        "leave the quotes out: they are taken as part of the path"
    } else {
        "write the path from `/`; variables and `~/` are not expanded"
    };
    Some(
        Fault::new(entry.value.span, format!("`{key}=` is no absolute path, and systemd does not load the unit"))
            .help(help),
    )
}

/// What is wrong with the unit as a whole.
fn whole(unit: &Unit) -> Vec<(Kind, Fault)> {
    let section = unit.kind.section();
    let has = |key: &str| !unit.all(section, key).is_empty();
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    let nothing = |what: &str, help: &str| {
        vec![(
            Kind::Nothing,
            Fault::new(unit.place(), format!("{what}, and systemd does not load the unit")).help(help),
        )]
    };
    match unit.kind {
        UnitType::Service => service(unit),
        UnitType::Timer => {
            const TIMES: [&str; 8] = [
                "OnCalendar",
                "OnActiveSec",
                "OnBootSec",
                "OnStartupSec",
                "OnUnitActiveSec",
                "OnUnitInactiveSec",
                "OnClockChange",
                "OnTimezoneChange",
            ];
            let unread = ignored(unit);
            let is_unread = |span: Span| unread.iter().find(|own| own.value.span == span);
            let written = || TIMES.iter().flat_map(|key| unit.all(section, key));
            if written().any(|entry| is_unread(entry.value.span).is_none()) {
                return Vec::new();
            }
            let Some(entry) = written().next() else {
                return nothing("the timer has no time", "add `OnCalendar=daily`, or another time");
            };
            let expected = is_unread(entry.value.span).map_or(String::new(), |own| own.expected.clone());
            let message = "systemd cannot read the time of the timer, and does not load the unit";
            vec![(Kind::Nothing, Fault::new(entry.value.span, message).help(format!("write {expected}")))]
        }
        UnitType::Socket => {
            const LISTENS: [&str; 8] = [
                "ListenStream",
                "ListenDatagram",
                "ListenSequentialPacket",
                "ListenFIFO",
                "ListenNetlink",
                "ListenSpecial",
                "ListenMessageQueue",
                "ListenUSBFunction",
            ];
            if any(&LISTENS) {
                Vec::new()
            } else {
                nothing("the socket listens nowhere", "add `ListenStream=` with a port or a path")
            }
        }
        UnitType::Path => {
            const PATHS: [&str; 5] =
                ["PathExists", "PathExistsGlob", "PathChanged", "PathModified", "DirectoryNotEmpty"];
            if any(&PATHS) {
                Vec::new()
            } else {
                nothing("there is no path to watch", "add `PathChanged=` or `PathExists=`")
            }
        }
    }
}

/// `service_verify`.
fn service(unit: &Unit) -> Vec<(Kind, Fault)> {
    let (left_out, starts): (Vec<_>, Vec<_>) =
        unit.commands("ExecStart").into_iter().partition(|command| command.ignored && command.fault.is_some());
    let stops = !unit.all("Service", "ExecStop").is_empty();
    let success = unit.last("Unit", "SuccessAction").is_some_and(|action| action.value != "none");
    let oneshot = unit.service_type() == "oneshot";
    let place = unit.place();
    let nothing = |text: &str, help: &str| {
        vec![(Kind::Nothing, Fault::new(place, format!("{text}, and systemd does not load the unit")).help(help))]
    };
    // A command that is left out with `-` starts nothing.
    let left = starts.len();
    if let ([], Some(fault)) = (&starts[..], left_out.into_iter().find_map(|command| command.fault)) {
        return vec![(Kind::Command, fault)];
    }
    if left == 0 && !stops && !success {
        return nothing("the service starts nothing", "add `ExecStart=` with the path of a program");
    }
    if left == 0 && unit.service("Type").is_some() && !oneshot {
        return nothing("the service starts nothing", "add `ExecStart=`, which only `Type=oneshot` can do without");
    }
    if left == 0 && !unit.is_on("RemainAfterExit") && !success {
        return nothing(
            "the service starts nothing and would end at once",
            "add `ExecStart=`, or `RemainAfterExit=yes`",
        );
    }
    let mut found = Vec::new();
    let mut clash = |span: Span, text: &str, help: &str| {
        let message = format!("{text}, and systemd does not load the unit");
        found.push((Kind::Combination, Fault::new(span, message).help(help)));
    };
    if let ([_, second, ..], false) = (&starts[..], oneshot) {
        clash(
            second.span,
            "the service has a second command to start, which only `Type=oneshot` may have",
            "keep one `ExecStart=`; what must run before it is `ExecStartPre=`, and an empty `ExecStart=` takes back what stands above it",
        );
    }
    if let Some(restart) =
        unit.last("Service", "Restart").filter(|own| oneshot && matches!(own.value.as_str(), "always" | "on-success"))
    {
        clash(
            restart.span,
            "a service that is done when its command ends cannot start again whenever it is done",
            "write `Restart=on-failure`, or leave `Type=oneshot` out when the program stays",
        );
    }
    if let (Some(kind), None) =
        (unit.last("Service", "Type").filter(|kind| kind.value == "dbus"), unit.service("BusName"))
    {
        clash(kind.span, "`Type=dbus` needs the name it waits for", "add `BusName=`, or write `Type=exec`");
    }
    found
}
