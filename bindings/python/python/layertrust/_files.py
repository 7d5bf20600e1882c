"""Signatures and attestations of files: what `cosign verify-blob --bundle` does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from layertrust import _native
from layertrust._blob import BlobReport


def verify_blob(
    artifact: bytes | str | os.PathLike[str],
    bundle: bytes | str | os.PathLike[str],
    *,
    key: bytes | str | os.PathLike[str] | None = None,
    certificate_identity: str | None = None,
    certificate_oidc_issuer: str | None = None,
    source_repository: Sequence[str] = (),
    trusted_root: bytes | str | os.PathLike[str] | None = None,
    insecure_ignore_tlog: bool = False,
    insecure_ignore_sct: bool = False,
    now: datetime | None = None,
    predicate_type: str | None = None,
) -> BlobReport:
    """Verifies that a Sigstore bundle is a signature of a file, or an attestation about it.

    Who must have signed is never implied: either `key`, or `certificate_identity` with
    `certificate_oidc_issuer`.

    Not checked: what an attestation says, which is its signer's word; revocation of certificates.

    Args:
        artifact: The file's content, its path as an `os.PathLike`, or its digest as a `str` (`sha256:…`).
        bundle: The bundle, or the path of one.
        key: A public key in PEM or DER, the path of one, or `docker-dhi`, Docker's keys.
        certificate_identity: The name in the signing certificate, exactly.
        certificate_oidc_issuer: Who vouches for that name: the issuer in the certificate, exactly.
        source_repository: Repositories of which the certificate must name one, exactly. Needed with GitHub's
            issuer, because the identity names the workflow that was called, which any repository can call.
        trusted_root: A `trusted_root.json`, the path of one, `github` or `sigstore-public-good`, the default.
        insecure_ignore_tlog: Takes signatures that no transparency log has.
        insecure_ignore_sct: Takes certificates that no certificate log has.
        now: The time after which nothing can have been signed, with a time zone. Default: the clock's.
        predicate_type: The type that an attestation must have.

    Raises:
        VerificationError: The bundle does not prove it; the code says why.
        InputError: The bundle is malformed.
        PolicyError: The key or the root cannot be used.
        SourceError: The file cannot be read.
        UsageError: No signer is named, or an argument is wrong.
    """
    if isinstance(source_repository, str):
        raise TypeError(f"source_repository is a list, not one: [{source_repository!r}]")
    verifier = _native.BlobVerifier(
        key=key,
        certificate_identity=certificate_identity,
        certificate_oidc_issuer=certificate_oidc_issuer,
        source_repository=list(source_repository),
        trusted_root=trusted_root,
        root_name=None,
        insecure_ignore_tlog=insecure_ignore_tlog,
        insecure_ignore_sct=insecure_ignore_sct,
    )
    return BlobReport._of(verifier.verify(artifact, bundle, now, predicate_type))
