"""The only door to AWS: settings, tables, transactions, idempotency, limits, queues, secrets, logs, metrics."""
