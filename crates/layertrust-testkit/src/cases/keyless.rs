//! Signatures by certificates, and what logs and timestamps prove: forms that are accepted.

use crate::case::{Case, Expect};
use crate::cosign::{SIGNED_AT, bundle_referrer, legacy_manifest, payload};
use crate::export;
use crate::json::Json;
use crate::policy::Policy;
use crate::sigstore::bundle::{SIGNING_DELAY, key_dsse, keyless_dsse, keyless_dsse_v2};
use crate::sigstore::{Bundle, Chain, Identity, Signer, Time, TrustedRoot, Version, World, body, legacy};
use crate::statement::{COSIGN_SIGN, SLSA_V1, attest_statement, sign_statement, slsa_v1};
use crate::store::{Descriptor, Layout};

use super::accepted_rules::app_facts;
use super::scene::{self, REPOSITORY};

/// The workflow that signs for the organization.
pub const WORKFLOW: &str =
    "https://github.com/acme/orders-api/.github/workflows/release.yml@refs/tags/v1.4.2";
/// The repository that it runs in.
pub const SOURCE: &str = "https://github.com/acme/orders-api";

/// The deployment that the cases' root trusts.
pub fn world() -> World {
    World::new("corp")
}

/// Another deployment, whom no policy names.
pub fn stranger() -> World {
    World::new("stranger")
}

/// The organization's identity.
pub fn release() -> Identity {
    Identity::github(WORKFLOW, SOURCE, "refs/tags/v1.4.2")
}

/// When everything is signed.
pub fn signed_at() -> Time {
    Time::parse(SIGNED_AT)
}

