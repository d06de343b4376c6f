"""What a journey may ask of AWS."""

from dataclasses import dataclass

from tests.support.meter import Bill


@dataclass(frozen=True)
class Promise:
    """What one journey may cost at most: reads and writes (requests and units), transactions, single writes.

    `writes` are outside the transaction: after a provider's call, or before a message is put on a queue.
    """

    reads: int
    transactions: int
    writes: int
    read_units: float | None = None
    write_units: float | None = None

    def kept_by(self, bill: Bill) -> bool:
        """Tell whether a bill is within the promise; a scan never is."""
        return (bill.scans == 0 and bill.reads <= self.reads and bill.transactions <= self.transactions
                and bill.writes <= self.writes
                and (self.read_units is None or bill.read_units <= self.read_units)
                and (self.write_units is None or bill.write_units <= self.write_units))
