"""Ten thousand wrong codes learn nothing: the same bytes, the same requests, the same time, and no line of a log.

The ten thousand run against a DynamoDB in memory at the botocore layer, where requests are counted too; a share of them
runs against the emulator, so that what the memory answers is what a table answers.
"""

import itertools
import logging
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from botocore.client import BaseClient

from app import app
from chalicelib.aws import logs
from chalicelib.core.ids import ALPHABET, gift_code, order_number
from chalicelib.giftcards import codes, replace, table, tries, way
from chalicelib.giftcards.model import Card
from infra import cfn
from infra.paths import ROOT
from tests.giftcards.test_ledger import done, new_card
from tests.support import journey
from tests.support.books import empty, scan
from tests.support.meter import metered

GUESSES = 10_000
SPREAD, TRIES = 1.2, 4
TIMES = re.compile(r'"(timestamp|milliseconds)":("[^"]*"|\d+)')
REQUEST_ID = "the-same-request-id"
_callers = itertools.count(1)


class Memory:
    """DynamoDB's answers to the two operations that a guess needs; counts what it is asked."""

    def __init__(self) -> None:
        self.items = {(f"test-{area}", item["pk"]["S"], item.get("sk", {}).get("S")): item
                      for area in ("giftcards", "requests") for item in scan(area)}
        self.asked: list[str] = []

    def call(self, operation: str, kwargs: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(f"{operation} {kwargs['TableName']}")
        key = (kwargs["TableName"], kwargs["Key"]["pk"]["S"], kwargs["Key"].get("sk", {}).get("S"))
        if operation == "GetItem":
            assert kwargs["ConsistentRead"]
            return {"Item": self.items[key]} if key in self.items else {}
        assert operation == "UpdateItem" and "ADD" in kwargs["UpdateExpression"], kwargs
        names = kwargs["ExpressionAttributeNames"]
        added = kwargs["UpdateExpression"].split("ADD")[1].split()
        hits = int(kwargs["ExpressionAttributeValues"][added[1]]["N"])
        before = self.items.get(key, {"pk": {"S": key[1]}, "hits": {"N": "0"}})
        assert names[added[0]] == "hits"
        self.items[key] = {**before, "hits": {"N": str(int(before["hits"]["N"]) + hits)}}
        return {"Attributes": self.items[key]}


Kind = Callable[[], str]


@pytest.fixture
def spa(dynamodb: str) -> Iterator[journey.World]:
    for area in ("giftcards", "requests"):
        empty(area)
    with journey.world() as world:
        yield world


def issued(id: str, code: str, **more: Any) -> Card:
    card = new_card(id, code_hash=codes.find_key(code), sealed=codes.seal(code, id), ending=codes.ending_of(code),
                    **more)
    done(lambda tx: table.issued(tx, card))
    return card


def kinds_of_wrong_codes(spa: journey.World) -> dict[str, Kind]:
    """Put cards into the world that can't be used, beside one that can; return how to guess wrong, kind by kind."""
    rng, now = random.Random(5), spa.clock.now()
    good, blocked, expired, replaced = (gift_code() for _ in range(4))
    issued("gft_good", good)
    lost, over = issued("gft_blocked", blocked), now.date() - timedelta(days=400)
    done(lambda tx: table.saved(tx, way.blocked(lost, "Perdida", now)))
    issued("gft_expired", expired, last_day=over)
    again = issued("gft_replaced", replaced)
    done(lambda tx: replace.replace(tx, again, now, by="member-owner", reason="Perdida"))

    def off(code: str, place: int) -> str:
        return code[:place] + rng.choice(ALPHABET.replace(code[place], "")) + code[place + 1:]

    def text(alphabet: str, length: int) -> str:
        return "".join(rng.choice(alphabet) for _ in range(length))

    odd = ["ñandú", "礼品卡", "🎁🎁🎁🎁", "\u202eAAAA", "А" * 17, "\x00", "é" * 64, "Ⅷ" * 16, "ｆｕｌｌ", "İıſß"]
    return {
        "unknown": gift_code, "wrong check symbol": lambda: off(gift_code(), 20),
        "one symbol off": lambda: off(good, 7),
        "blocked": lambda: blocked, "blocked, as typed": lambda: blocked.lower().replace("-", " "),
        "expired": lambda: expired, "replaced": lambda: replaced,
        "misshapen": lambda: text("abcdefghijklmnop0123456789-_.~!*'()", rng.randrange(1, 40)),
        "nearly empty": lambda: rng.choice((" ", "-", "--", "   ", ".", "..", "%", "+", "0")),
        "long": lambda: text(ALPHABET, rng.choice((18, 200, 6_000))), "unicode": lambda: rng.choice(odd),
        "too short": lambda: good[:rng.randrange(4, 20)], "another number": order_number,
        "an identifier": lambda: rng.choice(("gft_blocked", "gft_good", lost.code_hash, f"code#{lost.code_hash}")),
    }


def guess(code: str, caller: int | None = None) -> dict[str, Any]:
    """Ask for the card of a code; return the whole answer, as API Gateway would have it."""
    number = caller or next(_callers)
    address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    event = journey.request_event("GET", "/api/giftcards/X", caller=address, more={"x-request-id": REQUEST_ID})
    event |= {"pathParameters": {"code": code}, "path": f"/api/giftcards/{quote(code)}"}
    answer: dict[str, Any] = app(event, None)
    return answer


@pytest.mark.slow
def test_ten_thousand_wrong_codes_get_the_same_bytes_after_the_same_requests_and_leave_no_trace(
        spa: journey.World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = kinds_of_wrong_codes(spa)
    logged = everything_logged(monkeypatch)
    memory, begun = Memory(), 0
    guess("warm")
    monkeypatch.setattr(BaseClient, "_make_api_call", memory.call)
    answers, requests, typed = Counter[str](), Counter[str](), set()
    for number, kind in zip(range(GUESSES), itertools.cycle(kinds), strict=False):
        if number % 200 == 0:
            spa.clock.advance(seconds=3_600)  # guesses at one beginning are counted by the hour
        code, begun = kinds[kind](), len(memory.asked)
        answers[repr(guess(code))] += 1
        requests[", ".join(memory.asked[begun:])] += 1
        typed.add(code)
    [(answer, count)] = answers.items()
    assert count == GUESSES and "'statusCode': 404" in answer and "gift_card_not_found" in answer
    assert requests == {"UpdateItem test-requests, UpdateItem test-requests, "
                        "GetItem test-giftcards, GetItem test-giftcards": GUESSES}
    written = capsys.readouterr()
    lines = [*written.out.splitlines(), *written.err.splitlines(), *logged]
    assert sum('"message":"answered"' in line for line in lines) >= GUESSES
    said = "\n".join({TIMES.sub("", line) for line in lines})  # the same few lines, again and again
    plain = said.upper().replace("-", "").replace(" ", "")
    for code in (one for one in typed if len(one) > 5):
        assert code not in said and code.upper().replace("-", "").replace(" ", "") not in plain, code
    counted = repr({key: item for key, item in memory.items.items() if key[0] == "test-requests"})
    assert not any(code in counted for code in typed if len(code) > 5)


def everything_logged(patch: pytest.MonkeyPatch) -> list[str]:
    """Let every logger of the process say all it has to say, ours as in production, and return where it goes."""
    found: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(self.format(record))

    root, keep = logging.getLogger(), Keep()
    for logger in (root, logs._logger._logger):
        patch.setattr(logger, "level", logging.DEBUG)
        patch.setattr(logger, "handlers", [*logger.handlers, keep])
        logger._cache.clear()
    keep.setFormatter(logs._logger.registered_formatter)
    return found


def test_the_memory_answers_as_the_tables_do(spa: journey.World) -> None:
    """And the requests are those: each kind of wrong code is asked of the emulator too."""
    kinds, answers, requests = kinds_of_wrong_codes(spa), set(), set()
    guess("warm")
    for wrong in kinds.values():
        with metered() as bill:
            answers.add(repr(guess(wrong())))
        requests.add(tuple(request.operation for request in bill.requests))
    assert len(answers) == 1 and "gift_card_not_found" in answers.pop()
    assert requests == {("UpdateItem", "UpdateItem", "GetItem", "GetItem")}


@pytest.mark.timed
def test_no_kind_of_wrong_code_takes_longer_than_another(spa: journey.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind in turn, many times, in one process: the lower quartile of each is that of all, in time of the CPU.

    What a network adds is the same for each: they ask the same requests. A busy machine adds noise, which the further
    tries are for; a difference of ours would show in each.
    """
    kinds = kinds_of_wrong_codes(spa)
    assert any(slowest_over_quickest(spa, kinds, monkeypatch) < SPREAD for _ in range(TRIES))


@pytest.mark.timed
def test_without_the_work_for_cards_that_are_none_it_would_show(spa: journey.World,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the clock above is fine enough to tell."""
    monkeypatch.setattr(table, "_no_card", lambda: None)
    kinds = kinds_of_wrong_codes(spa)
    assert all(slowest_over_quickest(spa, kinds, monkeypatch) > SPREAD for _ in range(TRIES))


def slowest_over_quickest(spa: journey.World, kinds: dict[str, Kind], patch: pytest.MonkeyPatch) -> float:
    wrong = {name: kinds[name] for name in ("unknown", "wrong check symbol", "blocked", "expired", "replaced",
                                            "misshapen", "unicode")}
    guess("warm")
    took: dict[str, list[int]] = {name: [] for name in wrong}
    rng = random.Random(3)
    with patch.context() as inside:
        inside.setattr(BaseClient, "_make_api_call", Memory().call)
        for number in range(300):
            if number % 20 == 0:
                spa.clock.advance(seconds=3_600)
            for name in rng.sample(sorted(wrong), len(wrong)):
                code = wrong[name]()
                begun = time.thread_time_ns()
                answer = guess(code)
                took[name].append(time.thread_time_ns() - begun)
                assert answer["statusCode"] == 404, answer["body"]
    typical = [statistics.quantiles(times, n=4)[0] for times in took.values()]
    return max(typical) / min(typical)


def test_whoever_goes_on_guessing_is_stopped_and_so_is_who_spreads_guesses_at_one_beginning(spa: journey.World) -> None:
    most, beginning = tries.PER_CALLER.count, tries.PER_BEGINNING.count
    alone = [guess(gift_code(), caller=70_000)["statusCode"] for _ in range(most + 5)]
    assert alone == [404] * most + [429] * 5
    spread = [guess(f"7K4M-{gift_code()[5:]}", caller=80_000 + n)["statusCode"] for n in range(beginning + 5)]
    assert spread == [404] * beginning + [429] * 5
    code = f"7K4M{gift_code()[4:]}"
    assert guess(gift_code(), caller=90_000)["statusCode"] == 404 and guess(code, caller=90_001)["statusCode"] == 429


def test_a_stopped_guess_is_not_looked_up_whatever_it_is(spa: journey.World) -> None:
    kinds = kinds_of_wrong_codes(spa)
    for _ in range(tries.PER_CALLER.count):
        guess(gift_code(), caller=95_000)
    answers = set()
    for wrong in (*kinds.values(), lambda: "7K4M"):
        with metered() as bill:
            answers.add(repr(guess(wrong(), caller=95_000)))
        assert "GetItem" not in bill.counted()
    assert len(answers) == 1 and "'statusCode': 429" in answers.pop()


def test_no_access_log_has_the_addresses_that_hold_codes() -> None:
    """Neither API Gateway nor CloudFront keeps one: an address of `GET /api/giftcards/{code}` opens a card."""
    parts = [cfn.read(path)["Resources"] for path in sorted((ROOT / "infra/template").glob("*.yaml"))
             if path.name != "base.yaml"]
    resources = {name: one for part in parts for name, one in part.items()}
    stages = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::ApiGateway::Stage"]
    sites = [one["Properties"]["DistributionConfig"] for one in resources.values()
             if one["Type"] == "AWS::CloudFront::Distribution"]
    assert stages and sites
    for stage in stages:
        assert "AccessLogSetting" not in stage and not stage.get("TracingEnabled")
        assert all(not {"LoggingLevel", "DataTraceEnabled"} & set(method) for method in stage["MethodSettings"])
    assert all("Logging" not in site and "RealtimeLogConfigArn" not in site["DefaultCacheBehavior"] for site in sites)
