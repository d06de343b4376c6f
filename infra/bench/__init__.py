"""`make bench`: the numbers of DESIGN.md §7, measured. JSON in build/bench/, the table in docs/benchmarks.md."""
