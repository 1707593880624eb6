//! Where the files of a guide belong.

use std::collections::{HashMap, HashSet};

use super::{Found, Shown};
use crate::source::{Role, normalize, role_of};
use crate::syntax::markdown::{Block, Heading};

/// Where a path belongs in the tree of the project. The directory that the application is put into is the project; what
/// stands in front of a variable is not known.
pub fn place(path: &str) -> Option<String> {
    let open = |c: char| "$<>{}[]~%".contains(c);
    let path = path.trim_matches(['"', '\'', '`']);
    // Where a project lies on Windows nothing tells: `C:\shop\.env`.
    let path = if path.contains('/') { path } else { path.rsplit('\\').next().unwrap_or(path) };
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let last = parts.pop()?;
    let filled: String = last.chars().filter(|c| !open(*c)).collect();
    let cut = parts.iter().rposition(|part| part.contains(open));
    let below = match (cut, absolute) {
        (Some(at), _) => {
            let home = matches!(parts.get(at), Some(&("~" | "$HOME" | "${HOME}")));
            parts.split_off((at + 1 + usize::from(home)).min(parts.len()))
        }
        (None, true) => in_project(&parts).to_vec(),
        (None, false) => parts,
    };
    let name = normalize(&below.into_iter().chain([filled.as_str()]).collect::<Vec<_>>().join("/"));
    (!name.is_empty() && !name.starts_with("..") && name != ".").then_some(name)
}

/// The directories of an absolute path that are left when the application's own is the project.
fn in_project<'a, 'b>(parts: &'b [&'a str]) -> &'b [&'a str] {
    let above = match parts {
        ["var", "www", ..] => 3,
        ["home", _, ..] => 3,
        ["opt" | "srv" | "root", ..] => 2,
        ["app" | "code", ..] => 1,
        _ => 0,
    };
    parts.get(above..).unwrap_or(&[])
}

/// The files at their places. A file that is shown again in another chapter belongs to another way to deploy: all of that
/// chapter goes into a folder of its own. Shown again in the same chapter it is another form of the file.
pub fn placed(guide: &str, found: Vec<Found>, line: impl Fn(&Found) -> u32) -> Vec<Shown> {
    let mut owners: HashMap<String, (usize, usize)> = HashMap::new();
    let mut apart: Vec<usize> = Vec::new();
    for file in &found {
        let Some(name) = &file.name else { continue };
        let (chapter, lines) = (chapter(file.block), file.excerpt.text().lines().count());
        let (owner, whole) = *owners.entry(within(file.block, name)).or_insert((chapter, lines));
        // A few lines of a file are what becomes of it, and no other way.
        if owner != chapter && lines * 2 > whole && !apart.contains(&chapter) {
            apart.push(chapter);
        }
    }
    let stem = guide.rsplit('/').next().unwrap_or(guide);
    let mut taken: HashSet<String> = HashSet::new();
    let mut shown = Vec::new();
    let (named, unnamed): (Vec<_>, Vec<_>) = found.into_iter().partition(|file| file.name.is_some());
    for file in named.into_iter().chain(unnamed) {
        let usual = || file.form.map(|form| form.usual_name(file.excerpt.text()));
        let Some(name) = file.name.clone().or_else(usual) else { continue };
        let name = within(file.block, &name);
        let way = apart.iter().position(|apart| *apart == chapter(file.block));
        let mut apart = way.map_or_else(String::new, |number| format!("{stem}-way-{}/", number + 2));
        if taken.contains(&format!("{apart}{name}")) {
            apart = format!("{stem}-line-{}/", line(&file));
        }
        if taken.insert(format!("{apart}{name}")) {
            // What is shared stays empty.
            let template = role_of(&name) == Some(Role::Template);
            let excerpt = if template { file.excerpt } else { super::blank::filled(&file.excerpt, file.form) };
            shown.push(Shown { made_up: apart, name, as_it_is: file.as_it_is, excerpt });
        }
    }
    shown
}

/// The chapter that a block stands in: where the innermost heading is that is of the first two levels, or says that there
/// are others to choose from.
pub fn chapter(block: &Block) -> usize {
    let chosen = |heading: &&Heading| heading.level <= 2 || is_choice(&heading.text);
    block.headings.iter().rev().find(chosen).map_or(0, |heading| heading.at)
}

/// Whether two blocks belong to ways of which the reader chooses one.
pub fn are_choices(one: &Block, other: &Block) -> bool {
    let choice = |block: &Block| {
        let choices = block.headings.iter().filter(|heading| is_choice(&heading.text));
        choices.map(|heading| heading.at).collect::<Vec<_>>()
    };
    choice(one).iter().zip(&choice(other)).any(|(one, other)| one != other)
}

/// Whether two blocks belong to ways of which the reader chooses one, or stand below headings of one level that say the same of two
/// things: `Docker Deployment`, `Binary Deployment`.
pub fn are_ways(one: &Block, other: &Block) -> bool {
    if are_choices(one, other) {
        return true;
    }
    let mut pairs = one.headings.iter().zip(&other.headings).skip_while(|(one, other)| one.at == other.at);
    let Some((one, other)) = pairs.next().filter(|(one, other)| one.level == other.level) else { return false };
    // `Deployment for tests`, `Deployment for production`
    if let (Some(one), Some(other)) = (environment(&one.text), environment(&other.text)) {
        return one != other;
    }
    match (way(&one.text), way(&other.text)) {
        (Some(one), Some(other)) => one != other,
        // `Deployment on a server`, `Docker Deployment`
        (Some(_), None) => deploys(&other.text) && deploys(&one.text),
        (None, Some(_)) => deploys(&one.text) && deploys(&other.text),
        (None, None) => false,
    }
}

