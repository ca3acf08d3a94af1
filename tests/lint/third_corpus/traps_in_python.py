"""Python that reads its keys from where they belong, and language models' tokens."""

from __future__ import annotations

from tests.lint.third_corpus.blanks import Page

ENVIRONMENT = [
    Page(
        "env-read",
        "env/styles.py",
        """
import os
from os import environ, getenv

API_KEY = os.environ["OPENAI_API_KEY"]
TOKEN = os.getenv("GITHUB_TOKEN", "")
SECRET = environ.get("CLIENT_SECRET")
PASSWORD = getenv("DB_PASSWORD") or None
DSN = os.environ.get("DATABASE_URL", "sqlite:///./local_development.db")
KEYS = {name: os.environ[name] for name in ("STRIPE_SECRET_KEY", "SENDGRID_API_KEY")}
""",
    ),
    Page(
        "env-read",
        "env/environs_style.py",
        """
import environ
from decouple import config
from dotenv import dotenv_values

env = environ.Env(DEBUG=(bool, False), SECRET_KEY=(str, ""))
SECRET_KEY = env("DJANGO_SECRET_KEY")
API_TOKEN = config("INTERNAL_API_TOKEN", default="")
password = dotenv_values(".env")["SMTP_PASSWORD"]
REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
""",
    ),
    Page(
        "env-read",
        "env/settings_model.py",
        """
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    openai_api_key: SecretStr
    database_password: SecretStr = Field(validation_alias=AliasChoices("DB_PASSWORD", "POSTGRES_PASSWORD"))
    secret_key: str = Field(..., min_length=32, description="used to sign the session cookie")
    access_token_expire_minutes: int = 60
    token_url: str = "https://login.microsoftonline.com/common/oauth2/v2.0/token"
""",
    ),
    Page(
        "keyring",
        "env/from_keyring.py",
        """
import getpass
import keyring

SERVICE = "com.contoso.reports"
password = keyring.get_password(SERVICE, "ana") or getpass.getpass("Password for reports: ")
token = open("/run/secrets/api_token").read().strip()
""",
    ),
    Page(
        "streamlit-secrets-read",
        "env/st_app.py",
        '\nimport streamlit as st\n\napi_key = st.secrets["openai"]["api_key"]\n'
        'password = st.text_input("Password", type="password")\n',
    ),
    Page(
        "colab-userdata",
        "env/colab.ipynb",
        '\n{"cells":[{"cell_type":"code","metadata":{},"outputs":[],"execution_count":1,"source":['
        '\n"from google.colab import userdata\\n",\n"api_key = userdata.get(\'GEMINI_API_KEY\')\\n",'
        '\n"token = input(\'token: \')"]}],"metadata":{},"nbformat":4,"nbformat_minor":5}\n',
    ),
    Page(
        "runtime-generation",
        "env/generate.py",
        """
import secrets
import string
import uuid

SECRET_KEY = secrets.token_urlsafe(48)
session_token = uuid.uuid4().hex
ALPHABET = string.ascii_letters + string.digits + "!@#$%^&*()-_=+"
password = "".join(secrets.choice(ALPHABET) for _ in range(20))
BASE58_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
""",
    ),
]

LANGUAGE_MODELS = [
    Page(
        "token-counting",
        "llm/count.py",
        """
MAX_TOKENS = 128_000
PROMPT_TOKENS = "prompt_tokens"
encoding_name = "cl100k_base"
token_limits = {"gpt-4o-mini-2024-07-18": 128000, "claude-3-5-sonnet-20241022": 200000, "o1-preview-2024-09-12": 128000}


def cost(usage: dict, price_per_token: float = 0.0000025) -> float:
    input_tokens, output_tokens = usage["prompt_tokens"], usage["completion_tokens"]
    return (input_tokens + output_tokens) * price_per_token
""",
    ),
    Page(
        "tokenizer",
        "llm/tokens.py",
        """
eos_token = "<|endoftext|>"
bos_token: str = "<|begin_of_text|>"
pad_token = "[PAD]"
SPECIAL_TOKENS = {"sep_token": "[SEP]", "cls_token": "[CLS]", "mask_token": "<mask>", "unk_token": "<unk>"}
IMAGE_TOKEN = "<|vision_start|><|image_pad|><|vision_end|>"
token_ids = [101, 7592, 2088, 102, 0, 0, 0]
stop_token = "<|im_end|>"
tokenizer_name = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
""",
    ),
    Page(
        "tokenizer-vocabulary",
        "llm/tokenizer.json",
        """
{
  "version": "1.0",
  "added_tokens": [{"id": 50256, "content": "<|endoftext|>", "special": true}],
  "model": {
    "type": "BPE",
    "vocab": {"Ġpassword": 9206, "Ġsecret": 3200, "Ġtoken": 11241, "ĠAPI": 7824, "apikey": 31823, "Bearer": 3856,
      "ĠInternational": 4037, "ÃÂÃÂÃÂÃÂ": 5815, "ĠassetsadobeXX": 47182, "rawdownloadcloneembedreportprint": 30906},
    "merges": ["Ġ t", "Ġ a", "h e", "Ġpass word", "Ġsec ret", "to ken"]
  }
}
""",
    ),
    Page(
        "model-names",
        "llm/models.py",
        """
DEFAULT_MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo"
MODELS = {
    "key": "anthropic/claude-3-5-haiku-20241022",
    "token_classifier": "dslim/bert-base-NER-uncased-finetuned-conll03-english",
    "secret_sauce": "TheBloke/Mixtral-8x7B-Instruct-v0.1-GPTQ",
}
REVISION = "«~{x:40}»"
api_key_header = "x-api-key"
anthropic_version = "bedrock-2023-05-31"
""",
    ),
    Page(
        "chat-roles",
        "llm/ids.py",
        """
ASSISTANT_ID = "asst_«~{a:24}»"
THREAD_ID = "thread_«~{a:24}»"
FILE_ID = "file-«~{a:22}»"
MODEL = "ft:gpt-4o-mini-2024-07-18:contoso::«~{a:8}»"
tool_call_id = "call_«~{a:24}»"
response_id = "chatcmpl-«~{a:29}»"
""",
    ),
]

PAGES = [*ENVIRONMENT, *LANGUAGE_MODELS]
