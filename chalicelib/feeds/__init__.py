"""Calendars shared with other shops: which nights of a cabin are taken, told to each and heard from each.

Purpose: a night that is sold in one place can't be sold in another. A channel is one such place for one cabin; it reads
our calendar under a secret link, and we read its own (docs/calendars.md).
Alarms: `ApiErrors`, and those of the schedule `read-feeds`; a calendar that fails is an item.
API: `GET /api/calendarios/{cabin}/{channel}/{file}`, `/api/admin/calendarios`.
Facts: none.
"""
