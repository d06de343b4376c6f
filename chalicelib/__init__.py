"""The product: plain rules below, AWS and HTTP at the doors, one folder per area of the business (DESIGN.md §3)."""
