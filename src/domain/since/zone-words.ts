import type { Token } from './tokens.ts';
import { knownZone } from './time-zone.ts';

export interface ZoneMatch {
  /** As `knownZone` answers. */
  readonly zone: string;
  /** Set when the abbreviation means other zones to other people. */
  readonly note: string | null;
}

/** A standard or summer time names a fixed offset; a bare `ET` or `PT` means whatever that coast's clocks show. */
const abbreviations: Readonly<Record<string, string>> = {
  utc: 'UTC',
  gmt: 'UTC',
  z: 'UTC',
  zulu: 'UTC',
  bst: '+01:00',
  wet: '+00:00',
  west: '+01:00',
  cet: '+01:00',
  cest: '+02:00',
  eet: '+02:00',
  eest: '+03:00',
  msk: '+03:00',
  ist: '+05:30',
  sgt: '+08:00',
  hkt: '+08:00',
  awst: '+08:00',
  jst: '+09:00',
  kst: '+09:00',
  aest: '+10:00',
  aedt: '+11:00',
  nzst: '+12:00',
  nzdt: '+13:00',
  est: '-05:00',
  edt: '-04:00',
  cst: '-06:00',
  cdt: '-05:00',
  mst: '-07:00',
  mdt: '-06:00',
  pst: '-08:00',
  pdt: '-07:00',
  et: 'America/New_York',
  ct: 'America/Chicago',
  mt: 'America/Denver',
  pt: 'America/Los_Angeles',
};

const places: Readonly<Record<string, string>> = { ist: 'India', cst: 'central North America' };

/** `UTC`, `CET`, `UTC+2`, `+02:00`, `Europe/London`. */
export function matchZone(token: Token | undefined): ZoneMatch | null {
  if (token === undefined || token.quoted) return null;
  const { word } = token;
  const offset = Object.hasOwn(abbreviations, word) ? abbreviations[word] : undefined;
  if (offset !== undefined) return named(word, offset);
  const shifted = /^(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(word);
  if (shifted !== null && (/^[ug]/.test(word) || word.includes(':'))) return offsetZone(shifted);
  if (!/^[a-z_]{2,20}\/[a-z0-9_+/-]{2,29}$/.test(word)) return null;
  const zone = knownZone(token.raw);
  return zone === null ? null : { zone, note: null };
}

/** `Z` or `+02:00` at the end of a time. */
export function zoneOfSuffix(suffix: string): string | null {
  return matchZone({ raw: suffix, word: suffix.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2'), quoted: false })?.zone ?? null;
}

function named(word: string, offset: string): ZoneMatch | null {
  const zone = knownZone(offset);
  if (zone === null) return null;
  const place = places[word];
  return { zone, note: place === undefined ? null : `${word.toUpperCase()} was read as UTC${offset} (${place}).` };
}

function offsetZone([, sign = '+', hours = '0', minutes = '00']: RegExpExecArray): ZoneMatch | null {
  if (Number(hours) > 14 || Number(minutes) > 59) return null;
  const zone = knownZone(`${sign}${hours.padStart(2, '0')}:${minutes}`);
  return zone === null ? null : { zone, note: null };
}
