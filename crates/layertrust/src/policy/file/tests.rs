use layertrust_testkit::key::TestKey;

use super::*;

struct Keys;

impl Files for Keys {
    fn read(&self, path: &str) -> Result<Vec<u8>> {
        match path {
            "ci.pub" | "qa.pub" => Ok(TestKey::p256(path).public_pem().into_bytes()),
            _ => Err(Error::new(Code::NotFound, path).found("no such file")),
        }
    }
}

const SIGNERS: &str = "[signers.ci]\nkey = \"ci.pub\"\n[signers.qa]\nkey = \"qa.pub\"\n";

pub(super) fn policy(rest: &str) -> Result<Policy> {
    read(&format!("version = 1\n{SIGNERS}{rest}"), &Keys)
}

pub(super) const ORG: &str = "[org]\nsigners = [\"ci\"]\n";

#[test]
fn what_is_left_out_has_the_documented_defaults() {
    let summary = policy(ORG).unwrap().summary();
    assert_eq!(summary["mode"], "enforce");
    assert_eq!(summary["base"]["require"], true);
    assert_eq!(summary["base"]["signers"][0], "dhi");
    assert_eq!(summary["base"]["min-proof"], "recomputed");
    assert_eq!(summary["base"]["repositories"][0], "dhi/*");
    assert_eq!(summary["base"]["accept-customizations"].as_array().unwrap().len(), 0);
    assert_eq!(summary["org"]["layers"], "signed");
    assert_eq!(summary["org"]["require"], "derived");
    assert_eq!(summary["org"]["signature"], "image");
    assert_eq!(summary["org"]["cover"], "platform");
    assert_eq!(summary["signers"]["dhi"]["keys"][0]["active"], true);
    assert_eq!(summary["signers"]["dhi"]["keys"][1]["active"], false);
}

#[test]
fn the_digest_changes_with_every_rule_and_key() {
    let base = policy(ORG).unwrap().digest();
    assert_eq!(policy(ORG).unwrap().digest(), base);
    for other in [
        "name = \"x\"\n[org]\nsigners = [\"ci\"]",
        "[org]\nsigners = [\"qa\"]",
        "[org]\nsigners = [\"ci\"]\ncover = \"index\"",
        "[org]\nsigners = [\"ci\"]\n[limits]\nlayers = 3",
        "[org]\nsigners = [\"ci\"]\n[image]\nplatforms = [\"linux/amd64\"]",
        "[org]\nsigners = [\"ci\"]\n[[exception]]\ncode = \"added-path\"\nuntil = \"2027-01-31\"\nreason = \"x\"",
        "[base]\nvariants = [\"runtime\"]\n[org]\nsigners = [\"ci\"]",
        "[base]\ncompliance = [\"fips\"]\n[org]\nsigners = [\"ci\"]",
        "[base]\nend-of-life = \"deny\"\n[org]\nsigners = [\"ci\"]",
        "[base]\nmax-age = \"180d\"\n[org]\nsigners = [\"ci\"]",
        "[base]\nrevoked = [{ platform = \"sha256:0000000000000000000000000000000000000000000000000000000000000000\" }]\n[org]\nsigners = [\"ci\"]",
        "[base]\nrevoked = [{ chain-id = \"sha256:0000000000000000000000000000000000000000000000000000000000000000\" }]\n[org]\nsigners = [\"ci\"]",
        "[org]\nsigners = [\"ci\"]\nmax-age = \"30d\"",
        "[org]\nsigners = [\"ci\"]\nrevoked = [\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"]",
        "[org]\nsigners = [\"ci\"]\n[layers]\ndeny = [\"replace\"]",
        "[org]\nsigners = [\"ci\"]\n[config]\nuser = \"any\"",
    ] {
        let (head, rest) = match other.strip_prefix("name = \"x\"\n") {
            Some(rest) => ("name = \"x\"\n", rest),
            None => ("", other),
        };
        let text = format!("version = 1\n{head}{SIGNERS}{rest}");
        assert_ne!(read(&text, &Keys).unwrap().digest(), base, "{other}");
    }
}

