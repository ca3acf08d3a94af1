"""Tools as zip archives: what may be in one, how one is read without trusting it, how one is written.

`names` and `kinds` judge names, `native_code` and `inside` judge contents; both directions use them, so that whatever
is shared can be imported. `zip_records` and `zip_check` read the format, `unpack` inflates, `zip_write` writes.
"""
