"""Policies: from files, from texts, and copies of them."""

from __future__ import annotations

import copy
import hashlib
import pickle
import shutil
from pathlib import Path

import pytest

from layertrust import Code, Mode, Policy, PolicyError, Verifier
from paths import DEMO

TEXT = (DEMO / "policy.toml").read_text()
FILES = {f"keys/{name}.pub": (DEMO / "keys" / f"{name}.pub").read_bytes() for name in ("ci", "demo-vendor")}


def test_one_policy_in_four_ways(policy: Policy) -> None:
    """What a policy says does not depend on where its keys come from."""
    ways = [
        Policy.from_file(str(DEMO / "policy.toml")),
        Policy.from_toml(TEXT, folder=DEMO),
        Policy.from_toml(TEXT, files=FILES),
        Policy.from_toml(TEXT, files={"keys/ci.pub": FILES["keys/ci.pub"]}, folder=str(DEMO)),
    ]
    for way in ways:
        assert way == policy
        assert hash(way) == hash(policy)
        assert way.summary() == policy.summary()


def test_what_it_says(policy: Policy) -> None:
    """Name, mode, digest, and every rule."""
    assert policy.name == "demo"
    assert policy.mode is Mode.ENFORCE
    assert policy.digest == "sha256:" + hashlib.sha256(policy._inner.summary()).hexdigest()
    assert policy.summary()["base"]["signers"] == ["demo-vendor"]
    assert repr(policy) == f"<Policy 'demo' enforce {policy.digest[:19]}>"
    assert Policy.from_toml("mode = 'audit'\n" + TEXT, files=FILES).mode is Mode.AUDIT


def test_other_policies_are_not_equal(policy: Policy) -> None:
    """Another rule, another key or another name is another policy."""
    swapped = dict(zip(FILES, reversed(FILES.values()), strict=True))
    others = [
        Policy.from_toml(TEXT.replace('"demo"', '"other"'), files=FILES),
        Policy.from_toml(TEXT, files=swapped),
        Policy.from_file(DEMO / "strict.toml"),
    ]
    assert all(other != policy for other in others)
    assert len({policy, *others}) == 4
    assert policy != policy.digest


def test_copies_need_no_files(policy: Policy, tmp_path: Path) -> None:
    """A pickle holds the keys, so that another machine can read it."""
    shutil.copytree(DEMO / "keys", tmp_path / "keys")
    shutil.copy(DEMO / "policy.toml", tmp_path)
    made = Policy.from_file(tmp_path / "policy.toml")
    pickled = pickle.dumps(made)
    shutil.rmtree(tmp_path)
    assert pickle.loads(pickled) == policy
    assert pickle.loads(pickle.dumps(pickle.loads(pickled))) == policy
    assert copy.copy(made) == policy == copy.deepcopy(made)
    assert pickle.loads(pickle.dumps(Verifier(policy))) == Verifier(policy)


def test_a_policy_never_changes(policy: Policy) -> None:
    """Neither does its verifier."""
    for one, name in ((policy, "name"), (policy, "made_up"), (Verifier(policy), "policy")):
        with pytest.raises((AttributeError, TypeError)):
            setattr(one, name, None)
    with pytest.raises(TypeError):
        Policy()


def test_no_folder_no_file() -> None:
    """A text alone opens nothing."""
    with pytest.raises(PolicyError) as raised:
        Policy.from_toml(TEXT)
    assert "keys/" in raised.value.message
    with pytest.raises(PolicyError) as raised:
        Policy.from_toml("version = 1\n[org]\nlayers = 'forbidden'\nmade-up = 1")
    assert raised.value.code is Code.POLICY_INVALID
    assert "made-up" in raised.value.message
