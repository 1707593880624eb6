//! `gonogo cert show`: what certificate and key files say.

use std::path::Path;

use crate::sandbox::Sandbox;

/// A directory with the files of one of the generated cases.
fn case(name: &str) -> Sandbox {
    let sandbox = Sandbox::new("cert");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/certs").join(name).join("certs");
    sandbox.copy(&from);
    sandbox
}

/// The output, the errors and the exit code, as of the day the certificates were made for.
fn said(sandbox: &Sandbox, arguments: &[&str]) -> (String, String, Option<i32>) {
    let arguments = [&["cert", "show", "--at=2026-11-20T12:00:00Z"], arguments].concat();
    let output = sandbox.run(&arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

fn has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|own| own == *line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn a_chain_in_the_wrong_order_and_its_key() {
    let (text, _, code) = said(&case("chain-reversed"), &["fullchain.pem", "privkey.pem"]);
    assert_eq!(code, Some(0));
    has(
        &text,
        &[
            "  1  authority Gonogo Test Issuing CA 1   line 1",
            "  2  certificate www.example.test   line 14",
            "     valid     2026-10-21 [########----------------] 2027-01-19   60 days of 90 days left",
            "     names     www.example.test",
            "     issued by Gonogo Test Issuing CA 1, fullchain.pem:1",
            "     key       EC P-256, its private key is privkey.pem:1",
            "     sha256    01:A6:14:3B:2B:8B:0A:13:3D:7D:85:4B:A2:CB:E3:79:5F:C3:35:27:B5:87:34:C8:82:C0:B7:2D:80:E7:EB:12",
            "  chain: 2, 1 would be the right order; then `Gonogo Test Root`, which is not in the file",
            "  private key, EC P-256   line 1",
            "     belongs to fullchain.pem:14",
        ],
    );
    assert!(text.contains("the certificate for `www.example.test` is number 2  [chain/leaf-not-first]"), "{text}");
}

#[test]
fn a_key_of_another_certificate_is_told() {
    let (text, _, code) = said(&case("key-mismatch"), &["privkey.pem", "fullchain.pem", "./privkey.pem"]);
    assert_eq!(code, Some(0));
    has(&text, &["     belongs to no certificate of these files"]);
    assert!(text.contains("its private key is not in these files") && text.contains("[key/cert-mismatch]"), "{text}");
    assert!(text.starts_with("privkey.pem\n"), "in the order of the command line, each once:\n{text}");
    assert_eq!(text.matches("privkey.pem\n").count(), 1, "{text}");
}

#[test]
fn programs_read_the_same() {
    let (json, _, code) = said(&case("chain-with-root"), &["--format=json", "fullchain.pem", "privkey.pem"]);
    assert_eq!(code, Some(0));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let leaf = &json["files"][0]["certificates"][0];
    assert_eq!(leaf["names"][0], "www.example.test");
    assert_eq!(leaf["state"], "valid");
    assert_eq!(leaf["not_after"], "2027-01-19T12:00:00Z");
    assert_eq!(leaf["keys"][0], "privkey.pem:1");
    assert_eq!(json["files"][0]["chain"]["ends_at"], "self-signed");
    assert_eq!(json["files"][1]["keys"][0]["certificates"][0], "fullchain.pem:1");
    let findings = json["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["rule"] == "chain/root-included"), "{findings:?}");
}

#[test]
fn only_what_is_named_is_read_whatever_it_is_called() {
    let sandbox = case("key-mismatch");
    std::fs::rename(sandbox.path().join("fullchain.pem"), sandbox.path().join("compose.yaml")).unwrap();
    sandbox.write("gonogo.yaml", "nonsense: [");
    let (text, error, code) = said(&sandbox, &["compose.yaml"]);
    assert_eq!((error.as_str(), code), ("", Some(0)));
    assert!(text.contains("certificate www.example.test") && !text.contains("privkey"), "{text}");
}

#[test]
fn what_cannot_be_read_ends_with_2() {
    let sandbox = case("key-mismatch");
    sandbox.write("page.pem", "<!DOCTYPE html><html><body>404</body></html>\n");
    let (text, _, code) = said(&sandbox, &["page.pem", "fullchain.pem"]);
    assert_eq!(code, Some(2));
    has(&text, &["page.pem   an HTML page; download the file again; this is an error or login page"]);
    let (text, error, code) = said(&sandbox, &["gone.pem", "."]);
    assert_eq!((text.as_str(), code), ("", Some(2)));
    assert!(error.contains("`gone.pem` cannot be read: entity not found"), "{error}");
    assert!(error.contains("`.` is a directory; name the files in it"), "{error}");
}
