import type { ModalView } from '@slack/types';
import type { Pair } from '../../domain/comparison/difference.ts';
import { section } from '../messages/blocks.ts';
import { type About, encodeAbout } from './about.ts';
import { field, modal, plain, textInput } from './field.ts';

export const explainCallback = 'parity_explained';
/** Its options are asked for by this name. */
export const changeFieldName = 'parity_change_field';

export interface ExplainModal {
  readonly pair: Pair;
  /** What is explained, drawn. */
  readonly title: string;
  /** By what it is found again. */
  readonly about: Pick<About, 'g' | 'l'>;
  readonly channelId: string | null;
}

/** By which change two environments came to differ. */
export function renderExplainModal({ pair, title, about, channelId }: ExplainModal): ModalView {
  return modal(explainCallback, {
    title: 'It was this change',
    submit: 'Explain',
    about: encodeAbout({ c: channelId, p: [pair.reference, pair.mirror], ...about }),
    blocks: [
      section(title),
      field(
        changeFieldName,
        {
          label: 'Which change is why?',
          hint: 'Type words of it, a service or a version. Changes of the last 30 days.',
          optional: false,
        },
        { type: 'external_select', placeholder: plain('Type to find it'), min_query_length: 0 },
      ),
      field(
        'note',
        { label: 'How do you know?', hint: 'Read in the audit.' },
        textInput({ multiline: true, placeholder: 'The migration guide asks for it', most: 1000 }),
      ),
    ],
  });
}
