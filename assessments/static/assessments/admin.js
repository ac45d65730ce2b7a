// The editor of a question shows what the chosen kind needs and puts the rest away.
"use strict";

function showKind(select) {
    for (const part of document.querySelectorAll("[data-kinds]")) {
        const panel = part.closest("[data-panel]") || part;
        panel.hidden = !part.dataset.kinds.split(" ").includes(select.value);
    }
}

document.addEventListener("DOMContentLoaded", () => {
    const select = document.querySelector('[data-kind-chosen] select, select[name="kind"]');
    if (!select || !document.querySelector("[data-kinds]")) {
        return;
    }
    select.addEventListener("change", () => showKind(select));
    showKind(select);
});
