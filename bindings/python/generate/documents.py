"""The classes of the documents, from their JSON Schemas."""

import json
import keyword
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codes import constant, literal
from prose import WIDTH, docstring, note

Schema = dict[str, Any]


@dataclass(frozen=True)
class Module:
    """A module of the package, and the definitions that stand in it, the document first."""

    name: str
    about: str
    definitions: tuple[str, ...]


SCHEMAS = ("report", "comparison", "blob", "trial")

MODULES = (
    Module(
        "_shared",
        "What several documents hold.",
        ("Tool", "Now", "ImageFact", "PolicyFact", "RootFact", "SignerFact"),
    ),
    Module(
        "_contents",
        "What the layers hold: changes, additions, packages. Only where they were opened.",
        (
            "ChangeFact",
            "AddedFact",
            "AddedLayer",
            "AddedFolder",
            "SuspiciousFact",
            "PackagesFact",
            "PackageFact",
            "SbomsFact",
            "SbomFact",
            "PackageList",
        ),
    ),
    Module(
        "_platform",
        "One platform of an image: who vouches for what, and by which proof.",
        (
            "PlatformReport",
            "SegmentFact",
            "LayerFact",
            "ConfigFact",
            "ConfigChange",
            "RunsAs",
            "VendorLabels",
            "BaseCandidate",
            "SignatureFact",
            "AttestationFact",
            "UnverifiedFact",
        ),
    ),
    Module(
        "_report",
        "The report about one image.",
        ("Report", "Options", "Input", "Finding", "ExceptionFact"),
    ),
    Module(
        "_comparison",
        "What one image adds to, removes from and changes in another.",
        (
            "Comparison",
            "PlatformComparison",
            "Side",
            "PackageChanges",
            "OwnedPackage",
            "VersionChange",
            "FileChanges",
            "FileCount",
            "PathChange",
        ),
    ),
    Module("_blob", "What was verified about a file.", ("BlobReport",)),
    Module(
        "_trial",
        "What a policy would say about saved reports.",
        ("Trial", "TriedReport", "TriedRule"),
    ),
)

# What a document's `schema` may say.
DOCUMENTS = {
    "Report": ("layertrust.report/v1", "layertrust.facts/v1"),
    "Comparison": ("layertrust.comparison/v1",),
    "BlobReport": ("layertrust.blob/v1",),
    "Trial": ("layertrust.trial/v1",),
}

# Names that read better in Python.
RENAMED = {"OwnerKind": "Owner"}

# Unions, and definitions that are only part of one.
UNIONS = {"Scope": 'Literal["all"] | tuple[str, ...]'}
PARTS_OF_UNIONS = {"All"}

# Members that are written by hand: what a document's fields do not say by themselves.
EXTRAS = {
    "Report": '''
    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that decide the verdict: those of severity `error`."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    def __repr__(self) -> str:
        verdict = self.verdict or "facts"
        digest = (self.image.digest or "unresolved")[:19]
        count = len(self.platforms)
        platforms = f"{count} platform{'' if count == 1 else 's'}"
        return f"<Report {verdict} {self.image.reference!r} {digest} {platforms}>"
''',
    "Comparison": """
    def __repr__(self) -> str:
        return f"<Comparison {self.from_.reference!r} {self.to.reference!r}>"
""",
    "BlobReport": """
    def __repr__(self) -> str:
        return f"<BlobReport signed by {self.signer.name!r}>"
""",
    "Trial": """
    def __repr__(self) -> str:
        return f"<Trial of {self.policy.name!r} on {len(self.reports)} reports>"
""",
}


@dataclass
class Definitions:
    """All definitions of all schemas. One that several schemas have must be the same in each."""

    objects: dict[str, Schema] = field(default_factory=dict)
    words: dict[str, Schema] = field(default_factory=dict)
    unions: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, docs: Path) -> "Definitions":
        """Those of every schema in the folder."""
        definitions = cls()
        for name in SCHEMAS:
            schema = json.loads((docs / f"{name}.schema.json").read_text())
            definitions.add(schema["title"], schema)
            for title, definition in schema["$defs"].items():
                definitions.add(title, definition)
        definitions.check()
        return definitions

    def add(self, name: str, schema: Schema) -> None:
        """Adds one."""
        if name in UNIONS:
            self.unions[name] = schema["description"]
        if name in UNIONS or name in PARTS_OF_UNIONS or name == "Code":
            return
        known = self.objects if "properties" in schema else self.words
        if known.setdefault(name, schema) != schema:
            raise SystemExit(f"{name} differs between schemas")

    def check(self) -> None:
        """Every object must have its place in a module."""
        placed = {name for module in MODULES for name in module.definitions}
        if placed != set(self.objects):
            raise SystemExit(f"put these into MODULES of documents.py: {placed ^ set(self.objects)}")


def words_module(definitions: Definitions) -> str:
    """`_words.py`."""
    lines = [
        "# Generated from docs/*.schema.json by `make generate`. Do not edit.",
        '"""The words that documents are written in."""',
        "",
        "from __future__ import annotations",
        "",
        "from layertrust._word import Word",
    ]
    for name, schema in sorted(definitions.words.items()):
        lines += ["", "", f"class {public(name)}(Word):"]
        lines += [*docstring(schema["description"], "    "), ""]
        for word in schema["oneOf"]:
            lines.append(f"    {constant(word['const'])} = {literal(word['const'])}")
            lines += note(word["description"], "    ")
    return "\n".join(lines) + "\n"


