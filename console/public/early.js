// Runs before the first paint, so that a dark hall never flashes white.
(function () {
  try {
    var kept = JSON.parse(localStorage.getItem("liandong.look") || "{}");
    var root = document.documentElement;
    if (kept.theme === "light" || kept.theme === "dark") root.dataset.theme = kept.theme;
    if (kept.size === 125 || kept.size === 150) root.dataset.size = String(kept.size);
    if (kept.language === "en") root.lang = "en";
  } catch {
    // A broken or forbidden store means the defaults.
  }
})();
