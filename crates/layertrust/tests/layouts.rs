//! Layouts and archives that other projects test with. Nobody trusted here signed them: none may be accepted,
//! what is an image must be read, and what is refused stands with its reason in `testdata/upstream`
//! (`layouts.tsv`, `archives.tsv`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod scenario;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use layertrust::report::{CandidateOutcome, Layers, Report};
use layertrust::{
    BaseRule, Code, Failure, Layout, Limits, LocalSource, OrgRule, Policy, PublicKey, Request, Selector,
    Severity, SignerKey, Source, Stack, Verifier,
};
use layertrust_testkit::cases::scene;
use scenario::{shared, testdata};
use serde_json::Value;

/// The projects whose layouts hold images signed by keys, by others, or not at all.
const PROJECTS: [&str; 8] = [
    "anchore-stereoscope",
    "aquasecurity-trivy",
    "containers-container-libs",
    "docker-attest",
    "google-go-containerregistry",
    "notaryproject-notation",
    "oras-project-oras",
    "regclient-regclient",
];

/// Projects with archives and no layout in a folder.
const ARCHIVES_ONLY: [&str; 2] = ["docker-actions-toolkit", "oras-project-oras-go"];

/// What an image without evidence by a signer of the policy answers.
const UNSIGNED: [Code; 3] = [Code::SignatureMissing, Code::LayerUnattributed, Code::ConfigUnattributed];

fn verifier() -> Verifier {
    let key = PublicKey::from_pem(scene::org().public_pem().as_bytes()).unwrap();
    let policy = Policy::builder()
        .signer("ci", SignerKey::Key(key))
        .base(BaseRule::optional(["ci"]))
        .org(OrgRule::signed_by(["ci"]))
        .build()
        .unwrap();
    Verifier::new(policy).unwrap()
}

fn request(selector: Selector) -> Request {
    Request::new("-", selector, "2026-11-24T12:00:00Z".parse().unwrap()).layers(Layers::All)
}

fn layouts_below(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("oci-layout").is_file() {
        found.push(folder.to_owned());
    }
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            layouts_below(&path, found);
        }
    }
}

