//! Every case of `testdata/cases` from a registry: the same answers as from its archives.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod kit;
#[path = "../../layertrust/tests/scenario/mod.rs"]
mod scenario;

use std::path::Path;
use std::sync::Arc;

use layertrust::{Evidence, ImageReference, LocalSource, Repository, Selector, Source as _, Verifier};
use layertrust_testkit::registry::{self, Registry};
use layertrust_testkit::store::Layout;
use scenario::{Scenario, testdata};

/// A registry cannot serve these as the archives have them: what they are about is not in the documents.
const OF_ARCHIVES: [&str; 0] = [];

fn run(
    case: &Scenario,
    folder: &Path,
    server: &registry::Registry,
    policy: layertrust::Policy,
) -> Result<layertrust::report::Report, layertrust::Failure> {
    let limits = *policy.limits();
    let client = kit::impatient().build()?;
    let reference: ImageReference = case.image.parse()?;
    let place = |name: &str| Repository::new(&format!("{}/{name}", server.host()));
    let image = client.source(&place("case/image")?, reference.selector, &limits)?;
    let mut evidence = Evidence::default();
    if !case.evidence.is_empty() {
        // Evidence brings its images: in a registry the caller names them.
        let archive = format!("oci-archive:{}", folder.join("evidence.tar").display()).parse()?;
        let images = LocalSource::open(&archive, &limits)?.images(&limits)?;
        let images: Vec<Selector> = images.into_iter().map(|image| Selector::Digest(image.digest)).collect();
        let bare = images.is_empty().then_some(Selector::Only);
        for selector in images.into_iter().chain(bare) {
            evidence = evidence.with(Arc::new(client.source(&place("case/evidence")?, selector, &limits)?));
        }
    }
    let request = case.request_for(layertrust::Selector::Only);
    Verifier::new(policy)?
        .verify(&evidence.stack_on(Box::new(image)), &request)
        .map(layertrust::Accepted::into_report)
}

#[test]
fn every_case_is_answered_as_it_states() {
    let mut wrong = Vec::new();
    let mut ran = 0;
    for entry in std::fs::read_dir(testdata().join("cases")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("case.toml").is_file() {
            continue;
        }
        let case = Scenario::load(&folder.join("case.toml"));
        if OF_ARCHIVES.contains(&case.name.as_str()) {
            continue;
        }
        ran += 1;
        let mut server =
            Registry::new().repository("case/image", &Layout::load_tar(&folder.join("image.tar")));
        if !case.evidence.is_empty() {
            server = server.repository("case/evidence", &Layout::load_tar(&folder.join("evidence.tar")));
        }
        let server = server.start();
        let policy = case.policy(&folder).unwrap();
        let differences = case.differences(&run(&case, &folder, &server, policy));
        if !differences.is_empty() {
            wrong.push(format!("{}: {}", case.name, differences.join("; ")));
        }
    }
    wrong.sort();
    println!("{ran} cases from a registry, {} not", OF_ARCHIVES.len());
    assert!(wrong.is_empty(), "{} cases differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ran > 400, "cases are missing");
}
