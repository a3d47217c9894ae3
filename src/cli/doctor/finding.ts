/** One thing that was looked at. `warning`: it works, and something may be missing. */
export interface Finding {
  /** `slack-scopes`. */
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'wrong';
  /** What is so, without a full stop. */
  readonly what: string;
  /** What to do about it, in one line. Null: nothing. */
  readonly mend: string | null;
}

export function ok(check: string, what: string): Finding {
  return { check, state: 'ok', what, mend: null };
}

export function warning(check: string, what: string, mend: string): Finding {
  return { check, state: 'warning', what, mend };
}

export function wrong(check: string, what: string, mend: string): Finding {
  return { check, state: 'wrong', what, mend };
}
