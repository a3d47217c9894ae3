import type { ModalView } from '@slack/types';
import { section } from '../messages/blocks.ts';
import { encodeAbout } from './about.ts';
import { modal } from './field.ts';

/** One thing to read. */
export function renderTold(title: string, words: string): ModalView {
  return modal('incident_read', { title, about: encodeAbout({ c: null }), blocks: [section(words)] });
}

export function renderGone(): ModalView {
  return renderTold(
    'Not there',
    '*I know that incident no more*, so nothing has changed. `/incident` lists those that are open.',
  );
}
