"""A second reader of DataCrypt transfers, for tests alone. It was written from the text of the format, without a look
at the product's code, so that two readers can disagree. One JSON question a line on stdin, one answer a line on stdout:
open, receipt, inspect, hpke-open, hpke-seal. `result` is "ok", an error class of the format, or "crash"."""

import base64, hashlib, hmac, json, re, struct, sys, threading, unicodedata
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from envelope import MAGIC, fingerprint, read_card, read_envelope, stanza_signed
from primitives import (SPKI, Fault, b64u, cbc_open, gcm_open, hkdf, hpke_open, hpke_seal, integer, need, parse_json,
                        point, sha256, signed_by, text)

ENVELOPE_LIMIT, TEXT_LIMIT = 4 << 20, 2 << 20


def open_with_card(e, access):
    keys = {}
    for der in access["enc"]:
        private = serialization.load_der_private_key(base64.b64decode(der), None)
        keys[sha256(SPKI + point(private.public_key()))] = private
    mine = [s for s in e["stanzas"] if s["type"] == "p384" and s["kid"] in keys][:1]
    need(mine, "not-for-this-key")
    need(stanza_signed(e, mine[0]), "sender-unproven")
    aad = e["transcript"] + sha256(b64u(access["card"]["sign"]))
    key = hpke_open(keys[mine[0]["kid"]], mine[0]["enc"], mine[0]["ct"], b"datacrypt/1 envelope", aad)
    need(key is not None)
    return key


def open_with_secret(e, access):
    kind = "-".join(name for name in ("link", "passphrase") if name in access)
    candidates = [s for s in e["stanzas"] if s["type"] == kind]
    need(candidates, "not-for-this-key")
    candidates = [s for s in candidates if stanza_signed(e, s)]
    need(candidates, "sender-unproven")
    for s in candidates if kind == "link" else candidates[:8]:
        ikm = bytes.fromhex(access.get("link", ""))
        if "salt" in s:
            words = unicodedata.normalize("NFKC", access["passphrase"]).encode()
            argon = Argon2id(salt=s["salt"], length=32, iterations=s["t"], lanes=s["p"], memory_cost=s["m"])
            ikm += argon.derive(words)
        wrap = ikm if kind == "passphrase" else hkdf(ikm, e["header"][12:44], b"datacrypt/1 " + kind.encode())
        key = gcm_open(wrap, s["nonce"], s["ct"], e["transcript"])
        if key is not None:
            return key
    raise Fault("not-for-this-key")


def check_name(name):
    try:
        raw = text(name).encode()
    except UnicodeEncodeError:
        raise Fault("envelope-damaged") from None
    need(len(raw) <= 4096 and not re.search(r"[\x00-\x1f\x7f-\x9f\\]", name))
    need(all(0 < len(part) <= 255 and part not in (b".", b"..") for part in raw.split(b"/")))


def read_metadata(data, most):
    v = parse_json(data, "envelope-damaged")
    files = v.get("files")
    need(isinstance(files, list) and len(files) <= 10000 and all(isinstance(f, dict) for f in files))
    for f in files:
        check_name(f.get("name"))
        text(f.get("type"))
        f.update(size=integer(f.get("size")), modified=integer(f.get("modified")))
    for name in ("title", "note", "checkpoint"):
        need(name not in v or text(v[name]) or name == "checkpoint")
    need(len(v.get("title", "")) <= 200 and not re.search(r"[\x00-\x1f\x7f-\x9f]", v.get("title", "")))
    need((files or "note" in v) and sum(f["size"] for f in files) <= most)
    known = {k: v[k] for k in ("title", "note", "checkpoint") if k in v}
    members = ("name", "size", "type", "modified")
    return {"created": integer(v.get("created")), "files": [{k: f[k] for k in members} for f in files], **known}


class Released:
    """What has been let out: the files' bytes so far, padding left aside."""

    def __init__(self):
        self.bytes, self.hash, self.limit = 0, hashlib.sha256(), 0

    def add(self, chunk):
        part = chunk[:self.limit - self.bytes]
        self.bytes += len(part)
        self.hash.update(part)


def open_chunk(header, content, mac, counter, data):
    if header[8] == 1:
        return gcm_open(content, counter, data)
    if not hmac.compare_digest(hmac.digest(mac, counter + data[:-32], "sha256"), data[-32:]):
        return None
    return cbc_open(content, data[:16], data[16:-32])


def read_content(e, derive, file, start, released):
    end = file.seek(0, 2) - start
    file.seek(start)
    begin = file.read(76)
    need(begin[:8] == MAGIC[:len(begin)], "not-a-bundle")
    need(begin == e["header"][:len(begin)], "parts-differ")
    need(end >= e["length"], "truncated")
    need(end <= e["length"], "trailing-data")
    place, content, mac = e["layout"], derive(b"datacrypt/1 content"), derive(b"datacrypt/1 mac")
    file.seek(start + e["length"] - 32 * place["count"])
    digests = file.read()
    need(sha256(digests) == e["root"], "root-mismatch")
    file.seek(start + 76)
    for i in range(place["count"]):
        final = i == place["count"] - 1
        data = file.read(place["last" if final else "full"])
        need(sha256(data) == digests[32 * i:32 * i + 32], "damaged-at-chunk", i)
        plain = open_chunk(e["header"], content, mac, i.to_bytes(11, "big") + bytes([final]), data)
        need(plain is not None, "damaged-at-chunk", i)
        least = max(place["low"], released.limit - i * place["size"]) if final else place["size"]
        need(least <= len(plain) <= (place["high"] if final else place["size"]), "damaged-at-chunk", i)
        released.add(plain)


