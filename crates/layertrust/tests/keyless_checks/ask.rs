//! How the checks ask: a sound signature with everything it was made from, and one thing changed.

use std::sync::LazyLock;

use layertrust::report::BlobReport;
use layertrust::{
    Artifact, BlobVerifier, Error, PublicKey, SignerKey, SignerRule, TrustedRoot, VerifiedBlob,
};
use layertrust_testkit::json::Json;
use layertrust_testkit::key::TestKey;
use layertrust_testkit::object;
use layertrust_testkit::sigstore::identity::GITHUB_ISSUER;
use layertrust_testkit::sigstore::{
    Body, Bundle, Entry, Identity, LeafOptions, Signed, Signer, Time, TrustedRoot as Trust, Version, World,
    body,
};
use layertrust_testkit::statement::{COSIGN_SIGN, STATEMENT_V1, cosign_statement, subject};
use layertrust_testkit::store::sha256;

pub(crate) const ARTIFACT: &[u8] = b"an artifact\n";
pub(crate) const NOW: &str = "2026-11-24T12:00:00Z";
pub(crate) const REPOSITORY: &str = "https://github.com/acme/app";
pub(crate) const WORKFLOW: &str = "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1";

/// When the certificate was issued; the signature is four seconds younger.
pub(crate) fn at() -> Time {
    Time::parse("2026-11-20T09:15:00Z")
}

pub(crate) fn signed_at() -> Time {
    at().plus(4)
}

pub(crate) fn world() -> World {
    static WORLD: LazyLock<World> = LazyLock::new(|| World::new("demo"));
    WORLD.clone()
}

pub(crate) fn identity() -> Identity {
    Identity::github(WORKFLOW, REPOSITORY, "refs/tags/v1")
}

/// A statement about [`ARTIFACT`].
pub(crate) fn statement() -> Vec<u8> {
    let subject = subject("artifact", &sha256(ARTIFACT));
    cosign_statement(STATEMENT_V1, vec![subject], COSIGN_SIGN, object! {}).bytes()
}

pub(crate) fn release_key() -> TestKey {
    TestKey::p256("release")
}

pub(crate) fn key_rule(key: &TestKey) -> SignerRule {
    SignerRule::from(SignerKey::Key(PublicKey::from_pem(key.public_pem().as_bytes()).unwrap()))
}

pub(crate) fn rule() -> SignerRule {
    SignerRule::certificate(GITHUB_ISSUER, WORKFLOW).unwrap().source_repository([REPOSITORY]).unwrap()
}

/// A signature, and who is asked about it. Sound as it is made, and every part can be changed.
#[derive(Clone)]
pub(crate) struct Sound {
    pub(crate) name: &'static str,
    pub(crate) world: World,
    pub(crate) signer: Signer,
    pub(crate) signed: Signed,
    pub(crate) bundle: Bundle,
    pub(crate) trust: Trust,
    /// Whether the root wants certificate transparency, and a log entry.
    pub(crate) sct: bool,
    pub(crate) tlog: bool,
    pub(crate) rule: SignerRule,
    pub(crate) artifact: &'static [u8],
}

