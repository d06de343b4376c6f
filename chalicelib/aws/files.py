"""Private files: put into a bucket by one function, handed out by another as a link that is good for minutes.

Signed by botocore's signer alone. A client of S3 would bring S3's whole description into every package, and the reading
of it into the start of a function that only signs an address.
"""

import os
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import botocore.session
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

from ..core.errors import Retryable, Terminal
from . import logs, settings
from .clients import CONNECT_SECONDS, READ_SECONDS

_ATTEMPTS = 3


def put(bucket: str, key: str, content: bytes, content_type: str) -> None:
    """Store a file under a key, in the place of one that is there; one request, up to three if S3 has a bad moment.

    Raises Retryable("busy") when S3 does not answer, or not now; Terminal("file_refused") when it says no.
    """
    for _ in range(_ATTEMPTS):
        request = AWSRequest("PUT", _address(bucket, key), data=content, headers={"Content-Type": content_type})
        S3SigV4Auth(_session().get_credentials(), "s3", _region()).add_auth(request)
        status = _status(request)
        if status < 400:
            return
        if 400 <= status < 500:
            logs.warning("file refused", status=status)
            raise Terminal("file_refused")
    raise Retryable("busy")


def link(bucket: str, key: str, *, name: str, seconds: int, shown: bool) -> str:
    """Return an address at which whoever has it gets a file for so many seconds, under a name of its own.

    `shown`: a browser opens it instead of saving it. No request: whether the file is there, the address will tell.
    """
    disposition = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name)}"
    asked = {"response-content-disposition": disposition, "response-cache-control": "private, no-store"}
    request = AWSRequest("GET", f"{_address(bucket, key)}?{urlencode(asked, quote_via=quote)}")
    S3SigV4QueryAuth(_session().get_credentials(), "s3", _region(), expires=seconds).add_auth(request)
    return str(request.url)


def _status(request: AWSRequest) -> int:
    """Send a signed request and return the answer's status; 503 when there is none."""
    try:
        answer = _connections().send(request.prepare())
    except BotoCoreError:
        return 503
    return int(answer.status_code)


def _address(bucket: str, key: str) -> str:
    """Return where a file lies: at S3's own host, or under that of the embedded cloud."""
    name, elsewhere = settings.bucket(bucket), os.environ.get("AWS_ENDPOINT_URL")
    return f"{elsewhere}/{name}/{key}" if elsewhere else f"https://{name}.s3.{_region()}.amazonaws.com/{key}"


def _region() -> str:
    return str(_session().get_config_variable("region"))


@cache
def _session() -> Any:
    return botocore.session.get_session()


@cache
def _connections() -> Any:
    return URLLib3Session(timeout=(CONNECT_SECONDS, READ_SECONDS))  # type: ignore[arg-type]  # it takes both
