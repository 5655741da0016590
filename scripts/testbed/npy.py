"""One-dimensional .npy files, without NumPy."""
import array
import pathlib
import struct
import sys

_TYPES = {"<f8": "d", "<i8": "q"}
_MAGIC = b"\x93NUMPY"


def little_endian(values):
    """The array, its bytes swapped where this machine has them the other way round."""
    if sys.byteorder == "big":
        values.byteswap()
    return values


def read_npy(path: pathlib.Path):
    """An array of float64 ('d') or int64 ('q')."""
    data = path.read_bytes()
    if data[:6] != _MAGIC or data[6] not in (1, 2):
        raise ValueError(f"{path} is not a .npy file")
    size, start = (struct.unpack_from("<H", data, 8)[0], 10) if data[6] == 1 else (
        struct.unpack_from("<I", data, 8)[0], 12)
    header = data[start:start + size].decode("latin1")
    kinds = [code for name, code in _TYPES.items() if f"'{name}'" in header]
    if not kinds or "True" in header:
        raise ValueError(f"{path}: float64 or int64 in C order is due, found {header}")
    values = array.array(kinds[0])
    values.frombytes(data[start + size:])
    return little_endian(values)


def write_npy(path, values):
    """values: an array of 'd' or 'q'."""
    name = next(name for name, code in _TYPES.items() if code == values.typecode)
    header = f"{{'descr': '{name}', 'fortran_order': False, 'shape': ({len(values)},), }}"
    header += " " * (-(len(_MAGIC) + 4 + len(header) + 1) % 64) + "\n"
    with open(path, "wb") as out:
        out.write(_MAGIC + b"\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        out.write(little_endian(array.array(values.typecode, values)).tobytes())
