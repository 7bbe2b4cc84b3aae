// What every part of the page uses: its words, what it makes and says, and how it asks the server.

export const words = JSON.parse(document.body.dataset.words);
export const calm = matchMedia("(prefers-reduced-motion: reduce)");
export const touch = matchMedia("(pointer: coarse)");

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function fragment(html) {
  return Object.assign(document.createElement("template"), { innerHTML: html }).content;
}

// With the address of a chat that shows what the text says.
export function toast(text, place = document.querySelector(".toasts.page"), open = "") {
  const shown = element("div", { className: "toast", textContent: text });
  if (open) shown.append(" ", element("a", { href: open, textContent: words.open_chat }));
  place.replaceChildren(shown); // the last one counts
  setTimeout(() => shown.remove(), open ? 12_000 : Math.min(6000, 2000 + text.length * 30));
}

export async function post(address, body) {
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    const data = await answer.json();
    return answer.ok ? data : { error: data.error || words.failed };
  } catch {
    return { error: words.failed };
  }
}

// The same for files: `told` learns how much of them has left, from 0 to 1; `stop` is a signal that takes them back.
export function upload(address, body, told, stop) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) told(event.loaded / event.total); });
    request.addEventListener("load", () => resolve(request.status < 300 ? {} : { error: request.response?.error || words.failed }));
    request.addEventListener("error", () => resolve({ error: words.failed }));
    request.addEventListener("abort", () => resolve({ stopped: true }));
    stop.addEventListener("abort", () => request.abort());
    if (stop.aborted) resolve({ stopped: true }); else request.send(body);
  });
}
