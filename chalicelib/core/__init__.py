"""Plain Python that every area may use: clock, money, identifiers, errors, facts, texts. No AWS, no HTTP."""
