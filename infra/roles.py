"""One IAM role per function, holding the grants of `functions.yaml` and nothing else."""

from infra.cfn import Json, att, pascal, ref, sub
from infra.functions import Function

CONSUME = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]
READ_STREAM = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]


def role(function: Function) -> Json:
    """Return the function's role: write its own log, read and write what it is granted."""
    statements = [_allow("logs", ["CreateLogStream", "PutLogEvents"], att(f"{function.logical_id}Log"))]
    statements += [_allow("dynamodb", actions, _table(name)) for name, actions in function.tables.items()]
    statements += [_allow("sqs", ["SendMessage"], att(f"{pascal(name)}Queue")) for name in function.send]
    statements += [_allow("s3", actions, sub(f"${{{pascal(name)}Bucket.Arn}}/*"))
                   for name, actions in function.buckets.items()]
    statements += [_allow("secretsmanager", ["GetSecretValue"], att(f"{pascal(name)}Secret", "Id"))
                   for name in function.secrets]
    if function.queue:
        statements.append(_allow("sqs", CONSUME, att(f"{pascal(function.queue['name'])}Queue")))
    if function.stream:
        statements.append(_allow("dynamodb", READ_STREAM, att(f"{pascal(function.stream['table'])}Table", "StreamArn")))
        statements.append(_allow("sqs", ["SendMessage"], att("RelayDeadLetters")))
    return assumed_by("lambda.amazonaws.com", statements)


def invoker(function: Function) -> Json:
    """Return the role with which Scheduler starts the function, or keeps the event it could not deliver."""
    return assumed_by("scheduler.amazonaws.com", [
        _allow("lambda", ["InvokeFunction"], att(function.logical_id)),
        _allow("sqs", ["SendMessage"], att("ScheduleDeadLetters")),
    ])


def environment(function: Function, settings: dict[str, str]) -> Json:
    """Return the variables the function's grants call for; `settings` maps a variable to its template parameter."""
    variables: dict[str, Json] = {"STAGE": ref("Stage"), "CODE_VERSION": ref("Version"),
                                  "POWERTOOLS_LOG_LEVEL": "INFO"}
    tables = sorted({name.split(".")[0] for name in function.tables})
    variables |= {f"{name.upper()}_TABLE": ref(f"{pascal(name)}Table") for name in tables}
    variables |= {f"{name.upper().replace('-', '_')}_QUEUE_URL": ref(f"{pascal(name)}Queue") for name in function.send}
    variables |= {f"{name.upper()}_BUCKET": ref(f"{pascal(name)}Bucket") for name in function.buckets}
    variables |= {f"{name.upper()}_SECRET_ARN": att(f"{pascal(name)}Secret", "Id") for name in function.secrets}
    variables |= {name: ref(settings[name]) for name in function.settings}
    if function.module:  # an API area: who calls matters
        variables["ORIGIN_KEY"] = sub("{{resolve:secretsmanager:${OriginSecret}}}")
    return {"Variables": variables}


def assumed_by(service: str, statements: list[Json]) -> Json:
    """Return a role that one AWS service may take on, allowed what the statements say."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if service == "scheduler.amazonaws.com":
        trust["Condition"] = {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}}
    return {"Type": "AWS::IAM::Role", "Properties": {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [{"PolicyName": "grants", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}],
    }}


def _allow(service: str, actions: list[str], resource: Json) -> Json:
    return {"Effect": "Allow", "Action": [f"{service}:{action}" for action in actions], "Resource": resource}


def _table(name: str) -> Json:
    table, _, index = name.partition(".")
    if index:
        return sub(f"${{{pascal(table)}Table.Arn}}/index/{index}")
    return att(f"{pascal(table)}Table")
