// Comforts on top of pages that work without script: drafts kept while typing, focus on errors, one press is one
// sending, rows added to forms. No page depends on it.

const DRAFT_PAUSE_MS = 1500;

function clockText(moment) {
  return `${moment.getHours()}.${String(moment.getMinutes()).padStart(2, "0")}`;
}

// Drafts: <form data-autosave="address"> with components/autosave.html inside.
function keepDraft(form) {
  const state = form.querySelector("[data-autosave-state]");
  let timer = 0;
  let typed = 0;
  let saved = 0;

  async function save() {
    const at = typed;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "autosave" },
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      saved = at;
      if (state) state.textContent = `${state.dataset.saved} ${clockText(new Date())}`;
    } catch {
      if (state) state.textContent = state.dataset.failed;
      timer = window.setTimeout(save, DRAFT_PAUSE_MS * 6);
    }
  }

  form.addEventListener("input", () => {
    typed += 1;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, DRAFT_PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    saved = typed;
  });
  window.addEventListener("beforeunload", (event) => {
    if (saved !== typed) event.preventDefault();
  });
}

// Unsaved changes: <form data-warn-unsaved>.
function warnUnsaved(form) {
  let changed = false;
  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

// One press is one sending; the button shows that it works. The server would take a second one only once as well.
function onceOnly(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  const button = event.submitter;
  if (button) {
    button.setAttribute("aria-busy", "true");
    button.setAttribute("aria-disabled", "true");
  }
}

function mayBeSentAgain() {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
    }
  }
}

// Rows of a formset: <div data-rows="prefix"> holds [data-row] and <template data-row-template>; a button
// [data-add-row="prefix"] adds a row, a button [data-remove-row] takes one away. Without script the buttons send
// the form, and the server answers with one row more or less.
function addRow(button) {
  const prefix = button.dataset.addRow;
  const rows = document.querySelector(`[data-rows="${CSS.escape(prefix)}"]`);
  const template = rows?.querySelector(":scope > template[data-row-template]");
  const total = document.querySelector(`[name="${CSS.escape(prefix)}-TOTAL_FORMS"]`);
  if (!template || !total) return false;
  const mark = template.dataset.rowTemplate || "__prefix__";
  const holder = document.createElement("template");
  holder.innerHTML = template.innerHTML.replaceAll(mark, total.value);
  const row = holder.content.querySelector("[data-row]");
  if (!row) return false;
  total.value = String(Number(total.value) + 1);
  template.before(holder.content);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  row.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function removeRow(button) {
  const row = button.closest("[data-row]");
  const tick = row?.querySelector('input[name$="-DELETE"]');
  if (!tick) return false;
  if (tick.type === "checkbox") tick.checked = true;
  else tick.value = "on";
  row.hidden = true;
  row.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
  const next = row.parentElement?.querySelector("[data-row]:not([hidden]) input, [data-add-row]");
  next?.focus();
  return true;
}

function pressed(event) {
  const target = event.target instanceof Element ? event.target : null;
  const adding = target?.closest("[data-add-row]");
  const removing = target?.closest("[data-remove-row]");
  if ((adding && addRow(adding)) || (removing && removeRow(removing))) event.preventDefault();
}

// A form that asks again when something is chosen: <form data-send-on-change> (filters in the address).
function sendOnChange(form) {
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) form.requestSubmit();
  });
}

// A row of tabs wider than a telephone opens where the tab in use is seen.
function showOpenTab(row) {
  const open = row.querySelector("[aria-current]");
  if (!open) return;
  const place = open.getBoundingClientRect();
  const shown = row.getBoundingClientRect();
  row.scrollLeft += place.left + place.width / 2 - shown.left - shown.width / 2;
}

function start(root) {
  root.querySelectorAll("form[data-autosave]").forEach(keepDraft);
  root.querySelectorAll("form[data-warn-unsaved]").forEach(warnUnsaved);
  root.querySelectorAll("form[data-send-on-change]").forEach(sendOnChange);
  root.querySelectorAll(".tabs ul").forEach(showOpenTab);
  root.querySelector(".errorbox")?.focus();
}

document.addEventListener("submit", onceOnly);
document.addEventListener("click", pressed);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) start(event.detail.elt);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) mayBeSentAgain();
});
start(document);
