/**
 * A date as Slack writes it for its reader (docs.slack.dev/messaging/formatting-message-text): `format` holds tokens such
 * as `{date_short_pretty}` and `{time}`. `seconds` since 1970; `timezone` is an IANA name.
 */
export function slackDate(seconds: number, format: string, { timezone, now }: { timezone: string; now: Date }): string {
  const at = new Date(seconds * 1000);
  const write = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: timezone, ...options }).format(at);
  const tokens: Readonly<Record<string, () => string>> = {
    date_num: () => new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(at),
    date_slash: () => write({ day: '2-digit', month: '2-digit', year: 'numeric' }),
    date: () => write({ month: 'long', day: 'numeric', year: 'numeric' }),
    date_short: () => write({ month: 'short', day: 'numeric', year: 'numeric' }),
    date_long: () => write({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' }),
    time: () => write({ hour: '2-digit', minute: '2-digit' }),
    time_secs: () => write({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    ago: () => ago((now.getTime() - at.getTime()) / 1000),
  };
  return format.replaceAll(/\{(\w+?)(_pretty)?\}/g, (whole, name: string, pretty: string | undefined) => {
    const plain = tokens[name === 'day_divider' ? 'date_long' : name];
    if (plain === undefined) return whole;
    return (pretty === undefined ? null : nearDay(at, { timezone, now })) ?? plain();
  });
}

function nearDay(at: Date, { timezone, now }: { timezone: string; now: Date }): string | null {
  const day = (date: Date) => new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(date);
  const names: readonly (readonly [number, string])[] = [
    [0, 'today'],
    [-1, 'yesterday'],
    [1, 'tomorrow'],
  ];
  for (const [offset, name] of names) if (day(at) === day(new Date(now.getTime() + offset * 86_400_000))) return name;
  return null;
}

function ago(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ];
  for (const [size, name] of units) {
    const count = Math.floor(Math.abs(seconds) / size);
    if (count > 0)
      return seconds < 0
        ? `in ${count} ${name}${count === 1 ? '' : 's'}`
        : `${count} ${name}${count === 1 ? '' : 's'} ago`;
  }
  return 'just now';
}
