/** One scene per kind of service; the slug decides hour, mountain and details, so no two tubs look the same. */
import { chance, coigue, fir, forest, gradient, SKIES, stars, steam, stones, tub } from "./parts.js";
import { volcano } from "./volcanoes.js";

const HOURS = ["dawn", "day", "dusk", "night"];
const TUB_HOURS = { hornopiren: "dusk", tronador: "night", osorno: "dawn", calbuco: "day",
  puntiagudo: "day", llaima: "night", villarrica: "dusk", puyehue: "dawn" };

/** Sky, mountain and forest behind everything; returns the palette too. */
function outdoors(slug, hour, mountain = true) {
  const palette = SKIES[hour];
  const [sky, paint] = gradient(palette[0], palette[1]);
  const moon = hour === "night"
    ? `${stars(slug)}<circle cx="318" cy="52" r="20" fill="#fbf0d6"/><circle cx="310" cy="47" r="18" fill="#1d3846"/>`
    : `<circle cx="${hour === "dusk" ? 92 : 306}" cy="${hour === "day" ? 54 : 118}" r="22" fill="#fff6df" opacity=".85"/>`;
  return `<defs>${sky}</defs><path d="M0 0h400v300H0z" fill="${paint}"/>${moon}` +
    (mountain ? volcano(slug, palette[2], hour === "night" ? "#c9d8da" : "#fff") : "") +
    forest(`${slug}far`, mix(palette[2], palette[3]), 196, { low: 16, high: 34, step: 9 }) +
    forest(slug, palette[3], 214);
}

/** The colour half-way between two. */
function mix(a, b) {
  const part = (c, i) => parseInt(c.slice(i, i + 2), 16);
  return `#${[1, 3, 5].map((i) => Math.round((part(a, i) + part(b, i)) / 2).toString(16).padStart(2, "0")).join("")}`;
}

/** A river bank with the river behind it. */
const bank = (water, ground) =>
  `<path d="M-4 206q100-12 200-2t208-4v60H-4z" fill="${water}"/>` +
  `<path d="M20 218q40-6 80 0M130 226q50-6 96 0M270 216q46-6 90 0" stroke="#eaf4f0" stroke-width="2.4" stroke-linecap="round" fill="none" opacity=".7"/>` +
  `<path d="M-4 242q90-18 190-8t218-6v76H-4z" fill="${ground}"/>`;

const WATERS = { dawn: "#8fb8b4", day: "#6fa9a9", dusk: "#7d8fa0", night: "#2b5560" };
const GROUNDS = { dawn: "#5d7b5c", day: "#4e7654", dusk: "#3c5a47", night: "#1f4035" };

function tubScene(slug) {
  const hour = Object.entries(TUB_HOURS).find(([name]) => slug.includes(name))?.[1] ?? "dawn";
  const bubbles = /puntiagudo|llaima|villarrica|puyehue/.test(slug);
  return outdoors(slug, hour) + bank(WATERS[hour], GROUNDS[hour]) + tub(200, 206, 84, { bubbles }) +
    steam(200, 196, 1.1) + stones(slug) + lantern(74, 262);
}

/** A small lit lantern standing at (x, y). */
const lantern = (x, y) =>
  `<circle cx="${x}" cy="${y - 14}" r="24" fill="#f3b95f" opacity=".22"/><path d="M${x - 8} ${y}v-22l8-7 8 7v22z" fill="#4a3020"/>` +
  `<path d="M${x - 5} ${y - 4}v-16h10v16z" fill="#f6c877"/>`;

