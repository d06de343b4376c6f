"""One CloudFormation template out of the YAML parts, the functions and the API definition."""

import hashlib
import json
from typing import Any

from infra import cfn, roles, sight
from infra.bundle import Bundle, Target
from infra.cfn import Json, att, pascal, ref, sub
from infra.functions import SETTINGS, Function
from infra.paths import INFRA

RELAY_ATTEMPTS = 30  # a stream tries again at once, so a few would not outlast SQS being away for minutes
KEPT = ("AWS::DynamoDB::Table", "AWS::SecretsManager::Secret", "AWS::Cognito::UserPool")
KEPT_BUCKETS = ("PrintsBucket",)  # the site's can be filled anew
PARTS = ("tables", "queues", "secrets", "staff", "api", "site", "prints", "alarms")


def template(stage: str, functions: list[Function], definition: Json, bundles: dict[str, Bundle],
             target: Target) -> dict[str, Json]:
    """Return the whole template; `bundles` are the zips by kind of function."""
    whole = cfn.read(INFRA / "template" / "base.yaml")
    parts = {name: cfn.read(INFRA / "template" / f"{name}.yaml") for name in PARTS}
    resources: dict[str, Json] = {}
    for part in parts.values():
        resources.update(part["Resources"])
    for function in functions:
        resources.update(_function(function, bundles[function.kind], target))
    resources.update(_api(definition, resources["RestAPI"], parts["api"]["GatewayResponses"]))
    resources["ApiStage"]["Properties"]["DeploymentId"] = ref(_deployment_id(resources))
    resources.update(sight.alarms(functions))
    resources["Dashboard"] = sight.dashboard(functions)
    for name, resource in resources.items():
        _keep_data(name, resource, stage)
    whole["Resources"] = resources
    return whole


