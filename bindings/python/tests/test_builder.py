"""The builder says what a policy file says, and nothing else."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from layertrust import (
    AllowedChange,
    AttestationRule,
    ChangeKind,
    Code,
    Policy,
    PolicyBuilder,
    PolicyError,
    RevokedBase,
    UsageError,
    _toml,
)
from paths import CASES, DEMO, DOCS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SCHEMA = json.loads((DOCS / "policy.schema.json").read_text())
RULES = {"AttestationSection": AttestationRule, "AllowSection": AllowedChange, "RevokedSection": RevokedBase}
LISTED = {"attestation": AttestationRule, "allow": AllowedChange, "revoked": RevokedBase}


def test_the_demonstration(policy: Policy) -> None:
    """A policy in code is the one of the file."""
    sbom = AttestationRule(type="sbom")
    built = (
        Policy.builder()
        .name("demo")
        .signer("demo-vendor", key=DEMO / "keys" / "demo-vendor.pub")
        .signer("ci", key=(DEMO / "keys" / "ci.pub").read_bytes())
        .base(
            signers=["demo-vendor"],
            repositories=["dhi/*"],
            attestation=[
                AttestationRule(type="slsa-provenance", builder=["https://builder.dhi.test/buildkit"]),
                sbom,
            ],
        )
        .org(
            signers=["ci"],
            attestation=[
                AttestationRule(
                    type="slsa-provenance",
                    builder=["https://github.com/acme/ci/.github/workflows/build.yml@refs/heads/main"],
                ),
                sbom,
            ],
        )
        .build()
    )
    assert built == policy


@pytest.mark.parametrize(
    "folder", sorted(one.parent for one in CASES.glob("*/policy.toml")), ids=lambda one: one.name
)
def test_every_policy_of_the_cases(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file says can be said in code, and is then the same policy."""
    monkeypatch.chdir(folder)
    file = tomllib.loads((folder / "policy.toml").read_text())
    assert say(file).build() == Policy.from_file("policy.toml")


def keys() -> Iterator[tuple[str, str, Any]]:
    """Definition, key and example of every key in the schema of policy files."""
    for definition, schema in [("File", SCHEMA), *SCHEMA["$defs"].items()]:
        for key, value in schema.get("properties", {}).items():
            example = re.search(r"^- example: `(.*)`$", value.get("description", ""), re.M)
            if example:
                yield definition, key, tomllib.loads(example[1])[key]


@pytest.mark.parametrize(("definition", "key", "example"), list(keys()))
def test_every_key(definition: str, key: str, example: Any) -> None:
    """Each key of a policy file can be said, and is written as it was said."""
    if key == "version":
        assert written(Policy.builder()) == {"version": 1}
    elif definition == "File":
        assert written(say({key: example}))[key] == example
    elif definition in RULES:
        rule: Any = RULES[definition](**{**required(definition), **arguments({key: example})})
        assert written(Policy.builder().layers(allow=[rule]))["layers"]["allow"][0][key] == example
    else:
        section = next(one for one, value in SCHEMA["properties"].items() if definition in json.dumps(value))
        members = {**required(definition), key: example}
        document: dict[str, Any] = {section: members}
        if section in ("signers", "roots"):
            document = {section: {"a": members}}
        elif section in ("intermediate", "exception"):
            document = {section: [members]}
        assert written(say(document))[section] == document[section]


def test_every_limit(policy: Policy) -> None:
    """Each bound is an argument of its own."""
    bounds = policy.summary()["limits"]
    assert len(bounds) > 30
    for name in bounds:
        lowered = Policy.builder().org(layers="forbidden").limits(**{name.replace("-", "_"): 7}).build()
        assert lowered.summary()["limits"] == {**bounds, name: 7}


def test_every_section_was_seen() -> None:
    """The test above walks something."""
    seen = list(keys())
    assert len(seen) > 70
    objects = {name for name, one in SCHEMA["$defs"].items() if "properties" in one}
    assert {definition for definition, _, _ in seen} == {"File", *objects}


def required(definition: str) -> dict[str, Any]:
    """The keys that a section must have."""
    members = {}
    for key, value in SCHEMA["$defs"][definition]["properties"].items():
        if re.search(r"^- default: required$", value.get("description", ""), re.M):
            (example,) = [one for where, name, one in keys() if (where, name) == (definition, key)]
            members[key] = example
    return members


def say(document: dict[str, Any]) -> PolicyBuilder:
    """A policy file, said in code."""
    builder = Policy.builder()
    for key, value in document.items():
        if key == "version":
            continue
        if key in ("name", "mode"):
            builder = getattr(builder, key)(value)
        elif key in ("signers", "roots"):
            for name, section in value.items():
                builder = getattr(builder, key.removesuffix("s"))(name, **arguments(section))
        elif key in ("intermediate", "exception"):
            for section in value:
                builder = getattr(builder, key)(**arguments(section))
        else:
            builder = getattr(builder, key)(**arguments(value))
    return builder


def arguments(section: dict[str, Any]) -> dict[str, Any]:
    """A section as arguments."""
    said = {}
    for key, value in section.items():
        if key in LISTED and value and isinstance(value[0], dict):
            value = [LISTED[key](**arguments(one)) for one in value]
        said[key.replace("-", "_")] = value
    return said


def written(builder: PolicyBuilder) -> dict[str, Any]:
    """What the builder hands to the reader of files."""
    return tomllib.loads(_toml.document(builder._sections))


