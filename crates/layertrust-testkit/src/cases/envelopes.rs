//! Image signatures whose wrapping is wrong: envelope, bundle or statement. The key is the organization's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha512};

use crate::case::{Case, PlatformFacts};
use crate::cosign::{bundle, envelope, envelope_of_type, pae, signed_bundle};
use crate::json::Json;
use crate::object;
use crate::statement::{COSIGN_SIGN, IN_TOTO, sign_statement, subject};
use crate::store::{Descriptor, hex};

use super::scene;
use super::signatures::other_digest;

/// The cases of this file.
pub(super) fn cases() -> Vec<Case> {
    vec![
        predicate_type_not_sign_v1(),
        dsse_two_signatures(),
        dsse_no_signature(),
        dsse_payload_type_wrong(),
        dsse_duplicate_payload_type(),
        statement_duplicate_subject(),
        statement_empty_subject(),
        statement_no_subject_digest(),
        statement_type_unknown(),
        subject_digest_set_partly_wrong(),
        subject_digest_set_right(),
        bundle_version_unknown(),
        bundle_two_contents(),
        bundle_certificate_and_key(),
        bundle_duplicate_envelope(),
    ]
}

fn predicate_type_not_sign_v1() -> Case {
    let case = Case::rejected(
        "predicate-type-not-sign-v1",
        "the statement is signed and names the image, but its predicate type is none of an image signature",
        "in-toto attestation v1 statement.md: predicateType; cosign's sign/v1",
        &["signature-missing", "predicate-mismatch"],
    );
    statement(case, |json| json.set("predicateType", "https://acme.test/reviewed/v1"))
}

fn dsse_two_signatures() -> Case {
    let case = Case::rejected(
        "dsse-two-signatures",
        "the envelope has two signatures, the organization's and a stranger's",
        "Sigstore bundle v0.3 (sigstore_bundle.proto): dsse_envelope MUST contain exactly one signature",
        &["malformed", "signature-invalid", "signature-missing", "unsupported-format"],
    );
    wrapped(case, |image, bundle| {
        let payload = sign_statement(&image.digest).bytes();
        let foreign = envelope(&scene::stranger(), &payload).get("signatures").elements()[0].clone();
        bundle.get_mut("dsseEnvelope").get_mut("signatures").push(foreign);
    })
}

fn dsse_no_signature() -> Case {
    let case = Case::rejected(
        "dsse-no-signature",
        "the envelope's list of signatures is empty",
        "DSSE envelope.md: signatures; docs/DESIGN.md: empty sets never pass",
        &["malformed", "signature-invalid", "signature-missing", "unsupported-format"],
    );
    wrapped(case, |_, bundle| {
        bundle.get_mut("dsseEnvelope").set("signatures", Json::Array(Vec::new()));
    })
}

fn dsse_payload_type_wrong() -> Case {
    let case = Case::rejected(
        "dsse-payload-type-wrong",
        "the payload type is application/json, and the signature covers that",
        "in-toto attestation v1 envelope.md: payloadType",
        &["malformed", "predicate-mismatch", "signature-invalid", "signature-missing", "unsupported-format"],
    );
    wrapped(case, |image, bundle| {
        let payload = sign_statement(&image.digest).bytes();
        bundle.set("dsseEnvelope", envelope_of_type(&scene::org(), "application/json", &payload));
    })
}

fn dsse_duplicate_payload_type() -> Case {
    let case = Case::rejected(
        "dsse-duplicate-payload-type",
        "the envelope has the key payloadType twice; the signature fits the last one",
        "RFC 8259 section 4: the names within an object SHOULD be unique",
        &["duplicate-key", "signature-missing", "signature-invalid", "malformed"],
    );
    wrapped(case, |_, bundle| {
        bundle.get_mut("dsseEnvelope").add_first("payloadType", "application/json");
    })
    .unverified(&["duplicate-key", "malformed"])
}

fn statement_duplicate_subject() -> Case {
    let case = Case::rejected(
        "statement-duplicate-subject",
        "the signed statement has the key `subject` twice, another image and this one",
        "RFC 8259 section 4: the names within an object SHOULD be unique",
        &["duplicate-key", "signature-missing", "signature-invalid", "malformed"],
    );
    statement(case, |json| json.add_first("subject", vec![subject("other", &other_digest())]))
        .unverified(&["duplicate-key", "malformed"])
}

fn statement_empty_subject() -> Case {
    let case = Case::rejected(
        "statement-empty-subject",
        "the signed statement has no subject at all",
        "in-toto attestation v1 statement.md: subject is required; docs/DESIGN.md: empty sets never pass",
        &["malformed", "subject-mismatch", "signature-invalid", "signature-missing"],
    );
    statement(case, |json| json.set("subject", Json::Array(Vec::new())))
}

