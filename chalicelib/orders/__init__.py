"""Orders: from the cart to a confirmed booking, and its history.

Purpose: exactly one confirmed order and one payment, whatever comes twice, late or out of order.
Alarms: `DeadLetters-payment-signals`, `DeadLetters-refunds`, `ApiErrors`, `PollFailed`.
API: `/api/reservas`. Facts: `order.*`, `payment.*` (written with the change they tell of; see `core/events.py`).
"""
