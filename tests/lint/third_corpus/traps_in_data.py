"""Data with high entropy that opens nothing: hashes, identifiers, public keys, locks, dumps, tables."""

from __future__ import annotations

from tests.lint.third_corpus.blanks import Page

HASHES = [
    Page(
        "uv-lock",
        "lock/uv.lock",
        """
version = 1
[[package]]
name = "keyring"
version = "25.6.0"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://files.contoso.com/«~{x:2}»/«~{x:2}»/«~{x:60}»/keyring-25.6.tar.gz", hash = "sha256:«~{x:64}»" }
wheels = [
    { url = "https://files.contoso.com/«~{x:2}»/«~{x:2}»/«~{x:60}»/tokenizers-0.2.whl", hash = "sha256:«~{x:64}»" },
]
""",
    ),
    Page(
        "package-lock",
        "lock/package-lock.json",
        """
{
  "name": "web", "lockfileVersion": 3,
  "packages": {
    "node_modules/js-tokens": {
      "version": "4.0.0",
      "resolved": "https://registry.npmjs.org/js-tokens/-/js-tokens-4.0.0.tgz",
      "integrity": "sha512-«~{b:86}»=="
    },
    "node_modules/password-prompt": {"integrity": "sha1-«~{b:27}»=", "license": "WTFPL"}
  }
}
""",
    ),
    Page(
        "yarn-lock",
        "lock/yarn.lock",
        '\n"@types/jsonwebtoken@^9.0.5":\n  version "9.0.6"\n'
        '  resolved "https://registry.yarnpkg.com/@types/jsonwebtoken/-/jsonwebtoken-9.0.6.tgz#«~{x:40}»"\n'
        "  integrity sha512-«~{b:86}»==\n",
    ),
    Page(
        "pnpm-lock",
        "lock/pnpm-lock.yaml",
        "\npackages:\n  /token-types@5.0.1:\n    resolution: {integrity: sha512-«~{b:86}»==}\n",
    ),
    Page(
        "go-sum",
        "lock/go.sum",
        "\ngithub.com/golang-jwt/jwt/v5 v5.2.1 h1:«~{b:43}»=\n"
        "github.com/golang-jwt/jwt/v5 v5.2.1/go.mod h1:«~{b:43}»=\n",
    ),
    Page(
        "cargo-lock", "lock/Cargo.lock", '\n[[package]]\nname = "secrecy"\nversion = "0.10.3"\nchecksum = "«~{x:64}»"\n'
    ),
    Page(
        "poetry-lock",
        "lock/poetry.lock",
        '\n[metadata]\ncontent-hash = "«~{x:64}»"\n[[package]]\nname = "pyjwt"\nfiles = [\n'
        '    {file = "PyJWT-2.10.1.whl", hash = "sha256:«~{x:64}»"},\n]\n',
    ),
    Page(
        "requirements-hashes",
        "lock/requirements.txt",
        "\npyjwt==2.10.1 \\\n    --hash=sha256:«~{x:64}» \\\n    --hash=sha256:«~{x:64}»\n",
    ),
    Page(
        "nix",
        "lock/default.nix",
        '\n{ fetchFromGitHub }: fetchFromGitHub {\n  owner = "contoso"; repo = "token";\n  rev = "«~{x:40}»";\n'
        '  hash = "sha256-«~{b:43}»=";\n}\n',
    ),
    Page(
        "checksums",
        "lock/checksums.txt",
        "\n«~{x:64}»  tool-1.2.0-linux-amd64.tar.gz\n«~{x:64}»  token-1.2.0-darwin-arm64.zip\n"
        "«~{x:128}» *secret-manager.deb\n",
    ),
    Page(
        "image-digests",
        "lock/Dockerfile",
        "\nFROM python:3.12-slim@sha256:«~{x:64}»\nCOPY --from=ghcr.io/astral-sh/uv@sha256:«~{x:64}» /uv /bin/\n"
        "ARG TOKEN_SERVICE_VERSION=1.4.2\n",
    ),
    Page(
        "hash-constants",
        "lock/verify.py",
        '\nEXPECTED_SHA256 = "«~{x:64}»"\nKEY_MD5 = "«~{x:32}»"\nMODEL_REVISION = "«~{x:40}»"\n'
        'KEY_FINGERPRINT = "«~{X:40}»"\netag = \'W/"«~{x:32}»"\'\nkey_fingerprint = "SHA256:«~{b:43}»"\n',
    ),
    Page(
        "git-shas",
        "lock/CHANGELOG.md",
        "\n- Rotate token storage («~{x:7}», [«~{x:40}»](https://github.com/contoso/tool/commit/«~{x:40}»))\n"
        "- Password reset: see «~{x:40}»\n",
    ),
    Page(
        "commit-trailers",
        "lock/release-notes.txt",
        "\nFix password prompt\n\nChange-Id: I«~{x:40}»\nCherry-picked-from: «~{x:40}»\n"
        'Signed-off-by: Ana <ana@contoso.com>\nFixes: «~{x:12}» ("token: drop refs")\n',
    ),
    Page("submodules", "lock/.git-blame-ignore-revs", "\n# formatting\n«~{x:40}»\n«~{x:40}»\n"),
    Page(
        "vcr-cassette",
        "lock/cassettes/list.yaml",
        "\ninteractions:\n- request:\n    headers: {Authorization: [REDACTED], X-Request-Id: [«~{uuid}»]}\n"
        "  response:\n    headers:\n      ETag: ['\"«~{x:40}»\"']\n      X-Amz-Cf-Id: [«~{u:56}»==]\n"
        "      Content-MD5: [«~{b:22}»==]\n",
    ),
]

