#!/usr/bin/env python3
"""Builds the filter of leaked and common passwords from merged.txt (or .gz): one password a line, UTF-8, already in NFC,
lower case, distinct. Deterministic: the same list gives the same octets. Python 3 standard library alone.

usage: build.py merged.txt[.gz] OUT [BITS]        BITS: width of a fingerprint, 1 to 32; 8 when absent
       build.py --check OUT PASSWORD...           looks passwords up (folds them first)

A 3-wise binary fuse filter (Graf and Lemire 2022), the same positions and fingerprints as the reference and the crate `xorf`:
no entry is ever missed; another text is taken for one with probability 2^-BITS.

File, little-endian: 0 magic "PWFUSE1\\n"; 8 u64 seed; 16 u32 entries; 20 u32 segment length (a power of two);
24 u32 segments that a first position may be in; 28 u32 BITS; 32 SHA-256 of the list (its octets, unpacked);
64 fingerprints of BITS bits each, packed from the low bit up; 7 zero octets, so that eight can be read at any of them.
key(password) = the first 8 octets of SHA-256(password) as a little-endian u64; see `positions`."""
import gzip, hashlib, math, struct, sys, unicodedata
from array import array

M64 = (1 << 64) - 1
MAGIC = b'PWFUSE1\n'


def key(octets):
    return int.from_bytes(hashlib.sha256(octets).digest()[:8], 'little')


def mixed(k, seed):
    h = (k + seed) & M64
    h = ((h ^ h >> 33) * 0xff51afd7ed558ccd) & M64
    h = ((h ^ h >> 33) * 0xc4ceb9fe1a85ec53) & M64
    return h ^ h >> 33


def splitmix(state):
    z = (state + 0x9e3779b97f4a7c15) & M64
    z = ((z ^ z >> 30) * 0xbf58476d1ce4e5b9) & M64
    z = ((z ^ z >> 27) * 0x94d049bb133111eb) & M64
    return z ^ z >> 31


def positions(h, length, segments):
    a = (h * (segments * length)) >> 64
    return a, (a + length) ^ (h >> 18 & (length - 1)), (a + 2 * length) ^ (h & (length - 1))


def build(keys, bits):
    n = len(keys)
    length = min(1 << int(math.floor(math.log(n) / math.log(3.33) + 2.25)), 1 << 18)
    factor = max(1.125, 0.875 + 0.25 * math.log(1e6) / math.log(n))
    segments = max(1, (round(n * factor) + length - 1) // length - 2)
    size = (segments + 2) * length
    for attempt in range(100):
        seed = splitmix(attempt)
        hashes = array('Q', (mixed(k, seed) for k in keys))
        count, xored = bytearray(size), array('Q', bytes(8 * size))
        span, mask, overflow = segments * length, length - 1, False
        for h in hashes:
            a = (h * span) >> 64
            for p in (a, (a + length) ^ (h >> 18 & mask), (a + 2 * length) ^ (h & mask)):
                count[p] += 1  # a ValueError above 255, which no sound hash comes near
                xored[p] ^= h
        stack = array('L', (p for p in range(size) if count[p] == 1))
        order_h, order_p = array('Q'), array('L')
        while stack:
            p = stack.pop()
            if count[p] != 1:
                continue
            h = xored[p]
            order_h.append(h)
            order_p.append(p)
            a = (h * span) >> 64
            for q in (a, (a + length) ^ (h >> 18 & mask), (a + 2 * length) ^ (h & mask)):
                count[q] -= 1
                xored[q] ^= h
                if count[q] == 1:
                    stack.append(q)
        if len(order_h) == n:
            break
    else:
        sys.exit('no seed fits: are there equal lines?')
    low, prints = (1 << bits) - 1, array('L', bytes(array('L').itemsize * size))
    for i in range(n - 1, -1, -1):
        h, p = order_h[i], order_p[i]
        a, b, c = positions(h, length, segments)
        prints[p] ^= (h ^ h >> 32) & low ^ prints[a] ^ prints[b] ^ prints[c]
    return seed, length, segments, prints


def packed(prints, bits):
    if bits == 8:
        return bytes(prints.tolist()) + bytes(7)  # the values, not the array's own octets
    out = bytearray((len(prints) * bits + 7) // 8 + 7)
    step = 8 * bits  # eight fingerprints are a whole number of octets
    for i in range(0, len(prints), 8):
        word = 0
        for j, f in enumerate(prints[i:i + 8]):
            word |= f << j * bits
        octets = word.to_bytes(step // 8, 'little')
        at = i * bits // 8
        part = octets[:len(out) - 7 - at]
        out[at:at + len(part)] = part
    return bytes(out)


class Filter:
    def __init__(self, octets):
        assert octets[:8] == MAGIC
        self.seed, self.n, self.length, self.segments, self.bits = struct.unpack_from('<QIIII', octets, 8)
        self.octets = octets

    def at(self, p):
        bit = p * self.bits
        word = int.from_bytes(self.octets[64 + bit // 8:72 + bit // 8], 'little')
        return word >> bit % 8 & ((1 << self.bits) - 1)

    def holds(self, octets):
        h = mixed(key(octets), self.seed)
        a, b, c = positions(h, self.length, self.segments)
        return (h ^ h >> 32) & ((1 << self.bits) - 1) == self.at(a) ^ self.at(b) ^ self.at(c)


def folded(text):
    return unicodedata.normalize('NFC', unicodedata.normalize('NFC', text).lower())


def main():
    if sys.argv[1] == '--check':
        held = Filter(open(sys.argv[2], 'rb').read())
        for password in sys.argv[3:]:
            print('listed ' if held.holds(folded(password).encode()) else 'unknown', password)
        return
    source, target, bits = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 8
    text = (gzip.open if source.endswith('.gz') else open)(source, 'rb').read()
    entries = text.split(b'\n')[:-1]
    keys = array('Q', sorted({key(e) for e in entries}))
    seed, length, segments, prints = build(keys, bits)
    head = MAGIC + struct.pack('<QIIII', seed, len(keys), length, segments, bits) + hashlib.sha256(text).digest()
    octets = head + packed(prints, bits)
    open(target, 'wb').write(octets)
    held = Filter(octets)
    missed = sum(not held.holds(e) for e in entries[::97])
    tries = 200_000
    wrong = sum(held.holds(b'no password %d' % i) for i in range(tries))
    print(f'entries {len(entries)}, keys {len(keys)}, octets {len(octets)}, bits an entry {8 * len(octets) / len(keys):.3f}, '
          f'missed {missed}, false positives {wrong} of {tries} = {100 * wrong / tries:.4f} % (expected {100 / 2 ** bits:.4f} %)')
    print('SHA-256', hashlib.sha256(octets).hexdigest())
    assert missed == 0


main()
