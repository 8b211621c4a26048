"""Gunicorn's configuration: `gunicorn -c sistercities/gunicorn.py sistercities.wsgi`. Settings come from the environment."""

import gc
import os
import sys

from sistercities import settings

bind = [settings.LISTEN]
# Two synchronous workers: pages are bound by the processor, and threads measured a third dearer for them.
workers = settings.env.int("WEB_CONCURRENCY", 2)
worker_class = "sync"
timeout = 30  # seconds
graceful_timeout = 20
keepalive = 5
# The application is imported once and shared by the workers, which halves start time and memory.
preload_app = True
# A worker is replaced now and then, so that a slow leak in any library stays small.
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # heartbeats must not wait for a disk

control_socket_disable = True
# Whether a proxy may say that a request came by https is decided by TRUST_PROXY, not by where it stands.
forwarded_allow_ips = "*" if settings.TRUST_PROXY else ""
limit_request_line = 8190  # bytes: a query in Japanese is nine bytes a character
limit_request_fields = 64
limit_request_field_size = 8190

accesslog = "-" if settings.env.bool("ACCESS_LOG", False) else None
errorlog = "-"
loglevel = "warning"
proc_name = "sistercities"


def when_ready(server):
    # What the application has loaded stays: the garbage collector need not walk through it in the middle of a page.
    gc.collect()
    gc.freeze()
    print(f"run: ready on http://{settings.LISTEN}/ (Ctrl-C stops it)", file=sys.stderr, flush=True)
