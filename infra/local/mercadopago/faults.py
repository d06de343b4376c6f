"""How Mercado Pago misbehaves on demand, besides what every sandbox does (sandbox/faults.py).

`order` is the external_reference, `on` method and path such as "POST /checkout/preferences" or "GET /v1/payments/{id}".
On what is told of a payment, by id or in a search:
  amount / currency / order   another transaction_amount (`value`, default 1000), currency (USD) or external_reference
  status                      a status nobody has heard of (`value`, default in_limbo)
  shapes                      the same facts with numbers as text or with decimals, null for lists, unknown properties
  unlisted                    the search does not know the payment yet
On a refund:
  refund_in_process           accepted, not done: 201 in_process, or 400 without X-Render-In-Process-Refunds: true
  refund_rejected             201 with status rejected
On the webhook's signature:
  wrong_signature             made with another secret
  old_signature               right, but `value` seconds old (default 10 days)
  unsigned                    neither x-signature nor x-request-id
"""

WORDS = frozenset({"amount", "currency", "order", "status", "shapes"})
UNLISTED = frozenset({"unlisted"})
REFUNDS = frozenset({"refund_in_process", "refund_rejected"})
SIGNATURES = frozenset({"wrong_signature", "old_signature", "unsigned"})
OWN = WORDS | UNLISTED | REFUNDS | SIGNATURES
