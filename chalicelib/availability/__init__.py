"""The calendar: which slots are free and why not, and how they are held, claimed and let go.

Purpose: the one availability function (site, cart and tests ask it alike) and claims without double booking.
Alarms: `ApiErrors`. Watch: `TransactionCanceledException` on the calendar table is normal under competition; read
units per request must not grow with the number of orders (docs/availability.md).
API: `GET /api/disponibilidad`.
Facts: none of its own: a claim is part of the cart's or order's transaction, whose facts tell of it.
"""
