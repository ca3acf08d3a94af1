"""What vendors hand out: kind, the name people give it, what it looks like, where it is sent."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    kind: str
    name: str
    pattern: str
    host: str
    family: str = "key"

    def words(self) -> dict[str, str]:
        """What a shape's blanks say of this kind."""
        ends = {"TOKEN": "token", "PAT": "token", "SECRET": "client_secret", "URL": "url", "URI": "url", "DSN": "url"}
        last = self.name.rsplit("_", 1)[-1]
        password = self.family == "password"
        return {
            "pattern": self.pattern,
            "NAME": self.name,
            "name": self.name.lower(),
            "camel": self.name[0].lower() + self.name.title().replace("_", "")[1:],
            "kebab": self.name.lower().replace("_", "-"),
            "arg": "password" if password else ends.get(last, "api_key"),
            "Vendor": self.kind.split("-", 1)[0].title(),
            "vendor": self.kind.split("-", 1)[0],
            "host": self.host,
        }


MODELS = [
    Kind("openai-project", "OPENAI_API_KEY", "sk-proj-{u:74}T3BlbkFJ{u:74}", "api.openai.com"),
    Kind("openai-classic", "OPENAI_KEY", "sk-{a:20}T3BlbkFJ{a:20}", "api.openai.com"),
    Kind("openai-service", "OPENAI_TOKEN", "sk-svcacct-{u:74}T3BlbkFJ{u:74}", "api.openai.com"),
    Kind("anthropic", "ANTHROPIC_API_KEY", "sk-ant-api03-{u:93}AA", "api.anthropic.com"),
    Kind("huggingface", "HF_TOKEN", "hf_{A:34}", "huggingface.co"),
    Kind("replicate", "REPLICATE_API_TOKEN", "r8_{a:37}", "api.replicate.com"),
    Kind("groq", "GROQ_API_KEY", "gsk_{a:20}WGdyb3FY{a:24}", "api.groq.com"),
    Kind("perplexity", "PPLX_API_KEY", "pplx-{a:48}", "api.perplexity.ai"),
    Kind("xai", "XAI_API_KEY", "xai-{a:80}", "api.x.ai"),
    Kind("openrouter", "OPENROUTER_API_KEY", "sk-or-v1-{x:64}", "openrouter.ai"),
    Kind("mistral", "MISTRAL_API_KEY", "{a:32}", "api.mistral.ai"),
    Kind("cohere", "COHERE_API_KEY", "{a:40}", "api.cohere.com"),
    Kind("deepseek", "DEEPSEEK_API_KEY", "sk-{x:32}", "api.deepseek.com"),
    Kind("elevenlabs", "ELEVENLABS_API_KEY", "sk_{x:48}", "api.elevenlabs.io"),
    Kind("pinecone", "PINECONE_API_KEY", "pcsk_{a:5}_{a:63}", "api.pinecone.io"),
    Kind("tavily", "TAVILY_API_KEY", "tvly-dev-{a:32}", "api.tavily.com"),
    Kind("langsmith", "LANGSMITH_API_KEY", "lsv2_pt_{x:32}_{x:10}", "api.smith.langchain.com"),
    Kind("langfuse", "LANGFUSE_SECRET_KEY", "sk-lf-{uuid}", "cloud.langfuse.com"),
    Kind("wandb", "WANDB_API_KEY", "{x:40}", "api.wandb.ai"),
    Kind("fireworks", "FIREWORKS_API_KEY", "fw_{a:24}", "api.fireworks.ai"),
    Kind("together", "TOGETHER_API_KEY", "{x:64}", "api.together.xyz"),
    Kind("serper", "SERPER_API_KEY", "{x:40}", "google.serper.dev"),
    Kind("firecrawl", "FIRECRAWL_API_KEY", "fc-{x:32}", "api.firecrawl.dev"),
    Kind("azure-openai", "AZURE_OPENAI_API_KEY", "{x:32}", "contoso.openai.azure.com"),
    Kind("assemblyai", "ASSEMBLYAI_API_KEY", "{x:32}", "api.assemblyai.com"),
    Kind("deepgram", "DEEPGRAM_API_KEY", "{x:40}", "api.deepgram.com"),
]