/// Where the heading of a deployment says that it is one to.
fn environment(heading: &str) -> Option<usize> {
    const WHERE: [&[&str]; 3] = [
        &["production", "produkti", "продакш", "生产", "生產", "producción", "produção"],
        &["test", "staging", "测试", "測試", "预发", "тест", "prueba", "homolog"],
        &[
            "development",
            "local",
            "开发",
            "開發",
            "разработ",
            "локальн",
            "desarrollo",
            "desenvolvimento",
            "entwicklung",
        ],
    ];
    let lower = heading.to_lowercase();
    let says = |words: &&[&str]| words.iter().any(|word| lower.contains(word));
    let mut places = WHERE.iter().enumerate().filter(|(_, words)| says(words)).map(|(place, _)| place);
    let place = places.next().filter(|_| deploys(heading));
    place.filter(|_| places.next().is_none())
}

/// Whether a heading speaks of a deployment, and no mere step of it.
fn deploys(heading: &str) -> bool {
    const WORDS: [&str; 9] =
        ["deploy", "развёртыван", "развертыван", "部署", "desplieg", "implantaç", "déploie", "배포", "デプロイ"];
    let lower = heading.to_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// What the heading of a way to deploy says that it is deployed with.
fn way(heading: &str) -> Option<&'static str> {
    const WITH: [&str; 12] = [
        "docker",
        "container",
        "kubernetes",
        "binary",
        "binär",
        "binario",
        "manual",
        "pm2",
        "systemd",
        "bare",
        "native",
        "without",
    ];
    let lower = heading.to_lowercase();
    WITH.into_iter()
        .find(|with| lower.contains(with))
        .filter(|_| deploys(heading) || lower.contains("install") || lower.contains("setup"))
}

/// Whether a heading names one of several ways: `Option 2: Caddy`.
pub(super) fn is_choice(heading: &str) -> bool {
    const WAYS: [&str; 8] = ["option", "alternative", "alternatively", "method", "approach", "variant", "choice", "or"];
    let first = heading.trim_start_matches(|c: char| !c.is_alphabetic()).split(|c: char| !c.is_alphabetic()).next();
    first.is_some_and(|word| WAYS.contains(&word.to_ascii_lowercase().as_str()))
}

/// A path, in a folder of its own when it is for a developer's machine.
fn within(block: &Block, name: &str) -> String {
    if is_for_developers(block) { format!("development/{name}") } else { name.to_owned() }
}

/// Whether the headings say that something is for a developer's machine.
pub fn is_for_developers(block: &Block) -> bool {
    // What a deployment for developers has for steps, `开发环境部署`, are deployments in their names, too.
    let whole = |heading: &str| {
        [
            "开发环境",
            "開發環境",
            "测试环境",
            "測試環境",
            "本地开发",
            "development environment",
            "test environment",
            "local development",
            "локальн",
        ]
        .iter()
        .any(|word| heading.contains(word))
    };
    let mut outer =
        block.headings.iter().filter(|heading| heading.level > 1).map(|heading| heading.text.to_lowercase());
    let around = outer.any(|heading| whole(&heading));
    let speaks = |heading: &str| {
        let has = |words: &[&str]| heading.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
        // "Development deployment" is one.
        let says = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        if has(&["production", "prod", "staging", "server"]) || says(&ELSEWHERE_SHIPPED) {
            Some(false)
        } else if has(&["development", "dev", "local", "locally", "testing", "test"]) || says(&ELSEWHERE_DEVELOPED) {
            Some(true)
        } else {
            (!around && (has(&["deployment", "deploy"]) || says(&ELSEWHERE_DEPLOYED))).then_some(false)
        }
    };
    let inner = block.headings.iter().rev().filter(|heading| heading.level > 1);
    inner.filter_map(|heading| speaks(&heading.text.to_ascii_lowercase())).next() == Some(true)
}

/// Parts of how chapters for developers are called elsewhere.
const ELSEWHERE_DEVELOPED: [&str; 11] = [
    "локальн",
    "разработк",
    "本地",
    "开发",
    "開發",
    "测试环境",
    "測試環境",
    "desarrollo",
    "desenvolvimento",
    "développement",
    "entwicklung",
];

/// And those about servers.
const ELSEWHERE_SHIPPED: [&str; 7] = ["продакш", "сервер", "生产", "生產", "producción", "produção", "produktion"];

/// And those that say deployment, which there is on one's own machine, too: `本地部署`.
const ELSEWHERE_DEPLOYED: [&str; 3] = ["развёртыван", "развертыван", "部署"];

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn paths_of_a_server_are_paths_of_the_project() {
        for (path, expected) in [
            ("/etc/nginx/sites-available/shop", Some("etc/nginx/sites-available/shop")),
            ("/opt/shop/.env", Some(".env")),
            ("/var/www/shop/deploy/nginx.conf", Some("deploy/nginx.conf")),
            ("~/shop/.env.prod", Some(".env.prod")),
            ("$APP_DIR/.env", Some(".env")),
            ("/etc/nginx/sites-available/<your-domain>", Some("etc/nginx/sites-available/your-domain")),
            ("./nginx/nginx.conf", Some("nginx/nginx.conf")),
            ("../.env", None),
            (r"\srv\shop\.env.prod", Some(".env.prod")),
            ("${X}", Some("X")),
        ] {
            assert_eq!(place(path).as_deref(), expected, "{path}");
        }
    }
}
