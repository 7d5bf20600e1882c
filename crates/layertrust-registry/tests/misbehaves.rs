//! A registry that misbehaves: what comes of each way, and that nothing else is ever contacted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

mod kit;

use std::time::Duration;

use kit::{demo, image_in, impatient, outcome, testdata, verify};
use layertrust_testkit::registry::{Fault, Registry, Rule};

/// What is asked for first, and by name.
const TAG: &str = "/v2/acme/app/manifests/1.2";
const APP: &str = "/v2/acme/app/*";
const MANIFESTS: &str = "/v2/acme/app/manifests/sha256:*";
const BLOBS: &str = "/v2/acme/app/blobs/*";
const REFERRERS: &str = "/v2/acme/app/referrers/*";

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn every_way_has_its_outcome() {
    let base = image_in(&testdata().join("demo/base")).to_string();
    let forever = |pattern, fault| Rule::on(pattern, fault);
    let once = |pattern, fault| Rule::on(pattern, fault).times(1);
    let pause = Duration::from_millis(100);
    let html = || Fault::ContentType("text/html; charset=utf-8".to_owned());
    let index = || Fault::ContentType("application/vnd.oci.image.index.v1+json".to_owned());
    let rows = [
        ("wrong bytes: manifest by tag", forever(TAG, Fault::WrongBytes), "rejected digest-mismatch"),
        ("wrong bytes: blobs", forever(BLOBS, Fault::WrongBytes), "rejected digest-mismatch"),
        ("wrong digest header", forever(TAG, Fault::WrongDigestHeader), "rejected digest-mismatch"),
        ("no digest header", forever(APP, Fault::NoDigestHeader), "accepted"),
        ("truncated: manifests", forever(MANIFESTS, Fault::Truncated), "no answer unreachable"),
        ("truncated: blobs", forever(BLOBS, Fault::Truncated), "no answer unreachable"),
        ("truncated once: tag", once(TAG, Fault::Truncated), "accepted"),
        ("truncated once: a blob", once(BLOBS, Fault::Truncated), "accepted"),
        ("endless body: tag", forever(TAG, Fault::EndlessBody), "rejected limit-exceeded"),
        ("endless body: blobs", forever(BLOBS, Fault::EndlessBody), "rejected digest-mismatch"),
        ("announces too much: tag", forever(TAG, Fault::Announces(1 << 40)), "rejected limit-exceeded"),
        ("announces too much: blobs", forever(BLOBS, Fault::Announces(1 << 40)), "rejected digest-mismatch"),
        ("endless pages", forever(REFERRERS, Fault::EndlessPages), "rejected limit-exceeded"),
        ("a page that follows itself", forever(REFERRERS, Fault::PageLoop), "no answer unreachable"),
        ("1,500 referrers", forever(REFERRERS, Fault::MadeUpReferrers(1_500)), "rejected limit-exceeded"),
        ("referrers of another digest", forever(REFERRERS, Fault::ReferrersOf(base.clone())), "rejected"),
        ("redirect loop", forever(TAG, Fault::RedirectLoop), "no answer unreachable"),
        (
            "redirect to plain HTTP elsewhere",
            forever(BLOBS, Fault::RedirectTo("http://registry.example.com".to_owned())),
            "no answer unreachable",
        ),
        ("401 loop", forever(APP, Fault::Unauthorized), "no answer unauthorized"),
        ("401 without a challenge", forever(APP, Fault::Challenge(String::new())), "no answer unauthorized"),
        ("403", forever(APP, Fault::Status(403)), "no answer unauthorized"),
        ("429 storm", forever(APP, Fault::TooManyRequests(None)), "no answer rate-limited"),
        (
            "429 storm that asks for an hour",
            forever(APP, Fault::TooManyRequests(text("3600"))),
            "no answer rate-limited",
        ),
        ("429 twice", Rule::on(APP, Fault::TooManyRequests(text("0"))).times(2), "accepted"),
        ("503 storm", forever(APP, Fault::Status(503)), "no answer unreachable"),
        ("503 twice", Rule::on(APP, Fault::Status(503)).times(2), "accepted"),
        ("500 for referrers", forever(REFERRERS, Fault::Status(500)), "no answer unreachable"),
        ("slow loris: tag", forever(TAG, Fault::Drip(pause)), "no answer unreachable"),
        ("slow loris: blobs", forever(BLOBS, Fault::Drip(pause)), "no answer unreachable"),
        ("headers and nothing more", forever(TAG, Fault::Stall), "no answer unreachable"),
        ("no answer at all", forever(TAG, Fault::Silence), "no answer unreachable"),
        ("hangs up", forever(TAG, Fault::HangUp), "no answer unreachable"),
        ("hangs up once", once(TAG, Fault::HangUp), "accepted"),
        ("a web page: tag", forever(TAG, html()), "no answer unreachable"),
        ("a web page: manifests", forever(MANIFESTS, html()), "no answer unreachable"),
        ("another media type", forever(TAG, index()), "rejected media-type-mismatch"),
        ("another manifest", forever(TAG, Fault::ManifestOf(base)), "no answer not-found"),
        ("headers without end", forever(TAG, Fault::HugeHeaders(1 << 20)), "no answer unreachable"),
        ("404: tag", forever(TAG, Fault::Status(404)), "no answer not-found"),
        ("404: blobs", forever(BLOBS, Fault::Status(404)), "rejected blob-missing"),
        ("404: referrers and their tags", forever(REFERRERS, Fault::Status(404)), "rejected"),
    ];
    let mut wrong = Vec::new();
    for (name, rule, expected) in rows {
        let server = demo().fault(rule).start();
        let found = outcome(&verify(&impatient().build().unwrap(), &server));
        println!("{name:<36} {found}");
        // What was missing for it follows the first.
        if found != expected && !found.starts_with(&format!("{expected} ")) {
            wrong.push(format!("{name}: expected {expected}, found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_good_registry_is_accepted_in_pages_too_and_without_ranges() {
    for server in [demo(), demo().referrers_a_page(1), demo().without_ranges()] {
        let server = server.start();
        assert_eq!(outcome(&verify(&impatient().build().unwrap(), &server)), "accepted");
    }
}

#[test]
fn who_asks_for_an_hour_is_not_asked_again() {
    let server = demo().fault(Rule::on(APP, Fault::TooManyRequests(text("3600")))).start();
    let answer = verify(&impatient().build().unwrap(), &server);
    assert_eq!(server.count(APP), 1);
    let Err(layertrust::Failure::Error(error)) = answer else { panic!("{}", outcome(&answer)) };
    assert!(error.message().contains("3600 s"), "{error}");
}

#[test]
fn a_tag_that_moves_between_calls_is_resolved_once() {
    let base = image_in(&testdata().join("demo/base")).to_string();
    let server = demo().fault(Rule::on(TAG, Fault::ManifestOf(base)).after(1)).start();
    assert_eq!(outcome(&verify(&impatient().build().unwrap(), &server)), "accepted");
    assert_eq!(server.count(TAG), 1);
}

#[test]
fn a_blob_may_come_from_elsewhere_but_nobody_there_learns_who_asks() {
    let elsewhere = demo().start();
    let auth = layertrust_testkit::registry::Auth::basic("robot", "secret");
    let server = demo().auth(auth).fault(Rule::on(BLOBS, Fault::RedirectTo(elsewhere.url()))).start();
    let password =
        layertrust_registry::Credential::Password { username: "robot".into(), password: "secret".into() };
    let credentials = layertrust_registry::Credentials::anonymous().with(&server.host(), password);
    let client = impatient().credentials(credentials).build().unwrap();
    assert_eq!(outcome(&verify(&client, &server)), "accepted");
    assert!(elsewhere.count(BLOBS) > 0);
    assert!(elsewhere.asked().iter().all(|asked| asked.header("authorization").is_none()));
    assert!(server.asked().iter().any(|asked| asked.header("authorization").is_some()));
}

#[test]
fn a_page_on_another_host_is_not_gone_to() {
    let elsewhere = demo().start();
    let page = format!("{}/v2/acme/app/referrers/x", elsewhere.url());
    let server = demo().fault(Rule::on(REFERRERS, Fault::NextPage(page))).start();
    assert_eq!(outcome(&verify(&impatient().build().unwrap(), &server)), "no answer unreachable");
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn names_in_an_image_are_never_contacted() {
    use layertrust::{Policy, Request, Selector, Verifier};
    use layertrust_testkit::image::{ImageSpec, Platform, Writer};
    use layertrust_testkit::layer::Compression;
    use layertrust_testkit::layer::Layer;
    use layertrust_testkit::store::Layout;

    let elsewhere = demo().start();
    let spec = ImageSpec::new(Writer::Vendor, Platform::of("linux/amd64"));
    let name = elsewhere.reference("dhi/base", "22");
    let spec = ["name", "source", "documentation", "url"].iter().fold(spec, |spec, what| {
        let key = if *what == "name" {
            "org.opencontainers.image.base.name".to_owned()
        } else {
            format!("org.opencontainers.image.{what}")
        };
        spec.labelled(&key, &name)
    });
    let layer = Layer::of(Compression::Gzip, &[("etc/x", "x")]);
    let image = spec.vendor_layer(layer, &format!("FROM {name}")).build();
    let address = format!("{}/v2/dhi/base/blobs/x", elsewhere.url());
    let image = image.edit_manifest(|manifest| {
        let layers = manifest.get_mut("layers").elements_mut();
        layers.iter_mut().for_each(|layer| layer.add("urls", vec![address.clone()]));
    });
    let mut layout = Layout::new();
    image.put(&mut layout);
    let server =
        Registry::new().repository("acme/app", &layout).tag("acme/app", "1.2", &image.digest()).start();
    let client = impatient().build().unwrap();
    let source = client
        .source(&kit::repository(&server, "acme/app"), Selector::Tag("1.2".into()), &Default::default())
        .unwrap();
    let request = Request::new("app", Selector::Only, "2026-11-24T12:00:00Z".parse().unwrap());
    let request = request.layers(layertrust::report::Layers::All);
    let policy: Policy = kit::policy();
    let report = Verifier::new(policy).unwrap().inspect(&source, &request).unwrap();
    assert!(report.platforms.len() == 1, "{report:?}");
    assert_eq!(elsewhere.connections(), 0);
}
