/** What stands in the page's controls, as the server reads it. */

export function whereIs(element) {
  const source = element.closest('[data-message], [data-view]');
  return { message: source?.dataset.message ?? '', view: source?.dataset.view ?? '' };
}

export function valuesOf(control) {
  if (control.matches('fieldset')) return [...control.querySelectorAll('input:checked')].map((each) => each.value);
  if (control.matches('select')) return [...control.selectedOptions].map((each) => each.value).filter(Boolean);
  if (control.list) {
    const option = [...control.list.options].find((each) => each.value === control.value);
    return option ? [option.dataset.value] : [];
  }
  if (control.type === 'datetime-local') return control.value ? [String(Date.parse(control.value) / 1000)] : [];
  return control.value === '' ? [] : [control.value];
}

/** Everything chosen and typed in the message or view around an element. */
export function enteredAround(element) {
  const source = element.closest('[data-message], [data-view]') ?? document;
  const controls = source.querySelectorAll('[data-deed="choose"], [data-deed="hold"]');
  return [...controls].map((each) => ({
    block: each.dataset.block,
    action: each.dataset.action,
    values: valuesOf(each),
  }));
}

/** Slack counts seconds; the control shows the clock of this browser. */
export function setMoments(root) {
  for (const control of root.querySelectorAll('[data-moment]')) {
    const at = new Date(Number(control.dataset.moment) * 1000);
    control.value = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }
}