CLOUDS = [
    Kind("aws-secret", "AWS_SECRET_ACCESS_KEY", "{b:40}", "s3.amazonaws.com"),
    Kind("aws-session", "AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2VjE{b:340}==", "sts.amazonaws.com"),
    Kind("google-api", "GOOGLE_API_KEY", "AIza{u:35}", "maps.googleapis.com"),
    Kind("google-client", "GOOGLE_CLIENT_SECRET", "GOCSPX-{u:28}", "oauth2.googleapis.com"),
    Kind("google-refresh", "GOOGLE_REFRESH_TOKEN", "1//0{u:100}", "oauth2.googleapis.com"),
    Kind("azure-client", "AZURE_CLIENT_SECRET", "{a:3}8Q~{u:34}", "login.microsoftonline.com"),
    Kind("azure-storage", "AZURE_STORAGE_KEY", "{b:86}==", "contosodata.blob.core.windows.net"),
    Kind("digitalocean", "DIGITALOCEAN_TOKEN", "dop_v1_{x:64}", "api.digitalocean.com"),
    Kind("cloudflare-token", "CLOUDFLARE_API_TOKEN", "{u:40}", "api.cloudflare.com"),
    Kind("cloudflare-scannable", "CF_API_TOKEN", "cfut_{a:40}{x:8}", "api.cloudflare.com"),
    Kind("cloudflare-global", "CLOUDFLARE_API_KEY", "{x:37}", "api.cloudflare.com"),
    Kind("heroku", "HEROKU_API_KEY", "HRKU-AA{u:58}", "api.heroku.com"),
    Kind("heroku-old", "HEROKU_API_KEY", "{uuid}", "api.heroku.com"),
    Kind("fly", "FLY_API_TOKEN", "fo1_{u:43}", "api.fly.io"),
    Kind("vercel", "VERCEL_TOKEN", "{a:24}", "api.vercel.com"),
    Kind("netlify", "NETLIFY_AUTH_TOKEN", "nfp_{a:36}", "api.netlify.com"),
    Kind("hetzner", "HCLOUD_TOKEN", "{a:64}", "api.hetzner.cloud"),
    Kind("linode", "LINODE_TOKEN", "{x:64}", "api.linode.com"),
    Kind("aliyun", "ALIYUN_ACCESS_KEY_SECRET", "{a:30}", "oss-cn-hangzhou.aliyuncs.com"),
    Kind("dashscope", "DASHSCOPE_API_KEY", "sk-{x:32}", "dashscope.aliyuncs.com"),
    Kind("vault", "VAULT_TOKEN", "hvs.CAESI{u:87}", "vault.internal:8200"),
    Kind("terraform", "TFE_TOKEN", "{a:14}.atlasv1.{u:67}", "app.terraform.io"),
    Kind("pulumi", "PULUMI_ACCESS_TOKEN", "pul-{x:40}", "api.pulumi.com"),
    Kind("doppler", "DOPPLER_TOKEN", "dp.pt.{a:43}", "api.doppler.com"),
    Kind("supabase-service", "SUPABASE_SERVICE_ROLE_KEY", "{jwt-service}", "abcdefgh.supabase.co"),
    Kind("supabase-secret", "SUPABASE_SECRET_KEY", "sb_secret_{u:22}_{u:8}", "abcdefgh.supabase.co"),
    Kind("planetscale", "PLANETSCALE_PASSWORD", "pscale_pw_{u:43}", "aws.connect.psdb.cloud"),
    Kind("databricks", "DATABRICKS_TOKEN", "dapi{x:32}", "adb-1234.azuredatabricks.net"),
    Kind("backblaze", "B2_APPLICATION_KEY", "K00{d:1}{b:27}", "api.backblazeb2.com"),
]

