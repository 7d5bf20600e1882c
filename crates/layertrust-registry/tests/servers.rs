//! The images that real tools made, from real registries: the same answers as from their layouts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

#[path = "servers/contents.rs"]
mod contents;
mod kit;
#[path = "servers/push.rs"]
mod push;
#[path = "../../layertrust/tests/scenario/mod.rs"]
mod scenario;
#[path = "servers/server.rs"]
mod server;
#[path = "servers/storage.rs"]
mod storage;

use std::path::Path;
use std::sync::Arc;

use layertrust::report::Report;
use layertrust::{Evidence, Failure, ImageReference, Repository, Selector, Verifier};
use push::Refused;
use scenario::{Scenario, shared};
use server::{Kind, Server};

/// The images that are one layout each and that this version can answer.
const EXPECTED: usize = 92;

#[test]
fn every_image_has_the_same_answer_from_docker_registry() {
    compare(Kind::Docker, &[]);
}

#[test]
fn every_image_has_the_same_answer_from_cranes_registry() {
    // It takes nothing whose bytes are not those of its digest: that is refused there, and not by us.
    compare(Kind::Crane, &["layer-blob-corrupt", "manifest-digest-mismatch"]);
}

fn compare(kind: Kind, not_taken: &[&str]) {
    let Some(folder) = shared("LAYERTRUST_IMAGES", "images") else { return };
    let Some(server) = Server::start(kind) else { return };
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let (mut same, mut refused, mut wrong) = (0, Vec::new(), Vec::new());
    for folder in names.iter().filter(|folder| folder.join("expected.toml").is_file()) {
        let scenario = Scenario::load(&folder.join("expected.toml"));
        let is_later = scenario.needs.as_deref() == Some("vulnerabilities");
        if is_later || !scenario.image.starts_with("oci:") {
            continue;
        }
        let name = scenario.name.clone();
        let row = match ask(&scenario, folder, &server) {
            Ok(answer) => {
                let differences = scenario.differences(&answer);
                match differences.is_empty() {
                    true => same += 1,
                    false => wrong.push(format!("{name}: {}", differences.join("; "))),
                }
                kit::outcome(&answer)
            }
            Err(Refused(why)) => {
                refused.push(name.clone());
                format!("not taken by the registry: {why}")
            }
        };
        println!("{:<16} {name:<45} {row}", kind.name());
    }
    println!("{}: {same} the same, {} not taken: {}", kind.name(), refused.len(), refused.join(", "));
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(refused, not_taken);
    assert_eq!(same + refused.len(), EXPECTED);
}

/// Pushes an image and its evidence, and asks about them there.
fn ask(scenario: &Scenario, folder: &Path, server: &Server) -> Result<Result<Report, Failure>, Refused> {
    let reference: ImageReference = scenario.image.parse().unwrap();
    let layout = |text: &str| {
        let text = text.strip_prefix("oci:").unwrap();
        folder.join(text.split(['@', ':']).next().unwrap())
    };
    let image = format!("{}/image", scenario.name);
    server.put(&layout(&scenario.image), &image)?;
    let mut sources = Vec::new();
    for (at, evidence) in scenario.evidence.iter().enumerate() {
        let name = format!("{}/evidence-{at}", scenario.name);
        server.put(&layout(evidence), &name)?;
        // Evidence brings its images: in a registry the caller names them.
        let images = kit::images_in(&layout(evidence)).into_iter().map(Selector::Digest);
        let images: Vec<Selector> = images.collect();
        let bare = images.is_empty().then_some(Selector::Only);
        sources.extend(images.into_iter().chain(bare).map(|selector| (name.clone(), selector)));
    }
    Ok(answer(scenario, folder, server, (&image, reference.selector), &sources))
}

fn answer(
    scenario: &Scenario,
    folder: &Path,
    server: &Server,
    image: (&str, Selector),
    evidence: &[(String, Selector)],
) -> Result<Report, Failure> {
    let policy = scenario.policy(folder)?;
    let limits = *policy.limits();
    let client = kit::impatient().patience(std::time::Duration::from_secs(30)).build()?;
    let source = |name: &str, selector: Selector| {
        client.source(&Repository::new(&format!("{}/{name}", server.host))?, selector, &limits)
    };
    let mut all = Evidence::default();
    for (name, selector) in evidence {
        all = all.with(Arc::new(source(name, selector.clone())?));
    }
    let stack = all.stack_on(Box::new(source(image.0, image.1)?));
    let request = scenario.request_for(Selector::Only);
    Verifier::new(policy)?.verify(&stack, &request).map(layertrust::Accepted::into_report)
}
