"""What the first bytes of a .blend say, without loading it.

A scene that is newer than this Blender can crash it, so its version is read before it is opened.
Layout: https://projects.blender.org/blender/blender/src/branch/main/source/blender/blenloader
"""

import ctypes
import gzip
import os

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
GZIP_MAGIC = b"\x1f\x8b"


class NotABlend(Exception):
    """The file is no .blend; the text says why, as the end of a sentence about the file."""


def saved_version(path):
    """(major, minor) of the Blender that saved the file; None if it cannot be told here.

    Raises NotABlend, or OSError if the file cannot be read.
    """
    if os.path.getsize(path) == 0:
        raise NotABlend("is empty")
    with open(path, "rb") as file:
        head = file.read(1 << 16)
    try:
        if head.startswith(GZIP_MAGIC):
            with gzip.open(path) as file:
                head = file.read(32)
        elif head.startswith(ZSTD_MAGIC):
            head = _first_zstd_bytes(path)
            if head is None:
                return None
    except (OSError, EOFError) as error:
        raise NotABlend("cannot be unpacked: %s" % error) from None
    return _version_of_header(head)


def _version_of_header(head):
    if not head.startswith(b"BLENDER"):
        raise NotABlend("is not a .blend file")
    try:
        if head[7:8] in (b"-", b"_"):  # 12 bytes: pointer size, byte order, "304" for 3.4
            number = int(head[9:12])
        else:  # from 5.0: header size, "-", format version, "v", four digits
            number = int(head[13:17])
    except ValueError:
        raise NotABlend("has a header that is no .blend header") from None
    return number // 100, number % 100


class _Buffer(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("pos", ctypes.c_size_t),
    ]


def _first_zstd_bytes(path):
    """The first unpacked bytes, or None when this computer has nothing to unpack zstd with."""
    try:
        import zstandard  # comes with the builds of blender.org

        with open(path, "rb") as file:
            return zstandard.ZstdDecompressor().stream_reader(file).read(32)
    except ImportError:
        pass
    except Exception as error:  # zstandard.ZstdError cannot be named without the module
        raise NotABlend("cannot be unpacked: %s" % error) from None
    library = _zstd_library()
    return None if library is None else _unpack(library, path)


def _zstd_library():
    for name in ("libzstd.so.1", "libzstd.1.dylib", "libzstd.dll"):
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.ZSTD_createDStream.restype = ctypes.c_void_p
        library.ZSTD_freeDStream.argtypes = [ctypes.c_void_p]
        library.ZSTD_decompressStream.restype = ctypes.c_size_t
        library.ZSTD_decompressStream.argtypes = [
            ctypes.c_void_p,
            ctypes.POINTER(_Buffer),
            ctypes.POINTER(_Buffer),
        ]
        library.ZSTD_isError.argtypes = [ctypes.c_size_t]
        return library
    return None


def _unpack(library, path):
    output = ctypes.create_string_buffer(32)
    out = _Buffer(ctypes.addressof(output), 32, 0)
    stream = library.ZSTD_createDStream()
    try:
        with open(path, "rb") as file:
            while out.pos < out.size:
                packed = file.read(1 << 16)
                if not packed:
                    raise NotABlend("is cut off")
                source = ctypes.create_string_buffer(packed, len(packed))
                into = _Buffer(ctypes.addressof(source), len(packed), 0)
                while into.pos < into.size and out.pos < out.size:
                    before = into.pos, out.pos
                    if library.ZSTD_isError(
                        library.ZSTD_decompressStream(stream, ctypes.byref(out), ctypes.byref(into))
                    ):
                        raise NotABlend("has compressed data that is damaged")
                    if (into.pos, out.pos) == before:
                        break
    finally:
        library.ZSTD_freeDStream(stream)
    return output.raw
