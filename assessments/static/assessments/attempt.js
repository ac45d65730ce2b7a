/* Where scripts run: each change on a page of questions is saved at once, and the clock counts.

   What could not be sent yet is kept on this device and sent when the connection is back. Each tab
   keeps its own, and has what a closed one left. The server decides what counts; without scripts the
   buttons send everything. */

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const json = { Accept: "application/json" };
const csrf = (root = document) => $("[name=csrfmiddlewaretoken]", root)?.value ?? "";
// `crypto.randomUUID` is there in secure contexts only.
const uuid = () =>
    crypto.randomUUID?.() ??
    "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
        (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16),
    );

/* Saving --------------------------------------------------------------------------------- */

const PAUSE = 900; // after the last keystroke, in milliseconds
const RETRY = [2000, 4000, 8000, 15000, 30000];
const LAST_CALL = 4000; // how long a button waits for what is being sent

class Saver {
    constructor(form) {
        this.form = form;
        this.shelf = `tilts-attempt-${form.dataset.attempt}-`;
        this.key = this.shelf + uuid();
        this.sections = new Map(
            $$("[data-slot]", form)
                .filter((section) => $("[data-token]", section))
                .map((section) => [section.dataset.slot, section]),
        );
        this.waiting = new Map(); // slot -> { token, fields }
        this.unsure = new Map(); // the same, sent without hearing whether it arrived
        this.timers = new Map();
        this.sending = null;
        this.tries = 0;
        this.inherit();
        form.addEventListener("input", (event) => this.changed(event, PAUSE));
        form.addEventListener("change", (event) => this.changed(event, 0));
        form.addEventListener("submit", (event) => this.submit(event));
        addEventListener("online", () => this.online());
        addEventListener("pagehide", () => this.keep());
        document.addEventListener("visibilitychange", () => this.now());
    }

    changed(event, pause) {
        const section = event.target.closest("[data-slot]");
        const slot = section?.dataset.slot;
        if (!this.sections.has(slot)) return;
        // A box that is typed into tells of each key, and once more when it is left.
        const typed = event.target.matches("textarea, input[type=text], input:not([type])");
        clearTimeout(this.timers.get(slot));
        this.waiting.set(slot, { token: uuid(), fields: this.fieldsOf(section) });
        this.say(slot, "unsaved");
        this.keep();
        this.timers.set(slot, setTimeout(() => this.flush(), typed ? pause : 0));
    }

    fieldsOf(section) {
        const fields = [];
        for (const [name, value] of new FormData(this.form)) {
            const field = this.form.elements[name];
            const one = field instanceof RadioNodeList ? field[0] : field;
            if (section.contains(one) && !one.matches("[data-token]")) fields.push([name, value]);
        }
        return fields;
    }

    now() {
        for (const timer of this.timers.values()) clearTimeout(timer);
        return this.flush();
    }

    flush() {
        this.sending ??= this.send().finally(() => (this.sending = null));
        return this.sending;
    }

    online() {
        this.stay("");
        this.flush();
    }

    async send() {
        let renewed = false;
        while (this.waiting.size) {
            // What may have arrived is told again first: the next answer goes on from it.
            const batch = new Map([...this.waiting].map(([slot, given]) => [slot, this.unsure.get(slot) ?? given]));
            const body = new URLSearchParams({ csrfmiddlewaretoken: csrf(this.form) });
            for (const [slot, { token, fields }] of batch) {
                for (const [name, value] of fields) body.append(name, value);
                body.append(`q${slot}-token`, token);
                body.append(`q${slot}-base`, $("[data-token]", this.sections.get(slot)).value);
                this.unsure.set(slot, { token, fields });
                this.say(slot, "saving");
            }
            this.keep();
            let answer;
            try {
                const response = await fetch(this.form.action, { method: "POST", body, headers: json });
                // The way to signing in ends in JSON of its own.
                const told = !response.redirected && response.headers.get("Content-Type")?.includes("json");
                if (response.status === 403 && !renewed && (renewed = await this.renew())) continue;
                if (!told) {
                    const away = response.redirected || response.status === 403 || response.status === 404;
                    for (const slot of batch.keys()) this.say(slot, away ? "signedOut" : "unsaved");
                    return this.later();
                }
                answer = await response.json();
            } catch {
                for (const slot of batch.keys()) this.say(slot, "offline");
                return this.later();
            }
            this.tries = 0;
            this.took(batch, answer);
        }
    }

    // Whoever has signed in again in another tab has a new token: the page has it, if it is hers.
    async renew() {
        const response = await fetch(location.href);
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const theirs = $(`form[data-attempt="${this.form.dataset.attempt}"]`, page);
        if (theirs) for (const field of $$("[name=csrfmiddlewaretoken]")) field.value = csrf(theirs);
        return Boolean(theirs);
    }

    took(batch, answer) {
        for (const [slot, { token }] of batch) {
            this.unsure.delete(slot);
            const came = answer.answers[slot];
            if (came) $("[data-token]", this.sections.get(slot)).value = came.base;
            // What was changed again in the meantime is sent with the next turn.
            if (this.waiting.get(slot)?.token === token) this.waiting.delete(slot);
            if (this.waiting.has(slot)) continue;
            if (!came) this.say(slot, "unsaved");
            else if (came.state === "saved" || came.state === "same") this.say(slot, "saved");
            else if (came.state === "amiss") this.say(slot, "unsaved", came.reasons.join(" "));
            else this.say(slot, answer.open ? "elsewhere" : "ended");
        }
        this.keep();
        const progress = $(".progress");
        if (progress) {
            const text = fill(this.form.dataset.done, { done: answer.done, total: answer.total });
            $("progress", progress).value = answer.done;
            $("span", progress).textContent = text;
        }
    }

