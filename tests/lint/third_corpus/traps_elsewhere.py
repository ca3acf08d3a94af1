"""Values that are fetched from somewhere else, or encrypted for it."""

from __future__ import annotations

from tests.lint.third_corpus.blanks import Page

PAGES = [
    Page(
        "actions-secrets",
        "elsewhere/.github/workflows/release.yml",
        """
on: {push: {tags: ["v*"]}}
permissions: {id-token: write, contents: read}
jobs:
  release:
    runs-on: ubuntu-latest
    env:
      NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
      API_KEY: ${{ secrets.API_KEY || vars.FALLBACK }}
    steps:
      - uses: actions/checkout@«~{x:40}» # v4.2.2
      - uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{ secrets.PYPI_API_TOKEN }}
      - run: echo "${{ github.token }}" | gh auth login --with-token
""",
    ),
    Page(
        "gitlab-ci-variables",
        "elsewhere/.gitlab-ci.yml",
        '\ndeploy:\n  script:\n    - docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" $CI_REGISTRY\n'
        '    - curl -H "JOB-TOKEN: $CI_JOB_TOKEN" $CI_API_V4_URL/jobs\n  secrets:\n'
        "    DB_PASSWORD: {vault: prod/db/password@kv}\n",
    ),
    Page(
        "secret-key-ref",
        "elsewhere/deployment.yaml",
        """
env:
  - name: DB_PASSWORD
    valueFrom:
      secretKeyRef: {name: database-credentials, key: postgres-password}
  - name: API_TOKEN_FILE
    value: /var/run/secrets/tokens/api-token
imagePullSecrets:
  - name: registry-credentials-contoso
secretName: wildcard-contoso-com-tls
""",
    ),
    Page(
        "external-secrets",
        "elsewhere/external-secret.yaml",
        """
kind: ExternalSecret
spec:
  secretStoreRef: {name: vault-backend, kind: ClusterSecretStore}
  data:
    - secretKey: password
      remoteRef: {key: secret/data/prod/reports, property: postgres_password}
""",
    ),
    Page(
        "one-password",
        "elsewhere/op.env.example",
        '\nDB_PASSWORD=op://Production/Postgres/password\nAPI_KEY="op://Private/OpenAI API Key/credential"\n'
        "TOKEN=doppler://prd/TOKEN\n"
        "SECRET=keychain:contoso/reports\nPASS=bw://«~{uuid}»/password\n",
    ),
    Page(
        "sops",
        "elsewhere/secrets.enc.yaml",
        """
db_password: ENC[AES256_GCM,data:«~{b:26}»==,iv:«~{b:43}»=,tag:«~{b:22}»==,type:str]
api_key: ENC[AES256_GCM,data:«~{b:38}»==,iv:«~{b:43}»=,tag:«~{b:22}»==,type:str]
sops:
  age:
    - recipient: age1«~{l:58}»
  lastmodified: "2025-02-01T10:11:12Z"
  mac: ENC[AES256_GCM,data:«~{b:86}»==,iv:«~{b:43}»=,tag:«~{b:22}»==,type:str]
""",
    ),
    Page(
        "sealed-secret",
        "elsewhere/sealed.yaml",
        "\nkind: SealedSecret\nspec:\n  encryptedData:\n    password: AgB«~{b:300}»==\n"
        "    api-token: AgC«~{b:300}»==\n",
    ),
    Page(
        "ansible-vault",
        "elsewhere/vault.yml",
        "\ndb_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  «~{d:80}»\n  «~{d:80}»\n  «~{d:52}»\nuser: app\n",
    ),
    Page(
        "terraform-references",
        "elsewhere/main.tf",
        """
variable "db_password" {
  type      = string
  sensitive = true
}
resource "random_password" "db" { length = 32 }
resource "aws_db_instance" "db" {
  password             = random_password.db.result
  kms_key_id           = "arn:aws:kms:eu-west-1:123456789012:key/«~{uuid}»"
  master_user_secret   = data.aws_secretsmanager_secret_version.db.secret_string
}
resource "aws_key_pair" "deploy" { public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI«~{b:43}» deploy@contoso" }
""",
    ),
    Page(
        "secret-clients",
        "elsewhere/managers.py",
        """
import boto3
import hvac
from google.cloud import secretmanager

secret = boto3.client("secretsmanager").get_secret_value(SecretId="prod/reports/api-key-v2")["SecretString"]
password = hvac.Client().secrets.kv.v2.read_secret_version(path="reports/database")["data"]["data"]["password"]
name = "projects/contoso-sync/secrets/openai-api-key/versions/latest"
token = secretmanager.SecretManagerServiceClient().access_secret_version(name=name).payload.data.decode()
key = ssm.get_parameter(Name="/prod/reports/stripe_secret_key", WithDecryption=True)["Parameter"]["Value"]
""",
    ),
    Page(
        "key-vault-reference",
        "elsewhere/appsettings.json",
        '\n{\n  "ApiKey": "@Microsoft.KeyVault(SecretUri=https://contoso.vault.azure.net/secrets/ApiKey/«~{x:32}»)",\n'
        '  "ConnectionStrings": {"Db": "Server=sql;Database=crm;Trusted_Connection=True;"}\n}\n',
    ),
    Page(
        "cloudformation",
        "elsewhere/template.yaml",
        "\nParameters:\n  DbPassword: {Type: String, NoEcho: true}\nResources:\n  Db:\n    Properties:\n"
        "      MasterUserPassword: '{{resolve:secretsmanager:prod/db:SecretString:password}}'\n"
        "      Token: !Ref DbPassword\n"
        "      ApiKey: !Sub '{{resolve:ssm-secure:/prod/key:1}}'\n",
    ),
    Page(
        "urls-without-password",
        "elsewhere/urls.py",
        """
URLS = [
    "postgresql://localhost/test",
    "postgres://app@db.internal:5432/shop",
    "mongodb://localhost:27017,localhost:27018/?replicaSet=rs0",
    "redis://cache.internal:6379/0",
    "https://user@bitbucket.org/contoso/tool.git",
    "ssh://git@github.com:22/contoso/tool.git",
    "amqp://guest:guest@localhost:5672//",
    f"mysql://{user}:{password}@{host}/{name}",
    "https://medium.com/@someone/my-post-«~{x:12}»",
    "https://unpkg.com/react@18.3.1/umd/react.production.min.js",
]
""",
    ),
    Page(
        "mcp-inputs",
        "elsewhere/.vscode/mcp.json",
        '\n{"inputs": [{"type": "promptString", "id": "github-token", "password": true}],\n'
        ' "servers": {"gh": {"env": {"GITHUB_TOKEN": "${input:github-token}", "OTHER_KEY": "${env:OTHER_KEY}"}}}}\n',
    ),
]
