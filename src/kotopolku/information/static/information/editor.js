// Comforts of the page editor, which works without it: blocks rearranged in place, the preview beside, a toolbar for
// Markdown, pasting from a word processor, and what is typed kept in the browser until it is saved.

const PAUSE_MS = 900;
const IN_PLACE = /^(add|up|down|remove|item-add|item-up|item-remove):/;
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "do"]);

const form = document.getElementById("text-form");
const bar = document.querySelector("[data-kept-bar]");
const key = `kotopolku.text.${form.dataset.keep}`;
let timer = 0;

function state(words) {
  const line = form.querySelector("[data-kept-state]");
  if (line) line.textContent = words ? line.dataset[words] : "";
}

// What is typed, kept in this browser ------------------------------------------------------------------------------

function fields() {
  return [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
}

function words(given) {
  return JSON.stringify(given.filter(([name]) => name !== "version"));
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function keep(sent) {
  const kept = { at: Date.now(), version: Number(form.dataset.version), sent, fields: fields() };
  try {
    localStorage.setItem(key, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

function forget() {
  try {
    localStorage.removeItem(key);
  } catch {
    // A browser without storage keeps nothing.
  }
}

function offerKept() {
  const kept = stored();
  if (!kept || form.dataset.fresh !== "yes") return;
  const wasSaved = kept.sent && Number(form.dataset.version) > kept.version;
  if (wasSaved || words(kept.fields) === words(fields())) {
    forget();
    return;
  }
  bar.querySelector("[data-kept-when]").textContent = new Date(kept.at).toLocaleString(
    document.documentElement.lang,
    { dateStyle: "medium", timeStyle: "short" },
  );
  bar.hidden = false;
  bar.querySelector("[data-kept-throw]").addEventListener("click", () => {
    forget();
    bar.hidden = true;
  });
  bar.querySelector("[data-kept-take]").addEventListener("click", () => {
    const again = document.createElement("form");
    again.method = "post";
    again.action = form.action;
    const given = [...kept.fields.filter(([name]) => name !== "version"), ["version", String(kept.version)], ["do", "typed"]];
    given.push(["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value]);
    for (const [name, value] of given) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      again.append(field);
    }
    again.hidden = true;
    document.body.append(again);
    again.submit();
  });
}

// Blocks rearranged, the preview beside ---------------------------------------------------------------------------

async function sent(address, data, purpose) {
  const answer = await fetch(address, { method: "POST", body: data, headers: { "X-Requested-With": purpose } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer.text();
}

async function rearrange(button) {
  const data = new FormData(form);
  data.append("do", button.value);
  form.setAttribute("aria-busy", "true");
  try {
    const page = new DOMParser().parseFromString(await sent(form.action, data, "in-place"), "text/html");
    const made = page.getElementById("editor");
    if (!made) throw new Error("no editor");
    document.getElementById("editor").replaceWith(document.adoptNode(made));
    dress();
    const place = form.querySelector("[data-focus]");
    const field = place?.querySelector("input:not([type=hidden]), select, textarea") ?? place;
    field?.focus();
    (place ?? field)?.scrollIntoView({ block: "nearest" });
    keep(false);
    state("kept");
  } catch {
    state("failed");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

async function showPreview() {
  const phone = form.querySelector("[data-phone]");
  if (!phone) return;
  try {
    const made = await sent(phone.dataset.phone, new FormData(form), "preview");
    phone.replaceChildren(...new DOMParser().parseFromString(made, "text/html").body.childNodes);
  } catch {
    // The preview waits for the next word.
  }
}

// Markdown: toolbar and pasting -----------------------------------------------------------------------------------

function insert(area, text) {
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function selectLines(area) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = area.value.indexOf("\n", area.selectionEnd);
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  return area.value.slice(area.selectionStart, area.selectionEnd);
}

const FORMATS = {
  bold: (area) => insert(area, `**${area.value.slice(area.selectionStart, area.selectionEnd)}**`),
  heading: (area) => insert(area, `### ${selectLines(area).replace(/^#+\s*/, "")}`),
  list: (area) => insert(area, selectLines(area).split("\n").map((line) => `- ${line}`).join("\n")),
  numbers: (area) => insert(area, selectLines(area).split("\n").map((line, n) => `${n + 1}. ${line}`).join("\n")),
  link: (area) => {
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
    const isAddress = /^https?:\/\/\S+$/.test(chosen);
    const start = area.selectionStart;
    insert(area, isAddress ? `[](${chosen})` : `[${chosen}](https://)`);
    const place = isAddress ? start + 1 : start + chosen.length + 11;
    area.setSelectionRange(place, place);
  },
};

function dress() {
  const template = document.getElementById("toolbar");
  for (const area of form.querySelectorAll("textarea[data-markdown]:not([data-dressed])")) {
    area.dataset.dressed = "";
    const tools = template.content.firstElementChild.cloneNode(true);
    tools.setAttribute("aria-controls", area.id);
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-md]");
      if (button) FORMATS[button.dataset.md](area);
    });
    area.before(tools);
  }
}

async function paste(event) {
  const area = event.target.closest?.("textarea[data-markdown]");
  const copied = event.clipboardData?.getData("text/html");
  if (!area || !copied) return;
  const plain = event.clipboardData.getData("text/plain");
  event.preventDefault();
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append("html", copied);
  try {
    insert(area, (await sent(form.dataset.paste, data, "paste")) || plain);
  } catch {
    insert(area, plain);
  }
}

// Start -----------------------------------------------------------------------------------------------------------

form.addEventListener("input", () => {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    if (keep(false)) state("kept");
    showPreview();
  }, PAUSE_MS);
});
form.addEventListener("submit", (event) => {
  const button = event.submitter;
  window.clearTimeout(timer);
  if (button && IN_PLACE.test(button.value)) {
    event.preventDefault();
    rearrange(button);
    return;
  }
  keep((button?.value ?? "save").startsWith("save"));
});
form.addEventListener("paste", paste);
offerKept();
dress();
form.querySelector("[data-focus]")?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
