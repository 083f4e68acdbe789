/** Memory by line, as a strip of heat beside the source. */
import * as React from 'react';
import {
  columnUnit,
  formatBytes,
  formatColumn,
  formatCount,
  formatDuration
} from '../../analysis/format';
import { linePeak, mostOfLines } from '../../analysis/trace';
import type { ITrace } from '../../model/tracing';
import type {
  LineMemory,
  LineProfile,
  Section
} from '../../protocol/generated';
import { BackLine } from '../parts/back';
import { useHunt } from '../context';
import { Refused } from '../refused';
import { CellLink } from '../parts/rich';
import { PlainHead } from '../parts/table';
import { Notes } from './found';

/** Less is written as a whole unit: below it all is noise. */
const LEAST_UNIT = 1024 * 1024;

/** Lines of a section that are drawn. */
const MOST_LINES = 400;

/** The lines of a cell, and of the functions that were asked for. */
export function LinesView(props: {
  trace: ITrace;
  profile: LineProfile;
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { profile } = props;
  const most = mostOfLines(profile);
  const unit = columnUnit(Math.max(most, LEAST_UNIT), decimal);
  return (
    <>
      <BackLine
        title={trans.__('Memory by line')}
        aside={formatDuration(profile.seconds)}
      />
      <div className="lh-scroll">
        <Refused />
        <div className="lh-test">
          <p>
            {trans.__(
              'Kernel memory %1 → %2, peak %3.',
              formatBytes(profile.before, { decimal }),
              formatBytes(profile.after, { decimal }),
              formatBytes(profile.peak, { decimal })
            )}
          </p>
          <Notes texts={profile.notes} />
        </div>
        {profile.sections.map((section, index) => (
          <SectionTable
            key={index}
            section={section}
            most={most}
            unit={unit}
            sampled={profile.sampled}
          />
        ))}
        <p className="lh-cells-foot">
          {trans.__(
            'Change and peak are what Python counts; ~ is native memory, about. Reading memory took %1 of %2.',
            formatDuration(profile.measuring),
            formatDuration(profile.seconds)
          )}{' '}
          {profile.sampled &&
            trans.__(
              'It was not read at every line: peaks are at least these.'
            )}
        </p>
      </div>
    </>
  );
}

function SectionTable(props: {
  section: Section;
  most: number;
  unit: string;
  sampled: boolean;
}): JSX.Element {
  const { trans } = useHunt();
  const { section, most, unit, sampled } = props;
  const left = section.lines.length - MOST_LINES;
  return (
    <>
      <h4 className="lh-heat-title">
        {section.cell && <CellLink cell={section.cell} />} {section.title}
      </h4>
      <table className="lh-table lh-objects lh-heat">
        <PlainHead
          columns={[
            { column: 'number', label: trans.__('Line') },
            { column: 'source', label: trans.__('Source') },
            { column: 'runs', label: trans.__('Runs') },
            { column: 'change', label: trans.__('Change') },
            { column: 'heat', label: trans.__('Peak, %1', unit) }
          ]}
        />
        <tbody>
          {section.lines.slice(0, MOST_LINES).map(line => (
            <HeatRow
              key={line.line}
              line={line}
              most={most}
              unit={unit}
              sampled={sampled}
            />
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <p className="lh-cells-foot">
          {trans._n('%1 more line', '%1 more lines', left)}
        </p>
      )}
    </>
  );
}

function HeatRow(props: {
  line: LineMemory;
  most: number;
  unit: string;
  sampled: boolean;
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { line, most, unit, sampled } = props;
  const { runs, change, native, after } = line;
  const peak = linePeak(line);
  const share = most > 0 ? ((peak.bytes ?? 0) / most) * 100 : 0;
  const sign = peak.about ? (sampled ? '≥' : '~') : '';
  return (
    <tr
      title={
        runs > 0
          ? trans.__(
              'Kernel memory after it %1; beyond Python about %2',
              formatBytes(after, { decimal }),
              formatBytes(native, { decimal, signed: true })
            )
          : undefined
      }
    >
      <th scope="row" className="lh-col-number">
        {line.line}
      </th>
      <td className="lh-col-source">
        <code>{line.source}</code>
      </td>
      <td className="lh-col-runs">{runs > 0 && formatCount(runs)}</td>
      <td className="lh-col-change">
        {runs > 0 && formatColumn(change, unit, true)}
      </td>
      <td className="lh-col-heat">
        {runs > 0 && sign + formatColumn(peak.bytes, unit)}
        {share >= 1 && (
          <span
            className="lh-heat-bar"
            style={{ width: `${share.toFixed(1)}%` }}
            aria-hidden="true"
          />
        )}
      </td>
    </tr>
  );
}
