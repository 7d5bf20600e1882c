"""`verify_blob`: files and their bundles, by key and by certificate."""

from __future__ import annotations

import copy
import hashlib
import json
import pickle
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import NOW
from layertrust import (
    BlobReport,
    Code,
    InputError,
    PolicyError,
    SignerKind,
    SourceError,
    UsageError,
    VerificationError,
    verify_blob,
)
from paths import CASES, DEMO

SIGNATURE = "https://sigstore.dev/cosign/sign/v1"
ROOT = CASES / "keys" / "trusted_root.json"
IDENTITY: dict[str, Any] = {
    "certificate_identity": "https://github.com/acme/orders-api/.github/workflows/release.yml@refs/tags/v1.4.2",
    "certificate_oidc_issuer": "https://token.actions.githubusercontent.com",
    "source_repository": ["https://github.com/acme/orders-api"],
    "trusted_root": ROOT,
    "now": NOW,
}


def blobs(archive: Path) -> Iterator[bytes]:
    """Every blob of a layout in a tar archive."""
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and "/sha256/" in member.name:
                file = tar.extractfile(member)
                assert file is not None
                yield file.read()


@pytest.fixture(scope="module")
def keyless() -> tuple[bytes, bytes]:
    """A manifest that CI signed with a certificate, and the bundle."""
    stored = list(blobs(CASES / "keyless-rekor" / "image.tar"))
    (bundle,) = (one for one in stored if b'"verificationMaterial"' in one)
    named = (CASES / "keyless-rekor" / "case.toml").read_text()
    (artifact,) = (one for one in stored if hashlib.sha256(one).hexdigest() in named and b'"layers"' in one)
    return artifact, bundle


@pytest.fixture(scope="module")
def keyed() -> tuple[bytes, list[bytes]]:
    """The demonstration's manifest, and the bundles of its key: one signature, two attestations."""
    folder = DEMO / "image" / "blobs" / "sha256"
    stored = [one.read_bytes() for one in folder.iterdir()]
    artifact = folder / "b302dcd16346925b9461bec71fb89087b8dc3f75746f0bbd6967f852c254de99"
    return artifact.read_bytes(), [one for one in stored if b'"verificationMaterial"' in one]


def test_by_certificate(keyless: tuple[bytes, bytes], tmp_path: Path) -> None:
    """The file as bytes, as a path or as a digest; so the bundle, but for the digest."""
    artifact, bundle = keyless
    file, saved = tmp_path / "file", tmp_path / "bundle.json"
    file.write_bytes(artifact)
    saved.write_bytes(bundle)
    report = verify_blob(artifact, bundle, **IDENTITY)
    assert isinstance(report, BlobReport)
    assert report.signer.kind is SignerKind.CERTIFICATE
    assert report.signer.identity == IDENTITY["certificate_identity"]
    assert report.signer.claims
    assert report.times
    assert report.now.time == "2026-11-24T12:00:00Z"
    for artifact_again in (file, "sha256:" + hashlib.sha256(artifact).hexdigest(), bytearray(artifact)):
        for bundle_again in (bundle, saved, str(saved)):
            assert verify_blob(artifact_again, bundle_again, **IDENTITY) == report  # type: ignore[arg-type]
    assert verify_blob(artifact, bundle, **{**IDENTITY, "trusted_root": ROOT.read_bytes()}) == report
    assert verify_blob(artifact, bundle, **{**IDENTITY, "trusted_root": str(ROOT)}) == report


def test_by_key(keyed: tuple[bytes, list[bytes]]) -> None:
    """Which signature or attestation it is, the type says."""
    artifact, bundles = keyed
    key = DEMO / "keys" / "ci.pub"
    ask: dict[str, Any] = {"now": NOW, "insecure_ignore_tlog": True}
    types = {verify_blob(artifact, one, key=key, **ask).predicate_type for one in bundles}
    assert len(types) == len(bundles) == 3
    assert SIGNATURE in types
    for bundle in bundles:
        report = verify_blob(artifact, bundle, key=key.read_bytes(), **ask)
        assert report.signer.kind is SignerKind.KEY
        assert (
            verify_blob(artifact, bundle, key=str(key), predicate_type=report.predicate_type, **ask) == report
        )
        with pytest.raises(VerificationError) as raised:
            verify_blob(artifact, bundle, key=key, predicate_type="https://example.com/other", **ask)
        assert raised.value.code is Code.PREDICATE_MISMATCH
        with pytest.raises(VerificationError) as raised:
            verify_blob(artifact, bundle, key=key, now=NOW)
        assert raised.value.code is Code.TLOG_MISSING


