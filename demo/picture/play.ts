import type { Glyph } from './colours.ts';

const card: Glyph = ({ fill, base, light, accent }) => `
  <rect x="58" y="44" width="84" height="70" rx="4" fill="#fffdf8"/><path d="M72 60h40M72 74h56" stroke="${base}" stroke-width="4" stroke-linecap="round" opacity=".5"/>
  <rect x="40" y="76" width="120" height="82" rx="7" fill="${fill}"/><path d="M40 82l60 44 60-44" fill="none" stroke="${light}" stroke-width="4"/><path d="M100 142l-12-12a8 8 0 0 1 12-9a8 8 0 0 1 12 9z" fill="${accent}"/>`;

const gift: Glyph = ({ fill, base, light, accent }) => `
  <path d="M100 62q-40-40-46-12t46 12q40-40 46-12t-46 12z" fill="${accent}"/><rect x="48" y="88" width="104" height="72" rx="5" fill="${fill}"/><rect x="40" y="62" width="120" height="30" rx="5" fill="${base}"/>
  <path d="M90 62h20v98H90z" fill="${accent}"/><path d="M46 92h44" stroke="${light}" stroke-width="3" opacity=".6"/>`;

const book: Glyph = ({ fill, dark, light, accent }) => `
  <rect x="60" y="40" width="90" height="120" rx="8" fill="${dark}"/><rect x="52" y="40" width="90" height="120" rx="8" fill="${fill}"/><rect x="70" y="62" width="54" height="30" rx="4" fill="#fffdf8"/>
  <path d="M78 77h38" stroke="${dark}" stroke-width="4" stroke-linecap="round"/><path d="M120 40v62l8-8 8 8V40z" fill="${accent}"/><path d="M62 40v120" stroke="${light}" stroke-width="3" opacity=".6"/>`;

const plant: Glyph = ({ fill, base, dark }) => `
  <path d="M100 112q-44-8-42-54q40 4 42 54zM100 112q44-8 42-54q-40 4-42 54z" fill="#5f9a62"/><path d="M100 114q-18-38 0-72q18 34 0 72z" fill="#7db37b"/>
  <path d="M58 110h84l-10 50H68z" fill="${fill}"/><rect x="52" y="102" width="96" height="16" rx="5" fill="${base}"/><path d="M66 130h68" stroke="${dark}" stroke-width="2" opacity=".3"/>`;

const bear: Glyph = ({ fill, dark, light, accent }) => `
  <circle cx="62" cy="62" r="20" fill="${fill}"/><circle cx="138" cy="62" r="20" fill="${fill}"/><circle cx="62" cy="62" r="10" fill="${light}"/><circle cx="138" cy="62" r="10" fill="${light}"/>
  <circle cx="100" cy="104" r="56" fill="${fill}"/><ellipse cx="100" cy="124" rx="26" ry="20" fill="${light}"/><circle cx="80" cy="96" r="6" fill="${dark}"/><circle cx="120" cy="96" r="6" fill="${dark}"/>
  <ellipse cx="100" cy="116" rx="8" ry="6" fill="${dark}"/><path d="M90 128q10 9 20 0" fill="none" stroke="${dark}" stroke-width="3" stroke-linecap="round"/><path d="M84 158l16-8 16 8-16 8z" fill="${accent}"/>`;

const pencils: Glyph = ({ fill, base, dark, light, accent }) => `
  <path d="M72 100V52l8-16 8 16v48z" fill="${accent}"/><path d="M94 100V44l8-16 8 16v56z" fill="${base}"/><path d="M116 100V58l8-16 8 16v42z" fill="${light}"/>
  <path d="M78 40l2-4 2 4zM100 32l2-4 2 4zM122 46l2-4 2 4z" fill="${dark}"/><path d="M58 92h88v62a6 6 0 0 1-6 6H64a6 6 0 0 1-6-6z" fill="${fill}"/><path d="M58 92h88v10H58z" fill="${dark}" opacity=".25"/>`;

const bunting: Glyph = ({ fill, dark, light, accent }) => {
  const flags = [34, 78, 122].map((x, i) => {
    const y = 74 + (i === 1 ? 12 : 4);
    return `<path d="M${x} ${y}h44l-22 56z" fill="${[fill, accent, light][i]}"/>`;
  });
  return `<path d="M18 66q82 40 164 0" fill="none" stroke="${dark}" stroke-width="4"/>${flags.join('')}`;
};

