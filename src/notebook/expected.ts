import type { INotebookModel, Notebook } from '@jupyterlab/notebook';
import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Disposable } from '../disposable';
import type { Expected } from '../protocol/generated';
import { expected } from '../protocol/values';

/** The key of ours in the metadata of a notebook. */
const KEY = 'leakhunter';

/** Entries that the kernel side takes. */
const MOST = 500;

/** Characters of a reason that the kernel side takes. */
export const REASON_MAX = 200;
const FINGERPRINT_MAX = 64;

/** What a notebook remembers as expected. */
export interface IExpectations {
  /** Emitted when `list` became another. */
  readonly changed: ISignal<this, void>;

  /** Another array whenever it changed. */
  readonly list: readonly Expected[];

  /** Remembers one, in the place of an older one of the same finding. */
  mark(mark: Expected): void;

  /** Forgets the one with this fingerprint. */
  takeBack(fingerprint: string): void;
}

/**
 * Reads and writes `leakhunter.expected` in the metadata of a notebook.
 *
 * #### Notes
 * It goes through the shared model, so that everybody who has the notebook
 * open sees it. Entries that are not as ours should be are ignored and kept.
 */
export class NotebookExpectations extends Disposable implements IExpectations {
  constructor(private _notebook: Notebook) {
    super();
    _notebook.modelChanged.connect(this._onModelChanged, this);
    this._onModelChanged();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get list(): readonly Expected[] {
    return this._list;
  }

  mark(mark: Expected): void {
    const entries = this._entries();
    const at = entries.findIndex(entry => isOf(entry, mark.fingerprint));
    const entry = { ...mark } as PartialJSONObject;
    this._write(
      at < 0
        ? [...entries, entry]
        : entries.map((old, index) => (index === at ? entry : old))
    );
  }

  takeBack(fingerprint: string): void {
    this._write(this._entries().filter(entry => !isOf(entry, fingerprint)));
  }

  /** All entries as they stand in the file, ours and others. */
  private _entries(): PartialJSONValue[] {
    const entries = this._own().expected;
    return Array.isArray(entries) ? (entries as PartialJSONValue[]) : [];
  }

  /** All that stands under our key. */
  private _own(): PartialJSONObject {
    const own = this._shared?.getMetadata(KEY);
    return own !== undefined && JSONExt.isObject(own) ? own : {};
  }

  private _write(entries: PartialJSONValue[]): void {
    if (JSONExt.deepEqual(entries, this._entries())) {
      return;
    }
    const own = { ...this._own() };
    if (entries.length > 0) {
      own.expected = entries;
    } else {
      delete own.expected;
    }
    if (Object.keys(own).length > 0) {
      this._shared?.setMetadata(KEY, own);
    } else {
      this._shared?.deleteMetadata(KEY);
    }
  }

  private _onModelChanged(): void {
    this._shared?.metadataChanged.disconnect(this._read, this);
    this._shared = this._notebook.model?.sharedModel ?? null;
    this._shared?.metadataChanged.connect(this._read, this);
    this._read();
  }

  private _read(): void {
    const entries: readonly unknown[] = this._entries();
    const list = entries.filter(isOurs).slice(0, MOST);
    const same = JSONExt.deepEqual(
      list as unknown as PartialJSONValue,
      this._list as unknown as PartialJSONValue
    );
    if (!same) {
      this._list = list;
      this._changed.emit();
    }
  }

  private _shared: INotebookModel['sharedModel'] | null = null;
  private _list: readonly Expected[] = [];
  private _changed = new Signal<this, void>(this);
}

/** Whether an entry is one that the kernel side takes. */
function isOurs(entry: unknown): entry is Expected {
  try {
    const { fingerprint, reason, bytes } = expected(entry, 'expected');
    return (
      fingerprint.length > 0 &&
      fingerprint.length <= FINGERPRINT_MAX &&
      reason.length <= REASON_MAX &&
      Number.isInteger(bytes) &&
      bytes >= 0
    );
  } catch {
    return false;
  }
}

function isOf(entry: unknown, fingerprint: string): boolean {
  return isOurs(entry) && entry.fingerprint === fingerprint;
}
