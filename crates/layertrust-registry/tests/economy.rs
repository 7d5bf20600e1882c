//! What is asked of a registry: each thing once, and nothing that is not needed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod kit;

use std::collections::BTreeMap;
use std::sync::Arc;

use kit::{demo, impatient, repository, verify};
use layertrust::{Evidence, Limits, Request, Selector, Verifier};
use layertrust_testkit::registry::Registry;

fn times(server: &Registry) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for asked in server.asked() {
        *times.entry(asked.target).or_default() += 1;
    }
    times
}

#[test]
fn nothing_is_asked_twice_and_no_layer_at_all() {
    let server = demo().start();
    verify(&impatient().build().unwrap(), &server).unwrap();
    let times = times(&server);
    for (target, count) in &times {
        println!("{count} {target}");
    }
    println!("{} requests", server.asked().len());
    assert!(times.values().all(|count| *count == 1), "{times:#?}");
    // The layers of image and base are the same blobs, which proves them without reading.
    let layers = kit::layers_in(&kit::testdata().join("demo/image"));
    assert!(!layers.is_empty() && layers.iter().all(|layer| server.count(&format!("*/blobs/{layer}")) == 0));
}

#[test]
fn eight_images_on_one_base_ask_for_its_evidence_once() {
    let requests = |images: usize| {
        let server = demo().start();
        let client = impatient().build().unwrap();
        let limits = Limits::default();
        let tag = |tag: &str| Selector::Tag(tag.to_owned());
        let base = client.source(&repository(&server, "dhi/base"), tag("22"), &limits).unwrap();
        let evidence = Evidence::default().with(Arc::new(base));
        let verifier = Verifier::new(kit::policy()).unwrap();
        let batch = verifier.batch();
        for _ in 0..images {
            let image = client.source(&repository(&server, "acme/app"), tag("1.2"), &limits).unwrap();
            let request = Request::new("app", Selector::Only, "2026-11-24T12:00:00Z".parse().unwrap());
            let _ = batch.verify(&evidence.stack_on(Box::new(image)), &request).unwrap();
        }
        (server.count("/v2/dhi/base/*"), server.count("/v2/acme/app/*"))
    };
    let (one, eight) = (requests(1), requests(8));
    println!("for the base {} and {}, for the images {} and {}", one.0, eight.0, one.1, eight.1);
    assert_eq!(one.0, eight.0);
    assert_eq!(one.1 * 8, eight.1);
}

#[test]
fn requests_are_made_at_once_but_not_too_many() {
    let server = demo().delay(std::time::Duration::from_millis(20)).start();
    verify(&impatient().build().unwrap(), &server).unwrap();
    let most = server.most_at_once();
    println!("{most} at once");
    assert!((3..=8).contains(&most), "{most} at once");
}
