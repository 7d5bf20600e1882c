//! Ours beside `sigstore-verify`, the verifier of the family whose parts we use: what we accept, it accepts
//! too, over every bundle at hand and over changed copies of them. The other way round we may be stricter.
#![cfg(feature = "keyless")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod corpus;
#[path = "engine/mutants.rs"]
mod mutants;
mod scenario;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use corpus::{Files, asked, identities, now, root, root_json, rule};
use layertrust::{Artifact, BlobVerifier, Digest, PublicKey, SignerKey, SignerRule, TrustedRoot};
use scenario::shared;
use serde_json::Value;
use sigstore_verify::trust_root::{SigstoreInstance, TrustedRoot as EngineRoot};
use sigstore_verify::types::{self, Bundle, DerPublicKey};
use sigstore_verify::{Policy, PublicKeyVerificationPolicy, VerificationPolicy, Verifier};

/// What a bundle is asked about.
#[derive(Clone)]
enum Subject {
    Bytes(Rc<Vec<u8>>),
    Digest(Digest),
}

/// A bundle with everything that both verifiers need to judge it.
struct Case {
    name: String,
    bundle: String,
    subject: Subject,
    /// `root-invalid` and the like if there is no verifier.
    ours: Result<BlobVerifier, layertrust::Error>,
    engine: Result<Rc<Verifier>, String>,
    policy: Box<dyn Policy>,
}

/// How both judge one text.
struct Judged {
    ours: Result<(), layertrust::Error>,
    engine: Result<(), String>,
}

impl Case {
    fn judge(&self, text: &str) -> Judged {
        let artifact = match &self.subject {
            Subject::Bytes(bytes) => Artifact::Bytes(bytes),
            Subject::Digest(digest) => Artifact::Digest(*digest),
        };
        let ours = match &self.ours {
            Ok(verifier) => verifier.verify(artifact, text.as_bytes(), now()).map(drop),
            Err(error) => Err(error.clone()),
        };
        Judged { ours, engine: self.ask_engine(text) }
    }

    fn ask_engine(&self, text: &str) -> Result<(), String> {
        let verifier = self.engine.as_ref().map_err(Clone::clone)?;
        let bundle = Bundle::from_json(text).map_err(|error| error.to_string())?;
        let policy = self.policy.as_ref();
        match &self.subject {
            Subject::Bytes(bytes) => verifier.verify(bytes.as_slice(), &bundle, policy),
            Subject::Digest(digest) => verifier.verify(engine_digest(digest), &bundle, policy),
        }
        .map(drop)
        .map_err(|error| error.to_string())
    }
}

fn engine_digest(digest: &Digest) -> types::ArtifactDigest {
    let algorithm = match digest.algorithm() {
        layertrust::Algorithm::Sha256 => types::HashAlgorithm::Sha2256,
        _ => types::HashAlgorithm::Sha2512,
    };
    types::ArtifactDigest::new(algorithm, digest.as_bytes()).unwrap()
}

fn engine(json: &[u8]) -> Result<Rc<Verifier>, String> {
    let text = std::str::from_utf8(json).unwrap();
    let root = EngineRoot::from_json(text).map_err(|error| error.to_string())?;
    Verifier::new(&root).map(Rc::new).map_err(|error| error.to_string())
}

fn key(pem: &[u8]) -> (SignerRule, Box<dyn Policy>) {
    let theirs = DerPublicKey::from_pem(std::str::from_utf8(pem).unwrap()).unwrap();
    let ours = SignerRule::from(SignerKey::Key(PublicKey::from_pem(pem).unwrap()));
    (ours, Box::new(PublicKeyVerificationPolicy::new(theirs)))
}

