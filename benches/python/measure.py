"""What the Python package adds to the same calls from Rust, beside sigstore-python, and with two threads.

    cargo build --release --locked --bin binding
    python python/measure.py            # with layertrust installed, and sigstore if it is to be compared

Only ratios count: they are taken within a round, where all saw the same machine, and the median over all rounds
is given. One thread: its CPU time. Two threads: wall time, so the machine should have nothing else to do.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

import layertrust

ROOT = Path(__file__).resolve().parents[2]
UPSTREAM = Path(os.environ.get("LAYERTRUST_UPSTREAM", ROOT.parent / "shared/upstream"))
SUITE = UPSTREAM / "sigstore-sigstore-conformance/test/assets/bundle-verify"
ROUNDS = int(os.environ.get("LAYERTRUST_ROUNDS", "41"))
NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)

REPOSITORY = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon"
IDENTITY = f"{REPOSITORY}/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"
ISSUER = "https://token.actions.githubusercontent.com"
BUNDLES = ["happy-path-v0.3", "rekor2-happy-path"]

IMAGE, BASE = (f"oci:{ROOT}/testdata/demo/{name}" for name in ("image", "base"))
VERIFIER = layertrust.Verifier(layertrust.Policy.from_file(ROOT / "testdata/demo/policy.toml"))


def verify_image() -> None:
    """Names in, a verdict out."""
    VERIFIER.verify(IMAGE, [BASE], now=NOW)


def verify_bundle(file: bytes, bundle: bytes, root: Path | None = None) -> None:
    """A file and its keyless bundle; without a root by the public instance's."""
    layertrust.verify_blob(
        file,
        bundle,
        certificate_identity=IDENTITY,
        certificate_oidc_issuer=ISSUER,
        source_repository=[REPOSITORY],
        trusted_root=root,
        now=NOW,
    )


def cpu_time(call: Callable[[], object], count: int) -> float:
    """Seconds of CPU time of this thread for one call."""
    before = time.thread_time()
    for _ in range(count):
        call()
    return (time.thread_time() - before) / count


class Rust:
    """The same calls from Rust, in a process of its own."""

    def __init__(self, file: Path, bundle: Path) -> None:
        program = ROOT / "benches/target/release/binding"
        arguments = [program, ROOT, file, bundle, ISSUER, IDENTITY, REPOSITORY]
        self.process = subprocess.Popen(
            list(map(str, arguments)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def time(self, case: str, count: int) -> float:
        """Seconds of CPU time for one call."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{case} {count}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def peer(folder: str, file: bytes, bundle: bytes) -> Callable[[], object] | None:
    """sigstore-python at the same bundle: its root parsed once, which ours does in each call."""
    try:
        from sigstore.models import Bundle, TrustedRoot
        from sigstore.verify import Verifier, policy
    except ImportError:
        return None
    root = SUITE / folder / "trusted_root.json"
    trusted = TrustedRoot.from_file(str(root)) if root.exists() else public_good(TrustedRoot)
    verifier = Verifier(trusted_root=trusted)
    identity = policy.Identity(identity=IDENTITY, issuer=ISSUER)

    def verify() -> None:
        verifier.verify_artifact(file, Bundle.from_json(bundle), identity)

    return verify


def public_good(kind):  # noqa: ANN001, ANN201 - a class of the peer's
    """The root of the public instance, as the conformance suite keeps it."""
    found = sorted(UPSTREAM.glob("**/trusted_root*.json"))
    for path in found:
        text = path.read_text()
        if "rekor.sigstore.dev" in text and "sigstage" not in text:
            return kind.from_file(str(path))
    raise SystemExit("no public root is at hand")


def compare(name: str, ours: Callable[[], object], rust: Callable[[int], float]) -> None:
    """Prints what Python adds."""
    count = max(1, int(0.05 / cpu_time(ours, 3)))

    def both() -> tuple[float, float]:
        # Whoever waited for the other begins with cold caches: the first turn does not count.
        rust(count)
        plain = rust(count)
        cpu_time(ours, count)
        return plain, cpu_time(ours, count)

    pairs = [both() for _ in range(ROUNDS)]
    ratio = statistics.median(python / plain for plain, python in pairs)
    plain = statistics.median(plain for plain, _ in pairs)
    added = statistics.median(python - plain for plain, python in pairs)
    holds = "yes" if ratio < 1.05 or added < 50e-6 else "NO"
    print(f"| {name} | {plain * 1e6:.0f} µs | {added * 1e6:+.0f} µs | {ratio:.3f} | {holds} |")


def threads() -> None:
    """Prints what a second thread brings, by threads of Python and by the batch engine."""
    count = max(4, int(0.2 / cpu_time(verify_image, 3)))

    def pool(workers: int) -> float:
        with ThreadPoolExecutor(workers) as executor:
            before = time.perf_counter()
            list(executor.map(lambda _: verify_image(), range(count)))
            return time.perf_counter() - before

    def many(workers: int) -> float:
        before = time.perf_counter()
        for _, answer in VERIFIER.verify_many([IMAGE] * count, [BASE], now=NOW, max_workers=workers):
            assert isinstance(answer, layertrust.Report)
        return time.perf_counter() - before

    for name, run in (("threads of Python", pool), ("`verify_many`", many)):
        run(2)
        ratios = [run(1) / run(2) for _ in range(max(5, ROUNDS // 4))]
        quartiles = statistics.quantiles(ratios, n=4)
        print(f"| {name} | {quartiles[1]:.2f} ({quartiles[0]:.2f}-{quartiles[2]:.2f}) | 1.8 |")
    single, batch = ([run(1) for _ in range(5)] for run in (pool, many))
    saved = statistics.median(one / two for one, two in zip(single, batch, strict=True))
    print(f"\nOne image after another, one thread: `verify` takes {saved:.2f} times what `verify_many` takes.")


def main() -> None:
    """Measures everything that can be measured here."""
    if not SUITE.is_dir():
        sys.exit(f"SKIPPED: {SUITE} is not there (LAYERTRUST_UPSTREAM).")
    file = SUITE / "a.txt"
    rust = Rust(file, SUITE / BUNDLES[0] / "bundle.sigstore.json")
    print("| call | Rust | Python adds | ratio | below 5 % or 50 µs |\n|---|---|---|---|---|")
    compare("the demo image on its base", verify_image, lambda count: rust.time("image", count))
    contents, bundle = file.read_bytes(), (SUITE / BUNDLES[0] / "bundle.sigstore.json").read_bytes()
    compare("a keyless bundle", lambda: verify_bundle(contents, bundle), lambda count: rust.time("bundle", count))

    print("\n| keyless bundle | layertrust | sigstore-python | ratio |\n|---|---|---|---|")
    for folder in BUNDLES:
        bundle = (SUITE / folder / "bundle.sigstore.json").read_bytes()
        other = peer(folder, contents, bundle)
        if other is None:
            print("| SKIPPED: sigstore is not installed | | | |")
            break
        root = SUITE / folder / "trusted_root.json"
        ours = partial(verify_bundle, contents, bundle, root if root.exists() else None)
        pairs = [(cpu_time(ours, 20), cpu_time(other, 3)) for _ in range(max(5, ROUNDS // 4))]
        mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(two / one for one, two in pairs)
        print(f"| {folder} | {mine * 1e6:.0f} µs | {theirs * 1e6:.0f} µs | {ratio:.1f} |")

    print("\n| two threads to one | times as fast (quartiles) | wanted |\n|---|---|---|")
    threads()


if __name__ == "__main__":
    main()