def _keep_data(name: str, resource: Json, stage: str) -> None:
    """Give tables their common settings; keep prod's data, prints, secrets and accounts when its stack is deleted."""
    if resource["Type"] == "AWS::DynamoDB::Table":
        resource["Properties"] |= {"BillingMode": "PAY_PER_REQUEST",
                                   "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                                   "DeletionProtectionEnabled": stage == "prod"}
    if resource["Type"] == "AWS::Cognito::UserPool":
        resource["Properties"]["DeletionProtection"] = "ACTIVE" if stage == "prod" else "INACTIVE"
    if resource["Type"] in KEPT or name in KEPT_BUCKETS:
        policy = "Retain" if stage == "prod" else "Delete"
        resource |= {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}


def _function(function: Function, bundle: Bundle, target: Target) -> dict[str, Json]:
    name = function.logical_id
    resources: dict[str, Json] = {
        f"{name}Role": roles.role(function),
        f"{name}Log": sight.log_group(function),
        name: {"Type": "AWS::Serverless::Function", "DependsOn": [f"{name}Log"], "Properties": {
            "FunctionName": sub(f"aremko-${{Stage}}-{function.name}"),
            "Runtime": target.runtime, "Architectures": [target.architecture], "Handler": function.entry_point,
            "CodeUri": {"Bucket": ref("CodeBucket"), "Key": bundle.key},
            "MemorySize": function.memory, "Timeout": function.timeout, "Role": att(f"{name}Role"),
            "Environment": roles.environment(function, SETTINGS)}},
    }
    if function.module:
        resources[f"{name}Permission"] = {"Type": "AWS::Lambda::Permission", "Properties": {
            "FunctionName": ref(name), "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
            "SourceArn": sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RestAPI}/*")}}
    if function.queue or function.stream:
        resources[f"{name}Source"] = _event_source(function)
    if function.schedule:
        resources[f"{name}InvokerRole"] = roles.invoker(function)
        resources[f"{name}Schedule"] = _schedule(function)
        resources[f"{name}Attempts"] = {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": {
            "FunctionName": ref(name), "Qualifier": "$LATEST", "MaximumRetryAttempts": 0}}
    return resources


def _event_source(function: Function) -> Json:
    common: dict[str, Any] = {"FunctionName": ref(function.logical_id),
                              "FunctionResponseTypes": ["ReportBatchItemFailures"]}
    if function.queue:
        properties = {"EventSourceArn": att(f"{pascal(function.queue['name'])}Queue"),
                      "BatchSize": function.queue["batch"], "ScalingConfig": {"MaximumConcurrency": 10}}
    else:
        assert function.stream
        key = {"sk": {"S": [{"prefix": function.stream["prefix"]}]}}
        only_facts = {"eventName": ["INSERT"], "dynamodb": {"Keys": key}}
        properties = {"EventSourceArn": att(f"{pascal(function.stream['table'])}Table", "StreamArn"),
                      "BatchSize": function.stream["batch"], "StartingPosition": "TRIM_HORIZON",
                      "BisectBatchOnFunctionError": True, "MaximumRetryAttempts": RELAY_ATTEMPTS,
                      "ParallelizationFactor": 4,
                      "FilterCriteria": {"Filters": [{"Pattern": json.dumps(only_facts)}]},
                      "DestinationConfig": {"OnFailure": {"Destination": att("RelayDeadLetters")}}}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": common | properties}


def _schedule(function: Function) -> Json:
    """Return the function's schedule; hours are the spa's. A run that fails is not repeated: the next one comes."""
    assert function.schedule
    return {"Type": "AWS::Scheduler::Schedule", "Properties": {
        "ScheduleExpression": function.schedule["expression"], "ScheduleExpressionTimezone": "America/Santiago",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": att(function.logical_id), "RoleArn": att(f"{function.logical_id}InvokerRole"),
                   "RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60},
                   "DeadLetterConfig": {"Arn": att("ScheduleDeadLetters")}}}}


def _api(definition: Json, api: Json, answers: dict[str, Json]) -> dict[str, Json]:
    """Return API Gateway's own answers and a deployment that is made anew whenever the API changes.

    AWS reads the answers from the definition (and forgets resources of their own at the next import of it: known from
    SAM's issues 390 and 623); the embedded cloud does not, so there, and only there, they are resources. The deployment
    has to wait for them, which it says in its description, because DependsOn knows no conditions.
    """
    responses = {f"Gateway{pascal(kind.lower())}": _gateway_response(kind, answer) for kind, answer in answers.items()}
    definition["x-amazon-apigateway-gateway-responses"] = {
        properties["ResponseType"]: {"statusCode": properties["StatusCode"],
                                     "responseParameters": properties["ResponseParameters"],
                                     "responseTemplates": properties["ResponseTemplates"]}
        for properties in (response["Properties"] for response in responses.values())}
    api["Properties"]["Body"] = definition
    # Said twice: the embedded cloud does not read it from the definition.
    api["Properties"]["BinaryMediaTypes"] = definition["x-amazon-apigateway-binary-media-types"]
    digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:12]
    waits_for = {"Fn::If": ["IsLocal", {"Fn::Join": [" ", [ref(name) for name in sorted(responses)]]}, digest]}
    deployment = {"Type": "AWS::ApiGateway::Deployment",
                  "Properties": {"RestApiId": ref("RestAPI"), "Description": waits_for}}
    return {**responses, f"ApiDeployment{digest}": deployment}


def _deployment_id(resources: dict[str, Json]) -> str:
    return next(name for name in resources if name.startswith("ApiDeployment"))


def _gateway_response(kind: str, answer: Json) -> Json:
    problem = {"type": "about:blank", "title": answer["title"], "status": answer["status"], "detail": answer["detail"],
               "code": answer["code"], "errors": [], "request_id": "$context.requestId"}
    headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}
    if answer["status"] == 429 or answer["status"] >= 500:
        headers["Retry-After"] = "2"
    return {"Type": "AWS::ApiGateway::GatewayResponse", "Condition": "IsLocal", "Properties": {
        "RestApiId": ref("RestAPI"), "ResponseType": kind, "StatusCode": str(answer["status"]),
        "ResponseParameters": {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items()},
        "ResponseTemplates": {"application/json": json.dumps(problem, ensure_ascii=False)}}}
