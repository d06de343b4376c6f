"""The catalogue page by page, over HTTP: the function signs its cursors with the secret it is granted."""

import requests


def test_the_services_come_page_by_page_with_signed_cursors(stack):
    whole = requests.get(f"{stack.api_url}/api/servicios", timeout=30).json()["items"]
    pages, cursor = [], None
    while cursor or not pages:
        query = {"limit": "10"} | ({"cursor": cursor} if cursor else {})
        page = requests.get(f"{stack.api_url}/api/servicios", params=query, timeout=30).json()
        pages.append(page["items"])
        cursor = page["next"]

    assert [service["slug"] for page in pages for service in page] == [service["slug"] for service in whole]
    assert [len(page) for page in pages[:-1]] == [10] * (len(pages) - 1)


def test_a_made_up_cursor_is_refused_as_malformed(stack):
    answer = requests.get(f"{stack.api_url}/api/servicios", params={"cursor": "made-up"}, timeout=30)

    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")
