//! What kind of passage of a guide something stands in. Much is so only for a person who goes through it from the start.

use std::ops::Range;

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
/// Indonesian, Turkish, Vietnamese, Chinese, Arabic.
const RUNNING: [&str; 72] = [
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
    "отладк",
    "مشكل",
    "مشاكل",
    "استكشاف",
    "استعادة",
    "صيانة",
];

/// How headings say that something is there and changes. What they may be about in a first installation is another list.
const CHANGES: [&str; 10] =
    ["updat", "upgrad", "actualiz", "atualiz", "perbarui", "pembaruan", "güncelle", "cập nhật", "更新", "تحديث"];

/// What a first installation updates.
const AT_FIRST: [&str; 26] = [
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
    "نظام",
    "سيرفر",
    "خادم",
    "حزم",
];

/// How a heading or the line above a block says that there are other ways.
const WAYS: [&str; 15] = [
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
    "خيار",
    "بديل",
    "طريقة",
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
pub fn passages(path: &str, markdown: &Markdown, text: &str) -> Vec<(Range<usize>, Passage)> {
    let place = |block: &Block| block.code.place(0..block.code.text().len());
    let record = is_record(path);
    let of = |block: &Block| if record { Passage::Running } else { of_block(block, text) };
    let mut found = Vec::new();
    for block in &markdown.blocks {
        match of(block) {
            Passage::Installation => {
                found.extend(others(block).map(|range| (block.code.place(range), Passage::OneWay)));
            }
            passage => found.push((place(block), passage)),
        }
    }
    found
}

/// Where the comments of a block say that what follows, up to the next empty line or comment, is for who goes another way:
/// `# Or with Docker`.
fn others(block: &Block) -> impl Iterator<Item = Range<usize>> {
    const STARTS: [&str; 15] = [
        "or ",
        "or:",
        "or,",
        "alternativ",
        "oder ",
        "oder:",
        "ou ",
        "ou:",
        "или ",
        "или:",
        "atau ",
        "veya ",
        "hoặc ",
        "أو ",
        "或",
    ];
    let mut from: Option<usize> = None;
    let mut ranges = Vec::new();
    let text = block.code.text();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let comment =
            line.trim_start().strip_prefix('#').map(|said| said.trim_start_matches('#').trim().to_lowercase());
        let begins = comment.as_ref().is_some_and(|said| STARTS.iter().any(|start| said.starts_with(start)));
        if let Some(start) = from.filter(|_| comment.is_some() || line.trim().is_empty()) {
            ranges.push(start..at);
            from = None;
        }
        if begins {
            from = Some(at);
        }
        at += line.len();
    }
    ranges.extend(from.map(|start| start..at));
    ranges.into_iter()
}

/// What a block is for, by the headings above it and the line in front of it.
pub(super) fn of_block(block: &Block, text: &str) -> Passage {
    passage(block, text.cut(block.lead.clone()))
}

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
    let folder = |part: &str| matches!(part, "troubleshooting" | "runbooks" | "runbook");
    path.split('/').rev().skip(1).any(folder)
        || name.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
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
    fn a_comment_says_that_there_is_another_way() {
        let text = "# Guide\n\n## Build\n\n```bash\nnpm run build\n\n# Or with Docker\ndocker compose up -d\n\nnpm start\n```\n";
        let found = passages("DEPLOYMENT.md", &markdown::read(text), text);
        let said: Vec<&str> = found.iter().map(|(range, _)| text.cut(range.clone())).collect();
        assert_eq!(said, ["# Or with Docker\ndocker compose up -d\n"]);
    }

    #[test]
    fn the_name_of_a_guide_says_that_it_tells_what_was_done() {
        assert!(is_record("docs/DEPLOYMENT_SUCCESS.md") && is_record("DEPLOY_FIX.md"));
        assert!(is_record("docs/troubleshooting/installation.md") && !is_record("docs/installation.md"));
        assert!(!is_record("docs/DEPLOYMENT.md") && !is_record("fixtures/DEPLOY.md"));
    }
}
