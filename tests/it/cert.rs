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

/// A chain without its root, and the root beside it.
fn private() -> Sandbox {
    let sandbox = case("chain-with-root");
    let all = std::fs::read_to_string(sandbox.path().join("fullchain.pem")).unwrap();
    let (chain, root) = all.split_at(all.rfind("-----BEGIN").unwrap());
    sandbox.write("fullchain.pem", chain);
    sandbox.write("trust/company.pem", root);
    // Some other root.
    sandbox.write("trust/other.pem", OTHER);
    sandbox
}

const OTHER: &str = "-----BEGIN CERTIFICATE-----
MIIBSjCB8aADAgECAggRDLjA20DtVzAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBz
aG9wLmV4YW1wbGUuY29tMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAwMFow
GzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49
AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiVV6sN
M0WLojKiE2mmkGbLCPqyMXQEHuXeGIijHzAdMBsGA1UdEQQUMBKCEHNob3AuZXhh
bXBsZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIgBc+/n5QBOUmtz8LQnqVKVLExn1c8
N3aq8PdcQQzx+QICIQCqqxT/YXzoLzyRA5byK4FnR01gbSmo8msl62ikfNw+ug==
-----END CERTIFICATE-----
";

/// What `gonogo check` finds of certificates: rule, message and file; and the exit code.
fn judged(sandbox: &Sandbox, arguments: &[&str], at: &str) -> (Vec<(String, String, String)>, Option<i32>) {
    let at = format!("--at={at}");
    let output = sandbox.run(&[&["check", "--format=json", &at], arguments].concat());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let findings = json["findings"].as_array().unwrap().iter();
    let found = findings.filter(|finding| text(&finding["rule"]).starts_with('c'));
    let found = found.map(|f| (text(&f["rule"]), text(&f["message"]), text(&f["primary"]["path"]))).collect();
    (found, output.status.code())
}

const NOON: &str = "2026-11-20T12:00:00Z";

#[test]
fn a_chain_to_a_root_of_the_configuration_is_complete() {
    let sandbox = private();
    sandbox.write("gonogo.yaml", "tls: { roots: [trust/company.pem] }\n");
    assert_eq!(judged(&sandbox, &[], NOON), (Vec::new(), Some(0)));
    let (text, ..) = said(&sandbox, &["--root=trust/company.pem", "fullchain.pem"]);
    has(&text, &["  chain: 1, 2; ends at `Gonogo Test Root`, a root that is named"]);
}

#[test]
fn a_chain_to_another_root_is_refused() {
    let sandbox = private();
    sandbox.write("gonogo.yaml", "tls: { roots: [trust/other.pem] }\n");
    let (found, code) = judged(&sandbox, &[], NOON);
    assert_eq!(code, Some(1));
    let [(rule, message, path)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((rule.as_str(), path.as_str()), ("chain/missing-intermediate", "fullchain.pem"));
    assert!(
        message
            .starts_with("`Gonogo Test Root`, the issuer of `Gonogo Test Issuing CA 1`, is not in the file and none")
    );
    // The same with the root in the file.
    let sandbox = case("chain-with-root");
    sandbox.write("trust/other.pem", OTHER);
    sandbox.write("gonogo.yaml", "tls: { roots: [trust/other.pem] }\n");
    let (found, code) = judged(&sandbox, &[], NOON);
    assert_eq!(code, Some(1));
    assert!(
        found
            .iter()
            .any(|(rule, message, _)| rule == "cert/self-signed" && message.contains("leads to `Gonogo Test Root`"))
    );
}

#[test]
fn a_certificate_of_its_own_is_trusted_where_it_is_named() {
    let sandbox = Sandbox::new("cert");
    sandbox.write("server.crt", OTHER);
    assert_eq!(judged(&sandbox, &[], NOON).0[0].0, "cert/self-signed");
    sandbox.write("gonogo.yaml", "tls: { roots: [server.crt] }\n");
    assert_eq!(judged(&sandbox, &[], NOON), (Vec::new(), Some(0)));
}

#[test]
fn roots_that_are_none_are_refused_with_their_place() {
    let sandbox = private();
    for (written, message) in [
        ("gone.pem", "root `gone.pem` cannot be read"),
        ("privkey.pem", "root `privkey.pem` holds no certificate"),
        ("/etc/ssl/root.pem", "root `/etc/ssl/root.pem` lies outside the project"),
        ("gonogo.yaml", "root `gonogo.yaml` is text without a PEM block"),
    ] {
        sandbox.write("gonogo.yaml", format!("tls:\n  roots: [{written}]\n"));
        let output = sandbox.run(&["check"]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(&format!("gonogo.yaml:2:11: {message}")), "{error}");
    }
}

#[test]
fn a_root_that_is_over_does_not_count_and_is_told() {
    let sandbox = private();
    sandbox.write("gonogo.yaml", "tls: { roots: [trust/other.pem] }\n");
    let output = sandbox.run(&["check", "--at=2027-01-20"]);
    let text = String::from_utf8(output.stdout).unwrap().replace("\n      ", " ");
    let told =
        "the root `shop.example.com` in `trust/other.pem` does not count: it is valid from 2026-10-21 to 2027-01-19";
    assert!(text.contains(told), "{text}");
}

#[test]
fn certificates_must_live_as_long_as_is_asked() {
    let sandbox = private();
    sandbox.write("gonogo.yaml", "tls: { roots: [trust/company.pem] }\n");
    assert_eq!(judged(&sandbox, &["--valid-for=60d"], NOON).0, []);
    let (found, code) = judged(&sandbox, &["--valid-for=61d"], NOON);
    assert_eq!(code, Some(1));
    assert_eq!(found[0].0, "cert/expires-soon");
    assert!(found[0].1.ends_with("ends in 60 days, on 2027-01-19, and must be valid for another 61 days"), "{found:?}");
    assert_eq!(judged(&sandbox, &["--valid-for=9w"], NOON).1, Some(1));
    for wrong in ["8", "0d", "d", "-3d", "14days"] {
        let output = sandbox.run(&["check", &format!("--valid-for={wrong}")]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}
