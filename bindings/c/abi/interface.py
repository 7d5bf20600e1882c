#!/usr/bin/env python3
"""What the header declares, one line each, in its order: what abi/interface.txt lists.

With --pointers: every function and how many of its parameters may be NULL, which is how often tests/null.c must call it
with one."""
import re
import sys


def declarations(path):
    text = open(path, encoding="utf-8").read()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    # As C11 sees it: C++ and C23 see typed enumerations, which are the same numbers.
    text = re.sub(r"#if(?:def)? (?:defined\()?__cplusplus.*?#endif[^\n]*\n", "", text, flags=re.S)
    text = re.sub(r"#if __STDC_VERSION__ >= 202311L\n.*?#else\n(.*?)#endif[^\n]*\n", r"\1", text, flags=re.S)
    text = re.sub(r"^#(?!define LAYERTRUST_(?:ABI_)?VERSION\b).*\n", "", text, flags=re.M)
    text = re.sub(r"^#define (\w+) (.*)$", r"define \1 \2;", text, flags=re.M)
    return [re.sub(r"\s+", " ", one).strip() for one in text.split(";") if one.strip()]


def pointers(declaration, callbacks):
    parameters = declaration[declaration.index("(") + 1 : declaration.rindex(")")]
    return sum("*" in one or one.split()[0] in callbacks for one in parameters.split(",") if one.strip() != "void")


def main():
    found = declarations(sys.argv[1])
    if sys.argv[2:] != ["--pointers"]:
        print("\n".join(found).replace(", LAYERTRUST_", ",\n  LAYERTRUST_").replace("{ L", "{\n  L"))
        return
    callbacks = {name for one in found for name in re.findall(r"^typedef .*\(\*(\w+)\)", one)}
    for one in found:
        function = re.search(r"(layertrust_\w+)\(", one)
        if function and not one.startswith("typedef"):
            print(function[1], pointers(one, callbacks))


main()