def document_module(module: Module, definitions: Definitions) -> str:
    """A module of objects."""
    used: set[str] = set()
    body = []
    for name in module.definitions:
        body += ["", "", *object_class(name, definitions, used)]
    unions = [name for name in UNIONS if name in used]
    if unions:
        used |= {"TypeAlias", "Literal"}
    aliases = [line for name in unions for line in alias(name, definitions)]
    return "\n".join([*head(module, used), *aliases, *body]) + "\n"


def head(module: Module, used: set[str]) -> list[str]:
    """Header and imports."""
    places = {public(name): one.name for one in MODULES for name in one.definitions}
    places |= {"Code": "_codes", "EMPTY": "_frozen", "Fact": "_fact", "Document": "_document"}
    imports: dict[str, list[str]] = {}
    for name in used - BUILTIN_NAMES - set(UNIONS):
        imports.setdefault(places.get(name, "_words"), []).append(name)
    imports.pop(module.name, None)
    typing = sorted(used & TYPING_NAMES)
    return [
        "# Generated from docs/*.schema.json by `make generate`. Do not edit.",
        f'"""{module.about}"""',
        "",
        "from __future__ import annotations",
        "",
        *(["from collections.abc import Mapping"] if "Mapping" in used else []),
        f"from dataclasses import dataclass{', field' if 'field' in used else ''}",
        *([f"from typing import {', '.join(typing)}"] if typing else []),
        "",
        *(line for name in sorted(imports) for line in import_line(name, sorted(imports[name]))),
    ]


def import_line(module: str, names: list[str]) -> list[str]:
    """An import, as the formatter lays it out."""
    line = f"from layertrust.{module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return [line]
    return [f"from layertrust.{module} import (", *(f"    {name}," for name in names), ")"]


def alias(name: str, definitions: Definitions) -> list[str]:
    """The alias of a union."""
    return ["", f"{name}: TypeAlias = {UNIONS[name]}", *note(definitions.unions[name], "")]


def object_class(name: str, definitions: Definitions, used: set[str]) -> list[str]:
    """The class of an object."""
    schema = definitions.objects[name]
    schemas = DOCUMENTS.get(name)
    used.add("Document" if schemas else "Fact")
    # A document is read when it is looked at, and says in one line what it is.
    more = "init=False, repr=False" if schemas else "kw_only=True"
    lines = [
        f"@dataclass(frozen=True, slots=True, {more})",
        f"class {public(name)}({'Document' if schemas else 'Fact'}):",
        *docstring(schema["description"], "    "),
        "",
    ]
    if schemas:
        used.add("ClassVar")
        names = ", ".join(literal(one) for one in schemas)
        names = f"({names},)" if len(schemas) == 1 else f"({names})"
        lines += [f"    _schemas: ClassVar[tuple[str, ...]] = {names}", ""]
    optional = [key for key in schema["properties"] if key not in schema["required"]]
    for key in [*schema["required"], *optional]:
        value = schema["properties"][key]
        python = key + "_" * keyword.iskeyword(key)
        text = annotation(value, used)
        default = "" if key not in optional else " = " + absent(value, text, used)
        lines.append(f"    {python}: {text}{default}")
        lines += note(value["description"], "    ")
    if name in EXTRAS:
        used |= EXTRA_NAMES.get(name, set())
        lines += EXTRAS[name].rstrip().split("\n")
    return lines


def annotation(schema: Schema, used: set[str]) -> str:
    """The type of a value."""
    if "$ref" in schema:
        name = public(schema["$ref"].rpartition("/")[2])
        used.add(name)
        return name
    if "anyOf" in schema:
        return " | ".join(annotation(one, used) for one in schema["anyOf"])
    kinds = schema.get("type")
    if kinds is None:
        used.add("Any")
        return "Any"
    if isinstance(kinds, list):
        return " | ".join(annotation({**schema, "type": kind}, used) for kind in kinds)
    if kinds == "array":
        item = annotation(schema["items"], used)
        length = schema.get("maxItems")
        if length is not None and length == schema.get("minItems"):
            return f"tuple[{', '.join([item] * length)}]"
        return f"tuple[{item}, ...]"
    if kinds == "object":
        used.add("Mapping")
        members = schema["additionalProperties"]
        return f"Mapping[str, {annotation({} if members is True else members, used)}]"
    return {"string": "str", "integer": "int", "boolean": "bool", "null": "None"}[kinds]


def absent(schema: Schema, annotation: str, used: set[str]) -> str:
    """The value of a field that the document leaves out."""
    if annotation == "Any" or annotation.endswith("| None"):
        return "None"
    if annotation.startswith("tuple"):
        return "()"
    if annotation.startswith("Mapping"):
        used.add("EMPTY")
        return "EMPTY"
    if annotation == "str":
        return '""'
    used.add("field")
    members = ", ".join(f"{key}={literal(value)}" for key, value in schema["default"].items())
    return f"field(default_factory=lambda: {annotation}({members}))"


def public(name: str) -> str:
    """The class's name in Python."""
    return RENAMED.get(name, name)


BUILTIN_NAMES = {"Any", "ClassVar", "Literal", "Mapping", "TypeAlias", "field"}
TYPING_NAMES = {"Any", "ClassVar", "Literal", "TypeAlias"}
EXTRA_NAMES = {"Report": {"Severity"}}
