"""Waitlist: who waits for hours that are taken, and is offered them one after the other when they become free.

Purpose: an hour that becomes free is kept for a while for the first in line whom it suits, and for nobody else.
Alarms: `DeadLetters-waitlist`, `ApiErrors`, `WaitlistFailed`.
API: `/api/espera`. Facts: `waitlist.*`; hears of `order.*` with `freed` hours, and of `order.placed`.
"""
