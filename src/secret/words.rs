//! Placeholders and ordinary words: what values are made of that nobody drew at random.

use crate::cut::Cut;

use super::letters::{folded, letters, squeezed};
use super::set::{Words, words};

/// Whole words (between separators) that tell the reader to put something else here, in the languages people do it in.
static TELLING: Words = words!(
    "aendern altere alterar andern beispiel cambiame cambiami cambiar changeit changeme changer changethis changez \
    characters chars dummy ejemplo enter ersetzen esempio example exemple fake fill fillme fixme ganti generate generated \
    goes gunakan insert isikan masukkan modifyme mustbe notset openssl overwrite overwriteme paste placeholder pwgen redacted reemplaza \
    reemplazar remplacer remplacez replace replaceme replacement sample setme sostituire substitua substituir \
    tobemodified todo trocar troque unset urandom uuidgen voorbeeld votre wijzig xxx your yours yourself zmien"
);

/// The same in scripts without letters to split at.
const TELLING_ELSEWHERE: [&str; 15] = [
    "你的",
    "您的",
    "替换",
    "修改",
    "换成",
    "改成",
    "填写",
    "请输入",
    "あなたの",
    "変更",
    "замените",
    "измените",
    "сюда",
    "вставьте",
    "укажите",
];

/// Parts, long enough not to occur by chance in a random string once signs are gone and digits read as letters.
const TELLING_PARTS: [&str; 48] = [
    "mindestens",
    "passworthier",
    "zufaellig",
    "changeme",
    "changethis",
    "changeit",
    "changebefore",
    "changeforprod",
    "changeinprod",
    "pleasechange",
    "mustchange",
    "replaceme",
    "replacethis",
    "replacewith",
    "placeholder",
    "yourapi",
    "yoursecret",
    "yourpassword",
    "yourtoken",
    "yourkey",
    "yourjwt",
    "yourown",
    "yourvery",
    "yoursuper",
    "putyour",
    "insertyour",
    "enteryour",
    "generatewith",
    "longandrandom",
    "randomstring",
    "randomalphanumeric",
    "generatea",
    "opensslrand",
    "goeshere",
    "shouldbehere",
    "shouldgohere",
    "keyhere",
    "secrethere",
    "tokenhere",
    "passwordhere",
    "notsecure",
    "uniquephrase",
    "defaultsecret",
    "defaultpassword",
    "defaulttoken",
    "defaultkey",
    "defaultjwt",
    "defaultbad",
];

/// Ordinary words of values that people make up for secrets. A value that consists of nothing else was not drawn at random.
static PLAIN: Words = words!(
    "a acak access account admin administrator after also an and another any api app application are at auth \
    authentication authorization awesome backend bar base be best bit bits boot bot byte bytes cache cat changed \
    character chave chiave ci clave cle client cms code com compleja complejo complex complexe complexo complicated \
    complique contrasena cookie core correct cors course credential crypto csrf custom dan dashboard data database db de \
    default demo dev devel develop development difficile dificil disini django do docker dont easy email encrypt encryption \
    enough env express fallback fastapi file final flask foo for forever fort forte from frontend fuerte full geheim \
    geheimnis generic global go golang good grafana graphql guess hard hash haslo hello hidden hmac hush i id in \
    ingest insecure integration internal is it its java jsonwebtoken jwt jwts kennwort key keyboard keys klucz know \
    knows kata komplex kunci laravel least local localhost login long longer ma magic magical mail main master mdp me mein \
    meine mern meu mi mia min minha minimum mobile mon mongo mongodb monitoring more mot motdepasse muito my myapp \
    mysql name nest nestjs never new next nextauth nextjs no nobody node nodejs non not oauth of off on only or \
    orders owner panjang parola pass passe passphrase passwd password passwort payment payments pg php phrase platform \
    please portal postgres postgresql private prod production project public pwd pwned python qa rahasia rails random react \
    real redis refresh rest robust robuste root ruby rust safe salt sandi sangat schluessel schlussel secret secrete secreto \
    secrets secure secured security segredo segreta segura seguro sehr senha senhas server service session shared \
    shh shhh should sicher sign signature signing simple sini sitio sleutel smtp so socket solide some something special \
    spring sso stack stage staging store string strong super symfony system tajne team temp temporary test tester \
    testing tests text that the this to token tokens too top tops tres tutorial ultra unica unico unique unit unsafe \
    up update updated user username users value verification verify very votre vous vue wachtwoord was we web \
    webhook website welcome will with word words worker ws x yang you"
);

