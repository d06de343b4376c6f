"""Alarms that every function and queue has, each with its runbook, and the dashboard that shows them together."""

import json
from dataclasses import dataclass

from infra.cfn import Json, att, pascal, ref, sub
from infra.functions import QUEUES, Function

DEAD_LETTERS = (*(f"{pascal(name)}DeadLetters" for name in QUEUES), "RelayDeadLetters", "ScheduleDeadLetters")
RETENTION_DAYS = 90
LATE_SECONDS = 600


@dataclass(frozen=True)
class Watched:
    """One of our own metrics (`chalicelib/aws/metrics.py`) that a person has to hear of; `of` besides the stage."""

    metric: str
    what: str
    runbook: str
    of: dict[str, str]
    threshold: int = 1
    suffix: str = ""


def _by(providers: tuple[str, ...], metric: str, what: str, runbook: str) -> tuple[Watched, ...]:
    """Return what is watched of each payment provider."""
    return tuple(Watched(metric, what, runbook, {"provider": provider}, suffix=pascal(provider))
                 for provider in providers)


WATCHED = (
    *_by(("flow", "mercadopago"), "PaymentMismatch", "Somebody paid another amount than was asked, or twice",
         "refunds"),
    *_by(("flow",), "RefundUnclear", "Nobody knows whether a refund was asked for", "refunds"),
    *_by(("flow", "mercadopago", "transfer"), "RefundRefused", "A refund was refused, or has to be made by hand",
         "refunds"),
    *_by(("flow", "mercadopago"), "PaymentStatusUnknown", "A provider reports a status that we do not know",
         "odd-states-of-a-payment"),
    *_by(("mercadopago",), "PaymentDisputed", "A payer or a bank claims money back", "odd-states-of-a-payment"),
    Watched("PollFailed", "Open payments can't be looked after", "the-payment-provider-is-down", {}, threshold=5),
    Watched("WaitlistFailed", "Offers of the waitlist can't be ended", "a-function-fails", {}, threshold=5),
    Watched("FollowUpFailed", "Visits can't be followed up by mail", "a-schedule-did-not-run", {}, threshold=5),
    Watched("GiftCardsDiffer", "Gift cards, their orders and payments do not agree", "gift-cards-differ", {}),
    Watched("GiftCardsUnchecked", "There was no time to check all gift cards", "gift-cards-differ", {}),
    Watched("GiftCardFailed", "Gift cards can't be looked after", "a-schedule-did-not-run", {}, threshold=5),
    Watched("ReconcileFailed", "A day can't be compared with its provider", "a-day-does-not-tie", {}),
    Watched("MailUndelivered", "A mail bounced", "mails-that-do-not-arrive", {"kind": "bounce"}, suffix="Bounce"),
    Watched("MailUndelivered", "SendGrid dropped a mail", "mails-that-do-not-arrive", {"kind": "dropped"},
            suffix="Dropped"),
)


@dataclass(frozen=True)
class Metric:
    """One CloudWatch metric of one thing; `of` are its dimensions."""

    namespace: str
    name: str
    of: dict[str, Json]
    statistic: str = "Sum"


def alarms(functions: list[Function]) -> dict[str, Json]:
    """Return an alarm for each function's errors, each queue's age, each dead-letter queue and each metric WATCHED."""
    found: dict[str, Json] = {}
    for function in functions:
        metric = Metric("AWS/Lambda", "Errors", {"FunctionName": ref(function.logical_id)})
        found[f"{function.logical_id}ErrorsAlarm"] = _alarm(
            f"The function {function.name} fails", "a-function-fails", metric, threshold=3, minutes=5)
    for name in QUEUES:
        queue = att(f"{pascal(name)}Queue", "QueueName")
        metric = Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": queue}, "Maximum")
        found[f"{pascal(name)}AgeAlarm"] = _alarm(
            f"Messages wait in the queue {name}", "a-queue-is-behind", metric, threshold=LATE_SECONDS, minutes=5)
    for logical_id in DEAD_LETTERS:
        metric = Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": att(logical_id, "QueueName")},
                        "Maximum")
        runbook = "a-schedule-did-not-run" if logical_id == "ScheduleDeadLetters" else "dead-letters"
        found[f"{logical_id}Alarm"] = _alarm(
            f"There are messages in {logical_id}", runbook, metric, threshold=1, minutes=1)
    for watched in WATCHED:
        metric = Metric("Aremko", watched.metric, {"stage": ref("Stage"), **watched.of})
        found[f"{watched.metric}{watched.suffix}Alarm"] = _alarm(
            watched.what, watched.runbook, metric, threshold=watched.threshold, minutes=5)
    return found


def log_group(function: Function) -> Json:
    """Return the function's log group, kept for RETENTION_DAYS."""
    return {"Type": "AWS::Logs::LogGroup", "Properties": {
        "LogGroupName": sub(f"/aws/lambda/aremko-${{Stage}}-{function.name}"), "RetentionInDays": RETENTION_DAYS}}


def dashboard(functions: list[Function]) -> Json:
    """Return one screen: requests and errors, durations, queues and their dead letters."""
    names = [f"aremko-${{Stage}}-{function.name}" for function in functions]
    api = [["AWS/ApiGateway", metric, "ApiName", "aremko-${Stage}"] for metric in ("Count", "4XXError", "5XXError")]
    latency = [["AWS/ApiGateway", "Latency", "ApiName", "aremko-${Stage}", {"stat": statistic}]
               for statistic in ("p50", "p95", "p99")]
    queues = [["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", f"${{{pascal(name)}Queue.QueueName}}"]
              for name in QUEUES]
    dead = [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"${{{name}.QueueName}}"]
            for name in DEAD_LETTERS]
    widgets = [
        _widget("API: requests and errors", api, 0, "Sum"), _widget("API: latency", latency, 1, "p95"),
        _widget("Functions: errors", [["AWS/Lambda", "Errors", "FunctionName", name] for name in names], 2, "Sum"),
        _widget("Functions: duration", [["AWS/Lambda", "Duration", "FunctionName", name] for name in names], 3, "p95"),
        _widget("Queues: oldest message", queues, 4, "Maximum"), _widget("Dead letters", dead, 5, "Maximum"),
    ]
    return {"Type": "AWS::CloudWatch::Dashboard", "Properties": {
        "DashboardName": sub("aremko-${Stage}"), "DashboardBody": sub(json.dumps({"widgets": widgets}))}}


def _widget(title: str, metrics: list[Json], place: int, statistic: str) -> Json:
    return {"type": "metric", "width": 12, "height": 6, "x": 12 * (place % 2), "y": 6 * (place // 2),
            "properties": {"title": title, "metrics": metrics, "region": "${AWS::Region}", "stat": statistic,
                           "period": 300, "view": "timeSeries"}}


def _alarm(what: str, runbook: str, metric: Metric, *, threshold: int, minutes: int) -> Json:
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {
        "AlarmDescription": f"{what}. Runbook: docs/operations.md#{runbook}",
        "Namespace": metric.namespace, "MetricName": metric.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in metric.of.items()],
        "Statistic": metric.statistic, "Period": 60 * minutes, "EvaluationPeriods": 1, "Threshold": threshold,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching",
        "AlarmActions": [ref("AlarmTopic")], "OKActions": [ref("AlarmTopic")]}}