function cabinScene(slug) {
  const hour = HOURS[(slug.length % 3) + 1];
  const tall = slug.includes("torre");
  const y = tall ? 96 : 128;
  const leaf = hour === "night" ? "#1c3d31" : "#2b5741";
  return outdoors(`${slug}-calbuco`, hour) + bank(WATERS[hour], GROUNDS[hour]) +
    `<path d="M262 ${y - 6}v-22h14v34z" fill="#6f746f"/>` + steam(270, y - 30, 0.55) +
    `<path d="M118 ${y + 42}h164v${250 - y - 42}H118z" fill="#9a6238"/>` +
    `<path d="M118 ${y + 66}h164M118 ${y + 92}h164M118 ${y + 118}h164" stroke="#77471f" stroke-width="2" opacity=".6"/>` +
    `<path d="M100 ${y + 50}L200 ${y - 28}l100 78-10 8-90-68-90 68z" fill="#3b2c22"/><path d="M130 ${y + 42}L200 ${y - 10}l70 52z" fill="#b0764a"/>` +
    `<path d="M186 250v-54q14-12 28 0v54z" fill="#4a2d19"/><path d="M136 ${y + 62}h34v32h-34zM230 ${y + 62}h34v32h-34z" fill="#f8cf85"/>` +
    `<path d="M153 ${y + 62}v32M136 ${y + 78}h34M247 ${y + 62}v32M230 ${y + 78}h34" stroke="#4a2d19" stroke-width="3"/>` +
    `<circle cx="200" cy="${y + 24}" r="9" fill="#f8cf85"/>` +
    `<path d="${fir(62, 262, 120)}${fir(342, 258, 138)}${coigue(382, 262, 92)}${coigue(22, 266, 84)}" fill="${leaf}" stroke="${leaf}" stroke-width="2" stroke-linejoin="round"/>` +
    stones(slug);
}

/** A room of warm wood with a window to the forest. */
const room = (slug, wall = "#c69463") =>
  `<path d="M0 0h400v300H0z" fill="${wall}"/><path d="M0 60h400M0 122h400M0 184h400" stroke="#a8743f" stroke-width="2" opacity=".5"/>` +
  `<svg x="206" y="28" width="164" height="138" viewBox="40 40 320 240" preserveAspectRatio="xMidYMid slice">${outdoors(slug, "day")}${bank(WATERS.day, GROUNDS.day)}</svg>` +
  `<path d="M206 28h164v138H206zM288 28v138" fill="none" stroke="#7a4526" stroke-width="7"/><path d="M198 168h180" stroke="#5f3319" stroke-width="8" stroke-linecap="round"/>`;

const candle = (x, y, h) =>
  `<circle cx="${x}" cy="${y - h - 10}" r="26" fill="#ffe2a3" opacity=".35"/><path d="M${x - 11} ${y - h}h22v${h}h-22z" fill="#fbf3e4"/>` +
  `<path d="M${x} ${y - h - 20}q9 11 0 19-9-8 0-19z" fill="#f0a63c"/>`;

const fern = (x, y, s) => {
  let leaves = "";
  for (let n = 1; n < 9; n += 1) {
    const l = (10 - n) * 3.4 * s;
    leaves += `M${x + n * 3 * s} ${y - n * 13 * s}q${-l * 0.6} ${-l * 0.7} ${-l} ${-l * 0.2}M${x + n * 3 * s} ${y - n * 13 * s}q${l * 0.2} ${-l * 0.8} ${l} ${-l * 0.7}`;
  }
  return `<path d="M${x} ${y}q${10 * s} ${-60 * s} ${30 * s} ${-122 * s}${leaves}" fill="none" stroke="#2f5d46" stroke-width="${4.5 * s}" stroke-linecap="round"/>`;
};

function massageScene(slug) {
  const hot = slug.includes("piedras");
  return room(slug) + `<path d="M0 232h400v68H0z" fill="#8b5a33"/><path d="M40 232q0-26 34-26h196q34 0 34 26v12H40z" fill="#f6efe2"/>` +
    `<path d="M40 232h264v12H40z" fill="#e1d5c1"/><path d="M58 206q-6-30 30-30h46q18 0 18 16v14z" fill="#7c9a7e"/>` +
    `<path d="M62 194h88" stroke="#5d7b5c" stroke-width="3"/>` +
    `<ellipse cx="226" cy="198" rx="36" ry="13" fill="#4e5551"/><ellipse cx="226" cy="180" rx="28" ry="11" fill="#737974"/>` +
    `<ellipse cx="226" cy="164" rx="20" ry="8.5" fill="#9a9f98"/><ellipse cx="220" cy="161" rx="8" ry="2.6" fill="#c3c6bf"/>` +
    (hot ? steam(226, 150, 0.7) : "") + candle(334, 262, 40) + candle(366, 268, 24) + fern(4, 300, 1.2);
}

