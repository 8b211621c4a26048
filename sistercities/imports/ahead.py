"""Work done ahead, so that two cores are used: one process understands rows while another stores those before.

An import's process is its own and runs one thread; so it is forked. Where the caller shares its database with others (tests, the
operator's command), all is done in the one process.
"""

import multiprocessing
from contextlib import closing, contextmanager

from django.conf import settings
from django.db import connections


@contextmanager
def ahead(items):
    """Iterate over `items`, a generator that writes nothing, in a process ahead of this one; its exceptions are raised here.

    It begins with the first `next`, so that a transaction opened before it sees no older data. Call it outside any transaction: both
    processes open their connections anew. The items must be picklable.
    """
    if settings.IMPORTS_IN_PROCESS or connections["default"].in_atomic_block:
        with closing(items):
            yield items
        return
    connections.close_all()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_produce, args=(items, there, here), daemon=True)
    process.start()
    there.close()
    try:
        yield _received(here)
    finally:
        here.close()
        process.terminate()
        process.join()


def _produce(items, pipe, other_end):
    other_end.close()  # or this process would not notice that the other one has died
    try:
        pipe.recv()
        _read_with_little_memory()
        for item in items:
            pipe.send((item, None))
        pipe.send((None, StopIteration()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # nobody wants it any more
    except Exception as error:
        pipe.send((None, error))
    finally:
        connections.close_all()


def _read_with_little_memory():
    """What is read once, in order, need not be kept: SQLite would fill its cache a second time. For connections to come."""
    options = connections["default"].settings_dict["OPTIONS"]
    if "init_command" in options:
        options["init_command"] += " PRAGMA cache_size=-4000;"


def _received(pipe):
    pipe.send("begin")
    while True:
        try:
            item, error = pipe.recv()
        except EOFError:
            raise RuntimeError("the process that worked ahead has died") from None
        if isinstance(error, StopIteration):
            return
        if error:
            raise error
        yield item
