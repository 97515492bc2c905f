// Attendance of one session on a telephone with a poor connection. What is marked is kept in this browser until the
// server has it: only numbers and states, no names. The teacher's other pages tell of what waits and send it, so that
// nothing is forgotten on a page that is not opened again. The page's form works without this file.

const PAUSE_MS = 1200;
const AGAIN_MS = [4000, 10000, 30000];
const KEPT_DAYS = 14;
const PREFIX = "kotopolku.attendance.";

const form = document.querySelector("form[data-attendance]");
const list = document.querySelector("[data-attendance-waiting]");
forgetOld();
if (form) start(form);
if (list) showWaiting(list);

// One attempt: the answer, or null when there was no network.
async function put(api, token, waiting) {
  try {
    return await fetch(api, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "Idempotency-Key": waiting.key, "X-CSRFToken": token },
      body: JSON.stringify({
        marks: Object.entries(waiting.marks).map(([enrolment, mark]) => ({
          enrolment: Number(enrolment),
          state: mark.state,
          late_minutes: mark.late,
          version: mark.version,
        })),
      }),
    });
  } catch {
    return null;
  }
}

function start(form) {
  const place = `${PREFIX}${form.dataset.user}.${form.dataset.attendance}`;
  const state = form.querySelector("[data-sendstate]");
  let timer = 0;
  let sending = false;
  let failures = 0;

  // { key, at, api, label, marks: { enrolment: { state, late, version } } }, or null when everything has been sent.
  function kept() {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null;
    }
  }

  function keep(waiting) {
    try {
      if (waiting && Object.keys(waiting.marks).length) localStorage.setItem(place, JSON.stringify(waiting));
      else localStorage.removeItem(place);
      return true;
    } catch {
      return false;
    }
  }

  function tell(name, more = "") {
    state.hidden = false;
    if (name === "kept" || name === "signin" || name === "clash" || name === "refused") state.dataset.tone = "warn";
    else delete state.dataset.tone;
    state.querySelector("[data-sendtext]").textContent = `${state.dataset[name]}${more}`;
  }

  function row(enrolment) {
    return form.querySelector(`[data-student="${CSS.escape(enrolment)}"]`);
  }

  function field(enrolment, name) {
    return form.elements[`${name}-${enrolment}`];
  }

  function markOf(enrolment) {
    const chosen = form.querySelector(`[name="mark-${CSS.escape(enrolment)}"]:checked`);
    if (!chosen) return null;
    const late = chosen.value === "present" ? Number(field(enrolment, "late").value.trim() || 0) : 0;
    return { state: chosen.value, late, version: Number(field(enrolment, "version").value) };
  }

  function note(enrolment) {
    const mark = markOf(enrolment);
    if (!mark) return;
    if (mark.state !== "present") field(enrolment, "late").value = "";
    // A new key for new content: an attempt whose answer was lost may have arrived.
    const waiting = kept() ?? { marks: {} };
    waiting.marks[enrolment] = mark;
    waiting.key = crypto.randomUUID();
    waiting.at = Date.now();
    waiting.api = form.dataset.api;
    waiting.label = form.dataset.label;
    if (keep(waiting)) tell("kept");
    window.clearTimeout(timer);
    timer = window.setTimeout(send, PAUSE_MS);
  }

  function say(enrolment, text) {
    const error = row(enrolment)?.querySelector("[data-error]");
    if (!error) return;
    error.textContent = text;
    error.hidden = !text;
  }

  async function send() {
    window.clearTimeout(timer);
    const waiting = kept();
    if (sending || !waiting) return;
    sending = true;
    tell("sending");
    const answer = await put(form.dataset.api, form.elements.csrfmiddlewaretoken.value, waiting);
    sending = false;
    if (answer && answer.ok) await taken(waiting, await answer.json());
    else if (answer && answer.status === 422) await refused(await answer.json());
    else if (answer && (answer.status === 401 || answer.status === 403)) tell("signin");
    else again();
  }

  function again() {
    tell("kept");
    timer = window.setTimeout(send, AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]);
    failures += 1;
  }

  // What was sent is forgotten here; what was marked meanwhile waits with its new version.
  async function taken(sent, answer) {
    failures = 0;
    for (const mark of answer.marks) {
      const versions = field(String(mark.enrolment), "version");
      if (versions) versions.value = String(mark.version);
    }
    for (const enrolment of Object.keys(sent.marks)) say(enrolment, "");
    for (const clash of answer.clashes) say(String(clash.enrolment), clash.words);
    const now = kept();
    if (now && now.key !== sent.key) {
      for (const [enrolment, mark] of Object.entries(now.marks)) {
        const before = sent.marks[enrolment];
        if (before && before.state === mark.state && before.late === mark.late) delete now.marks[enrolment];
        else mark.version = Number(field(enrolment, "version").value);
      }
      now.key = crypto.randomUUID();
      keep(now);
    } else keep(null);
    if (kept()) timer = window.setTimeout(send, PAUSE_MS);
    if (answer.clashes.length) tell("clash");
    else if (!kept()) tell("sent", ` ${answer.at}`);
  }

  async function refused(answer) {
    tell("refused", answer.detail ? ` ${answer.detail}` : "");
    for (const error of answer.errors ?? []) {
      const found = /^mark-(\d+)$/.exec(error.field ?? "");
      if (found) say(found[1], error.message ?? "");
    }
  }

  // What waited from an earlier visit is shown as it was marked, and sent.
  function takeUp() {
    const waiting = kept();
    if (!waiting) return;
    for (const [enrolment, mark] of Object.entries(waiting.marks)) {
      const choice = form.querySelector(`[name="mark-${CSS.escape(enrolment)}"][value="${CSS.escape(mark.state)}"]`);
      if (choice) choice.checked = true;
      if (field(enrolment, "late")) field(enrolment, "late").value = mark.late || "";
    }
    send();
  }

  form.addEventListener("change", (event) => {
    const student = event.target.closest("[data-student]");
    if (student) note(student.dataset.student);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.name === "rest") {
      for (const student of form.querySelectorAll("[data-student]")) {
        if (markOf(student.dataset.student)) continue;
        student.querySelector(`[value="${CSS.escape(event.submitter.value)}"]`).checked = true;
        note(student.dataset.student);
      }
    }
    if (kept()) send();
    else if (form.querySelector(":checked")) tell("sent");
  });
  window.addEventListener("online", send);
  window.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") send();
  });
  takeUp();
}