/** Scatter petals round (200, 214). */
function petals(slug, colour) {
  const next = chance(`${slug}petals`);
  let out = "";
  for (let n = 0; n < 22; n += 1) {
    const x = Math.round(92 + next() * 216), y = Math.round(206 + next() * 62);
    out += `<ellipse cx="${x}" cy="${y}" rx="7" ry="4" transform="rotate(${Math.round(next() * 180)} ${x} ${y})"/>`;
  }
  return `<g fill="${colour}">${out}</g>`;
}

const flower = (x, y, s, colour) =>
  `<g fill="${colour}">${[0, 72, 144, 216, 288].map((a) => `<ellipse cx="${x}" cy="${y - 9 * s}" rx="${7 * s}" ry="${10 * s}" transform="rotate(${a} ${x} ${y})"/>`).join("")}</g>` +
  `<circle cx="${x}" cy="${y}" r="${5 * s}" fill="#f3c15d"/>`;

function decorationScene(slug) {
  const birthday = slug.includes("cumple");
  const tone = birthday ? "#e0a13d" : "#b8505a";
  const bouquet = [[118, 150, 1.5], [150, 128, 1.3], [182, 146, 1.5], [136, 172, 1.2], [168, 174, 1.2]]
    .map(([x, y, s], n) => flower(x, y, s, [tone, "#e8b4a6", "#f4e3d7"][n % 3])).join("");
  const cake = `<path d="M112 210v-44q0-9 10-9h70q10 0 10 9v44z" fill="#f7ead6"/><path d="M112 176q11 14 22 2t22 2 22-2 24-2v-8q0-11-10-11h-70q-10 0-10 11z" fill="${tone}"/>` +
    [134, 157, 180].map((x) => `<path d="M${x} 157v-20" stroke="#5d7b5c" stroke-width="4"/><path d="M${x} 124q6 7 0 13-6-6 0-13z" fill="#f0a63c"/>`).join("");
  const rich = /flor|torta/.test(slug);
  const heart = `<path d="M158 204c-46-32-40-72-14-72 12 0 14 12 14 12s2-12 14-12c26 0 32 40-14 72z" fill="${tone}"/>`;
  const centre = birthday ? cake : rich ? `<path d="M124 210l22-44h24l22 44z" fill="#5d7b5c"/>${bouquet}` : heart;
  const bunting = birthday ? `<path d="M-4 20q100 50 204 14t204 6" fill="none" stroke="#7a4526" stroke-width="2"/>` +
    [30, 76, 122, 168].map((x, n) => `<path d="M${x} ${34 + n * 3 - (n > 2 ? 4 : 0)}h24l-12 24z" fill="${["#2f5d46", "#e0a13d", "#f6efe2", "#b8505a"][n]}"/>`).join("") : "";
  return room(slug, "#b98a63") + bunting + `<path d="M0 210h400v90H0z" fill="#7a4526"/><path d="M0 210h400v10H0z" fill="#94592f"/>` +
    petals(slug, birthday ? "#f3d08a" : "#d98b88") + centre + (birthday && rich ? flower(236, 190, 1.1, "#e8b4a6") : "") +
    candle(288, 236, 46) + candle(330, 246, 28);
}

function programmeScene(slug) {
  const hour = slug.includes("pausa") ? "dusk" : slug.includes("refugio") ? "dawn" : "night";
  const leaf = SKIES[hour][3];
  return outdoors(`${slug}-villarrica`, hour) + bank(WATERS[hour], GROUNDS[hour]) +
    `<path d="M264 236v-56l44-36 44 36v56z" fill="#8d5a34"/><path d="M252 186l56-48 56 48-8 6-48-40-48 40z" fill="#33271f"/>` +
    `<path d="M288 190h18v20h-18z" fill="#f8cf85"/><path d="M318 236v-38h20v38z" fill="#4a2d19"/>` +
    `<path d="${fir(378, 246, 110)}${fir(238, 240, 82)}${coigue(20, 262, 96)}" fill="${leaf}" stroke="${leaf}" stroke-width="2" stroke-linejoin="round"/>` +
    tub(138, 214, 66) + steam(138, 206, 0.9) + lantern(232, 264) + stones(slug);
}

