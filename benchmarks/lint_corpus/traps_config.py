"""Configuration that refers to secrets which are kept elsewhere, or encrypted."""

SHEET = r"""
=== .github/workflows/ci.yml | actions-expression
name: ci
permissions:
  id-token: write
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@«~sha1»
      - uses: docker/login-action@v3
        with:
          username: ${{ github.actor }}
          password: ${{ secrets.GITHUB_TOKEN }}
      - run: twine upload dist/*
        env:
          TWINE_PASSWORD: ${{ secrets.PYPI_API_TOKEN }}
=== .gitlab-ci.yml | gitlab-variables
image: python:3.12
deploy:
  script:
    - docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$CI_REGISTRY"
    - curl --header "PRIVATE-TOKEN: ${DEPLOY_TOKEN}" "$CI_API_V4_URL/projects"
=== azure-pipelines.yml | azure-pipelines
variables:
  - group: kettle-prod
steps:
  - script: python main.py
    env:
      DB_PASSWORD: $(databasePassword)
      API_KEY: $(api-key)
=== bitbucket-pipelines.yml | bitbucket-pipelines
pipelines:
  default:
    - step:
        script:
          - pipe: atlassian/aws-s3-deploy:1.1.0
            variables:
              AWS_ACCESS_KEY_ID: $AWS_ACCESS_KEY_ID
              AWS_SECRET_ACCESS_KEY: $AWS_SECRET_ACCESS_KEY
=== compose.yaml | compose-substitution
services:
  api:
    image: kettle/api
    env_file: .env
    environment:
      DB_PASSWORD: ${DB_PASSWORD:?set it in .env}
      API_KEY: "${API_KEY}"
      TOKEN:
=== compose.yaml | compose-secrets
services:
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD_FILE: /run/secrets/db_password
    secrets: [db_password]
secrets:
  db_password:
    file: ./secrets/db_password.txt
=== compose.yaml | compose-development
services:
  db:
    image: postgres:16
    environment:
      POSTGRES_USER: postgres
      POSTGRES_PASSWORD: postgres
    ports: ["127.0.0.1:5432:5432"]
=== compose.test.yaml | compose-test-services
services:
  rabbit:
    image: rabbitmq:3-management
    environment:
      - RABBITMQ_DEFAULT_USER=guest
      - RABBITMQ_DEFAULT_PASS=guest
  minio:
    image: minio/minio
    environment:
      - MINIO_ROOT_USER=minioadmin
      - MINIO_ROOT_PASSWORD=minioadmin
=== settings.py | development-url
DATABASE_URL = "postgresql://postgres:postgres@localhost:5432/app"
TEST_URL = "mysql://root:root@127.0.0.1/test"
BROKER = "amqp://guest:guest@localhost:5672//"
=== settings.py | url-without-password
DATABASE_URL = "postgresql://app@db.intern:5432/app?sslmode=require"
REDIS_URL = "redis://redis.intern:6379/0"
GIT = "ssh://git@github.com:22/anna-lehner/notes.git"
MAIL = "mailto:anna@kettle-works.co.uk"
=== k8s/deploy.yaml | k8s-secret-key-ref
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          image: kettle/api@sha256:«~sha256»
          env:
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: kettle-database-credentials
                  key: postgres-password
=== k8s/sealed.yaml | sealed-secret
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
spec:
  encryptedData:
    password: «~sealed»
    api-key: «~sealed#2»
=== k8s/external.yaml | external-secret
apiVersion: external-secrets.io/v1beta1
kind: ExternalSecret
spec:
  secretStoreRef: {name: vault-backend, kind: ClusterSecretStore}
  data:
    - secretKey: password
      remoteRef: {key: kv/kettle/prod/database, property: password}
=== k8s/service-account.yaml | k8s-names
apiVersion: v1
kind: ServiceAccount
metadata:
  name: token-refresher
  uid: «~uuid»
  resourceVersion: "884411223"
secrets:
  - name: token-refresher-token-x7k2p
=== secrets.enc.yaml | sops
database:
    password: «~sops»
api_key: «~sops#2»
sops:
    age:
        - recipient: «~age-public»
    lastmodified: "2024-06-01T10:00:00Z"
    mac: «~sops#3»
    version: 3.8.1
=== group_vars/vault.yml | ansible-vault
$ANSIBLE_VAULT;1.1;AES256
«~ansible-vault»
=== group_vars/all.yml | ansible-lookups
db_password: "{{ vault_db_password }}"
api_token: "{{ lookup('community.hashi_vault.hashi_vault', 'secret=kv/kettle:token') }}"
become_password: "{{ lookup('env', 'BECOME_PASSWORD') }}"
=== .travis.yml | travis-secure
language: python
env:
  global:
    - secure: "«~travis-secure»"
=== main.tf | terraform-references
provider "digitalocean" {
  token = var.do_token
}

resource "random_password" "db" {
  length           = 32
  special          = true
  override_special = "!#$%&*()-_=+[]{}<>:?"
}

resource "aws_db_instance" "main" {
  password                    = random_password.db.result
  kms_key_id                  = "arn:aws:kms:eu-central-1:123456789012:key/«~uuid»"
  manage_master_user_password = null
}
=== variables.tf | terraform-sensitive
variable "db_password" {
  description = "Password of the database user; comes from TF_VAR_db_password"
  type        = string
  sensitive   = true
}
=== .terraform.lock.hcl | terraform-lock
provider "registry.terraform.io/hashicorp/aws" {
  version = "5.31.0"
  hashes = [
    "«~go-sum»",
    "zh:«~sha256»",
    "zh:«~sha256#2»",
  ]
}
=== template.yaml | cloudformation
Parameters:
  DatabasePassword: {Type: String, NoEcho: true}
Resources:
  Db:
    Properties:
      MasterUserPassword: '{{resolve:secretsmanager:kettle/prod/db:SecretString:password}}'
      KmsKeyId: !Ref EncryptionKey
=== chart/values.yaml | helm-existing-secret
postgresql:
  auth:
    existingSecret: kettle-postgresql
    secretKeys:
      adminPasswordKey: postgres-password
      userPasswordKey: password
image:
  digest: sha256:«~sha256»
=== chart/templates/secret.yaml | helm-template
apiVersion: v1
kind: Secret
data:
  password: {{ .Values.auth.password | b64enc | quote }}
  token: {{ randAlphaNum 32 | b64enc }}
=== op.env | one-password-references
DB_PASSWORD=op://Private/kettle-db/password
STRIPE_KEY="op://Work/stripe live/credential"
=== .env.tpl | other-references
A_KEY=vault:secret/data/kettle#api_key
B_TOKEN=awssm://prod/kettle/token
C_SECRET=gcp-secret://projects/kettle/secrets/c
D_PASSWORD=keyring:kettle/anna
E_KEY=${ssm:/kettle/prod/api-key}
=== .envrc | direnv
dotenv
export DB_PASSWORD="$(pass show kettle/db)"
export GITHUB_TOKEN="$(gh auth token)"
export API_KEY=$(security find-generic-password -s kettle -w)
=== .npmrc | npmrc-variable
registry=https://registry.npmjs.org/
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
always-auth=true
=== .pypirc | pypirc-empty
[distutils]
index-servers = pypi

[pypi]
username = __token__
=== pip.conf | pip-variable
[global]
index-url = https://${PIP_USER}:${PIP_PASSWORD}@pypi.intern/simple
=== .htpasswd | htpasswd
anna:«~apr1»
jonas:«~bcrypt»
=== traefik.yml | hashed-user
http:
  middlewares:
    auth:
      basicAuth:
        users:
          - "admin:«~bcrypt»"
=== nginx.conf | nginx-key-paths
server {
    listen 443 ssl;
    ssl_certificate     /etc/ssl/certs/kettle.pem;
    ssl_certificate_key /etc/ssl/private/kettle.key;
    auth_basic_user_file /etc/nginx/.htpasswd;
    proxy_cache_key "$scheme$request_method$host$request_uri";
    limit_req_zone $binary_remote_addr zone=token_bucket:10m rate=5r/s;
}
=== application.properties | spring-placeholders
spring.datasource.password=${DB_PASSWORD}
jwt.secret=${JWT_SECRET:}
server.ssl.key-store-password=@keystore.password@
server.ssl.key-alias=kettle-works-production
=== appsettings.json | dotnet-user-secrets
{
  "ConnectionStrings": {"Main": "Server=(localdb)\\mssqllocaldb;Database=Erp;Trusted_Connection=True;"},
  "KeyVault": {"Name": "kettle-prod-kv"},
  "UserSecretsId": "«~uuid»"
}
=== config.json | empty-values
{
  "api_key": "",
  "password": null,
  "token": false,
  "client_secret": "********",
  "secret_path": "/run/secrets/kettle"
}
=== wrangler.toml | wrangler-ids
name = "worker"
account_id = "«~md5»"
kv_namespaces = [{ binding = "CACHE", id = "«~md5#2»" }]
# API_KEY is set with `wrangler secret put API_KEY`
=== sonar-project.properties | sonar-keys
sonar.projectKey=kettle-works_invoice-fetch
sonar.organization=kettle-works
=== tool.json | manifest-secret-names
{
  "name": "invoice-fetch",
  "secrets": [
    {"name": "LEXOFFICE_API_KEY", "description": "Key from Settings > API, 40 characters"},
    {"name": "SMTP_PASSWORD", "required": false}
  ]
}
"""
