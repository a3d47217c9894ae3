/**
 * One line of a table (RFC 4180), with its line break. What a spreadsheet would take for a formula gets an apostrophe in
 * front, so that it stays text.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(text: string): string {
  const whole = text.toWellFormed().replaceAll('\u0000', '');
  // Spreadsheets look past blanks for it.
  const safe = /^\s*[=+\-@\t\r|%]/u.test(whole) || /^[\t\r\n]/.test(whole) ? `'${whole}` : whole;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
