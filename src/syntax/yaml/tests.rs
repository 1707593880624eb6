use super::*;
use crate::source::{FileId, Source};

fn read(text: &str) -> (Source, File) {
    let source = Source::new(FileId(0), "a.yaml", text.as_bytes().to_vec());
    let file = parse(&source);
    (source, file)
}

fn slice(source: &Source, span: Span) -> &str {
    &source.text()[span.range()]
}

fn messages(file: &File) -> Vec<&str> {
    file.faults.iter().map(|fault| fault.message.as_str()).collect()
}

#[test]
fn spans_are_trimmed() {
    let text = "a:\n  b: |\n    one\n    two\n\n  # note\n  c: [x, \"y z\"]\n\nd: {e: 1}\nf:\n- g: h\n-\n";
    let (source, file) = read(text);
    let root = file.root().unwrap();
    let at = |path: &str| slice(&source, file.locate(path).unwrap());
    assert_eq!(at("a"), "b: |\n    one\n    two\n\n  # note\n  c: [x, \"y z\"]");
    assert_eq!(at("a.b"), "one\n    two");
    assert_eq!(root.at(&["a", "b"]).unwrap().as_str(), Some("one\ntwo\n"));
    assert_eq!(at("a.c"), "[x, \"y z\"]");
    assert_eq!(at("a.c[1]"), "\"y z\"");
    assert_eq!(at("d"), "{e: 1}");
    assert_eq!(at("f"), "- g: h\n-");
    assert_eq!(at("f[0]"), "g: h");
    let inner = root.at(&["a", "c"]).unwrap().items().nth(1).unwrap().inner_span();
    assert_eq!(slice(&source, inner), "y z");
    assert_eq!(file.comments.iter().map(|&span| slice(&source, span)).collect::<Vec<_>>(), ["# note"]);
    assert_eq!(slice(&source, file.nodes(source.id)[1]), "b: |\n    one\n    two");
}

#[test]
fn empty_values_stand_behind_their_colon() {
    let (_, file) = read("a: # why\nb:\n  - \n  - x\n");
    let root = file.root().unwrap();
    assert!(root.get("a").unwrap().is_null());
    assert_eq!(root.get("a").unwrap().span().start, 2);
    assert_eq!(root.get("b").unwrap().items().next().unwrap().span().start, 15);
}

#[test]
fn locate_finds_keys_with_dots_and_the_deepest_part() {
    let (source, file) = read("rules:\n  env/weak-secret:\n    severity: high\n  a.b: 1\nchecks:\n  - where: x\n");
    let at = |path: &str| slice(&source, file.locate(path).unwrap());
    assert_eq!(at("rules.env/weak-secret.severity"), "high");
    assert_eq!(at("rules.a.b"), "1");
    assert_eq!(at("checks[0].where"), "x");
    assert_eq!(at("checks.0.where"), "x");
    assert_eq!(at("checks[0].nothing.more"), "where: x");
}

#[test]
fn merge_keys_and_aliases_are_looked_through() {
    let text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 3\nw: *x\n";
    let (source, file) = read(text);
    let z = file.root().unwrap().get("z").unwrap();
    let pairs: Vec<_> = z.entries().map(|e| (e.name().unwrap(), e.value.as_int().unwrap(), e.merged)).collect();
    assert_eq!(pairs, [("a", 3, false), ("b", 1, true), ("c", 2, true)]);
    assert_eq!(slice(&source, z.entry("b").unwrap().span()), "b: 1");
    let w = file.root().unwrap().get("w").unwrap();
    assert_eq!(slice(&source, w.span()), "*x");
    assert_eq!(w.get("a").unwrap().as_int(), Some(1));
    assert!(file.faults.is_empty());
}

#[test]
fn bombs_and_cycles_cost_nothing() {
    let mut text = String::from("a0: &a0 {k: v}\n");
    for n in 1..60 {
        let before = n - 1;
        text += &format!("a{n}: &a{n}\n  <<: [*a{before}, *a{before}, *a{before}]\n  k{n}: [*a{before}, *a{before}]\n");
    }
    let (_, file) = read(&text);
    assert!(file.faults.is_empty());
    let last = file.root().unwrap().get("a59").unwrap();
    assert_eq!(last.entries().count(), 60);
    assert_eq!(last.get("k").unwrap().as_str(), Some("v"));

    let (_, file) = read("a: &a\n  <<: *a\n  b: *a\n");
    let a = file.root().unwrap().get("a").unwrap();
    assert_eq!(a.entries().count(), 1);
    assert!(a.get("c").is_none());
}

#[test]
fn duplicates_point_to_the_first() {
    let (source, file) = read("a:\n  k: 1\n  \"k\": 2\nb:\n  <<: {}\n  <<: {}\n");
    let found: Vec<_> = file.faults.iter().map(|fault| slice(&source, fault.span)).collect();
    assert_eq!(found, ["\"k\"", "<<"]);
    assert_eq!(slice(&source, file.faults[0].related.as_ref().unwrap().0), "k");
    let many: String = (0..50).map(|n| format!("k{n}: 1\n")).collect::<String>() + "k7: 2\n";
    assert_eq!(messages(&read(&many).1), ["`k7` is defined twice in this map"]);
}

