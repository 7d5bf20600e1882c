//! Somebody else's verifier as the judge.

use sigstore_verify::trust_root::TrustedRoot as TheirRoot;
use sigstore_verify::types::{Bundle as TheirBundle, DerPublicKey};
use sigstore_verify::{Error, Policy, PublicKeyVerificationPolicy, VerificationPolicy, Verifier};

use crate::json::Json;
use crate::key::TestKey;
use crate::object;
use crate::sigstore::identity::GITHUB_ISSUER;
use crate::sigstore::{Bundle, Identity, Time, TrustedRoot, World};
use crate::statement::{COSIGN_SIGN, STATEMENT_V1, cosign_statement};
use crate::store::sha256;

pub(super) const ARTIFACT: &[u8] = b"an artifact\n";

/// A time in the past of every machine: the verifier compares with its clock.
pub(super) fn at() -> Time {
    Time::parse("2024-05-02T10:00:00Z")
}

pub(super) fn world() -> World {
    World::new("demo")
}

pub(super) fn identity() -> Identity {
    Identity::github(WORKFLOW, "https://github.com/acme/app", "refs/tags/v1")
}

pub(super) const WORKFLOW: &str = "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1";

/// A statement about [`ARTIFACT`].
pub(super) fn statement() -> Vec<u8> {
    let subject: Json = crate::statement::subject("artifact", &sha256(ARTIFACT));
    cosign_statement(STATEMENT_V1, vec![subject], COSIGN_SIGN, object! {}).bytes()
}

/// Why the verifier refuses, or that it does not.
pub(super) type Verdict = Result<sigstore_verify::VerificationResult, Error>;

pub(super) fn keyless_policy() -> VerificationPolicy {
    VerificationPolicy::new(WORKFLOW, GITHUB_ISSUER)
}

pub(super) fn keyless(root: &TrustedRoot, bundle: &Bundle) -> Verdict {
    judge(root, &bundle.text(), &keyless_policy())
}

pub(super) fn by_key(root: &TrustedRoot, bundle: &Bundle, key: &TestKey) -> Verdict {
    let policy = PublicKeyVerificationPolicy::new(DerPublicKey::new(key.spki_der()));
    judge(root, &bundle.text(), &policy)
}

pub(super) fn judge(root: &TrustedRoot, bundle: &str, policy: &(impl Policy + ?Sized)) -> Verdict {
    judge_artifact(root, ARTIFACT, bundle, policy)
}

pub(super) fn judge_artifact(
    root: &TrustedRoot,
    artifact: &[u8],
    bundle: &str,
    policy: &(impl Policy + ?Sized),
) -> Verdict {
    let root = TheirRoot::from_json(&root.text()).expect("a trusted root");
    let bundle = TheirBundle::from_json(bundle)?;
    Verifier::new(&root)?.verify(artifact, &bundle, policy)
}
