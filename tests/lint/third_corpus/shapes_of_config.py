"""Files around the code: configuration, containers, pipelines, machines."""

from __future__ import annotations

from tests.lint.third_corpus.shape import ANY, KEY, NOT_URL, Shape

SHAPES = [
    Shape("env-example", ".env.example", "\n# copy to .env\nLOG_LEVEL=info\n«NAME»=«=V»\nPORT=8080\n", ANY),
    Shape("env-quoted", "config/.env.sample", '\nexport DEBUG=1\nexport «NAME»="«=V»"\nREGION=eu\n', ANY),
    Shape("envrc", ".envrc", "\nlayout python\nexport «NAME»='«=V»'\nPATH_add bin\n", ANY),
    Shape(
        "compose-map",
        "docker-compose.yml",
        """
services:
  worker:
    image: python:3.12-slim
    command: python main.py
    environment:
      LOG_LEVEL: info
      «NAME»: "«=V»"
    volumes:
      - ./data:/data
""",
        ANY,
    ),
    Shape(
        "compose-list",
        "compose.yaml",
        """
services:
  app:
    build: .
    restart: unless-stopped
    environment:
      - TZ=Europe/Berlin
      - «NAME»=«=V»
    ports: ["8080:8080"]
""",
        ANY,
    ),
    Shape(
        "yaml",
        "config/«name».yaml",
        """
# settings of the sync
source:
  host: «host»
  «arg»: «=V»
  page_size: 100
target: ./out
""",
        KEY,
    ),
    Shape(
        "yaml-quoted",
        "config/prod.yml",
        """
logging: {level: INFO}
«vendor»:
    endpoint: https://«host»
    «name»: '«=V»'
""",
        ANY,
    ),
    Shape("toml", "config.toml", '\n[«vendor»]\nhost = "«host»"\n«name» = "«=V»"\nretries = 3\n', ANY),
    Shape("toml-inline", "pyproject.toml", '\n[project]\nname = "x"\n\n[tool.x]\nauth = { «arg» = "«=V»" }\n', ANY),
    Shape("streamlit-secrets", ".streamlit/secrets.toml", '\n«NAME» = "«=V»"\n\n[theme]\nbase = "dark"\n', ANY),
    Shape(
        "json",
        "settings.json",
        '\n{\n  "endpoint": "https://«host»",\n  "«camel»": "«=V»",\n  "interval": 300,\n  "enabled": true\n}\n',
        ANY,
    ),
    Shape("json-line", "config/min.json", '\n{"debug":false,"«name»":"«=V»","host":"«host»"}', ANY),
    Shape(
        "mcp",
        ".mcp.json",
        """
{
  "mcpServers": {
    "«vendor»": {
      "command": "uvx",
      "args": ["mcp-server-«vendor»", "--host", "«host»"],
      "env": { "«NAME»": "«=V»" }
    }
  }
}
""",
        ANY,
    ),
    Shape(
        "vscode",
        ".vscode/launch.json",
        """
{
  // start the tool under the debugger
  "version": "0.2.0",
  "configurations": [
    {
      "type": "debugpy",
      "program": "main.py",
      "env": {"«NAME»": "«=V»", "PYTHONUNBUFFERED": "1"},
    }
  ]
}
""",
        ANY,
    ),
    Shape("ini", "settings.ini", "\n[DEFAULT]\nverbose = yes\n\n[«vendor»]\nhost = «host»\n«arg» = «=V»\n", NOT_URL),
    Shape("properties", "application.properties", "\nserver.port=8081\n«vendor».«arg»=«=V»\napp.name=sync\n", ANY),
    Shape("dockerfile-env", "Dockerfile", '\nFROM python:3.12-slim\nENV «NAME»="«=V»" TZ=UTC\nCOPY . /app\n', ANY),
    Shape("dockerfile-old", "docker/Dockerfile", "\nFROM alpine:3.20\nENV «NAME» «=V»\nRUN apk add curl\n", KEY),
    Shape("dockerfile-arg", "Dockerfile.dev", "\nFROM node:22\nARG «NAME»=«=V»\nRUN npm ci --ignore-scripts\n", KEY),
    Shape(
        "workflow",
        ".github/workflows/ci.yml",
        """
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    env:
      «NAME»: «=V»
    steps:
      - uses: actions/checkout@v4
      - run: pytest -q
""",
        KEY,
    ),
    Shape("gitlab-ci", ".gitlab-ci.yml", '\nvariables:\n  «NAME»: "«=V»"\ntest:\n  script: [pytest]\n', ANY),
    Shape(
        "terraform",
        "infra/main.tf",
        """
provider "«vendor»" {
  endpoint = "https://«host»"
  «arg»    = "«=V»"
}
""",
        ANY,
    ),
    Shape("tfvars", "infra/prod.tfvars", '\nregion = "eu-west-1"\n«name» = "«=V»"\nreplicas = 2\n', ANY),
    Shape(
        "terraform-default",
        "infra/variables.tf",
        """
variable "«name»" {
  type        = string
  description = "for «host»"
  default     = "«=V»"
}
""",
        ANY,
    ),
    Shape(
        "k8s-string-data",
        "k8s/secret.yaml",
        """
apiVersion: v1
kind: Secret
metadata:
  name: «kebab»
type: Opaque
stringData:
  «kebab»: «=V»
""",
        KEY,
    ),
    Shape(
        "k8s-env",
        "k8s/deployment.yaml",
        """
spec:
  containers:
    - name: sync
      image: ghcr.io/contoso/sync:1.4.2
      env:
        - name: «NAME»
          value: "«=V»"
        - name: LOG_LEVEL
          value: info
""",
        ANY,
    ),
    Shape("helm", "chart/values.yaml", '\nreplicaCount: 1\nsecrets:\n  «camel»: "«=V»"\nservice:\n  port: 80\n', ANY),
    Shape("ansible", "group_vars/all.yml", '\n---\napp_user: deploy\napp_«name»: "«=V»"\napp_port: 8000\n', ANY),
    Shape("systemd", "deploy/sync.service", '\n[Service]\nEnvironment="«NAME»=«=V»"\nExecStart=/opt/sync/run\n', ANY),
    Shape(
        "csharp-settings",
        "appsettings.json",
        '\n{\n  "Logging": { "LogLevel": { "Default": "Warning" } },\n  "«Vendor»": {\n    "ApiKey": "«=V»"\n  }\n}\n',
        KEY,
    ),
    Shape(
        "xml",
        "App.config",
        '\n<configuration>\n  <appSettings>\n    <add key="«NAME»" value="«=V»" />\n  </appSettings>\n'
        "</configuration>\n",
        ANY,
    ),
    Shape(
        "android",
        "res/values/strings.xml",
        '\n<resources>\n  <string name="app_name">Sync</string>\n  <string name="«name»">«=V»</string>\n</resources>\n',
        NOT_URL,
    ),
    Shape("pytest-ini", "pytest.ini", "\n[pytest]\naddopts = -q\nenv =\n    «NAME»=«=V»\n    TZ=UTC\n", NOT_URL),
    Shape("nginx", "nginx/site.conf", '\nlocation /api {\n  proxy_set_header Authorization "Bearer «=V»";\n}\n', KEY),
    Shape("crlf", "win/config.ini", "\n[main]\r\nname=sync\r\n«name»=«=V»\r\ncolor=true\r\n", NOT_URL),
    Shape("bom", "win/settings.json", '\n{\r\n  "«name»": "«=V»",\r\n  "theme": "dark"\r\n}\r\n', ANY, "utf-8-sig"),
]
