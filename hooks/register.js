// The guard inside Claude Code: prompts and results are rewritten before the conversation has them, failing calls and
// those of other servers too. It knows no value and no rule: it asks server/hook.py, which gets the text on its standard
// input. Where that cannot answer, or not within ten seconds, what was asked about is withheld.

const SECONDS = 1000;
const TIMEOUT = 10 * SECONDS;
const PERSON_TIMEOUT = 600 * SECONDS; // the page is open for nine minutes
const WITHHELD = "[withheld by pixie-secrets: it could not be masked; see pixie-secrets doctor]";
const NOT_SENT = "not sent: pixie-secrets could not look for secrets in it; see pixie-secrets doctor";
const HELD_MAX = 10; // credentials in one prompt that a person is asked about

// Rows that the client writes itself, out of nothing that a person or a program said.
const OWN_ROWS = new Set([
  "agent_listing_delta",
  "date",
  "deferred_tools_delta",
  "environment",
  "mcp_instructions_delta",
  "model",
  "remote_session_change",
  "session_context",
  "skill_listing",
]);

/** The answer of hook.py; throws where there is none. */
async function asked($, question, timeoutMs = TIMEOUT) {
  const done = await $.process.run(["python3", "-IS", `${$.plugin.root}/server/hook.py`, "mod"], {
    env: await $.process.hookEnv(),
    stdin: JSON.stringify({ ...question, cwd: await $.session.cwd() }),
    timeoutMs,
  });
  if (done.exitCode !== 0 || done.isStdoutTruncated) {
    throw new Error(`hook.py ended with ${done.exitCode}`);
  }
  return JSON.parse(done.stdout);
}

/** What may be said of a prompt: {} or {text, context}, or {drop}. Asks the person about what nobody knows. */
async function judged($, text) {
  for (let held = 0; held < HELD_MAX; held += 1) {
    const said = await asked($, { ask: "prompt", text });
    if (said.hold === undefined) {
      return said;
    }
    let choice;
    try {
      choice = await $.ui.ask(said.hold.question, said.hold.options);
    } catch {
      return { drop: said.otherwise }; // nobody is there, or they closed it
    }
    const stored = await asked($, { ask: "store", text, choice }, PERSON_TIMEOUT);
    if (stored.drop !== undefined) {
      return stored;
    }
  }
  return { drop: NOT_SENT };
}

export function register(on) {
  // For `pixie-secrets doctor`, which says whether all this is on.
  on("session.start", async ($, e, next) => {
    await asked($, { ask: "started", version: (await $.session.version()).version });
    return next(e);
  }).catch(($, e, next) => next(e));

  on("prompt.submit", async ($, e, next) => {
    const said = await judged($, e.text);
    if (said.drop !== undefined) {
      return { drop: said.drop };
    }
    if (said.text === undefined) {
      return next(e);
    }
    if (e.command !== undefined) {
      return { drop: NOT_SENT }; // the client keeps a command's line as it was typed
    }
    return next({ ...e, text: said.text, context: [...(e.context ?? []), ...said.context] });
  }).catch(($, e, next) => (next.called ? next(e) : { drop: NOT_SENT }));

  on("command.run", async ($, e, next) => {
    if (e.args === "") {
      return next(e);
    }
    const said = await judged($, e.args);
    if (said.drop !== undefined) {
      return { text: said.drop };
    }
    return said.text === undefined ? next(e) : next({ ...e, args: said.text });
  }).catch(($, e, next) => (next.called ? next(e) : { text: NOT_SENT }));

  on("prompt.mention", async ($, e, next) => {
    const said = await asked($, { ask: "mention", path: e.path });
    return said.deny === undefined ? next(e) : { deny: said.deny };
  }).catch(($, e, next) => (next.called ? next(e) : { deny: WITHHELD }));

  on("tool.call", async ($, e, next) => {
    const done = await next(e);
    if (done.deny !== undefined) {
      const said = await asked($, { ask: "texts", texts: [done.deny] });
      return said.texts === undefined ? done : { deny: said.texts[0] };
    }
    const said = await asked($, {
      ask: "output",
      input: done.isError === true ? e : undefined,
      isError: done.isError,
      result: done.result,
      text: done.text,
      context: done.context,
    });
    if (said.deny !== undefined) {
      return { deny: said.deny };
    }
    return said.result === undefined ? done : { result: said.result, context: said.context };
  }).catch(() => ({ deny: WITHHELD }));

  on("session.append", async ($, e, next) => {
    if (e.door === "response" || e.door === "queue" || OWN_ROWS.has(e.message.name)) {
      return next(e);
    }
    const texts = e.message.content.filter((block) => block.type === "text").map((block) => block.text);
    if (texts.length === 0) {
      return next(e);
    }
    const said = await asked($, { ask: "texts", texts });
    if (said.texts === undefined) {
      return next(e);
    }
    const content = e.message.content.map((block) =>
      block.type === "text" ? { ...block, text: said.texts.shift() } : block,
    );
    return next({ ...e, message: { ...e.message, content } });
  }).catch(($, e, next) =>
    next.called
      ? next(e)
      : next({ ...e, message: { ...e.message, content: [{ type: "text", text: WITHHELD }] } }),
  );
}
