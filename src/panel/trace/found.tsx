/** What a traced cell allocated: boxes of its calls, then its lines or functions as a table. */
import * as React from 'react';
import {
  formatBytes,
  formatCount,
  formatDuration
} from '../../analysis/format';
import { warningIcon } from '../../icons';
import type { ITrace } from '../../model/tracing';
import type { ExportFormat, Trace, Traced } from '../../protocol/generated';
import { WishButton } from '../parts/atoms';
import { BackLine } from '../parts/back';
import { Box } from '../parts/box';
import { useHunt } from '../context';
import { IciclePlot } from '../ondemand';
import { Pending } from '../pending';
import { Refused } from '../refused';
import { TestedCell } from '../prove/parts';
import { FunctionTable, LineTable } from './tables';

/** The result of a trace. */
export function TraceFound(props: {
  trace: ITrace;
  found: Traced;
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { plan } = props.trace;
  const { trace } = props.found;
  const [by, setBy] = React.useState<'lines' | 'functions'>('lines');
  useSaving(props.trace);
  return (
    <>
      <BackLine
        title={trans.__('Trace')}
        aside={formatDuration(trace.seconds)}
      />
      <div className="lh-scroll">
        <Refused />
        <div className="lh-test">
          {plan && (
            <TestedCell cell={plan.plan.cell} source={plan.plan.source_line} />
          )}
          <Sums trace={trace} />
          <Notes texts={trace.notes} />
        </div>
        {trace.stacks.length > 0 && (
          <React.Suspense fallback={null}>
            <IciclePlot trace={trace} />
          </React.Suspense>
        )}
        <div
          className="lh-objects-filters lh-trace-by"
          role="group"
          aria-label={trans.__('What is listed')}
        >
          {(['lines', 'functions'] as const).map(word => (
            <button
              key={word}
              type="button"
              className="lh-objects-filter"
              aria-pressed={word === by}
              onClick={() => setBy(word)}
            >
              {word === 'lines' ? trans.__('Lines') : trans.__('Functions')}
            </button>
          ))}
        </div>
        {by === 'lines' ? (
          <LineTable trace={trace} />
        ) : (
          <FunctionTable trace={trace} />
        )}
        <p className="lh-cells-foot">{costWords()}</p>
        <Pending />
      </div>
      <Save />
    </>
  );

  function costWords(): string {
    const { native, overhead, depth, summing } = trace;
    if (native) {
      return trans.__(
        'Traced with memray: small objects of Python show as the pools that hold them. Reading it took %1.',
        formatDuration(summing)
      );
    }
    const took = trans.__(
      'Tracing took %1 and kept %2 calls with each block; summing took %3.',
      formatBytes(overhead, { decimal }),
      depth,
      formatDuration(summing)
    );
    const sampled = trace.stacks.some(({ allocated }) => allocated !== null);
    return sampled
      ? `${took} ${trans.__('Of freed blocks below 64 KiB samples are counted: Allocated is about.')}`
      : took;
  }
}

/** What the cell left, in one line. */
function Sums(props: { trace: Trace }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { held, blocks, peak, rss_change } = props.trace;
  const size = (bytes: number, signed = false) =>
    formatBytes(bytes, { decimal, signed });
  return (
    <p>
      <strong>{trans.__('%1 still held', size(held))}</strong>{' '}
      {trans._n(
        'in %1 block when the cell had ended; peak %3, kernel memory %4.',
        'in %2 blocks when the cell had ended; peak %3, kernel memory %4.',
        blocks,
        formatCount(blocks),
        size(peak),
        size(rss_change, true)
      )}
    </p>
  );
}

/** Sentences on how it was measured. */
export function Notes(props: { texts: readonly string[] }): JSX.Element | null {
  const { trans } = useHunt();
  return props.texts.length === 0 ? null : (
    <Box icon={warningIcon} tone="warn" title={trans.__('To know')}>
      {props.texts.map((text, index) => (
        <p key={index}>{text}</p>
      ))}
    </Box>
  );
}

/** The files that the trace can be saved as. */
function Save(): JSX.Element {
  const { model, trans } = useHunt();
  const [format, setFormat] = React.useState<ExportFormat>('speedscope');
  const words: Record<ExportFormat, string> = {
    speedscope: trans.__('speedscope'),
    pprof: trans.__('pprof'),
    folded: trans.__('folded stacks'),
    csv: trans.__('table (CSV)')
  };
  return (
    <div className="lh-foot">
      <label className="lh-foot-words lh-trace-save">
        {trans.__('Save as')}
        <select
          className="lh-input"
          value={format}
          onChange={({ target }) => setFormat(target.value as ExportFormat)}
        >
          {(Object.keys(words) as ExportFormat[]).map(word => (
            <option key={word} value={word}>
              {words[word]}
            </option>
          ))}
        </select>
      </label>
      <WishButton
        label={trans.__('Save')}
        onClick={() => model.exportTrace(format)}
      />
    </div>
  );
}

/** Saves the file that was asked for, once it is there. */
function useSaving(trace: ITrace): void {
  const { model, host, trans, announce } = useHunt();
  React.useEffect(() => {
    const file = trace.file === null ? null : model.takeFile();
    if (file !== null) {
      const count = trace.plan?.plan.cell.execution_count ?? 0;
      const name = `trace-cell-${count}${file.end}`;
      host.save(name, bytesOf(file.content));
      announce(trans.__('Saved as %1', name));
    }
  }, [trace.file]);
}

/** The bytes behind base64. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), character => character.charCodeAt(0));
}
