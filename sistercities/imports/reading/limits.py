"""What a file may measure. The import page states these; the readers keep to them while they read, whatever a file says of itself."""

#: Bytes of a file as it is uploaded.
MAX_BYTES = 32 * 1024 * 1024
#: Lines with anything in them, below the headings.
MAX_ROWS = 100_000
MAX_COLUMNS = 200
#: Characters of one cell: Excel's own limit.
MAX_CHARACTERS = 32_767

# A workbook is a zip archive: a small one can unpack to anything.
MAX_UNPACKED = 100 * 1024 * 1024
#: Unpacked bytes per packed byte of one part, once the part is larger than RATIO_FROM; real workbooks stay below 40.
MAX_RATIO = 100
RATIO_FROM = 1024 * 1024
MAX_ENTRIES = 1_000
#: Rows and columns of the largest sheet that Excel knows.
SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
