"""Keys of model providers, as people paste them while trying one out."""

SHEET = r"""
=== main.py | groq
from groq import Groq

client = Groq(api_key="«groq»")
=== main.py | huggingface-login
from huggingface_hub import login

login("«huggingface»")
=== embed.py | cohere-client
import cohere

co = cohere.Client("«alnum40»")
=== embed.py | voyage
import voyageai

vo = voyageai.Client(api_key="«voyage»")
vo.embed(["hello"], model="voyage-3")
=== embed.py | pinecone
from pinecone import Pinecone

pc = Pinecone(api_key="«pinecone»")
index = pc.Index("notes")
=== embed.py | jina
JINA_URL = "https://api.jina.ai/v1/embeddings"
HEADERS = {"Content-Type": "application/json", "Authorization": "Bearer «jina»"}
=== ask.py | perplexity
import requests

requests.post("https://api.perplexity.ai/chat/completions", headers={"Authorization": "Bearer «perplexity»"})
=== ask.py | deepseek
from openai import OpenAI

client = OpenAI(base_url="https://api.deepseek.com", api_key="«deepseek»")
=== ask.py | xai
XAI_API_KEY = '«xai»'
=== ask.py | openrouter
import os

os.environ["OPENAI_API_BASE"] = "https://openrouter.ai/api/v1"
os.environ["OPENROUTER_API_KEY"] = "«openrouter»"
=== ask.py | mistral
from mistralai import Mistral

mistral_api_key = "«alnum32»"
client = Mistral(api_key=mistral_api_key)
=== ask.py | gemini
import google.generativeai as genai

genai.configure(api_key="«google»")
model = genai.GenerativeModel("gemini-1.5-flash")
=== ask.py | gemini-url
URL = "https://generativelanguage.googleapis.com/v1beta/models/gemini-pro:generateContent?key=«google»"
=== ask.py | azure-openai
from openai import AzureOpenAI

client = AzureOpenAI(
    azure_endpoint="https://kettle-weu.openai.azure.com",
    api_key="«azure-openai»",
    api_version="2024-06-01",
)
=== ask.py | fireworks
fireworks_key = "«fireworks»"
=== ask.py | nvidia
client = OpenAI(base_url="https://integrate.api.nvidia.com/v1", api_key="«nvidia»")
=== ask.py | together
TOGETHER_API_KEY = "«hex64»"
MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo"
=== ask.py | ai21
AI21_API_KEY = "«uuid»"
=== speak.py | elevenlabs
from elevenlabs.client import ElevenLabs

voice = ElevenLabs(api_key="«elevenlabs»")
=== speak.py | deepgram
DEEPGRAM_KEY = "«hex40»"
LANGUAGE = "de"
=== speak.py | assemblyai
import assemblyai as aai

aai.settings.api_key = "«hex32»"
=== search.py | tavily
from tavily import TavilyClient

tavily = TavilyClient("«tavily»")
=== search.py | serpapi
PARAMS = {"engine": "google", "q": "kettles", "gl": "uk", "api_key": "«hex64»"}
=== trace.py | langsmith
import os

os.environ["LANGCHAIN_TRACING_V2"] = "true"
os.environ["LANGCHAIN_API_KEY"] = "«langsmith»"
os.environ["LANGCHAIN_PROJECT"] = "notes"
=== trace.py | langfuse
from langfuse import Langfuse

langfuse = Langfuse(
    secret_key="«langfuse»",
    host="https://cloud.langfuse.com",
)
=== train.py | wandb-login
import wandb

wandb.login(key="«wandb»")
run = wandb.init(project="kettle-vision")
=== agents.yaml | model-list
models:
  - model_name: claude
    litellm_params:
      model: anthropic/claude-sonnet-4
      api_key: «anthropic»
  - model_name: gpt
    litellm_params:
      model: openai/gpt-4o
      api_key: "«openai-svc»"
=== tool.json | tool-manifest-environment
{
  "name": "summarize",
  "command": "python main.py",
  "env": {
    "OPENAI_API_KEY": "«openai»",
    "LOG_LEVEL": "info"
  }
}
=== .mcp.json | mcp-server-environment
{
  "mcpServers": {
    "github": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-github"],
      "env": {"GITHUB_PERSONAL_ACCESS_TOKEN": "«github-fine»"}
    },
    "search": {
      "type": "http",
      "url": "https://mcp.tavily.com/mcp/?tavilyApiKey=«tavily»"
    }
  }
}
=== .claude/settings.json | agent-settings
{
  "model": "opus",
  "env": {
    "ANTHROPIC_API_KEY": "«anthropic»"
  },
  "permissions": {"allow": ["Bash(ls:*)"]}
}
=== README.md | readme-usage
# summarize

    export ANTHROPIC_ADMIN_KEY=«anthropic-admin»
    python main.py notes.txt

Costs about two cents a run.
=== app.py | streamlit-input
import streamlit as st

key = st.text_input("OpenAI key", value="«openai»", type="password")
=== .streamlit/secrets.toml | streamlit-secrets
openai_key = "«openai»"

[connections.neon]
url = "postgresql://neondb_owner:«neon»@ep-cool-tree-a2x.eu-central-1.aws.neon.tech/neondb?sslmode=require"
=== app.py | gradio-auth
import gradio as gr

demo = gr.Interface(lambda x: x, "text", "text")
demo.launch(auth=("anna", "«password»"))
=== continue/config.json | editor-assistant
{
  "models": [
    {"title": "Codestral", "provider": "mistral", "model": "codestral-latest", "apiKey": "«alnum32»"}
  ]
}
"""
