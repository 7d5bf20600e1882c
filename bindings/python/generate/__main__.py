"""Writes the generated modules of the package: `python3 bindings/python/generate [FOLDER]`.

They are made from `docs/`, which is made from the code. Only the standard library is needed.
"""

import sys
from pathlib import Path

import codes
import documents
import policy

HERE = Path(__file__).resolve().parent
DOCS = HERE.parents[2] / "docs"
PACKAGE = HERE.parent / "python" / "layertrust"


def main(package: Path) -> None:
    """Writes every module."""
    definitions = documents.Definitions.read(DOCS)
    modules = {
        "_codes": codes.codes_module(DOCS),
        "_code_table": codes.table_module(DOCS),
        "_error_table": codes.errors_module(DOCS),
        "_words": documents.words_module(definitions),
        "_policy_rules": policy.rules_module(DOCS),
        "_policy_limits": policy.limits_module(DOCS),
        "_policy_builder": policy.builder_module(DOCS),
    }
    for module in documents.MODULES:
        modules[module.name] = documents.document_module(module, definitions)
    for name, text in modules.items():
        (package / f"{name}.py").write_text(text)


main(Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE)
