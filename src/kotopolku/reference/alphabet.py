"""The order of the Finnish and Swedish alphabet as a stored key, for names of places, languages and people.

Not a search key: it keeps å, ä and ö apart from a and o, as both alphabets do.
"""

from unicodedata import combining, normalize

# After z come å, ä, ö. In the order of code points z is followed by { | }.
_LETTERS = {
    "å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "œ": "}", "õ": "}", "ő": "}",
    "ü": "y", "ű": "y", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "ł": "l", "ı": "i", "ŋ": "n", "ŧ": "t",
    "ǥ": "g", "ʒ": "z", "ǯ": "z", "ə": "e",
}  # fmt: skip
_SEPARATORS = frozenset("-‐‑–—/_")


def sort_key(text: str) -> str:
    """A key whose order by code points is the alphabetical order shared by Finnish and Swedish.

    Letters are compared without case; å, ä (æ) and ö (ø, õ) are letters of their own after z; ü sorts as y;
    other accents do not count. A space or hyphen sorts before every letter; other punctuation is left out.
    Other scripts follow Latin. Different texts can have one key: break ties by the text itself.
    """
    key: list[str] = []
    for char in normalize("NFC", normalize("NFKC", text).casefold()):
        if char in _LETTERS:
            key.append(_LETTERS[char])
        elif char in _SEPARATORS or char.isspace():
            key.append(" ")
        else:
            key.extend(c for c in normalize("NFKD", char).casefold() if c.isalnum() and not combining(c))
    return " ".join("".join(key).split())
