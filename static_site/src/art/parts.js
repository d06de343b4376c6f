/** What the drawings are made of. Every function returns SVG markup; a scene is 400 wide and 300 high. */

/** Skies by hour: top, horizon, far hill, near forest. */
export const SKIES = {
  dawn: ["#f3d9c4", "#fbf1e4", "#a9bdb4", "#3d6a54"],
  day: ["#cfe3e2", "#f2f6ef", "#9db9b0", "#2f5d46"],
  dusk: ["#7f8fae", "#f2c9a8", "#6f8b8c", "#234a39"],
  night: ["#17303f", "#4b6f78", "#3d626b", "#16332a"],
};

// Drawings made when the site is built and those made in the browser meet on one page.
const FAMILY = typeof document === "undefined" ? "b" : "g";
let gradients = 0;

/** A vertical gradient as `[definition, paint]`. */
export function gradient(from, to) {
  const id = `${FAMILY}${(gradients += 1)}`;
  return [
    `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop stop-color="${from}"/>` +
      `<stop offset="1" stop-color="${to}"/></linearGradient>`,
    `url(#${id})`,
  ];
}

/** The same numbers between 0 and 1 for the same word, so that a drawing never changes. */
export function chance(word) {
  let seed = [...word].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7);
  return () => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 4294967296;
  };
}

/** Round to one decimal, to keep the markup short. */
const r = (n) => Math.round(n * 10) / 10;

/** A fir of height `h` standing at (x, y). */
export function fir(x, y, h) {
  const w = h * 0.3;
  return `M${r(x)} ${r(y - h)}l${r(w * 0.55)} ${r(h * 0.38)}h${r(-w * 0.2)}l${r(w * 0.4)} ${r(h * 0.3)}h${r(-w * 0.22)}` +
    `l${r(w * 0.5)} ${r(h * 0.32)}h${r(-w * 2.06)}l${r(w * 0.5)} ${r(-h * 0.32)}h${r(-w * 0.22)}` +
    `l${r(w * 0.4)} ${r(-h * 0.3)}h${r(-w * 0.2)}z`;
}

/** A round native tree (coigüe, arrayán) of height `h` at (x, y). */
export function coigue(x, y, h) {
  const w = h * 0.34;
  return `M${r(x - 1.5)} ${r(y)}v${r(-h * 0.4)}c${r(-w)} 4 ${r(-w * 1.3)} ${r(-h * 0.2)} ${r(-w * 0.6)} ${r(-h * 0.26)}` +
    `c${r(-w * 0.3)} ${r(-h * 0.2)} ${r(w * 0.3)} ${r(-h * 0.36)} ${r(w * 0.7)} ${r(-h * 0.3)}` +
    `c${r(w * 0.5)} ${r(-h * 0.1)} ${r(w * 1.1)} ${r(h * 0.1)} ${r(w * 0.8)} ${r(h * 0.3)}` +
    `c${r(w * 0.5)} ${r(h * 0.1)} ${r(w * 0.1)} ${r(h * 0.3)} ${r(-w * 0.8)} ${r(h * 0.26)}v${r(h * 0.4)}z`;
}

/** A belt of mixed trees along y from x0 to x1. */
export function forest(word, colour, y, { x0 = -10, x1 = 410, low = 34, high = 70, step = 15 } = {}) {
  const next = chance(word);
  let path = `M${x0} ${y + 14}V${y - 6}H${x1}V${y + 14}z`;
  for (let x = x0; x < x1; x += step * (0.6 + next() * 0.8)) {
    const h = low + next() * (high - low);
    path += (next() < 0.72 ? fir : coigue)(x, y + 3, h);
  }
  return `<path d="${path}" fill="${colour}" stroke="${colour}" stroke-width="1.6" stroke-linejoin="round"/>`;
}

/** Three ribbons of steam rising from (x, y). */
export function steam(x, y, size = 1, colour = "#fff") {
  const ribbon = (dx, h) =>
    `<path d="M${r(x + dx * size)} ${y}c${-10 * size} ${-14 * size} ${12 * size} ${-22 * size} 0 ${r(-h * size)}` +
    `s${8 * size} ${-16 * size} ${2 * size} ${-26 * size}"/>`;
  return `<g class="steam" fill="none" stroke="${colour}" stroke-width="${5 * size}" stroke-linecap="round"` +
    ` opacity=".62">${ribbon(-26, 40)}${ribbon(0, 52)}${ribbon(26, 38)}</g>`;
}

