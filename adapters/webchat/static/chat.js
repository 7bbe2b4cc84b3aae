// What a page without scripts lacks: news from the server, and small comforts.

import { post, toast, touch } from "./page.js";
import { Pane } from "./pane.js";

const panes = new Map();

function listen(main) {
  let since = main.dataset.since, late;
  const lost = main.querySelector(".lost");
  const [first, ...more] = [...panes.keys()];
  const connect = () => {
    const query = new URLSearchParams([["since", since], ...more.map((account) => ["also", account])]);
    const source = new EventSource(`/events/${encodeURIComponent(first)}?${query}`);
    const on = (name, act) => source.addEventListener(name, (event) => {
      since = event.lastEventId || since;
      const data = JSON.parse(event.data);
      act(data, panes.get(data.chat));
    });
    on("message", (data, pane) => { pane.message(data); lead(); });
    on("gone", (data, pane) => pane.gone(data));
    on("ack", (data, pane) => pane.acknowledged(data));
    on("menu", (data, pane) => pane.menu(data));
    on("reset", () => location.reload());
    source.onopen = () => { clearTimeout(late); late = undefined; lost.hidden = true; };
    source.onerror = () => {
      late ??= setTimeout(() => { lost.hidden = false; }, 700);
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
    };
    addEventListener("pagehide", () => source.close(), { once: true });
  };
  connect();
}

for (const section of document.querySelectorAll(".pane[data-account]")) panes.set(section.dataset.account, new Pane(section));
// The box is where one begins; on a touch screen that would open the keyboard over the messages.
if (!touch.matches) panes.values().next().value?.text.focus({ preventScroll: true });
if (panes.size) listen(document.querySelector(".panes"));

// The newcomer's minute goes on with what happens in the chats.
let leading;
function lead() {
  const led = document.querySelector(".led");
  if (!led.children.length) return;
  clearTimeout(leading);
  leading = setTimeout(async () => {
    const answer = await fetch(`/guide${location.search}`).catch(() => null);
    const html = answer?.ok ? await answer.text() : "";
    if (!html || html === led.dataset.shown) return;
    const focused = led.contains(document.activeElement);
    led.innerHTML = led.dataset.shown = html;
    if (focused) led.querySelector(".now :is(button, a)")?.focus({ preventScroll: true });
  }, 150);
}

document.addEventListener("submit", async (event) => {
  const form = event.target, button = event.submitter;
  if (form.dataset.kind !== "tool") return;
  event.preventDefault();
  button.setAttribute("aria-busy", "true");
  const answer = await post(form.action, new URLSearchParams());
  button.removeAttribute("aria-busy");
  if (document.querySelector(".tools:popover-open")) document.querySelector(".tools").hidePopover();
  toast(answer.toast || answer.error, undefined, answer.toast && form.dataset.open);
  lead();
});

for (const link of document.querySelectorAll("[data-theme-to]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const theme = link.dataset.themeTo;
    document.documentElement.dataset.theme = theme;
    document.cookie = `kollega-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    document.querySelector(`[data-theme-to="${theme === "dark" ? "light" : "dark"}"]`).focus();
  });
}

for (const find of document.querySelectorAll(".find")) {
  const place = find.parentElement, cards = [...place.querySelectorAll(".cards li")];
  find.hidden = false;
  find.querySelector("input").addEventListener("input", (event) => {
    const sought = event.target.value.trim().toLowerCase();
    for (const card of cards) card.hidden = !card.textContent.toLowerCase().includes(sought);
    place.querySelector(".none").hidden = cards.some((card) => !card.hidden);
  });
}

document.addEventListener("change", (event) => {
  if (event.target.name === "tab") event.target.closest("label").classList.remove("unread");
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll(".switch[open], .commands[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll(".switch[open], .commands[open]")) {
    open.open = false;
    if (open.contains(document.activeElement)) open.querySelector("summary").focus();
  }
});