def test_no(keyless: tuple[bytes, bytes]) -> None:
    """What is not proved is an exception, and its code says why."""
    artifact, bundle = keyless
    other = IDENTITY["certificate_identity"].replace("orders-api", "other")
    issuer = {"certificate_oidc_issuer": "https://example.com"}
    wrong: list[tuple[bytes, dict[str, Any], Code]] = [
        (artifact + b" ", {}, Code.SUBJECT_MISMATCH),
        (artifact, {"certificate_identity": other}, Code.SIGNER_NOT_ALLOWED),
        (artifact, issuer, Code.SIGNER_NOT_ALLOWED),
        (artifact, {"source_repository": ["https://github.com/acme/other"]}, Code.SIGNER_NOT_ALLOWED),
        (artifact, {"trusted_root": "sigstore-public-good"}, Code.TLOG_INVALID),
    ]
    for content, arguments, code in wrong:
        with pytest.raises(VerificationError) as raised:
            verify_blob(content, bundle, **{**IDENTITY, **arguments})
        assert raised.value.code is code
        assert raised.value.hint
        assert pickle.loads(pickle.dumps(raised.value)).message == raised.value.message
    with pytest.raises(VerificationError):
        verify_blob(artifact, bundle, **{**IDENTITY, "now": NOW - timedelta(days=3650)})
    with pytest.raises(VerificationError):
        verify_blob(artifact, bundle, key=DEMO / "keys" / "ci.pub", trusted_root=ROOT, now=NOW)


def test_no_answer(keyless: tuple[bytes, bytes], tmp_path: Path) -> None:
    """Files that cannot be read, and what is no bundle, key or root."""
    artifact, bundle = keyless
    with pytest.raises(SourceError):
        verify_blob(tmp_path / "not-there", bundle, **IDENTITY)
    with pytest.raises(InputError):
        verify_blob(artifact, b"{}", **IDENTITY)
    with pytest.raises(PolicyError) as raised:
        verify_blob(artifact, bundle, key=b"no key")
    assert raised.value.code is Code.KEY_INVALID
    with pytest.raises(PolicyError) as raised:
        verify_blob(artifact, bundle, **{**IDENTITY, "trusted_root": b"{}"})
    assert raised.value.code is Code.ROOT_INVALID


def test_no_signer_is_implied(keyless: tuple[bytes, bytes]) -> None:
    """Neither, both, or half of one."""
    artifact, bundle = keyless
    key = DEMO / "keys" / "ci.pub"
    without_issuer = {key: value for key, value in IDENTITY.items() if key != "certificate_oidc_issuer"}
    without_identity = {key: value for key, value in IDENTITY.items() if key != "certificate_identity"}
    for arguments in (
        {},
        {**IDENTITY, "key": key},
        without_issuer,
        without_identity,
        {"key": key, **without_issuer},
    ):
        with pytest.raises(UsageError):
            verify_blob(artifact, bundle, **arguments)


def test_wrong_types(keyless: tuple[bytes, bytes]) -> None:
    """A list, a number, nothing."""
    artifact, bundle = keyless
    for wrong in (None, 1, [artifact], object()):
        with pytest.raises(TypeError):
            verify_blob(wrong, bundle, **IDENTITY)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            verify_blob(artifact, wrong, **IDENTITY)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not one"):
        verify_blob(
            artifact, bundle, **{**IDENTITY, "source_repository": "https://github.com/acme/orders-api"}
        )
    with pytest.raises(TypeError):
        verify_blob(artifact, bundle, **{**IDENTITY, "now": "2026-11-24T12:00:00Z"})
    with pytest.raises(UsageError):
        verify_blob("file.tgz", bundle, **IDENTITY)  # a path is an os.PathLike


def test_the_report(keyless: tuple[bytes, bytes]) -> None:
    """Like every document."""
    report = verify_blob(*keyless, **IDENTITY)
    for made in (
        pickle.loads(pickle.dumps(report)),
        copy.deepcopy(report),
        BlobReport.from_json(report.to_json()),
    ):
        assert made == report
        assert hash(made) == hash(report)
    assert report.to_dict() == json.loads(report.to_json())
    assert report.schema == "layertrust.blob/v1"
    assert repr(report).startswith("<BlobReport signed by ")
