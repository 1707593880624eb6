//! Secrets that a guide shows in its blocks: in the env file to be written, in commands, in parts of Compose files.

use super::blank::is_left_open;
use super::tree::is_for_developers;
use crate::model::{Kind, Literal};
use crate::secret;
use crate::source::{Cut, Excerpt, Role, Source, Span, Spanned, role_of};
use crate::syntax::markdown::{self, Block, Heading, Markdown};

/// Most secrets that are taken from a guide.
const MOST: usize = 200;

/// The secrets in the blocks of a guide that are for a server and leave nothing open.
pub fn secrets(source: &Source) -> Vec<Literal> {
    if is_developers(&source.path) {
        return Vec::new();
    }
    let markdown = markdown::read(source.text());
    let mut found: Vec<Literal> = told(source);
    found.extend(in_text(source, &markdown));
    for block in markdown.blocks.iter().filter(|block| !is_for_developers(block)) {
        let (code, mut at) = (block.code.text(), 0);
        let lead = source.text().cut(block.lead.clone()).trim_end().lines().next_back().unwrap_or_default();
        let changed = asks_to_change(lead);
        // What a comment asks for is true of the lines below it, up to the next one.
        let (mut asked, mut above) = (false, false);
        // `cat > .env.dev << EOF`, up to its end.
        let mut developers: Option<&str> = None;
        for line in code.split_inclusive('\n') {
            let start = at;
            at += line.len();
            if developers.is_some_and(|end| line.trim() == end) {
                developers = None;
            }
            developers = developers.or_else(|| written_for_developers(line));
            if developers.is_some() {
                continue;
            }
            let remark = line.trim_start().starts_with(['#', '/']);
            if remark {
                asked = above && asked || asks_for_another(line);
            }
            above = remark;
            if found.len() == MOST || !source.budget.nodes(1, Span::new(source.id, 0, 0)) {
                return found;
            }
            let Some((name, value, from)) = assigned(line).or_else(|| of_statement(line)) else { continue };
            let place = block.code.place(start + from..start + from + value.len());
            let value = Spanned::new(value.to_owned(), Span::new(source.id, place.start, place.end));
            let open = |literal: &Literal| {
                let text = literal.value.value.as_str();
                is_open(name, text) || asked || changed && secret::issued(text).is_none() || is_to_be_replaced(line)
            };
            found.extend(Literal::find(name, &value).filter(|literal| !open(literal)));
        }
    }
    found
}

/// Whether a guide says by its name that it is for developers: `DEVELOPER_SETUP.md`.
fn is_developers(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split(|c: char| !c.is_alphanumeric())
        .any(|word| ["developer", "developers", "contributing"].iter().any(|own| word.eq_ignore_ascii_case(own)))
}

/// The word that ends the here-document of a line, when its file is one for developers.
fn written_for_developers(line: &str) -> Option<&str> {
    let (command, end) = line.split_once("<<")?;
    let (_, file) = command.split_once('>').or_else(|| command.split_once("tee "))?;
    let file = file.trim_matches(['>', ' ', '"', '\'']);
    (role_of(file) == Some(Role::Development)).then(|| end.trim().trim_matches(['-', '\'', '"', ' ']))
}

/// Whether a value is one to be filled in, an example, or one that documentation prints.
fn is_open(name: &str, text: &str) -> bool {
    is_left_open(name, text, Kind::Env) || says_example(text) || secret::is_documented(text)
}

/// The secrets in lines of the text that are settings or statements though no fence is around them.
fn in_text(source: &Source, markdown: &Markdown) -> Vec<Literal> {
    let text = source.text();
    let place = |block: &Block| block.code.place(0..block.code.text().len());
    let blocks: Vec<_> = markdown.blocks.iter().map(place).collect();
    let mut around = Block { info: String::new(), code: Excerpt::default(), lead: 0..0, headings: Vec::new() };
    let (mut found, mut at, mut next, mut asked) = (Vec::new(), 0, 0, false);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        while blocks.get(next).is_some_and(|block| block.end <= start) {
            next += 1;
        }
        if blocks.get(next).is_some_and(|block| block.start < at) {
            asked = false;
            continue;
        }
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=6).contains(&level) && line.cut(level..).starts_with(' ') {
            around.headings.retain(|heading| usize::from(heading.level) < level);
            let text = line.cut(level..).trim().to_owned();
            around.headings.push(Heading { level: level as u8, text, at: start });
        }
        // The sentence above is about the line below it.
        let above = std::mem::replace(&mut asked, asks_for_another(line));
        let bare = line.trim_start_matches([' ', '\t', '-', '*', '`']);
        let Some((name, value, from)) = assigned(bare).or_else(|| of_statement(bare)) else { continue };
        if above || is_to_be_replaced(line) || is_for_developers(&around) || found.len() == MOST {
            continue;
        }
        let from = start + line.len() - bare.len() + from;
        let value = value.trim_end_matches('`');
        let span = Span::new(source.id, from, from + value.len());
        let value = Spanned::new(value.to_owned(), span);
        found.extend(Literal::find(name, &value).filter(|literal| !is_open(name, &literal.value.value)));
    }
    found
}

