"""The people who work at the spa: who signs in, and what each role may do.

Purpose: tell whoever signed in who they are here. Accounts are a Cognito user pool (`infra/template/staff.yaml`), the
table of permissions is `core/roles.py`, and a route asks for one with `access=Staff("payments.confirm")`.
Alarms: `ApiErrors`.
API: `GET /api/admin/yo`.
Facts: none.
"""
