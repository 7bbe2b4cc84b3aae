// What a person does and sees on a page of the web chat, for tests: one call of the browser for each.

const toasts = [], streams = [];
let seen = "";

// Remembers what the page's own scripts do not: how far the stream came, and toasts that have vanished again.
const Stream = EventSource;
window.EventSource = class extends Stream {
  constructor(address) {
    super(address);
    streams.push(this);
    for (const name of ["message", "gone"]) this.addEventListener(name, (event) => { seen = event.lastEventId; });
    this.addEventListener("ack", (event) => {
      const { toast } = JSON.parse(event.data);
      if (toast) toasts.push(toast);
    });
  }
};

function words(body) {
  let text = body.innerText;
  for (const label of body.querySelectorAll("dt")) {
    const value = label.nextElementSibling.innerText;
    text = text.replace(`${label.innerText}\n${value}`, `${label.innerText}: ${value}`);
  }
  return text.replace(/\n\n+/g, "\n\n");
}

function look() {
  const messages = [...document.querySelectorAll(".message.bot")].map((message) => ({
    id: message.dataset.id,
    html: message.querySelector(".bubble").innerHTML,
    text: [...message.querySelectorAll(".body")].map(words).join("\n\n"),
    buttons: [...message.querySelectorAll(".keys .key, .contact summary")].map((key) => key.innerText.trim()),
    files: [...message.querySelectorAll(".bubble img, .bubble a[download], .bubble audio")]
      .map((file) => file.alt || file.innerText || "voice"),
  }));
  return { messages, toasts };
}

// What a click does, without the pointer, for which the browser draws several frames. That everything can be hit by a
// pointer is what the tests of the page itself try.
function click(what) {
  if (!what?.checkVisibility() || what.disabled) throw new Error(`${what?.outerHTML} cannot be pressed`);
  what.click();
}

function say(text) {
  const box = document.querySelector("textarea");
  box.value = text;
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  click(document.querySelector(".send"));
}

window.person = {
  // What the page shows as soon as it has all messages up to a revision, and waits for nothing.
  looks: (revision, ids) => new Promise((resolve) => {
    const again = () => {
      const now = Number((seen || document.querySelector(".panes").dataset.since).split(".")[1]);
      const shown = [...document.querySelectorAll(".message")].map((message) => Number(message.dataset.id));
      const arrived = now >= revision && JSON.stringify(shown) === JSON.stringify(ids);
      if (arrived && !document.querySelector("[aria-busy]")) resolve(look()); else setTimeout(again, 5);
    };
    again();
  }),
  says: say,
  answers: (id, text) => {
    click(document.querySelector(`.message[data-id="${id}"] .reply`));
    say(text);
  },
  presses: (message, key) => click(document.querySelectorAll(".message.bot")[message].querySelectorAll(".keys .key")[key]),
  shares: (phone) => {
    const contact = [...document.querySelectorAll(".contact")].at(-1);
    click(contact.querySelector("summary"));
    contact.querySelector("input[type=tel]").value = phone;
    click(contact.querySelector("form button"));
  },
  leaves: () => {
    for (const stream of streams) stream.close();
    sessionStorage.clear();
  },
};