/// Words that are tried alone and in pairs. Four of them in a row are a passphrase, so they count only in short company.
static POPULAR: Words = words!(
    "america angel april august autumn baby bank berlin black blue boss boy brother business canada candy captain cheese \
    chocolate club coffee company corp dad december diamond doctor dog eagle family father february forever friday friend \
    friends game gamer girl gold green guitar happy heart heaven hi home honey house india iron james january jesus john \
    july june king ladies life lion london lord love lover man march may men mister mom monday money moon mother mouse \
    music mustang november october office paris peace peter pink pizza play player power prince purple queen red rich \
    rock rose saturday school september silver sister smile soccer spider spring star student sugar summer sun sunday \
    sweet tiger thomas thunder thursday tuesday wednesday white winter wolf woman work world yellow"
);

/// Whether a value tells the reader to put something else here: `changeme`, `your-key-here`, `<token>`, `xxxx`.
pub fn is_placeholder(value: &str) -> bool {
    if is_named_blank(value) {
        return true;
    }
    let value = folded(value.trim());
    let value = value.as_ref();
    if value.is_empty() || value.len() > 400 {
        return false;
    }
    if !value.is_ascii() && TELLING_ELSEWHERE.iter().any(|part| value.contains(part)) {
        return true;
    }
    // `admin@example.org` is an address; whether its domain is real is another question.
    if value.contains('@') && value.contains('.') && !value.contains("your") && !value.contains(' ') {
        return crossed_out(value);
    }
    if bracketed(value)
        || crossed_out(value)
        || value.starts_with("$(")
        || value.starts_with('`') && value.ends_with('`')
    {
        return true;
    }
    if value.eq_ignore_ascii_case("tbd") || value.eq_ignore_ascii_case("tba") {
        return true;
    }
    // Words of a random string are short and few; those of a placeholder make up most of it.
    let worded = || {
        let lower = value.to_ascii_lowercase();
        let words = letters(value, &lower);
        let share: usize = words.iter().map(|word| word.len()).filter(|&length| length > 2).sum();
        share * 2 >= value.len() && telling(&words)
    };
    !super::is_random(value) && worded() || has_telling_part(&squeezed(value, 'i'))
}

/// `СИЛЬНЫЙ_ПАРОЛЬ`, `A_SECRET_MARKER_WITH_MORE_THAN_32_BYTES`: words in capitals, as nobody draws them, and nothing else.
fn is_named_blank(value: &str) -> bool {
    let word = |word: &str| word.chars().count() > 1 && word.chars().all(char::is_uppercase);
    let parts = || value.split('_');
    let number = |word: &str| word.len() < 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    // A word has a vowel; what is drawn of letters alone has few underscores at that.
    let spoken = |part: &str| word(part) && part.len() < 12 && part.contains(['A', 'E', 'I', 'O', 'U', 'Y']);
    if value.is_ascii() && value.len() < 200 {
        return parts().filter(|part| spoken(part)).count() > 3
            && parts().all(|part| spoken(part) || number(part) || part == "A");
    }
    !value.is_ascii() && value.len() < 200 && value.contains('_') && value.split('_').all(word)
}

/// Whether a text of small letters has one of [`TELLING_PARTS`] in it.
fn has_telling_part(squeezed: &str) -> bool {
    squeezed.as_bytes().windows(2).enumerate().any(|(at, pair)| {
        // Nearly all places are sorted out here.
        STARTS[usize::from(pair[0] - b'a')] & 1 << (pair[1] - b'a') != 0
            && TELLING_PARTS.iter().any(|part| squeezed.cut(at..).starts_with(part))
    })
}

/// Which letters follow each letter at the start of [`TELLING_PARTS`].
const STARTS: [u32; 26] = {
    let (mut starts, mut at) = ([0; 26], 0);
    while at < TELLING_PARTS.len() {
        let part = TELLING_PARTS[at].as_bytes();
        starts[(part[0] - b'a') as usize] |= 1 << (part[1] - b'a');
        at += 1;
    }
    starts
};

