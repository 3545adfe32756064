"""What the second reader stands on: its one exception, hashes and ciphers, strict JSON members, signatures, HPKE."""

import base64, hashlib, hmac, json, re, struct
from decimal import Decimal, InvalidOperation
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SAFE = 2**53 - 1
SPKI = bytes.fromhex("3076301006072a8648ce3d020106052b81040022036200")
P = 2**384 - 2**128 - 2**96 + 2**32 - 1
B = 0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF


class Fault(Exception):
    """One error class of the format; `chunk` where the class names one."""

    def __init__(self, name, chunk=None):
        super().__init__(name)
        self.name, self.chunk = name, chunk


def need(condition, name="envelope-damaged", chunk=None):
    if not condition:
        raise Fault(name, chunk)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def extract(digest, salt, ikm):
    return hmac.digest(salt or bytes(hashlib.new(digest).digest_size), ikm, digest)


def expand(digest, prk, info, length):
    out, block, count = b"", b"", 0
    while len(out) < length:
        count += 1
        block = hmac.digest(prk, block + info + bytes([count]), digest)
        out += block
    return out[:length]


def hkdf(ikm, salt, info):
    return expand("sha256", extract("sha256", salt, ikm), info, 32)


def gcm_open(key, nonce, sealed, aad=b""):
    try:
        return AESGCM(key).decrypt(nonce, sealed, aad)
    except InvalidTag:
        return None


def cbc_open(key, iv, data):
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    pad = plain[-1]
    return plain[:-pad] if 1 <= pad <= 16 and plain.endswith(bytes([pad]) * pad) else None


# JSON: a number is taken by its exact value, so 1.0 and 1e3 are integers; NaN and Infinity are no JSON.
def number(text):
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def parse_json(data, name):
    def refuse(_):
        raise ValueError
    try:
        value = json.loads(data.decode("utf-8"), parse_int=number, parse_float=number, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Fault(name) from None
    need(isinstance(value, dict), name)
    return value


def integer(value, low=0, high=SAFE):
    need(isinstance(value, Decimal) and low <= value <= high and value == int(value))
    return int(value)


def text(value):
    need(isinstance(value, str))
    return value


def b64u(value, length=None, name="envelope-damaged"):
    need(isinstance(value, str) and re.fullmatch("[A-Za-z0-9_-]*", value) and len(value) % 4 != 1, name)
    raw = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    need(base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == value, name)
    need(length is None or len(raw) == length, name)
    return raw


def spki(value):
    raw = b64u(value, 120)
    x, y = int.from_bytes(raw[24:72], "big"), int.from_bytes(raw[72:], "big")
    need(raw.startswith(SPKI + b"\x04") and x < P and y < P and (y * y - x**3 + 3 * x - B) % P == 0)
    return raw


def signed_by(key, signature, message):
    r, s = int.from_bytes(signature[:48], "big"), int.from_bytes(signature[48:], "big")
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), key[23:])
        public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA384()))
        return True
    except InvalidSignature:
        return False


# HPKE (RFC 9180), base mode, single shot: DHKEM(P-384, HKDF-SHA384), HKDF-SHA256, AES-256-GCM.
def hpke_context(dh, enc, recipient, info):
    kem, suite = b"KEM\x00\x11", b"HPKE\x00\x11\x00\x01\x00\x02"

    def labeled_extract(digest, sid, salt, label, ikm):
        return extract(digest, salt, b"HPKE-v1" + sid + label + ikm)

    def labeled_expand(digest, sid, prk, label, context, length):
        return expand(digest, prk, struct.pack(">H", length) + b"HPKE-v1" + sid + label + context, length)

    prk = labeled_extract("sha384", kem, b"", b"eae_prk", dh)
    shared = labeled_expand("sha384", kem, prk, b"shared_secret", enc + recipient, 48)
    hashed = [labeled_extract("sha256", suite, b"", k, v) for k, v in ((b"psk_id_hash", b""), (b"info_hash", info))]
    secret = labeled_extract("sha256", suite, shared, b"secret", b"")
    context = b"\0" + b"".join(hashed)
    return [labeled_expand("sha256", suite, secret, k, context, n) for k, n in ((b"key", 32), (b"base_nonce", 12))]


def point(public):
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def hpke_open(private, enc, ct, info, aad):
    try:
        ephemeral = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), enc)
    except ValueError:
        return None
    key, nonce = hpke_context(private.exchange(ec.ECDH(), ephemeral), enc, point(private.public_key()), info)
    return gcm_open(key, nonce, ct, aad)


def hpke_seal(public, plaintext, info, aad):
    ephemeral = ec.generate_private_key(ec.SECP384R1())
    enc = point(ephemeral.public_key())
    key, nonce = hpke_context(ephemeral.exchange(ec.ECDH(), public), enc, point(public), info)
    return enc, AESGCM(key).encrypt(nonce, plaintext, aad)
