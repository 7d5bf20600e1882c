"""The exceptions: one class a code, everything below one base, and what pickles."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import layertrust
from layertrust import (
    Code,
    InputError,
    InternalError,
    LayerTrustError,
    Policy,
    PolicyError,
    Rejected,
    Report,
    SourceError,
    UsageError,
    VerificationError,
    Verifier,
    _errors,
    _native,
)
from paths import DEMO

CLASSES = {
    "input": InputError,
    "source": SourceError,
    "signature": VerificationError,
    "statement": VerificationError,
    "base": VerificationError,
    "image": VerificationError,
    "layer": VerificationError,
    "vulnerability": VerificationError,
    "policy": PolicyError,
}
OF_CALLERS = {
    "usage": UsageError,
    "policy-invalid": PolicyError,
    "key-invalid": PolicyError,
    "root-invalid": PolicyError,
    "no-crypto-provider": InternalError,
    "panic": InternalError,
    "null-pointer": UsageError,
}
TABLE = _native.code_table()


@pytest.mark.parametrize(
    ("name", "number", "family", "meaning", "advice"), TABLE, ids=[row[0] for row in TABLE]
)
def test_every_code(name: str, number: int, family: str, meaning: str, advice: str) -> None:
    """The code table of the library is that of the package, and each code has its class."""
    code = Code(name)
    assert (code.value, code.number, code.meaning, code.advice) == (name, number, meaning, advice)
    assert code.name == name.upper().replace("-", "_")
    error = _errors.error(name, "a: expected b, found c", "Do d.", None, None)
    assert type(error) is (OF_CALLERS[name] if family == "caller" else CLASSES[family])
    assert isinstance(error, LayerTrustError)
    assert (error.code, error.number, error.message, error.hint) == (
        code,
        number,
        "a: expected b, found c",
        "Do d.",
    )
    assert str(error) == f"{name}: a: expected b, found c (Do d.)"
    assert_same(pickle.loads(pickle.dumps(error)), error)
    assert_same(copy.deepcopy(error), error)


def test_there_are_no_other_codes() -> None:
    """A code that is gone, or was made up, would be one of the package alone."""
    assert [code.value for code in Code] == [row[0] for row in TABLE]
    numbers = [code.number for code in Code]
    assert numbers == sorted(set(numbers))
    assert len(numbers) >= 76


def test_severities_are_those_of_the_library() -> None:
    """They come from docs/CODES.md, which the library's table writes."""
    assert Code.MALFORMED.severity is layertrust.Severity.ERROR
    assert Code.RUNS_AS_ROOT.severity is layertrust.Severity.WARNING
    assert Code.EXCEPTION_USED.severity is layertrust.Severity.INFO


def test_one_base() -> None:
    """`except LayerTrustError` misses nothing that is ours, and nothing is a `BaseException` alone."""
    classes = [
        one for one in vars(layertrust).values() if isinstance(one, type) and issubclass(one, BaseException)
    ]
    assert len(classes) == 8
    assert all(issubclass(one, LayerTrustError) for one in classes)
    assert all(one.__module__ == "layertrust" for one in classes)
    assert issubclass(Rejected, VerificationError)
    assert issubclass(UsageError, ValueError)


def test_a_rejection_carries_its_report(rejected: Rejected) -> None:
    """The exception says the first error, the report everything."""
    report = rejected.report
    assert isinstance(report, Report)
    assert report.verdict is layertrust.Verdict.REJECTED
    assert report.errors[0].code is rejected.code
    assert report.errors[0].message == rejected.message
    assert report.errors[0].hint == rejected.hint
    again = pickle.loads(pickle.dumps(rejected))
    assert_same(again, rejected)
    assert again.report == report
    assert again.report.to_json() == report.to_json()
    assert copy.copy(rejected).report is report


def test_a_malformed_image_is_rejected(verifier: Verifier, tmp_path: Any) -> None:
    """Broken bytes are a no with a report, whose code is of family 10xx."""
    (tmp_path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (tmp_path / "index.json").write_text("{")
    with pytest.raises(Rejected) as raised:
        verifier.verify(tmp_path)
    assert raised.value.code is Code.MALFORMED
    assert raised.value.number == 1001
    assert raised.value.report.platforms == ()
    assert verifier.inspect(tmp_path).errors[0].code is Code.MALFORMED
    with pytest.raises(InputError) as compared:
        verifier.compare(DEMO / "image", tmp_path)
    assert compared.value.code is Code.MALFORMED


def test_no_answer(verifier: Verifier) -> None:
    """An image that is not there is no rejection."""
    with pytest.raises(SourceError) as raised:
        verifier.verify("oci:not-there")
    assert raised.value.code in (Code.NOT_FOUND, Code.IO)
    assert not isinstance(raised.value, VerificationError)
    with pytest.raises(SourceError):
        verifier.verify(DEMO / "image", ["oci:not-there"])
    with pytest.raises(SourceError):
        verifier.inspect("oci:not-there")


def test_a_wrong_policy() -> None:
    """Policies, keys and roots are the caller's."""
    for text, code in {
        "version = 2": Code.POLICY_INVALID,
        "version = 1": Code.POLICY_INVALID,
        "version = 1\nsigners.a.key = 'a'\norg.signers = ['a']": Code.KEY_INVALID,
        "version = 1\nroots.a.file = 'a'\norg.layers = 'forbidden'": Code.ROOT_INVALID,
    }.items():
        with pytest.raises(PolicyError) as raised:
            Policy.from_toml(text, files={"a": b"neither a key nor a root"})
        assert raised.value.code is code, text
        assert raised.value.hint
    with pytest.raises(PolicyError):
        Policy.from_file("not-there.toml")
    with pytest.raises(PolicyError):
        Policy.from_toml("version = 1\nsigners.a.key = 'a'\norg.signers = ['a']")


def test_what_an_image_says_is_shown_and_not_obeyed() -> None:
    """Controls and bidirectional marks are written out; a line stays a line, further in."""
    error = _errors.error("malformed", "a\x1b[31m\u202eb\r\n::error::c\x7f", "Do\x00 d.", None, None)
    assert str(error) == r"malformed: a\x1b[31m\u202eb" + "\n    ::error::c\\x7f (Do\\x00 d.)"
    assert error.message == "a\x1b[31m\u202eb\r\n::error::c\x7f"


def test_causes() -> None:
    """What a source raised is the cause."""
    cause = OSError("a")
    assert _errors.error("io", "a", "b", None, cause).__cause__ is cause


def assert_same(one: LayerTrustError, other: LayerTrustError) -> None:
    """The same exception, but for who it is."""
    assert type(one) is type(other)
    assert (one.code, one.message, one.hint) == (other.code, other.message, other.hint)
    assert str(one) == str(other)
