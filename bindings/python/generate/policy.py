"""The policy builder, from the JSON Schema of policy files and the table of limits."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codes import literal
from documents import import_line
from prose import docstring, mend, note, wrap

Schema = dict[str, Any]


@dataclass(frozen=True)
class Method:
    """A method of the builder: the section it writes, and how."""

    name: str
    definition: str
    call: str
    about: str


# One method a section. A key that is not a section is a method of its own, below.
METHODS = {
    "signers": Method(
        "signer", "SignerSection", "_name", "Adds a signer: a key, or an identity in certificates."
    ),
    "roots": Method("root", "RootSection", "_name", "Adds a trusted root of your own."),
    "image": Method("image", "ImageSection", "_set", "What the image must be."),
    "base": Method("base", "BaseSection", "_set", "What the vendor's base must be."),
    "intermediate": Method(
        "intermediate",
        "IntermediateSection",
        "_add",
        "Adds images that may stand between the base and this one.",
    ),
    "org": Method("org", "OrgSection", "_set", "What the organization must have done; never left out."),
    "layers": Method("layers", "LayersSection", "_set", "What the layers above the base may do."),
    "config": Method("config", "ConfigSection", "_set", "What the configuration may be."),
    "exception": Method(
        "exception",
        "ExceptionSection",
        "_add",
        "Adds an exception: findings that pass until a day.",
    ),
}
KEYS = ("name", "mode")

# Entries of lists that have keys of their own: the class, what one is, and what several are.
RULES = {
    "AttestationSection": (
        "AttestationRule",
        "An attestation that must be there.",
        "Attestations that must all be there.",
    ),
    "AllowSection": ("AllowedChange", "A change that is fine.", "Changes that are fine."),
    "RevokedSection": (
        "RevokedBase",
        "A base that nothing may stand on: one of the two.",
        "Bases that nothing may stand on.",
    ),
}

# Keys that name a file; its content will do, too.
FILES = {"SignerSection": "key", "RootSection": "file"}

# Keys that a policy file must have, but for those that say so themselves.
REQUIRED = "required"


def rules_module(docs: Path) -> str:
    """`_policy_rules.py`."""
    definitions = read(docs)["$defs"]
    words = sorted(name for name, one in definitions.items() if "oneOf" in one)
    used: set[str] = set()
    body = []
    for definition, (name, about, _) in RULES.items():
        body += ["", "", "@dataclass(frozen=True, slots=True, kw_only=True)", f"class {name}:"]
        body += [*docstring(about, "    "), ""]
        for key, schema in parameters(definitions[definition]):
            required = default(schema) == REQUIRED
            text = annotation(schema, definitions, used)
            body.append(f"    {python(key)}: {text if required else text + ' | None = None'}")
            body += note(sentence(schema), "    ")
    lines = [
        *head("What stands in the lists of a policy."),
        "from collections.abc import Mapping, Sequence",
        "from dataclasses import dataclass",
        "from typing import Any, Literal, TypeAlias",
        "",
        f"from layertrust._words import {', '.join(words)}",
        *(line for word in words for line in alias(word, definitions[word])),
        *body,
    ]
    return "\n".join(lines) + "\n"


def alias(word: str, definition: Schema) -> list[str]:
    """A word of the documents, or its text."""
    return [
        "",
        f"{word}Word: TypeAlias = (",
        f"    {word}",
        "    | Literal[",
        *(f"        {literal(one['const'])}," for one in definition["oneOf"]),
        "    ]",
        ")",
        *note(definition["description"], ""),
    ]


def builder_module(docs: Path) -> str:
    """`_policy_builder.py`."""
    file = read(docs)
    definitions = file["$defs"]
    missing = set(file["properties"]) - set(METHODS) - set(KEYS) - {"version", "limits"}
    if missing:
        raise SystemExit(f"say in policy.py which methods these are: {missing}")
    used: set[str] = set()
    body = [
        "",
        "",
        "class PolicyBuilder(LimitsDraft):",
        *docstring(
            "Makes a policy in code. Each method is a section of the policy file, each argument a key of it; "
            "what is left out is as in a file. Every call returns a new builder, so that one can be the "
            "beginning of several policies; what was said once cannot be said again. Nothing is checked "
            "before `build`, which reads it all as a file is read.",
            "    ",
        ),
        "",
        "    __slots__ = ()",
    ]
    for key in KEYS:
        schema = file["properties"][key]
        body += [
            "",
            f"    def {key}(self, {key}: {annotation(schema, definitions, used)}) -> PolicyBuilder:",
        ]
        body += [
            *docstring(sentence(schema), "        "),
            f'        return self._set("{key}", {key})',
        ]
    for key, method in METHODS.items():
        body += ["", *section(key, method, definitions, used)]
    names = sorted(used - {"Literal", "Mapping", "Sequence"})
    lines = [
        *head("Policies made in code."),
        "import os",
        "from collections.abc import Mapping, Sequence",
        "from typing import Literal",
        "",
        *import_line("_policy_limits", ["LimitsDraft"]),
        *import_line("_policy_rules", names),
        *body,
    ]
    return "\n".join(lines) + "\n"


def section(key: str, method: Method, definitions: dict[str, Schema], used: set[str]) -> list[str]:
    """A method that writes a section."""
    given = parameters(definitions[method.definition])
    file = FILES.get(method.definition)
    lines = [f"    def {method.name}(", "        self,"]
    if method.call == "_name":
        lines.append("        name: str,")
    lines.append("        *,")
    arguments = []
    if method.call == "_name":
        arguments += wrap("name: What rules and reports call it.", " " * 12, "    ")
    for name, schema in sorted(given, key=lambda one: default(one[1]) != REQUIRED):
        text = annotation(schema, definitions, used)
        if name == file:
            text = "str | bytes | os.PathLike[str]"
        required = default(schema) == REQUIRED
        lines.append(f"        {python(name)}: {text if required else text + ' | None = None'},")
        said = sentence(schema)
        if name == file:
            said += " Here also its content. Paths are relative to the working directory."
        arguments += wrap(f"{python(name)}: {said}", " " * 12, "    ")
    lines.append("    ) -> PolicyBuilder:")
    lines += docstring(f"{method.about} `{heading(key, method)}`", "        ", ["        Args:", *arguments])
    members = [f'                "{name}": {python(name)},' for name, _ in given]
    if method.call == "_name":
        lines += [
            "        return self._name(",
            f'            "{key}",',
            "            name,",
            "            {",
            *members,
            "            },",
        ]
        lines += [f'            file="{file}",', "        )"]
    else:
        lines += [
            f"        return self.{method.call}(",
            f'            "{key}",',
            "            {",
            *members,
            "            },",
            "        )",
        ]
    return lines


def heading(key: str, method: Method) -> str:
    """The section as a policy file names it."""
    return {"_name": f"[{key}.NAME]", "_set": f"[{key}]", "_add": f"[[{key}]]"}[method.call]


def limits_module(docs: Path) -> str:
    """`_policy_limits.py`: the keys of `[limits]` are the table of docs/LIMITS.md."""
    text = (docs / "LIMITS.md").read_text()
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \| (\w+) \|$", text, re.M)
    arguments = [
        f"            {python(name)}: Default: {value}{'' if counts == 'bytes' else ' ' + counts}."
        for name, value, counts in rows
    ]
    about = "Lowers or raises the built-in bounds. Sizes are bytes, or texts such as `200MiB`."
    lines = [
        *head("The bounds of a policy."),
        "from layertrust._policy_draft import D, Draft",
        "",
        "",
        "class LimitsDraft(Draft):",
        '    """The section `[limits]`."""',
        "",
        "    __slots__ = ()",
        "",
        "    def limits(",
        "        self: D,",
        "        *,",
        *(f"        {python(name)}: int | str | None = None," for name, _, _ in rows),
        "    ) -> D:",
        *docstring(about, "        ", ["        Args:", *arguments]),
        "        return self._set(",
        '            "limits",',
        "            {",
        *(f'                "{name}": {python(name)},' for name, _, _ in rows),
        "            },",
        "        )",
    ]
    return "\n".join(lines) + "\n"


def head(about: str) -> list[str]:
    """The beginning of a module."""
    return [
        "# Generated from docs/policy.schema.json and docs/LIMITS.md by `make generate`. Do not edit.",
        f'"""{about}"""',
        "",
        "from __future__ import annotations",
        "",
    ]


def parameters(definition: Schema) -> list[tuple[str, Schema]]:
    """The keys of a section, those that must be there first."""
    keys = definition["properties"].items()
    return sorted(keys, key=lambda one: default(one[1]) != REQUIRED)


def annotation(schema: Schema, definitions: dict[str, Schema], used: set[str]) -> str:
    """The type of a key's value, without `None`, which stands for a key that is left out."""
    if "$ref" in schema:
        return reference(schema["$ref"].rpartition("/")[2], definitions, used)
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return " | ".join(annotation(one, definitions, used) for one in kinds)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    (kind,) = [one for one in kinds if one != "null"]
    if kind == "array":
        used.add("Sequence")
        return f"Sequence[{annotation(schema['items'], definitions, used)}]"
    if kind == "object":
        used.add("Mapping")
        members = schema["additionalProperties"]
        if members is True:
            used.add("Any")
            return "Mapping[str, Any]"
        return f"Mapping[str, {annotation(members, definitions, used)}]"
    return {"string": "str", "integer": "int", "boolean": "bool"}[kind]


