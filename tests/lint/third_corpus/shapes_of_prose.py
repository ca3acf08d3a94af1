"""What people type and paste: shells, notes, other languages, notebooks."""

from __future__ import annotations

from tests.lint.third_corpus.shape import ANY, KEY, NOT_URL, Shape

SHAPES = [
    Shape(
        "readme-curl",
        "README.md",
        """
# «Vendor» sync

Try it:

```bash
curl https://«host»/v1/items \\
  -H "Authorization: Bearer «=V»" \\
  -H "Accept: application/json"
```
""",
        KEY,
    ),
    Shape(
        "readme-export",
        "docs/setup.md",
        """
## Setup

1. Install with `uv sync`.
2. Set the key:

       export «NAME»="«=V»"

3. Run `python main.py`.
""",
        ANY,
    ),
    Shape("readme-inline", "NOTES.md", "\nUse `«NAME»=«=V»` for now, Tom has the account at «host».\n", ANY),
    Shape("prose", "notes.txt", "\nmeeting 12 May\n\n«vendor» «arg»: «=V»\nask Ana for the staging one\n", NOT_URL),
    Shape(
        "table",
        "docs/accounts.md",
        "\n| what | value |\n|---|---|\n| host | «host» |\n| «NAME» | `«=V»` |\n",
        ANY,
    ),
    Shape(
        "shell",
        "deploy.sh",
        '\n#!/bin/bash\nset -euo pipefail\n«NAME»="«=V»"\nrsync -az ./ deploy@«host»:/srv/app\n',
        ANY,
    ),
    Shape("shell-prefix", "run.sh", "\n#!/bin/sh\n# local run\n«NAME»='«=V»' python main.py --verbose\n", ANY),
    Shape("shell-default", "start.sh", '\n#!/bin/sh\n: "${«NAME»:=«=V»}"\nexport «NAME»\nexec ./app\n', NOT_URL),
    Shape("docker-run", "up.sh", '\ndocker run -d --name sync -e TZ=UTC -e «NAME»="«=V»" contoso/sync:latest\n', ANY),
    Shape("curl-flag", "check.sh", '\ncurl -fsS "https://«host»/status" -H "X-Api-Key: «=V»" | jq .state\n', KEY),
    Shape("curl-user", "backup.sh", "\nset -e\ncurl -u 'admin:«=V»' -T dump.sql.gz https://«host»/backups/\n", NOT_URL),
    Shape("makefile", "Makefile", '\n«NAME» ?= «=V»\n\nrun:\n\t«NAME»="$(«NAME»)" uv run main.py\n', KEY),
    Shape("justfile", "justfile", '\nexport «NAME» := "«=V»"\n\ntest:\n    pytest -q\n', ANY),
    Shape("crontab", "crontab.txt", '\nMAILTO=""\n«NAME»=«=V»\n*/15 * * * * /opt/sync/run >/dev/null\n', ANY),
    Shape("powershell", "run.ps1", '\n$Verbose = 1\n$env:«NAME» = "«=V»"\npython main.py\n', ANY, "utf-16"),
    Shape("batch", "run.bat", "\n@echo off\r\nset «NAME»=«=V»\r\npython main.py\r\n", ANY),
    Shape("fish", "env.fish", "\nset -gx «NAME» «=V»\nset -gx EDITOR vim\n", KEY),
    Shape("http-file", "requests.http", "\n### list\nGET https://«host»/v1/items\nAuthorization: Bearer «=V»\n", KEY),
    Shape(
        "javascript",
        "web/app.js",
        """
const «camel» = "«=V»";

export async function load(id) {
  const reply = await fetch(`https://«host»/items/${id}`);
  return reply.json();
}
""",
        ANY,
    ),
    Shape(
        "javascript-object",
        "web/client.mjs",
        """
import { «Vendor» } from "«vendor»";

export const client = new «Vendor»({ apiKey: '«=V»', timeout: 5000 });
""",
        KEY,
    ),
    Shape(
        "typescript",
        "src/config.ts",
        """
export interface Config { host: string; «camel»: string }

export const config: Config = {
  host: "«host»",
  «camel»: process.env.«NAME» ?? "«=V»",
};
""",
        ANY,
    ),
    Shape(
        "go",
        "cmd/sync/main.go",
        """
package main

const (
	host   = "«host»"
	«camel» = "«=V»"
)

func main() { run(host) }
""",
        ANY,
    ),
    Shape(
        "java",
        "src/main/java/App.java",
        """
public class App {
    private static final String HOST = "«host»";
    private static final String «NAME» = "«=V»";

    public static void main(String[] args) { new Sync(HOST).run(); }
}
""",
        ANY,
    ),
    Shape("ruby", "sync.rb", '\nrequire "«vendor»"\n\n«Vendor».configure do |c|\n  c.«arg» = "«=V»"\nend\n', ANY),
    Shape("php", "config.php", "\n<?php\ndefine('«NAME»', '«=V»');\ndefine('WP_DEBUG', false);\n", ANY),
    Shape("csharp", "Program.cs", '\nvar host = "«host»";\nvar «camel» = "«=V»";\nawait Run(host);\n', ANY),
    Shape("rust", "src/main.rs", '\nconst «NAME»: &str = "«=V»";\n\nfn main() {\n    run("«host»");\n}\n', ANY),
    Shape("lua", "init.lua", '\nlocal M = {}\nM.«name» = "«=V»"\nM.host = "«host»"\nreturn M\n', ANY),
    Shape(
        "notebook-source",
        "try.ipynb",
        """
{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "metadata": {},
   "outputs": [],
   "source": [
    "import os\\n",
    "os.environ['«NAME»'] = '«=V»'\\n",
    "client = make_client()"
   ]
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        ANY,
    ),
    Shape(
        "notebook-output",
        "analysis/explore.ipynb",
        """
{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 7,
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "loaded 3 settings\\n",
      "{'host': '«host»', '«name»': '«=V»'}\\n"
     ]
    }
   ],
   "source": ["print(settings)"]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        ANY,
    ),
    Shape(
        "log",
        "logs/sync.log",
        """
2025-03-02 10:11:12,120 INFO start
2025-03-02 10:11:12,130 DEBUG settings host=«host» «name»=«=V» retries=3
2025-03-02 10:11:14,002 INFO 200 items
""",
        NOT_URL,
    ),
    Shape(
        "patch",
        "fix.patch",
        """
--- a/config.py
+++ b/config.py
@@ -1,3 +1,3 @@
 HOST = "«host»"
-«NAME» = "«=V»"
+«NAME» = os.environ["«NAME»"]
 RETRIES = 3
""",
        ANY,
    ),
    Shape(
        "html",
        "templates/index.html",
        '\n<!doctype html>\n<title>Map</title>\n<script>\n  const «camel» = "«=V»";\n  init(«camel»);\n</script>\n',
        KEY,
    ),
    Shape("sql", "seed.sql", "\nINSERT INTO settings (name, value) VALUES ('«name»', '«=V»');\nCOMMIT;\n", ANY),
    Shape("utf-16-note", "Zugänge.txt", "\nZugänge für das Team\r\n\r\n«NAME»: «=V»\r\n", NOT_URL, "utf-16"),
    Shape("rest-doc", "docs/usage.rst", '\nUsage\n=====\n\n.. code-block:: python\n\n    «name» = "«=V»"\n', ANY),
]
