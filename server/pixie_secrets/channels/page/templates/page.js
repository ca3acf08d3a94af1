"use strict";
// The page works without this; it only spares steps.
// Lines pasted into a one-line field would lose their breaks: put them where they keep them.
document.addEventListener("paste", (event) => {
  const line = event.target;
  if (!(line instanceof HTMLInputElement) || line.type !== "password") return;
  const text = event.clipboardData?.getData("text") ?? "";
  if (!/[\r\n]/.test(text.trim())) return;
  const block = document.getElementById(line.id.replace("line-", "block-"));
  event.preventDefault();
  block.closest("details").open = true;
  block.value = text;
  block.focus();
});
// One click, one save.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
// A form does not outlive its question: what is typed later would go to nobody, or to whoever has that port then.
document.querySelectorAll("form[data-closes-in]").forEach((form) =>
  setTimeout(() => location.replace(location.pathname), Number(form.dataset.closesIn) * 1000));
// Nothing typed outlives the page: not for the back button, not in the browser's cache of pages.
addEventListener("pagehide", () => document.querySelectorAll("form").forEach((form) => form.reset()));
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
// What "Replace" opens has the cursor.
document.querySelectorAll("details").forEach((details) => details.addEventListener("toggle", () => {
  if (details.open && details.contains(document.activeElement)) details.querySelector("input, textarea")?.focus();
}));
// A link's page goes on by itself.
document.querySelector("form[data-continue]")?.requestSubmit();