fn statement_no_subject_digest() -> Case {
    let case = Case::rejected(
        "statement-no-subject-digest",
        "the signed statement's subject has a name and no digest",
        "in-toto attestation v1 statement.md: subject digest is required",
        &["malformed", "subject-mismatch", "signature-invalid", "signature-missing"],
    );
    statement(case, |json| json.set("subject", vec![object! { "name": scene::REPOSITORY }]))
}

fn statement_type_unknown() -> Case {
    let case = Case::rejected(
        "statement-type-unknown",
        "the signed statement's _type is a version that does not exist",
        "in-toto attestation v1 statement.md: _type",
        &["malformed", "unsupported-format", "predicate-invalid", "signature-invalid", "signature-missing"],
    );
    statement(case, |json| json.set("_type", "https://in-toto.io/Statement/v9"))
}

fn subject_digest_set_partly_wrong() -> Case {
    let case = Case::rejected(
        "subject-digest-set-partly-wrong",
        "the subject's sha256 is this image's, its sha512 is not",
        "in-toto attestation v1 digest_set.md: all algorithms that both know must match",
        &["subject-mismatch"],
    );
    statement(case, |json| json.get_mut("subject").at_mut(0).get_mut("digest").add("sha512", "0".repeat(128)))
}

fn subject_digest_set_right() -> Case {
    let case = Case::accepted(
        "subject-digest-set-right",
        "the subject's sha256 and sha512 are both this image's",
        "in-toto attestation v1 digest_set.md",
    );
    let image = scene::plain_spec().build();
    let sha512 = hex(&Sha512::digest(&image.manifest));
    statement(case, |json| json.get_mut("subject").at_mut(0).get_mut("digest").add("sha512", sha512))
        .facts(PlatformFacts::org_only(&image))
}

fn bundle_version_unknown() -> Case {
    let case = Case::rejected(
        "bundle-version-unknown",
        "the bundle's mediaType is a version that does not exist",
        "Sigstore bundle (sigstore_bundle.proto): media_type",
        &["unsupported-format", "malformed", "signature-invalid", "signature-missing"],
    );
    wrapped(case, |_, bundle| bundle.set("mediaType", "application/vnd.dev.sigstore.bundle.v0.9+json"))
}

fn bundle_two_contents() -> Case {
    let case = Case::rejected(
        "bundle-two-contents",
        "the bundle holds an envelope and a message signature: one of them is allowed",
        "Sigstore bundle v0.3 (sigstore_bundle.proto): oneof content",
        &["malformed", "signature-invalid", "signature-missing", "unsupported-format"],
    );
    wrapped(case, |image, bundle| {
        let digest = STANDARD.encode(hex_bytes(crate::store::hex_of(&image.digest)));
        bundle.add(
            "messageSignature",
            object! {
                "messageDigest": object! { "algorithm": "SHA2_256", "digest": digest },
                "signature": scene::org().sign_base64(&pae(IN_TOTO, b"{}")),
            },
        );
    })
}

fn bundle_certificate_and_key() -> Case {
    let case = Case::rejected(
        "bundle-certificate-and-key",
        "the bundle names a key and holds a certificate: one of them is allowed",
        "Sigstore bundle v0.3 (sigstore_bundle.proto): oneof content of VerificationMaterial",
        &["malformed", "certificate-invalid", "signature-invalid", "signature-missing", "unsupported-format"],
    );
    wrapped(case, |_, bundle| {
        let certificate = object! { "rawBytes": STANDARD.encode(scene::org().spki_der()) };
        bundle.get_mut("verificationMaterial").add("certificate", certificate);
    })
}

fn bundle_duplicate_envelope() -> Case {
    let case = Case::rejected(
        "bundle-duplicate-envelope",
        "the bundle has the key dsseEnvelope twice, with two statements that the organization signed",
        "RFC 8259 section 4: the names within an object SHOULD be unique",
        &["duplicate-key", "signature-missing", "signature-invalid", "malformed"],
    );
    wrapped(case, |_, bundle| {
        let other = envelope(&scene::org(), &sign_statement(&other_digest()).bytes());
        bundle.add_first("dsseEnvelope", other);
    })
    .unverified(&["duplicate-key", "malformed"])
}

/// The image with a bundle after an edit of the bundle.
fn wrapped(case: Case, edit: impl FnOnce(&Descriptor, &mut Json)) -> Case {
    scene::plain_with(case, |layout, image| {
        let mut bundle = signed_bundle(&scene::org(), &sign_statement(&image.digest));
        edit(image, &mut bundle);
        scene::add_bundle(layout, image, COSIGN_SIGN, &bundle);
    })
}

/// The image with a bundle of a statement that was edited before it was signed.
fn statement(case: Case, edit: impl FnOnce(&mut Json)) -> Case {
    scene::plain_with(case, |layout, image| {
        let mut statement = sign_statement(&image.digest);
        edit(&mut statement);
        let envelope = envelope(&scene::org(), &statement.bytes());
        scene::add_bundle(layout, image, COSIGN_SIGN, &bundle(Some(&scene::org().hint()), envelope));
    })
}

fn hex_bytes(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}
