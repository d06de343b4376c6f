// Runs before the first paint: a page that will be shown in English stays hidden until its text is there (at most
// two seconds), so that nobody sees it change language or jump.
(function () {
  var root = document.documentElement;
  try {
    if (localStorage.getItem("aremko.lang") !== "en") return;
  } catch (refused) {
    return;
  }
  root.lang = "en";
  root.classList.add("is-translating");
  setTimeout(function () { root.classList.remove("is-translating"); }, 2000);
})();