/// The public conformance suite: bytes of a file, the case's own root or the public one.
fn conformance(upstream: &Path) -> Vec<Case> {
    const IDENTITY: &str = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
    const ISSUER: &str = "https://token.actions.githubusercontent.com";
    let suite = upstream.join("sigstore-sigstore-conformance/test/assets/bundle-verify");
    let mut folders: Vec<_> = std::fs::read_dir(&suite)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let case = |folder: &std::path::PathBuf| {
        let text =
            |name: &str| std::fs::read_to_string(folder.join(name)).ok().map(|text| text.trim().to_owned());
        let json = std::fs::read(folder.join("trusted_root.json"))
            .unwrap_or_else(|_| root_json(upstream, "prod", ""));
        // A key that cannot be read is refused before there is a verifier.
        let keyed = std::fs::read(folder.join("key.pub"));
        let (rule, policy) = match keyed {
            Ok(pem) if PublicKey::from_pem(&pem).is_err() => return None,
            Ok(pem) => key(&pem),
            Err(_) => {
                let identity = text("identity").unwrap_or_else(|| IDENTITY.to_owned());
                let issuer = text("issuer").unwrap_or_else(|| ISSUER.to_owned());
                let policy = VerificationPolicy::new(identity.as_str(), issuer.as_str());
                (rule(&identity, &issuer), Box::new(policy) as Box<dyn Policy>)
            }
        };
        let own = folder.join("artifact");
        let artifact = std::fs::read(if own.is_file() { own } else { suite.join("a.txt") }).unwrap();
        Some(Case {
            name: format!("conformance {}", folder.file_name().unwrap().to_str().unwrap()),
            bundle: std::fs::read_to_string(folder.join("bundle.sigstore.json")).unwrap(),
            subject: Subject::Bytes(Rc::new(artifact)),
            ours: TrustedRoot::from_json(&json).and_then(|root| BlobVerifier::new(rule, root)),
            engine: engine(&json),
            policy,
        })
    };
    folders.iter().filter_map(case).collect()
}

/// Every bundle with a recorded verdict, under each root, about its own digest.
fn recorded(upstream: &Path) -> Vec<Case> {
    let mut files = Files::default();
    let github = SigstoreInstance::GitHub.embedded_trusted_root_json();
    let fixed = BTreeMap::from([
        ("prod", engine(&root_json(upstream, "prod", ""))),
        ("staging", engine(&root_json(upstream, "staging", ""))),
        ("github", engine(github.as_bytes())),
    ]);
    let mut cases = Vec::new();
    for ((path, number), (name, issuer)) in identities(upstream) {
        let bundle = files.bundle(upstream, &path, number);
        let Some(digest) = asked(&serde_json::from_str::<Value>(&bundle).unwrap()) else { continue };
        for which in ["prod", "staging", "github", "adjacent"] {
            if which == "adjacent" && !upstream.join(&path).with_file_name("trusted_root.json").is_file() {
                continue;
            }
            let engine = fixed.get(which).cloned();
            let any = VerificationPolicy::any_identity();
            cases.push(Case {
                name: format!("{path}#{number} under {which}"),
                bundle: bundle.clone(),
                subject: Subject::Digest(digest),
                ours: root(upstream, which, &path)
                    .and_then(|root| BlobVerifier::new(rule(&name, &issuer), root)),
                engine: engine.unwrap_or_else(|| self::engine(&root_json(upstream, which, &path))),
                policy: Box::new(if which == "github" { any.skip_tlog_unsafe().skip_sct() } else { any }),
            });
        }
    }
    cases
}

/// Docker's advisories, by its key.
fn advisories(upstream: &Path) -> Vec<Case> {
    let pem = std::fs::read(upstream.join("docker-hardened-images-keyring/publickey/dhi-2.pub")).unwrap();
    let json = root_json(upstream, "prod", "");
    let signed = upstream.join("docker-hardened-images-advisories/signed");
    ["CVE-2026-41246.json", "osv/aspnetcore/CVE-2026-42899.json.sha256"]
        .into_iter()
        .map(|file| {
            let (rule, policy) = key(&pem);
            let bundle = std::fs::read_to_string(signed.join(format!("{file}.sig"))).unwrap();
            Case {
                name: format!("advisory {file}"),
                bundle,
                subject: Subject::Bytes(Rc::new(std::fs::read(signed.join(file)).unwrap())),
                ours: BlobVerifier::new(rule, TrustedRoot::from_json(&json).unwrap()),
                engine: engine(&json),
                policy,
            }
        })
        .collect()
}

