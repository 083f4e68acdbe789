import type { ICodeCellModel } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import { Disposable } from '../disposable';
import type { ICellRow } from '../analysis/cells';
import { cellRows } from '../analysis/cells';
import type { IHuntModel } from '../tokens';

/** The key of ours in the metadata of a cell. */
const KEY = 'leakhunter';

/**
 * Writes what the cells did to memory into `leakhunter.memory` of their
 * metadata, if the user wants it there.
 *
 * #### Notes
 * Numbers only, in bytes and seconds. It goes through the shared model, so two
 * views of a notebook write it once. What is written stays when the setting is
 * switched off: it is the user's file then.
 */
export class CellRecords extends Disposable {
  constructor(private _options: CellRecords.IOptions) {
    super();
    _options.model.changed.connect(this._onChanged, this);
  }

  private _onChanged(): void {
    const { runs, report, settings } = this._options.model;
    const wanted = settings.saveInMetadata;
    const same =
      runs === this._runs && report === this._report && wanted === this._wanted;
    if (same) {
      return;
    }
    this._runs = runs;
    this._report = report;
    this._wanted = wanted;
    const { model: notebook } = this._options.notebook;
    if (!wanted || runs.length === 0 || notebook === null) {
      return;
    }
    const rows = new Map(
      cellRows(runs, report, []).map(row => [row.ref.cell_id, row])
    );
    for (const cell of notebook.cells) {
      const row = cell.type === 'code' ? rows.get(cell.id) : undefined;
      if (row !== undefined) {
        write(cell as ICodeCellModel, numbers(row));
      }
    }
  }

  private _runs: IHuntModel['runs'] | null = null;
  private _report: IHuntModel['report'] = null;
  private _wanted = false;
}

export namespace CellRecords {
  export interface IOptions {
    notebook: Notebook;
    model: Pick<IHuntModel, 'changed' | 'runs' | 'report' | 'settings'>;
  }
}

function numbers(row: ICellRow): PartialJSONObject {
  const { change, peak, peakExact, held, runs, seconds } = row;
  return { change, peak, peak_exact: peakExact, held, runs, seconds };
}

function write(cell: ICodeCellModel, memory: PartialJSONObject): void {
  const old: PartialJSONValue | undefined = cell.getMetadata(KEY);
  const own = old !== undefined && JSONExt.isObject(old) ? old : {};
  if (!JSONExt.deepEqual(own.memory ?? null, memory)) {
    cell.setMetadata(KEY, { ...own, memory });
  }
}