fn telling(words: &[&str]) -> bool {
    let first = words.first().copied().unwrap_or("");
    let last = words.last().copied().unwrap_or("");
    let noun = |word: &&str| NOUNS.contains(word);
    let plain = |word: &&str| TELLING.contains(word) || PLAIN.contains(word);
    // A passphrase may have one such word.
    let company = words.len() < 4 || words.iter().filter(|word| plain(word)).count() > 1;
    company && words.iter().any(|word| TELLING.contains(word))
        || words.len() > 1
            && (matches!(first, "change" | "bitte" | "insira" | "ingrese" | "inserisci" | "mettre" | "mettez" | "coloque")
                || matches!(first, "set" | "put" | "add" | "use" | "choose" | "edit" | "update")
                    && words[1..].iter().any(plain)
                || matches!(last, "here" | "hier" | "ici" | "aqui" | "qui")
                    && words[..words.len() - 1].iter().any(plain))
        // `get-a-key-from-aws`, `dein-passwort`, `sua_senha`
        || matches!(first, "get" | "dein" | "deine" | "ihr" | "tu" | "su" | "sua" | "seu" | "tua" | "tuo" | "jouw")
            && words.iter().any(noun)
        // `new_value`, `another-value`
        || last == "value"
            && words.len() == 2
            && matches!(first, "a" | "actual" | "another" | "my" | "new" | "other" | "real" | "some" | "the")
        || words.windows(2).any(|pair| {
            matches!(
                (pair[0], pair[1]),
                ("change", "me" | "this" | "it" | "in" | "before" | "for" | "to") | ("at", "least") | ("must", "be") | ("be", "changed" | "modified" | "replaced" | "updated" | "set") | ("for", "testing" | "tests")
            )
        })
}

/// What a secret is called in it.
const NOUNS: [&str; 16] = [
    "secret",
    "password",
    "passwd",
    "token",
    "key",
    "pass",
    "passwort",
    "kennwort",
    "geheimnis",
    "schluessel",
    "clave",
    "contrasena",
    "senha",
    "chave",
    "parola",
    "wachtwoord",
];

/// `<token>`, `[your-key]`, `{key}`, `__KEY__`, `%KEY%`: a hole with a name.
fn bracketed(value: &str) -> bool {
    let inside = |open: &str, close: &str| {
        value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(|name| {
            name.len() > 1
                && name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'_' | b'-' | b'.' | b':' | b'/' | b'\''))
        })
    };
    let hole = value.find('<').zip(value.rfind('>')).is_some_and(|(open, close)| {
        close > open + 2
            && value.cut(open + 1..close).bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'_' | b'-'))
    });
    hole || inside("[", "]")
        || inside("{", "}")
        || inside("(", ")")
        || inside("__", "__") && value.len() > 6
        || inside("%", "%")
        || inside("@@", "@@")
}

/// `xxxx`, `sk-...`, `********`: a value that was taken out.
fn crossed_out(value: &str) -> bool {
    let longest = |one: u8, other: u8| {
        let (mut run, mut longest) = (0, 0);
        for byte in value.bytes() {
            run = if byte == one || byte == other { run + 1 } else { 0 };
            longest = longest.max(run);
        }
        longest
    };
    let crosses = longest(b'x', b'X');
    value.contains("...")
        || value.contains('…')
        || longest(b'*', b'*') >= 3
        || longest(b'#', b'#') >= 4
        || crosses >= 5
        || crosses >= 3 && crosses * 2 >= value.len()
        || value.bytes().all(|b| b == b'?')
}

/// Whether a value is made of nothing but ordinary words (and those of `extra`), with at most a few digits and signs.
pub fn is_plain_words(value: &str, extra: &[String]) -> bool {
    let value = folded(value);
    let value = value.as_ref();
    if value.len() > 200 {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let words = letters(value, &lower);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    // Words like `dragon` are tried alone and in pairs; four of them in a row are a passphrase.
    let popular = words.len() <= 3;
    let known = |word: &str| is_known(word, extra, popular);
    // Random strings have more.
    if few_digits(value) {
        let length = |words: &mut dyn Iterator<Item = &&str>| -> usize { words.map(|word| word.len()).sum() };
        let (all, covered) = (length(&mut words.iter()), length(&mut words.iter().filter(|word| known(word))));
        if all >= 4 && covered * 20 >= all * 17 {
            return true;
        }
        // `gitea-webhook-secret`: says what it is, and one more word for what.
        let nouns = words.iter().filter(|word| NOUNS.contains(word)).count();
        if digits == 0 && (nouns > 0 && covered * 10 >= all * 6 || nouns > 1 && covered * 2 >= all) {
            return true;
        }
    }
    // `$ecretf0rt3st`: digits and signs inside a word that read as letters.
    let reads = |one| {
        let read = squeezed(value, one);
        read.len() >= 8 && read.len() * 10 >= value.len() * 8 && known(&read)
    };
    digits * 2 <= value.len() && (reads('i') || value.contains(['1', '!']) && reads('l'))
}

/// Whether the digits are a number of up to four, or counted: `2024`, `99`, `123456`, `000000`.
fn few_digits(value: &str) -> bool {
    let runs = value.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let (mut loose, mut counted) = (0, 0);
    for run in runs {
        let steps = |by: u8| run.as_bytes().windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == by);
        if run.len() > 2 && (steps(1) || steps(0) || steps(255)) { counted += run.len() } else { loose += run.len() }
    }
    loose <= 4 && counted <= 12
}

