//! File to the commands it runs, and what runs the file.

use super::Project;
use super::compositions::DEFAULT_NAMES;
use crate::model::compose::{Composition, Port, Service};
use crate::model::guide::chapter_around;
use crate::model::starts::{ComposeCall, Joint, LoadingFile, Step, is_home};
use crate::model::{Kind, Meaning};
use crate::source::{Cut, FileId, Span, directory};
use crate::syntax::Name;
use crate::syntax::commands::is_for_deployment;
use crate::syntax::shell::base_name;

/// The commands of a file.
#[derive(Copy, Clone, Debug)]
pub struct Commands<'a> {
    /// The file.
    pub file: FileId,
    /// What it is.
    pub kind: Kind,
    /// Its path.
    pub path: &'a str,
    /// The commands, in the order they are read in.
    pub steps: &'a [Step],
    /// What runs it by the clock, if anything is seen to.
    pub schedule: Option<Span>,
    /// The first line.
    pub head: Span,
    project: &'a Project,
}

impl<'a> Commands<'a> {
    /// Whether nobody sits in front of it when it runs.
    pub fn runs_alone(&self) -> bool {
        self.schedule.is_some() || matches!(self.kind, Kind::Crontab | Kind::Unit)
    }

    /// Whether it is a guide that nobody asked about: what does not work in it stops its reader, not what ships.
    pub fn is_read_along(&self) -> bool {
        self.kind == Kind::Guide && !self.project.files.is_guide(self.path)
    }

    /// Whether it waits above a command for a person who is to write something into the Compose files: `echo "Add profiles to
    /// docker-compose.yml"`, and `read`.
    pub fn lets_compose_be_edited(&self, step: &Step) -> bool {
        let mut above = self.steps.iter().filter(|other| other.span.start < step.span.start && self.project.look(1));
        let mut asked = false;
        above.any(|other| {
            let line: Vec<String> = other.words.iter().map(|word| word.value.to_ascii_lowercase()).collect();
            let line = line.join(" ");
            let says = |words: &[&str]| words.iter().any(|word| line.contains(word));
            let speaks = says(&["compose.y", "compose file"]) && says(&["edit", "chang", "updat", "add ", "write"]);
            asked |= matches!(other.name(), "echo" | "printf") && speaks;
            asked && other.name() == "read"
        })
    }

    /// Whether it is a script that a deployment has no use for: nothing in its path speaks of a server or of a start, and no schedule,
    /// unit, pipeline or script of a deployment calls it.
    pub fn is_only_a_helper(&self) -> bool {
        const WORDS: [&str; 24] = [
            "deploy",
            "deployment",
            "prod",
            "production",
            "release",
            "install",
            "init",
            "start",
            "restart",
            "run",
            "up",
            "server",
            "vps",
            "provision",
            "update",
            "upgrade",
            "rollout",
            "rollback",
            "backup",
            "restore",
            "launch",
            "bootstrap",
            "cd",
            "ssl",
        ];
        if self.kind == Kind::Script && is_of_a_tool(self.path) {
            return true;
        }
        let name = base_name(self.path);
        let said = |path: &str| {
            path.split(|c: char| !c.is_alphanumeric())
                .any(|part| WORDS.iter().any(|word| part.eq_ignore_ascii_case(word)))
        };
        // A look at a deployment is none.
        let looks = ["verify", "check", "troubleshoot", "validate", "test", "debug", "diagnose", "status"];
        if self.kind != Kind::Script || self.runs_alone() {
            return false;
        }
        // Nobody speaks of one that a project took over from another.
        let first = ["init", "start", "run", "up", "ssl", "bootstrap"];
        let strong = said(self.path) && !self.is_called(&looks);
        let known = !self.is_called(&first) || self.project.is_spoken_of(self.file);
        if strong && known {
            return false;
        }
        let calls = |other: &LoadingFile| {
            let document = self.project.document(other.file);
            let machine = matches!(document.class.kind, Kind::Workflow | Kind::Unit | Kind::Makefile | Kind::Manifest);
            let ships = || machine || is_for_deployment(&Name::new(&other.path)) || said(&other.path);
            other.file != self.file && ships() && self.project.text_of(document).is_none_or(|text| text.contains(name))
        };
        !self.project.loading.iter().any(calls) && !self.run_in_image()
    }

