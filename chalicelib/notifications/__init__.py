"""Transactional mail: what a guest is told when something happened to an order.

Purpose: each fact on the queue `notifications` becomes one mail, in the guest's language, never two. `jobs.py` takes
the fact; `look_up.py` reads what the mail tells of; `compose.py` (with `entries.py` and `told.py`), to the waitlist
`waiting.py` and of gift cards `gifts.py` write it from templates (`render.py`); `send.py` claims it in the ledger
(`table.py`), hands it to SendGrid (`sendgrid.py`) and records the answer; `api.py` hears from SendGrid what became of
it, which also settles the mails whose fate a crash left open.
Alarms: the queue's dead letters and the age of its oldest message; `MailUndelivered`. Watch: `MailSent`, `MailEvent`.
API: `POST /api/webhooks/sendgrid` (signed by SendGrid).
Facts: hears those that docs/mails.md lists; states none of its own, but that a gift went out, or came back, is stated
by its card (`giftcards/posted.py`).
"""
