"""Containers, clusters, pipelines, infrastructure."""

SHEET = r"""
=== compose.yaml | compose-map
services:
  api:
    image: kettle/api:1.4
    environment:
      LOG_LEVEL: info
      API_SECRET: «alnum40»
  db:
    image: postgres:16
    environment:
      POSTGRES_USER: app
      POSTGRES_PASSWORD: «alnum24»
=== docker-compose.yml | compose-list
services:
  worker:
    build: .
    environment:
      - TZ=Europe/Vienna
      - BROKER_URL=amqp://worker:«alnum24»@rabbit:5672/
      - SENTRY_TOKEN=«sentry»
=== docker-compose.yml | compose-quoted-list
services:
  db:
    image: mariadb
    environment:
      - "MYSQL_ROOT_PASSWORD=«strong»"
=== docker-compose.yml | compose-command
services:
  redis:
    image: redis:7
    command: redis-server --requirepass «alnum32»
=== docker-compose.yml | compose-default
services:
  api:
    image: kettle/api
    environment:
      JWT_SECRET: ${JWT_SECRET:-«hex64»}
=== docker-compose.yml | traefik-label
services:
  tool:
    image: kettle/tool
    labels:
      - traefik.enable=true
      - traefik.http.middlewares.h.headers.customrequestheaders.X-Api-Key=«alnum40»
=== Dockerfile | dockerfile-env
FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1
ENV OPENAI_API_KEY=«openai»
COPY . /app
CMD ["python", "/app/main.py"]
=== Dockerfile | dockerfile-env-pair
FROM node:20
ENV NODE_ENV=production DB_PASSWORD="«alnum24»"
=== Dockerfile | dockerfile-arg
FROM python:3.11
ARG PIP_TOKEN=«gitlab»
RUN pip install kettle --index-url https://__token__:${PIP_TOKEN}@gitlab.com/api/v4/projects/44/packages/pypi/simple
=== Dockerfile | dockerfile-run
FROM alpine
RUN apk add git && git clone https://x-access-token:«github-fine»@github.com/kettle/private.git
=== k8s/deploy.yaml | k8s-env
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    spec:
      containers:
        - name: api
          image: kettle/api:1.4
          env:
            - name: LOG_LEVEL
              value: info
            - name: STRIPE_API_KEY
              value: «stripe-old»
            - name: DB_PASSWORD
              value: "«alnum24»"
=== k8s/secret.yaml | k8s-secret-data
apiVersion: v1
kind: Secret
metadata:
  name: db
type: Opaque
data:
  username: YXBw
  password: «strong|b64»
  api-key: «hex40|b64»
=== k8s/secret.yaml | k8s-secret-string-data
apiVersion: v1
kind: Secret
metadata:
  name: mail
stringData:
  SMTP_HOST: mail.intern
  SMTP_PASSWORD: «strong»
=== k8s/config.yaml | k8s-config-map
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
data:
  app.ini: |
    [db]
    user = app
    password = «alnum24»
=== kubeconfig.yaml | kubeconfig-token
apiVersion: v1
kind: Config
users:
  - name: deployer
    user:
      token: «jwt»
=== kubeconfig.yaml | kubeconfig-key-data
users:
  - name: admin
    user:
      client-certificate-data: «~certificate|b64»
      client-key-data: «pem-ec|b64»
=== chart/values.yaml | helm-values
replicaCount: 2
image:
  repository: kettle/api
  tag: "1.4"
postgresql:
  auth:
    username: app
    postgresPassword: «alnum24»
secretKey: «hex64»
=== helm.sh | helm-set
helm upgrade api ./chart --set image.tag=1.4 --set auth.adminPassword=«alnum24»
=== .github/workflows/run.yml | actions-env
name: run
on: {schedule: [{cron: "0 4 * * *"}]}
jobs:
  run:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: python main.py
        env:
          NOTION_TOKEN: «notion»
=== .github/workflows/mail.yml | actions-with
jobs:
  mail:
    runs-on: ubuntu-latest
    steps:
      - uses: dawidd6/action-send-mail@v3
        with:
          server_address: smtp.fastmail.com
          username: anna@kettle-works.co.uk
          password: «alnum24»
=== .gitlab-ci.yml | gitlab-ci-variables
variables:
  PIP_CACHE_DIR: .pip
  DEPLOY_PASSWORD: «strong»
test:
  script:
    - pytest
=== .circleci/config.yml | circleci-run
version: 2.1
jobs:
  ship:
    docker: [{image: cimg/python:3.12}]
    steps:
      - run: twine upload -u anna -p «alnum24» dist/*
=== main.tf | terraform-provider
provider "cloudflare" {
  api_token = "«cloudflare»"
}

provider "aws" {
  region     = "eu-central-1"
  access_key = "«aws-id»"
  secret_key = "«aws-secret»"
}
=== variables.tf | terraform-variable-default
variable "db_password" {
  type      = string
  sensitive = true
  default   = "«strong»"
}
=== terraform.tfvars | tfvars
region      = "fra1"
do_token    = "«digitalocean»"
db_password = "«alnum24»"
=== terraform.tfstate | tfstate
{
  "version": 4,
  "resources": [
    {"type": "random_password", "name": "db", "instances": [
      {"attributes": {"length": 32, "result": "«alnum32»", "special": false}}
    ]}
  ]
}
=== backend.tf | terraform-backend
terraform {
  backend "pg" {
    conn_str = "postgres://tf:«alnum24»@db.intern/terraform"
  }
}
=== inventory.ini | ansible-inventory
[web]
10.0.0.5 ansible_user=root ansible_ssh_pass=«alnum24»
=== group_vars/all.yml | ansible-vars
app_user: kettle
app_db_password: «strong»
become_password: "«alnum24»"
=== Makefile | makefile-variable
TOKEN := «gitlab»
REGISTRY ?= registry.intern

push:
	docker login -u anna -p $(TOKEN) $(REGISTRY)
=== Makefile | makefile-recipe
run:
	API_KEY=«alnum40» python main.py
=== justfile | justfile
export DATABASE_URL := "postgres://app:«alnum24»@db.intern/app"

run:
    python main.py
=== tool.service | systemd
[Unit]
Description=sheet sync

[Service]
Environment="API_TOKEN=«hex40»"
ExecStart=/srv/tool/.venv/bin/python main.py
=== crontab | crontab
MAILTO=anna@kettle-works.co.uk
RESTIC_PASSWORD=«passphrase»
0 3 * * * /usr/bin/restic backup /srv
=== serverless.yml | serverless
service: reports
provider:
  name: aws
  environment:
    SLACK_SIGNING_SECRET: «hex32»
=== fly.toml | fly-toml
app = "kettle"

[env]
PORT = "8080"
SECRET_KEY_BASE = "«alnum64»"
=== render.yaml | render-blueprint
services:
  - type: web
    name: api
    envVars:
      - key: ADMIN_PASSWORD
        value: «strong»
=== wrangler.toml | wrangler-vars
name = "worker"
[vars]
JWT_SECRET = "«hex64»"
"""
