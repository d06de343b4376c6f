"""Deploying twice, deploying something wrong, and what stands in front afterwards."""

import json

import pytest
import requests

from infra import deploy, package
from infra import stack as stacks
from infra.local.cloud import REGION, ROOT_KEY, ROOT_SECRET
from infra.local.stack import STAGE


@pytest.fixture
def place(stack):
    """The local cloud as a place to deploy to."""
    return deploy.Place(STAGE, REGION, stack.cloud.endpoint,
                        {"aws_access_key_id": ROOT_KEY, "aws_secret_access_key": ROOT_SECRET})


def _parameters(place):
    found = place.client("cloudformation").describe_stacks(StackName=place.stack)["Stacks"][0]["Parameters"]
    return {one["ParameterKey"]: one["ParameterValue"] for one in found
            if one["ParameterKey"] not in ("Stage", "CodeBucket", "Version")}


def test_a_second_deployment_finds_nothing_to_do(stack, place, tmp_path):
    said = []
    made = package.build(STAGE)
    deploy.deploy(place, made, parameters=_parameters(place), secrets={}, site=None, say=said.append)
    said.clear()
    outputs = deploy.deploy(place, made, parameters=_parameters(place), secrets={}, site=None, say=said.append)
    assert said == ["aremko-local: nothing changed"]
    assert outputs["ApiId"] == stack.outputs["ApiId"]


def test_the_site_is_uploaded_only_where_it_changed(stack, place, tmp_path):
    s3, said = place.client("s3"), []
    s3.create_bucket(Bucket="site-test", CreateBucketConfiguration={"LocationConstraint": REGION})
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<h1>uno</h1>")
    (tmp_path / "assets" / "a-1f.js").write_text("1")
    from infra import publish

    assert publish.upload_site(s3, "site-test", tmp_path, said.append) == ["assets/a-1f.js", "index.html"]
    assert publish.upload_site(s3, "site-test", tmp_path, said.append) == []
    (tmp_path / "index.html").write_text("<h1>dos</h1>")
    assert publish.upload_site(s3, "site-test", tmp_path, said.append) == ["index.html"]
    page, script = (s3.head_object(Bucket="site-test", Key=key) for key in ("index.html", "assets/a-1f.js"))
    assert (page["ContentType"], page["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    assert (script["ContentType"], script["CacheControl"]) == (
        "text/javascript; charset=utf-8", "public, max-age=31536000, immutable")


def test_a_failed_deployment_names_the_resource_and_the_reason_and_can_be_tried_again(stack, place):
    s3, cloudformation = place.client("s3"), place.client("cloudformation")
    s3.create_bucket(Bucket="templates-test", CreateBucketConfiguration={"LocationConstraint": REGION})

    def bring_up(key, resources):
        s3.put_object(Bucket="templates-test", Key=key, Body=json.dumps({"Resources": resources}))
        return stacks.bring_up(cloudformation, "will-fail", f"{place.endpoint_url}/templates-test/{key}", {},
                               lambda line: None)

    topic = {"Topic": {"Type": "AWS::SNS::Topic"}}
    broken = {"Broken": {"Type": "AWS::SQS::Queue", "DependsOn": ["Topic"], "Properties": {"VisibilityTimeout": 99999}}}
    with pytest.raises(stacks.DeploymentFailed) as failure:
        bring_up("broken.json", topic | broken)
    assert "will-fail failed and was undone (ROLLBACK_COMPLETE)" in str(failure.value)
    assert "Broken (AWS::SQS::Queue): Invalid value for the parameter VisibilityTimeout" in str(failure.value)
    assert "Topic (" not in str(failure.value)
    assert bring_up("good.json", topic) == {}


def test_an_unknown_address_of_the_api_is_a_problem_and_not_403(stack):
    for method, path in (("GET", "/api/nada"), ("PUT", "/api/carritos"), ("DELETE", "/api/servicios")):
        answer = requests.request(method, stack.site_url + path, timeout=30)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "route_not_found"


def test_a_page_that_does_not_exist_is_the_404_page(stack):
    if not (stack.outputs and _has_site(stack)):
        pytest.skip("the site is not built")
    answer = requests.get(stack.site_url + "/no-existe.html", timeout=30)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(("asked", "sent_to"), [
    ("/servicio", "/servicio/"), ("/servicio?slug=tina-osorno&n=2", "/servicio/?slug=tina-osorno&n=2"),
    ("//evil.example", "/evil.example"),
])
def test_a_directory_without_its_slash_is_sent_on_and_never_off_the_site(stack, asked, sent_to):
    answer = requests.get(stack.site_url + asked, timeout=30, allow_redirects=False)
    if asked.startswith("//"):
        assert not answer.headers.get("Location", "/").startswith("//")
    else:
        assert (answer.status_code, answer.headers["Location"]) == (301, sent_to)


def test_pages_and_answers_carry_the_security_headers(stack):
    for path in ("/", "/api/salud"):
        headers = requests.get(stack.site_url + path, timeout=30).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'; ")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_pictures_of_mails_may_be_shown_on_pages_of_others(stack):
    answer = requests.get(f"{stack.site_url}/mail/bosque.jpg", timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_bucket_itself_is_closed(stack):
    if not _has_site(stack):
        pytest.skip("the site is not built")
    answer = requests.get(f"{stack.cloud.endpoint}/{stack.outputs['SiteBucket']}/index.html", timeout=30)
    assert answer.status_code == 403


def _has_site(stack):
    return stack.client("s3").list_objects_v2(Bucket=stack.outputs["SiteBucket"])["KeyCount"] > 0
