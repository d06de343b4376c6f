"""Cards to draw: an ordinary one, and changes of it."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from chalicelib.giftcards.paper.inscription import Inscription
from chalicelib.giftcards.paper.looks import LOOKS

CODE = "K7RM-4QXW-9ACD-7K4M-C"
SITE = "https://aremko.cl"
LONG = ("Mamá: después de tantos años de cuidarnos a todos, este día es solo para ti. Queremos que llegues temprano, "
        "que te metas al agua caliente mientras cae la tarde, que alguien te haga un masaje y que no pienses en nada "
        "más. Nosotros cuidamos la casa, el perro y hasta las plantas. ¡Te queremos muchísimo!")[:300]

_WORDS = "María Peñafiel ñandú ¿cómo? ¡así! Øystein Łucja WWWWWWWWWWWWWWWW \n iiiiiiiiiiiiiiiii 🎉 <b>&"


def inscription(**changes: Any) -> Inscription:
    """Return what is written on Valentina's card, unless `changes` say otherwise."""
    return Inscription(**{
        "title": "Velada romántica con flores", "amount": 118000, "recipient": "Valentina Muñoz",
        "sender": "Tomás y la familia", "message": "Para que descanses. ¡Feliz aniversario!", "design": "amanecer",
        "language": "es", "code": CODE, "last_day": date(2027, 12, 4), "site": SITE, **changes})


def texts(longest: int) -> st.SearchStrategy[str]:
    """Return texts of at most so many characters, of all kinds that people send."""
    return st.text(st.sampled_from(_WORDS), max_size=longest) | st.text(
        st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"]), max_size=longest) | (
        st.sampled_from("WMi.ñ").map(lambda one: one * longest))


inscriptions = st.builds(
    inscription, title=texts(60), amount=st.sampled_from([20_000, 118_000, 1_000_000, 10_000_000]), recipient=texts(40),
    sender=texts(40), message=texts(300),
    design=st.sampled_from([*LOOKS, "none"]),
    language=st.sampled_from(["es", "en"]))
