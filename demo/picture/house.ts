import type { Glyph } from './colours.ts';

const towel: Glyph = ({ fill, base, dark, light }) => `
  <rect x="42" y="126" width="116" height="34" rx="12" fill="${fill}"/><rect x="48" y="96" width="104" height="32" rx="12" fill="${base}"/><rect x="54" y="68" width="92" height="30" rx="12" fill="${fill}"/>
  <path d="M132 68v30M134 96v32M138 126v34" stroke="${light}" stroke-width="5" opacity=".8"/><path d="M60 83h50M54 112h56M50 143h60" stroke="${dark}" stroke-width="2" opacity=".35"/>`;

const rug: Glyph = ({ fill, base, dark, light, accent }) => `
  <path d="M34 150l26-84h104l-22 84z" fill="${fill}"/><path d="M52 140l20-64h80l-18 64z" fill="none" stroke="${light}" stroke-width="4"/><path d="M88 126l8-30h32l-8 30z" fill="${accent}" opacity=".8"/>
  <ellipse cx="62" cy="72" rx="13" ry="12" fill="${base}"/><ellipse cx="62" cy="72" rx="6" ry="5" fill="${dark}"/><path d="M34 150l-4 9M52 150l-3 9M70 150l-3 9M88 150l-2 9M106 150l-2 9M124 150v9M142 150v9" stroke="${dark}" stroke-width="3"/>`;

const roll: Glyph = ({ fill, dark, light }) => `
  <path d="M58 68h84v92h44v-78q0-14-14-14z" fill="${light}"/><rect x="58" y="62" width="84" height="98" fill="${fill}"/><ellipse cx="100" cy="160" rx="42" ry="8" fill="${fill}"/>
  <ellipse cx="100" cy="62" rx="42" ry="15" fill="${light}"/><ellipse cx="100" cy="62" rx="15" ry="6" fill="${dark}"/><path d="M142 70v84" stroke="${dark}" stroke-width="2" stroke-dasharray="5 5" opacity=".5"/>`;

const tent: Glyph = ({ fill, base, dark, light, accent }) => `
  <path d="M100 46L28 160h144z" fill="${fill}"/><path d="M100 46l34 114H66z" fill="${dark}"/><path d="M100 46l34 114h-34z" fill="${base}"/><path d="M100 46v114" stroke="${light}" stroke-width="3"/>
  <path d="M100 46V28l20 7-20 7" fill="${accent}" stroke="${dark}" stroke-width="3"/>`;

const pet: Glyph = ({ fill, base, dark, accent }) => `
  <path d="M60 46h80l10 24v82a8 8 0 0 1-8 8H58a8 8 0 0 1-8-8V70z" fill="${fill}"/><path d="M60 46h80l10 24H50z" fill="${base}"/><circle cx="100" cy="114" r="32" fill="#fffdf8"/>
  <path d="M100 110q16 4 14 18q-6 5-14 2q-8 3-14-2q-2-14 14-18z" fill="${dark}"/><circle cx="84" cy="107" r="6" fill="${dark}"/><circle cx="94" cy="98" r="6" fill="${dark}"/><circle cx="107" cy="98" r="6" fill="${dark}"/><circle cx="117" cy="107" r="6" fill="${dark}"/><rect x="76" y="54" width="48" height="7" rx="3" fill="${accent}"/>`;

const desk: Glyph = ({ fill, base, dark, light, accent }) => `
  <rect x="28" y="90" width="144" height="14" rx="4" fill="${fill}"/><path d="M42 104v56M158 104v56" stroke="${dark}" stroke-width="9"/><rect x="104" y="104" width="50" height="34" fill="${base}"/><path d="M122 121h14" stroke="${light}" stroke-width="5" stroke-linecap="round"/>
  <path d="M60 90V66l18-14" fill="none" stroke="${dark}" stroke-width="5"/><path d="M70 44l24 12-12 14z" fill="${accent}"/>`;

