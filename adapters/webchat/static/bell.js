// The sound and the notification of what is urgent, while the page is hidden and somebody has switched them on.

import { toast, words } from "./page.js";

const KEY = "kollega-bell";
const button = document.querySelector(".bell");
let sound;

const on = () => localStorage.getItem(KEY) === "on";

// A browser lets a page sound only after somebody has touched it.
function wake() {
  sound ??= new AudioContext();
  return sound.resume();
}

function chime() {
  if (sound?.state !== "running") return;
  for (const [pitch, begin] of [[880, 0], [1320, .16]]) {
    const tone = sound.createOscillator(), volume = sound.createGain(), at = sound.currentTime + begin;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(.0001, at);
    volume.gain.exponentialRampToValueAtTime(.2, at + .02);
    volume.gain.exponentialRampToValueAtTime(.0001, at + .35);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + .4);
  }
}

function show() {
  button.setAttribute("aria-pressed", String(on()));
}

export function ring(pane, message, call) {
  if (!call || !document.hidden || !on()) return;
  chime();
  if (globalThis.Notification?.permission !== "granted") return;
  const name = pane.section.getAttribute("aria-label");
  const said = [...message.querySelectorAll(".body")].map((part) => part.innerText).join(" ").replace(/\s+/g, " ").trim();
  const shown = new Notification(name, { body: said.slice(0, 200), tag: `${pane.account}:${message.dataset.id}` });
  shown.addEventListener("click", () => {
    focus();
    document.querySelector(`.tabs input[value="${pane.section.classList.contains("left") ? "left" : "right"}"]`)?.click();
    pane.reveal(message);
    shown.close();
  });
}

button.hidden = false;
show();
if (on()) document.addEventListener("pointerdown", wake, { once: true });
button.addEventListener("click", async () => {
  localStorage.setItem(KEY, on() ? "off" : "on");
  show();
  if (!on()) return toast(words.bell_off);
  wake().then(chime);
  const known = globalThis.Notification?.permission;
  const asked = known === "default" ? await Notification.requestPermission() : known;
  toast(asked === "granted" ? words.bell_on : words.bell_quiet);
});