function breakfastScene(slug) {
  return room(slug) + `<path d="M0 216h400v84H0z" fill="#8b5a33"/><ellipse cx="140" cy="240" rx="96" ry="20" fill="#6f4424"/>` +
    `<path d="M92 176h70v34q0 24-24 24h-22q-24 0-24-24z" fill="#f6efe2"/><path d="M162 184q26-4 22 16t-24 16" fill="none" stroke="#f6efe2" stroke-width="7"/>` +
    steam(126, 166, 0.7) + `<path d="M196 236q4-34 42-34t44 34z" fill="#d49a56"/><path d="M216 214l8 12M234 208l6 14M254 210l4 14" stroke="#a8683a" stroke-width="4" stroke-linecap="round"/>` +
    `<path d="M306 192h38v48h-38z" fill="#9b3b46"/><path d="M302 182h46v14h-46z" fill="#f6efe2"/>`;
}

/** Something on a table by the window: a board of cheese, a bottle, a box. */
function productScene(slug) {
  const table = `<path d="M0 222h400v78H0z" fill="#8b5a33"/><path d="M0 222h400v9H0z" fill="#a06a3f"/>`;
  const cheese = `<rect x="92" y="206" width="216" height="20" rx="9" fill="#c08a52"/><path d="M116 206l62-46q36 12 36 46z" fill="#f0c65a"/><circle cx="160" cy="192" r="6" fill="#d9a93f"/><circle cx="190" cy="186" r="5" fill="#d9a93f"/>` +
    `<path d="M226 206v-26h54v26z" fill="#f6efe2"/>${[238, 254, 270].map((x, n) => `<circle cx="${x}" cy="${174 - (n % 2) * 9}" r="10" fill="#7d3b57"/>`).join("")}`;
  const bottle = `<path d="M146 224v-84q0-16 10-26v-36h20v36q10 10 10 26v84z" fill="#2f5d46"/><path d="M146 168h40v34h-40z" fill="#f6efe2"/><path d="M154 70h24v26h-24z" fill="#e0a13d"/>` +
    [232, 278].map((x) => `<path d="M${x} 132h28l-5 46q-9 8-18 0z" fill="#f7e3b1" stroke="#fff" stroke-width="3"/><path d="M${x + 14} 182v36m-12 2h24" stroke="#fff" stroke-width="4"/>`).join("");
  const box = `<path d="M112 160h176v62H112z" fill="#6f4424"/><path d="M106 146h188v20H106z" fill="#7d4f2b"/><path d="M190 146h20v76h-20z" fill="#b8505a"/><path d="M200 146c-34-40-62-4 0 0 62-4 34-40 0 0z" fill="#b8505a"/>`;
  return room(slug) + table + (/queso|tabla/.test(slug) ? cheese : /espum|vino|jugo/.test(slug) ? bottle : box);
}

/** What a gift card gives: an evening with decoration, a box for any amount, a tub, or a programme. */
const giftScene = (slug) =>
  (/velada/.test(slug) ? decorationScene : /monto/.test(slug) ? productScene : /tina/.test(slug) ? tubScene : programmeScene)(slug);

/** Every kind the catalogue knows; anything else gets stones by the river. */
export const SCENES = {
  tub: tubScene, hydro: tubScene, massage: massageScene, cabin: cabinScene, decoration: decorationScene,
  programme: programmeScene, breakfast: breakfastScene, product: productScene, gift: giftScene,
  other: (slug) => outdoors(slug, "day") + bank(WATERS.day, GROUNDS.day) + stones(slug, 270) + stones(`${slug}2`),
};
