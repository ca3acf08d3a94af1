"""Shell scripts, in several shells."""

SHEET = r"""
=== deploy.sh | export-plain
#!/bin/sh
set -eu
export API_TOKEN=«hex40»
python main.py
=== deploy.sh | export-quoted
#!/usr/bin/env bash
export DB_PASSWORD='«strong»'
export DB_HOST="db.intern"
=== run.sh | inline-environment
OPENAI_API_KEY=«openai» uvicorn main:app --port 8000
=== run.sh | curl-header
curl -sS https://api.kettle-works.co.uk/items \
  -H "Authorization: Bearer «alnum40»" \
  -H 'Accept: application/json'
=== run.sh | curl-user
curl -u anna:«alnum24» https://nas.intern/backup.tar -o backup.tar
=== run.sh | curl-data
curl -X POST https://id.intern/token -d 'grant_type=password' -d 'username=anna' -d 'password=«alnum24»'
=== run.sh | curl-url-query
curl "https://maps.googleapis.com/maps/api/geocode/json?address=Graz&key=«google»"
=== run.sh | wget-password
wget --user=anna --password='«alnum24»' https://files.intern/x.zip
=== run.sh | psql-url
psql "postgresql://app:«alnum24»@db.intern/app" -c 'select 1'
=== run.sh | mysql-option
mysql -h db.intern -u root -p'«alnum24»' shop < dump.sql
=== run.sh | redis-cli
redis-cli -h redis.intern -a «alnum32» ping
=== run.sh | mongodump
mongodump --host db.intern -u backup -p «alnum24» --authenticationDatabase admin
=== run.sh | sshpass
sshpass -p '«strong»' scp dump.sql root@10.0.0.9:/srv
=== run.sh | openssl-pass
openssl enc -aes-256-cbc -pbkdf2 -in dump.sql -out dump.enc -pass pass:«passphrase»
=== run.sh | zip-password
zip -P «alnum24» -r out.zip reports/
=== run.sh | gpg-passphrase
gpg --batch --passphrase «passphrase» -c dump.sql
=== run.sh | http-pie
http --auth anna:«alnum24» https://api.intern/items
http https://api.intern/items Authorization:"Token «hex40»"
=== run.sh | local-default
token="${GITHUB_TOKEN:-«github»}"
git push "https://$token@github.com/anna-lehner/notes.git"
=== run.sh | heredoc
cat > /etc/tool.env <<EOF
APP_ENV=prod
APP_SECRET=«alnum40»
EOF
=== run.sh | docker-run
docker run -d -e POSTGRES_PASSWORD=«alnum24» -p 5432:5432 postgres:16
=== run.sh | kubectl-literal
kubectl create secret generic db --from-literal=password=«alnum24»
=== run.sh | aws-configure
aws configure set aws_access_key_id «aws-id»
aws configure set aws_secret_access_key «aws-secret»
=== run.sh | az-login
az login --service-principal -u «~uuid» -p «azure-client» --tenant «~uuid#2»
=== run.sh | gh-secret
gh secret set DEPLOY_KEY --body "«hex64»"
=== run.sh | commented
# old: export TOKEN=«slack-bot»
export TOKEN="$(cat /run/secrets/token)"
=== .bashrc | bashrc
alias ll='ls -l'
export HF_TOKEN="«huggingface»"
=== .bash_history | history
cd tools
export ANTHROPIC_API_KEY=«anthropic»
python main.py
=== config.fish | fish
set -gx EDITOR vim
set -gx GITLAB_TOKEN «gitlab»
=== run.bat | batch | crlf
@echo off
set DB_PASSWORD=«alnum24»
python main.py
=== run.ps1 | powershell-env | bom
$env:API_KEY = "«alnum40»"
python .\main.py
=== run.ps1 | powershell-secure-string
$pw = ConvertTo-SecureString "«alnum24»" -AsPlainText -Force
$cred = New-Object System.Management.Automation.PSCredential ("anna", $pw)
=== run.sh | bash-array
ARGS=(--url https://x.intern --token «hex40»)
./sync "${ARGS[@]}"
=== run.sh | ssh-key-heredoc
cat > ~/.ssh/deploy <<'KEY'
«pem-ssh»
KEY
chmod 600 ~/.ssh/deploy
=== run.sh | cookie
curl -b "session=«cookie»" https://intranet.intern/export.csv
"""
