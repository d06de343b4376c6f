import { resolve } from "node:path";
import { defineConfig } from "vite";
import { comunas } from "./vite/comunas.js";
import { pages } from "./vite/pages.js";
import { texts } from "./vite/texts.js";

const root = import.meta.dirname;
const at = (path) => resolve(root, path);

const CORE = new RegExp("src/(alternatives|api|cart|cartbar|catalog|contact|countdown|dates|dom|groups|kinds|money|place|radio|shell|"
  + "shortlines|states|stepper|store|text)\\.js$|preload-helper|src/spa\\.json$");

export default defineConfig({
  root,
  plugins: [pages(), texts(root), comunas(resolve(root, "../chalicelib/core/data/comunas.csv"))],
  css: {
    preprocessorOptions: {
      scss: {
        loadPaths: [at("node_modules")],
        quietDeps: true,
        // Bootstrap 5 is still written with @import; its partials can only be configured that way.
        silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
      },
    },
  },
  build: {
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 2048,
    rolldownOptions: {
      output: {
        // Few requests: what all pages need in one file, what has to do with paying in another, forms in a third, the
        // drawings with what else some pages share in a fourth, the month of a service (and of a change) in a fifth, the
        // rest with its page.
        codeSplitting: { groups: [
          { name: "core", test: CORE },
          { name: "pay", test: /src\/(order|orderactions|payform|transfer)\.js$/ },
          { name: "form", test: /src\/(codefield|fields|gift(cards|code|draft)|inputs|keptcard|phone|rut|sums|whynot)\.js$/ },
          { name: "month", test: /src\/calendar\.js$/ },
          { name: "shop", test: /src\/(art\/)?\w+\.js$/, minShareCount: 2 },
        ] },
      },
      input: {
        home: at("index.html"),
        lost: at("404.html"),
        category: at("categoria/index.html"),
        service: at("servicio/index.html"),
        day: at("dia/index.html"),
        extras: at("extras/index.html"),
        cart: at("carrito/index.html"),
        checkout: at("reservar/index.html"),
        payment: at("pago/index.html"),
        booking: at("reserva/index.html"),
        reference: at("api-referencia/index.html"),
        waitlist: at("espera/index.html"),
        gift: at("regalo/index.html"),
        card: at("tarjeta/index.html"),
        terms: at("condiciones/index.html"),
        reception: at("recepcion/index.html"),
      },
    },
  },
});