const bauble: Glyph = ({ fill, dark, light, accent }) => `
  <path d="M100 22v26" stroke="${dark}" stroke-width="3"/><rect x="88" y="44" width="24" height="16" rx="4" fill="${accent}"/><circle cx="100" cy="108" r="52" fill="${fill}"/>
  <path d="M49 100q51 24 102 0v14q-51 24-102 0z" fill="${light}" opacity=".8"/><path d="M68 82a34 34 0 0 1 16-14" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".7"/>`;

const tree: Glyph = ({ base, dark, light, accent }) => `
  <rect x="92" y="138" width="16" height="22" fill="${dark}"/><path d="M100 34l34 44h-16l26 34h-18l26 34H48l26-34H56l26-34H66z" fill="#4c8565"/>
  <path d="M100 24l4 10h10l-8 7 3 10-9-6-9 6 3-10-8-7h10z" fill="${accent}"/><circle cx="88" cy="92" r="6" fill="${base}"/><circle cx="114" cy="104" r="6" fill="${light}"/><circle cx="84" cy="130" r="6" fill="${accent}"/><circle cx="118" cy="134" r="6" fill="${base}"/>`;

const key: Glyph = ({ fill, base, dark }) => `
  <circle cx="100" cy="58" r="22" fill="none" stroke="${dark}" stroke-width="6"/><path d="M100 160l-34-34a21 21 0 0 1 34-26a21 21 0 0 1 34 26z" fill="${fill}"/><path d="M100 78v22" stroke="${base}" stroke-width="6"/>`;

const ball: Glyph = ({ fill, base, light, dark }) => `
  <circle cx="100" cy="106" r="54" fill="${fill}"/><path d="M100 80l24 18-9 28H85l-9-28z" fill="${dark}"/><path d="M100 80V52M124 98l26-10M115 126l16 22M85 126l-16 22M76 98l-26-10" stroke="${light}" stroke-width="4"/><circle cx="100" cy="106" r="54" fill="none" stroke="${base}" stroke-width="3"/>`;

const headphones: Glyph = ({ fill, base, dark, light }) => `
  <path d="M48 118V100a52 52 0 0 1 104 0v18" fill="none" stroke="${dark}" stroke-width="9"/><rect x="36" y="104" width="30" height="52" rx="13" fill="${fill}"/><rect x="134" y="104" width="30" height="52" rx="13" fill="${fill}"/><rect x="60" y="108" width="10" height="44" rx="5" fill="${light}"/><rect x="130" y="108" width="10" height="44" rx="5" fill="${base}"/>`;

const screen: Glyph = ({ fill, base, dark, light, accent }) => `
  <rect x="66" y="34" width="68" height="126" rx="13" fill="${dark}"/><rect x="73" y="46" width="54" height="98" rx="4" fill="${light}"/><rect x="80" y="56" width="40" height="34" rx="5" fill="${fill}"/><path d="M80 102h40M80 114h26" stroke="${base}" stroke-width="5" stroke-linecap="round"/><circle cx="112" cy="130" r="7" fill="${accent}"/>`;

const soap: Glyph = ({ fill, base, dark, light, accent }) => `
  <path d="M94 62V46H76v-8h40v24z" fill="${dark}"/><rect x="84" y="58" width="36" height="16" rx="4" fill="${accent}"/><path d="M70 74h64q12 8 12 20v58a8 8 0 0 1-8 8H66a8 8 0 0 1-8-8V94q0-12 12-20z" fill="${fill}"/>
  <rect x="72" y="102" width="60" height="36" rx="6" fill="#fffdf8"/><circle cx="92" cy="120" r="8" fill="${base}" opacity=".5"/><circle cx="112" cy="116" r="5" fill="${light}"/>`;

const tool: Glyph = ({ fill, dark, light, base }) => `
  <path d="M58 48h72a20 20 0 0 1 20 20v10h-30v-8H58a11 11 0 0 1 0-22z" fill="${dark}"/><rect x="84" y="70" width="26" height="90" rx="9" fill="${fill}"/><path d="M92 92v52" stroke="${light}" stroke-width="4" stroke-linecap="round" opacity=".6"/><rect x="82" y="66" width="30" height="14" fill="${base}"/>`;

export const PLAY = {
  card,
  gift,
  book,
  plant,
  bear,
  pencils,
  bunting,
  bauble,
  tree,
  key,
  ball,
  headphones,
  screen,
  soap,
  tool,
};
