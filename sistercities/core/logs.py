"""How log lines look."""

import logging

# What could end a line or move a terminal's cursor: the C0 and C1 control characters and Unicode's two line ends.
CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    ord("\n"): " | ", ord("\t"): " ", 0x2028: " | ", 0x2029: " | ",
}  # fmt: skip


class LineFormatter(logging.Formatter):
    """One line for each record, tracebacks included, so that no visitor's input can forge a second one."""

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).translate(CONTROL)
