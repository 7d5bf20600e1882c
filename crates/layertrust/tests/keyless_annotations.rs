//! cosign's form before bundles, made keyless: certificate, chain, log entry and timestamp as annotations of a
//! layer, sound but for one thing.
#![cfg(all(feature = "keyless", feature = "policy-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use layertrust::report::Report;
use layertrust::{Accepted, Error, Failure, Files, Limits, LocalSource, Policy, Request, Stack, Verifier};
use layertrust_testkit::cases::scene::{ORG_TAG, REPOSITORY, plain_spec};
use layertrust_testkit::cosign::{LegacyLayer, SIGNATURE, legacy_manifest, payload};
use layertrust_testkit::export;
use layertrust_testkit::json::Json;
use layertrust_testkit::sigstore::identity::GITHUB_ISSUER;
use layertrust_testkit::sigstore::legacy::{BUNDLE, CERTIFICATE, CHAIN, TIMESTAMP};
use layertrust_testkit::sigstore::{Entry, Identity, RekorV1, Signed, Signer, Time, World, body, legacy};
use layertrust_testkit::statement::{SLSA_V1, attest_statement};
use layertrust_testkit::store::{Layout, sha256};
use scenario::open_name;

const WORKFLOW: &str = "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1";
const SOURCE: &str = "https://github.com/acme/app";

struct Root(World);

impl Files for Root {
    fn read(&self, _: &str) -> Result<Vec<u8>, Error> {
        Ok(self.0.trust().text().into_bytes())
    }
}

fn at() -> Time {
    Time::parse("2026-11-20T09:15:00Z")
}

fn world() -> World {
    World::new("demo")
}

fn signer() -> Signer {
    world().signer(&Identity::github(WORKFLOW, SOURCE, "refs/tags/v1"), at())
}

fn image() -> String {
    plain_spec().build().digest()
}

fn payload_of(digest: &str) -> Json {
    payload(REPOSITORY, digest)
}

/// Asks about the image with these layers as its signatures and attestations.
fn ask(signatures: &[LegacyLayer], attestations: &[LegacyLayer], lines: &str) -> Result<Report, Box<Report>> {
    let policy = format!(
        "version = 1\n[roots.demo]\nfile = \"root.json\"\n{lines}\n[signers.org]\nroot = \"demo\"\n\
         issuer = {GITHUB_ISSUER:?}\nidentity = {WORKFLOW:?}\nsource-repository = [{SOURCE:?}]\n\
         [base]\nrequire = false\n[org]\nsigners = [\"org\"]\n{}",
        if attestations.is_empty() { "" } else { "[[org.attestation]]\ntype = \"slsa-provenance\"\n" }
    );
    let mut layout = Layout::new();
    let image = plain_spec().build().put(&mut layout);
    export::regctl_image(&mut layout, ORG_TAG, &image);
    for (suffix, layers) in [("sig", signatures), ("att", attestations)] {
        let manifest = legacy_manifest(&mut layout, layers);
        export::digest_tag(&mut layout, &image.digest, suffix, &manifest);
    }
    let folder = tempfile::tempdir().unwrap();
    layout.write_tar(&folder.path().join("image.tar"));
    let reference = open_name(folder.path(), &format!("oci-archive:image.tar@{}", image.digest));
    let source = LocalSource::open(&reference, &Limits::default()).unwrap();
    let request = Request::new("demo", reference.selector, "2026-11-24T12:00:00Z".parse().unwrap());
    let verifier = Verifier::new(Policy::from_toml(&policy, &Root(world())).unwrap()).unwrap();
    match verifier.verify(&Stack::new(Box::new(source)), &request).map(Accepted::into_report) {
        Ok(report) => Ok(report),
        Err(Failure::Rejected(report)) => Err(report),
        Err(Failure::Error(error)) => panic!("no answer: {error}"),
    }
}

#[track_caller]
fn accepted(signature: &LegacyLayer) {
    if let Err(report) = ask(std::slice::from_ref(signature), &[], "") {
        panic!("{:#?}", report.platforms[0].unverified);
    }
}

#[track_caller]
fn refused(signature: &LegacyLayer, code: &str) {
    refused_for(ask(std::slice::from_ref(signature), &[], ""), code);
}

#[track_caller]
fn refused_for(answer: Result<Report, Box<Report>>, code: &str) {
    let report = answer.expect_err("accepted");
    let found: Vec<&str> = report.platforms[0].unverified.iter().map(|one| one.code.name()).collect();
    assert_eq!(found, [code], "{:#?}", report.platforms[0].unverified);
}

fn entry(signed: &Signed) -> Entry {
    world().rekor.entry(&body::hashedrekord(&signer(), signed), at().plus(4))
}

/// A signature of the image without log entry, and the signature itself.
fn bare() -> (LegacyLayer, Signed) {
    legacy::signature(&signer(), &payload_of(&image()))
}

fn sound() -> LegacyLayer {
    let (layer, signed) = bare();
    layer.logged(&entry(&signed))
}

#[test]
fn signatures() {
    accepted(&sound());
    accepted(&sound().without(CHAIN));
    let (layer, signed) = bare();
    refused(&layer, "time-not-proved");
    let stamped = layer.timestamped(&world().tsa.timestamp(&signed.signature, at().plus(4)));
    refused(&stamped, "tlog-missing");
    ask(std::slice::from_ref(&stamped), &[], "tlog = \"none\"").unwrap();
    accepted(&stamped.logged(&entry(&signed)));
    let late = world().tsa.timestamp(&signed.signature, at().plus(601));
    refused(&sound().timestamped(&late), "certificate-expired");
    let other = world().tsa.timestamp(b"another signature", at());
    refused(&sound().timestamped(&other), "timestamp-invalid");
    refused(&sound().annotated(SIGNATURE, signer().key.sign_base64(b"another payload")), "signature-invalid");
    // The blank annotation that cosign once wrote is none, and then nobody's key made the signature.
    refused(&sound().annotated(CERTIFICATE, " \n").without(CHAIN), "signature-invalid");
}

