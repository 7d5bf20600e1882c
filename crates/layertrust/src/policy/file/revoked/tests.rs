use layertrust_testkit::key::TestKey;
use serde_json::json;

use crate::code::Code;
use crate::digest::Digest;
use crate::policy::file::tests::policy;
use crate::policy::{BaseRule, MaxAge, OrgRule, Policy, SignerKey};
use crate::verify::PublicKey;

fn digest(text: &str) -> Digest {
    Digest::sha256(text.as_bytes())
}

fn complete() -> String {
    let [one, two, three] = ["one", "two", "three"].map(digest);
    format!(
        "[base]\nsigners = [\"ci\"]\nmax-age = \"26w\"\n\
         revoked = [{{ platform = \"{one}\" }}, {{ chain-id = \"{two}\" }}]\n\
         [org]\nsigners = [\"ci\"]\nmax-age = \"36h\"\nrevoked = [\"{three}\"]\n"
    )
}

#[test]
fn every_key_is_read_and_stands_in_the_summary() {
    let summary = policy(&complete()).unwrap().summary();
    assert_eq!(summary["base"]["max-age"], "182d");
    let expected =
        json!([{ "platform": digest("one").to_string() }, { "chain-id": digest("two").to_string() }]);
    assert_eq!(summary["base"]["revoked"], expected);
    assert_eq!(summary["org"]["max-age"], "36h");
    assert_eq!(summary["org"]["revoked"], json!([digest("three").to_string()]));
}

#[test]
fn left_out_or_empty_is_no_rule() {
    for text in [
        "[org]\nsigners = [\"ci\"]",
        "[base]\nrevoked = []\n[org]\nsigners = [\"ci\"]\nrevoked = []",
        // A vendor's image can be revoked where the organization signs nothing.
        "[org]\nlayers = \"forbidden\"\nrevoked = []",
    ] {
        let summary = policy(text).unwrap().summary();
        for section in ["base", "org"] {
            assert!(summary[section]["max-age"].is_null(), "{text}");
            assert_eq!(summary[section]["revoked"], json!([]), "{text}");
        }
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let good = digest("one");
    let hex = good.hex();
    let upper = hex.to_uppercase();
    let mut wrong: Vec<String> = ["0d", "30", "1.5d", "1m", "", "forever"]
        .iter()
        .flat_map(|age| ["base", "org"].map(|section| format!("{section} max-age = \"{age}\"")))
        .collect();
    wrong.extend([
        "base max-age = 30".to_owned(),
        "base revoked = [{}]".to_owned(),
        format!("base revoked = [\"{good}\"]"),
        format!("base revoked = [{{ platform = \"{good}\", chain-id = \"{good}\" }}]"),
        format!("base revoked = [{{ index = \"{good}\" }}]"),
        format!("base revoked = [{{ platform = \"{hex}\" }}]"),
        format!("base revoked = [{{ chain-id = \"sha256:{upper}\" }}]"),
        "base revoked = [{ platform = \"dhi/python\" }]".to_owned(),
        "base revoked = [{ platform = \"sha256:00\" }]".to_owned(),
        "org revoked = [\"\"]".to_owned(),
        format!("org revoked = [\"{hex}\"]"),
        format!("org revoked = [{{ platform = \"{good}\" }}]"),
        format!("org revoked = \"{good}\""),
    ]);
    for text in wrong {
        let policy = match text.split_once(' ') {
            Some(("base", line)) => policy(&format!("[base]\n{line}\n[org]\nsigners = [\"ci\"]")),
            Some((_, line)) => policy(&format!("[org]\nsigners = [\"ci\"]\n{line}")),
            None => continue,
        };
        assert_eq!(policy.unwrap_err().code(), Code::PolicyInvalid, "{text}");
    }
}

#[test]
fn an_age_of_what_nobody_signs_is_refused() {
    let error = policy("[org]\nlayers = \"forbidden\"\nmax-age = \"30d\"").unwrap_err();
    assert_eq!(error.code(), Code::PolicyInvalid);
    assert!(error.to_string().contains("max-age"), "{error}");
}

#[test]
fn a_rule_made_in_code_is_the_one_of_the_file() {
    let key = |name: &str| {
        SignerKey::Key(PublicKey::from_file(TestKey::p256(name).public_pem().as_bytes()).unwrap())
    };
    let build = |base: BaseRule, org: OrgRule| {
        let builder = Policy::builder().signer("ci", key("ci.pub")).signer("qa", key("qa.pub"));
        builder.base(base).org(org).build()
    };
    let base = BaseRule::signed_by(["ci"])
        .max_age(MaxAge::days(182))
        .revoked_chain_id(digest("two"))
        .revoked_platform(digest("one"));
    let org = OrgRule::signed_by(["ci"]).max_age(MaxAge::hours(36)).revoked(digest("three"));
    let made = build(base, org).unwrap();
    assert_eq!(made.digest(), policy(&complete()).unwrap().digest());

    let no_hours = build(BaseRule::signed_by(["ci"]).max_age(MaxAge::hours(0)), OrgRule::signed_by(["ci"]));
    assert_eq!(no_hours.unwrap_err().code(), Code::PolicyInvalid);
    let no_days = build(BaseRule::signed_by(["ci"]), OrgRule::signed_by(["ci"]).max_age(MaxAge::days(0)));
    assert_eq!(no_days.unwrap_err().code(), Code::PolicyInvalid);
}