PUBLIC = [
    Page("certificate", "public/ca.pem.txt", "\nSubject: CN=Contoso Root CA\n«~{certificate}»\n"),
    Page("certificate-python", "public/pinned.py", '\nCA = """«~{certificate}»\n"""\nPIN = "sha256/«~{b:43}»="\n'),
    Page("public-key", "public/verify.py", '\nJWT_PUBLIC_KEY = """\\\n«~{public}»\n"""\nALGORITHM = "RS256"\n'),
    Page(
        "public-key",
        "public/settings.json",
        '\n{"jwt_public_key": "«~{public}/n»\\n", "issuer": "https://login.contoso.com"}\n',
    ),
    Page(
        "ssh-public-keys",
        "public/authorized_keys",
        "\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI«~{b:43}» ana@laptop\n"
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC«~{b:340}»== tom@desk\n",
    ),
    Page(
        "known-hosts",
        "public/known_hosts",
        "\n"
        "|1|«~{b:27}»=|«~{b:27}»= "
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBB«~{b:87}»=\n"
        "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI«~{b:43}»\n",
    ),
    Page("pgp-signature", "public/tool-1.2.tar.gz.sig.txt", "\n«~{signature}»\n"),
    Page(
        "pgp-public-key",
        "public/SECURITY.md",
        "\nReport to security@contoso.com.\n\n«~{pgp-public}»\n\n"
        "Fingerprint: «~{X:4}» «~{X:4}» «~{X:4}» «~{X:4}» «~{X:4}»\n",
    ),
    Page(
        "jwks",
        "public/jwks.json",
        '\n{"keys": [{"kty": "RSA", "use": "sig", "kid": "«~{u:43}»", "alg": "RS256", "e": "AQAB",\n'
        '  "n": "«~{u:342}»"}]}\n',
    ),
    Page(
        "age-recipient",
        "public/.sops.yaml",
        "\ncreation_rules:\n  - path_regex: secrets/.*\n    age: age1«~{l:58}»\n"
        "    kms: arn:aws:kms:eu-west-1:123456789012:key/«~{uuid}»\n    pgp: «~{X:40}»\n",
    ),
    Page(
        "wallet-addresses",
        "public/donate.py",
        '\nETH_ADDRESS = "0x«~{x:40}»"\nBTC = "bc1q«~{l:38}»"\nTX_HASH = "0x«~{x:64}»"\n'
        'TOKEN_CONTRACT = "0x«~{x:40}»"\n',
    ),
    Page(
        "wireguard-public",
        "public/peers.conf",
        "\n[Peer]\nPublicKey = «~{b:43}»=\nEndpoint = vpn.contoso.com:51820\nAllowedIPs = 10.8.0.2/32\n",
    ),
    Page(
        "dkim",
        "public/zone.txt",
        '\nmail._domainkey IN TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC«~{b:180}»"\n'
        '_acme-challenge IN TXT "«~{u:43}»"\n',
    ),
    Page(
        "vapid-public",
        "public/push.js",
        '\nconst applicationServerKey = "B«~{u:86}»";\n'
        "await reg.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });\n",
    ),
]