CODE_AND_WORK = [
    Kind("github-classic", "GITHUB_TOKEN", "{ghp}", "api.github.com"),
    Kind("github-fine", "GITHUB_PAT", "github_pat_11{U:20}_{a:59}", "api.github.com"),
    Kind("github-app", "GH_TOKEN", "{ghs}", "api.github.com"),
    Kind("github-oauth", "GITHUB_OAUTH_TOKEN", "{gho}", "api.github.com"),
    Kind("gitlab", "GITLAB_TOKEN", "glpat-{u:20}", "gitlab.com/api/v4"),
    Kind("gitlab-runner", "RUNNER_TOKEN", "glrt-{u:20}", "gitlab.com"),
    Kind("bitbucket", "BITBUCKET_APP_PASSWORD", "ATBB{a:24}{X:8}", "api.bitbucket.org"),
    Kind("atlassian", "JIRA_API_TOKEN", "ATATT3xFfGF0{u:171}={X:8}", "contoso.atlassian.net"),
    Kind("npm", "NPM_TOKEN", "{npm}", "registry.npmjs.org"),
    Kind("pypi", "PYPI_TOKEN", "pypi-AgEIcHlwaS5vcmc{u:140}", "upload.pypi.org"),
    Kind("dockerhub", "DOCKERHUB_TOKEN", "dckr_pat_{u:27}", "hub.docker.com"),
    Kind("rubygems", "GEM_HOST_API_KEY", "rubygems_{x:48}", "rubygems.org"),
    Kind("crates", "CARGO_REGISTRY_TOKEN", "cio{a:32}", "crates.io"),
    Kind("slack-bot", "SLACK_BOT_TOKEN", "xoxb-{d:12}-{d:13}-{a:24}", "slack.com"),
    Kind("slack-user", "SLACK_TOKEN", "xoxp-{d:12}-{d:12}-{d:13}-{x:32}", "slack.com"),
    Kind("slack-app", "SLACK_APP_TOKEN", "xapp-1-A0{U:9}-{d:13}-{x:64}", "slack.com"),
    Kind("slack-signing", "SLACK_SIGNING_SECRET", "{x:32}", "slack.com"),
    Kind("linear", "LINEAR_API_KEY", "lin_api_{a:40}", "api.linear.app"),
    Kind("notion", "NOTION_TOKEN", "ntn_{d:11}{a:35}", "api.notion.com"),
    Kind("notion-old", "NOTION_API_KEY", "secret_{a:43}", "api.notion.com"),
    Kind("airtable", "AIRTABLE_PAT", "pat{a:14}.{x:64}", "api.airtable.com"),
    Kind("figma", "FIGMA_TOKEN", "figd_{u:40}", "api.figma.com"),
    Kind("asana", "ASANA_ACCESS_TOKEN", "2/{d:16}/{d:16}:{x:32}", "app.asana.com"),
    Kind("trello", "TRELLO_TOKEN", "ATTA{x:64}{X:8}", "api.trello.com"),
    Kind("todoist", "TODOIST_API_TOKEN", "{x:40}", "api.todoist.com"),
    Kind("clickup", "CLICKUP_TOKEN", "pk_{d:8}_{U:32}", "api.clickup.com"),
    Kind("dropbox", "DROPBOX_TOKEN", "sl.B{u:135}", "api.dropboxapi.com"),
    Kind("sentry", "SENTRY_AUTH_TOKEN", "sntryu_{x:64}", "sentry.io"),
    Kind("datadog-api", "DD_API_KEY", "{x:32}", "api.datadoghq.com"),
    Kind("datadog-app", "DATADOG_APP_KEY", "{x:40}", "api.datadoghq.com"),
    Kind("newrelic", "NEW_RELIC_API_KEY", "NRAK-{U:27}", "api.newrelic.com"),
    Kind("grafana", "GRAFANA_TOKEN", "glsa_{a:32}_{x:8}", "grafana.internal"),
    Kind("postman", "POSTMAN_API_KEY", "PMAK-{x:24}-{x:34}", "api.getpostman.com"),
    Kind("sonar", "SONAR_TOKEN", "squ_{x:40}", "sonarcloud.io"),
    Kind("circleci", "CIRCLE_TOKEN", "CCIPAT_{f:22}_{x:40}", "circleci.com"),
    Kind("buildkite", "BUILDKITE_API_TOKEN", "bkua_{x:40}", "api.buildkite.com"),
    Kind("prefect", "PREFECT_API_KEY", "pnu_{a:36}", "api.prefect.cloud"),
    Kind("contentful", "CONTENTFUL_TOKEN", "CFPAT-{u:43}", "api.contentful.com"),
]
