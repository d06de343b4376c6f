"""The base of every pynamodb model: its name from the environment, one shared connection, time-outs."""

import os
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from ..core.errors import Retryable
from . import settings
from .clients import CONNECT_SECONDS, READ_SECONDS
from .outage import passing

TRANSACTION = "TransactWriteItems"
USER_AGENT = "aremko"


class _Door(Connection):
    """A connection that says Retryable("busy") when DynamoDB does not answer, or not now.

    Only refusals of a transaction pass through: `Transaction` reads their reasons and repeats it by itself. It names
    itself in a word: putting botocore's own user agent together is a tenth of a warm request's CPU.
    """

    @property
    def session(self) -> Session:
        session = super().session
        if session.get_default_client_config() is None:
            session.set_default_client_config(Config(user_agent=USER_AGENT))
        return session

    def _make_api_call(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        try:
            return super()._make_api_call(operation_name, operation_kwargs)
        except (BotoCoreError, ClientError) as error:
            refused = operation_name == TRANSACTION and isinstance(error, ClientError)
            if refused or not passing(error):
                raise
            raise Retryable("busy") from error


_shared: Connection | None = None


def connection() -> Connection:
    """Return the container's one DynamoDB connection; a client per model would pay its start-up for each."""
    global _shared
    if _shared is None:
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        _shared = _Door(region=region, connect_timeout_seconds=CONNECT_SECONDS,
                        read_timeout_seconds=READ_SECONDS, max_retry_attempts=2)
    return _shared


class BaseTable(Model):
    """A model of one area's table.

    Its `Meta` says `area = "orders"`; the table's name is then read from `ORDERS_TABLE` at first use.
    Models of one table share it by a discriminator or by the shape of their keys. What the connection knows of a table
    is what the model with its indexes says, whichever comes first.
    """

    @classmethod
    def _get_connection(cls) -> TableConnection:
        if cls._connection is None:
            meta: Any = cls.Meta
            meta.table_name = settings.table(meta.area)
            own = super()._get_connection()
            shared = connection()
            mine, known = own.get_meta_table(), shared._tables.get(meta.table_name)
            if known is None or len(_indexes(mine)) > len(_indexes(known)):
                shared._tables[meta.table_name] = mine
            own.connection = shared
        return super()._get_connection()


def _indexes(table: MetaTable) -> list[Any]:
    return table.data.get("GlobalSecondaryIndexes") or []
