import { sentences } from './incident-heading.ts';

/** A button of an older version, or one that is not ours. */
export function renderOutdatedButton() {
  return sentences('*I can no longer read that button.* `/incident` shows how it stands, with buttons that I can.');
}
