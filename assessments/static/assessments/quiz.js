/* Where scripts run, what matters on arrival has the focus: a problem, or the result. */

document.querySelector("[data-focus]")?.focus();
