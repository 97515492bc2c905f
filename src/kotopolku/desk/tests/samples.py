"""Small files of each kind that can be attached, and a clamd that answers as a test wants. All contents are invented."""

import io
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
TXT = "Todistus: kielitaso A2.2, hyväksytty.\n".encode()
VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def packed(**parts: bytes) -> bytes:
    """A packed archive; ``__`` in a name stands for a slash, ``_dot_`` for a dot."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return target.getvalue()


def office(main: str, **more: bytes) -> bytes:
    """A document ("word__document_dot_xml") or a table ("xl__workbook_dot_xml")."""
    return packed(**{"[Content_Types]_dot_xml": b"<Types/>", main: b"<document/>", **more})


DOCX = office("word__document_dot_xml")
XLSX = office("xl__workbook_dot_xml")


class FakeClamd:
    """Speaks clamd's INSTREAM over a real socket: keeps what it was sent, answers ``answer``."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.received: list[bytes] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                connection, _peer = self.server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                if stream.read(10) != b"zINSTREAM\0":
                    return
                data = b""
                while size := struct.unpack("!L", stream.read(4))[0]:
                    data += stream.read(size)
                self.received.append(data)
                connection.sendall(self.answer)


@contextmanager
def clamd(answer: bytes) -> Iterator[FakeClamd]:
    fake = FakeClamd(answer)
    thread = threading.Thread(target=fake.serve, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.server.shutdown(socket.SHUT_RDWR)
        fake.server.close()
        thread.join(5)
