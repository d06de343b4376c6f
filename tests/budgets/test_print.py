"""A card's PDF takes at most a second of one core and 256 MB, start of the process and imports included.

Half a second and 32 MB in fact. A shared machine adds noise, which the further tries are for.
"""

import subprocess
import sys

import pytest

SECONDS, MEGABYTES = 1.0, 256
TRIES = 5
PRINTED = """
import time
from datetime import date
from chalicelib.giftcards.paper.compose import composed
from chalicelib.giftcards.paper.inscription import Inscription
from chalicelib.giftcards.paper.pdf import pdf
content = pdf(composed(Inscription(
    title="Velada romántica con flores", amount=118000, recipient="María Fernanda de los Ángeles Oyarzún S.",
    sender="Ximena, Ñusta, Íñigo, Úrsula y Günther B", message="Te esperan el bosque y el agua. " * 9, design="noche",
    language="es", code="K7RM-4QXW-9ACD-7K4M-C", last_day=date(2027, 12, 4), site="https://aremko.cl"), "{form}"))
assert content.startswith(b"%PDF")
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time(), int(peak.split()[1]) / 1024)
"""


@pytest.mark.timed
@pytest.mark.parametrize("form", ["print", "phone"])
def test_a_card_is_printed_within_a_second_and_256_megabytes(form: str) -> None:
    command = [sys.executable, "-c", PRINTED.format(form=form)]
    least = SECONDS + 1
    for _ in range(TRIES):
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, megabytes = (float(one) for one in result.stdout.split())
        assert megabytes <= MEGABYTES
        least = min(least, seconds)
        if least <= SECONDS:
            break
    assert least <= SECONDS
