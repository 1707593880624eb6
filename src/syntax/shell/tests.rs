use proptest::prelude::*;

use super::*;

fn split(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.text).collect()
}

fn programs(text: &str) -> Vec<(String, String)> {
    commands(text).into_iter().map(|c| (c.before.clone(), c.program().to_owned())).collect()
}

#[test]
fn words_lose_their_quotes() {
    assert_eq!(split(r#"a 'b c' "d \"e\" \x" f\ g "" h'i'j"#), ["a", "b c", r#"d "e" \x"#, "f g", "", "hij"]);
    assert_eq!(split("nginx -g 'daemon off;'"), ["nginx", "-g", "daemon off;"]);
    assert_eq!(split("a \\\n  b\n c"), ["a", "b", "c"]);
}

#[test]
fn compose_drops_what_is_behind_an_operator() {
    assert_eq!(split("migrate && serve"), ["migrate"]);
    assert_eq!(split("serve 2>&1"), ["serve"]);
    assert_eq!(split("serve #1"), ["serve", "#1"]);
}

#[test]
fn ranges_point_at_the_words_as_written() {
    let text = "curl  -f \"http://x/$P\"";
    let words = words(text);
    assert_eq!(&text[words[2].range.clone()], "\"http://x/$P\"");
    assert!(words[2].expands && !words[0].expands);
}

#[test]
fn scripts_are_cut_into_commands() {
    assert_eq!(
        programs("curl -f http://x || exit 1"),
        [(String::new(), "curl".to_owned()), ("||".to_owned(), "exit".to_owned())]
    );
    let all = programs("if ! FOO=1 /usr/bin/wget -q x > /dev/null 2>&1; then (echo no); fi\n# curl\nps | grep '[a]'");
    let names: Vec<&str> = all.iter().map(|(_, program)| program.as_str()).collect();
    assert_eq!(names, ["wget", "echo", "ps", "grep"]);
}

#[test]
fn conditions_are_told_from_what_they_guard() {
    let text = "if a && (b); then c; elif d; then e; else f; fi; while g; do h; done; until i\ndo j; done; ! k; for l in m; do n; done";
    let tested: Vec<String> =
        commands(text).iter().filter(|command| command.tested).map(|command| command.program().to_owned()).collect();
    assert_eq!(tested, ["a", "b", "d", "g", "i", "k"]);
}

#[test]
fn substitutions_stay_one_word() {
    assert_eq!(split(r#"test "$(redis-cli ping | grep ')' )" = PONG"#)[2], "=");
    assert_eq!(split("echo `date +%s` ${A:-b c}"), ["echo", "`date +%s`", "${A:-b c}"]);
}

#[test]
fn deep_and_long_input_is_fine() {
    let deep = "$(".repeat(100_000);
    assert_eq!(tokens(&deep).len(), 1);
    assert_eq!(tokens(&"a ".repeat(1_000_000)).len(), 1_000_000);
}

proptest! {
    #[test]
    fn any_text_is_cut_in_order(text in "[a-z \\\\'\"$`(){};&|<>#\n\r\té]{0,60}") {
        let mut last = 0;
        for token in tokens(&text) {
            let range = match &token { Token::Word(word) => &word.range, Token::Operator(_, range) => range };
            prop_assert!(range.start >= last && range.end > range.start && range.end <= text.len());
            last = range.end;
        }
        commands(&text);
    }
}