#[test]
fn what_stands_before_and_behind_an_error_is_kept() {
    let (source, file) = read("services:\n  web:\n    image: nginx\n  db: [a\n---\nsecond: 1\n");
    assert_eq!(file.faults.len(), 1);
    let image = file.root().unwrap().at(&["services", "web", "image"]).unwrap();
    assert_eq!(slice(&source, image.span()), "nginx");
    assert_eq!(file.documents().nth(1).unwrap().get("second").unwrap().as_int(), Some(1));
}

#[test]
fn tabs_are_named() {
    let (_, file) = read("services:\n\ta:\n\t\timage: x\n");
    assert!(messages(&file)[0].contains("tab"), "{:?}", file.faults);
}

#[test]
fn templates_are_said_to_be_templates_once() {
    for text in [
        "services:\n{% if x %}\n  a:\n    image: b\n{% endif %}\n",
        "services:\n  {{ name }}:\n    image: {{ image }}\n    x: {{ y }}\n",
        "a: {{ b }}\n",
        "<% if x %>\na: [\n<% end %>\n",
    ] {
        let (_, file) = read(text);
        assert!(file.template.is_some(), "{text}");
        assert_eq!(file.faults.len(), 1, "{text}");
    }
    let (_, file) = read("format: '{{.Names}}'\ntag: \"{{.Name}}/{{.ID}}\"\nrun: docker ps --format {{.Names}}\n");
    assert!(file.template.is_none());
    assert!(file.faults.is_empty());
}

#[test]
fn encodings_and_line_ends() {
    let (source, file) = read("\u{feff}a: ä\r\nb: \"c\"\r\n");
    assert!(file.faults.is_empty());
    let root = file.root().unwrap();
    assert_eq!(slice(&source, root.get("a").unwrap().span()), "ä");
    assert_eq!(slice(&source, root.get("b").unwrap().span()), "\"c\"");
    let bytes = |bytes: &[u8]| parse(&Source::new(FileId(0), "a", bytes.to_vec()));
    assert_eq!(bytes(b"\xff\xfea\0:\0").faults.len(), 1);
    assert!(messages(&bytes(b"a: caf\xe9\n"))[0].contains("UTF-8"));
    assert_eq!(bytes(b"a: caf\xe9\nb: 1\n").root().unwrap().get("b").unwrap().as_int(), Some(1));
    assert!(bytes(b"").root().is_none());
    assert!(!bytes(b"\0\x01\x02\x03").faults.is_empty());
}

#[test]
fn no_depth_and_no_length_is_too_much() {
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(100_000),
        (0..2_000).map(|n| " ".repeat(n) + "a:\n").collect(),
    ] {
        let (_, file) = read(&text);
        assert!(!file.faults.is_empty());
        let _ = file.nodes(FileId(0));
        let _ = file.root().map(|root| root.entries().count());
    }
    let long = format!("a: {}\nb: 1\n", "x".repeat(4 << 20));
    assert_eq!(read(&long).1.root().unwrap().get("b").unwrap().as_int(), Some(1));
    let comments = format!("a:\n{}  b: 1\n", "  # note\n".repeat(5_000));
    assert!(read(&comments).1.faults.is_empty());
    let broken = "a: [\n---\n".repeat(2_000);
    assert!(read(&broken).1.faults.len() <= 20);
}

#[test]
fn messages_repeat_no_values() {
    for text in
        ["K: *s3cr3t\n", "K: %s3cr3t\n", "K: @s3cr3t\n", "K: \"s3cr3t\n", "K: s3cr3t: s3cr3t\n", "K: !s3cr3t!x y\n"]
    {
        let (_, file) = read(text);
        assert!(!file.faults.is_empty(), "{text}");
        assert!(!format!("{:?}", file.faults).contains("s3cr3t"), "{text}");
    }
}

/// What Docker Compose 2.40.3 says of this file: `sh`, `-c`, ` echo a && echo b # c d`; and `A` is `x y`.
#[test]
fn quoted_texts_go_on_at_any_indentation() {
    let text = "web:\n    command: \"sh -c '\n  echo a &&\necho b\n    # c\n    d'\"\n    environment:\n      A: 'x\n  y'\n      B: z\n";
    let (source, file) = read(text);
    assert_eq!(messages(&file), [""; 0]);
    let root = file.root().unwrap();
    let words =
        |path: &[&str]| root.at(path).unwrap().as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(&["web", "command"]), "sh -c ' echo a && echo b # c d'");
    assert_eq!(words(&["web", "environment", "A"]), "x y");
    assert_eq!(slice(&source, file.locate("web.environment.B").unwrap()), "z");
    // Where it never ends, that is said.
    assert!(!messages(&read("web:\n    command: \"sh\n  echo a\n").1).is_empty());
}
