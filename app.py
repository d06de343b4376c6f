"""The composition root: every area's routes, every worker and job. Nothing is defined here."""

from chalicelib.availability import api as availability
from chalicelib.aws import relay
from chalicelib.carts import api as carts
from chalicelib.catalog import api as catalog
from chalicelib.feeds import admin as feeds_admin
from chalicelib.feeds import api as feeds
from chalicelib.feeds import jobs as feeds_jobs
from chalicelib.giftcards import admin as giftcards_admin
from chalicelib.giftcards import api as giftcards
from chalicelib.giftcards import books as giftcards_books
from chalicelib.giftcards import jobs as giftcards_jobs
from chalicelib.items import api as items
from chalicelib.notifications import api as notifications
from chalicelib.notifications import jobs as notifications_jobs
from chalicelib.orders import admin as orders_admin
from chalicelib.orders import api as orders
from chalicelib.orders import arrivals
from chalicelib.orders import changes as order_changes
from chalicelib.orders import choosing as order_choosing
from chalicelib.orders import gifts as order_gifts
from chalicelib.orders import jobs as orders_jobs
from chalicelib.orders import redeeming as order_redeeming
from chalicelib.payments import admin as payments_admin
from chalicelib.payments import api as payments
from chalicelib.staff import api as staff
from chalicelib.waitlist import api as waitlist
from chalicelib.waitlist import jobs as waitlist_jobs
from chalicelib.web import system
from chalicelib.web.app import App

app = App.of(
    areas={
        "catalog": catalog.routes,
        "availability": availability.routes,
        "carts": carts.routes,
        "giftcards": giftcards.routes,
        "orders": orders.routes,
        "orders-admin": orders_admin.routes,
        "order-changes": order_changes.routes,
        "order-gifts": order_gifts.routes,
        "order-redeeming": order_redeeming.routes,
        "waitlist": waitlist.routes,
        "arrivals": arrivals.routes,
        "order-choosing": order_choosing.routes,
        "payments": payments.routes,
        "payments-admin": payments_admin.routes,
        "items": items.routes,
        "notifications": notifications.routes,
        "feeds": feeds.routes,
        "feeds-admin": feeds_admin.routes,
        "giftcards-admin": giftcards_admin.routes,
        "giftcards-books": giftcards_books.routes,
        "staff": staff.routes,
        "system": system.routes,
    },
    jobs=[relay.jobs, orders_jobs.jobs, giftcards_jobs.jobs, waitlist_jobs.jobs, feeds_jobs.jobs,
          notifications_jobs.jobs],
)