fn cases(upstream: &Path) -> Vec<Case> {
    let mut cases = conformance(upstream);
    cases.extend(advisories(upstream));
    cases.extend(recorded(upstream));
    cases
}

/// A reason to accept what the engine refuses: without what the reason is about, it accepts too.
type Excuse = (&'static str, fn(&Value) -> Vec<Value>);

const EXCUSES: [Excuse; 5] = [
    ("protobuf's JSON writes a member that is not there as null as well", without_nulls),
    (
        "a timestamp by an authority outside the root counts for nothing, and refuses nothing",
        without_a_timestamp,
    ),
    ("version 0.1 wants a promise; a proof without a checkpoint counts for nothing", without_open_proof),
    (
        "Rekor v2's proof is to the tree head in its checkpoint, whose size and root nobody has to repeat",
        with_head,
    ),
    ("version 0.1 wants a promise in each entry, and under this root there need not be one", as_version_3),
];

/// What no other form of the bundle shows: the engine always wants an entry, if only to skip it.
const KEY_ALONE: &str = "a key counts without a log";

fn excuse(case: &Case, text: &str) -> Option<&'static str> {
    let value: Value = serde_json::from_str(text).unwrap();
    let material = &value["verificationMaterial"];
    let is_empty = |entries: &Value| entries.as_array().is_none_or(Vec::is_empty);
    if material.get("publicKey").is_some() && is_empty(&material["tlogEntries"]) {
        return Some(KEY_ALONE);
    }
    let accepts = |value: Value| case.ask_engine(&value.to_string()).is_ok();
    EXCUSES.iter().find(|(_, others)| others(&value).into_iter().any(accepts)).map(|(reason, _)| *reason)
}

fn without_nulls(value: &Value) -> Vec<Value> {
    fn clean(value: &Value) -> Value {
        match value {
            Value::Object(members) => members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(k, v)| (k.clone(), clean(v)))
                .collect(),
            Value::Array(elements) => elements.iter().map(clean).collect(),
            other => other.clone(),
        }
    }
    let cleaned = clean(value);
    // And this list may be left out when it is empty; the engine misses the other two.
    let mut listed = cleaned.clone();
    if let Some(proof) = listed.pointer_mut("/verificationMaterial/tlogEntries/0/inclusionProof") {
        for (name, absent) in [("hashes", serde_json::json!([])), ("logIndex", serde_json::json!("0"))] {
            if proof.get(name).is_none() {
                proof[name] = absent;
            }
        }
    }
    vec![cleaned, listed]
}

fn without_a_timestamp(value: &Value) -> Vec<Value> {
    const TOKENS: &str = "/verificationMaterial/timestampVerificationData/rfc3161Timestamps";
    let count = value.pointer(TOKENS).and_then(Value::as_array).map_or(0, Vec::len);
    let without = |at: usize| {
        let mut less = value.clone();
        less.pointer_mut(TOKENS).unwrap().as_array_mut().unwrap().remove(at);
        less
    };
    (0..count).map(without).collect()
}

fn without_open_proof(value: &Value) -> Vec<Value> {
    let mut less = value.clone();
    let is_first = value["mediaType"].as_str().is_some_and(|kind| kind.ends_with("version=0.1"));
    let entry = less.pointer_mut("/verificationMaterial/tlogEntries/0").and_then(Value::as_object_mut);
    match entry {
        Some(entry) if is_first && entry["inclusionProof"]["checkpoint"].is_null() => {
            entry.remove("inclusionProof");
            vec![less]
        }
        _ => Vec::new(),
    }
}

