/** What a growth test proved: the verdict first, then what it rests on. */
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { formatBytes, formatDuration } from '../../analysis/format';
import { countWords, decisive, rateWords } from '../../analysis/prove';
import {
  checkIcon,
  copyIcon,
  dropIcon,
  growingIcon,
  questionIcon
} from '../../icons';
import type { Compared, GrowthVerdict, Proof } from '../../protocol/generated';
import { Button, Icon, Size, WishButton } from '../parts/atoms';
import { BackLine } from '../parts/back';
import { useHunt } from '../context';
import { GrowthChart } from './chart';
import { growthWord } from './word';
import { Mark, Warnings } from '../parts/marks';
import { Pending } from '../pending';
import { Refused } from '../refused';
import { Rich } from '../parts/rich';
import { TestedCell } from './parts';
import { Place } from '../parts/place';

const LOOKS: Record<GrowthVerdict, [LabIcon, string]> = {
  leak: [dropIcon, 'proven'],
  plateau: [growingIcon, 'good'],
  clean: [checkIcon, 'good'],
  suspect: [growingIcon, 'warn'],
  'cannot-tell': [questionIcon, 'plain']
};

/** The verdict in the place of the list. */
export function ProofView(props: { proof: Proof }): JSX.Element {
  const { model, trans, copy } = useHunt();
  const { proof } = props;
  const { fix, verdict } = proof;
  const first = decisive(proof);
  const after = verdict === 'leak' || verdict === 'plateau';
  return (
    <>
      <BackLine
        title={trans.__('Verdict')}
        aside={trans._n(
          '%1 run, %2',
          '%1 runs, %2',
          proof.runs,
          formatDuration(proof.seconds)
        )}
      />
      <div className="lh-scroll">
        <Refused />
        <div className="lh-test">
          <p className="lh-proof-lead">
            <VerdictChip verdict={verdict} />{' '}
            <strong>
              <Rich text={proof.sentence} />
            </strong>
          </p>
          <p>
            <Rich text={proof.detail} />
          </p>
          <TestedCell cell={proof.cell} source={proof.source_line} />
          {first && <GrowthChart growth={first} runs={proof.runs_at} />}
          {proof.compared && <Comparison compared={proof.compared} />}
          {first && verdict !== 'plateau' && <PilesUp proof={proof} />}
          {proof.lines_note !== '' && <GrownLines proof={proof} />}
          {fix !== null && (
            <>
              <h4>{trans.__('Fix in your code')}</h4>
              <pre className="lh-fix">
                <code>{fix}</code>
              </pre>
            </>
          )}
          <h4>{trans.__('What else was counted')}</h4>
          <Counted proof={proof} />
        </div>
        <Warnings
          title={trans.__('What was not put back')}
          texts={proof.kept}
        />
        <Pending />
      </div>
      <div className="lh-foot">
        <span className="lh-foot-words" />
        <WishButton
          label={
            after
              ? trans.__('Test again after the fix')
              : trans.__('Test again')
          }
          title={
            after
              ? trans.__('Change the cell, run it once, then compare')
              : undefined
          }
          onClick={() =>
            model.planTest({
              finding: null,
              cell: proof.cell,
              before: after ? proof.id : null
            })
          }
        />
        {fix !== null && (
          <Button
            filled
            icon={copyIcon}
            label={trans.__('Copy fix')}
            onClick={() => {
              copy(fix, trans.__('Fix copied'));
            }}
          />
        )}
      </div>
    </>
  );
}

/** The verdict as an icon and a word. */
function VerdictChip(props: { verdict: GrowthVerdict }): JSX.Element {
  const { trans } = useHunt();
  const [icon, tone] = LOOKS[props.verdict];
  return (
    <span className={`lh-chip lh-mod-${tone}`}>
      <Icon icon={icon} />
      {growthWord(props.verdict, trans)}
    </span>
  );
}

function PilesUp(props: { proof: Proof }): JSX.Element | null {
  const { trans, decimal } = useHunt();
  const first = decisive(props.proof);
  if (first === null) {
    return null;
  }
  const each =
    first.bytes_per_run !== null && first.sort !== 'bytes' && first.rate > 0
      ? first.bytes_per_run / first.rate
      : null;
  return (
    <>
      <h4>{trans.__('Where it piles up')}</h4>
      <p className="lh-test-place">
        <code className="lh-code">{first.name}</code>{' '}
        {trans.__('%1 per run', rateWords(first, first.rate, decimal))}
      </p>
      {first.what !== '' && (
        <p className="lh-muted">
          {each === null
            ? first.what
            : trans.__(
                '%1, %2 each',
                first.what,
                formatBytes(Math.round(each), { decimal })
              )}
        </p>
      )}
    </>
  );
}

/** The lines that leave what grows. */
function GrownLines(props: { proof: Proof }): JSX.Element {
  const { trans } = useHunt();
  const { lines, lines_note } = props.proof;
  return (
    <>
      <h4>{trans.__('Lines that leave it')}</h4>
      {lines.length > 0 && (
        <ul className="lh-grown">
          {lines.map((line, index) => (
            <li key={index}>
              <Place spot={line} />
              <Size bytes={line.bytes} signed />
              {line.inside !== null && (
                <div className="lh-trace-inside" title={line.inside}>
                  {trans.__('in %1', line.inside)}
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      <p className="lh-muted">{lines_note}</p>
    </>
  );
}

function Counted(props: { proof: Proof }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { proof } = props;
  const bytes = (value: number) =>
    formatBytes(Math.round(value), { signed: true, decimal });
  return (
    <ul className="lh-marks">
      {proof.growths.slice(1, 4).map((growth, index) => (
        <Mark
          key={index}
          text={trans.__(
            '%1: `%2`, now %3.',
            growthWord(growth.verdict, trans),
            growth.name,
            countWords(growth, growth.counts[growth.counts.length - 1], decimal)
          )}
        />
      ))}
      <Mark
        text={trans.__(
          'Given out by allocators: %1 a run; resident: %2 a run.',
          bytes(proof.bytes_per_run),
          bytes(proof.resident_per_run)
        )}
      />
      <Mark text={proof.counted} />
      <Mark text={proof.control} />
    </ul>
  );
}

/** The growth of before, and what has become of it. */
function Comparison(props: { compared: Compared }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { fixed, name, rate_before, rate_after, bytes_before, bytes_after } =
    props.compared;
  const size = (bytes: number) =>
    formatBytes(Math.round(bytes), { signed: true, decimal });
  const rate = (value: number) => rateWords({ sort: 'items' }, value, decimal);
  return (
    <ul className="lh-marks">
      <Mark
        warn={!fixed}
        text={trans.__(
          '%1: `%2` grew %3 (%4) a run before, now %5 (%6).',
          fixed ? trans.__('Fixed') : trans.__('Not fixed'),
          name,
          rate(rate_before),
          size(bytes_before),
          rate(rate_after),
          size(bytes_after)
        )}
      />
    </ul>
  );
}
