"""What several test folders share: tables on a real DynamoDB emulator, builders, crash injection."""
