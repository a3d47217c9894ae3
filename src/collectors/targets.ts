export interface Target {
  /** What it is called in keys, so that the targets of two environments can be compared: `shop`. */
  readonly label: string;
  readonly at: string;
}

const most = 500;

/**
 * `shop=shop.example.com:443, api.example.com`: targets with a label each; one without is called what it is.
 * Undefined: there is none, or one that is empty.
 */
export function targetsIn(list: string | undefined): readonly Target[] | undefined {
  const targets = (list ?? '')
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const [, label, at = ''] = /^(?:([\w./ -]+)=)?(.*)$/.exec(part) ?? [];
      return { label: label ?? at, at };
    });
  const isGood = targets.length > 0 && targets.length <= most && targets.every(({ at }) => at !== '');
  return isGood ? targets : undefined;
}

/** Why they cannot be told apart in keys; null: they can. */
export function labelProblem(targets: readonly Pick<Target, 'label'>[]): string | null {
  const labels = targets.map(({ label }) => label);
  const twice = labels.find((label, at) => labels.indexOf(label) !== at);
  return twice === undefined ? null : `two of them are called ${twice}: give each a label of its own, shop=…`;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `db.internal:5432`, `[::1]:443`, and where a port goes without saying `shop.example.com`. */
export function hostPortOf(text: string, usual?: number): HostPort | undefined {
  const [, six, name, told] = /^(?:\[([\da-f:.]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = six ?? name;
  const port = told === undefined ? usual : Number(told);
  return host === undefined || port === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

const atOnce = 16;

/** In the order of the targets, some at a time. */
export async function eachTarget<Of, Result>(of: readonly Of[], ask: (one: Of) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < of.length; first += atOnce) {
    results.push(...(await Promise.all(of.slice(first, first + atOnce).map(ask))));
  }
  return results;
}
