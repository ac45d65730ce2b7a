// The private check: a form made of the list on the page. It sends nothing and keeps nothing;
// the fields stand outside any form, so there is nothing to send them to.

for (const check of document.querySelectorAll("[data-private-check]")) {
    const words = [...check.querySelectorAll("[data-points]")].map((word) => word.textContent);
    const results = [...check.querySelectorAll("[data-from]")].map((from) => ({
        from: Number(from.dataset.from),
        text: from.nextElementSibling,
    }));
    const statements = [...check.querySelectorAll(".statements > li")];
    const radios = statements.map((item, number) => scale(check.id, item, number, words));

    const output = document.createElement("div");
    output.className = "callout tone-note";
    output.setAttribute("role", "status");
    output.hidden = true;
    output.tabIndex = -1;
    const show = button(check.dataset.labelShow, "button secondary");
    const clear = button(check.dataset.labelClear, "button quiet");
    const actions = document.createElement("div");
    actions.className = "actions no-print";
    actions.append(show, clear);
    const key = check.querySelector(".scoring-key");
    key.classList.add("print-only");
    key.before(actions, output);

    show.addEventListener("click", () => {
        const chosen = radios.map((group) => group.findIndex((radio) => radio.checked));
        output.hidden = false;
        if (chosen.includes(-1)) {
            output.replaceChildren(paragraph(check.dataset.labelLeft));
            radios[chosen.indexOf(-1)][0].focus();
            return;
        }
        const sum = chosen.reduce((total, points) => total + points, 0);
        const result = results.filter(({ from }) => from <= sum).at(-1);
        const heading = paragraph(`${check.dataset.labelSum}: ${sum}`);
        heading.className = "callout-title";
        output.replaceChildren(heading, ...result.text.cloneNode(true).childNodes);
        output.focus();
    });
    clear.addEventListener("click", () => {
        for (const radio of radios.flat()) radio.checked = false;
        output.hidden = true;
        radios[0]?.[0].focus();
    });
}

function scale(id, item, number, words) {
    const statement = item.querySelector("p");
    statement.id = `${id}-${number}-statement`;
    const choices = document.createElement("div");
    choices.className = "scale";
    choices.setAttribute("role", "radiogroup");
    choices.setAttribute("aria-labelledby", statement.id);
    const group = words.map((word) => {
        const label = document.createElement("label");
        const radio = document.createElement("input");
        radio.type = "radio";
        radio.autocomplete = "off";
        // A name groups the radios; outside a form it is never submitted.
        radio.name = `${id}-${number}`;
        const span = document.createElement("span");
        span.textContent = word;
        label.append(radio, span);
        choices.append(label);
        return radio;
    });
    statement.after(choices);
    return group;
}

function button(text, classes) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = classes;
    made.textContent = text;
    return made;
}

function paragraph(text) {
    const made = document.createElement("p");
    made.textContent = text;
    return made;
}
