"use strict";
// The page works without this; it only spares steps.
const WAYS = "input[name^='line.'], textarea[name^='block.'], input[name^='file.'], input[name^='expires.']";
const KEPT = `${WAYS}, input[name^='probe.']`;
const answers = () => document.querySelector("form.answers");

// Lines pasted into a one-line field would lose their breaks: put them where they keep them.
document.addEventListener("paste", (event) => {
  const line = event.target;
  if (!(line instanceof HTMLInputElement) || !line.name.startsWith("line.")) return;
  const text = event.clipboardData?.getData("text") ?? "";
  if (!/[\r\n]/.test(text.trim())) return;
  const block = document.getElementById(line.id.replace("line-", "block-"));
  event.preventDefault();
  block.closest("details").open = true;
  block.value = text;
  line.value = "";
  block.focus();
  look();
});

// Nothing to save, no Save.
const look = () => {
  const form = answers();
  if (!form) return;
  form.querySelector(".primary").disabled = ![...form.querySelectorAll(WAYS)].some((field) => field.value);
};
// A value goes in by one way: what is pasted or chosen takes the place of what stands in the line.
const oneWay = (event) => {
  const key = /^(?:block|file)\.(.*)$/.exec(event.target.name ?? "")?.[1];
  if (key && event.target.value) document.getElementById(`line-${key}`).value = "";
  look();
};
document.addEventListener("input", oneWay);
document.addEventListener("change", oneWay);

// A value can be seen while its button is held down, and no longer.
const show = (field, shown) => {
  if (field.type === "textarea") field.classList.toggle("shown", shown);
  else field.type = shown ? "text" : "password";
};
const addShow = (field) => {
  if (field.closest(".shows")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = document.body.dataset.show;
  button.title = document.body.dataset.hold;
  button.setAttribute("aria-label", document.body.dataset.showKey.replace("{key}", field.name.slice(5)));
  const around = document.createElement("div");
  around.className = "shows";
  field.replaceWith(around);
  around.append(field, button);
  const down = (event) => {
    if (event.type === "keydown" && event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    show(field, true);
  };
  for (const kind of ["pointerdown", "keydown"]) button.addEventListener(kind, down);
  for (const kind of ["pointerup", "pointercancel", "pointerleave", "keyup", "blur"]) {
    button.addEventListener(kind, () => show(field, false));
  }
};

// What is plainly no value for a key is said before anything is sent.
const wrong = (field) => {
  const { shape, wrong: rule } = field.dataset;
  const text = field.value.replace(/\r\n/g, "\n");
  if (!rule || !text || text.length > 4096) return "";
  try {
    if (shape) return new RegExp(`^(?:${shape})$`, "u").test(text) ? "" : rule;
  } catch {
    return ""; // no expression for this browser: the page behind it decides
  }
  try {
    JSON.parse(text);
  } catch {
    return rule;
  }
  return "";
};
const say = (key, text) => {
  const problem = document.getElementById(`problem-${key}`);
  if (problem) problem.textContent = text;
  for (const way of ["line", "block"]) {
    document.getElementById(`${way}-${key}`)?.toggleAttribute("aria-invalid", Boolean(text));
  }
};
const checked = (form) => {
  let first = null;
  for (const line of form.querySelectorAll("input[name^='line.']")) {
    const key = line.name.slice(5);
    const fields = [line, document.getElementById(`block-${key}`)];
    const rule = fields.map(wrong).find(Boolean) ?? "";
    say(key, rule);
    if (rule) first ??= fields.find((field) => wrong(field));
  }
  first?.focus();
  return !first;
};

// What was typed stays typed when the page says no: the answer's words come in around the fields.
const showAnswer = (html) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const field of document.querySelectorAll(KEPT)) {
    const place = fresh.getElementById(field.id);
    if (!place) continue;
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (place.hasAttribute(name)) field.setAttribute(name, place.getAttribute(name));
      else field.removeAttribute(name);
    }
    place.replaceWith(field);
    if (field.value && field.type !== "checkbox") for (let more = field.closest("details"); more; more = more.parentElement.closest("details")) more.open = true;
  }
  fresh.querySelector(".retype")?.remove();
  document.title = fresh.title;
  document.querySelector("main").replaceWith(document.adoptNode(fresh.querySelector("main")));
  ready();
  document.querySelector("main [autofocus]")?.focus();
};
const unreachable = (form) => {
  let message = document.getElementById("unreachable");
  if (!message) {
    message = document.createElement("p");
    message.id = "unreachable";
    message.className = "message bad";
    message.setAttribute("role", "alert");
    form.before(message);
  }
  message.textContent = document.body.dataset.gone;
};

// One click, one save.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  if (!form.matches(".answers")) {
    form.dataset.sent = "yes";
    return;
  }
  event.preventDefault();
  if (!checked(form)) return;
  form.dataset.sent = "yes";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (answer.type === "opaqueredirect") location.replace(location.pathname);
    else showAnswer(await answer.text());
  } catch {
    unreachable(form);
  }
  delete form.dataset.sent;
});

// A form does not outlive its question: what is typed later would go to nobody, or to whoever has that port then.
const closing = answers()?.dataset.closesIn;
if (closing) setTimeout(() => location.replace(location.pathname), Number(closing) * 1000);
// Nothing typed outlives the page: not for the back button, not in the browser's cache of pages.
addEventListener("pagehide", () => document.querySelectorAll("form").forEach((form) => form.reset()));
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
// What "Replace" opens has the cursor.
document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (details.open && details.contains(document.activeElement)) details.querySelector("input, textarea")?.focus();
}, true);

// Many tools: those that a word is in.
const addFilter = () => {
  const list = document.querySelector(".tools");
  if (!list || list.children.length < 8) return;
  const filter = document.createElement("input");
  filter.type = "search";
  filter.className = "filter";
  filter.placeholder = document.body.dataset.filter;
  filter.setAttribute("aria-label", document.body.dataset.filterAbout);
  filter.addEventListener("input", () => {
    const word = filter.value.trim().toLowerCase();
    for (const tool of list.children) tool.hidden = !tool.textContent.toLowerCase().includes(word);
  });
  list.before(filter);
};

const ready = () => {
  document.querySelectorAll("form.answers input[name^='line.']").forEach(addShow);
  look();
};
ready();
addFilter();
// A link's page goes on by itself.
document.querySelector("form[data-continue]")?.requestSubmit();
