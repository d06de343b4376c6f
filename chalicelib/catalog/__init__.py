"""What the spa sells and with what: services, resources, schedules, prices, products, packs, programmes.

Purpose: one published, versioned document that every other area reads (docs/decisions/0003).
Alarms: `ApiErrors`. Watch: `CatalogueParsed` follows publications, not requests; a read stays ≤ 2 read units.
API: `GET /api/servicios`, `GET /api/servicios/{slug}`, `GET /api/categorias`, `GET /api/packs`, `GET /api/productos`.
Facts: none yet: publishing is done by the seed; the back office will publish the same way.
"""