impl Sound {
    fn new(name: &'static str, world: &World, signer: &Signer, signed: Signed, rule: SignerRule) -> Self {
        Self {
            name,
            world: world.clone(),
            signer: signer.clone(),
            bundle: Bundle::new(Version::V03, signer, &signed),
            signed,
            trust: world.trust(),
            sct: true,
            tlog: true,
            rule,
            artifact: ARTIFACT,
        }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// With the log entry changed.
    pub(crate) fn entry(self, change: impl FnOnce(&mut Entry)) -> Self {
        self.with(|case| change(&mut case.bundle.entries[0]))
    }

    /// With a timestamp over the signature, as a sound authority of the root makes it.
    pub(crate) fn stamped(self, time: Time) -> Self {
        self.with(|case| {
            case.bundle.timestamps.push(case.world.tsa.timestamp(&case.signed.signature, time));
        })
    }

    /// With an entry of Rekor v1 for this body, which its log saw and signed.
    pub(crate) fn logging(self, body: &Body) -> Self {
        self.with(|case| case.bundle.entries = vec![case.world.rekor.entry(body, signed_at())])
    }

    pub(crate) fn logged_at(self, time: Time) -> Self {
        self.with(|case| {
            let body = case.body();
            case.bundle.entries = vec![case.world.rekor.entry(&body, time)];
        })
    }

    /// What Rekor v1 writes about the signature.
    pub(crate) fn body(&self) -> Body {
        match self.bundle.message {
            Some(_) => body::hashedrekord(&self.signer, &self.signed),
            None => body::dsse(&self.signer, &self.signed),
        }
    }

    pub(crate) fn ask_about(&self, bundle: &str) -> Result<BlobReport, Error> {
        let mut root = TrustedRoot::from_json(self.trust.text().as_bytes())?;
        if !self.sct {
            root = root.without_sct();
        }
        if !self.tlog {
            root = root.without_tlog();
        }
        BlobVerifier::new(self.rule.clone(), root)?
            .verify(Artifact::Bytes(self.artifact), bundle.as_bytes(), NOW.parse().unwrap())
            .map(VerifiedBlob::into_report)
    }

    #[track_caller]
    pub(crate) fn accepted(&self) -> BlobReport {
        self.ask_about(&self.bundle.text()).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    #[track_caller]
    pub(crate) fn refused(&self, code: &str) -> Error {
        self.refused_as(&self.bundle.json(), code)
    }

    /// Refused with the bundle in a form that the builder does not write.
    #[track_caller]
    pub(crate) fn refused_as(&self, bundle: &Json, code: &str) -> Error {
        match self.ask_about(&bundle.to_string()) {
            Ok(_) => panic!("{}: accepted, expected {code}", self.name),
            Err(error) => {
                assert_eq!(error.code().name(), code, "{}: {error}", self.name);
                error
            }
        }
    }
}

/// Signed by a certificate: an envelope and a message in Rekor v1, an envelope in Rekor v2, and a message with
/// nothing but a timestamp under a root that has no logs.
pub(crate) fn signed_by(world: &World, signer: &Signer) -> Vec<Sound> {
    let make = |name, signed| Sound::new(name, world, signer, signed, rule());
    vec![
        make("envelope, Rekor v1", signer.dsse(&statement())).logged_at(signed_at()),
        make("message, Rekor v1", signer.message(ARTIFACT)).logged_at(signed_at()),
        make("envelope, Rekor v2", signer.dsse(&statement())).stamped(signed_at()).with(|case| {
            case.bundle.entries = vec![world.rekor2.entry(&body::hashedrekord_v2(signer, &case.signed))];
        }),
        make("message, timestamp alone", signer.message(ARTIFACT)).stamped(signed_at()).with(|case| {
            case.trust.tlogs.clear();
            case.trust.ctlogs.clear();
            (case.sct, case.tlog) = (false, false);
        }),
    ]
}

pub(crate) fn by_certificate() -> Vec<Sound> {
    static CASES: LazyLock<Vec<Sound>> =
        LazyLock::new(|| signed_by(&world(), &world().signer(&identity(), at())));
    CASES.clone()
}

/// With a certificate of any soundness.
pub(crate) fn with_leaf(options: &LeafOptions) -> Vec<Sound> {
    signed_by(&world(), &world().signer_with(&identity(), at(), options))
}

pub(crate) fn dsse_v1() -> Sound {
    by_certificate().remove(0)
}

pub(crate) fn message_v1() -> Sound {
    by_certificate().remove(1)
}

pub(crate) fn dsse_v2() -> Sound {
    by_certificate().remove(2)
}

pub(crate) fn timestamp_alone() -> Sound {
    by_certificate().remove(3)
}

/// By a key that needs a log entry.
pub(crate) fn key_v1() -> Sound {
    let (world, signer, rule) = (world(), Signer::key(&release_key()), key_rule(&release_key()));
    let name = "envelope by a key, Rekor v1";
    Sound::new(name, &world, &signer, signer.dsse(&statement()), rule.require_tlog()).logged_at(signed_at())
}

/// Every form whose time Rekor v1 proves.
pub(crate) fn in_rekor_v1() -> Vec<Sound> {
    vec![dsse_v1(), message_v1(), key_v1()]
}

pub(crate) fn sound() -> Vec<Sound> {
    [by_certificate(), vec![key_v1()]].concat()
}

#[track_caller]
pub(crate) fn all_refused(cases: impl IntoIterator<Item = Sound>, code: &str) {
    for case in cases {
        case.refused(code);
    }
}