IDENTIFIERS = [
    Page(
        "uuids",
        "ids/uuids.py",
        '\nNAMESPACE = UUID("«~{uuid}»")\nTENANT_KEY = "«~{uuid}»"\nidempotency_key = "«~{uuid}»"\n'
        'DEVICE = {"key": "«~{uuid}»", "name": "printer"}\n',
    ),
    Page(
        "csv-ids",
        "ids/orders.csv",
        "\norder_id,customer_key,token_count,checksum\n" + "«~{uuid}»,«~{U:10}»,«~{d:4}»,«~{x:32}»\n" * 8,
        "utf-8-sig",
    ),
    Page("csv-object-ids", "ids/keys.tsv", "\nkey\tobject_id\tetag\n" + "item_«~{d:3}»\t«~{x:24}»\t«~{x:32}»\n" * 6),
    Page(
        "object-ids",
        "ids/seed.json",
        '\n[{"_id": {"$oid": "«~{x:24}»"}, "key": "title", "ulid": "01H«~{U:23}»"},\n'
        ' {"_id": {"$oid": "«~{x:24}»"}, "nanoid": "«~{u:21}»", "ksuid": "2«~{a:26}»"}]\n',
    ),
    Page(
        "resource-ids",
        "ids/resources.py",
        '\nSHEET_ID = "1«~{u:43}»"\nFOLDER = "1«~{u:32}»"\nNOTION_DATABASE = "«~{x:32}»"\n'
        'AIRTABLE_BASE = "app«~{a:14}»"\nCHANNEL = "C0«~{U:9}»"\n'
        'VIDEO = "https://www.youtube.com/watch?v=«~{u:11}»"\nAMI = "ami-0«~{x:16}»"\nZONE_ID = "«~{x:32}»"\n',
    ),
    Page(
        "stripe-ids",
        "ids/prices.py",
        '\nPRICE_ID = "price_1«~{a:23}»"\nPRODUCT = "prod_«~{a:14}»"\nCUSTOMER = "cus_«~{a:14}»"\n'
        'PAYMENT_LINK = "https://buy.stripe.com/«~{a:18}»"\n',
    ),
    Page(
        "account-ids",
        "ids/accounts.py",
        '\nTWILIO_ACCOUNT_SID = "AC«~{x:32}»"\nMESSAGING_SERVICE = "MG«~{x:32}»"\n'
        'CLOUDFLARE_ACCOUNT_ID = "«~{x:32}»"\nAWS_ACCOUNT = "«~{d:12}»"\nDISCORD_GUILD = «~{d:18}»\n'
        'TELEGRAM_CHAT_ID = "-100«~{d:10}»"\n',
    ),
    Page(
        "trace-ids",
        "ids/app.log",
        "\n2025-02-01 10:00:00 INFO trace=«~{x:32}» span=«~{x:16}» GET /token 200\n"
        "2025-02-01 10:00:01 WARN request_id=«~{uuid}» password reset requested for user=«~{d:6}»\n"
        "2025-02-01 10:00:02 DEBUG cache_key=report:«~{x:40}» hit\n",
    ),
    Page(
        "s3-paths",
        "ids/paths.py",
        '\nMODEL_KEY = "models/2025/02/bert-base-german-cased/checkpoint-12000.safetensors"\n'
        'S3_KEY = "s3://contoso-data/raw/year=2025/part-00000-«~{uuid}»-c000.snappy.parquet"\n'
        'key = "exports/customers/«~{x:32}».csv.gz"\n'
        'object_key = "AWSLogs/123456789012/elasticloadbalancing/eu-west-1/2025/02/01"\n',
    ),
    Page(
        "phones-coordinates",
        "ids/places.json",
        "\n"
        '[{"key": "berlin", "phone": "+49 30 90269 5555",'
        ' "lat": 52.5200066, "lon": 13.4049540, "plus_code": "9F4MGC22+22"},\n'
        ' {"key": "geohash", "value": "u33dc0cpgr7v", "iban": "DE89370400440532013000", "vat": "DE136695976"}]\n',
    ),
    Page(
        "colors",
        "ids/theme.json",
        '\n{"tokenColors": [{"scope": "keyword.control", "settings": {"foreground": "#C586C0"}}],\n'
        ' "semanticTokenColors": {"key": "#9CDCFEFF", "password": "#DEADBEEF"}, "secret": "#0f0f0f"}\n',
    ),
    Page(
        "hex-dump",
        "ids/dump.txt",
        "\n"
        + "000000«~{x:2}»: «~{x:4}» «~{x:4}» «~{x:4}» «~{x:4}» «~{x:4}» «~{x:4}» «~{x:4}» «~{x:4}»  ..key.token....\n"
        * 6,
    ),
    Page(
        "test-vectors",
        "ids/test_vectors.py",
        '\nVECTORS = [\n    {"plain": "«~{x:32}»", "cipher": "«~{x:32}»", "iv": "«~{x:24}»"},\n'
        '    {"digest": "«~{x:64}»", "message": "abc"},\n]\nNONCE = bytes.fromhex("«~{x:24}»")\n'
        'EMPTY_SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"\n',
    ),
    Page("geojson-polyline", "ids/route.json", '\n{"polyline": "«~{u:180}»", "key": "tour-«~{d:4}»", "token": null}\n'),
    Page(
        "base64-payload",
        "ids/messages.json",
        '\n{"messages": [{"data": "«~{b:180}»==", "attributes": {"key": "order"}, "messageId": "«~{d:16}»"}]}\n',
    ),
    Page(
        "embedded-model",
        "ids/embeddings.json",
        '\n{"key": "doc-1", "embedding_base64": "«~{b:400}»", "tokens": 128, "dims": 384}\n',
    ),
    Page(
        "protein",
        "ids/sequences.fasta",
        "\n>sp|P69905|HBA_HUMAN Hemoglobin subunit alpha\n"
        "MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHFDLSHGSAQVKGHG\n"
        "KKVADALTNAVAHVDDMPNALSALSDLHAHKLRVDPVNFKLLSHCLLVTLAAHLPAEFTP\n",
    ),
    Page(
        "license-and-serial",
        "ids/devices.yaml",
        "\ndevices:\n  - serial: «~{U:12}»\n    mac: 3c:22:fb:1a:9e:07\n    imei: «~{d:15}»\n    key: front-door\n"
        "  - {hwid: «~{X:16}», zigbee: 0x00158d«~{x:10}», name: Schlüsselbrett}\n",
        "latin-1",
    ),
]

PAGES = [*HASHES, *PUBLIC, *IDENTIFIERS]
