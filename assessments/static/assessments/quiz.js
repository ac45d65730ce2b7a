/* Where scripts run: what matters on arrival has the focus, items move into order, words are counted.

   What another script has put into the fields of a form it says by the event "refilled". */

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// A problem, or the result.
$("[data-focus]")?.focus();

// What was typed into an attempt that is over and never sent stays on no device.
const over = $("[data-over]")?.dataset.over;
try {
    for (const key of over ? Object.keys(localStorage) : [])
        if (key.startsWith(`tilts-attempt-${over}-`)) localStorage.removeItem(key);
} catch {
    // A browser that keeps nothing has nothing to forget.
}

// Ordering: buttons move an item, its grip can be dragged; the fields that hold the places follow.
// They stay empty until something was moved, or the order was said to be right: by sending the
// question, or by a button of its own where many are sent together.
for (const list of $$("[data-order]")) {
    if ($("select", list).matches(":disabled")) continue;
    const around = list.parentElement;
    const parts = $("[data-order-parts]", around).content;
    const said = $("[data-order-said]", around);
    const keep = $("[data-order-keep]", around);
    const form = list.closest("form");
    const text = (item) => $(".order-text", item).textContent;
    const place = (item) => Number($("select", item).value) || Infinity;

    const buttons = () => {
        const last = list.children.length - 1;
        [...list.children].forEach((item, at) => {
            const [up, down] = $$("button", item);
            up.ariaDisabled = String(at === 0);
            down.ariaDisabled = String(at === last);
        });
    };
    const number = () => {
        [...list.children].forEach((item, at) => ($("select", item).value = String(at + 1)));
        list.classList.add("is-set");
        keep.hidden = true;
    };
    // Told to whatever saves the form, as if a field was changed by hand.
    const changed = () => $("select", list).dispatchEvent(new Event("change", { bubbles: true }));
    const moved = (item) => {
        number();
        buttons();
        said.textContent = fill(said.dataset.orderSaid, { item: text(item), place: place(item), count: list.children.length });
        changed();
    };
    // The item before which another one comes to stand when it goes a step up or down.
    const step = (item, by) => (by < 0 ? item.previousElementSibling : item.nextElementSibling);
    const shift = (item, by) => {
        const other = step(item, by);
        if (other) list.insertBefore(item, by < 0 ? other : other.nextElementSibling);
        return Boolean(other);
    };

    for (const item of list.children) {
        $(".order-place", item).hidden = true;
        item.append(parts.cloneNode(true));
        for (const button of $$("button", item)) {
            button.ariaLabel = `${button.ariaLabel}: ${text(item)}`;
            button.addEventListener("click", () => {
                if (!shift(item, Number(button.dataset.step))) return;
                moved(item);
                button.focus();
            });
        }
        $(".order-grip", item).addEventListener("pointerdown", (event) => {
            if (event.button) return;
            event.preventDefault();
            drag(item, event.pointerId);
        });
    }
    const middle = (item) => {
        const { top, height } = item.getBoundingClientRect();
        return top + height / 2;
    };
    // The list has the pointer, as an item that moves in it would lose it.
    const drag = (item, pointer) => {
        const before = [...list.children].indexOf(item);
        const follow = ({ clientY }) => {
            const [above, below] = [step(item, -1), step(item, 1)];
            if (above && clientY < middle(above)) shift(item, -1);
            else if (below && clientY > middle(below)) shift(item, 1);
        };
        const drop = () => {
            item.classList.remove("is-held");
            list.removeEventListener("pointermove", follow);
            list.removeEventListener("lostpointercapture", drop);
            if ([...list.children].indexOf(item) !== before) moved(item);
        };
        item.classList.add("is-held");
        list.setPointerCapture(pointer);
        list.addEventListener("pointermove", follow);
        list.addEventListener("lostpointercapture", drop);
    };
    // As the fields have it; whether they hold a place each.
    const arrange = () => {
        list.append(...[...list.children].sort((one, other) => place(one) - place(other) || 0));
        buttons();
        const isSet = [...list.children].every((item, at) => place(item) === at + 1);
        if (isSet) number();
        return isSet;
    };
    list.classList.add("is-live");
    form?.addEventListener("refilled", arrange);
    if (arrange()) continue;
    if (!form?.matches(".whole")) form?.addEventListener("submit", number);
    else {
        keep.hidden = false;
        keep.addEventListener("click", () => {
            number();
            changed();
            $("button", list).focus();
        });
    }
}

// Open answers: words and characters under the field; read out when few are left, after a pause.
for (const field of $$("[data-words]")) {
    const shown = document.getElementById(`${field.id}-words`);
    const said = shown.nextElementSibling;
    const longest = Number(field.dataset.longest);
    let pause;
    const count = () => {
        const signs = [...field.value].length;
        const words = field.value.trim().split(/\s+/).filter(Boolean).length;
        const over = signs > longest;
        shown.textContent = fill(over ? field.dataset.over : field.dataset.words, { words, signs, longest, over: signs - longest });
        shown.classList.toggle("is-over", over);
        clearTimeout(pause);
        if (signs > 0.9 * longest) pause = setTimeout(() => (said.textContent = shown.textContent), 1500);
    };
    shown.hidden = false;
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby")} ${shown.id}`);
    field.addEventListener("input", count);
    field.form?.addEventListener("refilled", count);
    count();
}
