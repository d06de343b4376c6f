"""How Flow misbehaves on demand, besides what every sandbox does (sandbox/faults.py). `order` is the commerceOrder.

On what the status calls say:
  amount / currency / order   another amount (`value`, default 1000), currency (USD) or commerceOrder
  shapes          the same facts as strings, numbers as strings, objects as text, unknown properties
"""

WORDS = frozenset({"amount", "currency", "order", "shapes"})
