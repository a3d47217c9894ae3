const written =
  /^([1-9]\d{3})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)$/;

/** A time with its zone, as the same instant in UTC and no less exact; null: it does not read as one. */
export function instantOf(text: string): string | null {
  if (text.length > 40) return null;
  const match = written.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', utc, sign, hours = '0', minutes = '0'] = match;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  // The 31st of February, 25 o'clock or a leap second would come out as another time than was written.
  if (new Date(local).toISOString().slice(0, 19) !== `${year}-${month}-${day}T${hour}:${minute}:${second}`) return null;
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  const offset = utc === undefined ? (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1) : 0;
  const exact = fraction.replace(/0+$/, '');
  const whole = new Date(local - offset).toISOString().slice(0, 19);
  return `${whole}${exact === '' ? '' : `.${exact}`}Z`;
}