fn json(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// `read`, or the first code for which it was refused; an image that is accepted is a failure of the test.
fn outcome(verifier: &Verifier, layout: &Path, digest: Option<&str>) -> String {
    let opened = match Layout::open_folder(layout, &Limits::default()) {
        Ok(opened) => opened,
        Err(error) => return error.code().name().to_owned(),
    };
    let selector = digest.map_or(Selector::Only, |digest| Selector::Digest(digest.parse().unwrap()));
    judged(verifier, Box::new(opened), selector, layout)
}

fn judged(verifier: &Verifier, source: Box<dyn Source>, selector: Selector, path: &Path) -> String {
    match verifier.verify(&Stack::new(source), &request(selector)) {
        Ok(_) => panic!("{} was accepted", path.display()),
        Err(Failure::Error(error)) => error.code().name().to_owned(),
        Err(Failure::Rejected(report)) => {
            let mut refused = report.errors().filter(|finding| !UNSIGNED.contains(&finding.code));
            refused.next().map_or("read", |finding| finding.code.name()).to_owned()
        }
    }
}

#[test]
fn every_layout_is_read_or_refused_as_stated_and_none_is_accepted() {
    let Some(folder) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let stated = std::fs::read_to_string(testdata().join("upstream/layouts.tsv")).unwrap();
    let stated: BTreeMap<(String, String), &str> = stated
        .lines()
        .skip(1)
        .map(|line| {
            let [layout, digest, code, _reason] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("four columns: {line}")
            };
            ((layout.to_owned(), digest.to_owned()), code)
        })
        .collect();
    let mut used = BTreeSet::new();
    let verifier = verifier();
    let (mut table, mut wrong) = (BTreeMap::<(String, String), usize>::new(), Vec::new());
    for project in PROJECTS {
        let mut layouts = Vec::new();
        layouts_below(&folder.join(project), &mut layouts);
        assert!(!layouts.is_empty(), "{project}");
        for layout in layouts {
            let digests: BTreeSet<Option<String>> = json(&layout.join("index.json"))
                .and_then(|index| {
                    let entries = index["manifests"].as_array()?;
                    Some(entries.iter().map(|entry| entry["digest"].as_str().map(str::to_owned)).collect())
                })
                .unwrap_or_else(|| BTreeSet::from([None]));
            let name = layout.strip_prefix(&folder).unwrap().to_str().unwrap();
            for digest in digests {
                let found = outcome(&verifier, &layout, digest.as_deref());
                *table.entry((project.to_owned(), found.clone())).or_default() += 1;
                let short = digest.as_deref().map_or("-", |digest| &digest[7..19]);
                // One entry of the layout, or all of them.
                let row = [short, "*"].map(|digest| (name.to_owned(), digest.to_owned()));
                let row = row.into_iter().find(|row| stated.contains_key(row));
                let expected = row.as_ref().map_or("read", |row| stated[row]);
                used.extend(row);
                if found != expected {
                    wrong.push(format!("{name}\t{short}\t{found}\texpected {expected}"));
                }
            }
        }
    }
    println!("{:40}{:24}images", "project", "outcome");
    for ((project, found), count) in &table {
        println!("{project:40}{found:24}{count:6}");
    }
    let unused = stated.keys().filter(|row| !used.contains(row));
    wrong.extend(unused.map(|(layout, digest)| format!("{layout}\t{digest}\tstated, and not there")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn archives_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() {
            archives_below(&path, found);
        } else if name.ends_with(".tar") || name.contains(".tar.") {
            found.push(path);
        }
    }
}

/// What each image of an archive answers, each answer once.
fn archive_outcome(verifier: &Verifier, archive: &Path) -> String {
    let reference = format!("docker-archive:{}", archive.display()).parse().unwrap();
    let limits = Limits::default();
    let open = || LocalSource::open(&reference, &limits).map_err(|error| error.code().name().to_owned());
    let outcomes = || {
        let source = open()?;
        // Of the old form: it would have to be bound to a manifest, and none is brought.
        let selected = source.select(&Selector::Only, [], &limits);
        if let (LocalSource::DockerArchive(_), Err(error)) = (&source, &selected) {
            return Ok(BTreeSet::from([format!("old-form {}", error.code().name())]));
        }
        let images = source.images(&limits).map_err(|error| error.code().name().to_owned())?;
        let judge = |digest| Ok(judged(verifier, Box::new(open()?), Selector::Digest(digest), archive));
        images.into_iter().map(|image| judge(image.digest)).collect::<Result<BTreeSet<_>, String>>()
    };
    outcomes().map_or_else(|code| code, |all| Vec::from_iter(all).join(" "))
}

#[test]
fn every_archive_is_read_or_refused_as_stated_and_none_is_accepted() {
    let Some(folder) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let stated = std::fs::read_to_string(testdata().join("upstream/archives.tsv")).unwrap();
    let stated: BTreeMap<&str, &str> = stated
        .lines()
        .skip(1)
        .map(|line| match line.split('\t').collect::<Vec<_>>()[..] {
            [archive, outcome, _reason] => (archive, outcome),
            _ => panic!("three columns: {line}"),
        })
        .collect();
    let (verifier, mut archives) = (verifier(), Vec::new());
    for project in PROJECTS.iter().chain(&ARCHIVES_ONLY) {
        archives_below(&folder.join(project), &mut archives);
    }
    archives.sort_unstable();
    let mut wrong = Vec::new();
    let names = archives.iter().map(|path| path.strip_prefix(&folder).unwrap().to_str().unwrap());
    let names: BTreeMap<&str, &PathBuf> = names.zip(&archives).collect();
    for (name, path) in &names {
        let (found, expected) = (archive_outcome(&verifier, path), stated.get(name).copied());
        println!("{name:90} {found:20} {}", expected.unwrap_or("-"));
        if expected.is_none_or(|expected| expected != found) {
            wrong.push(format!("{name}\t{found}\texpected {expected:?}"));
        }
    }
    let unused = stated.keys().filter(|name| !names.contains_key(*name));
    wrong.extend(unused.map(|name| format!("{name}\tstated, and not there")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(names.len() > 20, "{}", names.len());
}

/// The diff IDs of every platform image in the repository, read without the library.
fn diff_ids(repository: &Path) -> BTreeMap<String, (String, Vec<String>)> {
    let blob = |digest: &str| json(&repository.join("blobs/sha256").join(&digest[7..]));
    let mut images = BTreeMap::new();
    for entry in json(&repository.join("index.json")).unwrap()["manifests"].as_array().unwrap() {
        let tag = entry["annotations"]["org.opencontainers.image.ref.name"].as_str().unwrap_or_default();
        if !["b1", "b2", "b3", "v1", "v2", "v3"].contains(&tag) {
            continue;
        }
        let index = blob(entry["digest"].as_str().unwrap()).unwrap();
        for child in index["manifests"].as_array().unwrap() {
            let digest = child["digest"].as_str().unwrap();
            let config = blob(blob(digest).unwrap()["config"]["digest"].as_str().unwrap()).unwrap();
            let Some(layers) = config["rootfs"]["diff_ids"].as_array() else { continue };
            let platform = format!("{} {} {}", config["os"], config["architecture"], config["variant"]);
            let layers = layers.iter().map(|one| one.as_str().unwrap().to_owned()).collect();
            images.insert(digest.to_owned(), (platform, layers));
        }
    }
    images
}

#[test]
fn real_bases_are_found_below_real_images_and_nothing_else_is() {
    let Some(folder) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let repository = folder.join("regclient-regclient/testdata/testrepo");
    let images = diff_ids(&repository);
    let open = || Box::new(Layout::open_folder(&repository, &Limits::default()).unwrap());
    let (verifier, mut pairs, mut others) = (verifier(), 0, 0);
    for (image, (platform, layers)) in &images {
        let source = Stack::new(open()).evidence(open());
        let mut request = request(Selector::Digest(image.parse().unwrap()));
        for base in images.keys() {
            request = request.base(base.parse().unwrap());
        }
        let report: Report = verifier.inspect(&source, &request).unwrap();
        assert!(!report.has(Code::LayerInconsistent, Severity::Error));
        let candidates = &report.platforms[0].base_candidates;
        for (base, (of, below)) in images.iter().filter(|(base, _)| *base != image) {
            let outcome = candidates.iter().find(|one| one.digest == *base).map(|one| one.outcome);
            let expected = if of != platform {
                CandidateOutcome::OtherPlatform
            } else if layers.starts_with(below) {
                pairs += 1;
                CandidateOutcome::Unsigned
            } else {
                CandidateOutcome::NotPrefix
            };
            others += usize::from(expected != CandidateOutcome::Unsigned);
            assert_eq!(outcome, Some(expected), "{base} below {image}");
        }
    }
    println!("{} images: {pairs} pairs with a real prefix, {others} without", images.len());
    assert!(pairs > 20 && others > 20, "{pairs} {others}");
}