#[test]
fn what_is_no_policy_is_refused() {
    for text in [
        "",
        "[base]\n",
        "[org]\n",
        "[org]\nsigners = []",
        "[org]\nsigners = [\"nobody\"]",
        "[org]\nsigner = [\"ci\"]",
        "[org]\nsigners = [\"ci\"]\nlayers = \"allowed\"",
        "[org]\nsigners = [\"ci\"]\nthreshold = 0",
        "[org]\nsigners = [\"ci\"]\nthreshold = 2",
        "[org]\nsigners = [\"ci\"]\nreferences = [\"\"]",
        "[org]\nlayers = \"forbidden\"\nsigners = [\"ci\"]",
        "[org]\nlayers = \"forbidden\"\nrequire = \"always\"",
        "[base]\nsigners = []\n[org]\nsigners = [\"ci\"]",
        "[base]\nrepositories = []\n[org]\nsigners = [\"ci\"]",
        "[base]\nmin-proof = \"claimed\"\n[org]\nsigners = [\"ci\"]",
        "[image]\nplatforms = [\"linux\"]\n[org]\nsigners = [\"ci\"]",
        "[org]\nsigners = [\"ci\"]\n[limits]\nunknown = 3",
        "[org]\nsigners = [\"ci\"]\n[limits]\nlayer-size = \"8 parsecs\"",
        "[org]\nsigners = [\"ci\"]\n[[org.attestation]]\ntype = \"sbomb\"",
        "[org]\nsigners = [\"ci\"]\n[[org.attestation]]\ntype = \"sbom\"\nbuilder = [\"x\"]",
        "[org]\nsigners = [\"ci\"]\n[[org.attestation]]\ntype = \"slsa-provenance\"\nbuilder = []",
        "[org]\nsigners = [\"ci\"]\n[[exception]]\ncode = \"signature-missing\"\nuntil = \"2027-01-31\"\nreason = \"x\"",
        "[org]\nsigners = [\"ci\"]\n[[exception]]\ncode = \"added-path\"\nuntil = \"soon\"\nreason = \"x\"",
        "[org]\nsigners = [\"ci\"]\n[[exception]]\ncode = \"added-path\"\nuntil = \"2027-01-31\"\nreason = \" \"",
        "[org]\nsigners = [\"ci\"]\n[[exception]]\ncode = \"base-revoked\"\nuntil = \"2027-01-31\"\nreason = \"x\"",
        "[org]\nsigners = [\"ci\"]\n[[exception]]\ncode = \"image-revoked\"\nuntil = \"2027-01-31\"\nreason = \"x\"",
        "[org]\nsigners = [\"ci\"]\n[[exception]]\ncode = \"time-not-proved\"\nuntil = \"2027-01-31\"\nreason = \"x\"",
        "[signers.x]\n[org]\nsigners = [\"ci\"]",
        "[signers.x]\nkey = \"docker-dhi-7\"\n[org]\nsigners = [\"ci\"]",
    ] {
        assert_eq!(policy(text).unwrap_err().code(), Code::PolicyInvalid, "{text}");
    }
    assert_eq!(
        read("version = 2\n[org]\nlayers = \"forbidden\"", &Keys).unwrap_err().code(),
        Code::PolicyInvalid
    );
    assert_eq!(read("[org]\nlayers = \"forbidden\"", &Keys).unwrap_err().code(), Code::PolicyInvalid);
    assert_eq!(read("version = \"", &Keys).unwrap_err().code(), Code::PolicyInvalid);
    let missing = policy("[signers.x]\nkey = \"x.pub\"\n[org]\nsigners = [\"ci\"]").unwrap_err();
    assert_eq!(missing.code(), Code::KeyInvalid);
}

#[test]
fn keys_of_a_later_version_are_refused_by_name() {
    for (text, name) in [
        ("[base]\noutdated = \"deny\"\n[org]\nsigners = [\"ci\"]", "outdated"),
        ("[org]\nsigners = [\"ci\"]\n[vulnerabilities]\nvex = []", "vulnerabilities"),
    ] {
        let error = policy(text).unwrap_err();
        assert_eq!(error.code(), Code::PolicyInvalid, "{text}");
        assert!(error.to_string().contains("not supported yet"), "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn sizes_may_have_units() {
    assert_eq!(size("200MiB"), Some(200 << 20));
    assert_eq!(size("8 GiB"), Some(8 << 30));
    assert_eq!(size("5"), Some(5));
    for text in ["", "MiB", "-1", "1.5GiB", "99999999999GiB"] {
        assert_eq!(size(text), None, "{text}");
    }
}

#[test]
fn an_exception_holds_through_its_last_day() {
    let text = "[[exception]]\ncode = \"added-path\"\nuntil = \"2027-01-31\"\nreason = \"x\"";
    let policy = policy(&format!("{ORG}{text}")).unwrap();
    let exception = policy.exceptions.first().unwrap();
    assert!(!exception.has_expired("2027-01-31T23:59:59Z".parse().unwrap()));
    assert!(exception.has_expired("2027-02-01T00:00:00Z".parse().unwrap()));
}

/// Found in review: beside an issuer other than GitHub's an empty list read as if nothing had been said.
#[test]
fn an_empty_source_repository_is_refused() {
    let text = "[signers.gl]\nissuer = \"https://gitlab.com\"\nidentity = \"**\"\nsource-repository = []\n";
    let error = policy(&format!("{text}{ORG}")).unwrap_err();
    assert_eq!(error.code(), Code::PolicyInvalid);
    assert!(error.to_string().contains("source-repository"), "{error}");
}
