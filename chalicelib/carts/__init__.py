"""Carts: what a guest has picked, at a frozen price, held for twenty minutes.

Purpose: nobody loses the hour they are about to pay, and nobody keeps one they won't.
Alarms: `ApiErrors`. API: `/api/carritos`. Facts: none (a cart is forgotten; an order is not).
"""