    /// Whether a `Procfile` says that developers start it, with foreman or its like.
    pub fn is_for_foreman(&self) -> bool {
        let text = || self.project.source(self.file).text();
        self.kind == Kind::Procfile
            && ["hivemind", "overmind", "foreman", "honcho"].iter().any(|name| text().contains(name))
    }

    /// Whether a Dockerfile says them.
    pub fn are_of_image(&self) -> bool {
        self.kind == Kind::Dockerfile
    }

    /// Whether they run inside of a container: a Dockerfile says them, its image takes the script, or it is mounted there.
    pub fn run_in_image(&self) -> bool {
        let given = || self.project.is_put_into_image(self.path) || self.project.is_mounted(self.path);
        let taken = || base_name(self.path).contains("entrypoint") || given();
        self.are_of_image() || self.kind == Kind::Script && taken()
    }

    /// Whether one of the words of its name says so: `deploy` in `scripts/deploy-prod.sh`.
    pub fn is_called(&self, words: &[&str]) -> bool {
        let name = base_name(self.path);
        name.split(|c: char| !c.is_alphanumeric()).any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
    }

    /// The commands that the same shell runs in front of one.
    pub fn before(&self, step: &Step) -> impl DoubleEndedIterator<Item = &'a Step> + use<'a> {
        let (shell, at) = (step.shell, step.span.start);
        self.looked().iter().filter(move |other| other.shell == shell && other.span.start < at)
    }

    /// Those behind it.
    pub fn behind(&self, step: &Step) -> impl DoubleEndedIterator<Item = &'a Step> + use<'a> {
        let (shell, at) = (step.shell, step.span.start);
        self.looked().iter().filter(move |other| other.shell == shell && other.span.start > at)
    }

    /// Whether root may be the one who runs them: somebody logs in as root, or becomes root.
    pub fn may_be_root(&self) -> bool {
        let text = self.project.source(self.file).text();
        ["root@", "sudo -i", "sudo su\n", "sudo su ", "sudo -s", "su -\n", "EUID", "id -u", "as root", "-l root"]
            .iter()
            .any(|word| text.contains(word))
    }

    /// Whether a guide has its reader become root, or says that root is who types.
    pub fn speaks_of_root(&self) -> bool {
        let text = self.project.source(self.file).text();
        let words = ["root@", "sudo su\n", "sudo su -\n", "sudo -s", "sudo -i\n", "s root", "EUID"];
        words.iter().any(|word| text.contains(word))
    }

    /// Whether a guide tells its reader to log in again, in the chapter of one command or on the way to another.
    pub fn tells_of_login(&self, joined: Span, asked: Span) -> bool {
        let text = self.project.source(self.file).text();
        let (from, to) = (joined.start as usize, asked.start as usize);
        tells_of_login(text.cut(from..to)) || tells_of_login(chapter_around(text, from))
    }

    /// Whether the file they stand in speaks of nginx.
    pub fn speak_of_nginx(&self) -> bool {
        self.project
            .text_of(self.project.document(self.file))
            .is_none_or(|text| text.to_ascii_lowercase().contains("nginx"))
    }

    /// Whether a remark beside a command, or above it, says that it is for some cases or for a time: `# only without nginx`.
    pub fn is_remarked(&self, step: &Step) -> bool {
        const WORDS: [&str; 20] = [
            "if ",
            "only",
            "option",
            "temporar",
            "test",
            "without",
            "instead",
            "debug",
            "если",
            "времен",
            "без ",
            "тест",
            "sin ",
            "sem ",
            "sans ",
            "ohne ",
            "opsional",
            "tanpa",
            "可选",
            "测试",
        ];
        let text = self.project.source(self.file).text();
        let (above, behind) = (text.cut(..step.span.start as usize), text.cut(step.span.start as usize..));
        let beside = behind.lines().next().and_then(|line| line.split_once('#')).map(|(_, remark)| remark);
        let before = above.lines().rev().nth(usize::from(!above.ends_with('\n'))).map(str::trim_start);
        let before = before.and_then(|line| line.strip_prefix('#'));
        beside.into_iter().chain(before).any(|remark| {
            let small = remark.to_lowercase();
            WORDS.iter().any(|word| small.contains(word))
        })
    }

