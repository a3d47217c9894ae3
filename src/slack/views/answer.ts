import type { ModalView } from '@slack/types';

/** What becomes of a modal that was submitted. */
export type ViewAnswer =
  | { readonly outcome: 'close' }
  /** In its place. `afterwards`: what is done after Slack has it, which may take long. */
  | { readonly outcome: 'show'; readonly view: ModalView; readonly afterwards?: () => Promise<void> }
  /** It stays as it is; by the name of the field, what is wrong with it. */
  | { readonly outcome: 'errors'; readonly errors: Readonly<Record<string, string>> };

export const close: ViewAnswer = { outcome: 'close' };

export function show(view: ModalView): Extract<ViewAnswer, { outcome: 'show' }> {
  return { outcome: 'show', view };
}

export function wrong(field: string, why: string): ViewAnswer {
  return { outcome: 'errors', errors: { [field]: why.slice(0, 300) } };
}
