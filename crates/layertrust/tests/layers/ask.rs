//! How the tests ask: images of layers made on the spot, with or without a vendor's base below.

use std::sync::mpsc;
use std::time::Duration;

use layertrust::report::{ChangeFact, ChangeKind, Layers, OwnerKind, PlatformReport, Report};
use layertrust::{
    BaseRule, Failure, ImageReference, Limits, LocalSource, OrgRule, Policy, PublicKey, Request, Severity,
    SignerKey, Verifier,
};
use layertrust_testkit::cases::scene;
use layertrust_testkit::image::{Image, ImageSpec, Platform, Writer, derived_from};
use layertrust_testkit::key::TestKey;
use layertrust_testkit::layer::{Compression, Layer};
use layertrust_testkit::store::Layout;
use layertrust_testkit::tar::{Entry, Tar};
use layertrust_testkit::vendor::VendorImage;

/// Far more than any of these questions takes, and far less than a loop.
const PATIENCE: Duration = Duration::from_secs(120);

/// A layout and the image that is asked for in it.
pub(crate) struct Question {
    pub(crate) layout: Layout,
    pub(crate) digest: String,
    /// The digest of a manifest that is named as the base.
    pub(crate) base: Option<String>,
    pub(crate) limits: Limits,
}

impl Question {
    pub(crate) fn about(image: &Image) -> Self {
        Question {
            layout: scene::unsigned(image),
            digest: image.digest(),
            base: None,
            limits: Limits::default(),
        }
    }

    pub(crate) fn limit(mut self, name: &str, value: u64) -> Self {
        self.limits.set(name, value).unwrap();
        self
    }

    /// The facts, in time and without a panic.
    pub(crate) fn inspect(self) -> Report {
        self.in_time(|verifier, source, request| verifier.inspect(source, request).unwrap())
    }

    /// The judged report, in time and without a panic.
    pub(crate) fn verify(self) -> Report {
        self.in_time(|verifier, source, request| match verifier.verify(source, request) {
            Ok(accepted) => accepted.into_report(),
            Err(Failure::Rejected(report)) => *report,
            Err(Failure::Error(error)) => panic!("no answer: {error}"),
        })
    }

    fn in_time<T: Send + 'static>(
        self,
        ask: impl FnOnce(&Verifier, &LocalSource, &Request) -> T + Send + 'static,
    ) -> T {
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("image.tar");
            self.layout.write_tar(&file);
            let reference: ImageReference =
                format!("oci-archive:{}@{}", file.display(), self.digest).parse().unwrap();
            let source = LocalSource::open(&reference, &Limits::default()).unwrap();
            let mut request =
                Request::new("image", reference.selector.clone(), "2026-11-24T12:00:00Z".parse().unwrap())
                    .layers(Layers::All);
            if let Some(base) = &self.base {
                request = request.base(base.parse().unwrap());
            }
            let key =
                |key: TestKey| SignerKey::Key(PublicKey::from_pem(key.public_pem().as_bytes()).unwrap());
            let policy = Policy::builder()
                .signer("vendor", key(scene::vendor()))
                .signer("org", key(scene::org()))
                .limits(self.limits)
                .base(BaseRule::optional(["vendor"]))
                .org(OrgRule::signed_by(["org"]))
                .build()
                .unwrap();
            // Nobody waits any more if this took too long.
            let _ = send.send(ask(&Verifier::new(policy).unwrap(), &source, &request));
        });
        receive.recv_timeout(PATIENCE).expect("an answer in time, and no panic")
    }
}

/// A layer of these entries, in gzip.
pub(crate) fn layer(entries: impl IntoIterator<Item = Entry>) -> Layer {
    of_tar(Tar::of(entries).finish())
}

/// A layer of these bytes as its tar.
pub(crate) fn of_tar(tar: impl Into<Vec<u8>>) -> Layer {
    Layer::from_tar(Compression::Gzip, tar.into())
}

/// An image of these layers that stands on nothing.
pub(crate) fn image(layers: impl IntoIterator<Item = Layer>) -> Image {
    image_for("linux/amd64", layers)
}

pub(crate) fn image_for(platform: &str, layers: impl IntoIterator<Item = Layer>) -> Image {
    let spec = ImageSpec::new(Writer::Crane, Platform::of(platform));
    layers.into_iter().fold(spec, ImageSpec::appended).build()
}

/// The report about an image of these layers.
pub(crate) fn inspect(layers: impl IntoIterator<Item = Layer>) -> Report {
    Question::about(&image(layers)).inspect()
}

/// The report about layers on a signed base of one layer, which is proved.
pub(crate) fn on_base(base: Layer, upper: impl IntoIterator<Item = Layer>) -> Report {
    on_base_as(base.clone(), base, upper).inspect()
}

/// The question about layers on a signed base whose one layer this image has in another form.
pub(crate) fn on_base_as(base: Layer, form: Layer, upper: impl IntoIterator<Item = Layer>) -> Question {
    let spec = ImageSpec::new(Writer::Vendor, Platform::of("linux/amd64")).vendor_layer(base, "base");
    let vendor = VendorImage::of("dhi/python", vec![spec.build()]);
    let mut spec = derived_from(&vendor.images[0].spec);
    spec.layers = vec![form];
    let image = upper.into_iter().fold(spec, ImageSpec::appended).build();
    let mut question = Question::about(&image);
    question.layout.merge(&vendor.evidence(&scene::vendor()));
    question.base = Some(vendor.images[0].digest());
    question
}

/// The codes of a report's errors.
pub(crate) fn errors(report: &Report) -> Vec<&'static str> {
    codes(report, Severity::Error)
}

pub(crate) fn warnings(report: &Report) -> Vec<&'static str> {
    codes(report, Severity::Warning)
}

fn codes(report: &Report, severity: Severity) -> Vec<&'static str> {
    let findings = report.findings.iter().filter(|finding| finding.severity == severity);
    findings.map(|finding| finding.code.name()).collect()
}

/// The only platform of a report without errors.
pub(crate) fn sound(report: &Report) -> &PlatformReport {
    assert!(errors(report).is_empty(), "{:#?}", report.findings);
    report.platforms.first().expect("a platform")
}

/// The same where the vendor's base was proved.
pub(crate) fn proved(report: &Report) -> &PlatformReport {
    let platform = sound(report);
    assert_eq!(platform.segments[0].owner, OwnerKind::Vendor, "{:#?}", report.findings);
    platform
}

/// What was changed: kind and path, in the report's order.
pub(crate) fn changes(platform: &PlatformReport) -> Vec<(ChangeKind, &str)> {
    let pair = |change: &'_ ChangeFact| change.kind;
    let all = platform.changes.as_deref().expect("opened layers");
    all.iter().map(|change| (pair(change), change.path.as_str())).collect()
}

/// A layer that must be refused with one code.
pub(crate) fn refused(name: &str, layer: Layer, code: &str) -> Report {
    refused_by(name, Question::about(&image([layer])), code)
}

pub(crate) fn refused_by(name: &str, question: Question, code: &str) -> Report {
    let report = question.inspect();
    assert_eq!(errors(&report), [code], "{name}: {:#?}", report.findings);
    assert!(report.platforms.iter().all(|one| one.added.is_none()), "{name}: files of a refused layer");
    report
}
