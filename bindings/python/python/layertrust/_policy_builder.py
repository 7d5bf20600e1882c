# Generated from docs/policy.schema.json and docs/LIMITS.md by `make generate`. Do not edit.
"""Policies made in code."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Literal

from layertrust._policy_limits import LimitsDraft
from layertrust._policy_rules import (
    AllowedChange,
    AttestationRule,
    ChangeKindWord,
    ModeWord,
    RevokedBase,
    SuspiciousClassWord,
)


class PolicyBuilder(LimitsDraft):
    """Makes a policy in code.

    Each method is a section of the policy file, each argument a key of it; what is left out is as in a file.
    Every call returns a new builder, so that one can be the beginning of several policies; what was said once
    cannot be said again. Nothing is checked before `build`, which reads it all as a file is read.
    """

    __slots__ = ()

    def name(self, name: str) -> PolicyBuilder:
        """What reports call the policy. Default: `unnamed`."""
        return self._set("name", name)

    def mode(self, mode: ModeWord) -> PolicyBuilder:
        """Whether a rejection counts.

        `audit` gives the same verdict and findings, and exit status 0. Default: `enforce`.
        """
        return self._set("mode", mode)

    def signer(
        self,
        name: str,
        *,
        identity: str | None = None,
        issuer: str | None = None,
        key: str | bytes | os.PathLike[str] | None = None,
        not_after: str | None = None,
        not_before: str | None = None,
        root: str | None = None,
        runner: str | None = None,
        source_owner_id: str | None = None,
        source_ref: str | None = None,
        source_repository: Sequence[str] | None = None,
        tlog: Literal["any", "required"] | None = None,
        trigger: str | None = None,
        workflow: str | None = None,
    ) -> PolicyBuilder:
        """Adds a signer: a key, or an identity in certificates.

        `[signers.NAME]`

        Args:
            name: What rules and reports call it.
            identity: A name in the certificate: a URI, an e-mail address or another name. Default: none.
                Else: `signer-not-allowed`.
            issuer: The issuer in the certificate, exactly; of a private authority that names none, the
                distinguished name of who issued it. Default: none. Else: `signer-not-allowed`.
            key: Whose key signs: `docker-dhi` (Docker's, each active or not), one of these by its number, or
                a file in PEM or DER, relative to the policy. Not beside `issuer` and `identity`. Default:
                none. Else: `signature-invalid`, `signer-not-allowed`, `key-inactive`, `base-unsigned`. Here
                also its content. Paths are relative to the working directory.
            not_after: Until when the key counts. Default: none. Else: `key-inactive`, `time-not-proved`.
            not_before: From when the key counts. A key with a period needs a proved time inside it. Default:
                none. Else: `key-inactive`, `time-not-proved`.
            root: Whose certificates, logs and timestamps count. Default: `sigstore-public-good`. Else:
                `certificate-invalid`, `tlog-invalid`, `time-not-proved`.
            runner: The environment of the run, exactly. Default: any. Else: `signer-not-allowed`.
            source_owner_id: The number of the repository's owner, exactly; a taken-over name has another.
                Default: any. Else: `signer-not-allowed`.
            source_ref: The ref that was built. Default: any. Else: `signer-not-allowed`.
            source_repository: The repositories whose runs count. Never empty; needed with GitHub's issuer,
                because the identity names the workflow that was called. Default: any, but for GitHub's
                issuer. Else: `signer-not-allowed`.
            tlog: Whether the key's signature must be in a log of its root. An entry that is there must hold
                in any case. Default: `any`. Else: `tlog-missing`.
            trigger: What started the run, exactly. Default: any. Else: `signer-not-allowed`.
            workflow: The workflow that was started, with its ref; not one that it called. Default: any. Else:
                `signer-not-allowed`.
        """
        return self._name(
            "signers",
            name,
            {
                "identity": identity,
                "issuer": issuer,
                "key": key,
                "not-after": not_after,
                "not-before": not_before,
                "root": root,
                "runner": runner,
                "source-owner-id": source_owner_id,
                "source-ref": source_ref,
                "source-repository": source_repository,
                "tlog": tlog,
                "trigger": trigger,
                "workflow": workflow,
            },
            file="key",
        )

    def root(
        self,
        name: str,
        *,
        file: str | bytes | os.PathLike[str],
        sct: Literal["required", "none"] | None = None,
        tlog: Literal["required", "none"] | None = None,
    ) -> PolicyBuilder:
        """Adds a trusted root of your own.

        `[roots.NAME]`

        Args:
            name: What rules and reports call it.
            file: A `trusted_root.json`, relative to the policy. Else: `certificate-invalid`, `tlog-invalid`.
                Here also its content. Paths are relative to the working directory.
            sct: Whether certificates must be known to a certificate log of the root. Default: `required`.
                Else: `certificate-invalid`.
            tlog: Whether signatures by certificates must be in a log of the root. Default: `required`. Else:
                `tlog-missing`, `time-not-proved`.
        """
        return self._name(
            "roots",
            name,
            {
                "file": file,
                "sct": sct,
                "tlog": tlog,
            },
            file="file",
        )

    def image(
        self,
        *,
        platforms: Sequence[str] | None = None,
    ) -> PolicyBuilder:
        """What the image must be.

        `[image]`

        Args:
            platforms: Platforms that must all be there; with `platforms` only those asked for. Default: none.
                Else: `platform-missing`.
        """
        return self._set(
            "image",
            {
                "platforms": platforms,
            },
        )

    def base(
        self,
        *,
        accept_customizations: Sequence[str] | None = None,
        attestation: Sequence[AttestationRule] | None = None,
        compliance: Sequence[str] | None = None,
        end_of_life: Literal["deny", "warn", "allow"] | None = None,
        max_age: str | None = None,
        min_proof: Literal["recomputed", "same-blob"] | None = None,
        repositories: Sequence[str] | None = None,
        require: bool | None = None,
        revoked: Sequence[RevokedBase] | None = None,
        signers: Sequence[str] | None = None,
        variants: Sequence[str] | None = None,
    ) -> PolicyBuilder:
        """What the vendor's base must be.

        `[base]`

        Args:
            accept_customizations: Organizations for which the vendor's own builds are admitted. Default:
                none. Else: `base-not-allowed`.
            attestation: Attestations that must all be there.
            compliance: Words that must all be in the proved base's own config. Default: none. Else:
                `base-not-allowed`.
            end_of_life: What it comes to that the base's support has ended. Default: `warn`. Else:
                `base-end-of-life`; `rule-not-evaluated` without a readable day.
            max_age: How long ago the base may have been finished: hours, days or weeks. Default: any age.
                Else: `base-too-old`, `time-not-proved`.
            min_proof: The weakest proof that makes a base. Default: `recomputed`. Else: `base-not-proved`.
            repositories: Catalog names that the vendor's signed data gives; `dhi/pkg-*` never counts.
                Default: `["dhi/*"]`. Else: `base-not-allowed`.
            require: Whether an image must stand on a vendor's. Default: `true`. Else: `base-missing`,
                `base-not-proved`, `base-unavailable`.
            revoked: Bases that nothing may stand on.
            signers: Who vouches for bases: one of these. Default: `["dhi"]`, Docker's keys. Else:
                `base-unsigned`.
            variants: What the variant in the proved base's own config must be one of. Default: any. Else:
                `base-not-allowed`.
        """
        return self._set(
            "base",
            {
                "accept-customizations": accept_customizations,
                "attestation": attestation,
                "compliance": compliance,
                "end-of-life": end_of_life,
                "max-age": max_age,
                "min-proof": min_proof,
                "repositories": repositories,
                "require": require,
                "revoked": revoked,
                "signers": signers,
                "variants": variants,
            },
        )

    def intermediate(
        self,
        *,
        name: str,
        signers: Sequence[str],
        attestation: Sequence[AttestationRule] | None = None,
        references: Sequence[str] | None = None,
        require: bool | None = None,
    ) -> PolicyBuilder:
        """Adds images that may stand between the base and this one.

        `[[intermediate]]`

        Args:
            name: What reports call the layers of such an image by.
            signers: Who vouches for such images: one of these. Else: `base-missing`, where one is required.
            attestation: Attestations that must all be there.
            references: What all names in the signed data must match, of which there must be one. Default:
                any, or none. Else: `base-missing`, where one is required.
            require: Whether every image must stand on one. Default: `false`. Else: `base-missing`.
        """
        return self._add(
            "intermediate",
            {
                "name": name,
                "signers": signers,
                "attestation": attestation,
                "references": references,
                "require": require,
            },
        )

    def org(
        self,
        *,
        annotations: Mapping[str, str] | None = None,
        attestation: Sequence[AttestationRule] | None = None,
        cover: Literal["platform", "index"] | None = None,
        layers: Literal["signed", "forbidden"] | None = None,
        max_age: str | None = None,
        references: Sequence[str] | None = None,
        require: Literal["derived", "always"] | None = None,
        require_all: Sequence[str] | None = None,
        revoked: Sequence[str] | None = None,
        signature: Literal["image", "provenance"] | None = None,
        signers: Sequence[str] | None = None,
        threshold: int | None = None,
    ) -> PolicyBuilder:
        """What the organization must have done; never left out.

        `[org]`

        Args:
            annotations: What a signature must state to count, as `cosign sign -a` notes it. Default: none.
                Else: `signature-missing`.
            attestation: Attestations that must all be there.
            cover: What must be signed: the platform manifest or an index above it, or the index itself.
                Default: `platform`. Else: `signature-missing`.
            layers: Whether there may be layers above the vendor's. `forbidden` goes without signers. Default:
                `signed`. Else: `layer-unattributed`, `config-unattributed`.
            max_age: How long ago the image may have been finished: hours, days or weeks. Default: any age.
                Else: `image-too-old`, `time-not-proved`.
            references: A name in what the organization signed, or `name`, must match. Default: any. Else:
                `image-not-allowed`.
            require: Whether an untouched vendor image needs the organization's signature, too. Default:
                `derived`. Else: `signature-missing`.
            require_all: Who must all have signed. Default: none. Else: `signature-missing`.
            revoked: Platform manifests, or indexes through which they are reached, that may not run. Default:
                none. Else: `image-revoked`.
            signature: What counts as the signature; with `provenance` verified SLSA provenance does as well.
                Default: `image`. Else: `signature-missing`, `signer-not-allowed`.
            signers: Who may sign: any of these. Default: required, or `require-all`. Else:
                `signature-missing`, `signature-invalid`, `signer-not-allowed`.
            threshold: How many of `signers` must have signed, by distinct keys and identities. Default: `1`.
                Else: `signature-missing`.
        """
        return self._set(
            "org",
            {
                "annotations": annotations,
                "attestation": attestation,
                "cover": cover,
                "layers": layers,
                "max-age": max_age,
                "references": references,
                "require": require,
                "require-all": require_all,
                "revoked": revoked,
                "signature": signature,
                "signers": signers,
                "threshold": threshold,
            },
        )

    def layers(
        self,
        *,
        allow: Sequence[AllowedChange] | None = None,
        deny: Sequence[ChangeKindWord] | None = None,
        deny_added: Sequence[str] | None = None,
        deny_suspicious: Sequence[SuspiciousClassWord] | None = None,
        max_added_size: int | str | None = None,
    ) -> PolicyBuilder:
        """What the layers above the base may do.

        `[layers]`

        Args:
            allow: Changes that are fine.
            deny: Kinds of change to paths of the base that are denied: replace, delete, redirect, privilege,
                shadow, metadata. Default: none. Else: `layer-change`.
            deny_added: New paths that are denied, folders and paths of `shadow` changes included. Default:
                none. Else: `added-path`.
            deny_suspicious: Classes of new paths that are denied. Default: none. Else: `added-path`,
                `secret-added`.
            max_added_size: The most bytes of files that were added or replaced, as the merged tree has them.
                Default: any size. Else: `size-limit`.
        """
        return self._set(
            "layers",
            {
                "allow": allow,
                "deny": deny,
                "deny-added": deny_added,
                "deny-suspicious": deny_suspicious,
                "max-added-size": max_added_size,
            },
        )

    def config(
        self,
        *,
        deny_env: Sequence[str] | None = None,
        entrypoint: Literal["any", "inherit"] | None = None,
        user: str | None = None,
    ) -> PolicyBuilder:
        """What the configuration may be.

        `[config]`

        Args:
            deny_env: Variables, by exact name, that only the base may set. Default: none. Else: `env-set`.
            entrypoint: Whether the entrypoint must be the base's. Default: `any`. Else: `config-changed`.
            user: Who the process may run as: any, inherit (the base's text), non-root, or a user exactly as
                the config spells it. Default: `any`. Else: `runs-as-root`, `config-changed`.
        """
        return self._set(
            "config",
            {
                "deny-env": deny_env,
                "entrypoint": entrypoint,
                "user": user,
            },
        )

    def exception(
        self,
        *,
        code: str,
        reason: str,
        until: str,
        path: str | None = None,
    ) -> PolicyBuilder:
        """Adds an exception: findings that pass until a day.

        `[[exception]]`

        Args:
            code: The code of the findings that pass: one about content or quality. Else: that code, without
                it.
            reason: Why it was granted.
            until: The last day (UTC) that it holds. Else: `exception-expired`.
            path: The paths that pass, as a pattern. Default: all. Else: the code, at other paths.
        """
        return self._add(
            "exception",
            {
                "code": code,
                "reason": reason,
                "until": until,
                "path": path,
            },
        )