/// CVE-2022-23649: the log entry of one signature beside another.
#[test]
fn log_entries_that_are_not_the_signatures() {
    let (layer, signed) = bare();
    let foreign = signer().message(&payload_of(&sha256(b"another image")).bytes());
    refused(&layer.clone().logged(&entry(&foreign)), "tlog-invalid");
    let elsewhere = RekorV1::new("elsewhere", World::validity().not_before);
    let body = body::hashedrekord(&signer(), &signed);
    refused(&layer.clone().logged(&elsewhere.entry(&body, at())), "tlog-invalid");
    let changes: [fn(&mut Entry); 5] = [
        |entry| entry.promise = None,
        |entry| entry.promise = entry.promise.take().map(|promise| promise[1..].to_vec()),
        |entry| entry.integrated_time = entry.integrated_time.map(|time| time.plus(1)),
        |entry| entry.log_index += 1,
        |entry| entry.body.push(b' '),
    ];
    for change in changes {
        let mut entry = entry(&signed);
        change(&mut entry);
        refused(&layer.clone().logged(&entry), "tlog-invalid");
    }
    let mut negative = entry(&signed);
    negative.log_index = -1;
    refused(&layer.clone().logged(&negative), "malformed");
    let mut text = entry(&signed).annotation();
    text.add("unknown", 1);
    refused(&layer.annotated(BUNDLE, text.to_string()), "malformed");
}

#[test]
fn certificates_that_are_not_the_signers() {
    let others = |identity: &Identity| world().signer(identity, at());
    let other = others(&Identity::github(WORKFLOW, "https://github.com/mallory/app", "refs/heads/main"));
    let (layer, signed) = legacy::signature(&other, &payload_of(&image()));
    let entry = world().rekor.entry(&body::hashedrekord(&other, &signed), at());
    refused(&layer.logged(&entry), "signer-not-allowed");
    // A certificate of somebody allowed, put beside somebody else's signature.
    refused(&layer_with(&other, &signer()), "signature-invalid");
    let two = sound()
        .annotated(CERTIFICATE, layertrust_testkit::sigstore::pem::certificates(&signer().certificates));
    refused(&two, "malformed");
    refused(&sound().annotated(CERTIFICATE, "no certificate"), "malformed");
    refused(&sound().annotated(CHAIN, other.key.public_pem()), "malformed");
    refused(&sound().annotated(TIMESTAMP, "{}"), "malformed");
}

/// Signed by one, certified as another.
fn layer_with(by: &Signer, claimed: &Signer) -> LegacyLayer {
    let mixed = Signer { key: by.key.clone(), certificates: claimed.certificates.clone() };
    let (layer, signed) = legacy::signature(&mixed, &payload_of(&image()));
    layer.logged(&world().rekor.entry(&body::hashedrekord(&mixed, &signed), at()))
}

/// Of an attestation the envelope is the blob, and the log had it as it stands.
#[test]
fn attestations() {
    let predicate = layertrust_testkit::statement::slsa_v1("https://builder.test", None);
    let statement = attest_statement(REPOSITORY, &image(), SLSA_V1, predicate).bytes();
    let (layer, signed) = legacy::attestation(&signer(), &statement, SLSA_V1);
    let with = |body: &body::Body| layer.clone().logged(&world().rekor.entry(body, at()));
    let ask = |layer: &LegacyLayer| ask(&[sound()], std::slice::from_ref(layer), "");
    for make in [body::dsse, body::intoto, body::intoto_001] {
        let sound = with(&make(&signer(), &signed));
        ask(&sound).unwrap_or_else(|report| panic!("{:#?}", report.platforms[0].unverified));
        // A timestamp is over the whole blob here, not over the signature in it.
        let stamp = |bytes: &[u8]| sound.clone().timestamped(&world().tsa.timestamp(bytes, at()));
        ask(&stamp(&layer.bytes)).unwrap();
        refused_for(ask(&stamp(&signed.signature)), "timestamp-invalid");
        // The entry of another statement by the same signer.
        let other = signer().dsse(&attest_statement(REPOSITORY, &image(), SLSA_V1, Json::Null).bytes());
        refused_for(ask(&with(&make(&signer(), &other))), "tlog-invalid");
        let stranger = world().signer(&Identity::github(WORKFLOW, SOURCE, "refs/tags/v1"), at().plus(1));
        refused_for(ask(&with(&make(&stranger, &signed))), "tlog-invalid");
    }
    // Another spelling of the same envelope is another blob than the log had: 0.0.1 records no signature, so
    // its hash is all that binds the two.
    let mut spelled = with(&body::intoto_001(&signer(), &signed));
    spelled.bytes.push(b'\n');
    refused_for(ask(&spelled), "tlog-invalid");
    let mut contradicting = body::intoto_001(&signer(), &signed);
    let content = contradicting.json.get_mut("spec").get_mut("content");
    content.get_mut("payloadHash").set("value", "0".repeat(64));
    refused_for(ask(&with(&contradicting)), "tlog-invalid");
    let mut spelled = with(&body::dsse(&signer(), &signed));
    spelled.bytes.push(b'\n');
    ask(&spelled).unwrap();
    refused_for(ask(&layer), "time-not-proved");
}
