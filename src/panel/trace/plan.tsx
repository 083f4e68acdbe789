/** What a trace would run, before anything runs. */
import * as React from 'react';
import { formatBytes, formatDuration } from '../../analysis/format';
import { typedNames } from '../../analysis/trace';
import type { ITraceSubject } from '../../model/tracing';
import type { TraceKind, TracePlanned } from '../../protocol/generated';
import { Button, WishButton } from '../parts/atoms';
import { BackLine } from '../parts/back';
import { useHunt } from '../context';
import { Mark } from '../parts/marks';
import { Pending } from '../pending';
import { Refused } from '../refused';
import { Rich } from '../parts/rich';
import { isAgreed, RunsBox } from '../prove/world';
import { CellChoice } from './choice';

/** The plan, what is to be measured, and the button that runs it. */
export function TracePlan(props: {
  subject: ITraceSubject;
  told: TracePlanned;
}): JSX.Element {
  const { model, trans } = useHunt();
  const { subject, told } = props;
  const { plan } = told;
  const { changes } = plan.world;
  const [measure, setMeasure] = React.useState<TraceKind>('allocations');
  const [functions, setFunctions] = React.useState('');
  const [typed, setTyped] = React.useState('');
  const agreed = isAgreed(typed);
  return (
    <>
      <BackLine title={trans.__('Trace')} />
      <div className="lh-scroll">
        <Refused />
        <div className="lh-test">
          <CellChoice subject={subject} cell={plan.cell} />
          <Measures
            measure={measure}
            native={plan.native}
            onMeasure={setMeasure}
          />
          {measure === 'lines' && (
            <label className="lh-trace-choice">
              {trans.__('Also the lines of these functions')}
              <input
                className="lh-input"
                type="text"
                value={functions}
                placeholder={trans.__('load, Model.fit')}
                onChange={event => setFunctions(event.target.value)}
              />
            </label>
          )}
          <Before told={told} measure={measure} />
        </div>
        <RunsBox
          stale={model.traceStale}
          title={trans.__('This cell really runs, once')}
          world={plan.world}
          typed={typed}
          onType={setTyped}
        />
        <Pending />
      </div>
      <div className="lh-foot">
        <span className="lh-foot-words" />
        <Button label={trans.__('Cancel')} onClick={() => model.back()} />
        {model.traceStale ? (
          <WishButton
            filled
            label={trans.__('Look again')}
            onClick={() => model.planTrace(subject)}
          />
        ) : (
          <WishButton
            filled
            label={trans.__('Run and trace')}
            disabled={
              changes.length > 0 &&
              !agreed &&
              trans.__('Type OK first: the run changes what stays')
            }
            onClick={() =>
              model.runTrace({
                measure,
                functions: measure === 'lines' ? typedNames(functions) : [],
                agreed
              })
            }
          />
        )}
      </div>
    </>
  );
}

/** What can be measured. */
function Measures(props: {
  measure: TraceKind;

  /** Whether memray is there. */
  native: boolean;
  onMeasure: (measure: TraceKind) => void;
}): JSX.Element {
  const { trans } = useHunt();
  const { measure, native, onMeasure } = props;
  const name = React.useId();
  const words: [TraceKind, string, string][] = [
    [
      'allocations',
      trans.__('Where it allocates'),
      trans.__('Lines and functions by what they leave and allocate.')
    ],
    [
      'lines',
      trans.__('Memory by line'),
      trans.__('Change and peak of each line, native memory counted about.')
    ],
    [
      'native',
      trans.__('Where native code allocates'),
      native
        ? trans.__('With memray: arrays and libraries by native call.')
        : trans.__('Needs memray in the kernel: `%pip install memray`')
    ]
  ];
  return (
    <fieldset className="lh-trace-measures">
      <legend>{trans.__('What to measure')}</legend>
      {words.map(([kind, title, sentence]) => (
        <label key={kind}>
          <input
            type="radio"
            name={name}
            checked={measure === kind}
            disabled={kind === 'native' && !native}
            onChange={() => onMeasure(kind)}
          />
          <span>
            {title}
            <span className="lh-muted">
              <Rich text={sentence} />
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** How long the cell took and how much memory it needed when it ran last. */
function Before(props: {
  told: TracePlanned;
  measure: TraceKind;
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { measure } = props;
  const { seconds, rise, memory, limit } = props.told.plan;
  const left = limit === null ? null : Math.max(limit - memory, 0);
  const size = (bytes: number) => formatBytes(bytes, { decimal });
  return (
    <ul className="lh-marks">
      {seconds !== null && (
        <Mark
          text={
            measure === 'native'
              ? trans.__(
                  'Its last run took %1. Reading back what memray wrote takes some seconds more.',
                  formatDuration(seconds)
                )
              : trans.__(
                  'Its last run took %1. Code that makes many small objects runs 10 to 150 times slower in a trace.',
                  formatDuration(seconds)
                )
          }
        />
      )}
      {rise !== null && left !== null && (
        <Mark
          warn={rise > left}
          text={trans.__(
            'Its last run needed %1 at its peak; %2 are left.',
            size(rise),
            size(left)
          )}
        />
      )}
    </ul>
  );
}
