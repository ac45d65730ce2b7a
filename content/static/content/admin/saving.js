// While the admin's form is saving itself, a button that sends it waits for the answer: sent at the
// same moment, what is being made for the first time would be made twice.
let isSaving = false;
let pressed = null;

document.addEventListener("w-autosave:save", (event) => {
    isSaving = !event.defaultPrevented;
});

for (const end of ["w-autosave:success", "w-autosave:error"]) {
    document.addEventListener(end, () => {
        const button = pressed;
        isSaving = false;
        pressed = null;
        button?.click();
    });
}

document.addEventListener(
    "click",
    (event) => {
        const button = event.target.closest("button[type=submit]");
        if (!isSaving || !button?.form?.matches("[data-controller~='w-autosave']")) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        pressed = button;
    },
    true,
);