// On the teacher's other pages: sends what waits on this telephone, and lists what is still left, by session.
function showWaiting(list) {
  const prefix = `${PREFIX}${list.dataset.user}.`;
  let busy = false;

  function waiting() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
    return names.flatMap((name) => {
      try {
        return [[name, JSON.parse(localStorage.getItem(name))]];
      } catch {
        return [];
      }
    });
  }

  function tell() {
    const left = waiting();
    list.hidden = !left.length;
    list.querySelector("ul").replaceChildren(
      ...left.map(([name, kept]) => {
        const link = document.createElement("a");
        link.href = list.dataset.address.replace("/0/", `/${name.slice(prefix.length)}/`);
        link.textContent = kept.label || name.slice(prefix.length);
        const line = document.createElement("li");
        line.append(link);
        return line;
      }),
    );
  }

  async function send() {
    if (busy) return;
    busy = true;
    for (const [name, kept] of waiting()) {
      if (!kept.api) continue;
      const before = localStorage.getItem(name);
      const answer = await put(kept.api, list.querySelector("[name=csrfmiddlewaretoken]").value, kept);
      if (!answer) break;
      // Where a colleague has marked otherwise it waits: the teacher chooses on the session's own page.
      const done = answer.ok && !(await answer.json()).clashes.length;
      if (done && localStorage.getItem(name) === before) localStorage.removeItem(name);
    }
    busy = false;
    tell();
  }

  window.addEventListener("online", send);
  tell();
  send();
}

// Marks that nobody came back for are not kept for ever on a telephone.
function forgetOld() {
  const oldest = Date.now() - KEPT_DAYS * 24 * 3600 * 1000;
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    try {
      if ((JSON.parse(localStorage.getItem(name))?.at ?? 0) < oldest) localStorage.removeItem(name);
    } catch {
      localStorage.removeItem(name);
    }
  }
}
