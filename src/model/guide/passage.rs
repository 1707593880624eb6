//! What kind of passage of a guide something stands in. Much is so only for a person who goes through it from the start.

use super::tree::is_choice;
use crate::source::Cut;
use crate::syntax::markdown::{Block, Markdown};

/// What a passage of a guide is for.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Passage {
    /// The first installation, and the only way there is.
    Installation,
    /// Something that runs: an update, a repair, a way back, a look, a record of what was done.
    Running,
    /// One of several ways.
    OneWay,
    /// An example, or a part that is put into what is there.
    Fragment,
}

/// How a heading begins, or what it has in it, that is about what runs. Elsewhere: Russian, German, French, Spanish and Portuguese,
/// Indonesian, Turkish, Vietnamese, Chinese.
const RUNNING: [&str; 66] = [
    "troubleshoot",
    "rollback",
    "roll back",
    "recovery",
    "recover ",
    "restor",
    "maintenance",
    "common issue",
    "common problem",
    "known issue",
    "common error",
    "useful command",
    "common command",
    "quick command",
    "quick reference",
    "day-to-day",
    "cheat",
    "debug",
    "redeploy",
    "re-deploy",
    "hotfix",
    "emergency",
    "if something",
    "what was done",
    "subsequent deploy",
    "future deploy",
    "deploying changes",
    "deploy new version",
    "new version",
    "faq",
    "changelog",
    "runbook",
    "does not work",
    "not working",
    "scaling",
    "scale ",
    "doesn't",
    "won't start",
    "fails",
    "обновлени",
    "откат",
    "устранени",
    "проблем",
    "обслуживан",
    "не работает",
    "масштабирован",
    "восстановлен",
    "полезные команд",
    "wartung",
    "fehler",
    "aktualisierung",
    "mise à jour",
    "mises à jour",
    "dépannage",
    "solución de problemas",
    "solução de problemas",
    "mantenimiento",
    "manutenção",
    "pemeliharaan",
    "sorun",
    "skalier",
    "escalamiento",
    "xử lý",
    "故障",
    "回滚",
    "常见问题",
];

/// How headings say that something is there and changes. What they may be about in a first installation is another list.
const CHANGES: [&str; 9] =
    ["updat", "upgrad", "actualiz", "atualiz", "perbarui", "pembaruan", "güncelle", "cập nhật", "更新"];

/// What a first installation updates.
const AT_FIRST: [&str; 22] = [
    "system",
    "package",
    "server",
    "ubuntu",
    "debian",
    "apt",
    "os ",
    "config",
    "env",
    "dns",
    "nginx",
    "domain",
    "setting",
    "url",
    "firewall",
    "depend",
    "sistem",
    "servidor",
    "paket",
    "systèm",
    "hệ thống",
    "系统",
];

/// How a heading or the line above a block says that there are other ways.
const WAYS: [&str; 12] = [
    "option",
    "alternativ",
    "manual",
    "method",
    "вариант",
    "способ",
    "opción",
    "opção",
    "cách ",
    "方案",
    "方式",
    "方法",
];

/// How the line above a block says that it is no whole file and no step.
const PARTS: [&str; 24] = [
    "example",
    "e.g.",
    "for instance",
    "snippet",
    "add to ",
    "add this",
    "add the following",
    "add these",
    "append",
    "extend",
    "erweiter",
    "beispiel",
    "ejemplo",
    "exemple",
    "exemplo",
    "contoh",
    "например",
    "пример",
    "добав",
    "ajout",
    "añad",
    "adicione",
    "例如",
    "添加",
];

/// Says of a text where its passages that are no first installation begin and end, block by block.
pub fn passages(path: &str, markdown: &Markdown, text: &str) -> Vec<(std::ops::Range<usize>, Passage)> {
    let place = |block: &Block| block.code.place(0..block.code.text().len());
    let record = is_record(path);
    let of = |block: &Block| if record { Passage::Running } else { passage(block, text.cut(block.lead.clone())) };
    let found = markdown.blocks.iter().map(|block| (place(block), of(block)));
    found.filter(|(_, passage)| *passage != Passage::Installation).collect()
}

/// What a block is for, by the headings above it and the line in front of it.
fn passage(block: &Block, lead: &str) -> Passage {
    let last = lead.trim_end().lines().next_back().unwrap_or_default().trim().to_lowercase();
    let label = last.starts_with("**") || last.ends_with(':') || last.ends_with('：');
    let inner = || block.headings.iter().filter(|heading| heading.level > 1).map(|heading| heading.text.to_lowercase());
    let way = |said: &str| is_choice(said) || WAYS.iter().any(|word| said.contains(word));
    if inner().any(|heading| is_running(&heading)) || label && is_running(&last) {
        Passage::Running
    } else if inner().any(|heading| way(&heading)) || label && way(&last) {
        Passage::OneWay
    } else if PARTS.iter().any(|word| last.contains(word)) {
        Passage::Fragment
    } else {
        Passage::Installation
    }
}

/// Whether a heading is about what runs.
fn is_running(heading: &str) -> bool {
    let changes = CHANGES.iter().any(|word| heading.contains(word));
    RUNNING.iter().any(|word| heading.contains(word)) || changes && !AT_FIRST.iter().any(|word| heading.contains(word))
}

/// Whether a guide says by its name that it is about what runs, or tells what was done: `DEPLOYMENT_SUCCESS.md`.
fn is_record(path: &str) -> bool {
    const WORDS: [&str; 22] = [
        "success",
        "summary",
        "complete",
        "completed",
        "report",
        "status",
        "troubleshooting",
        "update",
        "upgrade",
        "rollback",
        "recovery",
        "restore",
        "fix",
        "fixes",
        "hotfix",
        "migration",
        "migrate",
        "log",
        "runbook",
        "maintenance",
        "redeploy",
        "changelog",
    ];
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::markdown;

    fn of(text: &str) -> Vec<Passage> {
        passages("DEPLOYMENT.md", &markdown::read(text), text).into_iter().map(|(_, passage)| passage).collect()
    }

    #[test]
    fn headings_and_leads_say_what_a_passage_is_for() {
        for (heading, lead, expected) in [
            ("## 1. Update the system", "", vec![]),
            ("## Update `.env`", "", vec![]),
            ("## Updating the application", "", vec![Passage::Running]),
            ("## Обновление", "", vec![Passage::Running]),
            ("## Масштабирование", "", vec![Passage::Running]),
            ("### API не работает", "", vec![Passage::Running]),
            ("## 故障排查", "", vec![Passage::Running]),
            ("## Setup", "**Rollback:**", vec![Passage::Running]),
            ("### Option B: PM2", "", vec![Passage::OneWay]),
            ("## Setup", "**Alternative:**", vec![Passage::OneWay]),
            ("## Setup", "Add to the `http` block:", vec![Passage::Fragment]),
            ("## Setup", "Start it:", vec![]),
        ] {
            assert_eq!(
                of(&format!("# Guide\n\n{heading}\n\n{lead}\n\n```bash\nx\n```\n")),
                expected,
                "{heading} {lead}"
            );
        }
    }

    #[test]
    fn the_name_of_a_guide_says_that_it_tells_what_was_done() {
        assert!(is_record("docs/DEPLOYMENT_SUCCESS.md") && is_record("DEPLOY_FIX.md"));
        assert!(!is_record("docs/DEPLOYMENT.md") && !is_record("fixtures/DEPLOY.md"));
    }
}
