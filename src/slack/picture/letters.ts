/** Five by seven: each row is five bits. What is not here is drawn as a space; a title needs no more. */
const rows: Readonly<Record<string, string>> = {
  '0': '0e11131519110e',
  '1': '040c040404040e',
  '2': '0e11010204081f',
  '3': '1f02040201110e',
  '4': '02060a121f0202',
  '5': '1f101e0101110e',
  '6': '0608101e11110e',
  '7': '1f010204080808',
  '8': '0e11110e11110e',
  '9': '0e11110f01020c',
  '.': '00000000000c0c',
  ',': '000000000c0408',
  '%': '18190204081303',
  '-': '0000001f000000',
  A: '0e11111f111111',
  D: '1e11111111111e',
  F: '1f10101e101010',
  J: '0702020202120c',
  M: '111b1515111111',
  N: '11191513111111',
  O: '0e11111111110e',
  P: '1e11111e101010',
  S: '0f10100e01011e',
  a: '00000e010f110f',
  b: '1010161911111e',
  c: '00000e1010110e',
  e: '00000e111f100e',
  g: '000f11110f010e',
  i: '04000c0404040e',
  k: '10101214181412',
  l: '0c04040404040e',
  n: '00001619111111',
  o: '00000e1111110e',
  p: '00001e11191610',
  r: '00001618101010',
  s: '00000e100e011e',
  t: '08081c08080906',
  u: '0000111111130d',
  v: '00001111110a04',
  y: '000011110f010e',
};

export const letterWidth = 6;
export const letterHeight = 7;

/** The places of the letters' dots, from the top left. */
export function* dotsOf(text: string): Generator<readonly [x: number, y: number]> {
  for (const [place, letter] of [...text].entries()) {
    const bits = rows[letter] ?? '';
    for (let y = 0; y < letterHeight; y += 1) {
      const row = Number.parseInt(bits.slice(y * 2, y * 2 + 2) || '0', 16);
      for (let x = 0; x < 5; x += 1) if ((row & (16 >> x)) !== 0) yield [place * letterWidth + x, y];
    }
  }
}
