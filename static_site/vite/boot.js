// Runs before the first paint and asks early for what the page is about, while the rest is still on its way.
(function () {
  var root = document.documentElement;
  var asked = new URLSearchParams(location.search);
  var page = location.pathname;
  var early = (window.aremkoEarly = {});
  var lang = language();
  var cart = null;

  function read(key) {
    try {
      return localStorage.getItem(key);
    } catch (refused) {
      return null;
    }
  }

  // A link in a mail is written in its reader's language: it counts where nobody has chosen one.
  function language() {
    var link = asked.get("lang");
    try {
      if (link === "en" && !localStorage.getItem("aremko.lang")) localStorage.setItem("aremko.lang", link);
    } catch (refused) { /* Spanish, then */ }
    return read("aremko.lang") === "en" ? "en" : "es";
  }

  try {
    cart = JSON.parse(read("aremko.cart"));
  } catch (garbage) { /* as good as none */ }

  function ask(path, token) {
    var headers = { "Accept-Language": lang };
    if (token) headers.Authorization = "Bearer " + token;
    early[path] = fetch(path, { headers: headers, signal: AbortSignal.timeout(15000) });
    early[path].catch(function () {});
  }

  // A page that will be shown in English stays hidden until its text is there (at most two seconds), so that
  // nobody sees it change language or jump.
  if (lang === "en") {
    root.lang = "en";
    root.classList.add("is-translating");
    setTimeout(function () { root.classList.remove("is-translating"); }, 2000);
  }

  function known(name, fallback) { return encodeURIComponent(asked.get(name) || fallback); }

  if (page === "/categoria/") {
    var category = known("c", "tinas");
    var day = asked.get("fecha");
    ask("/api/servicios?categoria=" + category);
    if (category !== "cabanas" && category !== "decoraciones" && /^\d{4}-\d{2}-\d{2}$/.test(day) && asked.get("personas")) {
      ask("/api/disponibilidad?categoria=" + category + "&desde=" + day + "&hasta=" + day + "&personas="
        + known("personas") + "&explain=1");
    }
    ask("/api/categorias");
  }
  if (page === "/servicio/" && asked.get("s")) ask("/api/servicios/" + known("s"));
  if (/^\/(dia|carrito|reservar)\/$/.test(page)) ask("/api/servicios");
  if (page === "/espera/" && !asked.get("espera") && !location.hash) ask("/api/servicios");
  if (page === "/regalo/") ask("/api/giftcards");
  if (page === "/tarjeta/" && /^#(\w{4}-){4}\w$/.test(location.hash)) ask("/api/giftcards/" + location.hash.slice(1));
  if (/^\/(extras|carrito)\/$/.test(page)) ask("/api/productos?donde=online");
  if (page === "/reserva/") {
    // By the link of the mail, or by what this device keeps of it (src/store.js).
    var link = /^#([\w-]+)\.(.+)$/.exec(location.hash);
    var order = link ? link[1] : asked.get("reserva");
    try {
      var token = link ? link[2] : JSON.parse(read("aremko.order." + order));
      if (order && token) ask("/api/reservas/" + encodeURIComponent(order), token);
    } catch (garbage) { /* the page asks itself */ }
  }
  if (cart && /^\/(categoria|servicio|dia|extras|regalo|carrito|reservar)\/$/.test(page)) ask("/api/carritos/" + cart.id, cart.token);
})();
