//! Evidence that others made, read in place and never kept: one organization's real image on a real hardened
//! base, and attestations by other projects' keys.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

#[path = "corpus/golden.rs"]
mod golden;
mod scenario;

use std::collections::BTreeMap;
use std::path::Path;

use layertrust::report::{CandidateOrigin, CandidateOutcome};
use layertrust::{
    BaseRule, BundleFiles, Code, Error, Failure, Layout, Limits, OrgRule, OrgSignature, Policy, PublicKey,
    Request, Selector, Severity, SignerKey, Stack, Verifier,
};
use layertrust_testkit::cases::scene;
use layertrust_testkit::{cosign, export};
use scenario::{shared, testdata};

const NOW: &str = "2026-11-24T12:00:00Z";

#[test]
fn a_real_image_is_inspected_and_its_base_is_not_at_hand() {
    let Some(folder) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let target = tempfile::tempdir().unwrap();
    let image = golden::assemble(&folder.join("real-image-on-dhi/golden-python"), target.path());
    let policy = Policy::builder()
        .signer("dhi", SignerKey::DockerDhi)
        .base(BaseRule::optional(["dhi"]))
        .org(OrgRule::layers_forbidden())
        .build()
        .unwrap();
    let source = Stack::new(Box::new(Layout::open_folder(target.path(), &Limits::default()).unwrap()));
    let selector = Selector::Digest(image.digest.parse().unwrap());
    let request = Request::new("golden-python", selector, NOW.parse().unwrap());
    let report = Verifier::new(policy).unwrap().inspect(&source, &request).unwrap();

    let platform = report.platforms.first().unwrap();
    for one in &platform.base_candidates {
        println!("base candidate {}: {:?}", one.digest, one.outcome);
    }
    assert!(report.verdict.is_none());
    let candidate =
        platform.base_candidates.iter().find(|one| one.origin == CandidateOrigin::Unsigned).unwrap();
    assert_eq!(candidate.outcome, CandidateOutcome::NotAtHand);
    assert!(platform.unverified.iter().any(|one| one.code == Code::BaseUnavailable));
    assert!(!report.has(Code::BaseUnavailable, Severity::Error), "inspect judges nothing");
    assert!(report.errors().next().is_none(), "{:?}", report.findings);
    assert!(platform.signatures.is_empty() && platform.attestations.is_empty());
}

/// An image with the evidence that one row of the table names.
struct Asked {
    source: Stack,
    digest: String,
    /// What of it has to stay on disk.
    _folder: tempfile::TempDir,
}

/// The image of a layout, `LAYOUT@DIGEST`, and an envelope in a file beside it.
fn in_layout(folder: &Path, image: &str, envelope: Option<&str>) -> Asked {
    let limits = Limits::default();
    let (layout, digest) = image.split_once('@').unwrap();
    let source = Stack::new(Box::new(Layout::open_folder(&folder.join(layout), &limits).unwrap()));
    let source = match envelope {
        Some(file) => source.evidence(Box::new(BundleFiles::open(&folder.join(file), &limits).unwrap())),
        None => source,
    };
    Asked { source, digest: digest.to_owned(), _folder: tempfile::tempdir().unwrap() }
}

/// An envelope whose own image is not at hand: it is hung on an image made here, as cosign would (`.att`).
fn on_another_image(envelope: &Path) -> Asked {
    let image = scene::plain_spec().build();
    let mut layout = scene::unsigned(&image);
    let bytes = std::fs::read(envelope).unwrap();
    let layer = cosign::LegacyLayer { media_type: cosign::ENVELOPE, bytes, annotations: Vec::new() };
    let manifest = cosign::legacy_manifest(&mut layout, &[layer]);
    export::digest_tag(&mut layout, &image.digest(), "att", &manifest);
    let folder = tempfile::tempdir().unwrap();
    layout.write_dir(folder.path());
    let source = Stack::new(Box::new(Layout::open_folder(folder.path(), &Limits::default()).unwrap()));
    Asked { source, digest: image.digest(), _folder: folder }
}

/// The answer if provenance by this key is wanted: `accepted`, or why what was found proves nothing, or, if
/// nothing was found, the first error.
fn answer(asked: &Asked, key: &Path) -> Result<String, Error> {
    let key = PublicKey::from_file(&std::fs::read(key).unwrap())?;
    let policy = Policy::builder()
        .signer("ci", SignerKey::Key(key))
        .base(BaseRule::optional(["ci"]))
        .org(OrgRule::signed_by(["ci"]).signature(OrgSignature::Provenance))
        .build()?;
    let request = Request::new("-", Selector::Digest(asked.digest.parse().unwrap()), NOW.parse().unwrap());
    match Verifier::new(policy)?.verify(&asked.source, &request) {
        Ok(_) => Ok("accepted".to_owned()),
        Err(Failure::Error(error)) => Err(error),
        Err(Failure::Rejected(report)) => {
            let unverified = report.platforms.iter().flat_map(|one| &one.unverified).map(|one| one.code);
            let code = unverified.chain(report.errors().map(|finding| finding.code)).next().unwrap();
            Ok(code.name().to_owned())
        }
    }
}

#[test]
fn attestations_by_other_projects_keys_hold_or_fail_as_they_state() {
    let Some(folder) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let table = std::fs::read_to_string(testdata().join("upstream/signed.tsv")).unwrap();
    let (mut wrong, mut kinds) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for row in table.lines().skip(1) {
        let [kind, files, key, stated, expected, _reason] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("six columns: {row}")
        };
        *kinds.entry(kind).or_default() += 1;
        if kind == "dir" {
            continue;
        }
        let files: Vec<&str> = files.split(' ').collect();
        let is_there = |file: &&str| folder.join(file.split('@').next().unwrap()).exists();
        let found = if files.iter().all(is_there) {
            let asked = match (kind, files.as_slice()) {
                ("image", [image]) => in_layout(&folder, image, None),
                ("envelope", [envelope, image]) => in_layout(&folder, image, Some(envelope)),
                ("envelope", [envelope]) => on_another_image(&folder.join(envelope)),
                _ => panic!("{row}"),
            };
            answer(&asked, &folder.join(key)).unwrap_or_else(|error| error.code().name().to_owned())
        } else {
            "absent".to_owned()
        };
        println!("{:70} stated {stated:8} expected {expected:22} found {found}", files[0]);
        let verdict = match found.as_str() {
            "absent" => stated,
            "accepted" => "pass",
            // What its envelope holds is signed, and about no image here.
            "subject-mismatch" => "unbound",
            _ => "fail",
        };
        if (found.as_str(), verdict) != (expected, stated) {
            wrong.push(format!("{row}: found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(kinds["dir"] >= 11 && kinds["envelope"] >= 10 && kinds["image"] >= 3, "{kinds:?}");
    assert_eq!(kinds.len(), 3, "{kinds:?}");
}