    /// Whether a guide shows it as a line of a crontab, which has a shell of its own: `0 3 * * * backup`.
    pub fn is_of_crontab(&self, step: &Step) -> bool {
        let above = self.project.source(self.file).text().cut(..step.span.start as usize);
        let fields = above.rsplit('\n').next().unwrap_or_default().split_whitespace();
        let plain = |field: &str| field.bytes().all(|b| b.is_ascii_digit() || b"*/,-".contains(&b));
        self.kind == Kind::Guide && fields.take_while(|field| plain(field)).count() >= 5
    }

    /// Whether a guide is for a person who becomes root where that is needed: it has them write `sudo`.
    pub fn reader_is_admin(&self) -> bool {
        const AS_OTHER: [&str; 4] = ["-u", "-i", "-s", "su"];
        let text = self.project.source(self.file).text();
        text.split("sudo ").skip(1).any(|rest| !AS_OTHER.contains(&rest.split_whitespace().next().unwrap_or_default()))
    }

    /// Whether a line of a crontab is shown behind a `crontab -e` of somebody who is not root.
    pub fn is_of_own_crontab(&self, step: &Step) -> bool {
        const FAR: usize = 25;
        let above = self.project.source(self.file).text().cut(..step.span.start as usize);
        let mut chapter = above.lines().rev().take(FAR).take_while(|line| !line.starts_with("##"));
        let opened = chapter.find(|line| line.contains("crontab ") || line.contains("/etc/cron"));
        opened.is_some_and(|line| {
            line.contains("crontab -e") && !["sudo", "root", "/etc/cron"].iter().any(|word| line.contains(word))
        })
    }

    /// Whether a guide shows a command as part of a script, and says that cron runs it.
    pub fn is_of_scheduled_script(&self, step: &Step) -> bool {
        self.is_of_script(step, "#!") && self.project.source(self.file).text().to_ascii_lowercase().contains("cron")
    }

    /// Whether a guide shows a command as part of a script, and none that is typed, or speaks of one.
    pub fn is_of_script_of_guide(&self, step: &Step) -> bool {
        self.is_of_script(step, "#!") || self.is_of_script(step, ".sh")
    }

    /// Whether this stands in front of a command, in the same block of a guide.
    fn is_of_script(&self, step: &Step, sign: &str) -> bool {
        let above = self.project.source(self.file).text().cut(..step.span.start as usize);
        let fence = |line: &&str| line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        self.kind == Kind::Guide && above.lines().rev().take_while(|line| !fence(line)).any(|line| line.contains(sign))
    }

    /// Whether two commands stand together: in the same block of a guide, else in the same file, and not in two of its functions.
    pub fn stand_together(&self, one: &Step, other: &Step) -> bool {
        let (from, to) = (one.span.start.min(other.span.start), one.span.end.max(other.span.end));
        let between = self.project.source(self.file).text().cut(from as usize..to as usize);
        match self.kind {
            Kind::Guide => {
                !between.lines().map(str::trim_start).any(|line| line.starts_with("```") || line.starts_with("~~~"))
            }
            _ => !(one.flow.function && other.flow.function && between.lines().any(|line| line.starts_with('}'))),
        }
    }

    /// Whether it is meant to fail at times: `|| true`, or a remark that it did.
    pub fn excuses(&self, step: &Step) -> bool {
        if step.after != Joint::Or {
            return false;
        }
        let mut next = self.behind(step).map(Step::name);
        let mut ends = || matches!(next.next(), Some("exit" | "return" | "false" | "die"));
        let says = |step: &Step| matches!(step.name(), "echo" | "printf" | "log" | "warn");
        match self.behind(step).next() {
            None => true,
            Some(first) if says(first) => !{ ends() || ends() },
            Some(_) => !ends(),
        }
    }

