"""Values that look like secrets and are none: digests, ids, public keys, what was encrypted or documented."""

from __future__ import annotations

from benchmarks.lint_corpus.making import BASE32, Make, drawn, pem, url64, uuid
from tests.lint.invented import ALNUM, BASE64, DIGITS, HEX, LOWER, UPPER, URLSAFE, Maker


def lines(alphabet: str, count: int) -> Make:
    return lambda maker: "\n".join(maker.text(alphabet, 76) for _ in range(count))


def mapbox_public(maker: Maker) -> str:
    return "pk" + f".{url64({'u': 'mapsteam', 'a': 'cl' + maker.text(LOWER + DIGITS, 23)})}.{maker.text(URLSAFE, 22)}"


def spread(text: str) -> Make:
    """Documented by its vendor; joined here so that it does not stand in the source."""
    return lambda _maker: text.replace("·", "")


PUBLIC: dict[str, Make] = {
    "md5": drawn((HEX, 32)),
    "sha1": drawn((HEX, 40)),
    "sha256": drawn((HEX, 64)),
    "sha512": drawn((HEX, 128)),
    "short-sha": drawn((HEX, 7)),
    "sri": drawn("sha512-", (BASE64, 86), "=="),
    "sri256": drawn("sha256-", (BASE64, 43), "="),
    "go-sum": drawn("h1:", (BASE64, 43), "="),
    "uuid": uuid,
    "ulid": drawn("01", ("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)),
    "object-id": drawn("65", (HEX, 22)),
    "snowflake": drawn("1", (DIGITS, 18)),
    "nanoid": drawn((URLSAFE, 21)),
    "video-id": drawn((URLSAFE, 11)),
    "drive-id": drawn("1", (URLSAFE, 43)),
    "etag": drawn((HEX, 32), "-4"),
    "trace": drawn("00-", (HEX, 32), "-", (HEX, 16), "-01"),
    "blob": lines(BASE64, 4),
    "b64-line": drawn((BASE64, 300)),
    "png": drawn("iVBORw0KGgoAAAANSUhEUgAA", (BASE64, 200), "=="),
    "woff": drawn("d09GMgABAAAAA", (BASE64, 260)),
    "hex-blob": drawn((HEX, 240)),
    "ssh-public": drawn("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", (BASE64, 43)),
    "rsa-public": drawn("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC", (BASE64, 330)),
    "certificate": pem("CERTIFICATE", "MIIDazCCAlOgAwIBAgIU", 8),
    "public-key": pem("PUBLIC KEY", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", 4),
    "pgp-public": pem("PGP PUBLIC KEY BLOCK", "mQINBGY", 6),
    "pgp-signature": pem("PGP SIGNATURE", "iQIzBAABCAAdFiEE", 4),
    "csr": pem("CERTIFICATE REQUEST", "MIICijCCAXICAQAwRTELMAkGA1UE", 5),
    "wireguard-public": drawn((BASE64, 42), "Q="),
    "age-public": drawn("age1", ("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58)),
    "minisign-public": drawn("RWQ", (BASE64, 53)),
    "fingerprint": drawn("SHA256:", (BASE64, 43)),
    "stripe-public": drawn("pk" + "_live_51", (ALNUM, 97)),
    "stripe-price": drawn("price" + "_1", (ALNUM, 23)),
    "stripe-customer": drawn("cus" + "_", (ALNUM, 14)),
    "recaptcha-site": drawn("6L", (URLSAFE, 6), "AAAAA", (URLSAFE, 27)),
    "turnstile-site": drawn("0x4AAAAAA", (URLSAFE, 13)),
    "hcaptcha-site": uuid,
    "ga": drawn("G-", (UPPER + DIGITS, 10)),
    "gtm": drawn("GTM-", (UPPER + DIGITS, 7)),
    "posthog-public": drawn("ph" + "c_", (ALNUM, 43)),
    "supabase-public": drawn("sb" + "_publishable_", (URLSAFE, 22), "_", (ALNUM, 8)),
    "mapbox-public": mapbox_public,
    "sentry-dsn": drawn("https://", (HEX, 32), "@o4504", (DIGITS, 6), ".ingest.sentry.io/450", (DIGITS, 10)),
    "docsearch": drawn((HEX, 32)),
    "verification": drawn((URLSAFE, 43)),
    "google-client": drawn((DIGITS, 12), "-", (LOWER + DIGITS, 32), ".apps.googleusercontent.com"),
    "twilio-account": drawn("A" + "C", (HEX, 32)),
    "slack-channel": drawn("C0", (UPPER + DIGITS, 9)),
    "aws-role-id": drawn("ARO" + "A", (BASE32, 17)),
    "bcrypt": drawn("$2b$12$", (ALNUM + "./", 53)),
    "argon2": drawn("$argon2id$v=19$m=65536,t=3,p=4$", (BASE64, 22), "$", (BASE64, 43)),
    "pbkdf2": drawn("pbkdf2_sha256$600000$", (ALNUM, 22), "$", (BASE64, 43), "="),
    "apr1": drawn("$apr1$", (ALNUM, 8), "$", (ALNUM, 22)),
    "sops": drawn("ENC[AES256_GCM,data:", (BASE64, 24), ",iv:", (BASE64, 43), "=,tag:", (BASE64, 22), "==,type:str]"),
    "sealed": drawn("AgB", (BASE64, 280), "=="),
    "ansible-vault": lambda maker: "\n".join(maker.text("3" + DIGITS, 80) for _ in range(5)),
    "travis-secure": drawn((BASE64, 170), "="),
    "kms": drawn("AQICAHh", (BASE64, 180), "=="),
    "aws-id-documented": spread("AK·IAIOSFODNN7EXAMPLE"),
    "aws-secret-documented": spread("wJalrXUtnFEMI/K7MDENG/bPxRfi·CYEXAMPLEKEY"),
    "jwt-documented": spread(
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
        ".·SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    ),
    "azurite-documented": spread(
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u·SRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    ),
    "turnstile-documented": spread("1x0000000000000000000000000000000·AA"),
    "recaptcha-documented": spread("6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4·WifJWe"),
    "eth-address": drawn("0x", (HEX, 40)),
    "ipfs": drawn("Qm", (ALNUM, 44)),
    "webpack": drawn((HEX, 20)),
}
