"""Gift cards: value that was paid for and has not been spent, in the hands of whoever holds the code.

Purpose: a card that people are proud to give, whose balance is right to the peso whatever runs at once.
Alarms: `DeadLetters-giftcards`, `DeadLetters-giftcard-prints`, `ApiErrors`, `GiftCardsDiffer`.
API: `/api/giftcards`. Facts: `giftcard.*`. How value is kept: docs/giftcards.md.
"""
