"""Keys of clouds and of the places code is kept in."""

SHEET = r"""
=== .aws/credentials | aws-credentials
[default]
aws_access_key_id = «aws-id»
aws_secret_access_key = «aws-secret»

[kunde]
aws_access_key_id=«aws-id#2»
aws_secret_access_key=«aws-secret#2»
=== session.sh | aws-session
export AWS_ACCESS_KEY_ID=«aws-temp-id»
export AWS_SECRET_ACCESS_KEY=«aws-secret»
export AWS_SESSION_TOKEN=«aws-session»
=== service-account.json | google-service-account
{
  "type": "service_account",
  "project_id": "kettle-reports",
  "private_key_id": "«~sha1»",
  "private_key": "«pem-pkcs8|line»\n",
  "client_email": "sheets@kettle-reports.iam.gserviceaccount.com",
  "client_id": "104882233445566778899",
  "token_uri": "https://oauth2.googleapis.com/token"
}
=== client_secret.json | google-oauth-client
{"installed": {"client_id": "«~google-client»",
  "project_id": "kettle-reports",
  "auth_uri": "https://accounts.google.com/o/oauth2/auth",
  "client_secret": "«google-oauth»",
  "redirect_uris": ["http://localhost"]}}
=== token.json | google-token
{
  "token": "«google-access»",
  "refresh_token": "«google-refresh»",
  "token_uri": "https://oauth2.googleapis.com/token",
  "scopes": ["https://www.googleapis.com/auth/spreadsheets"],
  "expiry": "2024-11-02T10:15:00Z"
}
=== maps.py | google-maps
GOOGLE_MAPS_KEY = "«google»"
CENTER = (47.07, 15.44)
=== appsettings.json | azure-appsettings
{
  "Logging": {"LogLevel": {"Default": "Information"}},
  "ConnectionStrings": {
    "Main": "Server=kettle.database.windows.net,1433;Initial Catalog=erp;User ID=erp;Password=«strong»;Encrypt=True;"
  },
  "AzureAd": {
    "TenantId": "«~uuid»",
    "ClientSecret": "«azure-client»"
  }
}
=== queue.py | azure-service-bus
BUS = "Endpoint=sb://kettle.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=«azure-sas»"
=== share.py | azure-sas-url
from urllib.request import urlopen

SAS = "https://kettle.blob.core.windows.net/in/a.csv?sv=2022-11-02&sr=b&sp=r&se=2027-01-01&sig=«azure-sas|url»"
print(urlopen(SAS).read())
=== clone.sh | azure-devops
AZURE_DEVOPS_PAT=«azure-devops»
git clone https://anna:$AZURE_DEVOPS_PAT@dev.azure.com/kettle/erp/_git/erp
=== oss.py | alibaba
import oss2

auth = oss2.Auth("«alibaba»", "«alnum40»")
=== cos.py | tencent
SECRET_ID = "«tencent»"
SECRET_KEY = "«alnum32»"
REGION = "ap-guangzhou"
=== dns.py | cloudflare
CLOUDFLARE_API_TOKEN = "«cloudflare»"
ZONE = "«~md5»"
=== dns.ini | certbot-cloudflare
dns_cloudflare_email = anna@kettle-works.co.uk
dns_cloudflare_api_key = «cloudflare-global»
=== dns.py | hetzner
from hcloud import Client

client = Client(token="«hetzner»")
=== deploy.py | netlify
NETLIFY_AUTH_TOKEN = "«netlify»"
SITE_ID = "«~uuid»"
=== deploy.sh | vercel
npx vercel deploy --prod --token «vercel»
=== deploy.sh | heroku
HEROKU_API_KEY=«heroku» heroku ps -a kettle
=== deploy.sh | fly
export FLY_API_TOKEN="«fly»"
fly deploy --remote-only
=== deploy.py | render
RENDER_KEY = "«render»"
SERVICE = "srv-ck2e9"
=== doctl.yaml | digitalocean
access-token: «digitalocean»
output: json
=== supa.py | supabase-service-role
from supabase import create_client

SUPABASE_URL = "https://qhfzxkwmvbtn.supabase.co"
SUPABASE_SERVICE_ROLE_KEY = "«jwt»"
db = create_client(SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY)
=== supa.ts | supabase-secret-key
import { createClient } from "@supabase/supabase-js";

const db = createClient("https://qhfzxkwmvbtn.supabase.co", "«supabase-secret»");
export default db;
=== supa.sh | supabase-access-token
export SUPABASE_ACCESS_TOKEN=«supabase»
supabase db push
=== planet.py | planetscale
import MySQLdb

db = MySQLdb.connect(host="aws.connect.psdb.cloud", user="k2f8z1qbw0x3", passwd="«planetscale»", db="shop")
=== upstash.py | upstash
from upstash_redis import Redis

redis = Redis(url="https://eu1-calm-fox-31002.upstash.io", token="«upstash»")
=== .databrickscfg | databricks
[DEFAULT]
host = https://adb-4411223344556677.8.azuredatabricks.net
token = «databricks»
=== profiles.yml | snowflake-dbt
kettle:
  target: prod
  outputs:
    prod:
      type: snowflake
      account: xy12345.eu-central-1
      user: DBT
      password: «strong»
      warehouse: SMALL
=== vault.py | vault-token
import hvac

client = hvac.Client(url="https://vault.intern:8200", token="«vault»")
=== .terraformrc | terraform-cloud
credentials "app.terraform.io" {
  token = "«terraform»"
}
=== pulumi.sh | pulumi
PULUMI_ACCESS_TOKEN=«pulumi» pulumi up --yes
=== doppler.sh | doppler
doppler run --token «doppler» -- python main.py
=== keys.txt | age
# created: 2024-03-02T11:20:01+01:00
# public key: «~age-public»
«age»
=== op.sh | one-password
export OP_SERVICE_ACCOUNT_TOKEN="«onepassword»"
op run -- python main.py
=== up.sh | tailscale
tailscale up --ssh --authkey=«tailscale»
=== linode.py | linode
from linode_api4 import LinodeClient

client = LinodeClient("«linode»")
=== watson.py | ibm
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator

authenticator = IAMAuthenticator("«ibm»")
=== rclone.conf | rclone
[r2]
type = s3
provider = Cloudflare
access_key_id = «hex32»
secret_access_key = «r2»
endpoint = https://«~md5».r2.cloudflarestorage.com
=== .github/workflows/old.yml | github-in-workflow
name: old
on: push
jobs:
  pack:
    runs-on: ubuntu-latest
    env:
      GH_TOKEN: «github»
    steps:
      - uses: actions/checkout@v4
=== remote.sh | bitbucket
git remote set-url origin https://kettle:«bitbucket»@bitbucket.org/kettle/erp.git
=== runner.toml | gitlab-runner
concurrent = 2

[[runners]]
  name = "keller"
  url = "https://gitlab.com/"
  token = "«gitlab-runner»"
  executor = "docker"
=== pull.sh | gitlab-deploy
docker login registry.gitlab.com -u kettle-deploy -p «gitlab-deploy»
=== app.py | github-installation-token
TOKEN = '«github-app»'  # expires, I know
=== hosts.yml | github-cli
github.com:
    user: anna-lehner
    oauth_token: «github-oauth»
    git_protocol: https
=== publish.sh | pypi
twine upload -u __token__ -p «pypi» dist/*
=== publish.sh | crates
cargo login «crates»
=== publish.ps1 | nuget
dotnet nuget push .\out\*.nupkg --api-key «nuget» --source https://api.nuget.org/v3/index.json
=== .gem/credentials | rubygems
---
:rubygems_api_key: «rubygems»
=== sonar-project.properties | sonar
sonar.projectKey=kettle_erp
sonar.host.url=https://sonar.intern
sonar.login=«sonar»
=== settings.xml | artifactory
<settings>
  <servers>
    <server>
      <id>central</id>
      <username>anna</username>
      <password>«artifactory»</password>
    </server>
  </servers>
</settings>
=== ci.sh | circleci
curl -H "Circle-Token: «circleci»" https://circleci.com/api/v2/me
=== bk.py | buildkite
BUILDKITE_TOKEN = "«buildkite»"
=== src.sh | sourcegraph
export SRC_ENDPOINT=https://sourcegraph.intern
export SRC_ACCESS_TOKEN=«sourcegraph»
=== hub.sh | docker-hub
echo «dockerhub» | docker login --username annalehner --password-stdin
"""