/// Whether a run of letters can be cut into known words; every cut is tried once per place.
fn is_known(run: &str, extra: &[String], popular: bool) -> bool {
    /// Nobody writes a longer run of words.
    const LONGEST: usize = 64;
    if run.len() > LONGEST || !run.is_ascii() {
        return false;
    }
    let mut reachable = [false; LONGEST + 1];
    reachable[0] = true;
    for start in 0..run.len() {
        if !reachable[start] {
            continue;
        }
        for part in (1..=15).map_while(|length| run.get(start..start + length)) {
            let end = start + part.len();
            // Single letters and pairs would let anything through.
            let whole = start == 0 && end == run.len();
            if (end - start > 2
                || whole
                || matches!(part, "is" | "my" | "db" | "to" | "in" | "at" | "me" | "ci" | "pg" | "qa"))
                && (PLAIN.contains(part)
                    || popular && (POPULAR.contains(part) || super::known::is_common(part))
                    || part.len() > 2 && extra.iter().any(|word| word == part))
            {
                reachable[end] = true;
            }
        }
    }
    reachable[run.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for value in [
            "changeme",
            "CHANGE_ME",
            "change-me-also",
            "Ch4ng3M3!",
            "your-super-secret-key-change-this",
            "your_jwt_secret_here",
            "<YOUR-SECRET>",
            "[generate-strong-secret-min-32-chars]",
            "__REPLACE_ME__",
            "sk_test_your_key_here",
            "sk-...",
            "xxxxxxxx",
            "replace-with-at-least-32-random-bytes",
            "openssl rand -base64 32",
            "base64:your_generated_app_key_here",
            "$(openssl rand -hex 32)",
            "yourapikeyhere",
            "test-jwt-secret-at-least-twenty-characters",
            "LOCAL_ONLY_CHANGE_ME",
            "<vercel access token>",
            "vck_...your_key_here",
            "put your unique phrase here",
            "TODO",
            "re_...",
            "generate_a_new_key",
            "long-and-random-alphanumeric-string",
            "change-this-to-a-random-string-in-production",
            "insert-token",
            "{api_key}",
            "bitte-ändern",
            "dein_geheimes_passwort",
            "sua_senha_aqui",
            "votre-mot-de-passe",
            "cambiame",
            "get_a_key_from_aws",
            "你的密钥",
            "toBeModified1",
            "realclientidshouldbehere",
            "Gunakan_String_Acak_Dan_Sangat_Panjang_Di_Sini_!",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn not_placeholders() {
        for value in [
            "f3a9c1d27b60e84512aa90bc7d3e5f18",
            "q8Zr+PlmT2/vXc91kd03Bfw=",
            "mail@example-host7.org",
            "correct horse battery staple",
            "[\"a\", \"b\"]",
            "{\"a\": 1}",
            "Tr0ub4dor&3",
            "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "Jxx9aLq2",
            "a<b>c9",
            "your7Hq2LmZx81pQwT5vBn3Kd",
        ] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn ordinary_words() {
        for value in [
            "rootsecretpassword",
            "my-super-secret-key",
            "magical_password",
            "$ecretf0rt3st",
            "insecure-secret",
            "gitea-webhook-secret",
            "superSecretJwtToken2024",
            "Sunshine-Dragon-99!",
            "MeinGeheimesPasswort",
            "mot-de-passe-secret",
            "minha_senha_segura_123456",
            "contraseña-segura",
            "5up3r_53cr3t_k3y",
            "this_password_is_insecure_and_should_be_updated",
        ] {
            assert!(is_plain_words(value, &[]), "{value}");
        }
        for value in [
            "correct horse battery staple",
            "sunshine dragon pokemon monkey tractor",
            "q8Zr+PlmT2/vXc91kd03Bfw=",
            "f3a9c1d27b60e84512aa90bc7d3e5f18",
            "Wagner-Rhein-74-Zimt",
            "tok-2pQ9vL4sT7aB",
        ] {
            assert!(!is_plain_words(value, &[]), "{value}");
        }
        assert!(is_plain_words("taiga-secret-key", &["taiga".into()]));
    }
}
