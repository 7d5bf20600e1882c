"""The native half: what goes in, and what comes out."""

import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from layertrust import LayerTrustError, _native

TESTDATA = Path(__file__).parents[3] / "testdata"
DEMO = TESTDATA / "demo"
NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
POLICY = _native.Policy.from_file(DEMO / "policy.toml")
STRICT = _native.Policy.from_file(DEMO / "strict.toml")
BASE = _native.Evidence(POLICY, [DEMO / "base"], [])
IMAGE_DIGEST = "sha256:b302dcd16346925b9461bec71fb89087b8dc3f75746f0bbd6967f852c254de99"

Error = LayerTrustError


def verify(
    image: Any = DEMO / "image",
    policy: _native.Policy = POLICY,
    now: Any = NOW,
    platforms: Any = None,
    layers: str = "auto",
    name: str | None = None,
) -> Any:
    return json.loads(_native.Verifier(policy).verify(image, BASE, now, platforms, layers, name).json())


def refused(**arguments: Any) -> Any:
    with pytest.raises(Error) as caught:
        verify(**arguments)
    return caught.value


def test_an_accepted_image_has_a_report() -> None:
    answer = _native.Verifier(POLICY).verify(DEMO / "image", BASE, NOW, None, "auto", None)
    assert answer.accepted is True
    report = json.loads(answer.json())
    assert (report["schema"], report["verdict"]) == ("layertrust.report/v1", "accepted")
    assert report["now"] == {"time": "2026-11-24T12:00:00Z", "source": "argument"}


def test_a_rejection_is_raised_with_the_code_of_its_first_error() -> None:
    error = refused(image=DEMO / "replaced", policy=STRICT, layers="all")
    assert error.code == "layer-change"
    assert "libssl.so.3" in str(error)


def test_inspecting_a_bad_image_raises_nothing(tmp_path: Path) -> None:
    verifier = _native.Verifier(POLICY)
    (tmp_path / "oci-layout").write_text("{}")
    (tmp_path / "index.json").write_text("no JSON")
    for image, code in ((tmp_path, "malformed"), (DEMO / "tampered", None)):
        answer = verifier.inspect(image, None, NOW, None, "auto", None)
        facts = json.loads(answer.json())
        assert answer.accepted is None
        assert (facts["schema"], "verdict" in facts, "policy" in facts) == (
            "layertrust.facts/v1",
            False,
            False,
        )
        assert code in {None, *(finding["code"] for finding in facts["findings"])}


def test_two_images_are_compared() -> None:
    verifier = _native.Verifier(POLICY)
    answer = verifier.compare(DEMO / "image", f"oci:{DEMO}/replaced", BASE, NOW, None)
    comparison = json.loads(answer.json())
    assert (answer.accepted, comparison["schema"]) == (None, "layertrust.comparison/v1")
    assert comparison["from"]["digest"] == IMAGE_DIGEST


def test_a_path_is_read_by_what_lies_there(tmp_path: Path) -> None:
    case = TESTDATA / "cases" / "auditor"
    policy = _native.Policy.from_file(case / "policy.toml")
    evidence = _native.Evidence(policy, [case / "evidence.tar"], [])
    answer = _native.Verifier(policy).verify(case / "image.tar", evidence, NOW, None, "auto", None)
    assert answer.accepted
    for path in (tmp_path, tmp_path / "nothing"):
        assert refused(image=path).code in {"not-found", "io"}
    _native.Evidence(POLICY, [TESTDATA / "vsa" / "vsa.sigstore.json", TESTDATA / "vsa"], [])


def test_evidence_can_name_a_base_by_digest_text_and_path() -> None:
    base = f"oci:{DEMO}/base"
    digest = "sha256:eed37051e576fb75ff3ffeef2362a83202ab226f842f7526e5dc761c860ba8fc"
    for bases in ([digest], [base], [DEMO / "base"]):
        evidence = _native.Evidence(POLICY, [base], bases)
        assert _native.Verifier(POLICY).verify(DEMO / "image", evidence, NOW, None, "auto", None).accepted
    with pytest.raises(Error):
        _native.Evidence(POLICY, [], ["sha256:12"])


def test_now_is_any_aware_time_to_the_microsecond() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    now = datetime(2026, 11, 24, 17, 30, 0, 123456, tzinfo=zone)
    assert verify(now=now)["now"] == {"time": "2026-11-24T12:00:00.123456Z", "source": "argument"}
    assert verify(now=None)["now"]["source"] == "clock"
    for now in (datetime.min, datetime.max):
        refused(now=now.replace(tzinfo=timezone.utc), policy=STRICT, image=DEMO / "tampered")


def test_a_naive_time_is_a_wrong_call() -> None:
    error = refused(now=datetime(2026, 11, 24))
    assert error.code == "usage"
    assert "without a zone" in str(error)


def test_wrong_words_are_a_wrong_call() -> None:
    assert refused(layers="some").code == "usage"
    assert refused(platforms=["linux"]).code == "usage"
    assert refused(image="what is this").code == "usage"


def test_wrong_types_are_type_errors() -> None:
    for arguments in ({"now": "2026"}, {"platforms": "linux/amd64"}, {"layers": None}, {"name": 1}):
        with pytest.raises(TypeError):
            verify(**arguments)


