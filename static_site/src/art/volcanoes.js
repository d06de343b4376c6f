/** The tubs are named after volcanoes of the south; each keeps its own outline: [mountain, snow, smoke from]. */
export const VOLCANOES = {
  osorno: ["M40 196C110 170 150 108 184 72q16-15 32 0c34 36 74 98 144 124z",
    "M146 116c14-17 26-32 38-44q16-15 32 0c12 12 24 27 38 44l-16-5-9 12-13-13-11 18-14-16-13 12-9-15z"],
  calbuco: ["M20 196c70-10 104-50 136-82l16 8 18-18 20 12 16-10 22 16c30 28 62 60 132 74z",
    "M146 124l10-10 16 8 18-18 20 12 16-10 22 16 8 8-20-2-14 10-20-12-18 14-18-10z"],
  hornopiren: ["M60 196c56-22 84-66 104-100q6-9 15-7 20 5 40 0 10-2 15 7c20 36 50 78 106 100z",
    "M158 106l6-10q6-9 15-7 20 5 40 0 10-2 15 7l5 9-14 2-10 9-14-10-14 11-12-10z"],
  tronador: ["M10 196c50-14 78-44 100-76l18-22 16 18 30-42 26-14 22 26 20 8 18 40c30 26 62 52 130 62z",
    "M112 118l16-20 16 18 30-42 26-14 22 26 20 8 10 22-22-8-12 18-20-16-18 24-24-14-14 20-16-18z"],
  puntiagudo: ["M70 196c44-18 76-48 92-78l22-48 12-24q5-8 9 1l14 32 18 44c18 30 46 58 96 73z",
    "M168 106l16-36 12-24q5-8 9 1l14 32 11 27-13 4-8 14-13-16-12 18-6-18z"],
  llaima: ["M30 196c70-22 108-78 138-116q10-10 20-2l8 6 14-12q10-8 20 3c32 38 70 98 140 121z",
    "M144 110l24-30q10-10 20-2l8 6 14-12q10-8 20 3l24 31-18-4-12 14-16-14-14 16-16-15-16 12z", [216, 66]],
  villarrica: ["M36 196C116 172 154 112 186 74q14-14 28 0c32 38 70 98 150 122z",
    "M128 140c22-24 40-46 58-66q14-14 28 0c18 20 34 42 54 64l-20-8-12 16-16-18-16 22-18-20-18 18-14-18z", [200, 62]],
  puyehue: ["M0 196c70-14 104-46 132-70q10-9 22-5l22 7 30-3 24 3 22-6q11-3 20 6c30 26 62 56 138 68z",
    "M124 132l8-6q10-9 22-5l22 7 30-3 24 3 22-6q11-3 20 6l8 7-22-2-16 9-22-8-20 10-22-9-20 8z"],
};

/** The mountain of a tub's slug (`tina-osorno`), or Osorno, which is the one seen from Puerto Varas. */
export function volcano(slug, colour, snow) {
  const name = Object.keys(VOLCANOES).find((key) => slug.includes(key)) ?? "osorno";
  const [mountain, cap, smoke] = VOLCANOES[name];
  const plume = smoke
    ? `<path class="steam" d="M${smoke[0]} ${smoke[1]}c-6-10 8-14 4-24s10-12 18-20" fill="none" stroke="${snow}" stroke-width="6" stroke-linecap="round" opacity=".7"/>`
    : "";
  return `${plume}<path d="${mountain}" fill="${colour}"/><path d="${cap}" fill="${snow}"/>`;
}
