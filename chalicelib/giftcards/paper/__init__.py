"""The card as it is drawn."""
