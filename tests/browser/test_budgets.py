"""What a cold visit of every page may cost: bytes over the wire, requests, and nothing that moves. A page of its own weight adds a line.

The time to the largest content is printed beside that of an empty page of the same server (`pytest -s`): on a busy machine it says
something only as a ratio.
"""

import pytest

pytestmark = pytest.mark.browser

#: Bytes over the wire in all, and requests, of a cold visit.
BYTES, REQUESTS = 60_000, 6
#: Path below the language, without the query -> its own limit in bytes.
LIMITS = {"map/": 150_000}

WIDE, NARROW = ({"width": width, "height": 740} for width in (1280, 360))

#: A phone on a slow line, as Lighthouse takes it: bytes a second, milliseconds, and how many times slower its processor is.
THROTTLE = {"offline": False, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 750_000 / 8, "latency": 150}
SLOWER = 4

SHIFT = """() => new Promise(done => {
  let total = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) total += entry.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(total), 50);
})"""

LARGEST = """() => new Promise(done => {
  let last = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) last = entry.startTime; })
    .observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => done(last), 100);
})"""


def cold_visit(new_context, address):
    """Bytes over the wire and the addresses asked for, by a browser that has nothing yet."""
    context = new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    received, asked = [], []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    session.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    page.goto(address, wait_until="load")
    context.close()
    assert len(received) > 0
    return sum(received), asked


def test_every_page_is_light_and_asks_nobody_else(new_context, site, paths):
    heavy, strangers = {}, []
    for path in paths:
        size, asked = cold_visit(new_context, f"{site}/ja/{path}")
        strangers += [address for address in asked if not address.startswith((f"{site}/", "data:"))]
        if size > LIMITS.get(path.partition("?")[0], BYTES) or len(asked) > REQUESTS:
            heavy[path] = (size, len(asked))

    assert (heavy, strangers) == ({}, [])


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_moves_while_a_page_loads(new_context, site, paths, size):
    page = new_context(viewport=size).new_page()
    moved = {}
    for path in paths:
        page.goto(f"{site}/en/{path}", wait_until="load")
        shift = page.evaluate(SHIFT)
        if round(shift, 2) > 0:  # as it is reported; a busy machine may paint a hair too early
            moved[path] = round(shift, 4)

    assert moved == {}


def largest_paint(new_context, address):
    """Milliseconds to the largest content on a throttled phone, by a browser that has nothing yet; the server has the page."""
    context = new_context(viewport=NARROW)
    page = context.new_page()
    page.request.get(address)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", THROTTLE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    taken = page.evaluate(LARGEST)
    context.close()
    return taken


def test_largest_content_is_reported_beside_an_empty_page(new_context, site):
    empty = largest_paint(new_context, f"{site}/healthz")
    taken = {path: largest_paint(new_context, f"{site}/en/{path}") for path in ("", "map/", "partnerships/")}
    said = [f"/en/{path} {milliseconds:.0f} ms" for path, milliseconds in taken.items()]
    print(f"\nlargest paint on a throttled phone: empty page {empty:.0f} ms, {', '.join(said)}")  # noqa: T201

    assert min(empty, *taken.values()) > 0