/** River stones along the bottom edge. */
export function stones(word, y = 288) {
  const next = chance(`${word}stones`);
  const tones = ["#6f746f", "#8a8f89", "#a7aaa3", "#5c625e", "#bdbdb4"];
  let out = "";
  for (let x = -6; x < 410; x += 22 + next() * 26) {
    const w = 12 + next() * 20;
    out += `<ellipse cx="${r(x)}" cy="${r(y + next() * 10)}" rx="${r(w)}" ry="${r(w * 0.5)}" fill="${tones[(next() * 5) | 0]}"/>`;
  }
  return out;
}

/** A few stars. */
export function stars(word, count = 26) {
  const next = chance(`${word}stars`);
  let out = "";
  for (let n = 0; n < count; n += 1) {
    out += `<circle cx="${r(next() * 400)}" cy="${r(next() * 130)}" r="${r(0.5 + next())}"/>`;
  }
  return `<g fill="#fdf6e3" opacity=".85">${out}</g>`;
}

/** A wooden tub whose rim is centred at (x, y); `w` is half its width. */
export function tub(x, y, w, { bubbles = false } = {}) {
  const ry = w * 0.24;
  const h = w * 0.62;
  const [staves, paint] = gradient("#b87a48", "#7a4526");
  let seams = "";
  for (let n = -4; n <= 4; n += 1) {
    const sx = x + (n / 5) * w;
    const dy = Math.sqrt(1 - (n / 5) ** 2) * ry;
    seams += `M${r(sx)} ${r(y + dy)}l${r(-n * 0.9)} ${r(h)}`;
  }
  const foam = [[-0.45, 0.1], [-0.2, 0.35], [0.1, 0.2], [0.4, 0.3], [0.55, 0], [-0.05, -0.1], [0.25, -0.2]]
    .map(([dx, dy]) => `<circle cx="${r(x + dx * w)}" cy="${r(y + dy * ry)}" r="${r(w * 0.045)}"/>`).join("");
  return `<defs>${staves}</defs>` +
    `<ellipse cx="${x}" cy="${r(y + h + ry * 0.75)}" rx="${r(w * 1.08)}" ry="${r(ry * 0.6)}" fill="#12261e" opacity=".28"/>` +
    `<path d="M${x - w} ${y}l${r(w * 0.08)} ${r(h)}a${r(w * 0.92)} ${r(ry)} 0 0 0 ${r(w * 1.84)} 0l${r(w * 0.08)} ${r(-h)}z" fill="${paint}"/>` +
    `<path d="${seams}" stroke="#5f3319" stroke-width="1.6" opacity=".55" fill="none"/>` +
    `<path d="M${r(x - w * 0.975)} ${r(y + h * 0.32)}a${r(w * 0.975)} ${r(ry)} 0 0 0 ${r(w * 1.95)} 0M${r(x - w * 0.935)} ${r(y + h * 0.8)}` +
    `a${r(w * 0.935)} ${r(ry)} 0 0 0 ${r(w * 1.87)} 0" fill="none" stroke="#3f4642" stroke-width="4" opacity=".8"/>` +
    `<ellipse cx="${x}" cy="${y}" rx="${w}" ry="${r(ry)}" fill="#d39a63"/>` +
    `<ellipse cx="${x}" cy="${r(y + 1)}" rx="${r(w * 0.9)}" ry="${r(ry * 0.82)}" fill="#2f7078"/>` +
    `<path d="M${r(x - w * 0.7)} ${r(y + ry * 0.2)}q${r(w * 0.2)} -5 ${r(w * 0.4)} 0t${r(w * 0.4)} 0M${r(x - w * 0.2)} ${r(y - ry * 0.35)}` +
    `q${r(w * 0.18)} -4 ${r(w * 0.36)} 0t${r(w * 0.3)} 0" fill="none" stroke="#9fd0cd" stroke-width="2" stroke-linecap="round"/>` +
    (bubbles ? `<g fill="#e6f4f1" opacity=".85">${foam}</g>` : "");
}