def test_builders_never_change() -> None:
    """One can be the beginning of several policies."""
    start = Policy.builder().signer("ci", key=DEMO / "keys" / "ci.pub")
    first = start.org(signers=["ci"]).name("first")
    second = start.org(signers=["ci"], require="always").name("second")
    assert first.build().name == "first"
    assert second.build().summary()["org"]["require"] == "always"
    assert first.build().summary()["org"]["require"] == "derived"
    with pytest.raises(PolicyError):
        start.build()
    assert repr(first) == "<PolicyBuilder signers, org, name>"
    assert repr(Policy.builder()) == "<PolicyBuilder empty>"


def test_a_list_is_taken_as_it_is_then() -> None:
    """What the caller does with it later changes nothing."""
    signers = ["ci"]
    builder = Policy.builder().signer("ci", key=DEMO / "keys" / "ci.pub").org(signers=signers)
    signers.append("stranger")
    assert builder.build().summary()["org"]["signers"] == ["ci"]


@pytest.mark.parametrize(
    "twice",
    [
        lambda builder: builder.name("a").name("a"),
        lambda builder: builder.mode("audit").mode("audit"),
        lambda builder: builder.signer("ci", key=b"a").signer("ci", key=b"a"),
        lambda builder: builder.root("own", file=b"a").root("own", file=b"a"),
        lambda builder: builder.base().base(),
        lambda builder: builder.org(signers=["ci"]).org(signers=["ci"]),
        lambda builder: builder.layers().layers(),
        lambda builder: builder.config().config(),
        lambda builder: builder.image().image(),
        lambda builder: builder.limits().limits(),
    ],
)
def test_nothing_is_said_twice(twice: Any) -> None:
    """The second would silently replace the first."""
    with pytest.raises(UsageError, match="said already") as raised:
        twice(Policy.builder())
    assert raised.value.code is Code.USAGE
    assert isinstance(raised.value, ValueError)


def test_lists_are_said_one_by_one() -> None:
    """There can be several of these."""
    key = (CASES / "keys" / "org.pub").read_bytes()
    policy = (
        Policy.builder()
        .signer("platform", key=key)
        .signer("ci", key=(CASES / "keys" / "qa.pub").read_bytes())
        .intermediate(name="one", signers=["platform"], references=["registry.example.com/one/**"])
        .intermediate(name="two", signers=["platform"], references=["registry.example.com/two/**"])
        .org(signers=["ci"])
        .exception(code="added-path", until="2027-01-31", reason="OPS-1", path="usr/bin/curl")
        .exception(code=Code.LAYER_CHANGE, until="2027-01-31", reason="OPS-2")
        .layers(deny=[ChangeKind.REPLACE, "delete"])
        .limits(layer_size="1GiB", layers=100)
        .build()
    )
    summary = policy.summary()
    assert [one["name"] for one in summary["intermediate"]] == ["one", "two"]
    assert [one["code"] for one in summary["exception"]] == ["added-path", "layer-change"]
    assert summary["limits"]["layer-size"] == 1 << 30


def test_there_is_no_other_reader() -> None:
    """What a file would be refused for, code is refused for, with the same error."""
    for wrong in (
        lambda builder: builder.org(signers="ci"),
        lambda builder: builder.org(signers=["stranger"]),
        lambda builder: builder.org(signers=["ci"], threshold=-1),
        lambda builder: builder.org(signers=["ci"], threshold=1 << 70),
        lambda builder: builder.org(signers=["ci"], require="sometimes"),
        lambda builder: builder.org(signers=["ci"]).base(min_proof="claimed"),
        lambda builder: builder.org(signers=["ci"]).signer("qa", key="docker-dhi", identity="a"),
    ):
        say_wrong: Any = wrong
        with pytest.raises(PolicyError):
            say_wrong(Policy.builder().signer("ci", key=DEMO / "keys" / "ci.pub")).build()


def test_values_that_no_policy_has() -> None:
    """These have no place in TOML, and say so."""
    builder = Policy.builder().signer("ci", key=DEMO / "keys" / "ci.pub")
    for wrong in (b"ci", object(), {1: 2}, {"a", "b"}):
        with pytest.raises(TypeError):
            builder.org(signers=wrong).build()  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        builder.org(signers=[b"ci"]).build()  # type: ignore[list-item]
    rule = AttestationRule(type="slsa-provenance", external_parameters={"environment": None})
    with pytest.raises(TypeError):
        builder.org(signers=["ci"], attestation=[rule]).build()
    with pytest.raises(TypeError):
        builder.org(made_up=1)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "value",
    [
        "",
        'a "quoted" \\ text',
        "\x00\x01\x08\t\n\x0b\f\r\x1f\x7f\x80\u2028\ufeff\U0001f600é",
        "''' \"\"\"",
        True,
        False,
        0,
        -1,
        2**63 - 1,
        0.5,
        1e16,
        1e-7,
        float("inf"),
        [],
        [[1, "a"], []],
        {},
        {"a.b": {"": 1, '"': [{"c": True}]}},
    ],
)
def test_toml(value: Any) -> None:
    """What is written is read again as it was."""
    assert tomllib.loads(_toml.document({"key": value})) == {"key": value}


def test_a_path_is_no_name_of_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is called like Docker's keys is a file."""
    monkeypatch.chdir(tmp_path)
    Path("docker-dhi").write_bytes((DEMO / "keys" / "ci.pub").read_bytes())
    by_path = Policy.builder().signer("a", key=Path("docker-dhi")).org(signers=["a"]).build()
    by_name = Policy.builder().signer("a", key="docker-dhi").org(signers=["a"]).build()
    assert by_path != by_name
