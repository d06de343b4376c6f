"""What the template promises, read from the template itself."""

import importlib
import json
import re
from pathlib import Path

import pytest

from app import app
from chalicelib.core.roles import Role
from infra.paths import ROOT
from infra.sight import RETENTION_DAYS

RUNBOOK = re.compile(r"Runbook: docs/operations\.md#([a-z0-9-]+)$")


def _statements(of_type):
    for name, role in of_type("AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def test_no_role_names_a_wildcard_but_for_the_files_of_one_bucket(of_type):
    for name, statement in _statements(of_type):
        said = json.dumps([statement["Action"], statement["Resource"]])
        assert "*" not in said.replace('{"Fn::Sub": "${PrintsBucket.Arn}/*"}', ""), name


def test_one_function_puts_prints_one_kind_of_function_hands_them_out_and_nobody_lists_or_deletes_them(of_type):
    may = {(name, action) for name, statement in _statements(of_type) for action in statement["Action"]
           if action.startswith("s3:")}
    assert {name for name, action in may if action == "s3:PutObject"} == {"PrintCardsWorkerRole"}
    assert {action for _, action in may} == {"s3:PutObject", "s3:GetObject"}


def test_prints_are_private_encrypted_only_ever_sent_by_tls_and_kept_as_long_as_cards(template_of):
    bucket, policy = (template_of("prod")["Resources"][name] for name in ("PrintsBucket", "PrintsBucketPolicy"))
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    settings = bucket["Properties"]
    assert set(settings["PublicAccessBlockConfiguration"].values()) == {True}
    assert settings["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "BucketEncryption" in settings
    [rule] = settings["LifecycleConfiguration"]["Rules"]
    assert (rule["Prefix"], rule["Status"]) == ("cards/", "Enabled")
    assert rule["ExpirationInDays"] > 2 * 365 + 60
    [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert policy["Condition"] == "IsAws"


def test_every_function_has_a_role_and_a_log_of_its_own(of_type):
    functions = of_type("AWS::Serverless::Function")
    assert len({json.dumps(one["Role"]) for one in functions.values()}) == len(functions)
    logs = of_type("AWS::Logs::LogGroup")
    assert {f"{name}Log" for name in functions} == set(logs)
    for name, function in functions.items():
        assert logs[f"{name}Log"]["LogGroupName"] == {"Fn::Sub": "/aws/lambda/" + function["FunctionName"]["Fn::Sub"]}
        assert logs[f"{name}Log"]["RetentionInDays"] == RETENTION_DAYS


def test_every_queue_has_dead_letters_after_five_receives(of_type):
    queues = of_type("AWS::SQS::Queue")
    working = {name: one for name, one in queues.items() if not name.endswith("DeadLetters")}
    assert sorted(working) == ["GiftcardPrintsQueue", "GiftcardsQueue", "NotificationsQueue", "PaymentSignalsQueue",
                               "RefundsQueue", "WaitlistQueue"]
    for name, queue in working.items():
        dead = name.removesuffix("Queue") + "DeadLetters"
        assert queue["RedrivePolicy"] == {"deadLetterTargetArn": {"Fn::GetAtt": [dead, "Arn"]}, "maxReceiveCount": 5}
        assert queues[dead]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_a_message_stays_invisible_for_six_time_outs_of_its_worker(resources, everything):
    for function in everything:
        if function.queue:
            queue = "".join(word.capitalize() for word in function.queue["name"].split("-")) + "Queue"
            assert resources[queue]["Properties"]["VisibilityTimeout"] == 6 * function.timeout, function.name


def test_each_event_source_answers_per_message_and_the_stream_keeps_what_it_can_not_deliver(of_type):
    sources = of_type("AWS::Lambda::EventSourceMapping")
    assert all(one["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for one in sources.values())
    kept = {"OnFailure": {"Destination": {"Fn::GetAtt": ["RelayDeadLetters", "Arn"]}}}
    for stream in (sources["RelayWorkerSource"], sources["RelayWaitlistWorkerSource"]):
        assert stream["BisectBatchOnFunctionError"] is True
        assert stream["DestinationConfig"] == kept
        assert json.loads(stream["FilterCriteria"]["Filters"][0]["Pattern"]) == {
            "eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "fact#"}]}}}}


def test_a_scheduled_run_that_fails_is_not_repeated_because_the_next_one_comes(of_type, everything):
    scheduled = [function for function in everything if function.schedule]
    wanted = [{"FunctionName": {"Ref": function.logical_id}, "Qualifier": "$LATEST", "MaximumRetryAttempts": 0}
              for function in scheduled]
    assert list(of_type("AWS::Lambda::EventInvokeConfig").values()) == wanted
    assert {function.name for function in scheduled} == {"poll-payments", "read-feeds", "look-after-waitlist",
                                                         "follow-up-visits", "reconcile-days", "deliver-cards",
                                                         "remind-cards", "expire-cards", "check-cards"}


def test_every_alarm_names_a_runbook_that_exists(of_type):
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        found = RUNBOOK.search(alarm["AlarmDescription"])
        assert found and found[1] in anchors, name
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], name


def test_every_function_queue_and_dead_letter_queue_is_watched(of_type):
    watched = json.dumps([alarm["Dimensions"] for alarm in of_type("AWS::CloudWatch::Alarm").values()])
    for name in (*of_type("AWS::Serverless::Function"), *of_type("AWS::SQS::Queue")):
        assert f'"{name}"' in watched, name


def test_tables_are_on_demand_and_recoverable(of_type):
    tables = of_type("AWS::DynamoDB::Table")
    assert len(tables) == 11
    for name, table in tables.items():
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}, name


def test_only_prod_keeps_its_data_when_the_stack_goes(template_of):
    for stage, policy in (("prod", "Retain"), ("dev", "Delete"), ("local", "Delete")):
        kept = {one["DeletionPolicy"] for one in template_of(stage)["Resources"].values()
                if one["Type"] in ("AWS::DynamoDB::Table", "AWS::SecretsManager::Secret")}
        assert kept == {policy}


def _tables_in_code():
    """Yield every table class of the code with its area."""
    from chalicelib.aws.tables import BaseTable

    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        if "Table" in path.read_text(encoding="utf-8"):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    waiting = [BaseTable]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            if one.__module__.startswith("chalicelib") and hasattr(one, "Meta"):  # not a base of several areas
                yield one


def test_the_keys_in_the_code_are_the_keys_of_the_template(of_type):
    templates, compared = of_type("AWS::DynamoDB::Table"), set()
    for model in _tables_in_code():
        table = templates[f"{model.Meta.area.capitalize()}Table"]
        types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
        keys = {one["KeyType"]: (one["AttributeName"], types[one["AttributeName"]]) for one in table["KeySchema"]}
        found = {kind: (attribute.attr_name, attribute.attr_type) for kind, attribute in
                 (("HASH", model._hash_key_attribute()), ("RANGE", model._range_key_attribute())) if attribute}
        assert found == keys, model
        compared.add(model.Meta.area)
    assert compared == {"catalog", "calendar", "carts", "orders", "payments", "items", "feeds", "waitlist",
                        "giftcards", "notifications", "requests"}


def test_what_expires_is_swept_by_its_table(of_type):
    templates = of_type("AWS::DynamoDB::Table")
    for model in _tables_in_code():
        if "expires" in model.get_attributes():
            ttl = templates[f"{model.Meta.area.capitalize()}Table"].get("TimeToLiveSpecification")
            assert ttl == {"AttributeName": "expires", "Enabled": True}, model


def test_api_gateway_itself_never_answers_403(of_type):
    answers = of_type("AWS::ApiGateway::GatewayResponse")
    assert {one["ResponseType"] for one in answers.values()} >= {"DEFAULT_4XX", "DEFAULT_5XX", "ACCESS_DENIED",
                                                               "MISSING_AUTHENTICATION_TOKEN", "WAF_FILTERED"}
    for one in answers.values():
        problem = json.loads(one["ResponseTemplates"]["application/json"])
        assert one["StatusCode"] != "403"
        assert str(problem["status"]) == one["StatusCode"]
        assert one["ResponseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"


def test_an_error_is_never_served_from_a_cache(of_type):
    (distribution,) = of_type("AWS::CloudFront::Distribution").values()
    kept = {one["ErrorCode"]: one["ErrorCachingMinTTL"]
            for one in distribution["DistributionConfig"]["CustomErrorResponses"]}
    assert kept == {403: 10, 404: 0, 500: 0, 502: 0, 503: 0, 504: 0}


def test_the_stage_pays_for_no_metrics_by_method(of_type):
    (stage,) = of_type("AWS::ApiGateway::Stage").values()
    assert [one["MetricsEnabled"] for one in stage["MethodSettings"]] == [False]


def test_each_route_reaches_the_function_of_its_area(of_type):
    paths = of_type("AWS::ApiGateway::RestApi")["RestAPI"]["Body"]["paths"]
    expected = {("/api/servicios", "get"): "CatalogApi", ("/api/disponibilidad", "get"): "AvailabilityApi",
                ("/api/carritos", "post"): "CartsApi", ("/api/reservas", "post"): "OrdersApi",
                ("/api/webhooks/flow", "post"): "PaymentsApi", ("/api/webhooks/sendgrid", "post"): "NotificationsApi",
                ("/api/salud", "get"): "SystemApi"}
    for (path, method), function in expected.items():
        uri = paths[path][method]["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        assert f"${{{function}.Arn}}" in uri


def test_the_authorizer_stands_before_exactly_the_routes_of_staff(of_type):
    body = of_type("AWS::ApiGateway::RestApi")["RestAPI"]["Body"]
    guarded = {f"{method.upper()} {path}" for path, methods in body["paths"].items()
               for method, operation in methods.items() if operation.get("security") == [{"staff": []}]}
    assert guarded == {route.name for area in app.areas.values() for route in area.table if route.access.staff}
    assert "GET /api/admin/yo" in guarded
    authorizer = body["securityDefinitions"]["staff"]["x-amazon-apigateway-authorizer"]
    assert authorizer == {"type": "cognito_user_pools", "providerARNs": [{"Fn::GetAtt": ["StaffPool", "Arn"]}]}


def test_the_pools_groups_are_the_roles_of_the_code(of_type):
    assert {one["GroupName"] for one in of_type("AWS::Cognito::UserPoolGroup").values()} == set(Role)


def test_only_an_administrator_makes_accounts_and_passwords_are_long(of_type):
    (pool,) = of_type("AWS::Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])


def test_the_client_tells_nobody_which_accounts_there_are_and_its_tokens_last_an_hour(of_type):
    (client,) = of_type("AWS::Cognito::UserPoolClient").values()
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert (client["IdTokenValidity"], client["TokenValidityUnits"]["IdToken"]) == (60, "minutes")
    assert not client["GenerateSecret"]


@pytest.mark.parametrize(("stage", "kept"), [("dev", False), ("prod", True)])
def test_accounts_of_prod_survive_their_stack(template_of, stage, kept):
    pool = template_of(stage)["Resources"]["StaffPool"]
    assert pool["Properties"]["DeletionProtection"] == ("ACTIVE" if kept else "INACTIVE")
    assert pool["DeletionPolicy"] == pool["UpdateReplacePolicy"] == ("Retain" if kept else "Delete")


def test_no_secret_value_stands_in_the_template(of_type):
    for name, secret in of_type("AWS::SecretsManager::Secret").items():
        assert "SecretString" not in secret, name


@pytest.mark.parametrize("part", sorted((ROOT / "infra" / "template").glob("*.yaml")), ids=lambda path: path.stem)
def test_each_part_says_in_its_first_line_what_it_is(part: Path):
    assert part.read_text(encoding="utf-8").startswith("# ")
