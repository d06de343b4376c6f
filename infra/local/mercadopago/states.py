"""The states of a payment, and how the test cards come to them (PROVIDERS.md §B.3, §B.7)."""

from dataclasses import dataclass
from typing import Any

State = tuple[str, str]  # status, status_detail

# By status its details, the most usual first.
DETAILS: dict[str, tuple[str, ...]] = {
    "approved": ("accredited", "partially_refunded"),
    "authorized": ("pending_capture",),
    "in_process": ("pending_contingency", "pending_review_manual", "offline_process", "deferred_retry"),
    "pending": ("pending_waiting_payment", "pending_waiting_transfer", "pending_challenge"),
    "cancelled": ("by_collector", "by_payer", "expired"),
    "charged_back": ("in_process", "settled", "reimbursed"),
    "refunded": ("refunded", "by_admin"),
    "in_mediation": ("pending",),
    "rejected": (
        "cc_rejected_other_reason", "bank_error", "cc_rejected_3ds_challenge", "cc_rejected_3ds_mandatory",
        "cc_rejected_bad_filled_card_number", "cc_rejected_bad_filled_date", "cc_rejected_bad_filled_other",
        "cc_rejected_bad_filled_security_code", "cc_rejected_blacklist", "cc_rejected_call_for_authorize",
        "cc_rejected_card_disabled", "cc_rejected_card_error", "cc_rejected_duplicated_payment",
        "cc_rejected_high_risk", "cc_rejected_insufficient_amount", "cc_rejected_invalid_installments",
        "cc_rejected_max_attempts", "cc_amount_rate_limit_exceeded",
        "rejected_insufficient_data", "rejected_by_bank", "rejected_by_regulations", "insufficient_amount",
    ),
}
UNFINISHED = ("pending", "in_process", "authorized")
HOLDERS: dict[str, State] = {
    "APRO": ("approved", "accredited"),
    "OTHE": ("rejected", "cc_rejected_other_reason"),
    "CONT": ("in_process", "pending_contingency"),
    "CALL": ("rejected", "cc_rejected_call_for_authorize"),
    "FUND": ("rejected", "cc_rejected_insufficient_amount"),
    "SECU": ("rejected", "cc_rejected_bad_filled_security_code"),
    "EXPI": ("rejected", "cc_rejected_bad_filled_date"),
    "FORM": ("rejected", "cc_rejected_bad_filled_other"),
}
CARDS = {"master": "5416752602582580", "visa": "4168818844447115", "amex": "375778174461804"}
DEFAULT_INSTALLMENTS = 12
_USUAL = (*range(1, 13), 18, 24, 36)
_FREE = 3  # up to so many cuotas without interest
_INTEREST_PER_MILLE = 15  # of the amount, for each cuota, beyond


@dataclass(frozen=True)
class Offer:
    """What the hosted page offers: brands of cards, the cuotas, the wallet, cash."""

    brands: tuple[str, ...]
    wallet: bool
    cash: bool
    most: int
    chosen: int

    @property
    def installments(self) -> list[int]:
        """The numbers of cuotas to choose from."""
        return [number for number in _USUAL if number <= self.most]


def offer(asked: dict[str, Any]) -> Offer:
    """Return what a preference leaves to the payer."""
    rules = asked.get("payment_methods") or {}
    methods = {one["id"] for one in rules.get("excluded_payment_methods") or []}
    types = {one["id"] for one in rules.get("excluded_payment_types") or []}
    only_wallet = asked.get("purpose") == "wallet_purchase"
    cards = not only_wallet and "credit_card" not in types
    cash = not only_wallet and "ticket" not in types and not asked.get("binary_mode")
    most = int(rules.get("installments") or DEFAULT_INSTALLMENTS)
    brands = tuple(brand for brand in CARDS if cards and brand not in methods)
    return Offer(brands, "account_money" not in methods, cash and "servipag" not in methods, most,
                 int(rules.get("default_installments") or 1))


def outcome(holder: str, *, binary: bool, installments: int, most: int) -> State:
    """Return what becomes of a card payment; the holder's name decides, and binary mode knows no waiting."""
    if not 1 <= installments <= most:
        return "rejected", "cc_rejected_invalid_installments"
    state = HOLDERS.get(holder.strip().upper(), HOLDERS["OTHE"])
    return HOLDERS["OTHE"] if binary and state[0] == "in_process" else state


def total_paid(amount: int, installments: int) -> int:
    """Return what the payer pays in all, CLP: beyond three cuotas the bank's interest comes on top."""
    interest = amount * _INTEREST_PER_MILLE * installments if installments > _FREE else 0
    return amount + -(-interest // 1000)


def installment(amount: int, installments: int) -> int:
    """Return one cuota, CLP."""
    return -(-total_paid(amount, installments) // installments)


def check_state(status: str, detail: str | None) -> State:
    """Return a state with its detail filled in. Raises ValueError when there is no such state."""
    known = DETAILS.get(status, ())
    if not known or (detail and detail not in known):
        raise ValueError(f"no such state: {status} {detail or ''}")
    return status, detail or known[0]
