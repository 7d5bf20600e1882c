"""
The native half of ``layertrust``. Use the package itself, whose classes are built on these.
"""

from _typeshed import SupportsGetItem
from datetime import datetime
from layertrust._source import Source
from os import PathLike
from typing import Any, SupportsIndex, final

__all__ = ["Answer", "BlobVerifier", "Evidence", "Policy", "Run", "Verifier", "_panic", "code_table", "main", "schema", "version"]

@final
class Answer:
    """
    One answer: a report, a comparison, or what is said of a file and its bundle.
    """
    @property
    def accepted(self, /) -> bool | None:
        """
        Whether the image was accepted; ``None`` where nothing was judged or there is no verdict.
        """
    def json(self, /) -> bytes:
        """
        The document as compact JSON, as the command writes it.
        """

@final
class BlobVerifier:
    """
    Verifies Sigstore bundles of files by one signer.

    `key` is PEM or DER in bytes, or a path; a `str` may be `docker-dhi` or `docker-dhi-N`. `trusted_root` is JSON in bytes,
    or a path; a `str` may be `sigstore-public-good`, which is the default, or `github`.
    """
    def __new__(cls, /, *, key: bytes | bytearray | str | PathLike[str] | None, certificate_identity: str | None, certificate_oidc_issuer: str | None, source_repository: SupportsGetItem[int, str], trusted_root: bytes | bytearray | str | PathLike[str] | None, root_name: str | None, insecure_ignore_tlog: bool, insecure_ignore_sct: bool) -> BlobVerifier: ...
    def verify(self, /, artifact: bytes | bytearray | str | PathLike[str], bundle: bytes | bytearray | str | PathLike[str], now: datetime | None, predicate_type: str | None) -> Answer:
        """
        Verifies that the bundle is a signature of the file, or an attestation about it. A no is raised.

        `artifact` is the file's bytes, its path, or as a `str` its digest; `bundle` is JSON in bytes, or a path.
        """

@final
class Evidence:
    """
    What every image is asked with: opened once, shared by all questions.

    `evidence` are images and other sources that may hold signatures, attestations or bases; `bases` likewise, and each
    names a base candidate; a text there may be a digest alone. Raises an error of the package for what cannot be opened.
    """
    def __new__(cls, /, policy: Policy, evidence: SupportsGetItem[int, str | PathLike[str] | Source], bases: SupportsGetItem[int, str | PathLike[str] | Source]) -> Evidence: ...

@final
class Policy:
    """
    A policy, complete and checked.
    """
    @property
    def digest(self, /) -> str:
        """
        The digest of the resolved policy.
        """
    @staticmethod
    def from_file(path: str | PathLike[str]) -> Policy:
        """
        Reads a policy file; the keys and roots that it names are relative to it.
        """
    @staticmethod
    def from_toml(text: str, files: "dict[str, bytes] | None", folder: str | PathLike[str] | None) -> "Policy":
        """
        Reads a policy. The files that it names are looked up in `files`, then below `folder`.
        """
    @property
    def mode(self, /) -> str:
        """
        ``enforce`` or ``audit``.
        """
    @property
    def name(self, /) -> str:
        """
        The policy's name.
        """
    def source(self, /) -> "tuple[str, dict[str, bytes]]":
        """
        The text, and every file that it named: what `from_toml` makes the same policy of.
        """
    def summary(self, /) -> bytes:
        """
        The resolved policy as JSON: every rule with its defaults filled in, keys by fingerprint.
        """

@final
class Run:
    """
    A run over many images: `submit` them, `finish`, and take answers with `next` until there is none.
    """
    def finish(self, /) -> None:
        """
        Says that no more images will come.
        """
    def next(self, /) -> tuple[int, Any] | None:
        """
        The next answer as it comes, with the image's number; `None` when all were given, or after `stop`.
        """
    def stop(self, /) -> None:
        """
        Stops: nothing more is read, and what was not answered will not be.
        """
    def submit(self, /, index: SupportsIndex, image: str | PathLike[str] | Source) -> None:
        """
        Asks about one more image. `index` comes back with its answer.
        """

@final
class Verifier:
    """
    Answers questions by one policy. Can be used from several threads.

    An image is a `str` as the command reads it, an `os.PathLike` of any kind of image, or a source: an object with

    - `resolve(reference)`: the descriptor of a digest (`sha256:…`), or for `None` of the one image that the source
      stands for; `None` if there is none. A descriptor is a mapping with `mediaType`, `digest`, `size` in bytes, perhaps
      `annotations`. A source that is evidence alone answers `None` with `None`; else its image is a base candidate.
    - `blob(digest)`: `bytes`, `bytearray`, `memoryview` or a binary file, which is read once with `read(n)` and closed;
      `None` if it is not there.
    - `referrers(digest)`: the descriptors of the manifests whose `subject` is this digest. A manifest that does not say
      so itself is not used.

    Its attribute `name`, if it is a `str`, is how reports call the image; else its class is. Nothing that it says is
    believed. It may be called from several threads, and may ask questions itself. What it raises is the cause of a
    source error, which has the exception's own code if that is one of 12xx; what is no `Exception` passes through.

    `now` is an aware time; `None` is the clock's, which the report says. The interpreter is free meanwhile, and a signal
    handler that raises ends the call.
    """
    def __new__(cls, /, policy: Policy) -> Verifier: ...
    def compare(self, /, from_image: str | PathLike[str] | Source, to_image: str | PathLike[str] | Source, evidence: Evidence | None, now: datetime | None, platforms: SupportsGetItem[int, str] | None) -> Answer:
        """
        Compares two images.
        """
    def inspect(self, /, image: str | PathLike[str] | Source, evidence: Evidence | None, now: datetime | None, platforms: SupportsGetItem[int, str] | None, layers: str, name: str | None) -> Answer:
        """
        Collects the facts about an image without judging them. Faults of its bytes are findings, and not raised.
        """
    def run(self, /, evidence: Evidence | None, now: datetime | None, platforms: SupportsGetItem[int, str] | None, layers: str, workers: SupportsIndex) -> Run:
        """
        Starts to verify many images, by so many threads.
        """
    def verify(self, /, image: str | PathLike[str] | Source, evidence: Evidence | None, now: datetime | None, platforms: SupportsGetItem[int, str] | None, layers: str, name: str | None) -> Answer:
        """
        Verifies an image. A rejection is raised, with its answer.
        """

def _panic() -> None:
    """
    Has a defect in the middle of a call, so that a test can see what becomes of one.
    """

def code_table() -> list[tuple[str, int, str, str, str]]:
    """
    Every code: name, number, family, meaning, advice.
    """

def main(args: SupportsGetItem[int, str]) -> int:
    """
    Runs the command on the process's own streams. `args` begins with the program's name; the result is the exit
    status.
    """

def schema(document: str) -> bytes:
    """
    The JSON Schema of a document: report, comparison, blob, trial or policy.
    """

def version() -> str:
    """
    The version of the package and of the command.
    """