fn with_head(value: &Value) -> Vec<Value> {
    let entry = &value["verificationMaterial"]["tlogEntries"][0];
    if entry["kindVersion"]["version"] != "0.0.2" || entry["kindVersion"]["kind"] != "hashedrekord" {
        return Vec::new();
    }
    let head = entry["inclusionProof"]["checkpoint"]["envelope"].as_str().unwrap_or_default();
    let [_origin, size, root, ..] = head.lines().collect::<Vec<_>>()[..] else { return Vec::new() };
    let mut full = value.clone();
    let proof = &mut full["verificationMaterial"]["tlogEntries"][0]["inclusionProof"];
    (proof["treeSize"], proof["rootHash"]) = (size.into(), root.into());
    proof["logIndex"] = entry["logIndex"].clone();
    vec![full]
}

fn as_version_3(value: &Value) -> Vec<Value> {
    let entries = value["verificationMaterial"]["tlogEntries"].as_array();
    if entries.is_some_and(|entries| !entries.is_empty()) {
        return Vec::new();
    }
    let mut later = value.clone();
    later["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2".into();
    vec![later]
}

#[derive(Default)]
struct Tally {
    both_accept: usize,
    both_refuse: usize,
    stricter: BTreeMap<&'static str, usize>,
    laxer: BTreeMap<&'static str, usize>,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, case: &Case, text: &str, judged: &Judged) {
        match (&judged.ours, &judged.engine) {
            (Ok(()), Ok(())) => self.both_accept += 1,
            (Err(_), Err(_)) => self.both_refuse += 1,
            (Err(error), Ok(())) => *self.stricter.entry(error.code().name()).or_default() += 1,
            (Ok(()), Err(error)) => match excuse(case, text) {
                Some(reason) => *self.laxer.entry(reason).or_default() += 1,
                None => self.wrong.push(format!("{name}: accepted; the engine: {error}")),
            },
        }
    }

    fn print(&self) {
        println!("both accept {}, both refuse {}", self.both_accept, self.both_refuse);
        println!("we are stricter: {:?}", self.stricter);
        println!("we are laxer: {:?}", self.laxer);
    }
}

#[test]
fn what_we_accept_the_engine_accepts_too() {
    let Some(upstream) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let mut tally = Tally::default();
    let cases = cases(&upstream);
    for case in &cases {
        let judged = case.judge(&case.bundle);
        if let (Err(error), Ok(())) = (&judged.ours, &judged.engine) {
            println!("stricter: {}: {error}", case.name);
        }
        tally.add(&case.name, case, &case.bundle, &judged);
    }
    println!("{} bundles with a root", cases.len());
    tally.print();
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    assert!(tally.both_accept > 100 && tally.both_refuse > 300);
}

/// One accepted bundle of each form.
const FORMS: [&str; 12] = [
    "conformance happy-path-v0.1",
    "conformance happy-path-v0.2",
    "conformance happy-path-v0.3",
    "conformance happy-path-intoto-in-dsse-v3",
    "conformance rekor2-happy-path",
    "conformance rekor2-dsse-happy-path",
    "conformance rekor2-checkpoint-cosigned",
    "conformance intoto-with-custom-trust-root",
    "conformance managed-key-happy-path",
    "advisory CVE-2026-41246.json",
    "aquasecurity-trivy/pkg/fanal/artifact/image/testdata/sigstore-bundle.json#1 under prod",
    "cli-cli/pkg/cmd/attestation/test/data/github_provenance_demo-0.0.12-py3-none-any-bundle.jsonl#1 under github",
];

