// The present scene: brings focus to it after a choice. Without it the page works the same.
if (location.hash === "#scene") {
    document.getElementById("scene")?.focus();
}