    /// All of them; none any more when the run has looked at too many.
    fn looked(&self) -> &'a [Step] {
        if self.project.look(self.steps.len()) { self.steps } else { &[] }
    }
}

impl Project {
    /// Whether a file of the project has the name of another one in it.
    fn is_spoken_of(&self, file: FileId) -> bool {
        let name = base_name(&self.source(file).path);
        let others = self.documents.iter().filter(|document| document.source.id != file);
        others.into_iter().any(|document| self.text_of(document).is_none_or(|text| text.contains(name)))
    }

    /// The command of a script, recipe or guide that stands there.
    pub fn step_at(&self, span: Span) -> Option<&Step> {
        let file = self.loading.iter().find(|file| file.file == span.file)?;
        file.steps().iter().find(|step| step.span == span).filter(|_| self.look(file.steps().len()))
    }

    /// The `docker compose` call that a command makes, and what it starts.
    pub fn compose_call(&self, step: &Step) -> Option<(&ComposeCall, &Composition)> {
        let call = self.call_of(step)?;
        let places = call.place.directories();
        let named = |set: &&Composition| {
            let is = |file: &FileId, name: &str| call.place.resolve(name).contains(&self.source(*file).path);
            call.files.iter().all(|name| set.files.iter().any(|file| is(file, &name.value)))
        };
        let found = self.compose.iter().filter(named);
        let here = |set: &&Composition| places.iter().any(|place| directory(&set.path) == place);
        match call.files.is_empty() {
            // Compose finds no other names by itself.
            true => {
                found.into_iter().filter(here).find(|set| set.files.iter().any(|file| self.is_found_by_compose(*file)))
            }
            false => found.into_iter().next(),
        }
        .map(|set| (call, set))
    }

    /// A command as a call of Compose.
    pub fn call_of(&self, step: &Step) -> Option<&ComposeCall> {
        let mut calls = self.calls().iter().map(|(_, call)| call);
        calls.find(|call| call.span == step.span).filter(|_| self.look(self.calls().len()))
    }

    /// Whether Compose is called in the home directory of a user: the project lies there.
    pub fn lies_in_a_home(&self) -> bool {
        let mut places = self.calls().iter().filter_map(|(_, call)| call.place.elsewhere.as_deref());
        places.any(|place| self.look(1) && place != "/" && is_home(place.trim_end_matches('/')))
    }

    /// The service with which a `docker compose up` takes port 80 or 443 of the machine, and where that is said.
    pub fn takes_web_port(&self, step: &Step) -> Option<(&Service, &Port, u16)> {
        let (call, set) = self.compose_call(step)?;
        if call.verb.as_deref() != Some("up") || set.gap.is_some() {
            return None;
        }
        let called = |name: &String| call.services.is_empty() || call.services.contains(name);
        let asked = |service: &Service| {
            service.profiles.is_empty() || !call.profiles.is_empty() || call.services.contains(&service.name.value)
        };
        let started =
            set.services.iter().filter(|service| set.is_on(service) && asked(service) && called(&service.name.value));
        started.flat_map(|service| service.ports.iter().map(move |port| (service, port))).find_map(|(service, port)| {
            let (first, last) = *port.published.get()?;
            let web = [80, 443].into_iter().find(|web| (first..=last).contains(web))?;
            (port.on_all_interfaces() == Some(true)).then_some((service, port, web))
        })
    }

    /// Whether Compose looks for a file of this name when it is told of none.
    fn is_found_by_compose(&self, file: FileId) -> bool {
        DEFAULT_NAMES.contains(&base_name(&self.source(file).path))
    }