const shelves: Glyph = ({ fill, base, dark, light, accent }) => `
  <rect x="46" y="38" width="108" height="122" rx="5" fill="${dark}"/><path d="M54 46h92v30H54zM54 84h92v30H54zM54 122h92v30H54z" fill="${light}"/><path d="M60 52h8v24h-8zM72 56h8v20h-8zM84 50h8v26h-8z" fill="${fill}"/>
  <circle cx="128" cy="66" r="10" fill="${accent}"/><path d="M64 114l8-22h16l8 22z" fill="${base}"/><path d="M112 94h8v20h-8zM124 90h8v24h-8z" fill="${fill}"/><rect x="64" y="132" width="50" height="20" rx="4" fill="${accent}"/>`;

const keyboard: Glyph = ({ fill, dark, light, accent }) => {
  const keys = [0, 1, 2].flatMap((row) =>
    [0, 1, 2, 3, 4, 5, 6].map((column) => {
      const colour = row === 1 && column === 6 ? accent : light;
      return `<rect x="${38 + column * 18}" y="${92 + row * 17}" width="14" height="13" rx="3" fill="${colour}"/>`;
    }),
  );
  return `<path d="M100 82V52q0-10 12-10h20" fill="none" stroke="${dark}" stroke-width="5"/><rect x="26" y="80" width="148" height="80" rx="12" fill="${fill}"/>${keys.join('')}<rect x="66" y="143" width="68" height="10" rx="4" fill="${light}"/>`;
};

const mouse: Glyph = ({ fill, dark, light, accent }) => `
  <path d="M100 60V44q0-8 10-8h26" fill="none" stroke="${dark}" stroke-width="5"/><rect x="62" y="58" width="76" height="102" rx="38" fill="${fill}"/><path d="M62 104h76M100 58v46" stroke="${dark}" stroke-width="3" opacity=".5"/><rect x="94" y="74" width="12" height="22" rx="6" fill="${accent}"/><path d="M74 90q2-14 10-20" stroke="${light}" stroke-width="5" stroke-linecap="round" fill="none"/>`;

const camera: Glyph = ({ fill, base, dark, light, accent }) => `
  <path d="M92 130h16v20h24v10H68v-10h24z" fill="${dark}"/><circle cx="100" cy="88" r="48" fill="${fill}"/><circle cx="100" cy="88" r="32" fill="${dark}"/><circle cx="100" cy="88" r="22" fill="${base}"/><circle cx="92" cy="80" r="7" fill="${light}"/><circle cx="132" cy="58" r="5" fill="${accent}"/>`;

const toaster: Glyph = ({ fill, base, dark, light, accent }) => `
  <path d="M66 84V58q0-12 12-12h12q12 0 12 12v26zM106 84V64q0-12 12-12h6q12 0 12 12v20z" fill="#d9a866"/><path d="M52 80h96q12 0 12 14v56a8 8 0 0 1-8 8H48a8 8 0 0 1-8-8V94q0-14 12-14z" fill="${fill}"/><path d="M58 80h84v8H58z" fill="${dark}"/>
  <circle cx="132" cy="126" r="11" fill="${light}"/><path d="M132 126v-8" stroke="${dark}" stroke-width="4"/><rect x="160" y="100" width="8" height="22" rx="4" fill="${accent}"/><path d="M52 104v34" stroke="${base}" stroke-width="5" opacity=".5"/>`;

const grill: Glyph = ({ fill, base, dark, light, accent }) => `
  <path d="M78 126l-20 34M122 126l20 34M100 130v24" stroke="${dark}" stroke-width="7" stroke-linecap="round"/><path d="M38 92h124q-4 42-62 42T38 92z" fill="${fill}"/><path d="M46 90a54 44 0 0 1 108 0z" fill="${base}"/>
  <rect x="86" y="38" width="28" height="9" rx="4" fill="${accent}"/><rect x="34" y="86" width="132" height="9" rx="4" fill="${dark}"/><path d="M64 76a38 30 0 0 1 18-18" stroke="${light}" stroke-width="5" fill="none" stroke-linecap="round"/>`;

export const HOUSE = {
  towel,
  rug,
  roll,
  tent,
  pet,
  desk,
  shelves,
  keyboard,
  mouse,
  camera,
  toaster,
  grill,
};
