#!/usr/bin/env python3
"""Validates what `qbench gate` writes for machines: JUnit against Jenkins' schema, SARIF against 2.1.0's.

    qbench gate … --junit gate.xml --sarif gate.sarif
    python3 gate_schemas.py --junit gate.xml --xsd junit-10.xsd --sarif gate.sarif --schema sarif.json

Needs lxml and jsonschema. The schemas are not part of this repository: junit-10.xsd is in Jenkins' xUnit
plugin, sarif-schema-2.1.0.json in the source package of `sarif-pydantic` and on OASIS' pages.
`--examples DIR` also checks that the files for CI services are YAML with the keys those services ask for.
"""

import argparse
import json
import pathlib


def junit(report, schema):
    from lxml import etree

    tree = etree.parse(report)
    etree.XMLSchema(etree.parse(schema)).assertValid(tree)
    root = tree.getroot()
    cases = root.findall(".//testcase")
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        assert int(root.get(attribute)) == len(root.findall(f".//{tag}")), attribute
    print(f"{report}: valid, {len(cases)} cases")


def sarif(log, schema):
    import jsonschema

    document = json.loads(pathlib.Path(log).read_text())
    validator = jsonschema.validators.validator_for(json.loads(pathlib.Path(schema).read_text()))
    validator(
        json.loads(pathlib.Path(schema).read_text()), format_checker=validator.FORMAT_CHECKER
    ).validate(document)
    print(f"{log}: valid, {len(document['runs'][0]['results'])} results")


def examples(folder):
    import yaml

    workflow = yaml.safe_load((folder / "github-workflow.yml").read_text())
    assert workflow["jobs"]["gate"]["steps"] and (True in workflow or "on" in workflow)
    job = yaml.safe_load((folder / "gitlab-ci.yml").read_text())["models"]
    assert "qbench gate" in job["script"][0] and job["artifacts"]["reports"]["junit"] == "gate.xml"
    print(f"{folder}: both are what they should be")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("junit", "xsd", "sarif", "schema", "examples"):
        parser.add_argument(f"--{name}", type=pathlib.Path)
    given = parser.parse_args()
    if given.junit:
        junit(str(given.junit), str(given.xsd))
    if given.sarif:
        sarif(given.sarif, given.schema)
    if given.examples:
        examples(given.examples)


if __name__ == "__main__":
    main()