def test_a_policy_can_be_made_again_from_what_it_was_made_of() -> None:
    text, files = STRICT.source()
    assert sorted(files) == ["keys/ci.pub", "keys/demo-vendor.pub"]
    again = _native.Policy.from_toml(text, files, None)
    assert (again.name, again.mode, again.digest) == (STRICT.name, "enforce", STRICT.digest)
    assert again.summary() == STRICT.summary()
    assert again.source() == STRICT.source()


def test_the_files_of_a_policy_come_from_the_caller_first_and_its_folder_second() -> None:
    text, files = STRICT.source()
    mixed = _native.Policy.from_toml(text, {"keys/ci.pub": files["keys/demo-vendor.pub"]}, DEMO)
    assert mixed.digest != STRICT.digest
    assert _native.Policy.from_toml(text, None, DEMO).digest == STRICT.digest
    with pytest.raises(Error) as caught:
        _native.Policy.from_toml(text, None, None)
    assert caught.value.code == "key-invalid"


def test_a_policy_file_that_is_wrong_says_which(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    for content, code in (
        (None, "policy-invalid"),
        (b"\xff", "policy-invalid"),
        (b"version = 2", "policy-invalid"),
    ):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(Error, match=str(path)) as caught:
            _native.Policy.from_file(path)
        assert caught.value.code == code


class Blob:
    """A bundle about the demo image's manifest, signed by a key without a log."""

    bundle = TESTDATA / "vsa" / "vsa.sigstore.json"
    manifest = DEMO / "image" / "blobs" / "sha256" / IMAGE_DIGEST.removeprefix("sha256:")

    @staticmethod
    def verifier(**arguments: Any) -> _native.BlobVerifier:
        given: dict[str, Any] = {
            "key": TESTDATA / "vsa" / "verifier.pub",
            "certificate_identity": None,
            "certificate_oidc_issuer": None,
            "source_repository": [],
            "trusted_root": None,
            "root_name": None,
            "insecure_ignore_tlog": True,
            "insecure_ignore_sct": False,
        }
        return _native.BlobVerifier(**{**given, **arguments})


def test_a_bundle_is_verified_about_a_file_its_bytes_or_its_digest() -> None:
    verifier = Blob.verifier()
    for artifact in (Blob.manifest, Blob.manifest.read_bytes(), IMAGE_DIGEST):
        for bundle in (Blob.bundle, Blob.bundle.read_bytes(), str(Blob.bundle)):
            answer = verifier.verify(artifact, bundle, NOW, None)
            report = json.loads(answer.json())
            assert (answer.accepted, report["schema"]) == (None, "layertrust.blob/v1")
            assert report["root"]["name"] == "sigstore-public-good"


@pytest.mark.parametrize(
    ("artifact", "predicate_type", "code"),
    [
        (b"another file", None, "subject-mismatch"),
        (Path("/nowhere"), None, "io"),
        ("image.json", None, "usage"),
        (IMAGE_DIGEST, "https://example.com/other", "predicate-mismatch"),
    ],
)
def test_a_bundle_about_something_else_is_refused(
    artifact: Any, predicate_type: str | None, code: str
) -> None:
    with pytest.raises(Error) as caught:
        Blob.verifier().verify(artifact, Blob.bundle, NOW, predicate_type)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"key": None}, "usage"),
        ({"certificate_identity": "me", "certificate_oidc_issuer": "https://issuer.test"}, "usage"),
        ({"certificate_identity": "me"}, "usage"),
        ({"key": b"no key"}, "key-invalid"),
        ({"key": "/nowhere"}, "key-invalid"),
        ({"trusted_root": b"{}"}, "root-invalid"),
    ],
)
def test_a_signer_that_is_not_one_is_refused(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(Error) as caught:
        Blob.verifier(**arguments)
    assert caught.value.code == code


def test_a_key_without_a_log_entry_needs_the_callers_word() -> None:
    with pytest.raises(Error) as caught:
        Blob.verifier(insecure_ignore_tlog=False).verify(IMAGE_DIGEST, Blob.bundle, NOW, None)
    assert caught.value.code == "tlog-missing"


def command(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    run = [sys.executable, "-m", "layertrust", *arguments]
    return subprocess.run(run, capture_output=True, timeout=60, check=False)


def test_the_package_carries_the_command() -> None:
    arguments = ["--evidence", f"oci:{DEMO}/base", "--policy", str(DEMO / "policy.toml"), "-o", "jsonl"]
    done = command("verify", f"oci:{DEMO}/image", *arguments)
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "accepted")
    done = command("verify", f"oci:{DEMO}/tampered", *arguments)
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (1, "rejected")
    assert command("verify").returncode == 2
    assert command("verify", "oci:/nowhere", *arguments).returncode == 3
    assert command("--version").stdout.decode().split() == ["layertrust", _native.version()]


def test_schemas_are_those_of_the_command() -> None:
    for document in ("report", "comparison", "blob", "trial", "policy"):
        assert command("schema", document).stdout == _native.schema(document)
    with pytest.raises(Error) as caught:
        _native.schema("other")
    assert caught.value.code == "usage"


def test_the_table_of_codes_is_that_of_the_command() -> None:
    rows = _native.code_table()
    shown = [line.split()[:2] for line in command("explain").stdout.decode().splitlines()]
    assert [[str(number), name] for name, number, *_ in rows] == shown
    families = {row[2] for row in rows}
    assert families == {
        "input",
        "source",
        "signature",
        "statement",
        "base",
        "image",
        "layer",
        "vulnerability",
        "policy",
        "caller",
    }
