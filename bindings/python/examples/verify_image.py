"""Verifies one image, and says who vouches for what.

python verify_image.py policy.toml oci:app oci:base
"""

from __future__ import annotations

import sys

from layertrust import Policy, Rejected, Report, SourceError, verify


def main(policy: str, image: str, *evidence: str) -> int:
    """The exit status is the command's: 0 accepted, 1 no, 3 no answer."""
    try:
        report = verify(image, Policy.from_file(policy), evidence)
    except Rejected as rejected:
        for finding in rejected.report.errors:
            print(f"{finding.code}: {finding.message!r}\n  {finding.hint!r}", file=sys.stderr)
        return 1
    except SourceError as error:
        print(error, file=sys.stderr)
        return 3
    show(report)
    return 0


def show(report: Report) -> None:
    """Who vouches for which layers, bottom up."""
    for platform in report.platforms:
        print(platform.platform, platform.digest)
        for segment in platform.segments:
            first, end = segment.layers
            signers = ", ".join(signer.name for signer in segment.signers)
            print(f"  layers {first} to {end - 1}: {segment.owner}, signed by {signers}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
