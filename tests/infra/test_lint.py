"""What AWS's own linter says of the template, without asking AWS."""

import json
import subprocess

import pytest

from infra.paths import ROOT

REGION = "sa-east-1"
# The definition of the API and its gateway responses belong together on purpose; a certificate may be left out.
ACCEPTED = ("W3660", "W1030")


def _lint(path):
    command = [ROOT / ".venv-cloud/bin/cfn-lint", "--regions", REGION, "--ignore-checks", *ACCEPTED, "--", path]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_the_template_of_an_aws_stage_is_valid_cloudformation(template_of, stage, tmp_path):
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template_of(stage), default=str))
    result = _lint(path)
    assert result.returncode == 0, result.stdout


def test_the_linter_would_see_a_mistake(template_of, tmp_path):
    template = template_of("dev")
    template["Resources"]["OrdersTable"]["Properties"]["KeySchema"][0]["KeyType"] = "PARTITION"
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template, default=str))
    assert "OrdersTable" in path.read_text()
    assert _lint(path).returncode != 0
