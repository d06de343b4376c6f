"""Payments: what was asked of a provider, what the provider says became of it, and what was given back.

Purpose: ask for money through one port (`gateway.py`; Flow, Mercado Pago, bank transfer), keep one ledger item per
attempt to pay (`table.py`), decide what a provider's report means (`verdict.py`) and return money once (`refunds.py`).
A webhook or a returning browser is only a hint (`signals.py`): the truth is fetched from the provider.
Alarms: `PaymentMismatch`, `RefundUnclear`, `RefundRefused`, `PaymentStatusUnknown`, `PaymentDisputed`.
Watch: `WebhookRefused`, `WebhookIgnored`.
API: `POST /api/webhooks/flow`, `GET|POST /api/pagos/flow/retorno/{payment}`,
`POST /api/webhooks/flow/devolucion/{refund}`, `POST /api/webhooks/mercadopago`,
`GET /api/pagos/mercadopago/retorno/{payment}`.
Facts: none of its own: orders writes `payment.*` in the same transaction as the steps of `table.py`.
"""
