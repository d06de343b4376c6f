"""What the spa sells and with what: services, resources, schedules, prices, products, packs, programmes.

Purpose   One published, versioned document that every other area reads (docs/decisions/0003).
API       GET /api/servicios, GET /api/servicios/{slug}, GET /api/categorias.
Events    None yet: publishing is done by the seed; the back office will publish the same way.
Watch     `catalogue_parsed` should follow publications, not requests; read units of a read stay ≤ 2.
"""
