/** A file to be saved. */
export interface IDownload {
  readonly name: string;
  readonly type: string;
  readonly content: BlobPart;
}

/** Saves a file where the browser saves files. */
export function download({ name, type, content }: IDownload): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers begin to read it only after this turn.
  window.setTimeout(() => URL.revokeObjectURL(url), 0);
}
