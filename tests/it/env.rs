//! `gonogo env`, as its users meet it.

use serde_json::Value;

use crate::cli::Project;

const FILE: &str = "# by hand\nAPP_NAME=Data Dictionary\nDB_PASSWORD='kanarie-4711'\nDATABASE_URL=postgres://app:${DB_PASSWORD}@db/x\nEMPTY=\nTEXT=\"a\\nb\"\n";

#[test]
fn values_are_shown_as_the_loader_sees_them_and_secrets_are_not() {
    let project = Project::new("env-values", &[(".env.prod", FILE)]);
    let run = project.run(&["env", "values", ".env.prod"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let expected = "\
.env.prod:2:1  APP_NAME      Data Dictionary
.env.prod:3:1  DB_PASSWORD   ************
.env.prod:4:1  DATABASE_URL  postgres://app:************@db/x
.env.prod:5:1  EMPTY         \"\"
.env.prod:6:1  TEXT          \"a\\nb\"
";
    assert_eq!(run.out, expected);
}

#[test]
fn json_is_for_programs_and_may_reveal() {
    let project = Project::new("env-json", &[(".env", FILE)]);
    let run = |arguments: &[&str]| {
        let run = project.run(&[&["env", "values", ".env", "--format", "json"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        serde_json::from_str::<Value>(&run.out).unwrap()
    };
    let plain = run(&[]);
    assert_eq!((&plain["dialect"], &plain["error"]), (&"compose".into(), &false.into()));
    assert_eq!(plain["entries"][1]["value"], "************");
    let revealed = run(&["--reveal", "--set", "DB_PASSWORD=other"]);
    let url = &revealed["entries"][2];
    assert_eq!((&url["key"], &url["value"]), (&"DATABASE_URL".into(), &"postgres://app:other@db/x".into()));
    assert_eq!((&url["line"], &url["column"]), (&4.into(), &1.into()));
    let refused = run(&["--dialect", "dotenvy"]);
    assert_eq!((&refused["error"], &refused["message"]["line"]), (&true.into(), &2.into()));
    assert!(refused["entries"].as_array().unwrap().is_empty());
}

#[test]
fn secrets_are_revealed_to_people_only_and_bad_arguments_are_named() {
    let project = Project::new("env-bad", &[(".env", FILE)]);
    for (arguments, expected) in [
        (&["env", "values", ".env", "--reveal"][..], "only on a terminal"),
        (&["env", "values", "missing"], "`missing` cannot be read"),
        (&["env", "values", ".env", "--dialect", "dockr"], "possible values"),
        (&["env", "values", ".env", "--set", "A"], "expected NAME=VALUE"),
        (&["env", "diff", ".env", ".env"], "given twice"),
        (&["env", "diff", ".env", "--dialect", "compose"], "--dialects"),
    ] {
        let run = project.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.err.contains(expected) && run.out.is_empty(), "{}", run.err);
        assert!(!run.err.contains("kanarie"));
    }
}

#[test]
fn a_first_line_names_the_dialect_and_standard_input_is_a_file() {
    let project = Project::new("env-first-line", &[]);
    let run = project.run_with(&["env", "values", "-", "--format", "json"], "# dotenv dotenvy\nA=1\n");
    assert_eq!(serde_json::from_str::<Value>(&run.out).unwrap()["dialect"], "dotenvy");
}

#[test]
fn loaders_that_disagree_are_named() {
    let project = Project::new("env-diff", &[(".env", "A=$1\nPASSWORD=kanarie$1\nB=x\n")]);
    let run = project.run(&["env", "diff", ".env", "--dialects", "compose,dotenvy"]);
    let expected = "\
.env:1:1  A
    $1                                compose
    \"\"                                dotenvy
.env:2:1  PASSWORD
    (hidden, 9 characters)            compose
    (hidden, 7 characters)            dotenvy
1 variable read alike, 2 not; 0 of 2 programs cannot read the file
";
    assert_eq!((run.code, run.out.as_str()), (0, expected));
    let json = project.run(&["env", "diff", ".env", "--dialects", "compose,dotenvy", "--format", "json"]);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["keys"][0]["readings"][1]["dialects"][0], "dotenvy");
    assert_eq!(json["alike"], 1);
}

#[test]
fn files_of_several_environments_are_compared() {
    let files = [
        ("staging.env", "A=1\nDB_PASSWORD=kanarie-4711\nTOKEN=changeme\n"),
        ("prod.env", "B=1\nURL=redis://u:kanarie-4711@h\nTOKEN=changeme\n"),
    ];
    let project = Project::new("env-files", &files);
    let run = project.run(&["env", "diff", "staging.env", "prod.env"]);
    let expected = "\
staging.env:1  A  is not in prod.env
prod.env:1  B  is not in staging.env
staging.env:2  DB_PASSWORD  is not in prod.env
prod.env:2  URL  is not in staging.env
the same secret: DB_PASSWORD in staging.env:2, URL in prod.env:2
4 variables not in every file, 1 secret in more than one
";
    assert_eq!((run.code, run.out.as_str()), (0, expected));
}
