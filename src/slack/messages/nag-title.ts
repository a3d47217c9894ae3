import { backportName } from '../../domain/backports/backport.ts';
import type { NagView } from '../../domain/nags/nag.ts';
import { link, outside } from './escape.ts';
import { type Voice, written } from './voice.ts';

/** `*#798 "Cap batch size"*`: with its link where it is drawn. */
export function nagTitle({ backport }: Pick<NagView, 'backport'>, voice: Voice, limit = 250): string {
  const { pullRequest, url } = backport;
  const number = pullRequest === null ? '' : `#${pullRequest} `;
  const quoted = `${number}"${backportName(backport).slice(number.length)}"`;
  if (voice === written) return outside(quoted, limit);
  // A bar would end the words of a link early.
  const words = outside(quoted.replaceAll('*', '∗').replaceAll('|', '¦'), limit);
  return `*${link(url, words) ?? words}*`;
}
