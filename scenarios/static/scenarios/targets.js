// Fields that name a scene or an ending of the same form get a list of those it has now, and say what
// they lead to. Where a key is changed, what named it follows. Without this they are text fields.
const KEY = /^(scenes|endings)-(\d+)-value-key$/;
const CHOICE_KEY = /^(scenes-\d+)-value-choices-\d+-value-key$/;
const TARGET = /^(start|end_of_turns|scenes-\d+-value-(?:next|choices-\d+-value-to))$/;
const RULES = /^scenes-\d+-value-(?:choices-\d+-value-(?:guard|effects)|effects)$/;
const WAIT = 400; // milliseconds without a change
const WORDS = 8;

function follow(words) {
    const form = words.closest("form");
    const known = new WeakMap(); // what a key was when those that name it last agreed with it
    let timer = 0;

    const fields = (pattern) => [...form.elements].filter((field) => pattern.test(field.name) && !isGone(field));
    const value = (name) => form.elements[name]?.value.trim() ?? "";

    function isGone(field) {
        let part = field.closest("[data-streamfield-child]");
        while (part) {
            if (part.querySelector(":scope > input[name$='-deleted']")?.value) return true;
            part = part.parentElement.closest("[data-streamfield-child]");
        }
        return false;
    }

    function beginning(field) {
        const [, kind, number] = field.name.match(KEY);
        const part = kind === "scenes" ? "text" : "title";
        const languages = document.documentElement.lang.startsWith("en") ? ["en", "lv"] : ["lv", "en"];
        const said = languages.map((code) => value(`${kind}-${number}-value-${part}-${code}`)).find(Boolean) ?? "";
        const all = said.split(/\s+/);
        return all.slice(0, WORDS).join(" ") + (all.length > WORDS ? " …" : "");
    }

    // {key: {kind, text}} of the scenes and endings that the form has.
    function places() {
        const found = new Map();
        for (const field of fields(KEY)) {
            const key = field.value.trim();
            if (key && !found.has(key)) found.set(key, {kind: field.name.match(KEY)[1], text: beginning(field)});
        }
        return found;
    }

    const fits = (field, kind) => !(
        field.name === "start" && kind === "endings" || field.name === "end_of_turns" && kind === "scenes"
    );

    function note(field, kind) {
        const id = `${field.id}-${kind}`;
        let found = document.getElementById(id);
        if (!found) {
            found = document.createElement("p");
            found.id = id;
            found.className = `tilts-${kind}`;
            field.after(found);
            if (kind === "renamed") found.setAttribute("role", "status");
            else field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
        }
        return found;
    }

    function tell(found) {
        for (const field of fields(TARGET)) {
            const key = field.value.trim();
            const place = found.get(key);
            const leads = place && fits(field, place.kind);
            const told = note(field, "leads");
            const text = !key ? "" : leads ? `→ ${place.text}` : say(words.dataset.nothing, key);
            if (told.textContent !== text) told.textContent = text;
            told.classList.toggle("is-nowhere", Boolean(key && !leads));
        }
        for (const field of [...fields(KEY), ...fields(CHOICE_KEY)]) {
            if (!known.has(field)) known.set(field, field.value.trim());
        }
    }

    function offer(field, found) {
        const id = "story-targets";
        const list = document.getElementById(id) ?? document.createElement("datalist");
        list.id = id;
        list.replaceChildren(...[...found].filter(([, place]) => fits(field, place.kind)).map(([key, place]) => {
            const option = document.createElement("option");
            option.value = key;
            option.label = place.text ? `${key} – ${place.text}` : key;
            return option;
        }));
        form.append(list);
        field.setAttribute("list", id);
    }

    // A name for a field in messages: "kitchen/stay", "kitchen", or what its label says.
    function placed(field) {
        const [, scene, choice] = field.name.match(/^(scenes-\d+)(-value-choices-\d+)?/) ?? [];
        if (!scene) return form.querySelector(`label[for="${field.id}"]`)?.firstChild.textContent.trim() ?? field.name;
        return value(`${scene}-value-key`) + (choice ? `/${value(`${scene}${choice}-value-key`)}` : "");
    }

    function rewrite(field, text) {
        if (field.value === text) return false;
        field.value = text;
        field.dispatchEvent(new Event("input", {bubbles: true}));
        return true;
    }

    function renamed(field) {
        const was = known.get(field) ?? "";
        const now = field.value.trim();
        const told = note(field, "renamed");
        told.textContent = "";
        if (!now || now === was) return;
        const choice = field.name.match(CHOICE_KEY);
        const family = choice
            ? fields(CHOICE_KEY).filter((other) => other.name.startsWith(`${choice[1]}-`))
            : fields(KEY);
        const others = family.filter((other) => other !== field).map((other) => other.value.trim());
        if (others.includes(now)) {
            told.textContent = say(words.dataset.taken, now);
            return;
        }
        known.set(field, now);
        if (!was || others.includes(was)) return;
        const changed = [];
        const scene = choice ? value(`${choice[1]}-value-key`) : was;
        const inside = literal(choice ? `${scene}/${was}` : was);
        const calls = choice
            ? new RegExp(`(chose\\(\\s*['"])${inside}(?=['"])`, "g")
            : new RegExp(`((?:seen|visits|chose)\\(\\s*['"])${inside}(?=['"/])`, "g");
        if (!choice) {
            for (const target of fields(TARGET)) {
                if (target.value.trim() === was && rewrite(target, now)) changed.push(placed(target));
            }
        }
        for (const rule of fields(RULES)) {
            const text = rule.value.replace(calls, (_all, call) => call + (choice ? `${scene}/${now}` : now));
            if (rewrite(rule, text)) changed.push(placed(rule));
        }
        if (changed.length) {
            const where = [...new Set(changed)].join(", ");
            told.textContent = say(words.dataset.renamed, was, now, where);
        }
    }

    function later() {
        clearTimeout(timer);
        timer = setTimeout(() => tell(places()), WAIT);
    }

    form.addEventListener("focusin", ({target}) => {
        if (TARGET.test(target.name)) offer(target, places());
        if (KEY.test(target.name) || CHOICE_KEY.test(target.name)) {
            if (!known.has(target)) known.set(target, target.value.trim());
            note(target, "renamed");
        }
    });
    form.addEventListener("change", ({target}) => {
        if (KEY.test(target.name) || CHOICE_KEY.test(target.name)) renamed(target);
    });
    for (const kind of ["input", "change", "click"]) form.addEventListener(kind, later);
    later();
}

// What a pattern finds as it stands; a key may hold anything until it is mended.
function literal(text) {
    return text.replace(/[^\p{L}\p{N}]/gu, "\\$&");
}

function say(text, ...values) {
    return text.replace(/\$(\d)/g, (_all, number) => values[number - 1]);
}

addEventListener("load", () => {
    document.querySelectorAll("[data-story-targets]").forEach(follow);
});
