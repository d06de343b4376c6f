"""When AWS does not answer, or has no capacity for a moment: one error for it, whichever library asked."""

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

_PASSING = frozenset({
    "InternalServerError", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled",
    "ServiceUnavailable", "ServiceUnavailableException", "ThrottlingException", "TransactionConflictException",
})


def passing(error: BotoCoreError | ClientError) -> bool:
    """Tell whether the same call may succeed a moment later: no connection, no answer in time, no capacity.

    A call without an answer may have been carried out; whoever repeats it does so under a condition or a key.
    """
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code") in _PASSING
    return not isinstance(error, ParamValidationError)