/// The roots by the names of their files.
pub fn roots() -> [(&'static str, Json); 2] {
    let private = TrustedRoot {
        certificate_authorities: vec![Chain::from(&world().authority)],
        ..TrustedRoot::empty()
    };
    [("trusted_root", world().trusted_root()), ("private_root", private.json())]
}

/// The organization signs by its workflow, under the root of [`world`].
pub fn policy() -> Policy {
    Policy::derived()
        .without("[signers.org]")
        .with("[roots.corp]", r#"file = "../keys/trusted_root.json""#)
        .with("[signers.org]", r#"root = "corp""#)
        .with("[signers.org]", r#"issuer = "https://token.actions.githubusercontent.com""#)
        .with(
            "[signers.org]",
            r#"identity = "https://github.com/acme/*/.github/workflows/release.yml@refs/tags/*""#,
        )
        .with("[signers.org]", r#"source-repository = ["https://github.com/acme/*"]"#)
}

/// The organization signs by its key, whose log entries and timestamps are those of [`world`].
pub fn key_policy() -> Policy {
    Policy::derived()
        .with("[roots.corp]", r#"file = "../keys/trusted_root.json""#)
        .with("[signers.org]", r#"root = "corp""#)
}

/// The organization's image on a base with that image signature.
pub fn with_signature(case: Case, bundle: impl FnOnce(&[u8]) -> Bundle) -> Case {
    let case = scene::app_with(case, |layout, image| {
        let bundle = bundle(&sign_statement(&image.digest).bytes());
        add(layout, image, COSIGN_SIGN, &bundle);
    });
    stated(case).policy(policy())
}

/// With the facts of the organization's image, if it is accepted.
fn stated(case: Case) -> Case {
    if case.expect == Expect::Accepted { app_facts(case) } else { case }
}

/// Adds a bundle as a referrer.
pub fn add(layout: &mut Layout, image: &Descriptor, predicate_type: &str, bundle: &Bundle) {
    let referrer = bundle_referrer(layout, image, predicate_type, bundle.text().as_bytes());
    layout.entry(&referrer);
}

/// A bundle without a log entry, with a timestamp of `world`'s authority.
pub fn timestamped(world: &World, identity: &Identity, statement: &[u8]) -> Bundle {
    let signer = world.signer(identity, signed_at());
    let signed = signer.dsse(statement);
    let token = world.tsa.timestamp(&signed.signature, signed_at().plus(SIGNING_DELAY));
    Bundle::new(Version::V03, &signer, &signed).timestamped(token)
}

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        rekor(),
        rekor2(),
        timestamp_only(),
        legacy_form(),
        attestation(),
        stranger_timestamp_beside_a_log(),
        private_authority(),
        two_roots(),
        key_with_log_and_period(),
    ]
}

fn rekor() -> Case {
    let case = Case::accepted(
        "keyless-rekor",
        "today's usual form: a bundle with a certificate and an entry of Rekor v1",
        "sigstore/architecture-docs client-spec.md 4",
    );
    with_signature(case, |statement| keyless_dsse(&world(), &release(), statement, signed_at()))
}

fn rekor2() -> Case {
    let case = Case::accepted(
        "keyless-rekor2",
        "an entry of Rekor v2, which knows no time, and a timestamp that proves one",
        "sigstore/architecture-docs client-spec.md 4",
    );
    with_signature(case, |statement| keyless_dsse_v2(&world(), &release(), statement, signed_at()))
}

fn timestamp_only() -> Case {
    let case = Case::accepted(
        "keyless-timestamp-only",
        "no log has the signature, and the root wants none; a timestamp proves the time",
        "docs/POLICY.md: [roots] tlog",
    );
    with_signature(case, |statement| timestamped(&world(), &release(), statement))
        .policy(policy().with("[roots.corp]", r#"tlog = "none""#))
}

/// cosign's form before bundles, signature and attestation.
fn legacy_form() -> Case {
    let case = Case::accepted(
        "keyless-legacy",
        "certificate, chain, the log's promise and a timestamp as annotations of .sig and .att",
        "cosign SIGNATURE_SPEC.md",
    );
    let (world, base) = (world(), scene::base());
    let app = scene::app(&base.images[0]);
    let mut layout = Layout::new();
    let image = app.put(&mut layout);
    let signer = world.signer(&release(), signed_at());
    let at = signed_at().plus(SIGNING_DELAY);

    let (layer, signed) = legacy::signature(&signer, &payload(REPOSITORY, &image.digest));
    let layer = layer
        .logged(&world.rekor.entry(&body::hashedrekord(&signer, &signed), at))
        .timestamped(&world.tsa.timestamp(&signed.signature, at));
    let signature = legacy_manifest(&mut layout, &[layer]);

    let statement = attest_statement(REPOSITORY, &image.digest, SLSA_V1, slsa_v1(WORKFLOW, None));
    let (layer, signed) = legacy::attestation(&signer, &statement.bytes(), SLSA_V1);
    // Here the timestamp is over the whole envelope, and the log knew it by its hash alone in cosign 1.
    let token = world.tsa.timestamp(&layer.bytes, at);
    let layer = layer.logged(&world.rekor.entry(&body::intoto_001(&signer, &signed), at)).timestamped(&token);
    let attestation = legacy_manifest(&mut layout, &[layer]);

    export::regctl_image(&mut layout, scene::ORG_TAG, &image);
    export::digest_tag(&mut layout, &image.digest, "sig", &signature);
    export::digest_tag(&mut layout, &image.digest, "att", &attestation);
    let lines = [r#"type = "slsa-provenance""#, r#"builder = ["https://github.com/acme/**@refs/tags/*"]"#];
    stated(case)
        .image(layout, &image.digest)
        .evidence(base.evidence(&scene::vendor()))
        .policy(policy().table("[[org.attestation]]", &lines))
}

fn attestation() -> Case {
    let case = Case::accepted(
        "keyless-provenance",
        "provenance by the workflow that the certificate names, which is the builder in the predicate too",
        "docs/RULES.md R6.16",
    );
    provenance(case, release(), WORKFLOW)
}

/// The image with a sound signature and provenance by that identity and builder, and a rule about the builder.
pub fn provenance(case: Case, identity: Identity, builder: &str) -> Case {
    let case = scene::app_with(case, |layout, image| {
        let statement = sign_statement(&image.digest).bytes();
        add(layout, image, COSIGN_SIGN, &keyless_dsse(&world(), &release(), &statement, signed_at()));
        let statement = attest_statement(REPOSITORY, &image.digest, SLSA_V1, slsa_v1(builder, None));
        add(layout, image, SLSA_V1, &keyless_dsse(&world(), &identity, &statement.bytes(), signed_at()));
    });
    let lines = [r#"type = "slsa-provenance""#, r#"builder = ["https://github.com/acme/**@refs/tags/*"]"#];
    stated(case).policy(policy().table("[[org.attestation]]", &lines))
}

fn stranger_timestamp_beside_a_log() -> Case {
    let case = Case::accepted(
        "keyless-stranger-timestamp-ignored",
        "the log proves the time; a timestamp by an authority outside the root stands beside it",
        "docs/RULES.md R6.10",
    );
    with_signature(case, |statement| {
        let signer = world().signer(&release(), signed_at());
        let signed = signer.dsse(statement);
        let at = signed_at().plus(SIGNING_DELAY);
        Bundle::new(Version::V03, &signer, &signed)
            .logged(world().rekor.entry(&body::dsse(&signer, &signed), at))
            .timestamped(stranger().tsa.timestamp(&signed.signature, at))
    })
    .warns(&["timestamp-ignored"])
}

/// Nothing proves a time here and the root knows no source of times: the certificate must be valid now.
pub fn private_policy() -> Policy {
    Policy::derived()
        .without("[signers.org]")
        .with("[roots.private]", r#"file = "../keys/private_root.json""#)
        .with("[roots.private]", r#"sct = "none""#)
        .with("[roots.private]", r#"tlog = "none""#)
        .with("[signers.org]", r#"root = "private""#)
        .with("[signers.org]", r#"issuer = "CN=corp intermediate,O=corp""#)
        .with("[signers.org]", r#"identity = "release@acme.test""#)
}

/// A bundle by a certificate of the private authority, which names no issuer of tokens.
pub fn private(at: &str, statement: &[u8]) -> Bundle {
    let mut identity = Identity::email("release@acme.test", "");
    identity.claims.clear();
    let options = crate::sigstore::LeafOptions::default();
    let signer = world().signer_with(&identity, Time::parse(at), &options);
    let signed = signer.dsse(statement);
    Bundle::new(Version::V03, &signer, &signed)
}

fn private_authority() -> Case {
    let case = Case::accepted(
        "private-authority",
        "a root with certificates alone, which says that it has neither logs nor a clock",
        "docs/POLICY.md: Certificates",
    );
    with_signature(case, |statement| private("2026-11-24T11:55:00Z", statement)).policy(private_policy())
}

fn two_roots() -> Case {
    let case = Case::accepted(
        "keyless-two-roots",
        "signers of two roots may sign; this one's root is not the first that is tried",
        "docs/POLICY.md: [roots]",
    );
    with_signature(case, |statement| keyless_dsse(&world(), &release(), statement, signed_at())).policy(
        policy()
            .with("[signers.public]", r#"issuer = "https://accounts.google.com""#)
            .with("[signers.public]", r#"identity = "release@acme.test""#)
            .with("[org]", r#"signers = ["public", "org"]"#),
    )
}

fn key_with_log_and_period() -> Case {
    let case = Case::accepted(
        "key-with-log-and-period",
        "a key that counts only with a log entry and only in November; the log proves both",
        "docs/POLICY.md: [signers] tlog, not-before, not-after",
    );
    with_signature(case, |statement| key_dsse(&world(), &scene::org(), statement, signed_at())).policy(
        key_policy()
            .with("[signers.org]", r#"tlog = "required""#)
            .with("[signers.org]", r#"not-before = "2026-11-01T00:00:00Z""#)
            .with("[signers.org]", r#"not-after = "2026-11-30T00:00:00Z""#),
    )
}

/// A key's bundle without anything beside the signature.
pub fn bare_key(statement: &[u8]) -> Bundle {
    let signer = Signer::key(&scene::org());
    Bundle::new(Version::V03, &signer, &signer.dsse(statement))
}
