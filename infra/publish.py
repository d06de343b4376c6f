"""Uploading: the package to the artefact bucket, the site to its own, the providers' keys to their secrets."""

import hashlib
import json
import mimetypes
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.package import Package
from infra.stack import DeploymentFailed, Say

YEAR = "public, max-age=31536000, immutable"
FRESH = "no-cache"
_TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
          ".js": "text/javascript; charset=utf-8",
          ".json": "application/json", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json",
          ".woff2": "font/woff2", ".avif": "image/avif", ".webp": "image/webp", ".ico": "image/x-icon",
          ".txt": "text/plain; charset=utf-8", ".xml": "application/xml", ".map": "application/json"}


def artefact_bucket(s3: Any, sts: Any, stack: str, region: str) -> str:
    """Return the bucket for packages, making it private and encrypted if it is not there yet."""
    bucket = f"{stack}-packages-{sts.get_caller_identity()['Account']}-{region}"
    if _exists(lambda: s3.head_bucket(Bucket=bucket)):
        return bucket
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != "us-east-1" else {}
    s3.create_bucket(Bucket=bucket, **elsewhere)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True})
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "old templates", "Status": "Enabled", "Filter": {"Prefix": "templates/"}, "Expiration": {"Days": 90}}]})
    return bucket


def upload_package(s3: Any, bucket: str, made: Package, endpoint_url: str | None, region: str, say: Say) -> str:
    """Upload the zips and the template that are not there yet and return the template's URL."""
    template_key = f"templates/{made.digest}.json"
    objects = {one.key: one.path.read_bytes() for one in made.bundles.values()} | {template_key: made.template}
    for key, body in objects.items():
        if not _exists(lambda key=key: s3.head_object(Bucket=bucket, Key=key)):
            say(f"upload {key} ({len(body) / 1e6:.1f} MB)")
            s3.put_object(Bucket=bucket, Key=key, Body=body)
    if endpoint_url:
        return f"{endpoint_url}/{bucket}/{template_key}"
    return f"https://{bucket}.s3.{region}.amazonaws.com/{template_key}"


def put_secret(secrets: Any, arn: str, values: dict[str, str], say: Say) -> None:
    """Give a secret its values unless it has them; what is not given stays. One or two requests."""
    try:
        current = json.loads(secrets.get_secret_value(SecretId=arn).get("SecretString") or "{}")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        current = {}
    if current != {**current, **values}:
        secrets.put_secret_value(SecretId=arn, SecretString=json.dumps({**current, **values}))
        say("keys of a provider updated")


def upload_site(s3: Any, bucket: str, site: Path, say: Say) -> list[str]:
    """Upload the site's files that changed, assets before pages, and return their names.

    Assets carry their content's hash in their name and stay for a year; everything else is asked for anew. Files that
    are no longer part of the site stay: a page that is open somewhere may still ask for them.
    """
    if not (site / "index.html").exists():
        raise DeploymentFailed(f"{site} has no built site; run `make site` first")
    there = _etags(s3, bucket)
    changed = []
    for path in sorted(site.rglob("*"), key=lambda one: (one.suffix == ".html", str(one))):
        name = path.relative_to(site).as_posix()
        if path.is_dir() or there.get(name) == hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest():
            continue
        s3.put_object(Bucket=bucket, Key=name, Body=path.read_bytes(), ContentType=content_type(name),
                      CacheControl=YEAR if name.startswith("assets/") else FRESH)
        changed.append(name)
    say(f"site: {len(changed)} files uploaded" if changed else "site: nothing changed")
    return changed


def invalidate(cloudfront: Any, distribution: str, say: Say) -> None:
    """Make CloudFront forget its copies."""
    cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch={
        "Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())})
    say("site: cached copies dropped")


def content_type(name: str) -> str:
    """Return a file's media type."""
    return _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _etags(s3: Any, bucket: str) -> dict[str, str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {item["Key"]: item["ETag"].strip('"') for page in pages for item in page.get("Contents", [])}


def _exists(ask: Any) -> bool:
    try:
        ask()
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True