/// Where a bundle may be changed and is still accepted, and why that is no harm. All else is checked.
const FREE: [(&str, &str); 21] = [
    ("/dsseEnvelope/signatures/0/keyid", "says where to look first, never what holds"),
    ("/messageSignature/messageDigest", "may be left out; one that is there must be the file's"),
    ("/verificationMaterial/publicKey", "holds nothing but the hint"),
    ("/verificationMaterial/publicKey/hint", "says where to look first, never what holds"),
    ("/verificationMaterial/timestampVerificationData", "not needed where the log proves the time"),
    (TIMESTAMPS, "not needed where the log proves the time; by strangers they count for nothing"),
    (TIMESTAMP, "not needed where the log proves the time; twice it proves the same time"),
    (TOKEN, "one that names a stranger counts for nothing, and certificates in it are not used"),
    ("/verificationMaterial/tlogEntries", "a key counts without a log"),
    ("/verificationMaterial/tlogEntries/0", "a key counts without a log"),
    ("/verificationMaterial/tlogEntries/0/inclusionPromise", "not needed where a timestamp proves the time"),
    ("/verificationMaterial/tlogEntries/0/inclusionProof", "version 0.1 does not need it"),
    ("/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint", "version 0.1 does not need it"),
    (HEAD, "further signatures under it, by witnesses, are not looked at"),
    ("/verificationMaterial/tlogEntries/0/inclusionProof/hashes", "empty in a tree of one entry"),
    (
        "/verificationMaterial/tlogEntries/0/inclusionProof/logIndex",
        "zero by default; Rekor v2 has the entry's",
    ),
    ("/verificationMaterial/tlogEntries/0/inclusionProof/rootHash", "Rekor v2's is the checkpoint's"),
    ("/verificationMaterial/tlogEntries/0/inclusionProof/treeSize", "Rekor v2's is the checkpoint's"),
    ("/verificationMaterial/tlogEntries/0/integratedTime", "without a promise it is no time"),
    ("/verificationMaterial/x509CertificateChain/certificates/0", "certificates beside the first only help"),
    ("version", "one bundle may have the form of several versions"),
];
const TIMESTAMPS: &str = "/verificationMaterial/timestampVerificationData/rfc3161Timestamps";
const TIMESTAMP: &str = "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0";
const TOKEN: &str = "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp";
const HEAD: &str = "/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint/envelope";

#[test]
fn no_changed_bundle_is_accepted_that_the_engine_refuses() {
    let Some(upstream) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let cases: BTreeMap<String, Case> =
        cases(&upstream).into_iter().map(|case| (case.name.clone(), case)).collect();
    let (mut tally, mut accepted) = (Tally::default(), BTreeMap::<String, BTreeSet<String>>::new());
    let mut count = 0;
    for (at, name) in FORMS.iter().enumerate() {
        let case = cases.get(*name).unwrap_or_else(|| panic!("no bundle {name}"));
        let whole = case.judge(&case.bundle);
        assert!(whole.ours.is_ok() && whole.engine.is_ok(), "{name}: {:?} {:?}", whole.ours, whole.engine);
        let other = &cases[FORMS[(at + 1) % FORMS.len()]].bundle;
        for mutant in mutants::mutants(&case.bundle, other) {
            count += 1;
            let judged = case.judge(&mutant.text);
            if judged.ours.is_ok() {
                let (change, place) = mutant.what.rsplit_once(' ').unwrap();
                let place = if place.starts_with('/') { place } else { "version" };
                accepted.entry(place.to_owned()).or_default().insert(change.to_owned());
            }
            tally.add(&format!("{name}: {}", mutant.what), case, &mutant.text, &judged);
        }
    }
    println!("{count} changed bundles");
    tally.print();
    for (place, changes) in &accepted {
        println!("free: {place}: {} changes, the first {:?}", changes.len(), changes.first().unwrap());
    }
    let found: BTreeSet<&str> = accepted.keys().map(String::as_str).collect();
    assert_eq!(found, FREE.iter().map(|(place, _)| *place).collect(), "what can be changed unnoticed");
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    let reasons = EXCUSES.iter().map(|(reason, _)| *reason).chain([KEY_ALONE]).collect::<BTreeSet<_>>();
    assert_eq!(tally.laxer.keys().copied().collect::<BTreeSet<_>>(), reasons, "a reason that nothing needs");
    assert!(count > 3000 && tally.both_refuse > 3000, "{count}");
}
