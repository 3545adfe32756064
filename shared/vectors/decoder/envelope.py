"""The `.key`: its schema, in the order in which the format tells its faults, and what its signatures cover."""

import hashlib, struct
from primitives import b64u, integer, need, parse_json, sha256, signed_by, spki, text

MAGIC = b"DCRYPT01"
ARGON = [("salt", 16), ("m", None), ("t", None), ("p", None), ("nonce", 12), ("ct", 48)]
STANZAS = {"p384": [("kid", 32), ("enc", 97), ("ct", 48)], "passphrase": ARGON,
           "link": [("nonce", 12), ("ct", 48)], "link-passphrase": ARGON}


def read_card(value):
    need(isinstance(value, dict))
    need(value.get("format") == "datacrypt-id/1", "unsupported")
    sign, enc, prev = spki(value.get("sign")), spki(value.get("enc")), b64u(value.get("prev"), 32)
    seq, created = integer(value.get("seq"), 1, 2**32 - 1), integer(value.get("created"))
    need(sign != enc and (seq > 1 or prev == bytes(32)))
    message = b"datacrypt/1 card\0" + sign + enc + struct.pack(">QQ", seq, created) + prev
    return {"sign": sign, "hash": sha256(sign), "proven": signed_by(sign, b64u(value.get("sig"), 96), message)}


def fingerprint(sign):
    digest = hashlib.sha512(b"datacrypt/1 fingerprint\0" + sign).digest()
    return " ".join(f"{int.from_bytes(digest[i:i + 5], 'big') % 100000:05}" for i in range(0, 30, 5))


def layout(header, length):
    """The chunks: how many, ciphertext bytes of a full one and of the last, least and most plaintext of the last."""
    size, cost = 1 << header[9], 16 if header[8] == 1 else 64
    full = size + cost
    count = -(-(length - 76) // (full + 32))
    last = length - 76 - (count - 1) * (full + 32) - 32
    need(1 <= count <= 1 << 21)
    if header[8] == 1:
        low = high = last - 16
    else:
        need(last >= 64 and last % 16 == 0)
        low, high = last - 64, last - 49
    low, high = max(low, 0 if count == 1 else 1), min(high, size)
    need(low <= high)
    return {"size": size, "count": count, "full": full, "last": last, "low": low, "high": high}


def read_stanza(value):
    need(isinstance(value, dict))
    kind = text(value.get("type"))
    if kind not in STANZAS:
        return None
    s = {name: b64u(value.get(name), length) for name, length in STANZAS[kind] if length}
    if "salt" in s:
        s.update(p=integer(value.get("p"), 1, 4), t=integer(value.get("t"), 1, 16))
        s.update(m=integer(value.get("m"), 8 * s["p"], 262144))
    need(kind != "p384" or s["enc"][0] == 4)
    bodies = [b"".join(s[name] if length else struct.pack(">I", s[name]) for name, length in STANZAS[kind])]
    if kind == "link-passphrase":
        # The format's table gives this type the body of `passphrase`, its known answer signs that of `link`: either
        # proves the sender, since what the signature then leaves out (salt and costs) opens nothing when it is changed.
        bodies.append(s["nonce"] + s["ct"])
    return {**s, "type": kind, "sig": b64u(value.get("sig"), 96), "bodies": bodies}


def read_envelope(data):
    v = parse_json(data, "not-a-bundle")
    need(isinstance(v.get("format"), str) and v["format"].startswith("datacrypt-key/"), "not-a-bundle")
    need(v["format"] == "datacrypt-key/1", "unsupported")
    header = b64u(v.get("header"), name="not-a-bundle")
    need(header.startswith(MAGIC), "not-a-bundle")
    need(len(header) == 8 or header[8] in (1, 2), "unsupported")
    need(not isinstance(v.get("sender"), dict) or v["sender"].get("format") == "datacrypt-id/1", "unsupported")
    need(len(header) == 76 and 12 <= header[9] <= 24 and header[10:12] == b"\0\0")
    length, meta = integer(v.get("length")), b64u(v.get("meta"))
    sender, root, recipients = read_card(v.get("sender")), b64u(v.get("root"), 32), v.get("recipients")
    need(isinstance(recipients, list) and len(recipients) <= 1000)
    transcript = b"datacrypt/1 envelope\0" + header + struct.pack(">Q", length) + root + sha256(meta) + sender["hash"]
    return {"header": header, "length": length, "layout": layout(header, length), "root": root, "meta": meta,
            "sender": sender, "stanzas": [s for s in map(read_stanza, recipients) if s], "transcript": transcript}


def stanza_signed(e, s):
    start = b"datacrypt/1 stanza\0" + s["type"].encode() + b"\0" + e["transcript"]
    return any(signed_by(e["sender"]["sign"], s["sig"], start + body) for body in s["bodies"])
