"""Values that are hard to carry, invented."""

from __future__ import annotations

from hypothesis import strategies as st

HARD = {
    "PLAIN": "sk-test-7Qm4xW9tB2nL0aZ",
    "PLAIN_TWO": "another one",
    "LINES": "-----BEGIN RSA PRIVATE KEY-----\nMIIB\tinvented\n-----END RSA PRIVATE KEY-----\n",
    "QUOTES": 'it\'s "quoted" `so` $HOME ${X} \\n \\',
    "DOCUMENT": '{"type": "service_account", "private_key": "a\\nb", "n": [1, 2.5, null]}',
    "SPELLED": "päss wörd \u2028 <&> \x7f \x01 🔑",
    "LOOKS_SEALED": "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]",
    "SPACES": "  both ends  ",
    "WINDOWS": "a\r\nb\r",
    "LONG": "x" * 100_000,
}
keys = st.from_regex(r"[A-Z][A-Z0-9_]{0,12}", fullmatch=True).filter(lambda key: key != "SOPS")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
