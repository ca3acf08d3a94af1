// pixie-secrets: written by `pixie-secrets connect`, taken away by its `--remove`.
// Asks the guard before and after every tool call, and about every prompt. It knows no value, and what it cannot ask
// about does not go ahead.
import { spawn } from "node:child_process"

const COMMAND = ["COMMAND"]
const CLIENT = "CLIENT"
const MILLISECONDS_MAX = 20_000
const FAILED = "pixie-secrets could not be asked whether this shows a secret value; see pixie-secrets doctor"
const WITHHELD = "[withheld by pixie-secrets: it could not be masked; see pixie-secrets doctor]"

function ask(event, document) {
  const [program, ...words] = [...COMMAND, event, "--client", CLIENT]
  return new Promise((answer, fail) => {
    const guard = spawn(program, words, { stdio: ["pipe", "pipe", "ignore"] })
    const patience = setTimeout(() => guard.kill("SIGKILL"), MILLISECONDS_MAX)
    const said = []
    guard.stdout.on("data", (piece) => said.push(piece))
    guard.stdin.on("error", () => {})
    guard.on("error", () => fail(new Error(FAILED)))
    guard.on("close", (status) => {
      clearTimeout(patience)
      try {
        if (status !== 0) throw status
        answer(JSON.parse(Buffer.concat(said).toString() || "{}"))
      } catch {
        fail(new Error(FAILED))
      }
    })
    guard.stdin.end(JSON.stringify(document))
  })
}

function prompt(parts) {
  const attached = parts.filter((part) => part.type === "file" && part.url?.startsWith("file:"))
  const names = attached.map((part) => `@"${decodeURIComponent(new URL(part.url).pathname)}"`)
  return [...parts.filter((part) => part.type === "text").map((part) => part.text), ...names].join("\n")
}

export const PixieSecrets = async ({ client, directory: cwd }) => ({
  "tool.execute.before": async ({ tool }, { args }) => {
    const { denied } = await ask("tool.execute.before", { tool, args, cwd })
    if (denied) throw new Error(denied)
  },
  "tool.execute.after": async ({ tool, args }, output) => {
    let shown = { title: "", metadata: {}, output: WITHHELD, content: [{ type: "text", text: WITHHELD }] }
    try {
      const { result } = await ask("tool.execute.after", { tool, args, cwd, result: output })
      shown = result ?? output
    } catch {
      for (const name of Object.keys(output)) delete output[name]
    }
    Object.assign(output, shown)
  },
  "chat.message": async (_about, { parts }) => {
    const { stopped } = await ask("chat.message", { prompt: prompt(parts), cwd })
    if (!stopped) return
    client.tui.showToast({ body: { message: stopped, variant: "error" } }).catch(() => {})
    throw new Error(stopped)
  },
})