def reference(name: str, definitions: dict[str, Schema], used: set[str]) -> str:
    """The type of a definition: a rule, a word of the documents, words of policies alone, or a union."""
    if name in RULES:
        used.add(RULES[name][0])
        return RULES[name][0]
    definition = definitions[name]
    if "anyOf" in definition:
        return annotation(definition, definitions, used)
    if "enum" in definition:
        used.add("Literal")
        return f"Literal[{', '.join(map(literal, definition['enum']))}]"
    used.add(f"{name}Word")
    return f"{name}Word"


def sentence(schema: Schema) -> str:
    """What a key means, its default, an example, and the code where it is not kept."""
    if "description" not in schema:
        return RULES[schema["items"]["$ref"].rpartition("/")[2]][2]
    about, *facts = schema["description"].split("\n- ")
    told = dict(fact.split(": ", 1) for fact in facts)
    text = mend(about)
    if told["default"] != REQUIRED:
        text += f" Default: {mend(told['default'])}."
    return text if told["code"].startswith("none") else f"{text} Else: {mend(told['code'])}."


def default(schema: Schema) -> str:
    """The default as the description says it."""
    match = re.search(r"^- default: (.*)$", schema.get("description", ""), re.M)
    return match[1] if match else ""


def python(key: str) -> str:
    """The argument's name."""
    return key.replace("-", "_")


def read(docs: Path) -> Schema:
    """The schema of policy files."""
    schema: Schema = json.loads((docs / "policy.schema.json").read_text())
    return schema