    /// The commands of scripts, recipes, build servers, schedules and units, and of guides chapter by chapter.
    pub fn commands<'a>(&'a self) -> Vec<Commands<'a>> {
        let loading = self.loading.iter().map(|file| (file.file, file.steps()));
        let units = self.units.iter().map(|unit| (unit.file, unit.steps()));
        let mut found: Vec<Commands> = Vec::new();
        let crontabs = self.crontabs.iter().map(|crontab| (crontab.file, crontab.steps()));
        let supervisors = self.supervisors.iter().map(|supervisor| (supervisor.file, supervisor.steps()));
        let platforms = self.beanstalk.iter().map(|file| (file.file, file.steps()));
        for (file, steps) in loading.chain(units).chain(crontabs).chain(supervisors).chain(platforms) {
            let document = self.document(file);
            if document.class.kind == Kind::Guide {
                continue;
            }
            if !steps.is_empty() && self.look(steps.len()) {
                let path = document.source.path.as_str();
                let first = document.source.text().lines().next().map_or(0, str::len);
                let head = Span::new(file, 0, first);
                let schedule = self.run_by_the_clock(path).filter(|span| span.file != file);
                found.push(Commands { file, kind: document.class.kind, path, steps, schedule, head, project: self });
            }
        }
        for guide in self.guides().filter(|guide| self.look(1 + guide.steps().len())) {
            let path = guide.path.as_str();
            let commands = |steps: &'a [Step]| {
                let head = steps.first()?.span;
                Some(Commands { file: guide.file, kind: Kind::Guide, path, steps, schedule: None, head, project: self })
            };
            found.extend(guide.chapters().filter_map(commands));
        }
        found
    }

    /// The commands that Dockerfiles run while an image is built, and when it is started.
    pub fn commands_of_images<'a>(&'a self) -> impl Iterator<Item = Commands<'a>> {
        self.dockerfiles.iter().filter(|file| self.look(file.steps().len())).filter_map(|file| {
            let (path, steps) = (file.path.as_str(), file.steps());
            let head = steps.first()?.span;
            Some(Commands { file: file.file, kind: Kind::Dockerfile, path, steps, schedule: None, head, project: self })
        })
    }

    /// The guides that are named to be judged, and have commands.
    pub fn named_guides(&self) -> impl Iterator<Item = &LoadingFile> {
        self.guides().filter(|guide| self.files.is_guide(&guide.path) && guide.chapters().next().is_some())
    }

    /// The guides that tell how the project is brought to a server: those that say so, and those that are named.
    pub fn guides(&self) -> impl Iterator<Item = &LoadingFile> {
        let is_guide = |file: &&LoadingFile| {
            self.document(file.file).class.kind == Kind::Guide
                && (self.files.is_guide(&file.path) || is_for_deployment(&Name::new(&file.path)))
        };
        self.loading.iter().filter(is_guide)
    }
}

/// Whether a file is that of a tool of developers, which keep theirs in folders of their own.
pub(super) fn is_of_a_tool(path: &str) -> bool {
    const TOOLS: [&str; 10] = [
        ".claude/",
        ".kiro/",
        ".agent/",
        ".cursor/",
        ".codex/",
        ".gemini/",
        ".agents/",
        ".husky/",
        ".devcontainer/",
        ".vscode/",
    ];
    TOOLS.iter().any(|own| path.starts_with(own))
}

/// Whether a text tells its reader to log in again.
fn tells_of_login(text: &str) -> bool {
    const SAYS: [&str; 33] = [
        "log out",
        "logout",
        "logged out",
        "log in",
        "log back",
        "logging",
        "login",
        "re-log",
        "relog",
        "reconnect",
        "new session",
        "new shell",
        "session",
        "newgrp",
        "sign out",
        "reboot",
        "restart your",
        "exit",
        "перезай",
        "перелогин",
        "переподключ",
        "выйд",
        "cierra",
        "cerrar",
        "sesión",
        "sessão",
        "déconnect",
        "reconnect",
        "abmeld",
        "neu anmeld",
        "重新登",
        "重新连接",
        "đăng",
    ];
    let lower = text.to_lowercase();
    SAYS.iter().any(|word| lower.contains(word))
}
