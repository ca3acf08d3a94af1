"""Other languages beside the Python."""

SHEET = r"""
=== index.js | js-const
const express = require("express");
const API_KEY = "«alnum40»";
const app = express();
=== index.js | js-object
module.exports = {
  port: 3000,
  session: { secret: '«alnum32»', resave: false },
  db: { user: 'app', password: '«alnum24»' },
};
=== index.js | js-env-fallback
const key = process.env.STRIPE_SECRET_KEY || "«stripe»";
=== index.ts | ts-nullish
const token: string = process.env.TOKEN ?? "«hex40»";
export default token;
=== index.ts | ts-class
export class Client {
  private readonly apiSecret = "«alnum40»";
  constructor(readonly url: string) {}
}
=== index.js | js-template-url
const uri = `mongodb+srv://app:«alnum24»@${host}/shop`;
=== index.js | js-fetch-header
const r = await fetch(url, {
  headers: { Authorization: `Bearer «jwt»` },
});
=== index.js | js-axios-auth
axios.get(url, { auth: { username: "anna", password: "«strong»" } });
=== index.js | js-jwt-sign
const token = jwt.sign({ id: user.id }, "«hex64»", { expiresIn: "1h" });
=== app.jsx | react-key
export const openai = new OpenAI({ apiKey: "«openai»", dangerouslyAllowBrowser: true });
=== main.go | go-const
package main

const (
	baseURL  = "https://api.kettle-works.co.uk"
	apiToken = "«alnum40»"
)
=== main.go | go-struct
cfg := mysql.Config{
	User:   "app",
	Passwd: "«alnum24»",
	Addr:   "db.intern:3306",
}
=== main.go | go-setenv
os.Setenv("SLACK_BOT_TOKEN", "«slack-bot»")
=== main.go | go-header
req.Header.Set("X-Api-Key", "«hex32»")
req.SetBasicAuth("anna", "«alnum24»")
=== main.go | go-raw-string
var key = []byte(`«pem-ec»`)
=== main.rs | rust-const
const API_KEY: &str = "«alnum40»";
const URL: &str = "https://api.kettle-works.co.uk";
=== main.rs | rust-builder
let client = Client::builder()
    .bearer_auth("«url43»")
    .build();
=== Main.java | java-static
public class Main {
    private static final String API_SECRET = "«alnum40»";
    private static final int LIMIT = 20;
}
=== Main.java | java-driver-manager
Connection c = DriverManager.getConnection("jdbc:postgresql://db.intern/app", "app", "«alnum24»");
=== Main.kt | kotlin
object Config {
    const val TOKEN = "«hex40»"
    const val HOST = "x.intern"
}
=== Program.cs | csharp
var conn = "Server=sql.intern;Database=erp;User Id=erp;Password=«alnum24»;";
var secret = "«hex64»";
=== Program.cs | csharp-credential
client.Credentials = new NetworkCredential("anna", "«strong»");
=== config.php | php-define
<?php
define('DB_USER', 'wp');
define('DB_PASSWORD', '«alnum24»');
define('AUTH_KEY', '«alnum64»');
=== config.php | php-array
<?php
return [
    'mail' => ['host' => 'mail.intern', 'password' => '«strong»'],
];
=== db.php | php-pdo
<?php
$pdo = new PDO('mysql:host=db.intern;dbname=shop', 'shop', '«alnum24»');
=== app.rb | ruby-env
ENV['SECRET_KEY_BASE'] ||= '«hex64»'
=== app.rb | ruby-hash
DB = { adapter: 'pg', user: 'app', password: '«alnum24»' }
=== app.rb | ruby-symbol-rocket
CONFIG = { :api_key => "«alnum40»", :timeout => 5 }
=== main.swift | swift
let apiKey = "«alnum40»"
=== main.dart | dart
const String apiSecret = '«alnum40»';
=== script.R | r-sys-setenv
Sys.setenv(CENSUS_KEY = "«hex40»")
=== init.lua | lua
local password = "«alnum24»"
=== config.exs | elixir
config :app, AppWeb.Endpoint,
  secret_key_base: "«alnum64»"
=== main.c | c-define
#define WIFI_SSID "Kettle"
#define WIFI_PASSWORD "«alnum24»"
=== sketch.ino | arduino
const char* mqttPassword = "«alnum24»";
const char* mqttHost = "10.0.0.3";
=== build.gradle | gradle
maven {
    url "https://maven.intern"
    credentials {
        username = "build"
        password = "«alnum24»"
    }
}
=== build.sbt | scala
credentials += Credentials("Nexus", "nexus.intern", "build", "«alnum24»")
=== script.pl | perl
my $password = '«alnum24»';
=== macro.bas | vba
Const DB_PASSWORD = "«alnum24»"
=== userscript.user.js | userscript
GM_xmlhttpRequest({ url: "https://x.intern", headers: { "X-Token": "«hex40»" } });
=== apps_script.gs | apps-script
var TOKEN = '«telegram»';
=== query.graphql.js | apollo
const client = new ApolloClient({ uri, headers: { "x-hasura-admin-secret": "«alnum40»" } });
"""