    later() {
        const wait = RETRY[Math.min(this.tries++, RETRY.length - 1)];
        clearTimeout(this.retry);
        this.retry = setTimeout(() => this.flush(), wait);
    }

    say(slot, state, more = "") {
        const line = $("[data-state]", this.sections.get(slot));
        if (!line) return;
        const text = more ? `${this.form.dataset[state]}: ${more}` : this.form.dataset[state];
        if (line.textContent.trim() !== text) line.textContent = text;
        line.dataset.state = state;
    }

    keep() {
        const rows = [...this.waiting].map(([slot, given]) => [slot, given, this.unsure.get(slot)]);
        try {
            if (rows.length) localStorage.setItem(this.key, JSON.stringify(rows));
            else localStorage.removeItem(this.key);
        } catch {
            // A browser that keeps nothing still sends.
        }
    }

    // What other tabs have not sent is this one's once they are closed: each holds a lock as long as
    // it lives. Where browsers have no locks it is taken at once, and the tokens keep it from counting twice.
    inherit() {
        const holding = (key, act) => navigator.locks?.request(key, act) ?? act();
        try {
            holding(this.key, () => new Promise(() => {}));
            for (const key of Object.keys(localStorage)) {
                if (key.startsWith(this.shelf)) holding(key, () => this.restore(key));
            }
        } catch {
            // A browser that keeps nothing has nothing to find.
        }
    }

    restore(key) {
        const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
        localStorage.removeItem(key);
        for (const [slot, given, unsure] of kept) {
            const section = this.sections.get(slot);
            if (!section || this.waiting.has(slot)) continue;
            this.waiting.set(slot, given);
            if (unsure) this.unsure.set(slot, unsure);
            for (const field of $$("input:not([type=hidden]), select, textarea", section)) {
                const values = given.fields.filter(([name]) => name === field.name).map(([, value]) => value);
                if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
                else field.value = values[0] ?? "";
            }
            section.dispatchEvent(new Event("refilled", { bubbles: true }));
            this.say(slot, "unsaved");
        }
        this.keep();
        this.flush();
    }

    // A button sends everything: not while the script is still sending some of it.
    async submit(event) {
        if (this.leaving || (navigator.onLine && !this.waiting.size && !this.sending)) return;
        event.preventDefault();
        const { submitter } = event;
        await this.lastCall();
        if (!navigator.onLine) return this.stay(this.form.dataset.offline);
        this.leaving = true;
        this.form.requestSubmit(submitter);
        this.leaving = false;
    }

    lastCall() {
        return Promise.race([this.now(), new Promise((done) => setTimeout(done, LAST_CALL))]);
    }

    // Why a button leads nowhere.
    stay(text) {
        $("[data-stay]", this.form).textContent = text;
    }
}

const form = $("form[data-attempt]");
const saver = form ? new Saver(form) : null;

/* The clock ------------------------------------------------------------------------------ */

const SEND_BEFORE = 3; // seconds before the end

class Clock {
    constructor(root) {
        this.root = root;
        this.warn = Number(root.dataset.warn);
        this.set(Number(root.dataset.seconds));
        this.more = $("[data-clock-more] button", root);
        this.more?.addEventListener("click", (event) => this.ask(event));
        this.ticking = setInterval(() => this.tick(), 1000);
        this.tick();
    }

    set(seconds) {
        this.end = performance.now() + seconds * 1000;
        this.warned = this.sent = false;
    }

    tick() {
        const left = Math.max(0, Math.round((this.end - performance.now()) / 1000));
        const values = { minutes: Math.floor(left / 60), seconds: String(left % 60).padStart(2, "0") };
        $("[data-clock-left]", this.root).textContent = fill(this.root.dataset.left, values);
        this.root.classList.toggle("is-short", left <= this.warn);
        const said = $("[data-clock-said]", this.root);
        if (left <= this.warn && !this.warned) {
            this.warned = true;
            said.textContent = said.dataset.soon;
        }
        if (left > this.warn) said.textContent = "";
        if (left <= SEND_BEFORE && !this.sent) {
            this.sent = true;
            this.lastCall();
        }
        if (left === 0) {
            clearInterval(this.ticking);
            $("[data-clock-left]", this.root).textContent = this.root.dataset.up;
            setTimeout(() => this.leave(), 1500);
        }
    }

    async leave() {
        if (!navigator.onLine) return addEventListener("online", () => this.leave(), { once: true });
        await saver?.lastCall();
        location.reload();
    }

    // What stands in the fields is sent before the end, as if the button had been pressed.
    lastCall() {
        if (saver) return void saver.now();
        const single = $("form.question");
        const changed = single && $$("input, select, textarea", single).some(
            (field) =>
                (field.type === "radio" || field.type === "checkbox"
                    ? field.checked !== field.defaultChecked
                    : field.tagName === "SELECT"
                        ? [...field.options].some((option) => option.selected !== option.defaultSelected)
                        : field.value !== field.defaultValue),
        );
        if (changed) single.requestSubmit();
    }

    async ask(event) {
        event.preventDefault();
        const body = new URLSearchParams({ csrfmiddlewaretoken: csrf(), token: uuid() });
        try {
            const response = await fetch(this.root.dataset.moreUrl, { method: "POST", body, headers: json });
            const told = await response.json();
            if (!told.open) return location.reload();
            if (told.seconds !== null) this.set(told.seconds);
            if (!told.more) this.more.closest("[data-clock-more]").hidden = true;
            this.tick();
        } catch {
            this.more.form.requestSubmit(this.more);
        }
    }
}

const clock = $("[data-clock]");
if (clock) new Clock(clock);