def split(question):
    """The envelope's bytes, and the file with the place where its ciphertext begins, if there is one."""
    if "bundle" in question:
        file = open(question["bundle"], "rb")
        head = file.read(ENVELOPE_LIMIT + 1)
        at = head.find(b"\n")
        need(at >= 0, "not-a-bundle")
        return head[:at], file, at + 1
    with open(question["key"], "rb") as key:
        envelope = key.read(ENVELOPE_LIMIT + 2)
    envelope = envelope[:-1] if envelope.endswith(b"\n") else envelope
    need(len(envelope) <= ENVELOPE_LIMIT, "not-a-bundle")
    return envelope, open(question["enc"], "rb") if "enc" in question else None, 0


def is_who(card, identity):
    return identity is None or identity == card["hash"].hex()


def open_transfer(q, answer):
    released, access = Released(), q["access"]
    try:
        envelope, file, start = split(q)
        e = read_envelope(envelope)
        need(e["sender"]["proven"] and is_who(e["sender"], q.get("sender")), "sender-unproven")
        content_key = (open_with_card if "card" in access else open_with_secret)(e, access)

        def derive(label):
            return hkdf(content_key, e["header"][12:44], label + b"\0" + e["header"][:12])
        need(hmac.compare_digest(derive(b"datacrypt/1 commit"), e["header"][44:]))
        need(28 <= len(e["meta"]) <= TEXT_LIMIT + 28)
        opened = gcm_open(derive(b"datacrypt/1 meta"), e["meta"][:12], e["meta"][12:])
        need(opened is not None)
        place = e["layout"]
        answer["metadata"] = read_metadata(opened, (place["count"] - 1) * place["size"] + place["high"])
        answer["transfer"] = sha256(e["transcript"]).hex()
        released.limit = sum(f["size"] for f in answer["metadata"]["files"])
        if file:
            with file:
                read_content(e, derive, file, start, released)
    finally:
        answer.update(released=released.bytes, sha256=released.hash.hexdigest())


def check_receipt(q, answer):
    try:
        e = read_envelope(split(q)[0])
        with open(q["receipt"], "rb") as file:
            r = parse_json(file.read(), "receipt-invalid")
        transfer, sender = sha256(e["transcript"]), e["sender"]
        recipient, received = read_card(r.get("recipient")), integer(r.get("received"))
        need(r.get("format") == "datacrypt-receipt/1" and b64u(r.get("transfer"), 32) == transfer)
        need(b64u(r.get("sender"), 32) == sender["hash"] and sender["proven"] and recipient["proven"])
        message = b"datacrypt/1 receipt\0" + transfer + sender["hash"] + recipient["hash"] + struct.pack(">Q", received)
        need(signed_by(recipient["sign"], b64u(r.get("sig"), 96), message))
        need(any(stanza_signed(e, s) for s in e["stanzas"]) and is_who(recipient, q.get("recipient")))
        answer.update(received=received, recipient=recipient["hash"].hex())
    except Fault:
        raise Fault("receipt-invalid") from None


def inspect(q, answer):
    e = read_envelope(split(q)[0])
    sender, stanzas = e["sender"], [[s["type"], stanza_signed(e, s)] for s in e["stanzas"]]
    answer.update(transfer=sha256(e["transcript"]).hex(), sender=sender["hash"].hex(), proven=sender["proven"],
                  fingerprint=fingerprint(sender["sign"]), stanzas=stanzas)


def hpke(q, answer):
    info, aad, key = bytes.fromhex(q["info"]), bytes.fromhex(q["aad"]), base64.b64decode(q["key"])
    if q["op"] == "hpke-seal":
        sealed = hpke_seal(serialization.load_der_public_key(key), bytes.fromhex(q["plaintext"]), info, aad)
        answer.update(enc=sealed[0].hex(), ct=sealed[1].hex())
        return
    private = serialization.load_der_private_key(key, None)
    plaintext = hpke_open(private, bytes.fromhex(q["enc"]), bytes.fromhex(q["ct"]), info, aad)
    need(plaintext is not None, "refused")
    answer["plaintext"] = plaintext.hex()


OPERATIONS = {"open": open_transfer, "receipt": check_receipt, "inspect": inspect, "hpke-open": hpke, "hpke-seal": hpke}


def serve():
    for line in sys.stdin:
        question = json.loads(line)
        answer = {"id": question.get("id"), "result": "ok"}
        try:
            OPERATIONS[question["op"]](question, answer)
        except Fault as fault:
            answer.update({"result": fault.name, **({"chunk": fault.chunk} if fault.chunk is not None else {})})
        except Exception as error:
            answer.update(result="crash", detail=f"{type(error).__name__}: {error}")
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    # JSON may nest deeper than the default stack allows, in members that a reader has to ignore.
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(512 << 20)
    threading.Thread(target=serve).start()
