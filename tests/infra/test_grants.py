"""Least privilege, seen in use: what the functions did on the local cloud, which enforces their roles."""

import pytest

from infra.local import calls


def test_no_function_did_what_it_is_not_granted(stack, everything):
    assert stack.calls() - calls.granted(everything) == set()


def test_every_grant_was_used_by_the_flow_tests(stack, everything, request):
    if not any("tests/flows/" in item.nodeid for item in request.session.items):
        pytest.skip("the flow tests are not part of this run")
    assert calls.granted(everything) - stack.calls() == set()
