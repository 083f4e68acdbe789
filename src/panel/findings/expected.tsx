/** "It's expected": the question for a reason, and the list of what is. */
import * as React from 'react';
import { expectedRows, type IExpectedRow } from '../../analysis/expected';
import { REASON_MAX } from '../../notebook/expected';
import type { Finding } from '../../protocol/generated';
import { Button, Name, Size } from '../parts/atoms';
import { Buttons } from '../parts/box';
import { useHunt } from '../context';

/** The button of an opened finding, or the question that it asks. */
export function ExpectButton(props: { finding: Finding }): JSX.Element {
  const { model, trans } = useHunt();
  const { id } = props.finding;
  return (
    <Button
      label={trans.__("It's expected…")}
      onClick={() => {
        model.marking = id;
      }}
    />
  );
}

/** Asks why a finding is expected; the answer may be left out. */
export function ExpectForm(props: { finding: Finding }): JSX.Element {
  const { model, trans, announce } = useHunt();
  const { finding } = props;
  const [reason, setReason] = React.useState('');
  const form = React.useRef<HTMLFormElement>(null);
  const input = React.useRef<HTMLInputElement>(null);
  const id = React.useId();
  React.useEffect(() => {
    input.current?.focus();
    // The focus is content with the field; the buttons belong to it.
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const close = () => {
    // The row stays when the form goes, so it takes the focus.
    form.current?.closest<HTMLElement>('[data-finding]')?.focus();
    model.marking = null;
  };
  const mark = () => {
    close();
    model.markExpected(finding.id, reason);
    announce(trans.__('Expected from now on: %1', finding.title));
  };
  return (
    <form
      ref={form}
      className="lh-expect"
      onSubmit={event => {
        event.preventDefault();
        mark();
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          close();
        }
        // Letters are text here, not keys of the list.
        event.stopPropagation();
      }}
    >
      <label htmlFor={id}>{trans.__('Why should it stay? (optional)')}</label>
      <input
        id={id}
        ref={input}
        className="lh-input"
        type="text"
        value={reason}
        maxLength={REASON_MAX}
        onChange={event => setReason(event.target.value)}
      />
      <p className="lh-muted">
        {trans.__(
          'It leaves all sums, here and for everybody with this notebook, until it grows by more than 10 %.'
        )}
      </p>
      <Buttons>
        <Button label={trans.__("It's expected")} onClick={mark} />
        <Button label={trans.__('Cancel')} onClick={close} />
      </Buttons>
    </form>
  );
}

/** What the notebook remembers as expected, folded away. */
export function ExpectedList(): JSX.Element | null {
  const { model, trans } = useHunt();
  const rows = expectedRows(model.expected, model.report);
  if (rows.length === 0) {
    return null;
  }
  return (
    <details className="lh-expected">
      <summary>{trans.__('Expected (%1)', rows.length)}</summary>
      <ul aria-label={trans.__('Expected')}>
        {rows.map(row => (
          <ExpectedRow key={row.mark.fingerprint} row={row} />
        ))}
      </ul>
    </details>
  );
}

function ExpectedRow(props: { row: IExpectedRow }): JSX.Element {
  const { model, trans, announce } = useHunt();
  const { mark, finding } = props.row;
  const title = finding?.title ?? trans.__('Not there now');
  const date = new Date(mark.at * 1000);
  return (
    <li>
      <div className="lh-expected-head">
        {finding ? <Name text={title} /> : <span>{title}</span>}
        <Size bytes={mark.bytes} />
      </div>
      {mark.reason !== '' && <p>{mark.reason}</p>}
      <div className="lh-expected-foot">
        <time className="lh-muted" dateTime={date.toISOString()}>
          {trans.__('since %1', date.toLocaleDateString())}
        </time>
        <Button
          small
          label={trans.__('Take back')}
          title={trans.__('%1 is told again', title)}
          onClick={() => {
            model.takeBack(mark.fingerprint);
            announce(trans.__('Taken back: %1', title));
          }}
        />
      </div>
    </li>
  );
}
