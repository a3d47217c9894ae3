import { type Directory, personOf } from './directory.ts';

/**
 * Who says something, by whatever name: one person has one id wherever they say it, so that nobody is their own second.
 * Whom the settings do not know in Slack is called as they were.
 */
export function sayerOf(directory: Directory, written: string): { readonly id: string; readonly name: string } {
  const plain = written.trim();
  const person = personOf(directory, plain);
  return { id: person?.slackId ?? plain, name: person?.name ?? plain };
}
