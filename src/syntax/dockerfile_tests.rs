//! What the Dockerfile parser promises.

use proptest::prelude::*;

use super::dockerfile::{File, Instruction, parse};
use crate::source::{FileId, Source, Span};

fn source(text: &str) -> Source {
    Source::new(FileId(0), "Dockerfile", text.as_bytes().to_vec())
}

fn read(text: &str) -> File {
    parse(&source(text))
}

fn keywords(file: &File) -> Vec<&str> {
    file.instructions.iter().map(|i| i.keyword.value.as_str()).collect()
}

fn quoted(text: &str, span: Span) -> &str {
    &text[span.range()]
}

fn words(instruction: &Instruction) -> Vec<String> {
    instruction.body.words().into_iter().map(|w| w.value).collect()
}

#[test]
fn instructions_have_flags_words_and_places() {
    let text = "# syntax=docker/dockerfile:1\nARG V=3.12\nfrom --platform=$BUILDPLATFORM python:${V}-slim As build\n";
    let file = read(text);
    assert_eq!(file.directives[0].value.value, "docker/dockerfile:1");
    assert_eq!(keywords(&file), ["ARG", "FROM"]);
    let from = &file.instructions[1];
    assert_eq!(from.flag("platform"), Some("$BUILDPLATFORM"));
    assert_eq!(words(from), ["python:${V}-slim", "As", "build"]);
    assert_eq!(quoted(text, from.keyword.span), "from");
    assert_eq!(quoted(text, from.body.words()[0].span), "python:${V}-slim");
    assert_eq!(quoted(text, from.span), "from --platform=$BUILDPLATFORM python:${V}-slim As build");
}

#[test]
fn continued_lines_skip_comments_and_blank_lines() {
    let text = "FROM a\nRUN apt-get install \\\n  # not this\n\n  curl \\  \n  wget\nCMD x \\\\\nUSER app\n";
    let file = read(text);
    assert_eq!(keywords(&file), ["FROM", "RUN", "CMD", "USER"]);
    assert_eq!(words(&file.instructions[1]), ["apt-get", "install", "curl", "wget"]);
    assert_eq!(quoted(text, file.instructions[1].body.words()[3].span), "wget");
    assert_eq!(file.comments.len(), 1);
    assert!(file.faults.is_empty());
}

#[test]
fn the_escape_character_can_be_a_backtick() {
    let file = read("# escape=`\r\nFROM win\r\nRUN dir C:\\ `\r\n  more\r\nUSER a\r\n");
    assert_eq!(keywords(&file), ["FROM", "RUN", "USER"]);
}

#[test]
fn here_documents_are_not_instructions() {
    let text = "FROM a\nRUN <<EOF\nFROM not\n  EOF\nEOF\nCOPY <<-'A' <<B /x/\n\tRUN not\n\tA\nb\nB\nRUN echo \"<<EOF\"\nRUN --mount=type=secret,id=k cat<<E\nCMD [\"a\"]\n";
    let file = read(text);
    assert_eq!(keywords(&file), ["FROM", "RUN", "COPY", "RUN", "RUN", "CMD"]);
    assert_eq!(quoted(text, file.instructions[1].heredocs[0].text.whole()), "FROM not\n  EOF\n");
    let copy = &file.instructions[2];
    assert_eq!(quoted(text, copy.heredocs[1].text.whole()), "b\n");
    assert_eq!(quoted(text, file.instructions[1].span), "RUN <<EOF\nFROM not\n  EOF\nEOF");
}

#[test]
fn an_open_here_document_is_one_fault() {
    let file = read("FROM a\nRUN <<EOF\nx\nUSER b\n");
    assert_eq!(keywords(&file), ["FROM", "RUN"]);
    assert_eq!(file.faults.len(), 1);
}

#[test]
fn exec_form_is_strict_json() {
    let text = "FROM a\nCMD [ \"python\", \"-m\" , \"a\\\"b\" ]\nENTRYPOINT ['x']\nCMD []\nCMD [\"a\",]\n";
    let file = read(text);
    let exec = file.instructions[1].exec.as_ref().unwrap();
    assert_eq!(exec.iter().map(|w| w.value.as_str()).collect::<Vec<_>>(), ["python", "-m", "a\"b"]);
    assert_eq!(quoted(text, exec[1].span), "\"-m\"");
    assert!(file.instructions[2].exec.is_none());
    assert_eq!(file.instructions[3].exec.as_ref().unwrap().len(), 0);
    assert!(file.instructions[4].exec.is_none());
}

#[test]
fn onbuild_belongs_to_a_later_build() {
    let file = read("FROM a\nONBUILD RUN <<E\nx\nE\nONBUILD\n");
    assert!(file.instructions[1].onbuild && !file.instructions[1].is("RUN"));
    assert_eq!(file.instructions[1].heredocs.len(), 1);
}

#[test]
fn unknown_instructions_are_said_once_and_templates_never() {
    let file = read("FROM a\nEXPSOE 1\napt-get install\nUSER b\n");
    assert_eq!(keywords(&file), ["FROM", "EXPSOE", "APT-GET", "USER"]);
    assert_eq!(file.faults.len(), 1);
    assert_eq!((file.instructions[1].meant(), file.instructions[2].meant()), (Some("EXPOSE"), None));
    let template = read("{% if x %}\nFROM a\n{% endif %}\n");
    assert!(template.template && template.faults.is_empty());
}

#[test]
fn long_deep_and_binary_input_is_fine() {
    assert_eq!(read(&format!("RUN {}", "x".repeat(10 << 20))).instructions.len(), 1);
    assert_eq!(read(&"RUN a \\\n".repeat(30_000)).instructions.len(), 1);
    assert_eq!(read(&format!("RUN{}", " <<A".repeat(40_000))).faults.len(), 40_000);
    assert_eq!(read(&format!("CMD {}", "[".repeat(100_000))).instructions.len(), 1);
    assert!(
        parse(&Source::new(FileId(0), "Dockerfile", vec![0xff, 0, 0x80, b'\n', 0xfe]))
            .instructions
            .iter()
            .all(|i| !i.is_known())
    );
}

proptest! {
    #[test]
    fn any_text_is_read_and_every_place_is_inside(
        text in "((FROM|RUN|COPY|CMD|ONBUILD|#|HEALTHCHECK)? ?[-a-z \\\\`'\"<>=\\[\\],$é\t\r\n]{0,20}(\n|<<A|\\\\\n)){0,12}"
    ) {
        let file = read(&text);
        for instruction in &file.instructions {
            let mut spans = vec![instruction.span, instruction.keyword.span, instruction.body.whole()];
            spans.extend(instruction.flags.iter().map(|f| f.span));
            spans.extend(instruction.heredocs.iter().map(|h| h.text.whole()));
            spans.extend(instruction.body.words().iter().map(|w| w.span));
            for span in spans {
                prop_assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
            }
        }
    }
}
