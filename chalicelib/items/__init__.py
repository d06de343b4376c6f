"""Items: something a person has to look at, opened once, resolved once.

Purpose: what no rule of ours can put right is listed with what to do about it, by whichever area found it.
Alarms: none of its own: what has to be heard at once rings where it was found.
API: `GET /api/admin/pendientes`, `POST /api/admin/pendientes/{key}/resolucion`.
Facts: none.
"""