/// The passwords that the text tells: `# Password: x`, `- **Password:** \`x\``.
fn told(source: &Source) -> Vec<Literal> {
    const CALLED: [&str; 7] = ["password", "passwort", "пароль", "contraseña", "senha", "mot de passe", "parol"];
    let text = source.text();
    let mut found = Vec::new();
    for line in text.lines() {
        let Some((before, behind)) = line.split_once(':') else { continue };
        let label = before.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
        // `"password": "x",`: a request of JSON.
        let value = behind.trim_matches([' ', '*', '`', '\t']).trim_end_matches(',').trim_matches(['"', '\'']);
        if !CALLED.contains(&label.as_str()) || value.contains(' ') || is_expression(value) || found.len() == MOST {
            continue;
        }
        let from = value.as_ptr() as usize - text.as_ptr() as usize;
        let span = Span::new(source.id, from, from + value.len());
        let value = Spanned::new(value.to_owned(), span);
        let open = is_left_open("password", &value.value, Kind::Env) || says_example(&value.value);
        found.extend(Literal::find("PASSWORD", &value).filter(|_| !open));
    }
    found
}

/// Whether a program computes it: `password: config.bot.password,`, `password: read(`.
fn is_expression(value: &str) -> bool {
    let path = value.trim_end_matches([',', ';']);
    let names = || path.split('.').all(|part| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    value.ends_with(['(', '{', '[']) || path.contains('.') && path.to_ascii_lowercase().ends_with("password") && names()
}

/// The variable that a line sets, its value without quotes, and where that begins: `DB_PASSWORD=x`, `- DB_PASSWORD=x`, `DB_PASSWORD: x`,
/// `export DB_PASSWORD="x"`.
fn assigned(line: &str) -> Option<(&str, &str, usize)> {
    let body = line.trim_end();
    let bare = body.trim_start_matches([' ', '\t', '-']);
    let bare = ["export ", "ENV ", "Environment="].iter().find_map(|word| bare.strip_prefix(word)).unwrap_or(bare);
    let bare = bare.trim_start_matches(['"', '\'']);
    let length = bare.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_').count();
    let (name, rest) = (bare.cut(..length), bare.cut(length..));
    let value = rest.strip_prefix('=').or_else(|| rest.strip_prefix(": "))?.trim_start();
    // A comment behind it.
    let value = value.split(" #").next().unwrap_or(value).trim_end().trim_end_matches([',', ';']);
    let value = value.trim_matches(['"', '\'']);
    let from = value.as_ptr() as usize - line.as_ptr() as usize;
    (name.len() > 2 && !value.is_empty() && !value.contains(' ')).then_some((name, value, from))
}

/// The password that a statement of SQL gives a user: `CREATE USER shop WITH PASSWORD 'x'`, `IDENTIFIED BY 'x'`.
fn of_statement(line: &str) -> Option<(&'static str, &str, usize)> {
    let upper = line.to_ascii_uppercase();
    let user =
        ["CREATE USER", "ALTER USER", "CREATE ROLE", "ALTER ROLE", "GRANT "].iter().any(|word| upper.contains(word));
    let at = ["PASSWORD ", "IDENTIFIED BY "].iter().find_map(|word| Some(upper.find(word)? + word.len()));
    let behind = line.cut(at.filter(|_| user)?..).trim_start();
    let quote = behind.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let value = match quote {
        Some(quote) => behind.cut(1..).split(quote).next()?,
        None => behind.split([';', ' ', '"', '\'']).next()?.trim_end(),
    };
    let from = value.as_ptr() as usize - line.as_ptr() as usize;
    (!value.is_empty()).then_some(("PASSWORD", value, from))
}

/// Whether the remark behind a value says that another one belongs there: `JWT_SECRET=kX7yJ9mP  # use the generated one`.
fn is_to_be_replaced(line: &str) -> bool {
    let remark = line.split_once(" #").or_else(|| line.split_once(" //")).map_or("", |(_, remark)| remark);
    asks_for_another(remark)
}

/// Whether a remark says so, in one of the languages that guides are written in.
fn asks_for_another(remark: &str) -> bool {
    const SAYS: [&str; 24] = [
        "generate",
        "replace",
        "change",
        "your",
        "example",
        "use a ",
        "set a ",
        "placeholder",
        "cambi",
        "troque",
        "altere",
        "modifi",
        "remplac",
        "ganti",
        "ubah",
        "ändern",
        "ersetzen",
        "замен",
        "измен",
        "поменя",
        "更改",
        "修改",
        "替换",
        "替換",
    ];
    let lower = remark.to_lowercase();
    SAYS.iter().any(|word| lower.contains(word))
}

/// Whether the line above a block asks to change the values in it: `Contenido (cambia los valores):`.
fn asks_to_change(lead: &str) -> bool {
    const VERBS: [&str; 17] = [
        "put your",
        "use your",
        "enter your",
        "replace",
        "change",
        "cambia",
        "cambie",
        "reemplaz",
        "troque",
        "altere",
        "substitu",
        "remplac",
        "ganti",
        "ersetze",
        "замен",
        "поменя",
        "替换",
    ];
    const VALUES: [&str; 14] = [
        "value",
        "valor",
        "valeur",
        "wert",
        "nilai",
        "значен",
        "值",
        "password",
        "contraseña",
        "senha",
        "secret",
        "пароли",
        "key",
        "placeholder",
    ];
    let lower = lead.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    says(&VERBS) && says(&VALUES)
}

/// Whether a password is of somebody's choosing, though it is made of words: `Molnar1992`, not `StrongPassword1` or `shop_password`.
pub fn is_chosen(text: &str) -> bool {
    // What guides write in the place of one.
    const GENERIC: [&str; 27] = [
        "pass", "secur", "secret", "strong", "parol", "senha", "clave", "pwd", "key", "token", "word", "here", "dev",
        "local", "fuerte", "forte", "segur", "sicher", "geheim", "motde", "kata", "sandi", "mysql", "postgres",
        "redis", "root", "abc",
    ];
    let lower = text.to_ascii_lowercase().replace('0', "o");
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let mark = |c: char| c.is_ascii_digit() || "!@#%^&*?+".contains(c);
    let capitals = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let address = text.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    text.len() >= 8
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && letters > 2
        && text.contains(mark)
        && !capitals
        && !address
        && !says_example(text)
        && !GENERIC.iter().any(|word| lower.contains(word))
}

/// Whether something is put in for a part of a value: `$PASSWORD`, `${X}`, `$(openssl rand)`. Those who make up passwords like the sign:
/// `kq$7d!wY`.
fn refers(text: &str) -> bool {
    let name = |behind: &str| {
        let length = behind.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let name = behind.cut(..length);
        let capitals = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        let letters = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        length > 2 && (capitals || letters)
    };
    text.starts_with('$') || text.split('$').skip(1).any(|behind| behind.starts_with(['{', '(']) || name(behind))
}

/// Whether a value says that it is none of anybody's: a reference, something to be filled in, an example.
fn says_example(text: &str) -> bool {
    const SAYS: [&str; 12] =
        ["demo", "example", "test", "sample", "dummy", "change", "your", "str0ng", "xxx", "...", "replace", "123"];
    // `Y0ur_P@ss`
    let lower: String = text.to_ascii_lowercase().chars().map(|c| if c == '0' { 'o' } else { c }).collect();
    let lower = format!("{} {lower}", text.to_ascii_lowercase());
    // `KUCHLI_PAROL`, `long-secret-key-2026`: words, in whatever language.
    let parts: Vec<&str> = text.split(['_', '-', '.']).collect();
    let is_word = |part: &&str| {
        // What a key is written in, or made with.
        if ["base64", "sha256", "sha512", "utf8"].contains(&part.to_ascii_lowercase().as_str()) {
            return true;
        }
        let one = |is: fn(&u8) -> bool| part.bytes().all(|b| is(&b));
        one(u8::is_ascii_uppercase) || one(u8::is_ascii_lowercase) || one(u8::is_ascii_digit)
    };
    let capitals = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let words = parts.len() > 1 && (parts.iter().all(is_word) || capitals(text));
    // `Chronicle_local`: for the machine of a developer.
    let developers = parts.len() > 1 && parts.last().is_some_and(|last| matches!(*last, "local" | "dev" | "localhost"));
    words
        || developers
        || refers(text)
        || text.split(['-', '_', '.']).any(secret::is_drawn_up)
        || text.contains(['<', '>', '[', '{', '(', '`', '…'])
        || !text.is_ascii()
        || SAYS.iter().any(|word| lower.contains(word))
}
