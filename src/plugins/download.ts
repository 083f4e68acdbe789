import type { IRecordFile } from '../report/records';

/** Saves a text as a file, where the browser saves files. */
export function download({ name, type, text }: IRecordFile): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers begin to read it only after this turn.
  window.setTimeout(() => URL.revokeObjectURL(url), 0);
}
